//! Changed totals: each number in turn.

use crate::support::env;
use synod::check::{Counter, Verdict};
use synod::sweep::Part;
use synod::sweep::journal::{decode, encode};

use super::forge::{CELLS, forge, forge_totals, parts, place, read, totals, verify_all};

/// The story of this file: one who swaps the winners, mends the fingerprint, and has all pages made again.
#[test]
fn swapped_winners_are_found_by_running_all_seeds_again() {
    let place = place();
    let mut parts = parts(&place);
    let right = parts[0].totals.winners.clone();
    parts[0].totals.winners = vec![299, 1];
    parts[1].paired = None;
    forge_totals(&place, &parts);
    // The pairs of the other cell say who won the baseline's runs: without them they are not the totals of this sweep.
    let refused = place.synod(&["report", "out"]).exits(2);
    assert!(refused.err.contains("totals.bin: cell 1: these are the totals of no runs"), "{}", refused.err);
    // A sweep of one cell has nothing else that knows.
    place
        .synod(&["sweep", "small.toml", "--set", "sweep={}", "--seeds", "300", "--out", "one", "-q"])
        .exits(0);
    std::fs::remove_dir_all(place.path("out")).expect("removed");
    std::fs::rename(place.path("one"), place.path("out")).expect("renamed");
    let mut part = synod::report::totals_of(&read(&place, "totals.bin"), 1).expect("totals");
    assert_eq!(part[0].totals.winners, right);
    part[0].totals.winners = vec![299, 1];
    forge_totals(&place, &part);
    place.synod(&["report", "out"]).exits(0);
    let cells = String::from_utf8(read(&place, "cells.csv")).expect("text");
    assert!(cells.contains(",299,"), "{cells}");
    let plain = place.synod(&["verify", "out"]).exits(0);
    assert!(plain.err.contains("not proved that the totals are those of the runs"), "{}", plain.err);
    let found = verify_all(&place).exits(3);
    let told = format!("cell 0: winner A: 299 in the report, {} when run again", right[0]);
    assert!(found.err.contains(&told), "{}", found.err);
    for name in ["cells.csv", "report.html", "totals.bin", "figures/winner-shares.png"] {
        assert!(found.err.contains(&format!("{name}: is not what synod writes")), "{name}: {}", found.err);
    }
    place.line(found.last_line()).exits(3);
    // Whoever is handed the bundle finds it, too.
    place.synod(&["writeup", "out", "--out", "bundle"]).exits(0);
    let mut shell = std::process::Command::new("sh");
    shell.arg(place.path("bundle/reproduce.sh")).env("SYNOD", env!("CARGO_BIN_EXE_synod"));
    let again = shell.output().expect("a shell");
    assert_eq!(again.status.code(), Some(3), "{again:?}");
    assert!(
        String::from_utf8_lossy(&again.stderr).contains("NOT reproduced: cells.csv differs"),
        "{again:?}"
    );
}

