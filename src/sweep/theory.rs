//! Which closed form of a livelock applies to a scenario, and at which point of it the scenario lies.
//!
//! A form applies if the scenario is exactly of its kind: whatever is not one of the form's own numbers has its default.
//! Absent on purpose: the forms themselves (`stats`).

use crate::scenario::{
    Ballots, GiveUp, Livelock, Net, Protocol, Rejection, Retry, Scenario, Shape, Starts, Stop,
};
use crate::stats::{
    Form, LOCAL_PREEMPTION, LOCAL_PREEMPTION_FIRST_REJECT, LOCAL_PREEMPTION_IMPOSSIBLE, Point, SILENT_LAB,
    SILENT_PAST_HIGHEST,
};

/// What the forms are about, but for the keys by which they differ.
const PAIR: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";

/// The form that says whether this scenario ever chooses, and the scenario's place in it.
pub fn livelock_form(scenario: &Scenario) -> Option<(&'static Form, Point)> {
    let (form, shape) = form_of(scenario)?;
    let Starts::At(_) = shape.starts else { return None };
    let (point, _) = place(scenario, &shape)?;
    // Where it is not proved, a run only ends at its horizon.
    (scenario.run.livelock == Livelock::Prove).then_some((form, point))
}

/// The share of the runs of this scenario in which nothing is ever chosen, by the form that says so; its starts are
/// times, or uniform.
pub fn livelock_share(scenario: &Scenario) -> Option<(&'static Form, f64)> {
    let (form, shape) = form_of(scenario)?;
    let (point, spans) = place(scenario, &shape)?;
    Some((form, form.share(point, spans)?))
}

/// The form of a scenario that has nothing else in it.
fn form_of(scenario: &Scenario) -> Option<(&'static Form, Shape)> {
    let form = form(&scenario.protocol, scenario.run.stop)?;
    let shape = Shape::of(scenario)?;
    is_plain(scenario, &shape).then_some((form, shape))
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

/// The scenario's numbers, with the offset of the first possible starts; and the spans of the starts, the lower id's first.
fn place(scenario: &Scenario, shape: &Shape) -> Option<(Point, [(f64, f64); 2])> {
    let Retry::Fixed(fixed) = &shape.retry else { return None };
    let Net::Constant { request, reply } = shape.net else { return None };
    let [one, other] = shape.starts.spans(scenario.proposer.len())[..] else { return None };
    let nodes = [scenario.proposer[0].node, scenario.proposer[1].node];
    let [low, high] = if nodes[0] < nodes[1] { [one, other] } else { [other, one] };
    let is_pair = nodes[0] != nodes[1] && !nodes.contains(&0);
    (is_pair && request == reply).then_some((
        // Times are whole nanoseconds below 2^53.
        Point {
            delay: request as i64,
            retry: i64::try_from(fixed.delay.ns()).ok()?,
            offset: high.0 as i64 - low.0 as i64,
            timeout: scenario
                .protocol
                .attempt_timeout
                .map_or(Some(0), |time| i64::try_from(time.ns()).ok())?,
        },
        [low, high],
    ))
}

/// Whether everything that neither is a number of a form nor tells it from others has its default.
fn is_plain(scenario: &Scenario, shape: &Shape) -> bool {
    let Ok(mut plain) = Scenario::parse(PAIR, "form") else { return false };
    if scenario.proposer.len() != plain.proposer.len() {
        return false;
    }
    for (plain, own) in plain.proposer.iter_mut().zip(&scenario.proposer) {
        plain.node = own.node;
    }
    let own = &scenario.protocol;
    plain.protocol = Protocol {
        ballots: own.ballots,
        rejection: own.rejection,
        give_up: own.give_up,
        attempt_timeout: own.attempt_timeout,
        local_preemption: own.local_preemption,
        ..plain.protocol
    };
    plain.run.ties = scenario.run.ties;
    shape.is_as(&plain)
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
