//! When each client has its answer, exactly: shares and times by which are read off the chain of all answers, in which the states
//! where a client has its own are a group; its mean is that of the same chain, ended where that one has it.
//!
//! Absent on purpose: what clients are told (`solve`).

use super::build::{Built, CUT, Ending};
use super::error::NotExact;
use super::figures::{Answered, Figure};
use super::solve::{Limits, Solved, quantile};
use crate::check::ClientOutcome;
use crate::run::plan::Plan;
use crate::stats::{Chain, Target, Transient};

/// The end of runs in which the client has no answer, and of those in which it has one.
const UNANSWERED: u32 = CUT + 1;
const ANSWERED: u32 = CUT + 2;
/// Shares of all runs that are asked for: those that a sweep estimates.
const SHARES: [f64; 2] = [0.5, 0.99];

impl Solved {
    /// When each client has its answer, by proposer: of the chain of all answers, its course in which the clients are the
    /// groups, and the probability of what lasts beyond the horizon.
    pub(super) fn answer_times(
        &self,
        plan: &Plan,
        limits: &Limits,
        (course, beyond): (&Transient, f64),
    ) -> Result<Vec<Answered>, NotExact> {
        (0..plan.proposers()).map(|client| self.answer_time(client, plan, limits, (course, beyond))).collect()
    }

    fn answer_time(
        &self,
        client: usize,
        plan: &Plan,
        limits: &Limits,
        (course, beyond): (&Transient, f64),
    ) -> Result<Answered, NotExact> {
        let ending = |winner| Ending { winner, told: Vec::new() };
        // Whoever has an answer stands where in the chain of the first choice stands who has won.
        let built = Built {
            chain: self.until_answered(client),
            endings: vec![ending(None), ending(Some(client))],
            done: Vec::new(),
            ..self.built
        };
        let solved = Solved::solve(built, plan)?;
        let (ends, horizon) = (self.built.chain.ends(), plan.horizon as f64);
        let is_answered = |end: usize| end == ends + client || end < ends && self.is_told(end, client);
        let share = solved.sum(&|winner| winner.is_some());
        let share = Figure { bound: share.bound + beyond, ..share };
        let by = |time: u64| {
            let (value, short) = course.by(time as f64, &is_answered);
            let bound = self.cut() + short + self.absorbed.rounding + 1e-13;
            (time, Figure { value, bound, fraction: None })
        };
        let quantile = |part| Some((part, quantile(course, &is_answered, (part, share.bound), horizon)?));
        Ok(Answered {
            share,
            mean: solved.mean(beyond, horizon),
            unit_ns: solved.unit_ns(),
            quantiles: SHARES.into_iter().filter_map(quantile).collect(),
            by: limits.by.iter().map(|&time| by(time)).collect(),
        })
    }

    /// Whether a client has an answer in the runs that end so.
    fn is_told(&self, end: usize, client: usize) -> bool {
        let ending = end.checked_sub(CUT as usize + 1).map(|at| &self.built.endings[at]);
        ending.is_some_and(|it| it.told.get(client).is_some_and(|told| *told != ClientOutcome::None))
    }

    fn until_answered(&self, client: usize) -> Chain {
        let Built { chain, done, .. } = &self.built;
        chain.redirected(&|to| match to.get() {
            Ok(state) if done[state] >> client & 1 != 0 => Target::end(ANSWERED),
            Ok(_) => to,
            Err(end) if end == CUT as usize => to,
            Err(end) => Target::end(if self.is_told(end, client) { ANSWERED } else { UNANSWERED }),
        })
    }
}
