//! The rules of the house, held against the tree; and, before that, against trees that break them.
//!
//! A rule that has never failed proves nothing: each is first shown to find what was planted.

mod circles;
mod paths;
mod rules;
mod tokens;
mod walks;

use std::path::Path;

use circles::{STANDING, circles, unexpected};
use rules::{Breach, breaches};

fn planted(file: &str, text: &str) -> Vec<Breach> {
    breaches(&[(file.to_owned(), text.to_owned())])
}

/// The rule that a planted text breaks, once; and its line.
fn breaks(file: &str, text: &str) -> (&'static str, usize) {
    let found = planted(file, text);
    assert_eq!(found.len(), 1, "{file}: {text:?} gave {found:?}");
    (found[0].rule, found[0].line)
}

#[test]
fn an_import_from_above_is_found_however_it_is_written() {
    for text in [
        "use crate::run::Plan;",
        "use crate::{run::Plan};",
        "use crate::{trace::Event, run::{self}};",
        "use crate::{trace::{Event, Answer}, run};",
        "pub use crate::run::Plan as P;",
        "pub(crate) use crate::run::*;",
        "fn f() { crate::run::simulate() }",
        "type T = Vec<crate::run::Plan>;",
        "fn f(p: &crate::run::Plan) {}",
        "use super::run::Plan;",
        "mod deep { use super::super::run::Plan; }",
        "mod deep { mod er { fn f() { super::super::super::run::f(); } } }",
        "macro_rules! m { () => { $crate::run::simulate() } }",
        "fn f() { assert_eq!(1, crate::run::one()); }",
        "#[cfg(test)] mod tests { use super::*; use crate::run::Plan; }",
        "/* fine */ use crate /* odd */ :: run :: Plan; // fine",
        "use self::super::run::Plan;",
    ] {
        assert_eq!(breaks("src/check/mod.rs", text), ("rank", 1), "{text}");
    }
    assert_eq!(breaks("src/check/deep/er.rs", "\nuse super::super::super::cli::main;"), ("rank", 2));
    assert_eq!(breaks("src/trace.rs", "use crate::check::Outcome;"), ("rank", 1));
    assert_eq!(breaks("src/report/mod.rs", "use crate::cli::main;"), ("rank", 1));
}

#[test]
fn rooms_side_by_side_do_not_see_each_other() {
    assert_eq!(breaks("src/sim/queue.rs", "use crate::stats::Moments;"), ("rank", 1));
    for (file, text) in [
        ("src/paxos/node.rs", "use crate::sim::Words;"),
        ("src/sim/agenda.rs", "use crate::paxos::Ballot;"),
        ("src/stats/mod.rs", "use crate::paxos::Ballot;"),
    ] {
        assert!(planted(file, text).iter().any(|breach| breach.rule == "rank"), "{file}");
    }
}

#[test]
fn only_run_brings_the_protocol_and_the_rest_together() {
    for file in ["src/check/safety.rs", "src/trace.rs", "src/scenario/mod.rs", "src/report/mod.rs"] {
        assert_eq!(breaks(file, "use crate::paxos::Ballot;"), ("paxos", 1), "{file}");
    }
    assert_eq!(planted("src/run/world.rs", "use crate::paxos::Ballot; use crate::sim::Words;"), []);
    let keys = "src/scenario/model/protocol.rs";
    assert_eq!(planted(keys, "pub use crate::paxos::{GiveUp, Transport};"), []);
    assert_eq!(breaks(keys, "use crate::paxos::{GiveUp, Acceptor};"), ("paxos", 1));
    assert_eq!(breaks("src/scenario/shape.rs", "use crate::paxos::GiveUp;"), ("paxos", 1));
}

#[test]
fn the_root_under_another_name_is_found() {
    for text in ["use crate as root;", "use crate::{self as root};", "use super as root;", "use super::*;"] {
        assert_eq!(breaks("src/check/mod.rs", text), ("rank", 1), "{text}");
    }
    assert_eq!(breaks("src/check/mod.rs", "use crate::elsewhere::X;"), ("rank", 1));
}

#[test]
fn what_one_room_keeps_to_itself_is_found_elsewhere() {
    for (file, text) in [
        ("src/run/plan.rs", "use clap::Parser;"),
        ("src/run/plan.rs", "#[derive(clap::Args)] struct A;"),
        ("src/sweep/pool.rs", "use indicatif::{ProgressBar};"),
        ("src/report/mod.rs", "use plotters::prelude::*;"),
        ("src/report/figures/duel.rs", "fn f() -> plotters_backend::BackendColor { todo() }"),
        ("src/sim/delay.rs", "use rand_chacha::ChaCha8Rng;"),
        ("src/run/world.rs", "use std::thread;"),
        ("src/sweep/hunt.rs", "use std::thread::scope;"),
        ("src/report/mod.rs", "use std::fs;"),
        ("src/report/mod.rs", "use std::{fmt, fs::File};"),
        ("src/scenario/load.rs", "use std::env;"),
        ("src/cli/run.rs", "use rand::Rng;"),
        ("src/cli/run.rs", "use synod::run;"),
        ("src/run/mod.rs", "use std::process::ExitCode;"),
    ] {
        assert_eq!(breaks(file, text), ("kept", 1), "{text}");
    }
}

