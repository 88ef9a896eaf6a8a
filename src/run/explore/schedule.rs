//! A path through the states as a script, and the scenario that it belongs to.
//!
//! Absent on purpose: finding it.

use crate::scenario::Scenario;
use crate::scenario::model::{Delay, Faults, Network, Proposer, Retry, Run, Script};
use crate::scenario::script::{Exchange, quoted, show};

use super::act::Action;

/// The scenario without what has no meaning in an exploration or a script: times, delays, faults, reads.
pub(super) fn bare(scenario: &Scenario) -> Scenario {
    let mut bare = Scenario {
        network: Network::default(),
        script: None,
        fault: Vec::new(),
        faults: Faults::default(),
        read: Vec::new(),
        run: Run::default(),
        expect: None,
        sweep: None,
        ..scenario.clone()
    };
    for proposer in &mut bare.proposer {
        proposer.start = Delay::zero();
    }
    let protocol = &mut bare.protocol;
    (protocol.retry, protocol.max_attempts, protocol.announce) = (Retry::None, None, false);
    (protocol.phase_timeout, protocol.attempt_timeout, protocol.rpc_timeout) = (None, None, None);
    bare
}

/// The scenario with a schedule.
pub(super) fn scripted(bare: Scenario, schedule: &str) -> Scenario {
    Scenario { script: Some(Script { schedule: schedule.to_owned() }), ..bare }
}

/// A path in the notation of scripts; a line for each attempt's beginning.
pub(super) fn write(path: &[Action], proposers: &[Proposer]) -> String {
    let name = |p: usize| proposers.get(p).map_or("?", |proposer| proposer.name.as_str());
    let shown = |exchange: Exchange| show(exchange, name(usize::from(exchange.proposer)));
    let mut text = String::new();
    let mut at = 0;
    while let Some(action) = path.get(at) {
        at += 1;
        let word = match *action {
            Action::Start(p) => format!("start {};", quoted(name(p))),
            Action::Fail(call) => format!("{}!", shown(call)),
            Action::GiveUp(p) => format!("timeout {};", quoted(name(p))),
            // Paths are told as single deliveries.
            Action::Hear { .. } => continue,
            Action::Deliver(message) => {
                let exchange = message.exchange();
                let answered = matches!(path.get(at), Some(Action::Deliver(next))
                    if message.is_request() && !next.is_request() && next.exchange() == exchange);
                at += usize::from(answered);
                let sign = match (answered, message.is_request()) {
                    (true, _) => "",
                    (_, true) => ">",
                    (_, false) => "<",
                };
                format!("{}{sign}", shown(exchange))
            }
        };
        let gap = match (text.is_empty(), action) {
            (true, _) => "",
            (_, Action::Start(_)) => "\n",
            _ => " ",
        };
        text.push_str(gap);
        text.push_str(&word);
    }
    text.trim_end_matches(';').to_owned()
}
