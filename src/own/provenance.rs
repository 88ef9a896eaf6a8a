//! What outputs say of somebody's nodes: whose file, which bytes, by which kit and runtime they ran.
//!
//! Absent on purpose: the file's folder and the command, which differ between machines.

use serde::{Deserialize, Serialize};

use crate::text::{first_hidden, printable};

/// Most characters of a text that a program says of itself.
const LONGEST: usize = 80;

/// Whose nodes ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Their file, as command lines name it.
    pub file: String,
    /// Their identity, 32 hexadecimal digits.
    pub identity: String,
    /// The kit that they ran under, as it says itself; `none` without one.
    pub kit: String,
    /// What ran them, as it says itself.
    pub runtime: String,
    /// Where their threads were held up, `races` or `none`, if it was not as their file says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preempt: Option<String>,
}

impl Provenance {
    /// Of nodes of this identity in this file; `kit` and `runtime` are what their program says.
    pub fn new(file: &str, identity: u128, kit: Option<&str>, runtime: Option<&str>) -> Provenance {
        let said = |text: Option<&str>, none: &str| text.map_or_else(|| none.to_owned(), short);
        Provenance {
            file: file.to_owned(),
            identity: format!("{identity:032x}"),
            kit: said(kit, "none"),
            runtime: said(runtime, "not said"),
            preempt: None,
        }
    }

    /// The same, whose threads were held up at races or nowhere, if it was not as their file says.
    #[must_use]
    pub fn held_up(mut self, at_races: Option<bool>) -> Provenance {
        self.preempt = at_races.map(|at_races| if at_races { "races" } else { "none" }.to_owned());
        self
    }

    /// Whether their threads were held up at races, if it was not as their file says.
    pub fn at_races(&self) -> Option<bool> {
        self.preempt.as_deref().map(|preempt| preempt == "races")
    }

    /// The identity as a number; none if it is none.
    pub fn number(&self) -> Option<u128> {
        let is_hex = self.identity.len() == 32 && self.identity.bytes().all(|b| b.is_ascii_hexdigit());
        is_hex.then(|| u128::from_str_radix(&self.identity, 16).ok()).flatten()
    }

    /// Whether it may stand in outputs: for what was read from a file that anybody may have written.
    pub fn is_sound(&self) -> bool {
        let texts = [&self.kit, &self.runtime];
        let is_known = self.preempt.as_deref().is_none_or(|it| matches!(it, "races" | "none"));
        let are_short = texts.iter().all(|text| **text == short(text));
        is_known
            && are_short
            && self.number().is_some()
            && first_hidden(&self.file).is_none()
            && !self.file.is_empty()
    }

    /// The line that every output bears.
    pub fn label(&self) -> String {
        let Provenance { file, identity, kit, runtime, preempt: _ } = self;
        let held_up = match self.at_races() {
            None => "",
            Some(true) => ", threads held up at races",
            Some(false) => ", threads held up nowhere",
        };
        format!(
            "own nodes {}, {identity}, kit {kit}, {runtime}{held_up}, votes as they say that they store them",
            printable(file)
        )
    }
}

/// The beginning of a text, printable.
fn short(text: &str) -> String {
    printable(text).chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_not_stand_in_an_output_is_not_sound() {
        let sound = Provenance::new("mine.toml", 7, Some("python\u{1b}"), Some(&"x".repeat(200)));
        assert!(sound.is_sound() && sound.number() == Some(7), "{sound:?}");
        assert_eq!(sound.runtime.len(), LONGEST);
        let bad = |it: Provenance| assert!(!it.is_sound(), "{it:?}");
        bad(Provenance { file: "a\u{1b}b".to_owned(), ..sound.clone() });
        bad(Provenance { file: String::new(), ..sound.clone() });
        bad(Provenance { kit: "a\u{1b}".to_owned(), ..sound.clone() });
        bad(Provenance { runtime: "x".repeat(81), ..sound.clone() });
        bad(Provenance { preempt: Some("lines".to_owned()), ..sound.clone() });
        bad(Provenance { identity: "7".to_owned(), ..sound });
    }
}
