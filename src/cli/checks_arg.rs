//! `--checks`: which invariants watch the runs of many seeds. Whoever looks at a single run has all of them.

use clap::ValueEnum;

use crate::check::Checks;

/// Which invariants watch the runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ChecksArg {
    /// Those that cost nearly nothing.
    Always,
    /// These, and those that keep every reply and vote in mind: slower.
    All,
}

impl ChecksArg {
    /// What a command line says where it is not what holds without it.
    pub fn written(self) -> &'static str {
        if self == ChecksArg::All { " --checks all" } else { "" }
    }
}

impl From<ChecksArg> for Checks {
    fn from(checks: ChecksArg) -> Checks {
        match checks {
            ChecksArg::Always => Checks::Always,
            ChecksArg::All => Checks::All,
        }
    }
}
