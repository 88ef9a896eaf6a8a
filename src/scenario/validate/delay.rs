//! Rules for the parameters of delays.
//!
//! Absent on purpose: where delays stand (siblings), and reading samples from files (`samples`).

use super::Check;
use crate::scenario::error::Problem;
use crate::scenario::escape::short_number;
use crate::scenario::model::{Delay, EmpiricalDelay, LognormalDelay, Missing, MixturePart, ParetoDelay};
use crate::scenario::node::Step;
use crate::scenario::units::{Duration, Probability};

/// Most samples of an empirical delay.
pub(in crate::scenario) const MOST_SAMPLES: usize = 20_000;
/// Most parts of a mixture; and most constants and samples in it, each of which costs a table.
const MOST_PARTS: usize = 32;
const MOST_ATOMS: usize = 64;

impl Check<'_> {
    /// A delay that is not of messages, at `path`: it is one distribution, whatever the kind of message.
    pub(super) fn single_delay(&self, path: &[Step], delay: &Delay) -> Result<(), Problem> {
        if delay.lost() != Probability::ZERO {
            let why = "`lost` (or `missing = \"lost\"`) is for the delays of messages: nothing else can be lost; take the lines out";
            return self.broken(&[path, &["empirical".into(), "lost".into()]].concat(), why);
        }
        if matches!(delay, Delay::Preset(_)) {
            let why = "a preset is a network; write a distribution here, as { uniform = { min = \"0s\", max = \"2s\" } }";
            return self.broken(&[path, &["preset".into()]].concat(), why);
        }
        self.delay(path, delay)
    }

    /// The parameters of a delay that stands at `path`.
    pub(super) fn delay(&self, path: &[Step], delay: &Delay) -> Result<(), Problem> {
        match delay {
            Delay::Mixture(parts) => self.mixture(&[path, &["mixture".into()]].concat(), parts),
            Delay::Empirical(it) => self.empirical(&[path, &["empirical".into()]].concat(), it),
            simple => match wrong(simple) {
                None => Ok(()),
                Some((word, key, why)) => self.broken(&[path, &[word.into(), key.into()]].concat(), why),
            },
        }
    }

    fn mixture(&self, path: &[Step], parts: &[MixturePart]) -> Result<(), Problem> {
        if !(1..=MOST_PARTS).contains(&parts.len()) {
            return self
                .broken(path, format!("a mixture of {} parts; allowed: 1 to {MOST_PARTS}", parts.len()));
        }
        for (i, part) in parts.iter().enumerate() {
            let at = |key: &'static str| [path, &[i.into(), key.into()]].concat();
            if !(part.weight > 0.0 && part.weight <= 1e9) {
                let why =
                    format!("`weight` is {}; allowed: above 0, up to 1000000000", short_number(part.weight));
                return self.broken(&at("weight"), why);
            }
            self.single_delay(&at("delay"), &part.delay)?;
        }
        let atoms = atoms(parts);
        if atoms > MOST_ATOMS {
            let why = format!("{atoms} constants and samples in one mixture; allowed: {MOST_ATOMS}");
            return self.broken(path, why);
        }
        Ok(())
    }

    fn empirical(&self, path: &[Step], it: &EmpiricalDelay) -> Result<(), Problem> {
        let at = |key: &'static str| [path, &[key.into()]].concat();
        if it.file.is_some() && !it.samples.is_empty() {
            return self.broken(&at("samples"), "give either `samples` or `file`, not both");
        }
        if it.lost.get() >= 1.0 {
            let why = "`lost` is 1, so there are no samples; write `loss = 1.0` in the place of the delay";
            return self.broken(&at("lost"), why);
        }
        match &it.file {
            None if it.missing != Missing::Refuse => {
                return self
                    .broken(&at("missing"), "`missing` needs `file`; with `samples` write `lost = 0.02`");
            }
            None if it.round_trip => {
                return self
                    .broken(&at("round_trip"), "`round_trip` needs `file`; write half of each sample");
            }
            Some(_) if it.lost != Probability::ZERO => {
                let why = "`lost` goes with `samples`; with `file` write `missing = \"lost\"`";
                return self.broken(&at("lost"), why);
            }
            _ => {}
        }
        match (&it.file, &it.column, &it.unit) {
            (None, Some(_), _) => return self.broken(&at("column"), "`column` needs `file`"),
            (None, _, Some(_)) => return self.broken(&at("unit"), "`unit` needs `file`"),
            (Some(_), None, _) => {
                return self.broken(&at("file"), "name the `column` of the file, as in its header line");
            }
            (Some(_), _, None) => {
                return self.broken(&at("file"), "give the `unit` of the file's numbers: ns, us, ms or s");
            }
            _ => {}
        }
        match it.samples.len() {
            0 if it.file.is_none() => self.broken(path, "no samples; write samples = [\"1ms\", \"2ms\"]"),
            n if n > MOST_SAMPLES => {
                self.broken(&at("samples"), format!("{n} samples; allowed: 1 to {MOST_SAMPLES}"))
            }
            _ => Ok(()),
        }
    }
}

