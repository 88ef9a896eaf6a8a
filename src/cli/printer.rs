//! Decides what goes to stdout, what to stderr, and in which colour.

use std::io::{IsTerminal, Write};

use terminal_size::terminal_size_of;

use super::args::{Color, Output};
use super::exit::Failure;
use super::patient::Patient;

/// Lines of fewer characters than this are no lines.
const NARROWEST: usize = 20;

/// Where output goes.
#[derive(Debug, Clone, Copy)]
pub struct Printer {
    quiet: bool,
    color: bool,
    progress: bool,
}

impl Printer {
    /// As the flags, the environment and the terminal have it.
    pub fn new(output: &Output) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let color = match output.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && wanted,
        };
        Printer { quiet: output.quiet, color, progress: terminal && !output.quiet && !output.no_progress }
    }

    /// Data, to stdout.
    pub fn data(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut stdout = Patient(std::io::stdout().lock());
        let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
        written.map_err(|error| Failure::io("write to stdout", &error))
    }

    /// An object as data: indented, and nothing hidden in its texts.
    pub fn json(&self, value: &serde_json::Value) -> Result<(), Failure> {
        self.data((crate::text::visible_json(&format!("{value:#}")) + "\n").as_bytes())
    }

    /// How many characters a line of stdout has room for: on a terminal, or as `COLUMNS` says.
    pub fn width(&self) -> Option<usize> {
        let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let of_terminal = || terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
        asked.or_else(of_terminal).filter(|&columns| columns >= NARROWEST)
    }

    /// Talk, to stderr, unless it is unwanted.
    pub fn say(&self, message: &str) {
        if !self.quiet {
            // Nobody listening is no failure.
            let _ = writeln!(Patient(std::io::stderr()), "{message}");
        }
    }

    /// What must be said, to stderr.
    pub fn error(&self, message: &str) {
        let (red, reset) = if self.color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        // In one piece, so that other processes' lines do not come in between.
        let _ = Patient(std::io::stderr()).write_all(format!("{red}synod:{reset} {message}\n").as_bytes());
    }

    /// The very last line on stderr of a run that failed: how to get it again.
    pub fn last_line(&self, line: &str) {
        let _ = writeln!(Patient(std::io::stderr()), "{line}");
    }

    /// Whether a progress bar can be seen.
    pub fn shows_progress(&self) -> bool {
        self.progress
    }
}
