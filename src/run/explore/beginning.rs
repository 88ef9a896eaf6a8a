//! The state in which a script ends, for searches that begin there.
//!
//! Answers of a quorum are heard together (`reduce`): so one that the script delivers alone stays under way until the script
//! delivers the one that completes the quorum. Absent on purpose: whether the script can be run at all, which the plan has
//! tried; crashes and reads.

use std::collections::BTreeSet;

use crate::paxos::Phase;
use crate::scenario::script::{Act, Exchange, Part};

use super::act::{Action, Model};
use super::bounds::ExploreError;
use super::coverage::refuse;
use super::message::Message;
use super::state::State;

/// A script on its way.
struct Course<'c, 'm> {
    model: &'c Model<'m>,
    state: State,
    /// By proposer: who has answered in this phase, a bit each, while that is no quorum.
    heard: Vec<u64>,
    /// What was delivered.
    delivered: BTreeSet<(Exchange, bool)>,
}

/// The model from the end of its plan's script on.
pub(super) fn after_script(model: Model<'_>) -> Result<Model<'_>, ExploreError> {
    let heard = vec![0; model.plan.proposers.len()];
    let state = model.empty();
    let mut course = Course { model: &model, state, heard, delivered: BTreeSet::new() };
    for step in &model.plan.script {
        course.take(step.act)?;
    }
    let is_heard = |it: &&Message| {
        !it.is_request() && !it.is_rejection() && course.heard[it.proposer()] >> it.node() & 1 != 0
    };
    let heard = course.state.flight.iter().filter(is_heard).map(|it| it.exchange()).collect();
    let state = course.state;
    Ok(model.from(state, heard))
}

fn cannot<T>(why: impl Into<String>) -> Result<T, ExploreError> {
    refuse("script.schedule", why)
}

impl Course<'_, '_> {
    fn take(&mut self, act: Act) -> Result<(), ExploreError> {
        match act {
            Act::Start(p) if self.state.seats[usize::from(p)].attempts == self.model.bounds.attempts => {
                let most = self.model.bounds.attempts;
                cannot(format!("the script begins more than {most} attempts of a proposer; raise --attempts"))
            }
            Act::Start(p) => self.apply(Action::Start(usize::from(p))),
            Act::Timeout(p) => self.apply(Action::GiveUp(usize::from(p))),
            Act::GiveUp(_) => cannot("explore knows no client that gives up; leave out `giveup`"),
            Act::Crash(_) | Act::Restart(_) => {
                cannot("explore begins with all nodes as they are; leave out `crash` and `restart`")
            }
            Act::Read(_) => Ok(()),
            Act::Deliver(call, Part::Failure) => self.apply(Action::Fail(call)),
            Act::Deliver(exchange, part) => {
                if part != Part::Answer {
                    self.deliver(exchange, true)?;
                }
                if part != Part::Request {
                    self.deliver(exchange, false)?;
                }
                Ok(())
            }
        }
    }

    fn apply(&mut self, action: Action) -> Result<(), ExploreError> {
        let (state, broken) = self.model.apply(&self.state, action);
        let before = std::mem::replace(&mut self.state, state);
        for ((heard, was), is) in self.heard.iter_mut().zip(&before.seats).zip(&self.state.seats) {
            if (was.attempts, was.paxos.phase) != (is.attempts, is.paxos.phase) {
                *heard = 0;
            }
        }
        match broken {
            None => Ok(()),
            Some(broken) => cannot(format!(
                "the script itself breaks `{}`, so there is nothing to look for behind it; look at it with `synod run`",
                broken.invariant.name()
            )),
        }
    }

    /// A message that is not under way can change nothing: it would be refused or ignored (`reduce`).
    fn deliver(&mut self, exchange: Exchange, is_request: bool) -> Result<(), ExploreError> {
        if !self.delivered.insert((exchange, is_request)) && !self.model.bounds.duplicates {
            return cannot("the script delivers a message twice; give --duplicates, or leave out the copy");
        }
        let is_meant = |it: &&Message| it.exchange() == exchange && it.is_request() == is_request;
        let Some(&message) = self.state.flight.iter().find(is_meant) else { return Ok(()) };
        let waits = !is_request && !message.is_rejection() && self.model.hears_quorums();
        if !waits {
            return self.apply(Action::Deliver(message));
        }
        let (p, rules) = (message.proposer(), self.model.plan.rules);
        let needed = match self.state.seats[p].paxos.phase {
            Phase::Accept => rules.accept_quorum,
            _ => rules.prepare_quorum,
        };
        self.heard[p] |= 1 << message.node();
        if self.heard[p].count_ones() < u32::from(needed) {
            return Ok(());
        }
        let nodes = std::mem::take(&mut self.heard[p]);
        self.apply(Action::Hear { proposer: p as u8, nodes })
    }
}
