//! A sweep in shares: whatever ran where and when, the merge writes the bytes of one machine.

use std::fs;

use crate::support::command::Place;
use crate::support::dice::Dice;
use synod::sweep::journal::{Header, MAGIC, Reader, Writer, kind};

use super::fingerprints;

const SWEEP: &[&str] = &["sweep", "delay-sweep", "--seeds", "9000"];

fn share(place: &Place, shard: &str, threads: &str, out: &str) {
    let more = ["--shard", shard, "--threads", threads, "--out", out, "--quiet"];
    place.synod(&[SWEEP, &more].concat()).exits(0);
}

/// 1, 7 and 64 shares, each share and the merge with one of 1, 2, 3 and 8 threads, in shuffled order of completion.
#[test]
fn one_fingerprint_for_every_file() {
    let place = Place::new();
    place.synod(&[SWEEP, &["--threads", "1", "--out", "whole"]].concat()).exits(0);
    let whole = fingerprints(&place.path("whole"));
    assert!(whole.len() >= 14, "{whole:?}");
    let mut dice = Dice(3);
    const THREADS: [&str; 4] = ["1", "2", "3", "8"];
    for (round, of) in [1, 1, 7, 64].into_iter().enumerate() {
        let mut order: Vec<u32> = (1..=of).collect();
        dice.shuffle(&mut order);
        let out = format!("{of}-{round}");
        for (i, number) in order.iter().enumerate() {
            // On two file systems, as it were.
            let parts = format!("parts-{out}-{}", i % 2);
            share(&place, &format!("{number}/{of}"), THREADS[(i + round) % 4], &parts);
        }
        let mut merge = vec!["merge".to_owned(), format!("parts-{out}-0")];
        if of > 1 {
            merge.push(format!("parts-{out}-1"));
        }
        let threads = THREADS[3 - round];
        merge.extend(["--threads", threads, "--out", &out].map(str::to_owned));
        let merge: Vec<&str> = merge.iter().map(String::as_str).collect();
        place.synod(&merge).exits(0);
        assert_eq!(fingerprints(&place.path(&out)), whole, "{of} shares, {threads} threads");
    }
}

#[test]
fn missing_and_torn_shares_are_named_and_run_again() {
    let place = Place::new();
    place.synod(&[SWEEP, &["--out", "whole"]].concat()).exits(0);
    for number in 1..=8 {
        share(&place, &format!("{number}/8"), "2", "parts");
    }
    fs::remove_file(place.path("parts/shard-5-of-8.journal")).expect("removed");
    let refused = place.synod(&["merge", "parts", "--out", "out"]).exits(5);
    assert_eq!(refused.last_line(), "rerun with --array=5");
    assert!(!place.path("out").exists());
    // One is cut within a record, one within its header, one is damaged.
    let path = |number: u32| place.path(&format!("parts/shard-{number}-of-8.journal"));
    let cut = |number: u32, keep: usize| {
        let mut bytes = fs::read(path(number)).expect("a share");
        bytes.truncate(keep);
        fs::write(path(number), bytes).expect("written");
    };
    cut(2, fs::read(path(2)).expect("a share").len() - 1);
    cut(3, 30);
    let mut damaged = fs::read(path(8)).expect("a share");
    let middle = damaged.len() - 100;
    damaged[middle] ^= 1;
    fs::write(path(8), damaged).expect("written");
    let refused = place.synod(&["merge", "parts", "--out", "out"]).exits(5);
    assert_eq!(refused.last_line(), "rerun with --array=2-3,5,8");
    // The command that is printed for a machine without a scheduler runs the first of them.
    let line = refused.err.lines().find(|line| line.starts_with("synod sweep ")).expect("a command");
    assert_eq!(line, "synod sweep delay-sweep --seeds 9000 --shard 2/8 --out parts");
    place.line(line).exits(0);
    assert_eq!(
        place.synod(&["merge", "parts", "--out", "out"]).exits(5).last_line(),
        "rerun with --array=3,5,8"
    );
    for number in [3, 5, 8] {
        share(&place, &format!("{number}/8"), "1", "parts");
    }
    place.synod(&["merge", "parts", "--out", "out"]).exits(0);
    assert_eq!(fingerprints(&place.path("out")), fingerprints(&place.path("whole")));
    // A share that is complete ends at once.
    let again = place.synod(&[SWEEP, &["--shard", "4/8", "--out", "parts"]].concat()).exits(0);
    assert!(again.err.contains("shard 4/8 is complete"), "{}", again.err);
}

