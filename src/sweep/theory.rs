//! Which closed form of a livelock applies to a scenario, and at which point of it the scenario lies.
//!
//! A form applies if the scenario is exactly of its kind: whatever is not one of the form's own numbers has its default.
//! Absent on purpose: the forms themselves (`stats`).

use crate::scenario::{
    Ballots, Delay, GiveUp, Protocol, Rejection, Retry, Run, Scenario, Stop, Transport, canonical,
};
use crate::stats::{
    Form, LOCAL_PREEMPTION, LOCAL_PREEMPTION_FIRST_REJECT, LOCAL_PREEMPTION_IMPOSSIBLE, Point, SILENT_LAB,
    SILENT_PAST_HIGHEST,
};

/// The form that says whether this scenario ever chooses, and the scenario's place in it.
pub fn livelock_form(scenario: &Scenario) -> Option<(&'static Form, Point)> {
    let form = form(&scenario.protocol, scenario.run.stop)?;
    let point = point(scenario)?;
    is_plain(scenario).then_some((form, point))
}

fn form(protocol: &Protocol, stop: Stop) -> Option<&'static Form> {
    match (protocol.rejection, protocol.local_preemption, protocol.attempt_timeout) {
        (Rejection::Nack, true, None) => match (protocol.ballots, protocol.give_up) {
            (Ballots::PastHighest, GiveUp::FirstReject | GiveUp::QuorumImpossible) => Some(&LOCAL_PREEMPTION),
            (_, GiveUp::FirstReject) => Some(&LOCAL_PREEMPTION_FIRST_REJECT),
            (_, GiveUp::QuorumImpossible) => Some(&LOCAL_PREEMPTION_IMPOSSIBLE),
            _ => None,
        },
        (Rejection::Silent, false, Some(_)) if stop == Stop::Chosen => match protocol.ballots {
            Ballots::PastHighest => Some(&SILENT_PAST_HIGHEST),
            Ballots::Lab => Some(&SILENT_LAB),
            Ballots::PastSeen => None,
        },
        _ => None,
    }
}

fn point(scenario: &Scenario) -> Option<Point> {
    let ns = |delay: &Delay| match delay {
        Delay::Constant(time) => i64::try_from(time.ns()).ok(),
        _ => None,
    };
    let Retry::Fixed(fixed) = &scenario.protocol.retry else { return None };
    let [one, other] = &scenario.proposer[..] else { return None };
    let (low, high) = if one.node < other.node { (one, other) } else { (other, one) };
    let is_pair = low.node >= 1 && low.node != high.node && scenario.cluster.nodes == 3;
    is_pair.then_some(Point {
        delay: ns(&scenario.network.delay)?,
        retry: i64::try_from(fixed.delay.ns()).ok()?,
        offset: ns(&high.start)? - ns(&low.start)?,
        timeout: scenario.protocol.attempt_timeout.map_or(Some(0), |time| i64::try_from(time.ns()).ok())?,
    })
}

/// Whether everything that is no number of a form has its default.
fn is_plain(scenario: &Scenario) -> bool {
    let mut rest = scenario.clone();
    let mut bare = scenario.clone();
    rest.network.delay = Delay::zero();
    bare.network = crate::scenario::Network { delay: Delay::zero(), ..Default::default() };
    let own = &scenario.protocol;
    bare.protocol = Protocol {
        ballots: own.ballots,
        rejection: own.rejection,
        give_up: own.give_up,
        retry: own.retry,
        attempt_timeout: own.attempt_timeout,
        local_preemption: own.local_preemption,
        ..Protocol::default()
    };
    let run = &scenario.run;
    bare.run = Run {
        horizon: run.horizon,
        stop: run.stop,
        ties: run.ties,
        max_events: run.max_events,
        ..Run::default()
    };
    bare.cluster = Default::default();
    (bare.submit, bare.fault, bare.read, bare.script) = (Vec::new(), Vec::new(), Vec::new(), None);
    bare.faults = Default::default();
    bare.proposer.iter_mut().for_each(|proposer| proposer.initial_round = 0);
    own.transport == Transport::Broadcast && canonical(&rest) == canonical(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCAL: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\nstart = { constant = \"4ms\" }\n\
                         [protocol]\nlocal_preemption = true\nretry = { fixed = { delay = \"5ms\" } }\n\
                         [network]\ndelay = { constant = \"10ms\" }\n";

    fn found(text: &str) -> Option<(&'static Form, Point)> {
        livelock_form(&Scenario::parse(text, "form.toml").unwrap())
    }

    #[test]
    fn a_scenario_of_a_forms_kind_lies_in_it() {
        let (form, point) = found(LOCAL).unwrap();
        assert_eq!(form, &LOCAL_PREEMPTION);
        assert_eq!(point, Point { delay: 10_000_000, retry: 5_000_000, offset: 4_000_000, timeout: 0 });
        let turned = LOCAL.replace("node = 1", "node = 2").replace("node = 3", "node = 1");
        assert_eq!(found(&turned).map(|found| found.1.offset), Some(-4_000_000));
    }

    #[test]
    fn a_scenario_with_anything_else_in_it_does_not() {
        for (old, new) in [
            ("[network]", "[network]\nloss = 0.1"),
            ("[network]", "max_attempts = 9\n[network]"),
            ("[network]", "announce = true\n[network]"),
            ("[network]", "own_messages = \"network\"\n[network]"),
            ("[network]", "phase_timeout = \"90ms\"\n[network]"),
            ("[protocol]", "[cluster]\nnodes = 5\n[protocol]"),
            ("[protocol]", "[run]\nlivelock = \"off\"\n[protocol]"),
            ("[protocol]", "[[fault]]\nat = \"9ms\"\ncrash = { nodes = [1] }\n[protocol]"),
            ("{ constant = \"10ms\" }", "{ exponential = { mean = \"10ms\" } }"),
            ("{ fixed = { delay = \"5ms\" } }", "{ uniform = { max = \"5ms\" } }"),
            ("node = 1", "node = 1\ninitial_round = 4"),
            ("local_preemption = true", ""),
        ] {
            assert!(LOCAL.contains(old));
            assert_eq!(found(&LOCAL.replacen(old, new, 1)), None, "{new}");
        }
    }
}
