//! How a user's node ends a run: everything that can be wrong with a program that somebody else wrote, as what people read.
//!
//! A message says what is wrong, at which step, what the node said last, and what to do. All that comes from the node is
//! escaped. Absent on purpose: what only misleads (`Effect::Hazard`), and answers that differ from run to run.

use std::fmt;
use std::time::Duration;

use crate::text::printable;
use crate::trace::NodeId;

/// How much of a node's line a message repeats, in bytes.
const LINE: usize = 200;
/// How many lines of its stderr, and how much of each, in bytes.
const LAST_LINES: usize = 32;
const ERROR_LINE: usize = 400;

/// A run that a user's node has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// What is wrong.
    pub what: Wrong,
    /// At which step, if one was being taken.
    pub at: Option<Box<At>>,
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// Which of its run, from 0: that at which the run begins. None is the handshake.
    pub step: Option<u64>,
    /// Virtual time, ns, if the run has begun.
    pub at_ns: Option<u64>,
    /// The node that was told something.
    pub node: Option<NodeId>,
    /// The line that was put to the process.
    pub input: String,
}

/// What is wrong with a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Wrong {
    /// Its program cannot be started.
    NoStart {
        /// The program.
        program: String,
        /// Why not, as the system says it.
        why: String,
    },
    /// It says itself that it can't begin.
    Refused(String),
    /// It speaks another version of the wire, or none.
    Protocol {
        /// Which, as it says it.
        theirs: String,
    },
    /// It ended, or closed its stdout, and an answer is missing.
    Exited {
        /// How it ended, in words: `it ended with exit status 1`.
        how: String,
        /// What it wrote to stderr last.
        stderr: String,
    },
    /// It has not answered for longer than it may take.
    Hung {
        /// What it may take.
        limit: Duration,
        /// Where it is, as it wrote to stderr when it was asked by a signal.
        place: String,
        /// What it wrote to stderr before.
        stderr: String,
    },
    /// It wrote something that is no answer at all.
    Garbage {
        /// The beginning of its line.
        line: String,
        /// Why it is none.
        why: String,
    },
    /// Its answer has something in it that may not be there.
    Malformed {
        /// The beginning of its line.
        line: String,
        /// Where in it.
        place: String,
        /// What is wrong there.
        why: String,
    },
    /// It answers for another lane than that whose turn it is.
    Lane {
        /// That whose turn it is.
        asked: u16,
        /// That of its answer.
        got: u16,
    },
    /// It wrote more lines than it was asked for.
    Unasked {
        /// The beginning of what it wrote.
        line: String,
    },
    /// It wrote more lines than it was asked for, and the last of them came when its runs were over.
    Late {
        /// The beginning of what it wrote.
        line: String,
    },
    /// A line of its is too long.
    LineTooLong {
        /// Bytes that a line may have.
        limit: usize,
    },
    /// It has too many effects in one step.
    TooManyEffects {
        /// Effects that a step may have.
        limit: usize,
    },
    /// An effect makes no sense in its run: it answers what nobody asked, or calls a node that is not there.
    Senseless(String),
    /// Its program ends as it begins, in these words.
    Unbegun(String),
    /// The file of the nodes says otherwise than their program does, so nothing can be said of the run: where in the file, in full.
    Unfit(String),
}

impl Wrong {
    /// A line that is no answer at all, and why.
    pub fn garbage(line: &[u8], why: impl Into<String>) -> Self {
        Self::Garbage { line: cut(line, LINE), why: why.into() }
    }

    /// The same, with the line that it is about.
    #[cfg(feature = "own")]
    pub(super) fn in_line(mut self, whole: &[u8]) -> Self {
        if let Self::Malformed { line, .. } = &mut self {
            *line = cut(whole, LINE);
        }
        self
    }

    /// A line that nobody asked for.
    pub fn unasked(line: &[u8]) -> Self {
        Self::Unasked { line: cut(line, LINE) }
    }

