//! Figures of a scenario that no chain follows, from pairs of runs: what is known exactly of the nearest scenario that has a chain,
//! and how the runs of one seed differ.
//!
//! Draws are addressed, so the two runs of a seed have nearly the same delays, and the one tells much of the other. From some pairs
//! it is learnt how much, as a sum of figures of the nearest run (least squares); over the others the mean of the run less that sum
//! is taken. The sum's own mean is known exactly, without a sample, and is added. As no pair does both, the mean is that of
//! independent differences, and its error theirs (a control variate: Lavenberg and Welch 1981). Absent on purpose: what is exact
//! (`run`), and rendering.

use std::sync::atomic::AtomicBool;

use libm::round;

use crate::check::Outcome;
use crate::many::{BadRun, Driver, Runner, STRETCH, Seeds, Stopped};
use crate::run::{Exact, Figure, Plan, Progress};
use crate::stats::{Interval, Moments, Pairs, Z95, clopper_pearson, least_squares};
use crate::trace::Blind;

use super::until::ALPHA;

/// Pairs at least: of fewer nothing is learnt.
pub const FEWEST: u64 = 1024;
/// One pair of so many is for learning.
const LEARNS: u64 = 16;
/// Pairs to learn from at most: more change no coefficient that matters.
const MOST_LEARNT: u64 = 1 << 16;
/// A figure is left out if its bound is more than this share of its standard error.
const SHARP: f64 = 1e-3;

/// A figure that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// The share of runs that this proposer wins.
    Winner(usize),
    /// The share of runs in which nothing is chosen.
    Nothing,
    /// The mean time of the first choice, ns.
    FirstChoice,
    /// The mean number of pre-emptions before the first choice; of a run without one, all.
    Duel,
}

/// An estimate with its interval at 95 %; none where so few runs make the figure what it is that they show no error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// The estimate.
    pub value: f64,
    /// Its interval.
    pub interval: Option<Interval>,
}

/// What is known of one figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub sought: Sought,
    /// From the scenario's own runs alone.
    pub plain: Known,
    /// From the pairs; none where nothing was learnt.
    pub coupled: Option<Known>,
}

impl Estimate {
    /// How many times as many runs the plain estimate needs for the interval of the coupled one, all runs counted: each pair is two.
    pub fn saved(&self) -> Option<f64> {
        let (plain, coupled) = (self.plain.interval?, self.coupled?.interval?);
        let times = plain.width() / coupled.width();
        times.is_finite().then_some(0.5 * times * times)
    }

    /// Whether the coupled interval is the narrower one, or the only one.
    pub fn is_coupled_better(&self) -> bool {
        match (self.plain.interval, self.coupled.and_then(|it| it.interval)) {
            (Some(plain), Some(coupled)) => coupled.width() < plain.width(),
            (plain, coupled) => plain.is_none() && coupled.is_some(),
        }
    }

    /// What is to be told: the narrower one.
    pub fn told(&self) -> Known {
        self.coupled.filter(|_| self.is_coupled_better()).unwrap_or(self.plain)
    }
}

/// What pairs of runs came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Coupled {
    /// Pairs of runs.
    pub pairs: u64,
    /// Those of them, the first, from which it was learnt how much the one tells of the other.
    pub learnt: u64,
    /// By figure. The time of the first choice is there if every run chooses, for else the mean over those that do is no mean
    /// over runs.
    pub estimates: Vec<Estimate>,
}

/// What is looked at of a run.
#[derive(Clone, Copy, Debug)]
struct Seen {
    winner: Option<usize>,
    chosen_at_ns: Option<u64>,
    duel: u32,
}

impl Seen {
    fn of(outcome: &Outcome) -> Seen {
        Seen {
            winner: outcome.winner.map(usize::from),
            chosen_at_ns: outcome.chosen_at_ns,
            duel: outcome.duel,
        }
    }
}

/// The runs of a seed: the nearest scenario's, and its own.
type Pair = [Seen; 2];

impl Sought {
    fn all(proposers: usize) -> Vec<Sought> {
        let winners = (0..proposers).map(Sought::Winner);
        winners.chain([Sought::Nothing, Sought::FirstChoice, Sought::Duel]).collect()
    }

    /// What a run adds to the mean, in whole numbers.
    fn value(self, run: &Seen) -> u64 {
        match self {
            Sought::Winner(p) => u64::from(run.winner == Some(p)),
            Sought::Nothing => u64::from(run.winner.is_none()),
            Sought::FirstChoice => run.chosen_at_ns.unwrap_or(0),
            Sought::Duel => run.duel.into(),
        }
    }