#[test]
fn talk_outside_the_command_line_is_found() {
    for (file, text) in [
        ("src/run/world.rs", "fn f() { println!(\"hello\"); }"),
        ("src/run/world.rs", "fn f() { eprintln!(); }"),
        ("src/paxos/node.rs", "fn f(x: u8) -> u8 { dbg!(x) }"),
        ("src/report/mod.rs", "fn f() { let out = std::io::stdout().lock(); }"),
        ("src/sweep/pool.rs", "use io::stderr; fn f() { write(stderr()); }"),
    ] {
        assert_eq!(breaks(file, text), ("talk", 1), "{text}");
    }
    assert_eq!(planted("src/child/command.rs", "fn f(c: &mut C) { c.stdout(pipe()); }"), [], "a pipe's name");
    let twice = planted("src/run/world.rs", "use std::process;\nfn f() { process::exit(1) }");
    assert_eq!(
        twice.iter().map(|breach| (breach.rule, breach.line)).collect::<Vec<_>>(),
        [("kept", 1), ("talk", 2)]
    );
}

#[test]
fn floating_point_in_time_or_in_the_protocol_is_found() {
    for file in ["src/paxos/node.rs", "src/trace.rs", "src/trace/digest.rs", "src/sim/queue.rs"] {
        assert_eq!(breaks(file, "fn f() -> u64 { (1.5 as f64) as u64 }"), ("integers", 1), "{file}");
    }
}

#[test]
fn long_files_and_functions_are_found() {
    let lines = |n: usize| "    step();\n".repeat(n);
    assert_eq!(breaks("src/run/a.rs", &"// line\n".repeat(501)).0, "file size");
    assert_eq!(planted("src/run/a.rs", &"// line\n".repeat(500)), []);
    assert_eq!(breaks("src/main.rs", &"// line\n".repeat(11)).0, "file size");
    assert_eq!(breaks("src/run/a.rs", &format!("\n\nfn f() {{\n{}}}\n", lines(69))), ("function size", 3));
    assert_eq!(planted("src/run/a.rs", &format!("fn f() {{\n{}}}\n", lines(68))), []);
    let inner = format!(
        "impl A {{\n    fn f(&self, g: fn(u8) -> u8)\n    where\n        A: B,\n    {{\n{}    }}\n}}\n",
        lines(70)
    );
    assert_eq!(breaks("src/run/a.rs", &inner), ("function size", 2));
}

#[test]
fn what_is_allowed_or_only_talked_about_is_not_found() {
    for (file, text) in [
        ("src/check/mod.rs", "use crate::trace::Event; use crate::stats::Moments; use self::deep::X;"),
        ("src/check/mod.rs", "// use crate::run::Plan;\n/* crate::run /* crate::cli */ */"),
        (
            "src/check/mod.rs",
            "//! `println!` and [`crate::run::Plan`]\nconst A: &str = \"crate::run::Plan println!(\";",
        ),
        (
            "src/check/mod.rs",
            "const A: &str = r#\"use \"crate::run::Plan\";\"#; const B: &[u8] = b\"\\\"crate::run::x\";",
        ),
        (
            "src/check/mod.rs",
            "const Q: char = '\"'; const R: char = '\\''; fn f<'a>(x: &'a str) {} // crate::run::x",
        ),
        (
            "src/check/deep/er.rs",
            "use super::super::safety::Check; pub(crate) struct A; pub(in crate::check) struct B;",
        ),
        ("src/report/mod.rs", "use std::fmt::Write; fn f() { writeln!(out, \"x\"); self.print(); }"),
        ("src/cli/mod.rs", "use clap::Parser; fn f() { eprintln!(); std::process::exit(1) }"),
        ("src/main.rs", "use std::process::ExitCode; fn main() -> ExitCode { synod::cli::main() }"),
        ("tests/any.rs", "use synod::run; fn f() { println!(); }"),
    ] {
        assert_eq!(planted(file, text), [], "{text}");
    }
}

/// How many files each circle of this tree has.
fn circle_sizes(tree: &[(&str, &str)]) -> Vec<usize> {
    let tree: Vec<_> = tree.iter().map(|&(file, text)| (file.to_owned(), text.to_owned())).collect();
    circles(&tree).iter().map(std::collections::BTreeSet::len).collect()
}