    /// A line that nobody asked for, after all runs.
    pub fn late(line: &[u8]) -> Self {
        Self::Late { line: cut(line, LINE) }
    }

    /// The same, at this step.
    pub fn at(self, at: At) -> Trouble {
        Trouble { what: self, at: Some(Box::new(at)) }
    }
}

impl Trouble {
    /// Whether it is the file of the nodes that is wrong, and nothing is held against their program.
    pub fn is_of_file(&self) -> bool {
        matches!(self.what, Wrong::Unfit(_))
    }
}

impl From<Wrong> for Trouble {
    fn from(what: Wrong) -> Self {
        Self { what, at: None }
    }
}

impl std::error::Error for Trouble {}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        if let Some(at) = &self.at {
            row(f, "step", &at.to_string())?;
            if !at.input.trim_end().is_empty() {
                row(f, "input", &cut(at.input.trim_end().as_bytes(), LINE))?;
            }
        }
        self.what.details(f)?;
        match self.what.remedy() {
            remedy if remedy.is_empty() => Ok(()),
            remedy => row(f, "remedy", &remedy),
        }
    }
}

impl fmt::Display for At {
    /// `12, at 1943.462743 ms, node 1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            None => f.write_str("the handshake")?,
            Some(step) => write!(f, "{step}")?,
        }
        if let Some(ns) = self.at_ns {
            write!(f, ", at {}.{:06} ms", ns / 1_000_000, ns % 1_000_000)?;
        }
        self.node.map_or(Ok(()), |node| write!(f, ", node {node}"))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStart { program, why } => {
                write!(f, "the node's program `{}` cannot be started: {}", printable(program), printable(why))
            }
            Self::Refused(_) => write!(f, "the node cannot begin, and says why"),
            Self::Protocol { theirs } => {
                write!(f, "the node speaks version {theirs} of the protocol, and this is version 1")
            }
            Self::Exited { how, .. } => write!(f, "the node has failed: {how}, and owes an answer"),
            Self::Hung { limit, .. } => {
                write!(f, "the node hangs: no answer within {} s, so it was killed", limit.as_secs_f64())
            }
            Self::Garbage { why, .. } => write!(f, "the node's line is no answer: it {why}"),
            Self::Malformed { place, why, .. } => write!(f, "the node's answer is wrong at {place}: {why}"),
            Self::Lane { asked, got } => {
                write!(f, "the node answers for lane {got}, and lane {asked} was asked")
            }
            Self::Unasked { .. } => {
                f.write_str("the node wrote a line more than it was asked for, before this step")
            }
            Self::Late { .. } => f.write_str(
                "the node wrote a line more than it was asked for: it came when the runs were over, so their answers may \
                 have been taken for those to other questions",
            ),
            Self::LineTooLong { limit } => {
                write!(f, "the node's line is longer than {limit} bytes, which no line of a node may be")
            }
            Self::TooManyEffects { limit } => {
                write!(f, "the node's answer has more than {limit} effects, which no step of a node may have")
            }
            Self::Senseless(what) => write!(f, "the node asks for what cannot be: {}", printable(what)),
            Self::Unbegun(_) => f.write_str("the node's program ends as it begins, before anybody calls it"),
            Self::Unfit(_) => {
                f.write_str("the file of the nodes and their program do not fit, so nothing is said of the run")
            }
        }
    }
}

