//! A scenario whose steps somebody says one by one: nothing in it happens by itself.

use crate::scenario::Scenario;
use crate::scenario::model::{Delay, Faults, Network, Retry, Run};

/// The scenario without what has no meaning where a schedule says what happens: times, delays, faults, reads, expectations.
pub(in crate::run) fn bare(scenario: &Scenario) -> Scenario {
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
    protocol.retry = Retry::None;
    (protocol.phase_timeout, protocol.attempt_timeout, protocol.rpc_timeout) = (None, None, None);
    bare
}
