//! Means over many runs, held against a theory's figure with a tolerance computed from the runs themselves.
//!
//! Absent on purpose: intervals for reports; this is a test's yes or no.

use crate::support::env;
use synod::scenario::model::Scenario;

use super::{Outcome, Reading, Sampler, simulate_as};

/// Standard errors that a deviation may have: one assertion in 150,000 would exceed it by chance, and the seeds
/// are fixed, so a test that passes once passes always.
const TOLERANCE: f64 = 4.5;

/// How many runs a test makes: `SYNOD_RUNS` or 30,000, times the share that the test asks for.
pub fn runs(share: f64) -> u64 {
    (env::runs(20_000) as f64 * share).max(100.0) as u64
}

/// Runs seeds 0..n under the decided reading.
pub fn each(scenario: &Scenario, n: u64, see: impl FnMut(&Outcome)) {
    each_as(scenario, Reading::DECIDED, n, see);
}

/// Runs seeds 0..n under any reading.
pub fn each_as(scenario: &Scenario, reading: Reading, n: u64, mut see: impl FnMut(&Outcome)) {
    for seed in 0..n {
        see(&simulate_as(scenario, reading, &mut Sampler::new(scenario, seed)));
    }
}

/// A sample's size, sum and sum of squares.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mean {
    n: f64,
    sum: f64,
    squares: f64,
}

impl Mean {
    pub fn add(&mut self, x: impl Observed) {
        let x = x.value();
        self.n += 1.0;
        self.sum += x;
        self.squares += x * x;
    }

    pub fn mean(&self) -> f64 {
        self.sum / self.n
    }

    pub fn standard_error(&self) -> f64 {
        let variance = (self.squares / self.n - self.mean() * self.mean()).max(0.0);
        // A sample without variance (0 of n) is still uncertain by about one in n.
        libm::sqrt(variance / self.n).max(1.0 / self.n)
    }

    /// Standard errors between the sample and a figure that is itself known to `figure_error`.
    pub fn z(&self, figure: f64, figure_error: f64) -> f64 {
        let error = libm::hypot(self.standard_error(), figure_error);
        (self.mean() - figure) / error
    }

    /// Asserts that the mean is the exact `figure`.
    #[track_caller]
    pub fn is(&self, what: &str, figure: f64) {
        self.is_about(what, figure, 0.0);
    }

    /// Asserts that the mean is `figure`, which was itself estimated with that standard error.
    #[track_caller]
    pub fn is_about(&self, what: &str, figure: f64, figure_error: f64) {
        let z = self.z(figure, figure_error);
        println!(
            "{what}: {:.5} ± {:.5}, theory {figure:.5}, z = {z:+.2}",
            self.mean(),
            self.standard_error()
        );
        assert!(z.abs() < TOLERANCE, "{what}: {self:?} is {z:+.2} standard errors from {figure}");
    }

    /// Asserts that the mean is clearly not `figure`: the reading behind it is ruled out.
    #[track_caller]
    pub fn is_not(&self, what: &str, figure: f64) {
        let z = self.z(figure, 0.0);
        println!("{what}: {:.5} ± {:.5}, not {figure:.5}, z = {z:+.2}", self.mean(), self.standard_error());
        assert!(z.abs() > TOLERANCE, "{what}: {self:?} cannot be told from {figure}");
    }
}

/// What a mean is taken of: a number, or how often something is true.
pub trait Observed {
    fn value(self) -> f64;
}

impl Observed for bool {
    fn value(self) -> f64 {
        f64::from(u8::from(self))
    }
}

impl Observed for u32 {
    fn value(self) -> f64 {
        f64::from(self)
    }
}

impl Observed for f64 {
    fn value(self) -> f64 {
        self
    }
}
