//! When each client has its answer, exactly: the chain of all answers, ended for one client where that one has its own.
//!
//! Absent on purpose: what clients are told (`solve`).

use super::build::{Built, CUT, Ending};
use super::error::NotExact;
use super::figures::{Answered, Figure};
use super::solve::{ALL_BUT, Limits, Solved};
use crate::check::ClientOutcome;
use crate::run::plan::Plan;
use crate::stats::{Chain, Target};

/// The end of runs in which the client has no answer, and of those in which it has one.
const UNANSWERED: u32 = CUT + 1;
const ANSWERED: u32 = CUT + 2;
/// Shares of all runs that are asked for: those that a sweep estimates.
const SHARES: [f64; 2] = [0.5, 0.99];

impl Solved {
    /// When each client has its answer, by proposer; of the chain of all answers.
    pub(super) fn answer_times(
        &self,
        plan: &Plan,
        limits: &Limits,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<Vec<Answered>, NotExact> {
        (0..plan.proposers()).map(|client| self.answer_time(client, plan, limits, go_on)).collect()
    }

    fn answer_time(
        &self,
        client: usize,
        plan: &Plan,
        limits: &Limits,
        go_on: &mut dyn FnMut(u64) -> bool,
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
        let (states, horizon) = (solved.built.chain.states() as u64, plan.horizon as f64);
        let course = solved.built.chain.by_time(solved.until(plan, limits), ALL_BUT, &mut |_| go_on(states));
        let beyond = solved.beyond(&course, horizon);
        let share = solved.sum(&|winner| winner.is_some());
        let by = |time: u64| {
            let none = solved.nothing_by(&course, time as f64);
            (time, Figure { value: 1.0 - none.value, ..none })
        };
        let first = solved.first(&course, beyond, horizon, 0);
        let quantile = |part| Some((part, solved.quantile(&course, share.bound, part, horizon)?));
        Ok(Answered {
            share: Figure { bound: share.bound + beyond, ..share },
            mean: first.as_ref().map(|first| first.mean),
            unit_ns: first.map_or(1, |first| first.unit_ns),
            quantiles: SHARES.into_iter().filter_map(quantile).collect(),
            by: limits.by.iter().map(|&time| by(time)).collect(),
        })
    }

    fn until_answered(&self, client: usize) -> Chain {
        let Built { chain, endings, done, .. } = &self.built;
        let is_told =
            |end: usize| endings[end - 1].told.get(client).is_some_and(|it| *it != ClientOutcome::None);
        chain.redirected(&|to| match to.get() {
            Ok(state) if done[state] >> client & 1 != 0 => Target::end(ANSWERED),
            Ok(_) => to,
            Err(end) if end == CUT as usize => to,
            Err(end) => Target::end(if is_told(end) { ANSWERED } else { UNANSWERED }),
        })
    }
}
