//! Hostile names and values through every script and every printed command, executed by dash and by bash.
//!
//! No foreign command may run, and each line must do what it says. A few of the words take the whole way in an ordinary run of
//! the tests; `SYNOD_HOSTILE=all` takes them all, which is some ten thousand processes. What needs no process is tried with all
//! of them always.

mod words;

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::command::{Ended, Place, ended};
use crate::support::env;
use synod::text::{first_hidden, quote, quote_path};

/// The shells that are here; dash is `/bin/sh` of Debian, and bash what most people type into.
fn shells() -> Vec<&'static str> {
    let is_there =
        |shell: &&str| Command::new(shell).args(["-c", "true"]).stdin(Stdio::null()).status().is_ok();
    let found: Vec<&str> = ["dash", "bash"].into_iter().filter(is_there).collect();
    if found.len() < 2 {
        println!("only {found:?} of dash and bash is installed: the other is skipped");
    }
    assert!(!found.is_empty(), "neither dash nor bash is installed");
    found
}

/// The words for what takes processes: all, or one in so many, from another place for each use.
fn sample(of: Vec<String>, from: usize) -> Vec<String> {
    const ONE_IN: usize = 97;
    if env::is_long("SYNOD_HOSTILE") {
        return of;
    }
    of.into_iter().skip(from).step_by(ONE_IN).collect()
}

/// A scenario of two proposers, with a value and a title as TOML.
fn scenario(name: &str, value: &str, title: &str) -> String {
    let text = |text: &str| {
        text.chars().fold(String::from("\""), |all, c| all + &format!("\\U{:08X}", u32::from(c))) + "\""
    };
    format!(
        "title = {}\n[[proposer]]\nname = {}\nvalue = {}\nnode = 1\n[[proposer]]\nname = \"B\"\nnode = 3\n",
        text(title),
        text(name),
        text(value)
    )
}

/// A folder with a scenario `plain.toml`, and programs in `bin`: synod, and an sbatch that runs what it is given.
fn place() -> Place {
    let place = Place::new();
    place.write("plain.toml", scenario("A", "a", "two"));
    std::fs::create_dir(place.path("bin")).expect("a folder");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_synod"), place.path("bin/synod")).expect("a link");
    // The jobs of an array one after the other, as Slurm runs them: by sh, in the folder that sbatch was called in.
    let sbatch = "#!/bin/sh\nfor word; do case $word in --wrap=*) job=${word#--wrap=};; --array=*) last=${word##*-};; esac; done\n\
                  if [ \"${last+x}\" ]; then for SLURM_ARRAY_TASK_ID in $(seq 1 $last); do export SLURM_ARRAY_TASK_ID\n\
                  sh -c \"$job\" >&2; done; else sh -c \"$job\" >&2; fi\necho 7\n";
    place.write("bin/sbatch", sbatch);
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(place.path("bin/sbatch"), executable).expect("executable");
    place
}

/// Runs a script by a shell, in the folder, with the programs of the folder.
fn shell(place: &Place, shell: &str, script: &str) -> Ended {
    let path = format!("{}:{}", place.path("bin").display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(shell);
    command.arg("-c").arg(script).current_dir(place.path(".")).env("PATH", path).stdin(Stdio::null());
    ended(command.output().expect("it runs"))
}

/// No foreign command ran.
#[track_caller]
fn untouched(place: &Place, word: &str) {
    let mut folders = vec![place.path(".")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            assert_ne!(entry.file_name(), "PWNED", "{word:?} ran a command");
            folders.extend(entry.file_type().is_ok_and(|it| it.is_dir()).then(|| entry.path()));
        }
    }
}

/// What a terminal obeys is in nothing that is said.
#[track_caller]
fn is_visible(ended: &Ended) {
    for line in ended.out.lines().chain(ended.err.lines()) {
        assert_eq!(first_hidden(line), None, "{ended:?}");
    }
}

fn after<'a>(text: &'a str, label: &str) -> &'a str {
    let line = text.lines().find_map(|line| line.strip_prefix(label));
    line.unwrap_or_else(|| panic!("no line begins with {label:?} in {text}")).trim_start()
}

#[test]
fn the_words_are_many_and_the_traps_work() {
    let all = words::all();
    let mut different = all.clone();
    different.sort();
    different.dedup();
    assert!(different.len() >= 200 && different.len() == all.len(), "{} of {}", different.len(), all.len());
    // A checker that has never found anything proves nothing: written without quotes, the words do run commands.
    for shell in shells() {
        let caught = ["$(touch PWNED)", "; touch PWNED; #", "' ; touch PWNED; '"].map(|word| {
            let place = place();
            self::shell(&place, shell, &format!("true '{word}'"));
            self::shell(&place, shell, &format!("true {word}"));
            place.path("PWNED").exists()
        });
        assert_eq!(caught, [true; 3], "{shell}");
    }
}

