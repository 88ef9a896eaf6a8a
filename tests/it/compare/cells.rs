//! The cells of a sweep beside their baseline: the same pairs that a comparison of the two makes, whoever runs them.

use std::sync::Mutex;

use synod::check::Counter;
use synod::scenario::{Bases, Cell};
use synod::sweep::journal::{decode, encode};
use synod::sweep::{CellResult, Coverage, Forget, Keeper, Ledger, Pairing, Part, Request, sweep_part};

use super::*;
use crate::support::command::Place;

const SEEDS: u64 = 9_000;

/// A grid of three policies.
fn grid(baseline: usize) -> (Vec<Cell>, Vec<Job>, Pairing) {
    let text = shipped::find("w2").expect("it comes along").text;
    let policies = format!("[{AT_ONCE}, {UNIFORM}, {BACKOFF}]");
    let text = format!("{text}\n[sweep.axes]\n\"protocol.retry\" = {policies}\n");
    let grid = Document::parse(&text, "w2").and_then(|document| document.cells()).expect("a grid");
    let cells: Vec<Cell> = grid.iter().map(|cell| cell.expect("a cell")).collect();
    let job = |cell: &Cell| job(&cell.scenario);
    let (jobs, pairing) =
        (cells.iter().map(job).collect(), Pairing::new(&cells, Bases::cell(baseline)).expect("pairs"));
    (cells, jobs, pairing)
}

fn run(jobs: &[Job], pairing: &Pairing) -> Vec<CellResult> {
    let ledger = Ledger::paired(jobs, SEEDS, Some(pairing));
    let (tasks, coverage) = (0..ledger.tasks(), Coverage::Sample);
    let what =
        Request { jobs, first: 0, coverage, tasks, pairing: Some(pairing), until: None, bound_ns: None };
    sweep_part(&what, &ledger, &Silent, &Forget, &AtomicBool::new(false)).expect("it ends");
    ledger.close()
}

#[test]
fn cells_have_the_pairs_of_a_comparison() {
    let policies = [AT_ONCE, UNIFORM, BACKOFF];
    for baseline in [0, 2] {
        let (_, jobs, pairing) = grid(baseline);
        let results = run(&jobs, &pairing);
        for (cell, result) in results.iter().enumerate() {
            let expected = (cell != baseline)
                .then(|| Two::policies("w2", &[], [policies[baseline], policies[cell]]).pairs(0, SEEDS));
            assert_eq!(result.paired, expected, "cell {cell} beside cell {baseline}");
        }
        let alone = synod::sweep::sweep(&jobs, 0, SEEDS, Coverage::Sample, &Silent, &AtomicBool::new(false));
        let unpaired = results.into_iter().map(|result| CellResult { paired: None, ..result }).collect();
        assert_eq!(alone, Ok(unpaired), "pairing changes nothing else");
    }
}

/// Two delays by two policies, each policy beside the other under the same delay.
#[test]
fn cells_along_an_axis_have_the_pairs_of_their_own_baselines() {
    let text = shipped::find("w2").expect("it comes along").text;
    let policies = [UNIFORM, AT_ONCE];
    let delays = ["5ms", "9ms"];
    let text = format!(
        "{text}\n[sweep]\nbaseline = {{ \"protocol.retry\" = {AT_ONCE} }}\n[sweep.axes]\n\
         \"network.delay.exponential.mean\" = [\"5ms\", \"9ms\"]\n\"protocol.retry\" = [{UNIFORM}, {AT_ONCE}]\n"
    );
    let document = Document::parse(&text, "w2").expect("a document");
    let sweep = document.scenario().expect("a scenario").sweep.expect("a sweep");
    let grid = document.cells().expect("a grid");
    let bases = grid.bases(&sweep.baseline.expect("a baseline")).expect("there");
    let cells: Vec<Cell> = grid.iter().map(|cell| cell.expect("a cell")).collect();
    let jobs: Vec<Job> = cells.iter().map(|cell| job(&cell.scenario)).collect();
    let pairing = Pairing::new(&cells, bases).expect("pairs");
    let results = run(&jobs, &pairing);
    for (cell, result) in results.iter().enumerate() {
        let set = [("network.delay.exponential.mean", delays[cell / 2])];
        let expected =
            (cell % 2 == 0).then(|| Two::policies("w2", &set, [policies[1], policies[0]]).pairs(0, SEEDS));
        assert_eq!(result.paired, expected, "cell {cell}");
    }
    // The shares of a sweep may have a cell without its baseline.
    let merged = Ledger::paired(&jobs, SEEDS, Some(&pairing));
    for tasks in [9..10, 0..9, 10..merged.tasks()] {
        for part in kept_of(&jobs, &pairing, tasks) {
            assert_eq!(merged.add(&part), Ok(()));
        }
    }
    assert_eq!(merged.close(), results);
}

