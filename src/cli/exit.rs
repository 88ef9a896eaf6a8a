//! How a command ends: its exit code, and what is said of it last.

use std::any::Any;
use std::io::Write;
use std::process::ExitCode;

use super::printer::Printer;
use crate::scenario::printable;
use crate::sweep::Standstill;

/// A command that did what it was asked to, with what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0
    Ok,
    /// 1: a safety violation was found.
    Violation,
    /// 2: time stands still in a run of this scenario.
    Standstill,
    /// 3: a replay differs from its record.
    Mismatch,
    /// 6: an expectation failed.
    Expectation,
    /// 130, 143 or 129: interrupted by ^C, by SIGTERM, or because the terminal was closed.
    Interrupted,
}

/// A command that could not do what it was asked to.
#[derive(Debug)]
pub enum Failure {
    /// 2: what was asked for makes no sense; the message says what would.
    Usage(String),
    /// 4: reading or writing failed.
    Io(String),
    /// 5: what is there belongs to something else, or is not whole; the message says what it is.
    Refused(String),
    /// 0: whoever read our output has gone.
    ClosedPipe,
}

impl Exit {
    fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Violation => 1,
            Exit::Standstill => 2,
            Exit::Mismatch => 3,
            Exit::Expectation => 6,
            Exit::Interrupted => super::interrupt::code(),
        }
    }
}

impl Failure {
    /// What there is to say.
    pub fn message(&self) -> &str {
        match self {
            Failure::Usage(why) | Failure::Io(why) | Failure::Refused(why) => why,
            Failure::ClosedPipe => "the reader of the output has gone",
        }
    }

    /// An I/O error with what was being done, as a fragment that follows "failed to".
    pub fn io(doing: &str, error: &std::io::Error) -> Failure {
        if error.kind() == std::io::ErrorKind::BrokenPipe {
            return Failure::ClosedPipe;
        }
        Failure::Io(format!("failed to {doing}: {error}"))
    }
}

/// Internal error (sysexits EX_SOFTWARE).
const INTERNAL: u8 = 70;

/// Replaces the panic message by one for people; the place of the bug is kept.
pub fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let payload = info.payload();
        let what = payload.downcast_ref::<&str>().copied();
        let what = what.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        // Not `eprintln!`, which panics in its turn when stderr is closed.
        let _ = writeln!(std::io::stderr(), "{}", internal(&place, what.unwrap_or("no message")));
    }));
}

/// What is said of a bug of ours.
fn internal(place: &str, what: &str) -> String {
    let what = what.split('\n').map(printable).collect::<Vec<_>>().join("\n");
    format!(
        "synod: internal error{place}: {what}\nThis is a bug in synod; please report it with the scenario and the command \
         that follows:"
    )
}

/// The exit code of a command, after its last words.
pub fn finish(result: Result<Result<Exit, Failure>, Box<dyn Any + Send>>, printer: &Printer) -> ExitCode {
    match result {
        Ok(Ok(exit)) => ExitCode::from(exit.code()),
        Ok(Err(Failure::ClosedPipe)) => ExitCode::SUCCESS,
        Ok(Err(Failure::Usage(message))) => {
            printer.error(&message);
            ExitCode::from(2)
        }
        Ok(Err(Failure::Io(message))) => {
            printer.error(&message);
            ExitCode::from(4)
        }
        Ok(Err(Failure::Refused(message))) => {
            printer.error(&message);
            ExitCode::from(5)
        }
        Err(_) => {
            printer.last_line(&command_line());
            ExitCode::from(INTERNAL)
        }
    }
}

/// Says that time stands still in a run, and last how to see it.
pub fn standstill(found: &Standstill, arguments: &str, printer: &Printer) -> Exit {
    printer.error(&found.to_string());
    printer.last_line(&format!("synod run {arguments} --seed {}", found.seed));
    Exit::Standstill
}

/// What clap has to say: help and version on stdout, complaints on stderr.
pub fn usage(error: &clap::Error) -> ExitCode {
    // It quotes the arguments as they are: without what a terminal would obey, if there is any of that in them.
    let hidden = std::env::args_os()
        .map(|word| word.to_string_lossy().into_owned())
        .any(|word| printable(&word) != word);
    // A closed pipe is no reason to complain.
    let _ = if hidden && error.use_stderr() {
        let lines: Vec<_> = error.render().to_string().lines().map(printable).collect();
        writeln!(std::io::stderr(), "{}", lines.join("\n"))
    } else {
        error.print()
    };
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

/// The command line as it was given, quoted for a shell.
pub fn command_line() -> String {
    let mut words = vec!["synod".to_owned()];
    words.extend(std::env::args_os().skip(1).map(|word| quote(&word.to_string_lossy())));
    words.join(" ")
}

/// A word quoted for a shell: in one line, and with nothing in it that a terminal would obey.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    if printable(word) == word {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let byte = |b: u8| match b {
        b'\'' | b'\\' => format!("\\{}", b as char),
        b' '..=b'~' => (b as char).to_string(),
        _ => format!("\\x{b:02x}"),
    };
    format!("$'{}'", word.bytes().map(byte).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::super::args::{Color, Output};
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_split_or_expand_them() {
        assert_eq!(quote("network.loss=0.1"), "network.loss=0.1");
        assert_eq!(quote("a b"), "'a b'");
        assert_eq!(quote("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quote("é"), "'é'");
        assert_eq!(quote(""), "''");
    }

    /// No test can meet a bug that nobody knows: the code and the words of one.
    #[test]
    fn a_bug_of_ours_has_its_code_and_its_words() {
        let printer = Printer::new(&Output { quiet: false, color: Color::Never, no_progress: true });
        let code = finish(Err(Box::new("a bug")), &printer);
        assert_eq!(format!("{code:?}"), format!("{:?}", ExitCode::from(70)));
        let said = internal(" at src/some/file.rs:1", "index \u{1b}[31m out of bounds");
        let golden = include_str!("../../tests/exits/internal-error.txt");
        assert_eq!(format!("exit {INTERNAL}\n{said}\n"), golden);
    }

    #[test]
    fn what_a_terminal_would_obey_is_spelt_out() {
        assert_eq!(quote("a\n\u{1b}[31m'\\é"), r"$'a\x0a\x1b[31m\'\\\xc3\xa9'");
    }
}
