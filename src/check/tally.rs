//! Counts a run's events into its [`Outcome`].
//!
//! Absent on purpose: safety (sibling). What is chosen is asked of the checker, for only it can know.

use super::invariant::InvariantSet;
use super::outcome::{Client, Hazard, Outcome, Verdict};
use super::safety::Chosen;
use crate::trace::{Answer, Event, ProposerId, StopReason, SubmissionId};

/// The counters of the run that is going on.
#[derive(Clone, Debug)]
pub struct Tally {
    outcome: Outcome,
    answered: usize,
}

impl Tally {
    /// Counts runs in which these submissions are made, named by the proposers they go to.
    pub fn new(submissions: &[ProposerId]) -> Self {
        let client = |(i, &proposer)| Client {
            proposer,
            submission: i as SubmissionId,
            answer: None,
            at_ns: 0,
            counter: 0,
        };
        let clients = submissions.iter().enumerate().map(client).collect();
        let proposers = submissions.iter().map(|p| usize::from(*p) + 1).max().unwrap_or(0);
        Tally {
            outcome: Outcome {
                verdict: Verdict::Undecided,
                stopped: StopReason::Quiescent,
                winner: None,
                chosen: None,
                chosen_at_ns: None,
                ended_at_ns: 0,
                preemptions: 0,
                preempted: vec![0; proposers],
                duel: 0,
                timeouts: 0,
                attempts: 0,
                messages_sent: 0,
                messages_lost: 0,
                duplicates: 0,
                events: 0,
                violated: InvariantSet::default(),
                hazards: [0; Hazard::ALL.len()],
                clients,
            },
            answered: 0,
        }
    }

    /// Forgets the run before.
    #[inline]
    pub fn clear(&mut self) {
        self.answered = 0;
        let o = &mut self.outcome;
        if o.preemptions > 0 {
            o.preempted.fill(0);
        }
        (o.preemptions, o.duel, o.timeouts, o.attempts) = (0, 0, 0, 0);
        (o.messages_sent, o.messages_lost, o.duplicates, o.events) = (0, 0, 0, 0);
        o.hazards = [0; Hazard::ALL.len()];
        for client in &mut o.clients {
            (client.answer, client.at_ns, client.counter) = (None, 0, 0);
        }
    }

    /// Whether every client has its answer.
    #[inline(always)]
    pub fn all_answered(&self) -> bool {
        self.answered == self.outcome.clients.len()
    }

    /// What the run came to; complete once it has stopped.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// Takes one event; `chosen` is what is chosen at that instant.
    #[inline(always)]
    pub fn on(&mut self, at_ns: u64, event: &Event, chosen: Option<Chosen>) {
        let o = &mut self.outcome;
        match *event {
            Event::Sent { lost, .. } => {
                // A run of 10⁹ events may send more than there are numbers of 32 bits.
                o.messages_sent = o.messages_sent.saturating_add(1);
                o.messages_lost = o.messages_lost.saturating_add(u32::from(lost));
            }
            Event::Started { .. } => o.attempts += 1,
            Event::Failed { proposer, why, .. } => {
                let preempted = u32::from(why.is_preemption());
                o.preemptions += preempted;
                if let Some(own) = o.preempted.get_mut(usize::from(proposer)) {
                    *own += preempted;
                }
                o.duel += if chosen.is_none() { preempted } else { 0 };
                o.timeouts += u32::from(why == crate::trace::Failure::TimedOut);
            }
            Event::Answered { submission, answer, counter, .. } => {
                if let Some(client) = o.clients.get_mut(usize::from(submission)) {
                    (client.answer, client.at_ns, client.counter) = (Some(answer), at_ns, counter);
                    self.answered += 1;
                }
            }
            Event::Read { value, .. } => self.on_read(value, chosen),
            Event::Duplicated { .. } => o.duplicates = o.duplicates.saturating_add(1),
            // A second copy counts neither as sent nor as lost.
            Event::Dropped { copy, .. } => o.messages_lost = o.messages_lost.saturating_add(u32::from(!copy)),
            _ => {}
        }
    }

    /// Counts events of the engine: deliveries, starts, retries, live time-outs, reads.
    pub fn count_events(&mut self, events: u32) {
        self.outcome.events += events;
    }

    fn on_read(&mut self, value: Option<SubmissionId>, chosen: Option<Chosen>) {
        let chosen = chosen.map(|chosen| chosen.value);
        if value.is_some() && value != chosen {
            self.outcome.hazards[Hazard::UnchosenRead as usize] += 1;
        }
        if chosen.is_some() && value != chosen {
            self.outcome.hazards[Hazard::StaleRead as usize] += 1;
        }
    }

    /// Closes the run.
    #[inline]
    pub fn finish(&mut self, at_ns: u64, reason: StopReason, chosen: Option<Chosen>, violated: InvariantSet) {
        let all_answered = self.all_answered();
        let o = &mut self.outcome;
        (o.stopped, o.ended_at_ns, o.violated) = (reason, at_ns, violated);
        o.chosen = chosen.map(|chosen| chosen.value);
        o.chosen_at_ns = chosen.map(|chosen| chosen.at_ns);
        o.winner = chosen.and_then(|chosen| o.clients.get(usize::from(chosen.value)).map(|c| c.proposer));
        let mut failed = false;
        for client in &o.clients {
            let was_told_failed = matches!(client.answer, Some(Answer::Failed { .. }));
            failed |= was_told_failed && o.chosen == Some(client.submission);
        }
        o.hazards[Hazard::FailedButChosen as usize] = u32::from(failed);
        use StopReason::{Chosen, Cycle, Horizon, MaxEvents, NodeFailed, ScriptEnded, Standstill};
        // What is still under way might decide, or answer.
        let is_cut_off = matches!(reason, Horizon | MaxEvents | Standstill | NodeFailed | ScriptEnded);
        o.verdict = match (chosen.is_some(), reason) {
            (true, Chosen) => Verdict::Decided,
            (true, _) if all_answered => Verdict::Decided,
            (true, _) if is_cut_off => Verdict::Unfinished,
            (true, _) => Verdict::Starved,
            (false, Cycle) => Verdict::LivelockProved,
            (false, Horizon | MaxEvents | Standstill | NodeFailed) => Verdict::Undecided,
            (false, _) if all_answered => Verdict::GaveUp,
            (false, ScriptEnded) => Verdict::Undecided,
            (false, _) => Verdict::Blocked,
        };
    }
}
