//! From words to items: names resolved, k still in them.
//!
//! Absent on purpose: cutting the text into words (`words`), and writing rounds out (`unroll`).

use std::ops::Range;

use super::words::{Word, words};
use super::{Act, Exchange, Part, ScriptError, quoted};
use crate::scenario::escape::shown;
use crate::scenario::suggest::did_you_mean;

/// What the notation offers, for messages.
const FORMS: &str =
    "start A, A1:P2, A1:A2, timeout A, giveup A, crash 2, restart 2, read 1, repeat 5 { … }, [ … ]";
const VERBS: [&str; 7] = ["start", "timeout", "giveup", "crash", "restart", "read", "repeat"];
/// Most rounds of a `repeat`.
const MOST_ROUNDS: u32 = 1_000_000;
/// Most groups inside each other.
const DEEPEST: usize = 16;

/// A step in which k may still stand.
pub(super) enum Item {
    One(Template),
    Group(Vec<Item>),
    Repeat(u32, Vec<Item>),
}

pub(super) struct Template {
    pub act: Act,
    pub at: Range<usize>,
    pub attempt: Attempt,
}

/// An attempt: a number, or k and a number.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    pub of_k: bool,
    pub number: i64,
}

pub(super) fn parse(schedule: &str, names: &[&str], nodes: u8) -> Result<Vec<Item>, ScriptError> {
    let mut parser = Parser { words: words(schedule), next: 0, names, nodes, in_repeat: false, groups: 0 };
    let items = parser.items(None)?;
    if items.is_empty() {
        let why = format!("the schedule has no step; it begins with `start` and a proposer ({FORMS})");
        return Err(ScriptError::new(why, &(0..schedule.len())));
    }
    Ok(items)
}

struct Parser<'t> {
    words: Vec<Word<'t>>,
    next: usize,
    names: &'t [&'t str],
    nodes: u8,
    in_repeat: bool,
    /// Groups that are open.
    groups: usize,
}

