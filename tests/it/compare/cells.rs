//! The cells of a sweep beside their baseline: the same pairs that a comparison of the two makes, whoever runs them.

use std::sync::Mutex;

use synod::check::Counter;
use synod::scenario::Cell;
use synod::sweep::journal::{decode, encode};
use synod::sweep::{CellResult, Coverage, Forget, Keeper, Ledger, Pairing, Part, Request, sweep_part};

use super::*;

const SEEDS: u64 = 9_000;

/// A grid of three policies.
fn grid(baseline: usize) -> (Vec<Cell>, Vec<Job>, Pairing) {
    let text = shipped::find("w2").expect("it comes along").text;
    let policies = format!("[{AT_ONCE}, {UNIFORM}, {BACKOFF}]");
    let text = format!("{text}\n[sweep.axes]\n\"protocol.retry\" = {policies}\n");
    let grid = Document::parse(&text, "w2").and_then(|document| document.cells()).expect("a grid");
    let cells: Vec<Cell> = grid.iter().map(|cell| cell.expect("a cell")).collect();
    let job = |cell: &Cell| job(&cell.scenario);
    let (jobs, pairing) = (cells.iter().map(job).collect(), Pairing::new(&cells, baseline).expect("pairs"));
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
        let (ledger, kept) = (Ledger::paired(&jobs, SEEDS, Some(&pairing)), Kept::default());
        let tasks = task..task + 1;
        let what = Request {
            jobs: &jobs,
            first: 0,
            coverage: Coverage::Sample,
            tasks,
            pairing: Some(&pairing),
            until: None,
            bound_ns: None,
        };
        sweep_part(&what, &ledger, &Silent, &kept, &AtomicBool::new(false)).expect("it ends");
        for part in kept.0.into_inner().expect("no panic") {
            let part = decode(&encode(&part)).expect("it comes back");
            assert_eq!(merged.add(&part), Ok(()));
        }
    }
    assert_eq!(merged.close(), whole);
}

#[test]
fn a_part_with_other_pairs_does_not_fit() {
    let (_, jobs, pairing) = grid(0);
    let kept = Kept::default();
    let ledger = Ledger::paired(&jobs, SEEDS, Some(&pairing));
    let what = Request {
        jobs: &jobs,
        first: 0,
        coverage: Coverage::Sample,
        tasks: 3..4,
        pairing: Some(&pairing),
        until: None,
        bound_ns: None,
    };
    sweep_part(&what, &ledger, &Silent, &kept, &AtomicBool::new(false)).expect("it ends");
    let part = kept.0.into_inner().expect("no panic").remove(0);
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