/// What is kept of some tasks by a sweep that knows nothing else.
fn kept_of(jobs: &[Job], pairing: &Pairing, tasks: std::ops::Range<u64>) -> Vec<Part> {
    let (ledger, kept) = (Ledger::paired(jobs, SEEDS, Some(pairing)), Kept::default());
    let coverage = Coverage::Sample;
    let what =
        Request { jobs, first: 0, coverage, tasks, pairing: Some(pairing), until: None, bound_ns: None };
    sweep_part(&what, &ledger, &Silent, &kept, &AtomicBool::new(false)).expect("it ends");
    kept.0.into_inner().expect("no panic")
}

#[derive(Default)]
struct Kept(Mutex<Vec<Part>>);

impl Keeper for Kept {
    fn keep(&self, part: &Part) -> std::io::Result<()> {
        self.0.lock().expect("no panic").push(part.clone());
        Ok(())
    }
}

/// Task by task, each by another sweep that knows only what it is given, through the journal's bytes; and by one thread.
#[test]
fn parts_and_threads_change_nothing() {
    let (_, jobs, pairing) = grid(0);
    let whole = run(&jobs, &pairing);
    let pool = synod::run::Threads::start(1, 1 << 20).expect("a thread");
    assert_eq!(pool.on(|| run(&jobs, &pairing)), whole);

    let merged = Ledger::paired(&jobs, SEEDS, Some(&pairing));
    for task in (0..merged.tasks()).rev() {
        for part in kept_of(&jobs, &pairing, task..task + 1) {
            let part = decode(&encode(&part)).expect("it comes back");
            assert_eq!(merged.add(&part), Ok(()));
        }
    }
    assert_eq!(merged.close(), whole);
}

#[test]
fn a_part_with_other_pairs_does_not_fit() {
    let (_, jobs, pairing) = grid(0);
    let part = kept_of(&jobs, &pairing, 3..4).remove(0);
    let fits = |change: &dyn Fn(&mut Part)| {
        let mut part = part.clone();
        change(&mut part);
        Ledger::paired(&jobs, SEEDS, Some(&pairing)).add(&part).is_ok()
    };
    assert!(fits(&|_| {}));
    let pairs = |part: &mut Part, change: &dyn Fn(&mut Paired)| part.paired.iter_mut().for_each(change);
    assert!(!fits(&|part| part.paired = None));
    assert!(!fits(&|part| pairs(part, &|p| p.pairs += 1)));
    assert!(!fits(&|part| pairs(part, &|p| p.winners[0].both = u64::MAX)));
    assert!(!fits(&|part| pairs(part, &|p| p.winners.truncate(1))));
    assert!(!fits(&|part| pairs(part, &|p| p.counters[Counter::Messages].a.n -= 1)));
    assert!(!fits(&|part| pairs(part, &|p| p.first_parted.clear())));
}

/// What a report says of comparisons along an axis: each row names its own baseline, everywhere alike.
#[test]
fn a_report_names_the_baseline_of_each_cell() {
    let place = Place::new();
    let text = shipped::find("w2").expect("it comes along").text;
    place.write(
        "grid.toml",
        format!(
            "{text}\n[sweep]\nbaseline = {{ \"protocol.retry\" = {AT_ONCE} }}\n[sweep.axes]\n\
             \"network.delay.exponential.mean\" = [\"5ms\", \"9ms\"]\n\"protocol.retry\" = [{UNIFORM}, {AT_ONCE}, {BACKOFF}]\n"
        ),
    );
    place.synod(&["sweep", "grid.toml", "--seeds", "300", "--out", "r", "--quiet"]).exits(0);
    place.synod(&["verify", "r", "--quiet"]).exits(0);
    let read = |name: &str| std::fs::read_to_string(place.path(&format!("r/{name}"))).expect("a file");
    let table = read("cells.csv");
    let mut lines = csv::Reader::from_reader(table.as_bytes());
    let at =
        lines.headers().expect("heads").iter().position(|head| head == "baseline_cell").expect("a column");
    let bases: Vec<String> = lines.records().map(|line| line.expect("a line")[at].to_owned()).collect();
    assert_eq!(bases, ["1", "", "1", "4", "", "4"]);
    let summary: serde_json::Value = serde_json::from_str(&read("summary.json")).expect("JSON");
    let paired = |cell: usize| summary["cells"][cell]["paired"]["baseline"].clone();
    assert_eq!([0, 1, 2, 3].map(paired), [1.into(), serde_json::Value::Null, 1.into(), 4.into()]);
    let words = "the cell with retry fixed 0ms that is otherwise the same";
    let page = read("report.md");
    assert!(page.contains(&format!("Each cell minus {words}, over pairs")), "{page}");
    assert!(page.contains("| minus cell |") && page.contains("| 3 | 9ms | uniform 20ms | 4 |"), "{page}");
    let figure = read("figures/differences.svg");
    assert!(figure.contains("minus 1: 5ms · fixed 0ms") && figure.contains("minus 4: 9ms · fixed 0ms"));
}
