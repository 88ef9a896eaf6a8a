//! Every way to get a node's file wrong that we know of, with the complete message that a user reads; and what is made of a
//! good one.
//!
//! Each file in `tests/node_errors` has its message in `NAME.toml.txt`. After a deliberate change of wording, run with
//! `UPDATE_GOLDEN=1` and read the difference.

use std::path::PathBuf;

use proptest::prelude::*;
use synod::own::file::{NodeFile, Style};

use crate::support::env;

const FOLDER: &str = "tests/node_errors";

fn files(extension: &str) -> Vec<PathBuf> {
    let all = std::fs::read_dir(FOLDER).unwrap().map(|file| file.unwrap().path());
    let mut files: Vec<PathBuf> =
        all.filter(|path| path.extension().is_some_and(|e| e == extension)).collect();
    files.sort();
    files
}

fn message(path: &std::path::Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    match NodeFile::parse(&text, &path.display().to_string()) {
        Ok(_) => panic!("{} was taken as a good file", path.display()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn messages_are_as_committed() {
    let mut wrong = String::new();
    for path in files("toml") {
        let message = format!("{}\n", message(&path));
        let golden = PathBuf::from(format!("{}.txt", path.display()));
        if env::updates_golden() {
            std::fs::write(&golden, &message).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        if message != expected {
            wrong += &format!("--- {}\nexpected:\n{expected}found:\n{message}", path.display());
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let orphans: Vec<_> = files("txt").into_iter().filter(|text| !text.with_extension("").exists()).collect();
    assert!(orphans.is_empty(), "messages without a file: {orphans:?}");
}

#[test]
fn messages_are_safe_for_a_terminal_and_short() {
    for path in files("toml") {
        let message = message(&path);
        assert!(message.chars().all(|c| c == '\n' || !c.is_control()), "{}: {message:?}", path.display());
        let first = message.lines().next().unwrap();
        assert!(first.starts_with(&*path.to_string_lossy()) && first.len() < 400, "{first}");
        assert!(!message.contains("scenario"), "{message}");
    }
}

const LAB: &str = r#"
# The lab's server.
[node]
run = "python3 -m synod_kit '{dir}/server.py' --as 'a b'"
files = ["server.py"]

[python]
set = { NODE_ID = "{node}" }
watch = { promised = "promised_n", accepted = "(accepted_n, accepted_value)" }

[map]
submit = { call = "SubmitValue", args = ["{value}"] }
ballot = "lab"
prepare = { call = "prepare", ballot = 0 }
accept = { call = "accept", ballot = 0, value = 1 }
promise = { of = "prepare", where = { 0 = "promise" }, about = 1, value = 2 }
accepted = { of = "accept", where = { 0 = "accepted" } }
"#;

fn lab(from: &str, to: &str) -> NodeFile {
    assert!(LAB.contains(from), "{from}");
    NodeFile::parse(&LAB.replace(from, to), "mine.toml").unwrap_or_else(|why| panic!("{why}"))
}

#[test]
fn the_command_is_split_before_the_folder_is_put_in() {
    let words = lab("", "").command("/home/a b");
    assert_eq!(words, ["python3", "-m", "synod_kit", "/home/a b/server.py", "--as", "a b"]);
}

#[test]
fn the_style_follows_from_the_kit_unless_it_is_said() {
    assert_eq!(lab("", "").style(), Style::Blocking);
    assert_eq!(lab("[python]", "style = \"handlers\"\n[python]").style(), Style::Handlers);
    let least = NodeFile::parse("[node]\nrun = \"./n\"\nfiles = [\"n.c\"]\n", "mine.toml").unwrap();
    assert_eq!(
        (least.style(), least.node.lanes, least.node.step_limit.ns()),
        (Style::Handlers, 16, 5_000_000_000)
    );
}

#[test]
fn the_identity_is_of_what_decides_what_the_program_does() {
    let server = || vec![("server.py".to_owned(), b"x = 1".to_vec())];
    let id = |file: &NodeFile| file.identity(&server(), "python 1.0");
    let first = id(&lab("", ""));
    for (from, to) in [
        ("# The lab's server.", "# Another comment."),
        ("python3 -m", "python3.12 -m"),
        ("ballot = \"lab\"", "ballot   =   \"lab\"  # counter * 10 + node"),
        ("of = \"accept\", where = { 0 = \"accepted\" }", "where = { 0 = \"accepted\" }, of = \"accept\""),
    ] {
        assert_eq!(id(&lab(from, to)), first, "{to}");
    }
    for (from, to) in
        [("ballot = \"lab\"", "ballot = \"int\""), ("\"{node}\"", "\"{index}\""), ("value = 1", "value = 2")]
    {
        assert_ne!(id(&lab(from, to)), first, "{to}");
    }
    let lab = lab("", "");
    for files in [
        vec![("server.py".to_owned(), b"x = 2".to_vec())],
        vec![("server.pyx".to_owned(), b" = 1".to_vec())],
        vec![],
    ] {
        assert_ne!(lab.identity(&files, "python 1.0"), first);
    }
    assert_ne!(lab.identity(&server(), "python 1.1"), first);
}

#[test]
fn a_node_is_told_the_whole_file() {
    let file = lab("", "");
    let config = file.config_json();
    assert_eq!(config["python"]["set"]["NODE_ID"], "{node}");
    assert_eq!(config["map"]["promise"]["where"]["0"], "promise");
    assert_eq!(config["node"]["files"][0], "server.py");
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "[ -~\n]{0,200}", cut in 0..LAB.len()) {
        let _ = NodeFile::parse(&text, "mine.toml");
        let _ = NodeFile::parse(&format!("{}{text}{}", &LAB[..cut], &LAB[cut..]), "mine.toml");
    }
}

const TEMPLATES: [&str; 4] = ["python", "python-handlers", "js", "rust"];

#[test]
fn the_templates_are_good_files() {
    for name in TEMPLATES {
        let folder = std::path::Path::new("kits/templates").join(name);
        let file = NodeFile::load(folder.join("mine.toml")).unwrap_or_else(|why| panic!("{why}"));
        let map = file.map.as_ref().unwrap();
        assert!(map.prepare.is_some() && map.promise.is_some() && map.told.is_some(), "{name}");
        assert_eq!(file.style() == Style::Blocking, name == "python");
        // A template's manifest has another name, so that cargo does not take the folder for a package of its own.
        if name != "rust" {
            assert_eq!(file.program(&folder).unwrap().len(), file.node.files.len());
        }
    }
}

#[test]
fn files_that_are_not_there_are_named_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let why = NodeFile::load(&path).unwrap_err().to_string();
    assert!(
        why.ends_with("no such file; name the file that says how your nodes are run, as mine.toml"),
        "{why}"
    );
    assert!(
        NodeFile::load(folder.path())
            .unwrap_err()
            .to_string()
            .contains("is a directory; name the file in it")
    );
    std::fs::write(&path, LAB).unwrap();
    let file = NodeFile::load(&path).unwrap();
    let why = file.program(folder.path()).unwrap_err().to_string();
    assert!(why.contains("mine.toml:5:10: `server.py`: no such file in the folder of this file"), "{why}");
    std::fs::write(folder.path().join("server.py"), "x = 1").unwrap();
    assert_eq!(file.program(folder.path()).unwrap(), [("server.py".to_owned(), b"x = 1".to_vec())]);
}