impl<'t> Parser<'t> {
    /// Items up to the word that closes the bracket opened by `open`, or to the end.
    fn items(&mut self, open: Option<(&Word<'t>, &str)>) -> Result<Vec<Item>, ScriptError> {
        let mut items = Vec::new();
        while let Some(word) = self.words.get(self.next).cloned() {
            self.next += 1;
            if open.as_ref().is_some_and(|(_, close)| word.text == *close) {
                return Ok(items);
            }
            items.push(self.item(&word)?);
        }
        match open {
            None => Ok(items),
            Some((open, close)) => Err(ScriptError::new(
                format!("{} is never closed; add `{close}`", shown(open.text)),
                &open.at,
            )),
        }
    }

    fn item(&mut self, word: &Word<'t>) -> Result<Item, ScriptError> {
        match word.text {
            "[" => self.group(word),
            "}" | "]" => Err(ScriptError::new(format!("{} closes nothing", shown(word.text)), &word.at)),
            "{" => Err(ScriptError::new("`{` without `repeat`; write repeat 5 { … }", &word.at)),
            "repeat" => self.repeat(word),
            verb if VERBS.contains(&verb) => self.verb(word),
            text if text.contains(':') => self.delivery(word).map(Item::One),
            text => {
                let why =
                    format!("{} is no step{} (steps: {FORMS})", shown(text), did_you_mean(text, &VERBS));
                Err(ScriptError::new(why, &word.at))
            }
        }
    }

    /// The word behind `before`.
    fn argument(&mut self, before: &Word<'t>, what: &str) -> Result<Word<'t>, ScriptError> {
        match self.words.get(self.next) {
            Some(word) if !"{}[]".contains(word.text) => {
                self.next += 1;
                Ok(word.clone())
            }
            _ => Err(ScriptError::new(format!("{} needs {what} behind it", shown(before.text)), &before.at)),
        }
    }

    fn group(&mut self, word: &Word<'t>) -> Result<Item, ScriptError> {
        if self.groups == DEEPEST {
            let why = format!("more than {DEEPEST} groups inside each other; one does as much");
            return Err(ScriptError::new(why, &word.at));
        }
        self.groups += 1;
        let items = self.items(Some((word, "]")))?;
        self.groups -= 1;
        Ok(Item::Group(items))
    }

    fn repeat(&mut self, word: &Word<'t>) -> Result<Item, ScriptError> {
        if self.in_repeat {
            return Err(ScriptError::new("a `repeat` inside another, so k would mean two things", &word.at));
        }
        let count = self.argument(word, "a number of rounds and { … }")?;
        let rounds = number(count.text).filter(|n| (1..=MOST_ROUNDS).contains(n)).ok_or_else(|| {
            let why = format!("{} is no number of rounds; allowed: 1 to {MOST_ROUNDS}", shown(count.text));
            ScriptError::new(why, &count.at)
        })?;
        let open = self.words.get(self.next).cloned().filter(|word| word.text == "{");
        let open =
            open.ok_or_else(|| ScriptError::new("`repeat` needs { … } behind its number", &count.at))?;
        self.next += 1;
        self.in_repeat = true;
        let items = self.items(Some((&open, "}")))?;
        self.in_repeat = false;
        Ok(Item::Repeat(rounds, items))
    }

    fn verb(&mut self, word: &Word<'t>) -> Result<Item, ScriptError> {
        let who = matches!(word.text, "start" | "timeout" | "giveup");
        let argument = self.argument(word, if who { "a proposer's name" } else { "a node's number" })?;
        let act = match word.text {
            "start" => Act::Start(self.proposer(&argument)?),
            "timeout" => Act::Timeout(self.proposer(&argument)?),
            "giveup" => Act::GiveUp(self.proposer(&argument)?),
            "crash" => Act::Crash(self.node(argument.text, &argument.at)?),
            "restart" => Act::Restart(self.node(argument.text, &argument.at)?),
            _ => Act::Read(self.node(argument.text, &argument.at)?),
        };
        let attempt = Attempt { of_k: false, number: 1 };
        Ok(Item::One(Template { act, at: word.at.start..argument.at.end, attempt }))
    }

    fn proposer(&self, word: &Word<'t>) -> Result<u8, ScriptError> {
        let name = word.text.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')).unwrap_or(word.text);
        let found = self.names.iter().position(|known| *known == name || quoted(known) == word.text);
        found.map(|p| p as u8).ok_or_else(|| ScriptError::new(self.nobody(name), &word.at))
    }

    fn nobody(&self, name: &str) -> String {
        let list = self.names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
        format!("no proposer is named {}{} (proposers: {list})", shown(name), did_you_mean(name, self.names))
    }

    fn node(&self, text: &str, at: &Range<usize>) -> Result<u8, ScriptError> {
        let node = number(text).and_then(|n| u8::try_from(n).ok()).filter(|n| (1..=self.nodes).contains(n));
        node.ok_or_else(|| {
            let why = format!("there is no node {}; the cluster has nodes 1 to {}", shown(text), self.nodes);
            ScriptError::new(why, at)
        })
    }

    /// `A1:P2`, with `>`, `<` or `!` behind it.
    fn delivery(&self, word: &Word<'t>) -> Result<Template, ScriptError> {
        let colon = colon(word.text);
        let (left, right) = (&word.text[..colon], &word.text[(colon + 1).min(word.text.len())..]);
        let (proposer, attempt) = self.attempt(left, &(word.at.start..word.at.start + colon))?;
        let right_at = (word.at.start + colon + 1).min(word.at.end)..word.at.end;
        let part = match right.chars().last() {
            Some('>') => Part::Request,
            Some('<') => Part::Answer,
            Some('!') => Part::Failure,
            _ => Part::Both,
        };
        let target = if part == Part::Both { right } else { &right[..right.len() - 1] };
        let phase = match target.chars().next() {
            Some('P') => 1,
            Some('A') => 2,
            Some('L') => 3,
            _ => {
                let why = format!(
                    "{} names no message; write P2 (prepare to node 2), A2 (accept) or L2 (announcement)",
                    shown(right)
                );
                return Err(ScriptError::new(why, &right_at));
            }
        };
        if phase == 3 && matches!(part, Part::Answer | Part::Failure) {
            return Err(ScriptError::new(
                "an announcement has no answer; write only `>` or nothing",
                &right_at,
            ));
        }
        let node_at = right_at.start + 1..right_at.start + target.len();
        let node = self.node(&target[1..], &if node_at.is_empty() { right_at } else { node_at })?;
        let exchange = Exchange { proposer, attempt: 0, phase, node };
        Ok(Template { act: Act::Deliver(exchange, part), at: word.at.clone(), attempt })
    }

    /// `A1`, `Ak`, `A(k-1)`; the name must leave no doubt.
    fn attempt(&self, text: &str, at: &Range<usize>) -> Result<(u8, Attempt), ScriptError> {
        let readings = |name: &str| {
            let rest = match text.strip_prefix('\'') {
                Some(_) => text
                    .strip_prefix(quoted(name).as_str())
                    .or_else(|| text[1..].strip_prefix(name)?.strip_prefix('\''))?,
                None => text.strip_prefix(name)?,
            };
            attempt(rest)
        };
        let all = self.names.iter().enumerate().filter_map(|(p, name)| Some((p as u8, readings(name)?)));
        let found: Vec<(u8, Attempt)> = all.collect();
        let (proposer, attempt) = match found[..] {
            [one] => one,
            [] => return Err(ScriptError::new(self.no_attempt(text), at)),
            _ => {
                let why = format!("{} can mean two proposers; put the name in quotes, as 'A'1", shown(text));
                return Err(ScriptError::new(why, at));
            }
        };
        if attempt.of_k && !self.in_repeat {
            let why = format!("{}: k counts the rounds of a `repeat`, and this stands in none", shown(text));
            return Err(ScriptError::new(why, at));
        }
        Ok((proposer, attempt))
    }

    fn no_attempt(&self, text: &str) -> String {
        let name = text.trim_end_matches(|c: char| c.is_ascii_digit());
        let name = name.find('(').map_or(name, |open| &name[..open]).trim_matches('\'');
        if name == text.trim_matches('\'') && self.names.contains(&name) {
            return format!("{} lacks the attempt; write {name}1 for the first", shown(text));
        }
        if self.names.contains(&name) {
            return format!(
                "{} has no attempt that can be read; write 1, 2, … or, in a `repeat`, k, (k-1), (k+1)",
                shown(text)
            );
        }
        self.nobody(name)
    }
}

/// The colon between attempt and message, outside of quotes.
fn colon(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            ':' if !quoted => return at,
            _ => {}
        }
    }
    text.find(':').unwrap_or(text.len())
}

/// A plain number, without sign or leading zero.
fn number(text: &str) -> Option<u32> {
    text.parse().ok().filter(|number: &u32| number.to_string() == text)
}

fn attempt(text: &str) -> Option<Attempt> {
    if let Some(number) = number(text) {
        return Some(Attempt { of_k: false, number: i64::from(number) });
    }
    let inner = text.strip_prefix('(').and_then(|it| it.strip_suffix(')')).unwrap_or(text);
    let rest = inner.strip_prefix('k')?;
    let offset = match (rest.chars().next(), inner.len() == text.len()) {
        (None, _) => 0,
        // A sum needs its brackets, for `Ak-1:P2` reads as many things.
        (Some(_), true) => return None,
        (Some('+'), _) => i64::from(number(&rest[1..])?),
        (Some('-'), _) => -i64::from(number(&rest[1..])?),
        _ => return None,
    };
    Some(Attempt { of_k: true, number: offset })
}
