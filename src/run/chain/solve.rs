//! From a scenario to its exact figures: the chain is built as far as it takes, and solved.
//!
//! Absent on purpose: which scenarios have a chain (`class`, `law`), and its states (`build`).

use crate::run::plan::Plan;
use crate::scenario::Scenario;
use crate::stats::{Absorbed, Chain, End, ExactEnd, Fraction, Transient};

use super::build::{Built, CUT, Reach, build};
use super::class::admit;
use super::error::NotExact;
use super::figures::{Answers, Duel, Exact, Extent, Figure, FirstChoice, Joint, Tail};
use super::law::{Laws, Wait};
use super::step::{Goal, Model};

/// How far to go.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Most states of a chain.
    pub states: usize,
    /// Most probability that may be cut off.
    pub cut: f64,
    /// How far rounds may be apart; none for as far as it takes.
    pub gap: Option<u64>,
    /// Times for which the probability is asked that nothing is chosen by then, ns.
    pub by: Vec<u64>,
    /// Whether it is asked what clients are told.
    pub answers: bool,
}

/// Requests of old attempts under way at a time, and the distance of rounds, at which states are cut off; one after the other,
/// until little enough is.
const REACHES: [(usize, u64); 6] = [(4, 10), (6, 16), (8, 24), (12, 32), (16, 64), (32, 128)];
/// What may be left on its way when a chain is solved.
const LEFT: f64 = 1e-18;
/// What may be under way of the answers when nobody looks on.
const ALL_BUT: f64 = 1e-14;
/// Longest list of duel lengths.
const MOST_LENGTHS: usize = 10_000;
/// States above which fractions are not tried.
const FRACTION_STATES: usize = 5_000;
/// What share of a geometric tail's ratio its neighbour may be off, and what was cut off may be of the tail.
const EVEN: f64 = 1e-3;

