//! What is known exactly of a scenario, each figure with a bound on how far it may be off.
//!
//! Absent on purpose: how it is found (`solve`), and how it is printed.

use crate::stats::Fraction;

use crate::check::ClientOutcome;

/// An exact figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The figure.
    pub value: f64,
    /// It is no further off than this: by what was cut off, by rounding, by what a run's limits end.
    pub bound: f64,
    /// The same as a fraction, where nothing was cut off and the numbers are small.
    pub fraction: Option<Fraction>,
}

/// How much is known, and at which expense.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Extent {
    /// States of the chain.
    pub states: usize,
    /// Moves between them and to its ends.
    pub moves: usize,
    /// Probability that was not followed to its end.
    pub cut: f64,
    /// Bound on the error of rounding of any probability; of answers, with what lasts beyond the horizon.
    pub rounding: f64,
    /// Whether somebody wished that it end before all was followed that should have been.
    pub is_partial: bool,
}

/// What is known of the first choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Exact {
    /// Of the chain up to the first choice.
    pub extent: Extent,
    /// Probability that a run lasts beyond the horizon, at most.
    pub beyond: f64,
    /// By proposer: the probability that its value is chosen.
    pub winners: Vec<Figure>,
    /// The probability that nothing is.
    pub nothing: Figure,
    /// The time of the first choice, over the runs that choose; none if none does.
    pub first: Option<FirstChoice>,
    /// For each time that was asked for, ns: the probability that nothing is chosen by then.
    pub by: Vec<(u64, Figure)>,
    /// Pre-emptions before the first choice.
    pub duel: Duel,
    /// What clients are told; else why that is not known.
    pub answers: Result<Answers, String>,
}

/// When the first choice comes, ns.
#[derive(Clone, Debug, PartialEq)]
pub struct FirstChoice {
    /// The mean; its fraction is of [`FirstChoice::unit_ns`].
    pub mean: Figure,
    /// The unit of the fraction: the mean of a stage where all have the same, ns.
    pub unit_ns: u64,
    /// The shares 0.5, 0.9 and 0.99 with their quantiles.
    pub quantiles: Vec<(f64, Figure)>,
    /// By proposer: the mean over all runs of the time if its value is chosen, and else of 0, ns.
    pub by_winner: Vec<Figure>,
    /// The mean over all runs of the square of the time if any value is chosen, and else of 0, ns².
    pub squared: Figure,
}

/// Pre-emptions before the first choice; of a run without one, all of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Duel {
    /// Their mean number.
    pub mean: Figure,
    /// The probability of each number, from 0; what is beyond is below the bound.
    pub lengths: Vec<f64>,
    /// How the number goes on.
    pub tail: Option<Tail>,
}

/// A geometric tail: from a length on, each further pre-emption comes with nearly the same probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tail {
    /// This length.
    pub from: usize,
    /// P(length > from) / P(length ≥ from).
    pub ratio: Figure,
}

/// What the clients are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Answers {
    /// Of the chain up to the last answer.
    pub extent: Extent,
    /// Each joint outcome, with whose value is chosen by then; the likeliest first.
    pub joint: Vec<Joint>,
    /// When each client has its answer, by proposer.
    pub times: Vec<Answered>,
}

/// When a client has its answer, whatever it says, ns.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered {
    /// The probability that it has one before the run ends.
    pub share: Figure,
    /// The mean over the runs in which it has; none if it never has. The fraction is of [`Answered::unit_ns`].
    pub mean: Option<Figure>,
    /// The unit of the fraction, ns, as [`FirstChoice::unit_ns`].
    pub unit_ns: u64,
    /// The shares 0.5 and 0.99 of all runs with the time by which so many have it; without those that are not come to.
    pub quantiles: Vec<(f64, Figure)>,
    /// For each time that was asked for, ns: the probability that it has its answer by then.
    pub by: Vec<(u64, Figure)>,
}

/// What happens together.
#[derive(Clone, Debug, PartialEq)]
pub struct Joint {
    /// Whose value is chosen by the end of the run.
    pub winner: Option<usize>,
    /// What each client is told.
    pub told: Vec<ClientOutcome>,
    /// How likely that is.
    pub share: Figure,
}

impl Answers {
    /// The probability of what `which` is true of.
    pub fn share(&self, which: &dyn Fn(&Joint) -> bool) -> Figure {
        let mut sum = Figure {
            value: 0.0,
            bound: self.extent.cut + self.extent.rounding,
            fraction: Some(Fraction::ZERO),
        };
        for joint in self.joint.iter().filter(|joint| which(joint)) {
            sum.value += joint.share.value;
            sum.fraction = sum.fraction.zip(joint.share.fraction).and_then(|(a, b)| a.plus(b));
        }
        if self.joint.iter().any(|joint| joint.share.fraction.is_none()) {
            sum.fraction = None;
        }
        sum
    }

    /// The probability of the one given the other; none where the other never is.
    pub fn given(&self, which: &dyn Fn(&Joint) -> bool, given: &dyn Fn(&Joint) -> bool) -> Option<Figure> {
        let both = self.share(&|joint| which(joint) && given(joint));
        let whole = self.share(given);
        let value = both.value / whole.value;
        // Of what was cut off all may belong to the one, or all to the rest of the other.
        let room = (whole.value - whole.bound).max(f64::MIN_POSITIVE);
        let fraction = both.fraction.zip(whole.fraction).and_then(|(both, whole)| both.divided_by(whole));
        (whole.value > 0.0).then_some(Figure { value, bound: (2.0 * both.bound / room).min(1.0), fraction })
    }

    /// Everything that this client may be told.
    pub fn told(&self, client: usize) -> Vec<ClientOutcome> {
        let mut all: Vec<ClientOutcome> = self.joint.iter().map(|joint| joint.told[client]).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}
