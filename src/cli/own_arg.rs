//! The argument that names somebody's nodes.

use std::path::PathBuf;

use clap::{Args as Group, ValueEnum};

use crate::own::Provenance;
use crate::text::quote_path;

/// Whose nodes run.
#[derive(Debug, Clone, Default, Group)]
pub struct OwnArg {
    /// Run your own nodes, which this file describes, instead of the built-in's (see `synod node`)
    #[arg(long, value_name = "MINE.TOML")]
    pub node: Option<PathBuf>,
    /// Override where the file says that threads are held up
    #[arg(long, requires = "node", value_name = "WHERE")]
    pub preempt: Option<Preempt>,
}

/// Where threads are held up, whatever the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Preempt {
    /// Before a set under a check with no lock held.
    Races,
    /// Nowhere.
    None,
}

impl OwnArg {
    /// The same, held up as these nodes were where it does not say itself how.
    pub fn as_held_up(&self, nodes: &Provenance) -> OwnArg {
        let was = nodes.at_races().map(|at_races| if at_races { Preempt::Races } else { Preempt::None });
        OwnArg { preempt: self.preempt.or(was), ..self.clone() }
    }

    /// How a command line says it, with a space before; empty without nodes.
    pub fn words(&self) -> String {
        let Some(file) = &self.node else { return String::new() };
        format!(" --node {}{}", quote_path(file), preempt_words(self.at_races()))
    }

    /// Whether threads are to be held up at races, if it is not as the file says.
    pub fn at_races(&self) -> Option<bool> {
        self.preempt.map(|preempt| preempt == Preempt::Races)
    }
}

/// How a command line says where threads are held up, with a space before; empty if it is as their file says.
pub fn preempt_words(at_races: Option<bool>) -> &'static str {
    match at_races {
        None => "",
        Some(true) => " --preempt races",
        Some(false) => " --preempt none",
    }
}