/// Finds the exact figures of a scenario. `go_on` is told the number of states now and then, and ends the work by `false`:
/// then what is known comes with a bound that is as much wider.
///
/// # Errors
/// When the scenario is no chain of finitely many states, or none within the limits.
pub fn exact(
    scenario: &Scenario,
    limits: &Limits,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<Exact, NotExact> {
    admit(scenario)?;
    let laws = Laws::of(scenario)?;
    let plan = Plan::new(scenario)?;
    let model = |goal| Model { plan: &plan, laws: &laws, goal };
    let choice = Solved::of(&model(Goal::Choice), limits, go_on)?;
    let answers = match limits.answers && !choice.built.is_stopped {
        false => Err("not asked for".to_owned()),
        true => Solved::of(&model(Goal::Answers), limits, go_on)
            .and_then(|solved| solved.answers(&plan, limits, go_on))
            .map_err(|error| error.to_string()),
    };
    choice.exact(&plan, limits, answers, go_on)
}

/// A chain and where it ends.
pub(super) struct Solved {
    pub(super) built: Built,
    pub(super) absorbed: Absorbed,
    fractions: Option<Vec<ExactEnd>>,
}

impl Solved {
    /// Builds and solves the chain, as far as it takes to cut off no more than allowed.
    fn of(
        model: &Model<'_>,
        limits: &Limits,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Solved, NotExact> {
        let mut last: Option<Solved> = None;
        for (old, gap) in REACHES {
            let reach = Reach { states: limits.states, old, gap: limits.gap.unwrap_or(gap) };
            let built = build(model, reach, &mut |states| go_on(states as u64))?;
            if built.is_full {
                return Err(too_large(model, limits, (last.as_ref(), reach.gap)));
            }
            let is_stopped = built.is_stopped;
            // Half of what is known is less than what was known before.
            if is_stopped && let Some(last) = last {
                return Ok(Solved { built: Built { is_stopped, ..last.built }, ..last });
            }
            let solved = Solved::solve(built, model.plan)?;
            if is_stopped || solved.cut() <= limits.cut {
                return Ok(solved);
            }
            last = Some(solved);
        }
        let solved = last.ok_or(NotExact::Stopped)?;
        let share = solved.cut();
        Err(NotExact::Cut { share, most: limits.cut, why: why_cut(&solved.built, limits, share) })
    }

    pub(super) fn solve(built: Built, plan: &Plan) -> Result<Solved, NotExact> {
        // An event begins an attempt at most, and each sends at most two requests to every acceptor, which answer.
        let events = (4 * usize::from(plan.rules.nodes) + 2) * plan.proposers();
        let mut passes = plan.max_events as usize / events;
        let mut go_on = |_| {
            passes = passes.saturating_sub(1);
            passes > 0
        };
        let circle =
            NotExact::Internal("states follow each other in a circle although no attempt begins again");
        let absorbed = built.chain.absorb(LEFT, &mut go_on).ok_or(circle)?;
        let is_small = built.chain.states() <= FRACTION_STATES && built.unit_ns.is_some();
        let is_whole = absorbed.ends.first().is_none_or(|cut| cut.share == 0.0);
        let fractions = (is_small && is_whole).then(|| built.chain.exact_ends()).flatten();
        Ok(Solved { built, absorbed, fractions })
    }

    /// Probability that was not followed.
    pub(super) fn cut(&self) -> f64 {
        self.absorbed.left + self.absorbed.ends.get(CUT as usize).map_or(0.0, |cut| cut.share)
    }

    fn extent(&self) -> Extent {
        let chain = &self.built.chain;
        Extent {
            states: chain.states(),
            moves: chain.moves(),
            cut: self.cut(),
            rounding: self.absorbed.rounding,
            is_partial: self.built.is_stopped,
        }
    }

    /// The ends of which this is true, by number; never that of what was cut off.
    fn is(&self, end: usize, which: &dyn Fn(Option<usize>) -> bool) -> bool {
        end != CUT as usize && which(self.built.endings[end - 1].winner)
    }

    /// The sum of what `of` is of the ends that end so, and the fraction that it is.
    pub(super) fn sum(&self, which: &dyn Fn(Option<usize>) -> bool) -> Figure {
        let ends = 0..self.absorbed.ends.len();
        let ends: Vec<usize> = ends.filter(|&end| self.is(end, which)).collect();
        let fraction = self
            .fractions
            .as_ref()
            .and_then(|exact| ends.iter().try_fold(Fraction::ZERO, |sum, &end| sum.plus(exact[end].share)));
        Figure {
            // An empty sum of floats is -0.
            value: ends.iter().fold(0.0, |sum, &end| sum + self.absorbed.ends[end].share),
            bound: self.cut() + self.absorbed.rounding,
            fraction,
        }
    }

    fn exact(
        self,
        plan: &Plan,
        limits: &Limits,
        answers: Result<Answers, String>,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Exact, NotExact> {
        let (states, horizon) = (self.built.chain.states() as u64, plan.horizon as f64);
        // Beyond what matters to any figure; of a large chain each step takes long.
        let enough = if self.built.chain.moves() < 200_000 { 1e-30 } else { 1e-20 };
        let until = self.until(plan, limits);
        let course = self.built.chain.by_time(until, enough, &mut |_| go_on(states));
        let beyond = self.beyond(&course, horizon);
        if beyond > limits.cut && !self.built.is_stopped {
            let or = allowing(beyond).map_or_else(String::new, |allow| format!(", or {allow}"));
            let why = format!("these runs are still under way at `run.horizon`; raise it{or}");
            return Err(NotExact::Cut { share: beyond, most: limits.cut, why });
        }
        let sum = |which: &dyn Fn(Option<usize>) -> bool| {
            let sum = self.sum(which);
            Figure { bound: sum.bound + beyond, ..sum }
        };
        let winners = (0..plan.proposers()).map(|p| sum(&|winner| winner == Some(p))).collect();
        Ok(Exact {
            extent: self.extent(),
            beyond,
            winners,
            nothing: sum(&|winner| winner.is_none()),
            first: self.first(&course, beyond, horizon, plan.proposers()),
            by: limits.by.iter().map(|&time| (time, self.nothing_by(&course, time as f64))).collect(),
            duel: self.duel(plan),
            answers,
        })
    }

    /// Up to when the chain is looked at in time, ns.
    fn until(&self, plan: &Plan, limits: &Limits) -> f64 {
        let asked = limits.by.iter().copied().max().unwrap_or(0) as f64;
        (plan.horizon as f64).max(asked)
    }

    /// The probability that a run is under way at a time, at most.
    fn beyond(&self, course: &Transient, time: f64) -> f64 {
        let (ended, short) = course.by(time, &|end| end < self.absorbed.ends.len());
        // Where nearly all has ended the difference from 1 is rounding: what was left after the last step says more.
        let looked_at = short.max(if course.is_complete_by(time) { course.left() } else { 1.0 - ended });
        // By Chebyshev: where the looking was ended before its time, this is still known.
        let squared: f64 = self.absorbed.ends.iter().map(|end| end.time_squared).sum();
        looked_at.min(squared / (time * time) + self.absorbed.left)
    }

    /// The mean time of the runs that choose; none if none does.
    pub(super) fn mean(&self, beyond: f64, horizon: f64) -> Option<Figure> {
        let chosen = self.sum(&|winner| winner.is_some());
        if chosen.value <= chosen.bound {
            return None;
        }
        let squared = self.moment(&|winner| winner.is_some(), &|end| end.time_squared);
        let time = self.moment(&|winner| winner.is_some(), &|end| end.time);
        let value = time / chosen.value;
        // What was cut off may be chosen at any time up to the horizon; what comes later is little (Cauchy and Schwarz).
        let off = self.cut() * (horizon + value) + (squared * beyond).sqrt() + time * self.absorbed.rounding;
        let ends = || (0..self.absorbed.ends.len()).filter(|&end| self.is(end, &|winner| winner.is_some()));
        let fraction = self.fractions.as_ref().and_then(|exact| {
            let time = ends().try_fold(Fraction::ZERO, |sum, end| sum.plus(exact[end].time))?;
            time.divided_by(chosen.fraction?)
        });
        Some(Figure { value, bound: off / chosen.value, fraction })
    }

    /// The unit of a mean's fraction, ns.
    pub(super) fn unit_ns(&self) -> u64 {
        self.built.unit_ns.unwrap_or(1)
    }

    fn first(&self, course: &Transient, beyond: f64, horizon: f64, proposers: usize) -> Option<FirstChoice> {
        let mean = self.mean(beyond, horizon)?;
        let chosen = self.sum(&|winner| winner.is_some());
        let squared = self.moment(&|winner| winner.is_some(), &|end| end.time_squared);
        let of_winner = |p| {
            let time = self.moment(&|winner| winner == Some(p), &|end| end.time);
            self.up_to(time, squared, beyond, horizon)
        };
        let fourth = self.moment(&|winner| winner.is_some(), &|end| end.time_fourth);
        let quantiles = [0.5, 0.9, 0.99].into_iter().filter_map(|share| {
            let is_chosen = |end: usize| self.is(end, &|winner| winner.is_some());
            Some((share, quantile(course, &is_chosen, (share * chosen.value, chosen.bound), horizon)?))
        });
        Some(FirstChoice {
            mean,
            unit_ns: self.unit_ns(),
            quantiles: quantiles.collect(),
            by_winner: (0..proposers).map(of_winner).collect(),
            squared: self.up_to(squared, fourth, beyond, horizon * horizon),
        })
    }

    /// The sum of a moment over the ends that end so.
    fn moment(&self, which: &dyn Fn(Option<usize>) -> bool, of: &dyn Fn(&End) -> f64) -> f64 {
        let ends = self.absorbed.ends.iter().enumerate();
        ends.filter(|(end, _)| self.is(*end, which)).fold(0.0, |sum, (_, end)| sum + of(end))
    }

    /// A mean over all runs, of which `square` is that of the square, as runs up to the horizon have it, where none is more than
    /// `most`: what was cut off may be as much, and what comes later is little (Cauchy and Schwarz).
    fn up_to(&self, value: f64, square: f64, beyond: f64, most: f64) -> Figure {
        let bound = self.cut() * most + (square * beyond).sqrt() + value * self.absorbed.rounding;
        Figure { value, bound, fraction: None }
    }

    fn nothing_by(&self, course: &Transient, time: f64) -> Figure {
        let (chosen, short) = course.by(time, &|end| self.is(end, &|winner| winner.is_some()));
        let bound = self.cut() + short + self.absorbed.rounding + 1e-13;
        Figure { value: (1.0 - chosen).max(0.0), bound, fraction: None }
    }

    fn duel(&self, plan: &Plan) -> Duel {
        let ends = self.absorbed.ends.iter().skip(CUT as usize + 1);
        let longest = ends.clone().map(|end| end.by_count.len()).max().unwrap_or(0).min(MOST_LENGTHS);
        let at = |count: usize| ends.clone().map(|end| end.by_count.get(count).copied().unwrap_or(0.0)).sum();
        let mut lengths: Vec<f64> = (0..longest).map(at).collect();
        while lengths.last() == Some(&0.0) {
            lengths.pop();
        }
        let value: f64 = lengths.iter().enumerate().map(|(count, share)| count as f64 * share).sum();
        // No run has more pre-emptions than half its events: each attempt begins by one and ends by another.
        let most = f64::from(plan.max_events) / 2.0;
        let bound = self.cut() * most + value * self.absorbed.rounding;
        let tail = self.tail(&lengths);
        Duel { mean: Figure { value, bound, fraction: None }, lengths, tail }
    }

    /// The ratio at the longest duel at which what was cut off hardly shows, if it is even by then.
    fn tail(&self, lengths: &[f64]) -> Option<Tail> {
        let mut above = vec![0.0; lengths.len() + 1];
        for (at, share) in lengths.iter().enumerate().rev() {
            above[at] = above[at + 1] + share;
        }
        let off = self.cut() + 1e-15;
        let ratio = |at: usize| above[at + 1] / above[at];
        let is_known = |at: &usize| off < EVEN * above[at + 1];
        let from = (2..lengths.len()).take_while(is_known).last()?;
        if (ratio(from) - ratio(from - 1)).abs() > EVEN * ratio(from) {
            return None;
        }
        let bound = 2.0 * off / (above[from] - off) + 8.0 * self.absorbed.rounding;
        Some(Tail { from, ratio: Figure { value: ratio(from), bound, fraction: None } })
    }

    fn answers(
        &self,
        plan: &Plan,
        limits: &Limits,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Answers, NotExact> {
        let (states, horizon) = (self.built.chain.states() as u64, plan.horizon as f64);
        let groups = (plan.proposers(), &self.built.done[..]);
        let until = self.until(plan, limits);
        let course = self.built.chain.by_time_in(until, ALL_BUT, groups, &mut |_| go_on(states));
        let beyond = self.beyond(&course, horizon);
        let bound = self.cut() + self.absorbed.rounding + beyond;
        let joint = self.built.endings.iter().enumerate().map(|(at, ending)| Joint {
            winner: ending.winner,
            told: ending.told.clone(),
            share: Figure {
                value: self.absorbed.ends.get(at + 1).map_or(0.0, |end| end.share),
                bound,
                fraction: self.fractions.as_ref().map(|exact| exact[at + 1].share),
            },
        });
        let mut joint: Vec<Joint> = joint.collect();
        joint.sort_by(|a, b| b.share.value.total_cmp(&a.share.value).then_with(|| a.told.cmp(&b.told)));
        let extent = self.extent();
        let times = self.answer_times(plan, limits, (&course, beyond))?;
        Ok(Answers { extent: Extent { rounding: extent.rounding + beyond, ..extent }, joint, times })
    }
}

/// The time by which this share of all runs has come to where `which` is true; the share that ever does may be off by `bound`.
pub(super) fn quantile(
    course: &Transient,
    which: &dyn Fn(usize) -> bool,
    (share, bound): (f64, f64),
    horizon: f64,
) -> Option<Figure> {
    let at = |part: f64| course.quantile(part, horizon, which);
    let wide = bound + 1e-13;
    let (value, low, high) = (at(share)?, at((share - wide).max(0.0))?, at(share + wide)?);
    Some(Figure { value, bound: (high - value).max(value - low), fraction: None })
}

/// A chain that is too large; with what was solved before of a part of it, and how far rounds were followed now.
fn too_large(model: &Model<'_>, limits: &Limits, (before, gap): (Option<&Solved>, u64)) -> NotExact {
    let retries = if model.laws.retry == Wait::Never { "" } else { " with retries" };
    let who = format!("{} proposers on {} nodes{retries}", model.plan.proposers(), model.plan.rules.nodes);
    let or = match before {
        Some(solved) => allowing(solved.cut()),
        // Nothing was solved yet, so nothing was cut off that could be allowed for.
        None if model.laws.retry != Wait::Never && gap > 1 => Some(format!(
            "follow rounds less far apart (--gap {}), and allow for what that cuts off (--cut)",
            gap / 2
        )),
        None => None,
    };
    let or = or.map_or_else(String::new, |or| format!(", or {or}"));
    NotExact::TooLarge { most: limits.states, who, or }
}

/// What allows for so much to be cut off: what it says is enough. None where so much is left out that the rest says little.
fn allowing(share: f64) -> Option<String> {
    let exponent = libm::ceil(libm::log10(share));
    (exponent <= -2.0).then(|| format!("allow for more to be cut off (--cut 1e{exponent})"))
}

fn why_cut(built: &Built, limits: &Limits, share: f64) -> String {
    let remedy = match (allowing(share), built.is_wide.then_some(limits.gap).flatten()) {
        (Some(allow), Some(_)) => format!("raise --gap, or {allow}"),
        (None, Some(_)) => "raise --gap".to_owned(),
        (Some(allow), None) => allow,
        (None, None) => {
            "too much probability is cut off for the rest to say much; estimate it with `synod sweep`"
                .to_owned()
        }
    };
    match (built.is_wide, limits.gap) {
        (true, Some(gap)) => format!("rounds come to lie more than {gap} apart; {remedy}"),
        (true, None) => format!("a run may go on for ever with gaps between rounds that grow; {remedy}"),
        (false, _) => format!("requests of old attempts pile up; {remedy}"),
    }
}

/// The chain itself, up to the first choice.
#[derive(Clone, Debug, PartialEq)]
pub struct ExactChain {
    /// The chain; a move's count is that of the pre-emptions on it.
    pub chain: Chain,
    /// What its ends are called: `cut` for what was cut off, `nothing`, and `won_` with a proposer's number, from 1.
    pub ends: Vec<String>,
}

/// The chain of a scenario up to the first choice, as [`exact`] solves it.
///
/// # Errors
/// As [`exact`].
pub fn exact_chain(
    scenario: &Scenario,
    limits: &Limits,
    go_on: &mut dyn FnMut(u64) -> bool,
) -> Result<ExactChain, NotExact> {
    admit(scenario)?;
    let (laws, plan) = (Laws::of(scenario)?, Plan::new(scenario)?);
    let model = Model { plan: &plan, laws: &laws, goal: Goal::Choice };
    let built = Solved::of(&model, limits, go_on)?.built;
    if built.is_stopped {
        return Err(NotExact::Stopped);
    }
    let name = |winner: Option<usize>| winner.map_or("nothing".to_owned(), |p| format!("won_{}", p + 1));
    let cut = ["cut".to_owned()].into_iter();
    Ok(ExactChain {
        ends: cut.chain(built.endings.iter().map(|it| name(it.winner))).collect(),
        chain: built.chain,
    })
}
