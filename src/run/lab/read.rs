//! The lab's terminal output, as a student pastes it: which submission was told what.
//!
//! Forgiving about everything around the message (prompts, labels, colours, line ends), strict about the message.
//! Absent on purpose: guesses. A line whose client nothing tells is passed on as such.

use crate::scenario::printable;
use crate::text::shown;

/// What a message says: the value of one that succeeded, or the phase and the promises or accepts.
pub type Message = Result<String, (u8, usize)>;

/// One message of the lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its line in the text, from 1.
    pub number: usize,
    /// Whose message it is, if the text says.
    pub who: Option<Who>,
    /// The proposal number that it names, if it does: the node's counter.
    pub counter: Option<u64>,
    /// The value, of one that succeeded; else the phase and the promises or accepts.
    pub told: Message,
}

/// How a text names a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// By its place among the names that were asked for.
    Client(usize),
    /// By its node.
    Node(u8),
}

/// What a message says, and where in its line it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The first byte of the message.
    pub at: usize,
    /// The client's name or its node, where the message itself says it.
    pub who: Option<String>,
    /// The proposal number, if it names one.
    pub counter: Option<u64>,
    /// What the client was told.
    pub told: Message,
}

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It holds no message.
    #[error(
        "no line has `SubmitValue`; paste what the clients printed, e.g.\n  A: Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promises)."
    )]
    Empty,
    /// A message that is not to be read.
    #[error("line {0}: {1}")]
    Message(usize, String),
}

/// Finds the messages in a text; `names` are the clients' names.
///
/// # Errors
/// If there is none, or one that the lab does not print.
pub fn read(text: &str, names: &[&str]) -> Result<Vec<Line>, ReadError> {
    read_as(text, names, &in_the_labs_words)
}

/// The same of a text whose messages are worded otherwise; `find` says what a line says, if it is a message.
///
/// # Errors
/// If there is no message, or where `find` gives an error.
pub fn read_as(
    text: &str,
    names: &[&str],
    find: &dyn Fn(&str) -> Result<Option<Said>, String>,
) -> Result<Vec<Line>, ReadError> {
    let (mut lines, mut last) = (Vec::new(), None);
    for (number, raw) in (1..).zip(text.lines()) {
        let plain = without_colours(raw);
        let Some(said) = find(&plain).map_err(|why| ReadError::Message(number, why))? else {
            // A line that names a client says whose the next messages are.
            last = label(&plain, names).or(last);
            continue;
        };
        let named = said.who.map(|who| named(&who, names).ok_or(who)).transpose();
        let named = named.map_err(|who| {
            let known = names.join(", ");
            ReadError::Message(number, format!("{} is no client; the clients are {known}", shown(&who)))
        })?;
        let who = named.or_else(|| label(&plain[..said.at], names)).or(last.clone());
        lines.push(Line { number, who, counter: said.counter, told: said.told });
    }
    if lines.is_empty() { Err(ReadError::Empty) } else { Ok(lines) }
}

/// What a line of the lab says.
fn in_the_labs_words(line: &str) -> Result<Option<Said>, String> {
    let numbered = line.find("Proposal Num:").map(|at| (at, &line[at + "Proposal Num:".len()..]));
    // The number is left out where somebody quotes the message alone.
    let found = numbered.or_else(|| line.find("SubmitValue ").map(|at| (at, &line[at..])));
    let Some((at, message)) = found else { return Ok(None) };
    match parse(message) {
        Some((counter, told)) => Ok(Some(Said { at, who: None, counter, told })),
        None => Err(format!(
            "`{}` is none of the lab's messages (SUCCEEDED. Chosen value = …, or FAILED in Phase 1 (only … promises), or FAILED in Phase 2 (only … accepts)); with `--wording FILE` regular expressions say how yours are worded",
            printable(line.trim())
        )),
    }
}