    fn is_share(self) -> bool {
        matches!(self, Sought::Winner(_) | Sought::Nothing)
    }

    /// So many parts of 1 are counted in differences, which are no whole numbers.
    fn parts(self) -> f64 {
        if self == Sought::FirstChoice { 1.0 } else { 16_777_216.0 }
    }

    /// From the runs alone.
    fn plain(self, sums: &Moments) -> Known {
        let value = sums.mean().unwrap_or(0.0);
        let interval = if self.is_share() {
            Some(clopper_pearson(sums.sum as u64, sums.n, ALPHA))
        } else {
            let spread = sums.spread().filter(|spread| !spread.is_carried_by_few());
            spread.map(|spread| spread.interval(Z95))
        };
        Known { value, interval }
    }
}

/// A figure of the nearest scenario's runs of which the mean is known exactly.
#[derive(Clone, Copy, Debug)]
enum Control {
    Wins(usize),
    /// The time of the first choice if this proposer wins, else 0.
    TimeIfWins(usize),
    /// The square of the time of the first choice.
    Square,
    Duel,
}

impl Control {
    fn all(exact: &Exact) -> Vec<(Control, Figure)> {
        let wins = exact.winners.iter().enumerate().map(|(p, it)| (Control::Wins(p), *it));
        let mut all: Vec<(Control, Figure)> = wins.collect();
        if let Some(first) = &exact.first {
            all.extend(first.by_winner.iter().enumerate().map(|(p, it)| (Control::TimeIfWins(p), *it)));
            all.push((Control::Square, first.squared));
        }
        all.push((Control::Duel, exact.duel.mean));
        all
    }

    fn value(self, run: &Seen) -> f64 {
        let time = run.chosen_at_ns.unwrap_or(0) as f64;
        match self {
            Control::Wins(p) => f64::from(u8::from(run.winner == Some(p))),
            Control::TimeIfWins(p) if run.winner == Some(p) => time,
            Control::TimeIfWins(_) => 0.0,
            Control::Square => time * time,
            Control::Duel => run.duel.into(),
        }
    }
}

/// What the nearest scenario's run says of its partner's figure.
struct Prediction {
    sought: Sought,
    terms: Vec<(Control, f64)>,
    /// The mean of it, exactly.
    mean: Figure,
}

impl Prediction {
    /// Learnt from these pairs; `count` are to be estimated from.
    fn learn(sought: Sought, controls: &[(Control, Figure)], pairs: &[Pair], count: u64) -> Prediction {
        let is_sharp = |(control, figure): &(Control, Figure)| {
            let n = pairs.len() as f64;
            let values = || pairs.iter().map(|[near, _]| control.value(near));
            let mean = values().sum::<f64>() / n;
            let variance = values().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n;
            figure.bound <= SHARP * (variance / count as f64).sqrt()
        };
        let sharp: Vec<(Control, Figure)> = controls.iter().copied().filter(is_sharp).collect();
        let row = |[near, _]: &Pair| sharp.iter().map(|(control, _)| control.value(near)).collect();
        let rows: Vec<Vec<f64>> = pairs.iter().map(row).collect();
        let values: Vec<f64> = pairs.iter().map(|[_, own]| sought.value(own) as f64).collect();
        let mut mean = Figure { value: 0.0, bound: 0.5 / sought.parts(), fraction: None };
        let mut terms = Vec::new();
        for ((control, figure), coefficient) in sharp.iter().zip(least_squares(&rows, &values)) {
            mean.value += coefficient * figure.value;
            mean.bound += libm::fabs(coefficient) * figure.bound;
            terms.push((*control, coefficient));
        }
        Prediction { sought, terms, mean }
    }

    /// Takes the difference between a run and what was said of it, in parts; rounding it is in the bound.
    fn record(&self, [near, own]: &Pair, sums: &mut Pairs) {
        let said: f64 =
            self.terms.iter().map(|(control, coefficient)| coefficient * control.value(near)).sum();
        let apart = round((self.sought.value(own) as f64 - said) * self.sought.parts());
        // `as` saturates: below 0 to 0, and what is that large leaves no sum of squares.
        sums.record(-apart as u64, apart as u64);
    }

    fn estimate(&self, sums: &Pairs) -> Option<Known> {
        let parts = self.sought.parts();
        let value = self.mean.value + sums.mean()? / parts;
        let spread = sums.spread().filter(|spread| !spread.is_carried_by_few());
        let interval = spread.map(|spread| {
            let Interval { low, high } = spread.interval(Z95);
            let at = |end: f64| self.mean.value + end / parts;
            Interval { low: at(low) - self.mean.bound, high: at(high) + self.mean.bound }
        });
        Some(Known { value, interval })
    }
}

