//! Every way to get a scenario file wrong that we know of, with the complete message that a user reads.
//!
//! Each file in `tests/errors` has its message in `NAME.EXTENSION.txt`. After a deliberate change of wording, run
//! with `UPDATE_GOLDEN=1` and read the difference. Absent on purpose: exit codes and colour (the command line's).

use std::path::{Path, PathBuf};

use crate::support::env;
use synod::scenario::{Document, ErrorKind, Scenario, ScenarioError};

const FOLDER: &str = "tests/errors";

fn files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(FOLDER).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files
}

fn golden(path: &Path) -> PathBuf {
    PathBuf::from(format!("{}.txt", path.display()))
}

fn error_of(path: &Path) -> ScenarioError {
    match Document::load(path).and_then(|document| document.scenario()) {
        Ok(_) => panic!("{} was taken as a good scenario", path.display()),
        Err(error) => error,
    }
}

#[test]
fn messages_are_as_committed() {
    let mut wrong = String::new();
    for path in files().into_iter().filter(|path| path.extension().is_none_or(|e| e != "txt")) {
        let message = format!("{}\n", error_of(&path));
        if env::updates_golden() {
            std::fs::write(golden(&path), &message).unwrap();
        }
        let expected = std::fs::read_to_string(golden(&path)).unwrap_or_default();
        if message != expected {
            wrong += &format!("--- {}\nexpected:\n{expected}found:\n{message}", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_message_has_its_file() {
    let texts = files().into_iter().filter(|path| path.extension().is_some_and(|e| e == "txt"));
    let orphans: Vec<_> = texts.filter(|text| !text.with_extension("").exists()).collect();
    assert!(orphans.is_empty(), "messages without a file: {orphans:?}");
}

#[test]
fn messages_are_safe_for_a_terminal_and_short() {
    for path in files().into_iter().filter(|path| path.extension().is_none_or(|e| e != "txt")) {
        let message = error_of(&path).to_string();
        assert!(message.chars().all(|c| c == '\n' || !c.is_control()), "{}: {message:?}", path.display());
        let first = message.lines().next().unwrap();
        assert!(first.starts_with(&*path.to_string_lossy()), "{first}");
        assert!(first.len() < 400, "{first}");
    }
}

#[test]
fn what_is_no_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let in_folder = |name: &str| folder.path().join(name);
    std::fs::write(in_folder("large.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    let cases = [
        (in_folder("absent.toml"), "no such file; `synod scenario list` names the built-in ones"),
        (folder.path().to_path_buf(), "is a directory; name a scenario file in it"),
        (in_folder("large.toml"), "is larger than 1 MiB, which no scenario is"),
    ];
    for (path, message) in cases {
        let error = error_of(&path);
        assert_eq!(error.to_string(), format!("{}: {message}", path.display()));
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    if cfg!(unix) {
        let error = error_of(Path::new("/dev/zero"));
        assert_eq!(error.to_string(), "/dev/zero: is no regular file; save the scenario as a file first");
    }
}

#[test]
fn a_byte_order_mark_is_no_error() {
    let text = "\u{feff}[[proposer]]\r\nname = \"A\"\r\nnode = 1\r\n";
    assert_eq!(Scenario::parse(text, "x.toml").unwrap().proposer.len(), 1);
}

const LAB: &str = "[[proposer]]\nname = \"A\"\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n";

fn set(flags: &[(&str, &str)]) -> String {
    let mut document = Document::parse(LAB, "lab.toml").unwrap();
    let result = flags.iter().try_for_each(|(path, value)| document.set(path, value));
    match result.and_then(|()| document.scenario()) {
        Ok(_) => "fine".to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_flag_is_named_in_its_own_error() {
    let cases = [
        (
            ("network.los", "0.1"),
            "--set network.los=0.1: `los` is not a key of [network]; did you mean `loss`? (keys: delay, duplicate, kind, link, loss, node)",
        ),
        (
            ("network.loss", "2"),
            "--set network.loss=2: `loss`: `2` is not a probability; write a number from 0 to 1",
        ),
        (("proposer.C.node", "2"), "--set proposer.C.node=2: no element is named `C` (names: `A`, `B`)"),
        (
            ("network..loss", "2"),
            "--set network..loss=2: `network..loss` is no path: a key between dots is missing; write keys with dots, as `network.loss`",
        ),
        (("network.loss.x", "2"), "--set network.loss.x=2: `loss` takes a number from 0 to 1, not a table"),
        (
            ("proposer.A.name.x", "2"),
            "--set proposer.A.name.x=2: `x` is inside the text `A`, which has no keys",
        ),
        (("fault.0.at", "1s"), "--set fault.0.at=1s: there is no [[fault]] that `0` could name"),
        (
            ("run.horizon", "60"),
            "--set run.horizon=60: `horizon`: `60` has no unit; write \"60ms\" or \"60s\" (units: ns, us, ms, s, min, h)",
        ),
        (
            ("protocol.retry", "{ fixed = { delay = 0ms } }"),
            "--set protocol.retry={ fixed = { delay = 0ms } }: ",
        ),
        (
            ("protocol.retry.none", "{}"),
            "--set protocol.retry.none={}: `retry`: `none` takes no parameters; write \"none\"",
        ),
        (("proposer.A.value", "5"), "--set proposer.A.value=5: `value` takes a text in quotes, not `5`"),
    ];
    for (flag, message) in cases {
        let found = set(&[flag]);
        assert!(found.starts_with(message), "expected: {message}\nfound:    {found}");
    }
}

#[test]
fn what_was_set_is_told_where_the_file_is_blamed() {
    let message = set(&[("cluster.nodes", "2")]);
    assert!(
        message.starts_with("lab.toml:6:8: there is no node 3; the cluster has nodes 1 to 2"),
        "{message}"
    );
    assert!(message.ends_with("\n  with --set cluster.nodes=2"), "{message}");
}

#[test]
fn a_hostile_flag_is_made_printable() {
    let message = set(&[("network.\u{1b}[31m", "\u{7}")]);
    assert!(message.chars().all(|c| !c.is_control()), "{message:?}");
}

#[test]
fn a_cell_whose_values_do_not_go_together_is_named() {
    let text = format!("{LAB}[sweep.axes]\n\"cluster.nodes\" = [3, 2]\n\"network.loss\" = [0.0, 0.5]\n");
    let document = Document::parse(&text, "lab.toml").unwrap();
    let cells = document.cells().unwrap();
    assert!(cells.get(0).unwrap().is_ok());
    let message = cells.get(3).unwrap().unwrap_err().to_string();
    assert!(message.starts_with("lab.toml:6:8: there is no node 3"), "{message}");
    assert!(message.ends_with("\n  in cell 3: cluster.nodes = 2, network.loss = 0.5"), "{message}");
    assert!(cells.get(4).is_none());
}
