//! Reports that nobody changed pass, whatever they are of: what holds between counters holds for all runs.

use std::sync::atomic::AtomicBool;

use crate::support::command::Place;
use synod::run::Plan;
use synod::scenario::{Bases, Document, hash, shipped};
use synod::sweep::{
    Coverage, Forget, Job, Ledger, Pairing, Part, Request, Silent, check_cells, swarm_scenario, sweep_part,
};

use super::forge::{place, read, verify_all};

/// Runs a few seeds of every cell of a scenario, and holds the totals against themselves.
fn is_consistent(name: &str, text: &str, seeds: u64) {
    let document = Document::parse(text, name).unwrap_or_else(|why| panic!("{name}: {why}"));
    let cells: Vec<_> =
        document.cells().expect("cells").iter().take(12).collect::<Result<_, _>>().expect("valid");
    let job = |cell: &synod::scenario::Cell| Job {
        plan: Plan::new(&cell.scenario).expect("plans"),
        scenario_hash: hash(&cell.scenario).0,
    };
    let jobs: Vec<Job> = cells.iter().map(job).collect();
    let pairing = Pairing::new(&cells, Bases::cell(0));
    let ledger = Ledger::paired(&jobs, seeds, pairing.as_ref());
    let what = Request {
        jobs: &jobs,
        first: u64::MAX - 3,
        coverage: Coverage::Sample,
        tasks: 0..ledger.tasks(),
        pairing: pairing.as_ref(),
        until: None,
        bound_ns: None,
    };
    if sweep_part(&what, &ledger, &Silent, &Forget, &AtomicBool::new(false)).is_err() {
        return;
    }
    let part = |(cell, result): (usize, synod::sweep::CellResult)| Part {
        cell: cell as u64,
        totals: result.totals,
        paired: result.paired,
        ..Part::default()
    };
    let parts: Vec<Part> = ledger.close().into_iter().enumerate().map(part).collect();
    let runs = vec![seeds; jobs.len()];
    let checked = check_cells(&jobs, pairing.as_ref(), u64::MAX - 3, &runs, &parts);
    assert_eq!(checked, Ok(()), "{name}");
}

#[test]
fn totals_of_every_shipped_scenario_are_consistent() {
    for it in shipped::ALL {
        is_consistent(it.name, it.text, 40);
    }
}

/// Every mutant breaks something, and its counts go together all the same.
#[test]
fn totals_of_mutants_are_consistent() {
    let base = shipped::find("swarm").or_else(|| shipped::find("lab2")).expect("shipped").text;
    for mutant in synod::scenario::Mutant::ALL {
        let mut document = Document::parse(base, "base").expect("valid");
        document.set("protocol.mutant", mutant.name()).expect("set");
        let Ok(scenario) = document.scenario() else { continue };
        is_consistent(mutant.name(), &scenario.to_toml(), 200);
    }
}

#[test]
fn totals_of_the_swarm_are_consistent() {
    for run in 0..100 {
        is_consistent(&format!("swarm:{run}"), &swarm_scenario(run).to_toml(), 20);
    }
}

#[test]
fn a_report_that_nobody_changed_passes_and_says_what_was_not_proved() {
    let place = place();
    let plain = place.synod(&["verify", "out"]).exits(0);
    assert!(plain.err.contains("not proved that the totals are those of the runs"), "{}", plain.err);
    let all = verify_all(&place).exits(0);
    assert_eq!(all.out, "determinism: 2/2 identical\n");
    assert!(all.err.contains("checked    all 600 runs again"), "{}", all.err);
    assert!(all.err.contains("not proved who made this report"), "{}", all.err);
    // Rendered again it is the same, and so it is where its scenario was named otherwise, set, or cut into looks.
    place.synod(&["report", "out"]).exits(0);
    verify_all(&place).exits(0);
    let before = read(&place, "manifest.json");
    place.synod(&["report", "out"]).exits(0);
    assert_eq!(read(&place, "manifest.json"), before);
}

#[test]
fn reports_of_all_kinds_pass() {
    let place = Place::new();
    let sweeps: [&[&str]; 6] = [
        &["lab2", "--seeds", "70", "--set", " network.loss = 0.1 "],
        &["lab2", "--seeds", "5000", "--first-seed", "18446744073709551000", "--digest", "all"],
        &["swarm:3", "--seeds", "50"],
        &["lab2", "--seeds", "9000", "--until-width", "0.05"],
        &["phase-silent"],
        &["lab2", "--seeds", "40", "--set", "protocol.mutant=ignores-votes"],
    ];
    for sweep in sweeps {
        let swept = place.synod(&[&["sweep"], sweep, &["--out", "out", "--fresh", "-q"]].concat());
        assert!(swept.code <= 1, "{sweep:?}: {swept:?}");
        place.synod(&["report", "out"]).exits(0);
        place.synod(&["verify", "out"]).exits(0);
        verify_all(&place).exits(0);
        std::fs::remove_dir_all(place.path("out")).expect("removed");
    }
}
