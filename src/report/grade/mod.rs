//! What somebody's own nodes come to on the ladder: as text, Markdown, JSON, and JUnit's XML for graders.
//!
//! Absent on purpose: climbing (`sweep`), and how a counterexample is found (`cli`).

mod json;
mod junit;
mod text;

pub use json::grade_json;
pub use junit::grade_junit;
pub use text::{grade_markdown, grade_text};

use crate::sweep::Rung;

/// The result of a grading.
#[derive(Clone, Debug)]
pub struct Grade {
    /// Whose nodes were graded: the line that every output bears.
    pub label: String,
    /// Each rung that was asked.
    pub rungs: Vec<Climb>,
}

/// What a rung came to.
#[derive(Clone, Debug)]
pub struct Climb {
    /// The rung, with the points that it is worth here.
    pub rung: Rung,
    /// How many runs were played.
    pub runs: u64,
    /// Why it is not passed; none if it is.
    pub fault: Option<Fault>,
    /// What else is to be said, where it is passed.
    pub note: Option<&'static str>,
}

/// Why a rung is not passed.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What kind of fault it is.
    pub kind: Kind,
    /// In one line.
    pub brief: String,
    /// All of it, line by line.
    pub lines: Vec<String>,
    /// What to do.
    pub remedy: Option<String>,
    /// The command that shows it.
    pub again: String,
}

/// What kind of fault a rung shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Runs are as none may be.
    Bad,
    /// The same, and a check was broken.
    Violation,
    /// The program failed.
    Failed,
    /// It answers otherwise when it is asked again.
    Differs,
}

impl Climb {
    /// The points that it brings.
    pub fn points(&self) -> u32 {
        if self.fault.is_none() { self.rung.points } else { 0 }
    }
}

impl Grade {
    /// Points, and how many there could be.
    pub fn points(&self) -> (u32, u32) {
        (self.rungs.iter().map(Climb::points).sum(), self.rungs.iter().map(|it| it.rung.points).sum())
    }

    /// The rungs that are not passed.
    pub fn faults(&self) -> impl Iterator<Item = (&Climb, &Fault)> {
        self.rungs.iter().filter_map(|it| it.fault.as_ref().map(|fault| (it, fault)))
    }
}
