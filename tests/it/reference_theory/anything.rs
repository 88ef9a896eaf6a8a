//! Every knob at once, at random: nothing panics, safe quorums agree, and the counters add up.
//!
//! Absent on purpose: expected values; the combinations are what no closed form reaches.

use crate::reference::anything::{Points, anything};
use crate::reference::measure::runs;
use crate::reference::{Outcome, Reply, Sampler, Verdict, simulate, unsupported};
use crate::support::build::*;
use synod::scenario::model::*;

/// What must hold of any outcome.
fn adds_up(s: &Scenario, o: &Outcome) {
    assert!(o.messages_lost <= o.messages_sent && o.duel <= o.preemptions, "{o:?} {s:?}");
    assert!(o.preemptions + o.timeouts <= o.attempts, "{o:?} {s:?}");
    assert!(o.events <= s.run.max_events && o.ended_at_ns <= s.run.horizon.ns(), "{o:?} {s:?}");
    assert_eq!(o.chosen.is_some(), o.chosen_at_ns.is_some());
    let chose = matches!(o.verdict, Verdict::Decided | Verdict::Starved | Verdict::Unfinished);
    assert_eq!(o.chosen.is_some(), chose, "{o:?} {s:?}");
    for (submission, client) in o.clients.iter().enumerate() {
        match client.reply {
            Reply::Own => assert_eq!(o.chosen, Some(submission), "{o:?} {s:?}"),
            Reply::Other(value) => assert_eq!(o.chosen, Some(value), "{o:?} {s:?}"),
            Reply::Failed { .. } | Reply::None => {}
        }
    }
}

#[test]
fn any_knobs_agree_and_add_up() {
    let mut points = Points(1);
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..runs(0.5) {
        let s = anything(&mut points);
        assert_eq!(unsupported(&s), None);
        let o = simulate(&s, &mut Sampler::new(&s, seed));
        assert_eq!(o.agreement_violations, 0, "{o:?} {s:?}");
        adds_up(&s, &o);
        assert_eq!(o, simulate(&s, &mut Sampler::new(&s, seed)), "a run is a function of its seed");
        seen.insert(o.verdict);
    }
    assert_eq!(seen.len(), 6, "every verdict is reached: {seen:?}");
}

/// The checker can fail: quorums that do not intersect choose two values.
#[test]
fn quorums_that_do_not_intersect_disagree() {
    let mut s = contest(3, &[(1, constant(0)), (3, constant(0))], constant(10 * MS));
    s.cluster.unsafe_ = true;
    s.cluster.quorum = Quorum::Sizes(QuorumSizes { prepare: 1, accept: 1 });
    let o = simulate(&s, &mut Sampler::new(&s, 0));
    assert_eq!((o.agreement_violations, o.chosen), (1, Some(0)));
}