fn atoms(parts: &[MixturePart]) -> usize {
    let of = |part: &MixturePart| match &part.delay {
        Delay::Constant(_) => 1,
        Delay::Empirical(it) => it.samples.len(),
        Delay::Mixture(parts) => atoms(parts),
        _ => 0,
    };
    parts.iter().map(of).sum()
}

/// The word and the parameter that make no distribution, and why.
fn wrong(delay: &Delay) -> Option<(&'static str, &'static str, String)> {
    let shape = |shape: f64| format!("`shape` is {}; allowed: 0.1 to 1000", short_number(shape));
    let is_shape = |shape: f64| (0.1..=1000.0).contains(&shape);
    Some(match delay {
        Delay::Uniform(it) if it.min == it.max => {
            let why = format!("`min` and `max` are both {}; write {{ constant = \"{}\" }}", it.min, it.min);
            ("uniform", "max", why)
        }
        Delay::Uniform(it) if it.min > it.max => {
            ("uniform", "max", format!("`min` {} is above `max` {}; swap them", it.min, it.max))
        }
        Delay::Exponential(it) if it.mean.ns() == 0 => ("exponential", "mean", zero("mean")),
        Delay::Lognormal(it) => {
            let (key, why) = wrong_lognormal(it)?;
            ("lognormal", key, why)
        }
        Delay::Pareto(it) => {
            let (key, why) = wrong_pareto(it)?;
            ("pareto", key, why)
        }
        Delay::ShiftedExponential(it) if it.mean.ns() == 0 => {
            let why = format!("`mean` is 0; write {{ constant = \"{}\" }}", it.min);
            ("shifted-exponential", "mean", why)
        }
        Delay::Normal(it) if it.sd.ns() == 0 => {
            ("normal", "sd", format!("`sd` is 0; write {{ constant = \"{}\" }}", it.mean))
        }
        Delay::Gamma(it) if !is_shape(it.shape) => ("gamma", "shape", shape(it.shape)),
        Delay::Gamma(it) if it.scale.ns() == 0 => ("gamma", "scale", zero("scale")),
        Delay::Weibull(it) if !is_shape(it.shape) => ("weibull", "shape", shape(it.shape)),
        Delay::Weibull(it) if it.scale.ns() == 0 => ("weibull", "scale", zero("scale")),
        _ => return None,
    })
}

fn zero(key: &str) -> String {
    format!("`{key}` is 0; write {{ constant = \"0ms\" }}")
}

/// Of a mean and the parameter in its place, which is named: that exactly one is given, and is not 0.
fn wrong_pair(mean: Option<Duration>, (name, other): (&'static str, Option<Duration>)) -> Wrong {
    match (mean, other) {
        (None, None) => Some((name, format!("give `{name}` or `mean`; one of them is needed"))),
        (Some(_), Some(_)) => Some(("mean", format!("give either `{name}` or `mean`, not both"))),
        (Some(Duration::ZERO), None) => Some(("mean", zero("mean"))),
        (None, Some(Duration::ZERO)) => Some((name, zero(name))),
        _ => None,
    }
}

/// A parameter and why it makes no distribution; none if all are right.
type Wrong = Option<(&'static str, String)>;

fn wrong_lognormal(it: &LognormalDelay) -> Wrong {
    let sigma = short_number(it.sigma);
    if let Some(wrong) = wrong_pair(it.mean, ("median", it.median)) {
        return Some(wrong);
    }
    if !(it.sigma > 0.0 && it.sigma <= 10.0) {
        return Some(("sigma", format!("`sigma` is {sigma}; allowed: above 0, up to 10")));
    }
    let mean = it.mean.filter(|_| it.median() == Duration::ZERO)?;
    let why = format!(
        "with a `mean` of {mean} and a `sigma` of {sigma} the median is below 1ns; take a smaller `sigma`"
    );
    Some(("sigma", why))
}

fn wrong_pareto(it: &ParetoDelay) -> Wrong {
    let alpha = short_number(it.alpha);
    if let Some(wrong) = wrong_pair(it.mean, ("min", it.min)) {
        return Some(wrong);
    }
    if !(it.alpha >= 0.1 && it.alpha.is_finite()) {
        return Some(("alpha", format!("`alpha` is {alpha}; allowed: a finite number from 0.1 on")));
    }
    let mean = it.mean?;
    if it.alpha <= 1.0 {
        let why = format!(
            "`alpha` is {alpha}, with which the mean is infinite; take one above 1, or give `min` in place of `mean`"
        );
        return Some(("alpha", why));
    }
    (it.min() == Duration::ZERO).then(|| {
        let why = format!("with a `mean` of {mean} and an `alpha` of {alpha} the smallest delay is below 1ns; take a larger `alpha`");
        ("alpha", why)
    })
}
