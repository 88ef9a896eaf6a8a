//! Pure arithmetic on what runs are counted into: sums, histograms, proportions, survival, and their intervals.
//!
//! Absent on purpose: anything that knows what a run is, and any rounding for display. What is accumulated is an
//! integer, so merging is associative and commutative; what is derived is an `f64` made with `libm` alone, so it has
//! the same bits everywhere. A figure that does not exist (a mean of nothing) is `None`, never 0.

mod absorb;
mod betting;
mod censored;
mod chain;
mod cluster;
mod fraction;
mod hazards;
mod histogram;
mod joint;
mod many;
mod moments;
mod mover;
mod paired;
mod possible;
mod proportion;
mod quantile;
mod regression;
mod saving;
mod sequence;
mod skew;
mod special;
mod survival;
mod theory;
mod transient;
mod wide;

pub use absorb::{Absorbed, End};
pub use betting::{Between, betting, is_refuted};
pub use censored::{Censored, CensoredQuantile, When};
pub use chain::{Chain, Mark, Move, Target};
pub use cluster::Blocks;
pub use fraction::{ExactEnd, Fraction};
pub use hazards::{Trial, equal_hazards};
pub use histogram::{Bucket, Histogram};
pub use joint::Joint;
pub use many::holm;
pub use moments::Moments;
pub use mover::{Bounded, mover};
pub use paired::{Fourfold, Pairs};
pub use proportion::{clopper_pearson, likelihood, share, simultaneous, wilson};
pub use quantile::{Quantile, ordered_quantile};
pub use regression::least_squares;
pub use saving::{GROUPS, Saving, saved};
pub use sequence::share_sequence;
pub use skew::{Spread, student_of};
pub use special::{
    beta_quantile, binomial_at_least, binomial_p, chi_squared_above, incomplete_beta, normal_cdf,
    normal_quantile, student, student_beyond,
};
pub use survival::{LogRank, Step, Survival, kaplan_meier, log_rank};
pub use theory::{
    Corner, Form, Half, LOCAL_PREEMPTION, LOCAL_PREEMPTION_FIRST_REJECT, LOCAL_PREEMPTION_IMPOSSIBLE, Point,
    SILENT_LAB, SILENT_PAST_HIGHEST, clipped,
};
pub use transient::Transient;
pub use wide::Wide;

/// The two-sided 95 % point of the normal distribution, Φ⁻¹(0.975).
pub const Z95: f64 = 1.959963984540054;

/// A closed interval of plausible values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Upper minus lower end.
    pub fn width(self) -> f64 {
        self.high - self.low
    }
    /// Whether `x` lies in it, ends included.
    pub fn contains(self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }
}