/// A folder has no order of its own; what is said of its shares has.
#[test]
fn shares_are_named_in_their_order_whatever_the_folder_says() {
    let place = Place::new();
    fs::create_dir(place.path("parts")).expect("a folder");
    let mut numbers: Vec<u32> = (1..=200).collect();
    Dice(11).shuffle(&mut numbers);
    for number in numbers {
        place.write(&format!("parts/shard-{number}-of-200.journal"), "");
    }
    let refused = place.synod(&["merge", "parts", "--out", "out"]).exits(5);
    let names: Vec<&str> = refused.err.split(", ").filter(|name| name.contains("-of-200")).collect();
    assert!(names.len() == 200 && names[1..199].is_sorted(), "{}", refused.err);
}

/// Rewrites the header of a share.
fn forge(place: &Place, path: &str, change: fn(&mut Header)) {
    let bytes = fs::read(place.path(path)).expect("a share");
    let mut reader = Reader::new(&bytes[..]).expect("memory").expect("a journal");
    let mut header =
        Header::from_bytes(&reader.record().expect("memory").expect("a header").1).expect("a header");
    change(&mut header);
    let mut writer = Writer::default();
    let mut forged = [&MAGIC[..], &writer.record(kind::HEADER, &header.to_bytes())].concat();
    while let Some((kind, payload)) = reader.record().expect("memory") {
        forged.extend(writer.record(kind, &payload));
    }
    fs::write(place.path(path), forged).expect("written");
}

#[test]
fn shares_of_different_sweeps_are_refused_and_both_are_named() {
    let place = Place::new();
    share(&place, "1/2", "1", "parts");
    let other = |arguments: &[&str]| {
        place.synod(&[arguments, &["--out", "other", "--quiet"]].concat()).exits(0);
        let refused = place.synod(&["merge", "parts", "other", "--out", "out"]).exits(5);
        fs::remove_dir_all(place.path("other")).expect("removed");
        refused.err
    };
    let said = other(&["sweep", "duel", "--seeds", "9000", "--shard", "2/2"]);
    assert!(said.contains("scenario: duel (hash") && said.contains("delay-sweep (hash"), "{said}");
    let said = other(&["sweep", "delay-sweep", "--seeds", "9001", "--shard", "2/2"]);
    assert!(said.contains("seeds: 9001 from 0 in") && said.contains("9000 from 0"), "{said}");
    let said = other(&["sweep", "delay-sweep", "--seeds", "9000", "--shard", "2/3"]);
    assert!(said.contains("number of shares: 3 shares") && said.contains("2 shares"), "{said}");
    let said = other(&["sweep", "delay-sweep", "--seeds", "9000", "--digest", "all", "--shard", "2/2"]);
    assert!(said.contains("--digest: all") && said.contains("sample"), "{said}");
    // The same share twice counts nothing twice.
    let said = other(&["sweep", "delay-sweep", "--seeds", "9000", "--shard", "1/2"]);
    assert!(said.contains("share 1/2 is there twice"), "{said}");
    // Another engine, another version.
    share(&place, "2/2", "1", "parts");
    forge(&place, "parts/shard-2-of-2.journal", |header| header.epoch += 1);
    let refused = place.synod(&["merge", "parts", "--out", "out"]).exits(5);
    assert!(refused.err.contains("engine epoch: 3 in") && refused.err.contains("4 in"), "{}", refused.err);
    forge(&place, "parts/shard-1-of-2.journal", |header| header.epoch += 1);
    let refused = place.synod(&["merge", "parts", "--out", "out"]).exits(5);
    assert!(
        refused.err.contains("engine epoch is 4, and this version of synod makes it 3"),
        "{}",
        refused.err
    );
    let refused = place.synod(&[SWEEP, &["--shard", "1/2", "--out", "parts"]].concat()).exits(5);
    assert!(refused.err.contains("its engine epoch is 4, and here it is 3"), "{}", refused.err);
    // Nothing to merge at all.
    place.synod(&["merge", "nowhere", "--out", "out"]).exits(2);
    place.synod(&["merge", ".", "--out", "out"]).exits(2);
    place.synod(&[SWEEP, &["--shard", "3/2", "--out", "parts"]].concat()).exits(2);
    place.synod(&[SWEEP, &["--shard", "1/2"]].concat()).exits(2);
}

