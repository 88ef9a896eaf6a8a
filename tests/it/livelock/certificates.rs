//! Certificates: the verifier accepts those of real cycles, and rejects them when any one field is altered.

use crate::reference::anything::Points;
use synod::run::{Certificate, Plan, verify};
use synod::scenario::model::*;

use super::brute_force::certain;
use super::prove;

/// A certificate with one field changed.
pub fn altered(proof: &Certificate) -> Vec<(&'static str, Certificate)> {
    let mut all = Vec::new();
    let mut add = |name, change: &dyn Fn(&mut Certificate)| {
        let mut other = proof.clone();
        change(&mut other);
        assert_ne!(&other, proof, "{name}");
        all.push((name, other));
    };
    add("prefix_events + 1", &|c| c.prefix_events += 1);
    add("prefix_events - 1", &|c| c.prefix_events -= 1);
    add("prefix_events + period", &|c| c.prefix_events += c.period_events);
    add("prefix_events = 0", &|c| c.prefix_events = 0);
    add("prefix_ns", &|c| c.prefix_ns += 1);
    add("period_events + 1", &|c| c.period_events += 1);
    add("period_events - 1", &|c| c.period_events -= 1);
    add("period_events doubled", &|c| c.period_events *= 2);
    add("period_events = 0", &|c| c.period_events = 0);
    add("period_ns", &|c| c.period_ns += 1);
    add("round_shift", &|c| c.round_shift += 1);
    add("attempts", &|c| c.attempts_per_period += 1);
    add("preemptions", &|c| c.preemptions_per_period += 1);
    add("timeouts", &|c| c.timeouts_per_period += 1);
    add("state", &|c| {
        let other = if c.state.starts_with('0') { "1" } else { "0" };
        c.state.replace_range(0..1, other);
    });
    add("no state", &|c| c.state.clear());
    all
}

#[test]
fn any_altered_field_is_rejected() {
    let mut points = Points(77);
    let mut checked = 0;
    for seed in 0.. {
        let s = certain(&mut points, true);
        let (_, Some(proof)) = prove(&s, seed) else { continue };
        let plan = Plan::new(&s).expect("plans");
        assert_eq!(verify(&plan, seed, &proof), Ok(()), "{s:?}");
        for (name, other) in altered(&proof) {
            assert!(verify(&plan, seed, &other).is_err(), "{name}: {other:?} {s:?}");
        }
        // With proofs off it is as true.
        let mut off = s.clone();
        off.run.livelock = Livelock::Off;
        assert_eq!(verify(&Plan::new(&off).expect("plans"), seed, &proof), Ok(()));
        // Of another scenario it says nothing.
        let mut other = s.clone();
        other.protocol.retry = Retry::Uniform(RetryUniform { max: crate::support::build::ns(1_000_000) });
        assert!(verify(&Plan::new(&other).expect("plans"), seed, &proof).is_err());
        checked += 1;
        if checked == 50 {
            break;
        }
    }
}

/// A certificate survives being written as JSON, which is how `synod run` shows it.
#[test]
fn a_certificate_comes_back_from_json() {
    let mut points = Points(78);
    let proof =
        (0..).find_map(|seed| prove(&certain(&mut points, true), seed).1).expect("one of them is proved");
    let text = serde_json::to_string(&proof).expect("JSON");
    assert_eq!(serde_json::from_str::<Certificate>(&text).expect("a certificate"), proof);
}