#[test]
fn every_word_is_one_word_to_every_shell() {
    let place = place();
    let all = words::all();
    for shell in shells() {
        let line: String = all.iter().map(|word| format!(" {}", quote(word))).collect();
        let said = self::shell(&place, shell, &format!("printf '%s\\001'{line}")).exits(0);
        let words: Vec<&str> = said.out.split_terminator('\u{1}').collect();
        assert_eq!(words, all, "{shell}");
        let paths: String = all.iter().map(|word| format!(" {}", quote_path(word))).collect();
        let said = self::shell(&place, shell, &format!("printf '%s\\001'{paths}")).exits(0);
        assert!(said.out.split_terminator('\u{1}').all(|path| !path.starts_with('-')), "{shell}");
        untouched(&place, shell);
    }
}

/// A value on the command line: the line that is printed runs the same, and holds nothing that a terminal obeys.
#[test]
fn a_value_goes_through_the_line_that_is_printed() {
    let place = place();
    for word in sample(words::all(), 0) {
        for given in
            [format!("proposer.A.value={word}"), format!("proposer.B.value=\"{}\"", word.escape_debug())]
        {
            let run = place.synod(&["run", "plain.toml", "--seed", "3", "--set", &given]);
            is_visible(&run);
            if run.code != 0 {
                assert!(run.err.contains("--set proposer."), "{word:?}: {run:?}");
                continue;
            }
            let line = after(&run.out, "replay ");
            let direct = place.synod(&["replay", "plain.toml", "--seed", "3", "--set", &given]).exits(0);
            for shell in shells() {
                let said = self::shell(&place, shell, line).exits(0);
                assert_eq!(said.out, direct.out, "{word:?}: {line}");
            }
        }
        untouched(&place, &word);
    }
}

/// A scenario's file: refused before anything runs, or every line works.
#[test]
fn a_file_goes_through_the_line_that_is_printed() {
    let names = words::all().into_iter().filter(|word| words::is_file_name(word)).collect();
    for word in sample(names, 3) {
        let place = place();
        for name in [word.clone(), format!("{word}.toml")] {
            place.write(&name, scenario("A", "a", "two"));
            let run = place.synod(&["run", "--seed", "3", "--", &name]);
            is_visible(&run);
            if first_hidden(&name).is_some() {
                assert!(run.code == 2 && run.err.contains("U+"), "{run:?}");
                continue;
            }
            let line = after(&run.exits(0).out, "replay ").to_owned();
            let direct = place.synod(&["replay", "--seed", "3", "--", &name]).exits(0);
            for shell in shells() {
                let said = self::shell(&place, shell, &line).exits(0);
                assert_eq!(said.out, direct.out, "{word:?}: {line}");
            }
        }
        untouched(&place, &word);
    }
}

/// A folder and a value: sweep, write-up, reproduction, verification, shares and merge.
#[test]
fn a_report_goes_through_all_its_scripts_and_lines() {
    for word in sample(words::all(), 7) {
        let place = place();
        let set = format!("proposer.A.value={word}");
        if place.synod(&["run", "plain.toml", "--set", &set]).code != 0 {
            continue;
        }
        let is_folder = words::is_file_name(&word) && first_hidden(&word).is_none() && word != "bin";
        if words::is_file_name(&word) && !is_folder {
            let refused =
                place.synod(&["sweep", "plain.toml", "--seeds", "9", &format!("--out={word}")]).exits(2);
            is_visible(&refused);
            assert!(!place.path(&word).exists(), "{word:?}");
        }
        let out = if is_folder { word.as_str() } else { "out" };
        let flag = format!("--out={out}");
        let sweep = place.synod(&["sweep", "plain.toml", "--seeds", "9", "--set", &set, &flag]).exits(0);
        is_visible(&sweep);
        let line = after(&sweep.out, "reproduce ").to_owned();
        let writeup = place.synod(&["writeup", "--", out]).exits(0);
        is_visible(&writeup);
        let again = after(&writeup.err, "again ").to_owned();
        for shell in shells() {
            assert_eq!(self::shell(&place, shell, &line).exits(0).out, sweep.out, "{word:?}: {line}");
            let said = self::shell(&place, shell, &again).exits(0);
            assert!(said.out.starts_with("reproduced"), "{word:?}: {said:?}");
            let script = place.path(out).join("writeup/reproduce.sh");
            let said = self::shell(&place, shell, &format!("exec {shell} {}", quote_path(script))).exits(0);
            assert!(said.out.starts_with("reproduced"), "{word:?}: {said:?}");
        }
        shown_in_the_report(&place.path(out), &line);
        std::fs::write(place.path(out).join("cells.csv"), "changed").expect("a file");
        let broken = place.synod(&["verify", "--", out]).exits(3);
        for shell in shells() {
            self::shell(&place, shell, broken.last_line()).exits(3);
        }
        untouched(&place, &word);
    }
}

