//! Delays from measured samples: read from files, drawn as they are, and refused with reasons.

use std::path::Path;

use synod::run::simulate;
use synod::scenario::{Delay, Document, Duration, Scenario, hash};
use synod::trace::{Event, Recorder};

fn write(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), text).expect("written");
}

fn with(delay: &str) -> String {
    format!("[[proposer]]\nname = \"A\"\nnode = 1\n[network]\ndelay = {{ empirical = {delay} }}\n")
}

fn load(folder: &Path) -> Result<Scenario, String> {
    Document::load(folder.join("s.toml"))
        .and_then(|document| document.scenario())
        .map_err(|error| error.to_string())
}

#[test]
fn a_column_is_read_once_and_then_part_of_the_scenario() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    std::fs::create_dir(folder.join("data")).expect("a folder");
    write(folder, "data/ping.csv", "\u{feff}host,rtt_ms\na, 1.25\n\"b, c\",0.5\na,1e1\n");
    write(folder, "s.toml", with("{ file = \"data/ping.csv\", column = \"rtt_ms\", unit = \"ms\" }"));
    let scenario = load(folder).expect("good");
    let Delay::Empirical(it) = &scenario.network.delay else { panic!("{:?}", scenario.network.delay) };
    assert_eq!(it.samples, [1_250_000, 500_000, 10_000_000].map(Duration::from_ns));
    assert_eq!((&it.file, &it.column, &it.unit), (&None, &None, &None));
    let inline =
        Scenario::parse(&with("{ samples = [\"1.25ms\", \"0.5ms\", \"10ms\"] }"), "x.toml").expect("good");
    assert_eq!(hash(&inline), hash(&scenario));
    // Only what was measured is drawn, and all of it.
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..50 {
        let mut recorder = Recorder::default();
        simulate(&scenario, seed, &mut recorder).expect("plans");
        seen.extend(recorder.events.iter().filter_map(|(_, event)| match event {
            Event::Sent { delay_ns, .. } => Some(*delay_ns),
            _ => None,
        }));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [500_000, 1_250_000, 10_000_000]);
}

#[test]
fn an_axis_may_go_over_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder, "a.csv", "x\n1\n");
    write(folder, "b.csv", "x\n2\n");
    let axis = "[sweep.axes]\n\"network.delay.empirical.file\" = [\"a.csv\", \"b.csv\"]\n";
    write(folder, "s.toml", with("{ file = \"a.csv\", column = \"x\", unit = \"us\" }") + axis);
    let document = Document::load(folder.join("s.toml")).expect("a file");
    let delays: Vec<Delay> = document
        .cells()
        .expect("cells")
        .iter()
        .map(|cell| cell.expect("a cell").scenario.network.delay)
        .collect();
    let of = |delay: &Delay| match delay {
        Delay::Empirical(it) => it.samples[0].ns(),
        other => panic!("{other:?}"),
    };
    assert_eq!(delays.iter().map(of).collect::<Vec<_>>(), [1_000, 2_000]);
}

#[test]
fn what_is_no_column_of_delays_is_refused_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let file = |name: &str| format!("{{ file = {name:?}, column = \"x\", unit = \"ms\" }}");
    write(folder, "negative.csv", "x\n1\n-2\n");
    write(folder, "word.csv", "y,x\n1,2\n1,timeout\n");
    write(folder, "nan.csv", "x\nNaN\n");
    write(folder, "far.csv", "x\n1e300\n");
    write(folder, "ragged.csv", "y,x\n1,2\n1\n");
    write(folder, "empty.csv", "x\n");
    write(folder, "other.csv", "rtt\n1\n");
    write(folder, "latin1.csv", b"x\n1\xff\n");
    write(folder, "long.csv", "x\n".to_owned() + &"1\n".repeat(20_001));
    write(folder, "large.csv", "x\n".to_owned() + &"1\n".repeat(9 << 20));
    for (delay, message) in [
        (file("negative.csv"), "negative.csv has no delay in 1 of 2 lines: `-2` in 1 line (3)"),
        (file("word.csv"), "word.csv has no delay in 1 of 2 lines: `timeout` in 1 line (3)"),
        (file("nan.csv"), "nan.csv has no delay in 1 of 1 lines: `NaN` in 1 line (2)"),
        (file("far.csv"), "far.csv:2: `1e300` is no delay"),
        (file("ragged.csv"), "ragged.csv:3: not a line of a CSV file like the header"),
        (file("empty.csv"), "empty.csv has a header and no line below it"),
        (file("other.csv"), "other.csv has no column `x` (columns: `rtt`)"),
        (file("latin1.csv"), "latin1.csv: is not UTF-8; save it as UTF-8"),
        (file("long.csv"), "long.csv has more than 20000 lines; keep every k-th of them"),
        (file("large.csv"), "large.csv: is larger than 16 MiB"),
        (file("absent.csv"), "absent.csv: no such file in the scenario's folder"),
        (file("."), ".: is no regular file; name a CSV file"),
        (file("/etc/hostname"), "/etc/hostname: write a path from the scenario's folder"),
        ("{ file = \"a.csv\", unit = \"ms\" }".into(), "name the `column` of the file"),
        ("{ file = \"a.csv\", column = \"x\" }".into(), "give the `unit` of the file's numbers"),
        ("{ column = \"x\", samples = [\"1ms\"] }".into(), "`column` needs `file`"),
        ("{ samples = [] }".into(), "no samples; write samples = [\"1ms\", \"2ms\"]"),
        ("{ file = \"a.csv\", column = \"x\", unit = \"ms\", samples = [\"1ms\"] }".into(), "not both"),
    ] {
        write(folder, "s.toml", with(&delay));
        let error = load(folder).expect_err(&delay);
        assert!(error.contains(message), "{delay}\nexpected: {message}\nfound:    {error}");
        assert!(error.contains("s.toml:5:"), "no place: {error}");
    }
    let no_file = Scenario::parse(&with(&file("a.csv")), "x.toml").expect_err("no folder").to_string();
    assert!(no_file.contains("this scenario is no file; give `samples`"), "{no_file}");
}

/// To open a named pipe would wait for whoever writes to it.
#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe.csv");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    write(folder.path(), "s.toml", with("{ file = \"pipe.csv\", column = \"x\", unit = \"ms\" }"));
    assert!(load(folder.path()).expect_err("a pipe").contains("pipe.csv: is no regular file"));
}
