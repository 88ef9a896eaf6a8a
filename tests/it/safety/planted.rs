//! A planted bug in the acceptor, which forgets its promise when it is asked to accept: what catches it, and how soon.

use crate::support::totals::{self, totals};
use synod::check::{Counter, Invariant};
use synod::run::Record;
use synod::scenario::Scenario;

/// Two proposers that cross each other's ways in every run.
const CONTENDED: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
    [protocol]\nretry = { uniform = { max = \"20ms\" } }\nmutant = \"none\"\n\
    [network]\ndelay = { exponential = { mean = \"10ms\" } }\n[run]\nstop = \"quiescent\"\n";

fn scenario(mutant: &str) -> Scenario {
    totals::scenario(&CONTENDED.replace("\"none\"", &format!("{mutant:?}")))
}

#[test]
fn an_acceptor_that_ignores_its_promise_is_caught_at_once() {
    const SEEDS: u64 = 20_000;
    let mutant = scenario("accept-ignores-promise");
    let totals = totals(&mutant, SEEDS);
    let runs = |invariant: Invariant| totals.violated[invariant as usize];
    for invariant in Invariant::ALL {
        println!("{}: {} of {SEEDS} runs", invariant.name(), runs(invariant));
    }
    // In words: it votes below its promise, which lets two values be chosen and told, which contradicts what was chosen.
    let first = |invariant: Invariant| {
        (0..SEEDS).find(|&seed| {
            let record = Record::of(&mutant, seed).expect("plans");
            record.outcome.violated.contains(invariant)
        })
    };
    let caught =
        [Invariant::PromisesKept, Invariant::Agreement, Invariant::ProposalSafety, Invariant::ClientsAgree];
    for invariant in caught {
        // A check that sees a share of the runs is expected within 1/share seeds: 20 times that is no bad luck.
        let within = 20 * SEEDS / runs(invariant).max(1);
        let seed = first(invariant);
        println!("{}: first at seed {seed:?}, within {within}", invariant.name());
        assert!(within <= 200, "{} sees only {} runs", invariant.name(), runs(invariant));
        assert!(seed.is_some_and(|seed| seed < within), "{}: first at {seed:?}", invariant.name());
    }
    // What the bug cannot do: proposers still begin a ballot once, pick one value for it, and only submitted ones; and what is
    // learned and told is chosen, though another value is too.
    for invariant in [
        Invariant::Validity,
        Invariant::BallotBegunOnce,
        Invariant::OneValuePerBallot,
        Invariant::ReportedImpliesChosen,
        Invariant::LearnedImpliesChosen,
    ] {
        assert_eq!(runs(invariant), 0, "{}", invariant.name());
    }

    let seed = totals.first_violation.expect("a violation");
    let record = Record::of(&mutant, seed).expect("plans");
    assert!(!record.violations.is_empty());
    assert_eq!(Record::of(&mutant, seed).expect("plans").violations, record.violations, "it replays");
}

#[test]
fn the_correct_acceptor_passes_the_same_runs() {
    let totals = totals(&scenario("none"), 20_000);
    assert_eq!((totals.violations, totals.violated), (0, [0; Invariant::ALL.len()]));
    assert!(
        totals.counters[Counter::Preemptions].sum > 10_000,
        "it is contended: {:?}",
        totals.counters[Counter::Preemptions]
    );
}

/// An ordinary sweep of the mutant ends with 1, and its last line, typed in again, shows the violation again.
#[test]
fn a_sweep_of_the_mutant_exits_with_1_and_a_line_that_replays_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("it's a mutant.toml");
    let text = CONTENDED.replace("\"none\"", "\"accept-ignores-promise\"");
    std::fs::write(&file, text).expect("written");
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_synod"));
    let sweep = std::process::Command::new(binary)
        .args(["sweep", "it's a mutant.toml", "--seeds", "50"])
        .current_dir(folder.path())
        .output()
        .expect("runs");
    let talk = String::from_utf8_lossy(&sweep.stderr).into_owned();
    assert_eq!(sweep.status.code(), Some(1), "{talk}");
    let line = talk.lines().last().unwrap_or_default().to_owned();
    assert!(line.starts_with("synod "), "{line}");
    let path = binary.parent().expect("a folder");
    let again = std::process::Command::new("sh")
        .args(["-c", &line])
        .env("PATH", format!("{}:/usr/bin:/bin", path.display()))
        .current_dir(folder.path())
        .output()
        .expect("runs");
    let talk = String::from_utf8_lossy(&again.stderr).into_owned();
    assert_eq!(again.status.code(), Some(1), "{line}: {talk}");
    assert!(talk.contains("safety is violated"), "{line}: {talk}");
}
