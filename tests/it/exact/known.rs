//! Figures that are known otherwise: fractions worked out by hand, and what another solver made of the same chains.
//!
//! The decimal figures are of Storm (stormpy 2.0), which solved chains that a prototype, written independently of `src/`, had
//! exported, and of that prototype.

use synod::check::ClientOutcome;
use synod::run::{Exact, Figure};

use super::{exact, known_of, limits};
use crate::support::totals::{scenario, shipped, shipped_with};

#[track_caller]
fn is(figure: &Figure, fraction: &str, value: f64) {
    assert_eq!(figure.fraction.map(|it| it.to_string()).as_deref(), Some(fraction), "{figure:?}");
    near(figure, value);
}

/// To what is printed of the other: twelve digits after the point.
#[track_caller]
fn near(figure: &Figure, value: f64) {
    assert!(
        (figure.value - value).abs() <= figure.bound + 5e-13 * value.max(1.0),
        "{figure:?}, known {value}"
    );
}

#[test]
fn one_attempt_each_is_five_to_forty_nine() {
    let found = known_of(&shipped("duel"));
    is(&found.winners[0], "5/54", 5.0 / 54.0);
    is(&found.winners[1], "49/54", 49.0 / 54.0);
    is(&found.nothing, "0", 0.0);
    let first = found.first.as_ref().expect("something is chosen");
    assert_eq!(
        (first.mean.fraction.map(|it| it.to_string()).as_deref(), first.unit_ns),
        (Some("1081/648"), 10_000_000)
    );
    assert!((first.mean.value - 1081.0 / 648.0 * 1e7).abs() < 1e-6);
    assert_eq!(found.extent.cut, 0.0);
}

#[test]
fn a_single_proposer_waits_for_two_faster_round_trips() {
    let found = known_of(&shipped("solo"));
    is(&found.winners[0], "1", 1.0);
    let mean = found.first.expect("something is chosen").mean;
    assert_eq!(mean.fraction.map(|it| it.to_string()).as_deref(), Some("7/4"));
    // The client waits for two phases, each the faster of two round trips: of two sums of two stages the less has a mean of 5/4.
    let answered = scenario(&format!("[[proposer]]\nname = \"A\"\nnode = 1\n{EXPONENTIAL}"));
    let answers = known_of(&answered).answers.expect("it is known what clients are told");
    let [client] = &answers.times[..] else { panic!("{answers:?}") };
    is(&client.share, "1", 1.0);
    assert_eq!(client.mean.and_then(|it| it.fraction).map(|it| it.to_string()).as_deref(), Some("5/2"));
    assert_eq!(client.unit_ns, 10_000_000);
}

#[test]
fn the_labs_clients_are_told_what_was_worked_out() {
    let found = known_of(&shipped("lab2-exponential"));
    is(&found.winners[0], "15/64", 15.0 / 64.0);
    let answers = found.answers.expect("it is known what clients are told");
    let told = |told: ClientOutcome| answers.share(&move |joint| joint.told[0] == told);
    let failed = |phase, count| told(ClientOutcome::Failed { phase, count });
    is(&failed(1, 1), "1/8", 1.0 / 8.0);
    is(&failed(2, 0), "41/64", 41.0 / 64.0);
    is(&failed(2, 1), "23/128", 23.0 / 128.0);
    is(&told(ClientOutcome::Own), "7/128", 7.0 / 128.0);
    // By Bayes: of 15/64 chosen 23/128 are told FAILED.
    let (is_failed, is_chosen) = (
        |joint: &synod::run::Joint| matches!(joint.told[0], ClientOutcome::Failed { .. }),
        |joint: &synod::run::Joint| joint.winner == Some(0),
    );
    is(&answers.given(&is_failed, &is_chosen).expect("A may be chosen"), "23/30", 23.0 / 30.0);
    is(&answers.given(&is_chosen, &is_failed).expect("A may fail"), "23/121", 23.0 / 121.0);
}

const EXPONENTIAL: &str = "[network]\ndelay = { exponential = { mean = \"10ms\" } }\n";
const TWO: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";

