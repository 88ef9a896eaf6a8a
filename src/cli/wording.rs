//! A file that says how another edition of the lab words what its clients print.
//!
//! Absent on purpose: what the messages mean (`run::lab`).

use std::path::Path;

use regex_lite::{Captures, Regex};
use serde::Deserialize;

use crate::run::lab::Said;
use crate::scenario::{Dialect, ScenarioError, Sheet, Words, text_of};
use crate::text::{printable, shown};

/// What to do about a file without any.
const REMEDY: &str = "give a regular expression for `success`, `failed_in_phase_1` or `failed_in_phase_2`";

static DIALECT: Dialect = Dialect::new("a file of wordings", REMEDY, &[], &[]);

const WORDS: Words = Words {
    absent: "no such file; name one with a regular expression for `success`, `failed_in_phase_1` or `failed_in_phase_2`",
    folder: "is a directory; name the file of wordings in it",
    irregular: "is no regular file; save it as a file first",
    large: "is larger than 1 MiB, which no file of wordings is",
};

/// The file: a regular expression for each message.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Patterns {
    success: Option<String>,
    failed_in_phase_1: Option<String>,
    failed_in_phase_2: Option<String>,
}

/// How messages are worded; what each says, and its regular expression.
pub struct Wording(Vec<(Saying, Regex)>);

/// What a message says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Saying {
    Success,
    FailedInPhase(u8),
}

impl Saying {
    /// The key of its regular expression, and the group that this must have.
    fn key(self) -> (&'static str, &'static str) {
        match self {
            Saying::Success => ("success", "value"),
            Saying::FailedInPhase(1) => ("failed_in_phase_1", "count"),
            Saying::FailedInPhase(_) => ("failed_in_phase_2", "count"),
        }
    }
}

impl Wording {
    /// Reads a file of wordings.
    ///
    /// # Errors
    /// If it cannot be read; for an unknown key, for what is no regular expression, and for one without the group that it must
    /// have, each with its place.
    pub fn load(path: &Path) -> Result<Wording, ScenarioError> {
        let (name, text) = text_of(path, &WORDS)?;
        let sheet = Sheet::parse(&text, &name, &DIALECT)?;
        let Patterns { success, failed_in_phase_1, failed_in_phase_2 } = sheet.read()?;
        let given = [
            (Saying::Success, success),
            (Saying::FailedInPhase(1), failed_in_phase_1),
            (Saying::FailedInPhase(2), failed_in_phase_2),
        ];
        let mut patterns = Vec::new();
        for (saying, text) in given {
            let Some(text) = text else { continue };
            let (key, group) = saying.key();
            let regex = Regex::new(&text).map_err(|why| {
                let why = printable(&why.to_string());
                sheet.error(&[key], format!("{} is no regular expression: {why}", shown(&text)))
            })?;
            if !regex.capture_names().flatten().any(|name| name == group) {
                let why = format!("`{key}` needs a group `(?<{group}>…)`, which says {}", meaning(group));
                return Err(sheet.error(&[key], why));
            }
            patterns.push((saying, regex));
        }
        if patterns.is_empty() {
            return Err(sheet.error(&[], format!("says nothing; {REMEDY}")));
        }
        Ok(Wording(patterns))
    }

    /// What a line says, if it is a message.
    ///
    /// # Errors
    /// If a number in it is none, as a sentence.
    pub fn find(&self, line: &str) -> Result<Option<Said>, String> {
        for (saying, regex) in &self.0 {
            if let Some(found) = regex.captures(line) {
                return said(*saying, &found).map(Some);
            }
        }
        Ok(None)
    }
}

/// What the group of this name says.
fn meaning(group: &str) -> &'static str {
    if group == "value" { "which value was chosen" } else { "how many promises or accepts there were" }
}

fn said(saying: Saying, found: &Captures<'_>) -> Result<Said, String> {
    let text = |name: &str| found.name(name).map(|it| it.as_str().trim().to_owned());
    let number = |name: &str| match text(name) {
        None => Ok(None),
        Some(digits) => digits
            .parse::<u64>()
            .map(Some)
            .map_err(|_| format!("`{name}` is {}, which is no number", shown(&digits))),
    };
    let told = match saying {
        Saying::Success => Ok(text("value").unwrap_or_default()),
        Saying::FailedInPhase(phase) => Err((phase, number("count")?.unwrap_or_default() as usize)),
    };
    let at = found.get(0).map_or(0, |all| all.start());
    Ok(Said { at, who: text("client"), counter: number("number")?, told })
}
