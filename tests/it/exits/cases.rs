//! The cases: what is there, what is asked, and with which code it ends.
//!
//! Absent on purpose: what is said, which stands in the golden files.

use std::process::{Command, Stdio};

use crate::support::child::first_record;
use crate::support::command::{Ended, Place, ended};
use synod::sweep::journal::Header;

use super::prepared::*;

pub struct Case {
    /// Of its golden file.
    pub name: &'static str,
    pub code: i32,
    /// Words after `synod`; a no-break space stands for a space within a word.
    pub command: &'static str,
    pub prepare: fn(&Place),
    pub run: fn(&Place, &[&str]) -> Ended,
    /// Takes out what differs from run to run.
    pub tidy: fn(&str) -> String,
}

pub(super) const fn case(code: i32, name: &'static str, command: &'static str) -> Case {
    Case { name, code, command, prepare: |_| {}, run: |place, words| place.synod(words), tidy: str::to_owned }
}

pub(super) const fn with(code: i32, name: &'static str, command: &'static str, prepare: fn(&Place)) -> Case {
    Case { prepare, ..case(code, name, command) }
}

pub const CASES: &[Case] = &[
    case(0, "expectations-hold", "check textbook/unseen"),
    case(2, "standard-input", "run - --seed 1"),
    with(2, "grade-absent-rung", "grade --node mine.toml --course course.toml --rung 1", |place| {
        place.write("course.toml", "[points]\nlossy = 10\n");
    }),
    case(2, "set-of-no-file", "check lab2 --set script.schedule=@absent.txt"),
    case(6, "nothing-found", "hunt duel --until duel>=900 --seeds 100"),
    // 1: safety is violated.
    case(1, "violation-run", "run duel --set protocol.mutant=accept-ignores-promise --seed 0"),
    case(1, "violation-sweep", "sweep duel --set protocol.mutant=accept-ignores-promise --seeds 2000"),
    case(1, "violation-compare", "compare duel --set-b protocol.mutant=accept-ignores-promise --seeds 2000"),
    with(1, "violation-check", "check bug.toml --seeds 2000", |place| {
        let duel = place.synod(&["scenario", "show", "duel"]).exits(0).out;
        let duel = duel.split("[expect]").next().unwrap_or_default();
        let mutant = "[protocol]\nmutant = \"accept-ignores-promise\"";
        place.write("bug.toml", duel.replacen("[protocol]", mutant, 1));
    }),
    case(1, "violation-swarm", "swarm --seeds 3000 --mutant accept-ignores-promise"),
    // 2: a wrong argument or scenario.
    case(2, "node-file-absent", "run lab2 --node absent.toml"),
    with(2, "node-knob", "run lab2 --node mine.toml --set protocol.retry=none", absent_node),
    with(
        2,
        "node-axis",
        "sweep duel --node mine.toml --set sweep.axes={\"protocol.max_attempts\"=[1,2]}",
        absent_node,
    ),
    with(2, "node-few", "run lab2 --node mine.toml --set cluster.nodes=5", |place| {
        absent_node(place);
        let text = std::fs::read_to_string(place.path("mine.toml")).expect("a file");
        let python = "[python]\nwatch = { promised = \"p\", accepted = \"a\" }\naddresses = { 1 = \"h:1\", 2 = \"h:2\", 3 = \"h:3\" }\n";
        place.write("mine.toml", text + python);
    }),
    with(2, "node-without-map", "run lab2 --node mine.toml", |place| {
        absent_node(place);
        place.write("mine.toml", "[node]\nrun = \"no-such-program\"\nfiles = [\"server.sh\"]\n");
    }),
    with(2, "node-without-watch", "run lab2 --node mine.toml", |place| {
        absent_node(place);
        let file = std::fs::read_to_string(place.path("mine.toml")).expect("a file");
        place.write("mine.toml", file + "[python]\n");
    }),
    case(2, "compare-three-sides", "compare lab2 --node a.toml --node b.toml --against built-in"),
    with(2, "node-script", "run textbook/already-chosen --node mine.toml", absent_node),
    with(2, "node-mutant", "run lab2-unlocked --node mine.toml", absent_node),
    with(2, "node-nowhere", "run lab2 --node mine.toml --set proposer.A.node=0", absent_node),
    with(
        2,
        "node-equal-values",
        "run lab2 --node mine.toml --set proposer.A.value=x --set proposer.B.value=x",
        absent_node,
    ),
    case(2, "token-own-parts", "replay lab2 --token synod2:0:0:1:1:-"),
    case(2, "token-own-nodes", "replay lab2 --token synod2:0:0:1:1:-:0"),
    case(
        2,
        "token-own-message",
        "replay lab2 --token synod1:3826e33ce68df333f2b8323ffbb7be8e:3:0:1.1.3b.2=lost:0123456789abcdef",
    ),
    case(2, "node-template", "node new pyhton mine"),
    with(2, "node-map-without-submit", "node map mine.toml", |place| {
        absent_node(place);
        let file = std::fs::read_to_string(place.path("mine.toml")).expect("a file");
        place.write("mine.toml", file + "[python]\n");
    }),
    with(2, "node-races", "node races mine.toml", absent_node),
    case(2, "argument-unknown", "run duel --sed 3"),
    case(2, "cell-past-the-last", "run duel --cell 6"),
    case(2, "cell-without-axes", "run lab2 --cell 0"),
    case(2, "argument-number", "run duel --seed three"),
    case(2, "argument-escape", "run duel\u{1b}[31m --sed"),
    case(2, "scenario-absent", "run absent.toml"),
    case(2, "scenario-near", "run lab3"),
    with(2, "writeup-into-report", "writeup report --out report", report),
    with(2, "writeup-other", "writeup report --out hand-in", |place| {
        ok(place, "sweep lab2 --seeds 20 --quiet --out other");
        ok(place, "writeup other --out hand-in");
        report(place);
    }),
    with(2, "writeup-changed", "writeup report", |place| {
        report(place);
        ok(place, "writeup report");
        place.write("report/writeup/main.tex", "my own words");
    }),
    case(2, "scenario-traversal", "run ../../../../../../etc/passwd"),
    with(2, "scenario-pipe", "run pipe.toml", |place| {
        Command::new("mkfifo").arg(place.path("pipe.toml")).status().expect("mkfifo runs");
    }),
    case(2, "scenario-device", "run /dev/zero"),
    case(2, "set-without-equals", "run duel --set network.loss"),
    case(2, "set-nan", "run duel --set network.loss=nan"),
    case(2, "set-huge", "run duel --set network.loss=1e400"),
    case(2, "set-unknown", "run duel --set network.los=1"),
    case(
        2,
        "set-deep",
        "run duel --set a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a=1",
    ),
    case(2, "swarm-run", "run swarm:x"),
    case(2, "shipped-unknown", "scenario show lab22"),
    with(2, "out-is-a-file", "sweep duel --seeds 10 --out notes", |place| place.write("notes", "mine")),
    with(2, "out-is-foreign", "sweep duel --seeds 10 --out thesis", |place| {
        std::fs::create_dir(place.path("thesis")).expect("a folder");
        place.write("thesis/chapter.tex", "mine");
    }),
    with(2, "out-is-a-link", "sweep duel --seeds 10 --out report", |place| {
        report(place);
        std::fs::rename(place.path("report/figures"), place.path("elsewhere")).expect("moved");
        std::os::unix::fs::symlink(place.path("elsewhere"), place.path("report/figures")).expect("a link");
    }),
    with(2, "journal-is-a-pipe", "sweep duel --seeds 10 --out report", |place| {
        std::fs::create_dir(place.path("report")).expect("a folder");
        Command::new("mkfifo").arg(place.path("report/sweep.journal")).status().expect("mkfifo runs");
    }),
    case(2, "rows-format", "sweep duel --seeds 10 --rows rows.txt"),
    case(2, "out-is-staging", "sweep duel --seeds 10 --out report/staging.tmp"),
    with(2, "out-is-a-dead-link", "sweep duel --seeds 10 --out report", |place| {
        std::os::unix::fs::symlink("nowhere", place.path("report")).expect("a link");
    }),
    case(2, "rows-in-out", "sweep duel --seeds 10 --out report --rows report/rows.csv"),
    case(2, "rows-are-out", "sweep duel --seeds 10 --out rows.csv/report --rows rows.csv"),
    with(2, "rows-of-others", "sweep duel --seeds 10 --rows notes.csv", |place| {
        place.write("notes.csv", "mine")
    }),
    with(2, "rows-are-a-folder", "sweep duel --seeds 10 --rows notes.csv", |place| {
        std::fs::create_dir(place.path("notes.csv")).expect("a folder");
    }),
    with(2, "rows-are-a-dead-link", "sweep duel --seeds 10 --rows rows.csv", |place| {
        std::os::unix::fs::symlink("nowhere", place.path("rows.csv")).expect("a link");
    }),
    with(2, "rows-are-samples", "sweep measured.toml --seeds 10 --rows rows.csv", measured),
    with(2, "out-holds-samples", "sweep measured.toml --seeds 10 --out report", |place| {
        measured(place);
        report(place);
        let text = std::fs::read_to_string(place.path("measured.toml")).expect("a file");
        place.write(
            "measured.toml",
            text.replace("rows.csv", "report/cells.csv").replace("chosen_at_ns", "runs"),
        );
    }),
    with(2, "out-has-a-folder", "sweep duel --seeds 10 --out report", |place| {
        report(place);
        std::fs::remove_file(place.path("report/report.md")).expect("removed");
        std::fs::create_dir(place.path("report/report.md")).expect("a folder");
    }),
    with(2, "manifest-is-left", "verify report", |place| {
        report(place);
        let manifest = place.path("report/manifest.json");
        std::fs::rename(&manifest, place.path("report/manifest.json.tmp")).expect("moved");
    }),
    with(2, "verify-file", "verify report.html", |place| place.write("report.html", "")),
    with(2, "staged-is-torn", "verify report", |place| {
        report(place);
        std::fs::create_dir(place.path("report/staging.tmp")).expect("a folder");
        std::fs::copy(place.path("report/manifest.json"), place.path("report/staging.tmp/manifest.json"))
            .expect("copied");
        std::fs::remove_file(place.path("report/cells.csv")).expect("removed");
    }),
    case(2, "too-many-runs", "sweep duel --seeds 18446744073709551615"),
    case(2, "swarm-beyond", "swarm --seeds 5 --first-seed 18446744073709551615"),
    case(2, "until", "hunt duel --until duel>=3&&"),
    case(2, "until-unknown", "hunt duel --until dual>=3"),
    case(2, "until-verdict", "hunt duel --until livelock"),
    case(2, "until-told", "hunt lab2 --until client.A=FAILED"),
    case(2, "keep", "shrink duel --seed 1 --keep duel>=three"),
    case(2, "keep-does-not-hold", "shrink duel --seed 1 --keep duel>=900"),
    case(2, "token", "replay duel --token synod2:0"),
    case(
        2,
        "token-deviation",
        "replay duel --token synod1:2970955547b4bc6a39246164ef11ace7:3:7:2.1.1a=lost:f0e45dd82a1dcebc",
    ),
    case(
        2,
        "token-twice",
        "replay duel --token synod1:2970955547b4bc6a39246164ef11ace7:3:7:2.1.1a.1=lost,2.1.1a.1=kept:f0e45dd82a1dcebc",
    ),
    case(
        2,
        "token-not-calm",
        "replay duel --token synod1:2970955547b4bc6a39246164ef11ace7:3:7:ties:f0e45dd82a1dcebc",
    ),
    case(
        2,
        "token-of-nobody",
        "replay duel --token synod1:2970955547b4bc6a39246164ef11ace7:3:7:9.1.1a.1=lost:f0e45dd82a1dcebc",
    ),
    case(2, "trace-absent", "replay --trace absent.jsonl"),
    case(2, "trace-window-of-lines", "replay duel --seed 3 --as jsonl --window 1ms..2ms"),
    with(2, "trace-too-large", "replay --trace large.jsonl", |place| {
        let file = std::fs::File::create(place.path("large.jsonl")).expect("a file");
        file.set_len(5 << 30).expect("a file with nothing in it");
    }),
    case(2, "trace-device", "replay --trace /dev/zero"),
    with(2, "trace-is-none", "replay --trace notes.jsonl", |place| {
        place.write("notes.jsonl", "mine\u{1b}[31m\n")
    }),
    with(2, "trace-window", "replay --trace race.jsonl --window 1ms..2ms", trace),
    with(2, "trace-as-a-scenario", "replay race.jsonl", trace),
    case(
        2,
        "picture-too-long",
        "replay lab2-livelock --set run.livelock=off --set run.horizon=1000s --as svg --window 0s..900s",
    ),
    case(2, "window-outside", "replay duel --seed 3 --as svg --window 100h..200h"),
    Case {
        tidy: |text| {
            let end = text.find(" MB are free").unwrap_or(text.len());
            let start = text[..end].rfind(' ').map_or(0, |at| at + 1);
            format!("{}N{}", &text[..start], &text[end..])
        },
        ..case(2, "explore-too-large", "explore duel --memory 999TB")
    },
    with(2, "sweep-names", "sweep names.toml --seeds 1", |place| {
        let list = |i: u32| format!("[{{ name = \"P{i}\", node = 1 }}]");
        let lists: Vec<String> = (0..257).map(list).collect();
        place.write(
            "names.toml",
            format!(
                "[[proposer]]\nname = \"A\"\nnode = 1\n[sweep.axes]\n\"proposer\" = [{}]\n",
                lists.join(", ")
            ),
        );
    }),
    case(2, "lab-is-not", "lab duel"),
    case(2, "lab-ballots", "lab lab2 --set protocol.ballots=past-highest"),
    case(2, "lab-read-absent", "lab --read absent.txt"),
    case(2, "lab-read-device", "lab --read /dev/zero"),
    with(2, "lab-read-empty", "lab --read empty.txt", |place| place.write("empty.txt", "")),
    with(2, "lab-read-other", "lab --read other.txt", |place| {
        place.write("other.txt", "A: Proposal Num: 1, SubmitValue \u{1b}[31mMAYBE\n");
    }),
    with(2, "lab-wording-unlike", "lab --read other.txt --wording words.toml", |place| {
        place.write("other.txt", "A was told that it failed\n");
        place.write("words.toml", "success = 'decided (?<value>.*)'\n");
    }),
    with(2, "lab-wording-group", "lab --read other.txt --wording words.toml", |place| {
        place.write("other.txt", "A failed with 1 of 3\n");
        place.write("words.toml", "failed_in_phase_1 = 'failed with \\d'\n");
    }),
    with(2, "lab-read-counter", "lab --read count.txt", |place| {
        place.write(
            "count.txt",
            "A: Proposal Num: 4000000000, SubmitValue FAILED in Phase 1 (only 1 promises).\n",
        );
    }),
    with(2, "lab-read-too-many", "lab --read many.txt --set cluster.nodes=7", |place| {
        let line = |client: char, number: u32| {
            format!(
                "{client}: Proposal Num: {number}, SubmitValue SUCCEEDED. Chosen value = Hello from clientA\n"
            )
        };
        place.write("many.txt", (1..4).flat_map(|n| [line('A', n), line('B', n)]).collect::<String>());
    }),
    with(2, "fairness-of-three", "fairness three.toml", three),
    with(2, "fairness-of-itself", "fairness three.toml --of A,A", three),
    with(2, "compare-others", "compare duel three.toml --seeds 10", three),
    case(2, "fairness-until", "fairness duel --until-width 0.1"),
    case(2, "explain-script", "explain textbook/unseen --seed 0"),
    case(2, "script-step", "run textbook/unseen --set script.schedule=\"start\u{a0}A;A1:A1\""),
    case(2, "merge-no-folder", "merge absent --out report"),
    with(2, "merge-no-share", "merge empty --out report", |place| {
        std::fs::create_dir(place.path("empty")).expect("a folder");
    }),
    case(2, "slurm-shards", "slurm duel --shards 0 --out report"),
    case(2, "report-absent", "report absent"),
    with(2, "report-of-another-schema", "verify report", |place| {
        report(place);
        let path = place.path("report/manifest.json");
        let text = std::fs::read_to_string(&path).expect("a file");
        std::fs::write(path, text.replacen("synod-manifest/1", "synod-manifest/2", 1)).expect("written");
    }),
    with(2, "report-foreign", "report thesis", |place| {
        std::fs::create_dir(place.path("thesis")).expect("a folder");
        place.write("thesis/manifest.json", "{}");
    }),
    with(2, "report-changed", "report report", |place| {
        report(place);
        place.write("report/totals.bin", "mine");
    }),
    case(2, "man-page-unknown", "man sweeep"),
    case(2, "mutant-unknown", "mutants --mutant accept"),
    with(2, "standstill", "run alone.toml", |place| {
        let duel = place.synod(&["scenario", "show", "solo"]).exits(0).out;
        let duel = duel.split("[expect]").next().unwrap_or_default();
        let fault = "[[fault]]\nat = \"0ms\"\nunreachable = { nodes = [2, 3] }\n";
        let protocol = "[protocol]\ntransport = \"sequential\"\nretry = { fixed = { delay = \"0ms\" } }\n";
        place.write(
            "alone.toml",
            format!("{}\n{protocol}{fault}", duel.split("[protocol]").next().unwrap_or_default()),
        );
    }),
    // 3: it differs.
    case(
        3,
        "token-own-without-nodes",
        "replay lab2 --token synod2:3826e33ce68df333f2b8323ffbb7be8e:00000000000000000000000000000007:3:0:-:0123456789abcdef",
    ),
    with(
        3,
        "token-built-in-with-nodes",
        "replay lab2 --node mine.toml --token synod1:3826e33ce68df333f2b8323ffbb7be8e:3:0:-:0123456789abcdef",
        absent_node,
    ),
    with(3, "trace-differs", "replay --trace race.jsonl", trace),
    with(3, "trace-of-another-engine", "replay --trace race.jsonl", |place| {
        let out = place.synod(&["replay", "duel", "--seed", "3", "--as", "jsonl"]).exits(0).out;
        place.write("race.jsonl", out.replacen("\"epoch\":3", "\"epoch\":1", 1));
    }),
    case(
        3,
        "token-of-another-scenario",
        "replay lab2 --token synod1:2970955547b4bc6a39246164ef11ace7:3:7:-:f0e45dd82a1dcebc",
    ),
    case(
        3,
        "token-of-another-engine",
        "replay duel --token synod1:2970955547b4bc6a39246164ef11ace7:1:7:-:f0e45dd82a1dcebc",
    ),
    case(
        3,
        "token-of-another-outcome",
        "replay duel --token synod1:2970955547b4bc6a39246164ef11ace7:3:7:-:f0e45dd82a1dcebc",
    ),
    with(3, "report-differs", "verify report", |place| {
        report(place);
        let path = place.path("report/cells.csv");
        let text = std::fs::read_to_string(&path).expect("a file");
        std::fs::write(path, text.replacen("20", "21", 1)).expect("written");
    }),
    // 4: it cannot be read or written.
    Case { run: on_a_full_disk, ..case(4, "stdout-is-full", "scenario show lab2") },
    with(4, "out-below-a-file", "sweep duel --seeds 10 --out notes/report", |place| {
        place.write("notes", "mine")
    }),
    with(4, "rows-are-full", "sweep duel --seeds 9000 --rows rows.csv", |place| {
        std::os::unix::fs::symlink("/dev/full", place.path("rows.csv")).expect("a link");
    }),
    Case {
        run: |place, words| {
            std::fs::create_dir(place.path("bin")).expect("a folder");
            std::os::unix::fs::symlink("/bin/false", place.path("bin/sbatch")).expect("a link");
            let path = format!("{}:/usr/bin:/bin", place.path("bin").display());
            ended(place.command().args(words).env("PATH", path).output().expect("it runs"))
        },
        ..case(4, "slurm-without-cluster", "slurm duel --shards 2 --out report --submit")
    },
    // 5: it does not belong together.
    with(5, "resume-another", "sweep duel --seeds 10 --out report", |place| {
        ok(place, "sweep duel --seeds 9000 --quiet --shard 1/1 --out report");
        std::fs::rename(place.path("report/shard-1-of-1.journal"), place.path("report/sweep.journal"))
            .expect("moved");
    }),
    with(5, "journal-is-none", "sweep duel --seeds 10 --out report", |place| {
        std::fs::create_dir(place.path("report")).expect("a folder");
        place.write("report/sweep.journal", vec![b'x'; 9_000]);
    }),
    with(5, "journal-header", "sweep duel --seeds 9000 --shard 1/3 --out parts", |place| {
        shares(place);
        let path = place.path("parts/shard-1-of-3.journal");
        let mut bytes = std::fs::read(&path).expect("a journal");
        bytes[40] ^= 1;
        std::fs::write(path, bytes).expect("written");
    }),
    Case {
        prepare: |_| {},
        run: |place, words| {
            let long = ["sweep", "duel", "--seeds", "400000000", "--out", "report", "--quiet"];
            let mut other = place.command().args(long).stderr(Stdio::null()).spawn().expect("it starts");
            assert!(first_record(&mut other, &place.path("report/sweep.journal")), "it ended");
            let ended = place.synod(words);
            other.kill().expect("killed");
            other.wait().expect("ended");
            ended
        },
        ..case(5, "journal-is-locked", "sweep duel --seeds 400000000 --out report --quiet")
    },
    with(4, "staging-is-a-link", "sweep duel --seeds 10 --out report", |place| {
        report(place);
        std::os::unix::fs::symlink(place.path(""), place.path("report/staging.tmp")).expect("a link");
    }),
    Case {
        run: |place, words| {
            let lock = place.path("rows.csv.tmp");
            let file = std::fs::File::create(&lock).expect("a file");
            file.lock().expect("locked");
            place.synod(words)
        },
        ..case(5, "rows-are-locked", "sweep duel --seeds 10 --rows rows.csv")
    },
    with(5, "journal-record", "merge parts --out report", |place| {
        forged(place, |records| records[1].0 = 9);
    }),
    with(5, "journal-record-twice", "merge parts --out report", |place| {
        forged(place, |records| records.push(records[1].clone()));
    }),
    with(5, "journal-record-outside", "merge parts --out report", |place| {
        forged(place, |records| change(&mut records[1].1, |part| part.cell = 99));
    }),
    with(5, "journal-record-totals", "merge parts --out report", |place| {
        forged(place, |records| change(&mut records[1].1, |part| part.totals.undecided += 1));
    }),
    with(5, "share-of-another-synod", "merge parts --out report", |place| {
        forged(place, |records| {
            let mut header = Header::from_bytes(&records[0].1).expect("a header");
            header.cells_hash = "0".repeat(32);
            records[0].1 = header.to_bytes();
        });
        for number in [2, 3] {
            std::fs::remove_file(place.path(&format!("parts/shard-{number}-of-3.journal"))).expect("removed");
        }
    }),
    with(5, "share-of-another-command", "merge parts --out report", |place| {
        forged(place, |records| {
            let mut header = Header::from_bytes(&records[0].1).expect("a header");
            header.arguments.push_str("; echo mine");
            records[0].1 = header.to_bytes();
        });
        for number in [2, 3] {
            std::fs::remove_file(place.path(&format!("parts/shard-{number}-of-3.journal"))).expect("removed");
        }
    }),
    with(5, "share-is-missing", "merge parts --out report", |place| {
        shares(place);
        std::fs::remove_file(place.path("parts/shard-2-of-3.journal")).expect("removed");
    }),
    with(5, "share-is-there-twice", "merge parts more --out report", |place| {
        shares(place);
        std::fs::create_dir(place.path("more")).expect("a folder");
        std::fs::copy(place.path("parts/shard-1-of-3.journal"), place.path("more/shard-1-of-3.journal"))
            .expect("copied");
    }),
    with(5, "node-folder", "node new js mine", |place| {
        std::fs::create_dir(place.path("mine")).expect("a folder");
        place.write("mine/here", "");
    }),
    with(5, "share-is-torn", "merge parts --out report", |place| {
        std::fs::create_dir(place.path("parts")).expect("a folder");
        place.write("parts/shard-1-of-1.journal", "");
    }),
    with(5, "shares-of-two-sweeps", "merge parts --out report", |place| {
        shares(place);
        ok(place, "sweep lab2 --seeds 9000 --quiet --shard 2/4 --out parts");
    }),
    // 6: an expectation failed.
    case(6, "expectation", "check lab2 --seeds 3"),
    case(6, "mutant-survives", "mutants --mutant forgets-promise-on-restart --seeds 3"),
    // 7: a user's own node has failed.
    with(7, "node-absent", "run lab2 --node mine.toml --seed 7", absent_node),
    with(7, "node-absent-check", "node check mine.toml", absent_node),
    // 129, 130 and 143: interrupted.
    Case {
        run: |place, words| signalled(place, words, "INT"),
        tidy: uncounted,
        ..case(130, "interrupted", "sweep duel --seeds 400000000 --out report --quiet")
    },
    Case {
        run: |place, words| signalled(place, words, "HUP"),
        tidy: uncounted,
        ..case(129, "hung-up", "sweep duel --seeds 400000000 --out report --quiet")
    },
    Case {
        run: |place, words| signalled(place, words, "TERM"),
        tidy: uncounted,
        ..case(143, "terminated", "sweep duel --seeds 400000000 --out report --quiet")
    },
];