fn two(protocol: &str, network: &str) -> Exact {
    let scenario = scenario(&format!("{TWO}[protocol]\n{protocol}\n{EXPONENTIAL}{network}"));
    let limits = synod::run::Limits { cut: 1e-8, answers: false, ..limits() };
    exact(&scenario, &limits, &mut |_| true).expect("it is exact")
}

/// Mean of the first choice, ms.
fn first_ms(found: &Exact) -> f64 {
    found.first.as_ref().expect("something is chosen").mean.value / 1e6
}

#[test]
fn figures_of_other_solvers_are_met() {
    const EXP: &str = "retry = { exponential = { mean = \"10ms\" } }\n";
    const LAB: &str = "transport = \"sequential\"\nballots = \"lab\"\ngive_up = \"all-replies\"\nadvance = \"all-replies\"\n";
    // Protocol, network; A is chosen, the mean first choice in ms, the mean duel.
    let table = [
        (EXP.to_owned(), "", 0.11881356, 16.99948, 0.160636),
        (
            "ballots = \"past-seen\"\nretry = { fixed = { delay = \"0ms\" } }\n".to_owned(),
            "",
            0.15300917,
            17.42761,
            0.171986,
        ),
        (LAB.to_owned(), "", 0.234375, 47.57812, 0.176514),
        (format!("{LAB}retry = {{ fixed = {{ delay = \"0ms\" }} }}\n"), "", 0.23715554, 53.52465, 0.275968),
        (
            EXP.to_owned(),
            "[network.kind.prepare]\ndelay = { exponential = { mean = \"5ms\" } }\n\
             [network.kind.promise]\ndelay = { exponential = { mean = \"20ms\" } }\n",
            0.12946744,
            20.29645,
            0.340546,
        ),
    ];
    for (protocol, network, share, ms, duel) in table {
        let found = two(&protocol, network);
        let off = [
            (found.winners[0].value - share).abs() / 5.1e-9,
            (first_ms(&found) - ms).abs() / 5.1e-6,
            (found.duel.mean.value - duel).abs() / 5.1e-7,
        ];
        assert!(off.iter().all(|&off| off <= 1.0), "{protocol}{network}: {off:?} {found:?}");
    }
    let lost = two("", "loss = 0.2\n");
    assert!((lost.nothing.value - 0.135382).abs() <= 5.1e-7, "{lost:?}");
}

#[test]
fn what_is_not_chosen_by_a_time_and_how_a_duel_goes_on_are_those_of_other_solvers() {
    let duel = shipped("duel");
    let by = exact(&duel, &synod::run::Limits { by: vec![10_000_000], ..limits() }, &mut |_| true);
    near(&by.expect("it is exact").by[0].1, 1.0 - 0.257954277032);
    let sets = [
        ("protocol.retry", "{ exponential = { mean = \"10ms\" } }"),
        ("protocol.ballots", "\"past-highest\""),
    ];
    let found =
        known_of(&shipped_with("duel", &[sets[0], sets[1], ("protocol.give_up", "\"quorum-impossible\"")]));
    let tail = found.duel.tail.expect("a duel of any length");
    assert!((tail.ratio.value - 0.047162).abs() < 1e-4, "{tail:?}");
}

#[test]
fn the_bound_holds_what_was_cut_off() {
    const ZERO: &str = "retry = { fixed = { delay = \"0ms\" } }\n";
    let of = |gap, cut| {
        let scenario = scenario(&format!("{TWO}[protocol]\n{ZERO}{EXPONENTIAL}"));
        exact(&scenario, &synod::run::Limits { gap, cut, answers: false, ..limits() }, &mut |_| true)
            .expect("it is exact")
    };
    let (rough, fine) = (of(Some(2), 0.5), of(None, 1e-7));
    assert!(
        rough.extent.states < fine.extent.states && rough.extent.cut > 10.0 * fine.extent.cut,
        "{rough:?}"
    );
    let pairs = rough.winners.iter().zip(&fine.winners).map(|(rough, fine)| (*rough, *fine));
    for (rough, fine) in pairs.chain([(rough.duel.mean, fine.duel.mean)]) {
        assert!((rough.value - fine.value).abs() <= rough.bound + fine.bound, "{rough:?} {fine:?}");
        assert!(rough.value < fine.value, "what was cut off is missing");
    }
}
