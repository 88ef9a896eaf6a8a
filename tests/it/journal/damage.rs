//! A journal that was cut or changed gives the same report, or is refused; never another number.

use crate::support::command::Place;
use crate::support::env;
use synod::sweep::journal::{Reader, decode, kind};
use synod::sweep::{Ledger, Part};

use super::fingerprints;

const SWEEP: &[&str] = &["sweep", "duel", "--seeds", "9000", "--threads", "1"];

/// A place with a whole report and the whole journal of its sweep.
fn place() -> (Place, Vec<u8>) {
    place_of(SWEEP)
}

fn place_of(sweep: &[&str]) -> (Place, Vec<u8>) {
    let place = Place::new();
    place.write("small.toml", SMALL);
    place.synod(&[sweep, &["--out", "whole"]].concat()).exits(0);
    place.synod(&[sweep, &["--shard", "1/1", "--out", "share"]].concat()).exits(0);
    let journal = std::fs::read(place.path("share/shard-1-of-1.journal")).expect("a journal");
    (place, journal)
}

/// Everything that is believed of a journal; none if it is not one.
fn believed(bytes: &[u8]) -> Option<(Vec<u8>, Vec<Part>)> {
    let mut reader = Reader::new(bytes).expect("memory")?;
    let (kind, header) = reader.record().expect("memory")?;
    assert_eq!(kind, synod::sweep::journal::kind::HEADER);
    let mut parts = Vec::new();
    while let Some((kind, payload)) = reader.record().expect("memory") {
        assert_eq!(kind, self::kind::PART);
        parts.push(decode(&payload).expect("what has its checksum is what was written"));
    }
    Some((header, parts))
}

/// A duel whose journal is small: all its runs are the same, so that its histograms have few buckets.
const SMALL: &str = "title = \"small\"\n[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n\
                     start = { constant = \"1ms\" }\n[network]\ndelay = { constant = \"10ms\" }\n";

/// A journal with this header and a part for each chunk, as from a slow sweep that was interrupted often.
fn many_parts(scenario: &str, header: &[u8]) -> Vec<u8> {
    use std::sync::Mutex;
    use std::sync::atomic::AtomicBool;
    use synod::run::Plan;
    use synod::scenario::{Scenario, hash};
    use synod::sweep::journal::{MAGIC, Writer, encode};
    use synod::sweep::{Coverage, Job, Keeper, Request, Silent, sweep_part};
    struct Kept(Mutex<Vec<Vec<u8>>>);
    impl Keeper for Kept {
        fn keep(&self, part: &Part) -> std::io::Result<()> {
            self.0.lock().expect("one thread").push(encode(part));
            Ok(())
        }
    }
    let scenario = Scenario::parse(scenario, "scenario").expect("valid");
    let jobs = [Job { plan: Plan::new(&scenario).expect("plans"), scenario_hash: hash(&scenario).0 }];
    let (ledger, kept) = (Ledger::new(&jobs, 9000), Kept(Mutex::default()));
    for task in 0..3 {
        let what = Request {
            jobs: &jobs,
            first: 0,
            coverage: Coverage::Sample,
            tasks: task..task + 1,
            pairing: None,
            until: None,
            bound_ns: None,
        };
        sweep_part(&what, &ledger, &Silent, &kept, &AtomicBool::new(false)).expect("runs");
    }
    let mut writer = Writer::default();
    let mut bytes = MAGIC.to_vec();
    bytes.extend(writer.record(kind::HEADER, header));
    for part in kept.0.into_inner().expect("one thread") {
        bytes.extend(writer.record(kind::PART, &part));
    }
    bytes
}

/// Cut at every byte, and one bit flipped in every byte (each bit under `SYNOD_EVERY_BYTE=1`): what is believed is the beginning of
/// what was written.
#[test]
fn only_what_was_written_is_believed() {
    let duel = synod::scenario::shipped::find("duel").expect("shipped").text;
    let journal = many_parts(duel, b"{}");
    let (header, parts) = believed(&journal).expect("whole");
    assert_eq!(parts.len(), 3);
    let mut counts = [0_usize; 4];
    let all = env::is_long("SYNOD_EVERY_BYTE");
    // Every third byte, else: a number of eight bytes is hit in each of its own.
    for at in (0..journal.len()).step_by(if all { 1 } else { 3 }) {
        for bit in (0..=8).filter(|&bit| all || bit == at % 8 || bit == 8) {
            let mut damaged = journal.clone();
            if bit == 8 {
                damaged.truncate(at);
            } else {
                damaged[at] ^= 1 << bit;
            }
            let Some((found, some)) = believed(&damaged) else { continue };
            assert!(found == header && parts.starts_with(&some), "byte {at}, bit {bit}");
            counts[some.len()] += 1;
        }
    }
    assert!(counts[0] > 0 && counts[1] > 0 && counts[2] > 0 && counts[3] == 0, "{counts:?}");
}

