//! The argument that names somebody's nodes.

use std::path::PathBuf;

use clap::{Args as Group, ValueEnum};

use crate::text::quote_path;

/// Whose nodes run.
#[derive(Debug, Clone, Default, Group)]
pub struct OwnArg {
    /// Run your own nodes, which this file describes, in the place of the built-in's (see `synod node`)
    #[arg(long, value_name = "MINE.TOML")]
    pub node: Option<PathBuf>,
    /// Hold their threads up in another way than the file says
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
    /// How a command line says it, with a space before; empty without nodes.
    pub fn words(&self) -> String {
        let Some(file) = &self.node else { return String::new() };
        let preempt = match self.preempt {
            None => "",
            Some(Preempt::Races) => " --preempt races",
            Some(Preempt::None) => " --preempt none",
        };
        format!(" --node {}{preempt}", quote_path(file))
    }

    /// Whether threads are to be held up at races, if it is not as the file says.
    pub fn at_races(&self) -> Option<bool> {
        self.preempt.map(|preempt| preempt == Preempt::Races)
    }
}