/// What travels grows with cells plus shares, not with their product.
#[test]
fn many_shares_do_not_travel_with_many_times_the_bytes() {
    let place = Place::new();
    let bytes = |of: u32| {
        let out = format!("parts{of}");
        (1..=of).for_each(|number| share(&place, &format!("{number}/{of}"), "1", &out));
        crate::support::command::files(&place.path(&out)).iter().map(|file| file.1.len() as u64).sum::<u64>()
    };
    let (one, many) = (bytes(1), bytes(12));
    let header = 4_000;
    assert!(many < one + 12 * header, "{one} bytes in one share, {many} in twelve");
}

#[test]
fn the_script_for_slurm_is_what_a_shell_can_read() {
    let place = Place::new();
    place.write("my lab.toml", place.synod(&["scenario", "show", "lab2"]).exits(0).out);
    let set = "network.delay={ constant = \"1ms\" }";
    let arguments =
        ["slurm", "my lab.toml", "--set", set, "--shards", "8", "--seeds", "5000", "--out", "out it's"];
    let script = place.synod(&arguments).exits(0).out;
    assert!(script.contains("--array=${ARRAY:-1-8}") && script.contains("--dependency=afterok:"), "{script}");
    assert!(script.contains("--seeds 5000 --shard \"$SLURM_ARRAY_TASK_ID\"/8"), "{script}");
    // With an `sbatch` that runs its --wrap at once, the script makes the report.
    place.write(
        "sbatch",
        "#!/bin/sh\nfor a in \"$@\"; do case \"$a\" in --wrap=*) wrap=${a#--wrap=};; --array=*) array=1;; esac; done\n\
         if [ -n \"${array:-}\" ]; then for i in 1 2 3 4 5 6 7 8; do SLURM_ARRAY_TASK_ID=$i sh -c \"$wrap\" >&2; done\n\
         else sh -c \"$wrap\" >&2; fi\necho 7\n",
    );
    fs::create_dir(place.path("bin")).expect("a folder");
    fs::rename(place.path("sbatch"), place.path("bin/sbatch")).expect("moved");
    let mode =
        std::process::Command::new("chmod").args(["+x", "bin/sbatch"]).current_dir(place.path("")).status();
    assert!(mode.is_ok_and(|status| status.success()));
    let mut command = place.command();
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap_or_default());
    let submitted = command.args(arguments).arg("--submit").env("PATH", path).output().expect("it runs");
    let submitted = crate::support::command::ended(submitted).exits(0);
    assert_eq!(submitted.out, "array 7, merge 7\n");
    place.synod(&["sweep", "my lab.toml", "--set", set, "--seeds", "5000", "--out", "whole"]).exits(0);
    assert_eq!(fingerprints(&place.path("out it's")), fingerprints(&place.path("whole")));
    // A cluster without sbatch, and a sweep that is wrong.
    let mut command = place.command();
    let failed = command.args(arguments).arg("--submit").env("PATH", "/nowhere").output().expect("it runs");
    crate::support::command::ended(failed).exits(4);
    place.synod(&["slurm", "lab2", "--set", "network.loss=2", "--shards", "8", "--out", "x"]).exits(2);
    place.synod(&["slurm", "lab2", "--shards", "0", "--out", "x"]).exits(2);
}
