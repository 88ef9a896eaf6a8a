//! How a command ends: its exit code, and what is said of it last.

use std::any::Any;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use super::patient::Patient;
use super::printer::Printer;
use crate::many::BadRun;
use crate::text::{brief, printable};

pub use super::words::command_line;
pub use crate::text::quote;

/// A command that did what it was asked to, with what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0
    Ok,
    /// 1: a safety violation was found.
    Violation,
    /// 2: time stands still in a run of this scenario.
    Standstill,
    /// 2: the file of a user's nodes does not fit their program.
    Unfit,
    /// 3: a replay differs from its record.
    Mismatch,
    /// 6: an expectation failed, or what was looked for was not found.
    Expectation,
    /// 7: a user's own node has failed.
    NodeFailed,
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
    /// 7: a user's own node cannot begin.
    Node(String),
    /// 5: what is there belongs to something else, or is not whole; the message says what it is.
    Refused(String),
    /// 0: whoever read our output has gone.
    ClosedPipe,
}

impl Exit {
    /// As the shell sees it.
    pub fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::Violation => 1,
            Exit::Standstill | Exit::Unfit => 2,
            Exit::Mismatch => 3,
            Exit::Expectation => 6,
            Exit::NodeFailed => 7,
            Exit::Interrupted => super::interrupt::code(),
        }
    }
}

impl Failure {
    /// What there is to say.
    pub fn message(&self) -> &str {
        match self {
            Failure::Usage(why) | Failure::Io(why) | Failure::Node(why) | Failure::Refused(why) => why,
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
        // Whoever waits for this command is to know of the wish, though it came too late to matter.
        Ok(Ok(Exit::Ok)) if super::interrupt::caught() => {
            printer.error("interrupted when all was done: nothing is missing");
            ExitCode::from(Exit::Interrupted.code())
        }
        Ok(Ok(exit)) => ExitCode::from(exit.code()),
        Ok(Err(Failure::ClosedPipe)) if super::interrupt::caught() => {
            ExitCode::from(Exit::Interrupted.code())
        }
        Ok(Err(Failure::ClosedPipe)) => ExitCode::SUCCESS,
        Ok(Err(Failure::Usage(message))) => {
            printer.error(&message);
            ExitCode::from(2)
        }
        Ok(Err(Failure::Io(message))) => {
            printer.error(&message);
            ExitCode::from(4)
        }
        Ok(Err(Failure::Node(message))) => {
            printer.error(&message);
            ExitCode::from(7)
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

/// Says that time stands still in a run, or that a node has failed in it, and last how to see it.
pub fn bad_run(found: &BadRun, arguments: &str, printer: &Printer) -> Exit {
    printer.error(&found.to_string());
    printer.last_line(&format!("synod run {arguments} --seed {}", found.seed));
    found.exit()
}

impl BadRun {
    /// How a command ends that met it.
    pub fn exit(&self) -> Exit {
        match &self.trouble {
            Some(trouble) if trouble.is_of_file() => Exit::Unfit,
            Some(_) => Exit::NodeFailed,
            None => Exit::Standstill,
        }
    }
}

/// What the command line is refused for before it is read.
pub fn refused(why: &str) -> ExitCode {
    let _ = writeln!(Patient(std::io::stderr()), "synod: {why}");
    ExitCode::from(2)
}

/// What clap has to say: help and version on stdout, complaints on stderr.
pub fn usage(error: &clap::Error) -> ExitCode {
    if error.use_stderr() {
        let text = error.render().to_string();
        let tame = tamed(&text, std::env::args_os().map(|word| word.to_string_lossy().into_owned()));
        // Nobody listening is no failure.
        let _ = if tame == text { error.print() } else { write!(Patient(std::io::stderr()), "{tame}") };
        return ExitCode::from(2);
    }
    let mut stdout = Patient(std::io::stdout().lock());
    let text = error.render();
    let written =
        if stdout.0.is_terminal() { write!(stdout, "{}", text.ansi()) } else { write!(stdout, "{text}") };
    match written.and_then(|()| stdout.flush()).map_err(|error| Failure::io("write to stdout", &error)) {
        Ok(()) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "synod: {}", failure.message());
            ExitCode::from(4)
        }
    }
}

/// A complaint that quotes arguments as they are, without what a terminal would obey and without the middle of a long one.
fn tamed(text: &str, arguments: impl Iterator<Item = String>) -> String {
    let mut tame = text.to_owned();
    for word in arguments {
        let value = word.split_once('=').map_or(word.as_str(), |(_, value)| value);
        for long in [word.as_str(), value].into_iter().filter(|text| brief(text).len() < text.len()) {
            tame = tame.replace(long, &brief(long));
        }
    }
    tame.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => printable(line) + "\n",
            None => printable(line),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::args::{Color, Output};
    use super::*;

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
    fn a_complaint_is_tame() {
        let long = "x".repeat(100_000);
        let said = tamed(
            &format!("error: '\u{1b}' and '{long}'\n\nfor more\n"),
            [format!("--seed={long}")].into_iter(),
        );
        assert!(
            said.len() < 600 && said.starts_with("error: '\\u{1b}'") && said.ends_with("\n\nfor more\n"),
            "{said}"
        );
        assert_eq!(tamed("error: a\n", ["a".to_owned()].into_iter()), "error: a\n");
    }
}
