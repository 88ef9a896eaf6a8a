//! What `synod explore --from`, `--reach` and `--never` ask for, and what they say of it.
//!
//! Absent on purpose: the language of conditions (`run::condition`) and the search (`run::explore`).

use std::path::Path;

use serde_json::json;

use super::args::ExploreArgs;
use super::exit::{Exit, Failure};
use super::load::Loaded;
use super::printer::Printer;
use crate::run::{Asked, Beginning, Condition, Exploration, Untold};
use crate::text::{printable, printable_lines, quote_path};

/// States to begin at, and to look for.
pub struct Question {
    from: Option<Condition>,
    condition: Option<Condition>,
    /// Whether there must be none.
    never: bool,
}

impl Question {
    /// What the arguments ask for.
    pub fn of(args: &ExploreArgs, loaded: &Loaded) -> Result<Question, Failure> {
        let never = args.never.is_some();
        let (text, name) = if never { (&args.never, "--never") } else { (&args.reach, "--reach") };
        let read = |text: &Option<String>, name: &str| {
            let read = text.as_ref().map(|text| Condition::of_states(text, &loaded.scenario)).transpose();
            read.map_err(|error| Failure::Usage(format!("{name}: {error}")))
        };
        Ok(Question { from: read(&args.from, "--from")?, condition: read(text, name)?, never })
    }

    /// The states themselves.
    pub fn asked(&self) -> Asked<'_> {
        Asked { from: self.from.as_ref(), to: self.condition.as_ref() }
    }

    /// Where the search began, in a line; nothing where no condition says so.
    pub fn beginning(&self, found: &Exploration) -> String {
        let Some(from) = &self.from else { return String::new() };
        let from = printable(from.text());
        match found.beginning {
            Some(Beginning { states: 0, visited }) => {
                format!("from       none of the {visited} states: {from}\n")
            }
            Some(Beginning { states, visited }) => {
                format!("from       {states} of all {visited} states: {from}\n")
            }
            None => {
                format!("from       not begun: not every state was visited, so some may be missing: {from}\n")
            }
        }
    }

    /// The same; null where no condition says so.
    pub fn beginning_json(&self, found: &Exploration) -> serde_json::Value {
        let Some(from) = &self.from else { return serde_json::Value::Null };
        let (states, visited) = found.beginning.map(|it| (it.states, it.visited)).unzip();
        json!({ "condition": from.text(), "states": states, "visited": visited })
    }

    /// The answer, in lines.
    pub fn text(&self, found: &Exploration) -> String {
        let Some(condition) = &self.condition else { return String::new() };
        let condition = printable(condition.text());
        if found.beginning.is_some_and(|it| it.states == 0) {
            return format!("reached    never, for there is no state to begin at: {condition}\n");
        }
        match &found.reached {
            Some(it) => {
                format!("reached    after {} steps: {condition}\n{}\n", it.steps, script(&it.schedule))
            }
            None if found.untold == Some(Untold::Reached) => {
                format!("reached    yes; the search was ended before the way there was found: {condition}\n")
            }
            None if found.complete => format!("reached    never, every state was visited: {condition}\n"),
            None => format!("reached    not in the states that were visited: {condition}\n"),
        }
    }

    /// The answer; null where nothing was asked.
    pub fn to_json(&self, found: &Exploration) -> serde_json::Value {
        let Some(condition) = &self.condition else { return serde_json::Value::Null };
        let reached = match (&found.reached, found.complete) {
            (Some(_), _) => Some(true),
            _ if found.untold == Some(Untold::Reached) => Some(true),
            (None, true) => Some(false),
            (None, false) => None,
        };
        json!({
            "condition": condition.text(),
            "never": self.never,
            "reached": reached,
            "steps": found.reached.as_ref().map(|it| it.steps),
            "schedule": found.reached.as_ref().map(|it| &it.schedule),
        })
    }

    /// How a command ends that has not: an answer that is open is none.
    pub fn unanswered(&self, found: &Exploration, printer: &Printer) -> Exit {
        if self.condition.is_none() || found.complete {
            return Exit::Ok;
        }
        printer.error("not every state was visited, so it is not known whether there is one; raise --memory");
        Exit::Expectation
    }

    /// How a command ends that has found such a state, and how to see it again.
    pub fn exit(&self, kept: Option<&Path>, printer: &Printer) -> Exit {
        if self.never {
            printer.error("a state is reached that must not exist");
        }
        if let Some(path) = kept {
            printer.last_line(&format!("synod run {}", quote_path(path)));
        }
        if self.never { Exit::Expectation } else { Exit::Ok }
    }
}

/// A schedule as it stands in a scenario.
pub fn script(schedule: &str) -> String {
    format!("\n[script]\nschedule = \"\"\"\n{}\n\"\"\"", toml_lines(schedule))
}

/// Lines for a text between three double quotes in TOML.
fn toml_lines(text: &str) -> String {
    printable_lines(text).replace('\\', "\\\\").replace('"', "\\\"")
}
