//! A scenario whose steps somebody says one by one: nothing in it happens by itself.

use crate::scenario::Scenario;
use crate::scenario::model::{Delay, Retry};

/// The scenario without what has no meaning where a schedule says what happens: times, delays, faults, reads, expectations.
pub(in crate::run) fn bare(scenario: &Scenario) -> Scenario {
    let kept = scenario.clone();
    let mut bare = Scenario {
        title: kept.title,
        file: kept.file,
        cluster: kept.cluster,
        submit: kept.submit,
        protocol: kept.protocol,
        ..Scenario::new(kept.proposer)
    };
    for proposer in &mut bare.proposer {
        proposer.start = Delay::zero();
    }
    let protocol = &mut bare.protocol;
    protocol.retry = Retry::None;
    (protocol.phase_timeout, protocol.attempt_timeout, protocol.rpc_timeout) = (None, None, None);
    bare
}
