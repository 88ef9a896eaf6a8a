//! A hundred sentences that are printed, each with the condition under which it is true: it stands where that holds, and is gone
//! where it does not.

mod table;

use std::collections::{BTreeMap, BTreeSet};

use crate::support::command::{Place, words};
use table::{OUTPUTS, SENTENCES};

/// A sentence, or as much of one as has no number in it.
pub struct Sentence {
    pub says: &'static str,
    /// When it is true.
    pub when: &'static str,
    /// An output of which that is so.
    pub there: &'static str,
    /// One of which it is not.
    pub gone: &'static str,
}

/// All that a command says: what it prints, and of a sweep the report, without what Markdown escapes.
fn output(place: &Place, name: &str, command: &str) -> String {
    let mut arguments = words(command);
    // No name of a scenario, for then it would be taken for its file.
    let folder = format!("out-{name}");
    if command.starts_with("sweep ") {
        arguments.extend(["--quiet".to_owned(), "--out".to_owned(), folder.clone()]);
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ended = place.synod(&arguments);
    assert!(![2, 4, 5].contains(&ended.code), "{command}: {ended:#?}");
    let report = place.path(&folder).join("report.md");
    let told = match command.starts_with("sweep ") {
        true => std::fs::read_to_string(report).expect("a report"),
        false => ended.out + &ended.err,
    };
    told.replace('\\', "").replace("&gt;", ">")
}

#[test]
fn each_sentence_stands_where_it_is_true_and_nowhere_else() {
    let place = Place::new();
    let told: BTreeMap<&str, String> =
        OUTPUTS.iter().map(|&(name, command)| (name, output(&place, name, command))).collect();
    let mut wrong = Vec::new();
    for Sentence { says, when, there, gone } in SENTENCES {
        if !told[there].contains(says) {
            wrong.push(format!("{there} does not say “{says}”, though {when}"));
        }
        if told[gone].contains(says) {
            wrong.push(format!("{gone} says “{says}”, which is true when {when}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn there_are_a_hundred_of_them_and_each_has_its_condition() {
    let different: BTreeSet<&str> = SENTENCES.iter().map(|it| it.says).collect();
    assert!(different.len() >= 100 && different.len() == SENTENCES.len(), "{}", different.len());
    let names: BTreeSet<&str> = OUTPUTS.iter().map(|(name, _)| *name).collect();
    for it in SENTENCES {
        assert!(!it.when.is_empty() && it.there != it.gone, "{}", it.says);
        assert!(names.contains(it.there) && names.contains(it.gone), "{}", it.says);
    }
}