#[test]
fn files_that_import_each_other_in_a_wide_circle_are_found() {
    let [a, b, c] = [
        ("src/run/a.rs", "use super::b::B; pub struct A;"),
        ("src/run/b.rs", "use super::c::C; pub struct B;"),
        ("src/run/c.rs", "use super::d::D; pub struct C;"),
    ];
    let room =
        ("src/run/mod.rs", "mod a; mod b; mod c; mod d; pub use a::A; pub(super) use self::b::B as Beta;");
    for back in [
        "use super::a::A;",
        "use crate::run::a::A;",
        "use super::A;",
        "fn f(a: crate::run::A) {}",
        "use super::super::run::a; type T = a::A;",
        "use super::{Beta, a::{self, A}};",
        "mod deep { use super::super::A; }",
    ] {
        assert_eq!(circle_sizes(&[room, a, b, c, ("src/run/d.rs", back)]), [4], "{back}");
    }
    let parent = ("src/run/d/mod.rs", "mod e; fn f() { e::g() }");
    assert_eq!(circle_sizes(&[room, a, b, c, parent, ("src/run/d/e.rs", "use crate::run::A;")]), [5]);
    for (back, sizes) in [("use super::b::B;", &[] as &[usize]), ("", &[]), ("use super::C;", &[])] {
        assert_eq!(circle_sizes(&[room, a, b, c, ("src/run/d.rs", back)]), sizes, "{back}");
    }
    // A re-export alone makes no circle, nor do imports of another room.
    let elsewhere = ("src/check/d.rs", "use crate::run::A;");
    assert_eq!(
        circle_sizes(&[room, a, b, ("src/run/c.rs", "use crate::check::d::D;"), elsewhere]),
        [] as [usize; 0]
    );
}

#[test]
fn a_list_of_circles_holds_those_that_stand_and_no_others() {
    let found = [["a", "b", "c", "d"].map(str::to_owned).into()];
    assert_eq!(unexpected(&found, &[("b", 4)]), [] as [&str; 0]);
    assert_eq!(unexpected(&found, &[]).len(), 1);
    assert_eq!(unexpected(&found, &[("b", 3)]).len(), 1, "it has grown");
    assert_eq!(unexpected(&found, &[("b", 5)]).len(), 1, "it has shrunk, and so must the list");
    assert_eq!(unexpected(&[], &[("b", 4)]).len(), 1);
}

#[test]
fn circles_of_imports_are_small_or_known() {
    let found = unexpected(&circles(&tree(&["src"])), STANDING);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

/// Every Rust file of the repository under these folders.
fn tree(folders: &[&str]) -> Vec<(String, String)> {
    fn walk(folder: &Path, root: &Path, files: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                walk(&path, root, files);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let name =
                    path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/");
                files.push((name, std::fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in folders {
        walk(&root.join(folder), root, &mut files);
    }
    files.sort();
    files
}

#[test]
fn the_tree_keeps_the_rules() {
    let tree = tree(&["src", "tests", "benches"]);
    assert!(tree.len() > 100, "only {} files were found", tree.len());
    let found = breaches(&tree);
    let list: Vec<String> =
        found.iter().map(|b| format!("{}:{}: {}: {}", b.file, b.line, b.rule, b.what)).collect();
    assert!(list.is_empty(), "\n{}", list.join("\n"));
}

#[test]
fn most_files_are_short() {
    let mut lines: Vec<usize> = tree(&["src"]).iter().map(|(_, text)| text.lines().count()).collect();
    lines.sort_unstable();
    let median = lines[lines.len() / 2];
    assert!(median <= 150, "the median file has {median} lines");
}

#[test]
fn every_module_says_what_lives_in_it() {
    for (file, text) in tree(&["src", "tests", "benches"]) {
        assert!(text.starts_with("//! "), "{file} does not begin with a sentence about itself");
    }
}

#[test]
fn every_stop_of_the_walks_through_the_engine_is_there() {
    use walks::{Stop, defines, walks};

    let planted = "x\n## Four walks\n**A seed** runs.\n\n1. `a.rs`, `f`: it `g`s.\n2. `b.rs`, `G`: on.\n\n## More\n3. `c.rs`, `h`\n";
    let stop = |file: &str, item: &str| Stop { file: file.into(), item: item.into() };
    assert_eq!(walks(planted), [("A seed".to_owned(), vec![stop("a.rs", "f"), stop("b.rs", "G")])]);
    assert!(defines("    pub fn run(&self) {", "run") && !defines("pub fn runs() {}\n// fn run()", "run"));
    assert!(defines("macro_rules! counters {", "counters!") && !defines("fn counters() {}", "counters!"));

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("ARCHITECTURE.md")).expect("the page");
    let walks = walks(&page);
    let of: Vec<&str> = walks.iter().map(|(of, _)| &**of).collect();
    assert_eq!(of, ["A seed", "A ballot", "A message", "A counter"]);
    for (of, stops) in &walks {
        assert!((3..=8).contains(&stops.len()), "{of}: {} stops", stops.len());
        for Stop { file, item } in stops {
            let text = std::fs::read_to_string(root.join(file))
                .unwrap_or_else(|error| panic!("{of}: {file}: {error}"));
            assert!(defines(&text, item), "{of}: {file} has no `{item}`");
        }
    }
}