/// A piece of what is said of a change, and the change.
type Change<T> = (&'static str, fn(&mut T));

/// Places where a number begins.
fn numbers(bytes: &[u8]) -> Vec<usize> {
    (0..bytes.len()).filter(|&at| at == 0 || bytes[at - 1] < 0x80).collect()
}

/// Numbers of the file changed in their lowest digit: nothing passes. `SYNOD_EVERY_NUMBER=1` tries all of them.
#[test]
fn numbers_of_the_totals_are_checked_one_by_one() {
    let place = place();
    let pieces: Vec<Vec<u8>> = parts(&place).iter().map(encode).collect();
    let every = env::is_long("SYNOD_EVERY_NUMBER");
    let mut counts = [0; 2];
    for cell in 0..CELLS {
        for at in numbers(&pieces[cell]) {
            let mut changed = pieces.clone();
            changed[cell][at] ^= 1;
            // Most are no totals, or contradict themselves; in-process, for that takes no time.
            let is_read = decode(&changed[cell]).is_some();
            counts[usize::from(is_read)] += 1;
            // Each is found; with the command, for that takes time, some that are read and few that are not.
            if !at.is_multiple_of(if is_read { 37 } else { 499 }) && !every {
                continue;
            }
            forge(&place, "totals.bin", &totals(&changed));
            let found = verify_all(&place);
            assert_eq!(found.code, 3, "byte {at} of cell {cell}: {found:?}");
            let named = ["totals.bin: ", &format!("cell {cell}: ")].map(|name| found.err.contains(name));
            assert!(named.contains(&true), "byte {at} of cell {cell}: {}", found.err);
        }
    }
    assert!(counts[0] > 10 && counts[1] > 100, "{counts:?}");
    forge(&place, "totals.bin", &totals(&pieces));
    verify_all(&place).exits(0);
}

/// What contradicts itself is refused by every reader, with the contradiction, and nothing overflows.
#[test]
fn nonsense_is_refused_by_all_that_read_it() {
    let place = place();
    let right = parts(&place);
    let before = read(&place, "report.html");
    let cases: [Change<Part>; 16] = [
        ("its seeds are", |part| part.totals.runs += 1),
        ("wins add up", |part| part.totals.winners[0] = u64::MAX),
        ("undecided runs are", |part| part.totals.undecided = u64::MAX),
        ("runs by verdict", |part| part.totals.verdicts = [u64::MAX; 7]),
        ("decided, starved and unfinished", |part| part.totals.verdicts.swap(0, Verdict::GaveUp as usize)),
        ("runs with a violation", |part| part.totals.violations = 1),
        ("seeds of a first violation", |part| part.totals.first_violation = Some(7)),
        ("runs with a hazard", |part| part.totals.hazards[0] = 301),
        ("runs by joint outcome", |part| {
            *part.totals.outcomes.values_mut().next().expect("one") += u64::MAX / 2
        }),
        ("runs by duel length", |part| *part.totals.duel_histogram.entry(u32::MAX).or_default() += 1),
        ("times in the histogram", |part| part.totals.chosen_at_histogram.record_n(5, u64::MAX)),
        ("times of a client's answers", |part| part.totals.answers[1].at.record(5)),
        ("runs that leave a client open", |part| part.totals.answers[0].cut_off.record_n(5, 301)),
        ("squares", |part| part.totals.counters[Counter::Messages].sum_squares = u128::MAX - 1),
        ("a counter adds up", |part| part.totals.counters[Counter::Attempts].sum = u128::MAX),
        ("pre-emptions of each proposer", |part| {
            part.totals.preempted[0].sum += 2;
            part.totals.preempted[0].sum_squares += 2;
            part.totals.preempted[0].sum_cubes += 2;
        }),
    ];
    for (says, change) in cases {
        for cell in 0..CELLS {
            let mut parts = right.clone();
            change(&mut parts[cell]);
            forge_totals(&place, &parts);
            let readers = [("report", 2), ("writeup", 2), ("verify", 3)];
            // Every reader of one contradiction, and one of each.
            let which = if says == "its seeds are" { &readers[..] } else { &readers[..1] };
            for &(command, code) in which {
                let refused = place.synod(&[command, "out"]).exits(code);
                let named = format!("totals.bin: cell {cell}: these are the totals of no runs: ");
                assert!(
                    refused.err.contains(&named) && refused.err.contains(says),
                    "{says}: {}",
                    refused.err
                );
            }
        }
    }
    assert_eq!(read(&place, "report.html"), before, "nothing was rendered");
    // Pairs, too.
    let pairs: [Change<synod::sweep::Paired>; 5] = [
        ("a table", |paired| paired.winners[0].both = u64::MAX),
        ("pairs", |paired| paired.parted = u64::MAX),
        ("pairs", |paired| paired.cut = u64::MAX),
        ("sums over pairs", |paired| paired.counters[Counter::Attempts].sum_squares += 1),
        ("by its runs", |paired| paired.violations[0] += 1),
    ];
    for (says, change) in pairs {
        let mut parts = right.clone();
        change(parts[1].paired.as_mut().expect("paired"));
        forge_totals(&place, &parts);
        let refused = place.synod(&["report", "out"]).exits(2);
        assert!(
            refused.err.contains("totals.bin: cell 1: ") && refused.err.contains(says),
            "{}",
            refused.err
        );
    }
}

/// A quantile of more values than there can be is no panic, wherever it is asked.
#[test]
fn quantiles_of_absurd_counts_do_not_overflow() {
    let mut histogram = synod::stats::Histogram::new();
    histogram.record_n(3, u64::MAX);
    histogram.record_n(7, u64::MAX);
    assert_eq!(histogram.quantile(0.5).map(|found| found.value), Some(3));
}

#[test]
fn what_is_no_file_of_totals_is_named() {
    let place = place();
    let right = read(&place, "totals.bin");
    let pieces: Vec<Vec<u8>> = parts(&place).iter().map(encode).collect();
    let swapped = totals(&[pieces[1].clone(), pieces[0].clone()]);
    let one = totals(&pieces[..1]);
    let many = totals(&[&pieces[..], &pieces[..]].concat());
    for bytes in [&b""[..], b"synod-totals/2\n", &right[..right.len() - 1], &swapped, &one, &many] {
        forge(&place, "totals.bin", bytes);
        assert!(verify_all(&place).exits(3).err.contains("totals.bin: "), "{} bytes", bytes.len());
        place.synod(&["report", "out"]).exits(2);
    }
}