/// `1, SubmitValue SUCCEEDED. Chosen value = V` and so on.
fn parse(message: &str) -> Option<(Option<u64>, Message)> {
    let (counter, rest) = match message.strip_prefix("SubmitValue") {
        Some(rest) => (None, rest.trim()),
        None => {
            let (counter, rest) = message.split_once(',')?;
            let counter: u64 = counter.trim().parse().ok()?;
            (Some(counter), rest.trim().strip_prefix("SubmitValue")?.trim())
        }
    };
    if let Some(value) = rest.strip_prefix("SUCCEEDED. Chosen value =") {
        // `synod run` adds a time.
        let value = value.rsplit_once("  (at ").map_or(value, |(value, _)| value);
        return Some((counter, Ok(value.trim().trim_matches(['\'', '"']).to_owned())));
    }
    let rest = rest.strip_prefix("FAILED in Phase")?.trim();
    let (phase, rest) = rest.split_once("(only")?;
    let phase: u8 = phase.trim().parse().ok()?;
    let (count, what) = rest.trim().split_once(' ')?;
    let noun = match phase {
        1 => "promise",
        2 => "accept",
        _ => return None,
    };
    what.trim().starts_with(noun).then_some((counter, Err((phase, count.parse().ok()?))))
}

/// Whom a word names that stands for a client alone: its name, or the number of its node.
fn named(word: &str, names: &[&str]) -> Option<Who> {
    let exact = names.iter().position(|name| name.eq_ignore_ascii_case(word)).map(Who::Client);
    exact.or_else(|| label(word, names)).or_else(|| word.parse().ok().map(Who::Node))
}

/// Whom a text names: `clientA`, `client A`, `A:`, `node 1`.
fn label(text: &str, names: &[&str]) -> Option<Who> {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let after = |word: &str, i: usize| i > 0 && words[i - 1] == word;
    for (i, word) in words.iter().enumerate() {
        let named = names.iter().position(|name| {
            let name = name.to_lowercase();
            *word == format!("client{name}") || (*word == name && (after("client", i) || words.len() == 1))
        });
        if let Some(client) = named {
            return Some(Who::Client(client));
        }
        let node =
            word.strip_prefix("node").filter(|rest| !rest.is_empty()).or(after("node", i).then_some(*word));
        if let Some(node) = node.and_then(|node| node.parse().ok()) {
            return Some(Who::Node(node));
        }
    }
    None
}

/// A line without a terminal's colour sequences.
fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' && chars.next_if_eq(&'[').is_some() {
            while chars.next().is_some_and(|c| !c.is_ascii_alphabetic()) {}
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Line {
        let lines = read(text, &["A", "B"]).unwrap();
        assert_eq!(lines.len(), 1, "{text}");
        lines[0].clone()
    }

    #[test]
    fn messages_are_read_whatever_stands_around_them() {
        let line = one(
            "client A  Proposal Num: 1, SubmitValue FAILED in Phase 2 (only 1 accepts).  (at 439.4 ms)\r\n",
        );
        assert_eq!((line.who, line.counter, line.told), (Some(Who::Client(0)), Some(1), Err((2, 1))));
        let line = one(
            "\u{1b}[32mProposal Num: 12, SubmitValue SUCCEEDED. Chosen value = Hello from clientA\u{1b}[0m",
        );
        assert_eq!((line.who, line.counter, line.told), (None, Some(12), Ok("Hello from clientA".into())));
        let line = one(
            "$ python3 clientB.py\nSending ...\nProposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).",
        );
        assert_eq!((line.number, line.who, line.told), (3, Some(Who::Client(1)), Err((1, 0))));
        assert_eq!(
            one("B: Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 promise)").who,
            Some(Who::Client(1))
        );
        assert_eq!(
            one("[node 3] Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 0 promises).").who,
            Some(Who::Node(3))
        );
        let line = one("A: Proposal Num: 1, SubmitValue SUCCEEDED. Chosen value = x  (at 3 ms)");
        assert_eq!(line.told, Ok("x".into()));
        let line = one("clientA: SubmitValue FAILED in Phase 1 (only 1 promises).");
        assert_eq!((line.who, line.counter, line.told), (Some(Who::Client(0)), None, Err((1, 1))));
    }

    #[test]
    fn what_the_lab_does_not_print_is_an_error() {
        assert_eq!(read("hello\n", &["A"]), Err(ReadError::Empty));
        for wrong in [
            "Proposal Num: x, SubmitValue FAILED in Phase 1 (only 1 promises).",
            "Proposal Num: 1, SubmitValue FAILED in Phase 3 (only 1 promises).",
            "Proposal Num: 1, SubmitValue FAILED in Phase 1 (only 1 accepts).",
            "Proposal Num: 1 FAILED",
        ] {
            assert!(matches!(read(wrong, &["A"]), Err(ReadError::Message(1, _))), "{wrong}");
        }
    }
}