impl Wrong {
    /// What the node said.
    fn details(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(text) | Self::Unbegun(text) => block(f, "says", text),
            Self::Unfit(text) => text.lines().try_for_each(|line| write!(f, "\n  {line}")),
            Self::Garbage { line, .. }
            | Self::Malformed { line, .. }
            | Self::Unasked { line }
            | Self::Late { line } => row(f, "line", line),
            Self::Exited { stderr, .. } => block(f, "stderr", stderr),
            Self::Hung { place, stderr, .. } => {
                block(f, "where", place)?;
                block(f, "stderr", stderr)
            }
            _ => Ok(()),
        }
    }

    /// What to do.
    fn remedy(&self) -> String {
        match self {
            Self::NoStart { .. } => {
                "look at `run` under [node]: it is a program and its arguments, without a shell, and starts in the folder of its file".into()
            }
            Self::Refused(_) => String::new(),
            Self::Protocol { .. } => {
                "take the kit that comes with this version of synod, or answer {\"hello\":{\"protocol\":1}}".into()
            }
            Self::Exited { .. } => {
                "a node answers every line with one line until its stdin ends; look at what it wrote to stderr".into()
            }
            Self::Hung { .. } => {
                "look for a loop without an end, for a wait that no kit knows of, and for answers that are not flushed; \
                 if it needs longer, raise `step_limit` under [node]"
                    .into()
            }
            Self::Garbage { line, .. } if line.starts_with('{') => {
                "write each answer as one JSON object on one line".into()
            }
            Self::Unasked { line } | Self::Late { line } if line.starts_with('{') => "answer each line with exactly one line".into(),
            Self::Garbage { .. } | Self::Unasked { .. } | Self::Late { .. } => {
                "was this a print? stdout carries answers only: a kit sends `print` to the log; write to stderr otherwise"
                    .into()
            }
            Self::Malformed { .. } => "`synod node talk` shows a conversation as it should be".into(),
            Self::Lane { .. } => "answer each line with its own `lane`, in the order of the lines".into(),
            Self::LineTooLong { .. } => "say less in one step".into(),
            Self::TooManyEffects { .. } => {
                "look for a loop that sends without an end".into()
            }
            Self::Unbegun(_) => {
                "look at the line that it names; arguments, variables and constants that it needs belong into its file: `argv`, `env` and \
                 `set` under [python]"
                    .into()
            }
            Self::Unfit(_) => "correct the file at that place, or the program if the file is right: `synod node talk` shows what the nodes say to each other".into(),
            Self::Senseless(_) => "name only nodes of the run, and only what the run has begun and not ended".into(),
        }
    }
}

fn row(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    write!(f, "\n  {name:<8}{text}")
}

/// The last lines of a text, each printable, under their name.
fn block(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    if lines.is_empty() {
        return row(f, name, "(nothing)");
    }
    let left_out = lines.len().saturating_sub(LAST_LINES);
    let mut name = name;
    if left_out > 0 {
        row(f, name, &format!("({left_out} lines before)"))?;
        name = "";
    }
    for line in &lines[left_out..] {
        row(f, name, &cut(line.replace('\t', "    ").as_bytes(), ERROR_LINE))?;
        name = "";
    }
    Ok(())
}

/// The beginning of a line from outside, printable: at most so many bytes of it, and how many there are.
fn cut(line: &[u8], most: usize) -> String {
    if line.len() <= most {
        return printable(&String::from_utf8_lossy(line));
    }
    // A character that is cut in two is left out.
    let end = (most.saturating_sub(3)..=most).rev().find(|end| line[*end] & 0xc0 != 0x80).unwrap_or(most);
    let begin = String::from_utf8_lossy(&line[..end]);
    format!("{}… ({} bytes)", printable(&begin), line.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_line_ends_with_a_whole_character_and_shows_what_it_holds() {
        assert_eq!(cut(b"a\x1b[2J\xff", 200), "a\\u{1b}[2J\u{fffd}");
        let long = format!("{}é", "x".repeat(199));
        assert_eq!(cut(long.as_bytes(), 200), format!("{}… (201 bytes)", "x".repeat(199)));
        assert_eq!(cut(&[0x80; 300], 200).chars().filter(|c| *c == '\u{fffd}').count(), 200);
    }

    #[test]
    fn of_many_lines_the_last_are_shown() {
        let stderr: String = (0..100).map(|i| format!("line {i}\n")).collect();
        let said = Trouble::from(Wrong::Exited { how: "it ended".to_owned(), stderr }).to_string();
        assert!(
            !said.contains("line 67\n") && said.contains("line 68\n") && said.contains("line 99"),
            "{said}"
        );
    }
}
