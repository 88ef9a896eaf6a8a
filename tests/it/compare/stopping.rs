//! Cells of a sweep that stop by themselves: where they do, whoever runs them, and whatever was interrupted on the way.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use synod::run::Threads;
use synod::scenario::{Cell, Document};
use synod::sweep::journal::{decode, encode};
use synod::sweep::{
    CHUNK, CellResult, Coverage, Keeper, Ledger, Part, Progress, Request, Until, first_choice_sequence,
    is_look, next_chunks, sweep_part, winner_sequences,
};

use super::*;

const MOST: u64 = 200_000;

/// Times count up to here: what was not seen widens the mean by some nine of these over the number of runs.
const BOUND_NS: u64 = 500_000_000;

/// Three cells of which none needs as many runs as another.
fn jobs() -> (Vec<Job>, u64) {
    let text = shipped::find("random-retry").expect("it comes along").text;
    let text =
        format!("{text}\n[sweep.axes]\n\"protocol.retry.uniform.max\" = [\"40ms\", \"20ms\", \"13ms\"]\n");
    let grid = Document::parse(&text, "random-retry").and_then(|document| document.cells()).expect("a grid");
    let cells: Vec<Cell> = grid.iter().map(|cell| cell.expect("a cell")).collect();
    let job = |cell: &Cell| job(&cell.scenario);
    (cells.iter().map(job).collect(), BOUND_NS)
}

/// Keeps parts, and interrupts when there are so many.
struct Kept<'a> {
    parts: Mutex<Vec<Vec<u8>>>,
    most: usize,
    stop: &'a AtomicBool,
}

impl Keeper for Kept<'_> {
    fn keep(&self, part: &Part) -> std::io::Result<()> {
        let mut parts = self.parts.lock().expect("no panic");
        parts.push(encode(part));
        if parts.len() >= self.most {
            self.stop.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Counts the runs that are done or not needed.
struct Counted(AtomicU64);

impl Progress for Counted {
    fn advance(&self, runs: u64) {
        self.0.fetch_add(runs, Ordering::Relaxed);
    }
}

/// Goes on from these parts until so many are there; all parts, and what the cells came to if that was the end.
fn go(
    jobs: &[Job],
    until: Until,
    before: &[Vec<u8>],
    most: usize,
) -> (Vec<Vec<u8>>, Option<Vec<CellResult>>) {
    let ledger = Ledger::new(jobs, MOST);
    for bytes in before {
        assert_eq!(ledger.add(&decode(bytes).expect("a part")), Ok(()));
    }
    let (known, all) = ledger.runs_known(0..ledger.tasks());
    let (stop, counted) = (AtomicBool::new(false), Counted(AtomicU64::new(known)));
    let kept = Kept { parts: Mutex::new(before.to_vec()), most, stop: &stop };
    let tasks = 0..ledger.tasks();
    let what = Request {
        jobs,
        first: 0,
        coverage: Coverage::Sample,
        tasks,
        pairing: None,
        until: Some(until),
        bound_ns: Some(BOUND_NS),
    };
    let ended = sweep_part(&what, &ledger, &counted, &kept, &stop).is_ok();
    if ended {
        assert_eq!(counted.0.into_inner(), all, "the bar comes to its end");
    }
    (kept.parts.into_inner().expect("no panic"), ended.then(|| ledger.close()))
}

#[test]
fn a_cell_stops_at_its_first_look_that_is_narrow_enough() {
    let (jobs, horizon_ns) = jobs();
    for until in [Until::Time(1e6), Until::Share(0.025)] {
        let results = go(&jobs, until, &[], usize::MAX).1.expect("it ends");
        let runs: Vec<u64> = results.iter().map(|result| result.totals.runs).collect();
        println!("{until}: {runs:?} runs");
        assert!(runs.iter().all(|&runs| is_look(runs, MOST)), "{runs:?}");
        assert!(runs.iter().any(|&n| n < MOST) && runs[0] <= runs[2], "{runs:?}");
        for (job, result) in jobs.iter().zip(&results) {
            assert!(result.totals.runs == MOST || until.is_reached_by(&result.totals, horizon_ns), "{until}");
            // As an ordinary sweep of as many seeds; and one look before it was not yet so.
            let alone = |seeds: u64| {
                let one = [job.clone()];
                let never = AtomicBool::new(false);
                let found = synod::sweep::sweep(&one, 0, seeds, Coverage::Sample, &Silent, &never);
                found.expect("uninterrupted").remove(0)
            };
            assert_eq!(alone(result.totals.runs), *result);
            let looks = std::iter::successors(Some(1), |&chunks| Some(next_chunks(chunks)));
            let before = looks.map(|chunks| chunks * CHUNK).take_while(|&n| n < result.totals.runs).last();
            if let Some(before) = before {
                assert!(
                    !until.is_reached_by(&alone(before).totals, horizon_ns),
                    "{until}: reached at {before}"
                );
            }
        }
    }
}

#[test]
fn threads_and_interruptions_change_nothing() {
    let (jobs, _) = jobs();
    let until = Until::Time(1e6);
    let whole = go(&jobs, until, &[], usize::MAX);
    for threads in [1, 3] {
        let pool = Threads::start(threads, 1 << 20).expect("threads");
        assert_eq!(pool.on(|| go(&jobs, until, &[], usize::MAX)).1, whole.1);
    }
    // Interrupted again and again, each time a part later than before.
    let (mut parts, mut most, mut ends) = (Vec::new(), 1, 0);
    let ended = loop {
        let (kept, ended) = go(&jobs, until, &parts, most);
        (parts, most, ends) = (kept, most + 2, ends + 1);
        if let Some(ended) = ended {
            break ended;
        }
    };
    println!("interrupted {ends} times");
    assert!(ends > 5);
    assert_eq!(Some(ended), whole.1);
}

/// The intervals that a stopped cell shows are those by which it stopped.
#[test]
fn what_it_stops_by_is_wider_than_for_one_look() {
    let (jobs, horizon_ns) = jobs();
    let result = go(&jobs, Until::Share(0.05), &[], usize::MAX).1.expect("it ends").remove(0);
    let totals = &result.totals;
    let shares = winner_sequences(totals);
    assert_eq!(shares.len(), 3);
    let counts = [totals.winners[0], totals.winners[1], totals.undecided];
    for (always, once) in shares.iter().zip(synod::stats::simultaneous(&counts, 0.05)) {
        assert!(always.low <= once.low && once.high <= always.high && always.width() <= 0.05);
    }
    let mean = first_choice_sequence(totals, horizon_ns).expect("enough runs");
    let once = totals.chosen_at.mean_interval(synod::stats::Z95).expect("they vary");
    assert!(mean.low < once.low && once.high < mean.high);
    // A run that was cut off before the horizon leaves the mean unknown; one at the horizon does not.
    let mut cut = totals.clone();
    cut.undecided += 1;
    cut.censored_at_histogram.record(horizon_ns);
    assert!(first_choice_sequence(&cut, horizon_ns).is_some());
    cut.censored_at_histogram.record(horizon_ns / 2);
    assert_eq!(first_choice_sequence(&cut, horizon_ns), None);
}
