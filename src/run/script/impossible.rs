//! Why a step of a script cannot happen, in words that say what to write before it.
//!
//! Absent on purpose: deciding whether it can.

use crate::paxos::{Phase, Transport};
use crate::run::engine::Engine;
use crate::run::hooks::Hooks;
use crate::scenario::script::{Exchange, quoted, show};
use crate::trace::{NodeId, Observer};

impl<O: Observer + ?Sized, H: Hooks> Engine<'_, '_, O, H> {
    fn name(&self, p: usize) -> &str {
        &self.world.plan.proposers[p].name
    }

    fn shown(&self, exchange: Exchange) -> String {
        show(exchange, self.name(usize::from(exchange.proposer)))
    }

    /// `start A` on a node that is down.
    pub(super) fn stands_still(&self, p: usize) -> Result<(), String> {
        let (name, node) = (self.name(p), self.world.plan.proposers[p].node);
        if !self.world.is_down(node) {
            return Ok(());
        }
        Err(format!("start {}: node {node} of {name} is down; write `restart {node}` first", quoted(name)))
    }

    /// Whether a message can reach this node.
    pub(super) fn reach(&self, node: NodeId, exchange: Exchange) -> Result<(), String> {
        if !self.world.is_down(node) {
            return Ok(());
        }
        let shown = self.shown(exchange);
        Err(format!(
            "{shown}: node {node} is down, and what reaches it is lost; write `restart {node}` first"
        ))
    }

    /// `start A` with nothing to do.
    pub(super) fn nothing_to_submit(&self, p: usize) -> String {
        let name = self.name(p);
        format!(
            "start {}: {name}'s client has its answer, and no [[submit]] of {name} is left; end the script here, or add one",
            quoted(name)
        )
    }

    /// `timeout A` with no attempt.
    pub(super) fn nothing_to_time_out(&self, p: usize) -> String {
        let name = self.name(p);
        let what = match self.world.cast.seats[p].attempt {
            0 => format!("{name} has begun no attempt"),
            attempt => format!("attempt {attempt} of {name} is over"),
        };
        format!("timeout {}: {what}", quoted(name))
    }

    /// `giveup A` where nobody waits for another attempt.
    pub(super) fn nothing_to_give_up(&self, p: usize) -> String {
        let (name, seat) = (self.name(p), &self.world.cast.seats[p]);
        let what = match (seat.current, seat.attempt) {
            (Some(_), attempt) => {
                format!("attempt {attempt} of {name} is not over; write `timeout {}` first", quoted(name))
            }
            (None, 0) => {
                format!("{name}'s client has submitted nothing; write `start {}` first", quoted(name))
            }
            (None, _) => format!("{name}'s client has its answer"),
        };
        format!("giveup {}: {what}", quoted(name))
    }

    /// A request that was never sent.
    pub(super) fn no_request(&self, exchange: Exchange) -> String {
        let Exchange { proposer, attempt, phase, node } = exchange;
        let (shown, p) = (self.shown(exchange), usize::from(proposer));
        let (name, seat) = (self.name(p), &self.world.cast.seats[p]);
        if attempt > seat.attempt {
            let so_far = match seat.attempt {
                0 => "has begun none".to_owned(),
                1 => "has begun 1 attempt".to_owned(),
                n => format!("has begun {n} attempts"),
            };
            return format!("{shown}: {name} {so_far}; write `start {}` first", quoted(name));
        }
        if phase == 3 {
            return format!("{shown}: attempt {attempt} of {name} has announced nothing to node {node}");
        }
        let running = attempt == seat.attempt && seat.paxos.phase != Phase::Idle;
        if running && phase == 2 && seat.paxos.phase == Phase::Prepare {
            return format!(
                "{shown}: attempt {attempt} of {name} has not begun phase 2; it has {} of {} promises",
                seat.paxos.yes.len(),
                self.world.plan.rules.prepare_quorum
            );
        }
        if running && self.world.plan.rules.transport == Transport::Sequential {
            return format!(
                "{shown}: {name} calls one node after the other and has not called node {node} yet; it waits for node {}",
                seat.paxos.calling
            );
        }
        format!("{shown}: attempt {attempt} of {name} ended before it asked node {node} in phase {phase}")
    }

    /// An answer that was never given.
    pub(super) fn no_answer(&self, exchange: Exchange) -> String {
        let shown = self.shown(exchange);
        if self.world.pool.request(exchange).is_none() {
            return self.no_request(exchange);
        }
        if self.world.pool.has_arrived(exchange) {
            return format!(
                "{shown}<: node {} refused without a word (`rejection = \"silent\"`), so there is no answer",
                exchange.node
            );
        }
        format!("{shown}<: the request has not reached node {}; write {shown}> first", exchange.node)
    }

    /// A call that nobody waits for.
    pub(super) fn no_call(&self, exchange: Exchange) -> String {
        let (shown, name) = (self.shown(exchange), self.name(usize::from(exchange.proposer)));
        if self.world.plan.rules.transport != Transport::Sequential {
            return format!(
                "{shown}!: only a call of the sequential transport can fail; leave out what is never delivered"
            );
        }
        format!("{shown}!: {name} does not wait for this call")
    }
}