/// The same with the command, at some bytes of a duel's journal; `SYNOD_EVERY_BYTE=1` tries every byte of the three parts of a
/// smaller one, which takes five minutes.
#[test]
fn a_damaged_journal_gives_the_same_report_or_is_refused() {
    let every = env::is_long("SYNOD_EVERY_BYTE");
    let sweep = if every { &["sweep", "small.toml", "--seeds", "9000", "--threads", "1"] } else { SWEEP };
    let (place, mut journal) = place_of(sweep);
    if every {
        let (header, parts) = believed(&journal).expect("whole");
        journal = many_parts(SMALL, &header);
        assert_eq!((parts.len(), believed(&journal).expect("whole").1.len()), (1, 3));
    }
    let whole = fingerprints(&place.path("whole"));
    let (mut same, mut refused) = (0, 0);
    let stride = if every { 1 } else { journal.len() / 8 };
    for at in (0..journal.len()).step_by(stride) {
        for is_cut in [true, false] {
            let mut damaged = journal.clone();
            if is_cut {
                damaged.truncate(at);
            } else {
                damaged[at] ^= 1 << (at % 8);
            }
            let out = format!("out-{at}-{is_cut}");
            std::fs::create_dir(place.path(&out)).expect("a folder");
            place.write(&format!("{out}/sweep.journal"), damaged);
            let ended = place.synod(&[sweep, &["--out", &out]].concat());
            match ended.code {
                0 => {
                    assert!(
                        fingerprints(&place.path(&out)) == whole,
                        "byte {at}, cut {is_cut}: {}",
                        ended.err
                    );
                    same += 1;
                }
                5 => {
                    assert!(!is_cut, "a journal that was cut at byte {at} is refused: {}", ended.err);
                    refused += 1;
                }
                _ => panic!("byte {at}, cut {is_cut}: {ended:?}"),
            }
            std::fs::remove_dir_all(place.path(&out)).expect("removed");
        }
    }
    println!("{same} reports are the same, {refused} journals were refused");
    assert!(same > 0 && refused > 0);
}

/// With checksums made right again, nonsense is refused by what it says: it fits no sweep.
#[test]
fn nonsense_with_the_right_checksum_is_refused() {
    let (place, journal) = place();
    let (header, parts) = believed(&journal).expect("whole");
    let mut writer = synod::sweep::journal::Writer::default();
    let begin = [&synod::sweep::journal::MAGIC[..], &writer.record(kind::HEADER, &header)].concat();
    let with = |records: &[(u8, Vec<u8>)]| {
        let (mut bytes, mut writer) = (begin.clone(), writer.clone());
        records.iter().for_each(|(kind, payload)| bytes.extend(writer.record(*kind, payload)));
        bytes
    };
    let part = synod::sweep::journal::encode(&parts[0]);
    let changed = |change: fn(&mut Part)| {
        let mut part = parts[0].clone();
        change(&mut part);
        synod::sweep::journal::encode(&part)
    };
    let cases = [
        ("a part twice", with(&[(kind::PART, part.clone()), (kind::PART, part.clone())])),
        ("an unknown record", with(&[(9, part.clone())])),
        ("no part at all", with(&[(kind::PART, b"nonsense".to_vec())])),
        ("a cell that is not there", with(&[(kind::PART, changed(|part| part.cell = 7))])),
        ("a chunk that is not there", with(&[(kind::PART, changed(|part| part.chunks[0].0 = u64::MAX))])),
        ("runs that are missing", with(&[(kind::PART, changed(|part| part.totals.runs -= 1))])),
        ("a winner too much", with(&[(kind::PART, changed(|part| part.totals.winners.push(1)))])),
        ("absurd counts", with(&[(kind::PART, changed(|part| part.totals.winners[0] = u64::MAX))])),
        ("absurd verdicts", with(&[(kind::PART, changed(|part| part.totals.verdicts = [u64::MAX; 7]))])),
    ];
    for (what, bytes) in cases {
        std::fs::create_dir_all(place.path("out")).expect("a folder");
        place.write("out/sweep.journal", bytes);
        let refused = place.synod(&[SWEEP, &["--out", "out"]].concat());
        assert_eq!(refused.code, 5, "{what}: {refused:?}");
        assert!(refused.err.contains("sweep.journal: holds a record that"), "{what}: {}", refused.err);
    }
}

#[test]
fn what_is_no_regular_file_is_not_written_through() {
    let place = Place::new();
    place.write("precious", "mine");
    std::fs::create_dir_all(place.path("out")).expect("a folder");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(place.path("precious"), place.path("out/sweep.journal")).expect("a link");
        let refused = place.synod(&[SWEEP, &["--out", "out"]].concat()).exits(2);
        assert!(refused.err.contains("is no regular file"), "{}", refused.err);
        std::fs::remove_file(place.path("out/sweep.journal")).expect("removed");
        // A report's temporary names and files may be links, too: they are replaced.
        place.synod(&[SWEEP, &["--out", "out"]].concat()).exits(0);
        for name in ["report.md", "report.html.tmp", "manifest.json.tmp"] {
            let _ = std::fs::remove_file(place.path("out").join(name));
            symlink(place.path("precious"), place.path("out").join(name)).expect("a link");
        }
        place.synod(&[SWEEP, &["--out", "out"]].concat()).exits(0);
        assert_eq!(std::fs::read_to_string(place.path("precious")).expect("still there"), "mine");
        assert!(!place.path("out/report.md").symlink_metadata().expect("a file").is_symlink());
        // A folder of the report that leads elsewhere is refused.
        std::fs::remove_dir_all(place.path("out/figures")).expect("removed");
        std::fs::create_dir(place.path("elsewhere")).expect("a folder");
        symlink(place.path("elsewhere"), place.path("out/figures")).expect("a link");
        let refused = place.synod(&[SWEEP, &["--out", "out"]].concat()).exits(2);
        assert!(refused.err.contains("figures: is a link"), "{}", refused.err);
        assert_eq!(std::fs::read_dir(place.path("elsewhere")).expect("a folder").count(), 0);
        // A named pipe is not waited for.
        std::fs::create_dir(place.path("piped")).expect("a folder");
        let made = std::process::Command::new("mkfifo").arg(place.path("piped/sweep.journal")).status();
        if made.is_ok_and(|status| status.success()) {
            place.synod(&[SWEEP, &["--out", "piped"]].concat()).exits(2);
        }
    }
}