/// Sums over runs and over pairs, by figure.
#[derive(Clone)]
struct Sums {
    pairs: u64,
    unchosen: u64,
    plain: Vec<Moments>,
    apart: Vec<Pairs>,
}

impl Sums {
    fn new(figures: usize) -> Sums {
        let (plain, apart) = (vec![Moments::default(); figures], vec![Pairs::default(); figures]);
        Sums { pairs: 0, unchosen: 0, plain, apart }
    }

    fn record(&mut self, pair: &Pair, sought: &[Sought], predictions: &[Prediction]) {
        self.pairs += 1;
        self.unchosen += u64::from(pair[1].chosen_at_ns.is_none());
        for (sums, sought) in self.plain.iter_mut().zip(sought) {
            sums.record(sought.value(&pair[1]));
        }
        for (sums, prediction) in self.apart.iter_mut().zip(predictions) {
            prediction.record(pair, sums);
        }
    }

    fn merge(&mut self, other: &Sums) {
        self.pairs += other.pairs;
        self.unchosen += other.unchosen;
        self.plain.iter_mut().zip(&other.plain).for_each(|(a, b)| a.merge(b));
        self.apart.iter_mut().zip(&other.apart).for_each(|(a, b)| a.merge(b));
    }
}

/// Runs seeds `first..first + count` of both plans, the nearest scenario's first, on the current threads; those up to the first
/// that was not run if `stop` is set. `exact` is what is known of the nearest one, whose proposers are those of the other. Fewer
/// than [`FEWEST`] seeds teach little, and the plain estimates stand.
///
/// # Errors
/// Where time stands still in a run (of side 0 or 1).
pub fn couple(
    plans: [&Plan; 2],
    exact: &Exact,
    (first, count): (u64, u64),
    progress: &impl Progress,
    stop: &AtomicBool,
) -> Result<Coupled, BadRun> {
    let (driver, all) = (Driver { progress, stop }, Seeds { first, count });
    let run = |seeds: Seeds| -> Result<Vec<Pair>, Stopped> {
        let mut runners = [0, 1].map(|side| Runner::new(driver, plans[side], side));
        let mut pair = |seed| -> Result<Pair, Stopped> {
            let [near, own] = &mut runners;
            Ok([Seen::of(near.run(seed, &mut Blind)?), Seen::of(own.run(seed, &mut Blind)?)])
        };
        seeds.iter().map(&mut pair).collect()
    };
    let learnt = (count / LEARNS).min(MOST_LEARNT);
    let sought = Sought::all(exact.winners.len());
    let mut sums = Sums::new(sought.len());
    let mut lesson = Vec::new();
    let take = |pairs: Vec<Pair>| {
        lesson.extend(pairs);
        Ok(())
    };
    let is_whole = Stopped::or_partial(driver.fold(all.take(learnt), STRETCH, run, take))?;
    lesson.iter().for_each(|pair| sums.record(pair, &sought, &[]));
    let controls = Control::all(exact);
    let predictions: Vec<Prediction> =
        sought.iter().map(|it| Prediction::learn(*it, &controls, &lesson, count)).collect();
    if is_whole {
        let work = |seeds| {
            let mut part = Sums::new(sought.len());
            run(seeds)?.iter().for_each(|pair| part.record(pair, &sought, &predictions));
            Ok(part)
        };
        let take = |part: Sums| {
            sums.merge(&part);
            Ok(())
        };
        Stopped::or_partial(driver.fold(all.skip(learnt), STRETCH, work, take))?;
    }
    Ok(coupled(&sums, &sought, &predictions, lesson.len() as u64))
}

fn coupled(sums: &Sums, sought: &[Sought], predictions: &[Prediction], learnt: u64) -> Coupled {
    let is_told = |sought: &Sought| *sought != Sought::FirstChoice || sums.unchosen == 0;
    let each = sought.iter().zip(&sums.plain).zip(predictions.iter().zip(&sums.apart));
    let estimates =
        each.filter(|((sought, _), _)| is_told(sought)).map(|((sought, plain), (prediction, apart))| {
            Estimate {
                sought: *sought,
                plain: sought.plain(plain),
                coupled: prediction.estimate(apart).filter(|_| learnt >= FEWEST / LEARNS),
            }
        });
    Coupled { pairs: sums.pairs, learnt, estimates: estimates.collect() }
}