/// The command stands in the report's pages as it was printed.
fn shown_in_the_report(folder: &Path, line: &str) {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("a file");
    assert!(read("report.md").contains(line), "{line}");
    let html = line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    assert!(read("report.html").contains(&html), "{html}");
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.json")).expect("JSON");
    assert_eq!(manifest["command_line"], line);
    for name in ["report.md", "report.html", "report.tex", "cells.csv", "summary.json", "manifest.json"] {
        for line in read(name).lines().filter(|line| line.len() < 100_000) {
            assert_eq!(first_hidden(&line.replace('\t', " ")), None, "{name}: {line:?}");
        }
    }
}

#[test]
fn a_sweep_goes_through_slurm() {
    for word in sample(words::all(), 11) {
        let place = place();
        let set = format!("proposer.A.value={word}");
        if place.synod(&["run", "plain.toml", "--set", &set]).code != 0 {
            continue;
        }
        let is_folder = words::is_file_name(&word) && first_hidden(&word).is_none() && word != "bin";
        let out = if is_folder { word.as_str() } else { "out" };
        let shared = ["slurm", "plain.toml", "--seeds", "9", "--shards", "2", "--set", &set];
        let script = place.synod(&[&shared[..], &[&format!("--out={out}")]].concat()).exits(0);
        is_visible(&script);
        for shell in shells() {
            let said = self::shell(&place, shell, &script.out).exits(0);
            assert!(place.path(out).join("manifest.json").is_file(), "{word:?} by {shell}: {said:?}");
            std::fs::remove_dir_all(place.path(out)).expect("a report");
        }
        missing_share(&place, &format!("{out}.shares"));
        untouched(&place, &word);
    }
}

/// A share that is not there is run again by the line that says so.
fn missing_share(place: &Place, shares: &str) {
    let folder = place.path(shares);
    let first = std::fs::read_dir(&folder).expect("shares").flatten().next().expect("a share").path();
    std::fs::remove_file(&first).expect("a file");
    let refused = place.synod(&["merge", "--out=whole", "--", shares]).exits(5);
    let line =
        refused.err.lines().find(|line| line.starts_with("synod sweep ")).expect("a command").to_owned();
    for shell in shells() {
        self::shell(place, shell, &line).exits(0);
        assert!(first.is_file(), "{line}");
        std::fs::remove_file(&first).expect("a file");
    }
}

/// A name within the scenario: refused with the character, or every line that names it works.
#[test]
fn a_name_goes_through_the_line_that_is_printed() {
    for word in sample(words::all(), 5) {
        let place = place();
        place.write("named.toml", scenario(&word, "a", "two"));
        let check = place.synod(&["check", "--no-run", "named.toml"]);
        is_visible(&check);
        if check.code != 0 {
            assert!(check.err.contains("name"), "{word:?}: {check:?}");
            assert!(!check.err.contains("shorten"), "{check:?}");
            continue;
        }
        let set = format!("proposer.\"{}\".value=x y", word.replace('\\', "\\\\").replace('"', "\\\""));
        let run = place.synod(&["run", "named.toml", "--set", &set]).exits(0);
        is_visible(&run);
        let of = format!("--of={word},B");
        let pair = place.synod(&["fairness", "named.toml", "--seeds", "20", &of]);
        is_visible(&pair);
        for shell in shells() {
            self::shell(&place, shell, after(&run.out, "replay ")).exits(0);
            if pair.code == 0 {
                let again = self::shell(&place, shell, after(&pair.out, "reproduce ")).exits(0);
                assert_eq!(again.out, pair.out, "{word:?}");
            }
        }
        untouched(&place, &word);
    }
}

/// A title is refused with the character that nobody would see.
#[test]
fn a_title_is_refused_with_its_character() {
    for word in words::all().into_iter().filter(|word| word.chars().count() <= 200) {
        let read = synod::scenario::Scenario::parse(&scenario("A", "a", &word), "title.toml");
        match (first_hidden(&word), read) {
            (Some(hidden), Err(why)) => assert!(why.to_string().contains(&hidden.to_string()), "{why}"),
            (None, Ok(read)) => assert_eq!(read.title, word),
            (_, read) => panic!("{word:?}: {read:?}"),
        }
    }
}
