//! The fields that conditions ask for, and the values that they can have.
//!
//! Absent on purpose: how a condition is put together.

use crate::check::{Counter, Hazard, Invariant, Verdict};
use crate::scenario::{Scenario, did_you_mean};
use crate::trace::{BallotId, NodeId, ProposerId};

use super::lex::Token;
use super::parse::Subject;
use super::{Count, Held, Op, Side, Test, Time, Told};

/// A field of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Winner,
    Verdict,
    Client(usize),
    Count(Count),
    Time(Time),
    Vote(NodeId),
    Ballot(Held),
}

/// What can be asked of a state.
const OF_STATES: &str = "winner, client.A, attempts, vote.1, voted.1, promised.1";

/// The names of all fields.
fn words() -> Vec<&'static str> {
    let others = ["violations", "violation", "hazards", "hazard", "chosen_at", "ended_at", "client"];
    let counters = Counter::ALL.map(|counter| counter.metric().word);
    ["winner", "verdict"].into_iter().chain(counters).chain(others).collect()
}

/// The field of this name, by its parts.
pub(super) fn field(path: &[String], scenario: &Scenario, subject: Subject) -> Result<Field, String> {
    let held = match path {
        [word, node] if subject == Subject::States => held(&word.to_lowercase(), node, scenario)?,
        _ => None,
    };
    let field = match held {
        Some(field) => field,
        None => of_runs(path, scenario)?,
    };
    let is_of_states = match field {
        Field::Winner | Field::Client(_) | Field::Vote(_) | Field::Ballot(_) => true,
        Field::Count(count) => count == Count::Counter(Counter::Attempts),
        Field::Verdict | Field::Time(_) => false,
    };
    if subject == Subject::States && !is_of_states {
        return Err(format!("a state has no such field, only a run (fields of states: {OF_STATES})"));
    }
    Ok(field)
}

/// What an acceptor holds.
fn held(word: &str, node: &str, scenario: &Scenario) -> Result<Option<Field>, String> {
    let field: fn(NodeId) -> Field = match word {
        "vote" => Field::Vote,
        "voted" => |node| Field::Ballot(Held::Voted(node)),
        "promised" => |node| Field::Ballot(Held::Promised(node)),
        _ => return Ok(None),
    };
    let nodes = scenario.cluster.nodes;
    match node.parse::<NodeId>() {
        Ok(node) if (1..=nodes).contains(&node) => Ok(Some(field(node))),
        _ => Err(format!("no acceptor has the number {node:?} (acceptors: 1 to {nodes})")),
    }
}

fn of_runs(path: &[String], scenario: &Scenario) -> Result<Field, String> {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    let first = parts[0].to_lowercase().replace('-', "_");
    let count = match first.as_str() {
        "client" => return client(&parts[1..], scenario),
        "vote" | "voted" | "promised" => {
            return Err(format!(
                "which acceptor's? write `{first}.1`; it is asked of states (`synod explore --reach`)"
            ));
        }
        "hazard" | "violation" if parts.len() == 2 => return named(&first, parts[1]),
        "hazard" | "violation" => return Err(format!("which {first}? write e.g. `{}`", example(&first))),
        _ if parts.len() > 1 => return Err(unknown(&parts.join("."))),
        "winner" => return Ok(Field::Winner),
        "verdict" => return Ok(Field::Verdict),
        "chosen_at" => return Ok(Field::Time(Time::ChosenAt)),
        "ended_at" => return Ok(Field::Time(Time::EndedAt)),
        "violations" => Count::Violations,
        "hazards" => Count::Hazards,
        name => {
            let is_named = |counter: &Counter| [counter.metric().word, counter.metric().key].contains(&name);
            let counter = Counter::ALL.into_iter().find(is_named);
            Count::Counter(counter.ok_or_else(|| unknown(parts[0]))?)
        }
    };
    Ok(Field::Count(count))
}

fn unknown(word: &str) -> String {
    let words = words();
    match did_you_mean(word, &words) {
        guess if guess.is_empty() => {
            let verdict = Verdict::ALL.iter().map(|verdict| verdict.name()).find(|name| name.contains(word));
            let guess =
                verdict.map_or_else(String::new, |name| format!("; did you mean `verdict = {name}`?"));
            format!("no field of this name{guess} (fields: {})", words.join(", "))
        }
        guess => format!("no field of this name{guess}"),
    }
}

fn example(first: &str) -> &'static str {
    if first == "hazard" { "hazard.unchosen-read > 0" } else { "violation.agreement = 1" }
}

fn named(first: &str, name: &str) -> Result<Field, String> {
    let plain = name.replace('_', "-");
    let (found, names): (_, Vec<&str>) = if first == "hazard" {
        let found = Hazard::ALL.into_iter().find(|it| it.name() == plain).map(Count::Hazard);
        (found, Hazard::ALL.iter().map(|it| it.name()).collect())
    } else {
        let found = Invariant::ALL.into_iter().find(|it| it.name() == plain).map(Count::Violation);
        (found, Invariant::ALL.iter().map(|it| it.name()).collect())
    };
    found.map(Field::Count).ok_or_else(|| {
        format!("no {first} of this name{} ({first}s: {})", did_you_mean(name, &names), names.join(", "))
    })
}

/// `client.A`, `client.A.2` for its second submission, `client.A.at` for the time of its answer.
fn client(parts: &[&str], scenario: &Scenario) -> Result<Field, String> {
    let Some((name, rest)) = parts.split_first() else {
        return Err("which client? write e.g. `client.A = failed`".to_owned());
    };
    let proposer = proposer(name, scenario)?;
    let (nth, at) = match rest {
        [] => (1, false),
        ["at"] => (1, true),
        [nth] => (nth.parse().unwrap_or(0), false),
        [nth, "at"] => (nth.parse().unwrap_or(0), true),
        _ => (0, false),
    };
    let later = scenario.submit.iter().enumerate().filter(|(_, submit)| submit.proposer == *name);
    let mut all =
        std::iter::once(usize::from(proposer)).chain(later.map(|(i, _)| scenario.proposer.len() + i));
    let which = usize::checked_sub(nth, 1).and_then(|before| all.nth(before)).ok_or_else(|| {
        format!(
            "{name:?} has no such submission; write `client.A`, `client.A.at`, `client.A.2` for its second"
        )
    })?;
    Ok(if at { Field::Time(Time::Answer(which)) } else { Field::Client(which) })
}

fn proposer(name: &str, scenario: &Scenario) -> Result<ProposerId, String> {
    let names: Vec<&str> = scenario.proposer.iter().map(|proposer| proposer.name.as_str()).collect();
    let found = names.iter().position(|it| *it == name);
    found.map(|at| at as ProposerId).ok_or_else(|| {
        format!(
            "no proposer is named {name:?}{} (proposers: {})",
            did_you_mean(name, &names),
            names.join(", ")
        )
    })
}

impl Field {
    /// Whether < and > mean something.
    pub(super) fn is_ordered(self) -> bool {
        matches!(self, Field::Count(_) | Field::Time(_) | Field::Ballot(_))
    }

    /// What it is compared with.
    pub(super) fn wants(self) -> &'static str {
        match self {
            Field::Winner | Field::Vote(_) => "a proposer's name in quotes, or none",
            Field::Ballot(_) => {
                "a ballot's round and node in quotes, as \"2.1\", another acceptor's, as voted.2, or none"
            }
            Field::Verdict => "a verdict, e.g. decided",
            Field::Client(_) => "own, other, succeeded, failed, failed/1, failed/2/1 or none",
            Field::Count(_) => "a whole number",
            Field::Time(_) => "a time with its unit, e.g. 60ms, or none",
        }
    }

    /// The comparison with a value.
    pub(super) fn compare(self, op: Op, value: &Token, scenario: &Scenario) -> Result<Test, String> {
        let is = op == Op::Equal;
        let word = match value {
            Token::Text(text) => Some(text.clone()),
            Token::Path(parts) => Some(parts.join(".")),
            _ => None,
        };
        match (self, value, word.as_deref()) {
            // Whoever has such a name is meant by it in quotes.
            (Field::Winner, Token::Path(_), Some("none")) => Ok(Test::Winner(is, None)),
            (Field::Winner, _, Some(name)) => Ok(Test::Winner(is, Some(proposer(name, scenario)?))),
            (Field::Vote(node), Token::Path(_), Some("none")) => Ok(Test::Vote(node, is, None)),
            (Field::Vote(node), _, Some(name)) => Ok(Test::Vote(node, is, Some(proposer(name, scenario)?))),
            (Field::Ballot(held), _, Some(_)) => side(value, scenario).map_or_else(
                || Err(format!("expected {}", self.wants())),
                |side| {
                    let is_ordered = side != Side::None || matches!(op, Op::Equal | Op::Unequal);
                    if is_ordered {
                        Ok(Test::Ballot(held, op, side))
                    } else {
                        Err("none has no order; use = or !=".to_owned())
                    }
                },
            ),
            (Field::Verdict, _, Some(name)) => Ok(Test::Verdict(is, verdict(name)?)),
            (Field::Client(which), _, Some(word)) => Ok(Test::Client(which, is, told(word)?)),
            (Field::Count(count), Token::Number(value), _) => Ok(Test::Count(count, op, *value)),
            (Field::Time(time), Token::Duration(ns), _) => Ok(Test::Time(time, op, Some(*ns))),
            (Field::Time(time), _, Some("none")) if matches!(op, Op::Equal | Op::Unequal) => {
                Ok(Test::Time(time, op, None))
            }
            (Field::Time(_), Token::Number(n), _) => Err(format!("a time needs its unit: {n}ms, {n}s?")),
            _ => Err(format!("expected {}", self.wants())),
        }
    }
}

/// What a ballot is compared with.
fn side(value: &Token, scenario: &Scenario) -> Option<Side> {
    match value {
        Token::Text(text) => {
            let (round, node) = text.split_once('.')?;
            let (round, node) = (round.parse::<u64>().ok()?, node.parse::<u8>().ok()?);
            (round < 1 << 56).then_some(Side::Given(BallotId(round << 8 | u64::from(node))))
        }
        Token::Path(parts) => match &parts[..] {
            [none] if none == "none" => Some(Side::None),
            [word, node] => match held(&word.to_lowercase(), node, scenario) {
                Ok(Some(Field::Ballot(held))) => Some(Side::Held(held)),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn verdict(name: &str) -> Result<Verdict, String> {
    let plain = name.replace('_', "-");
    Verdict::ALL.into_iter().find(|it| it.name() == plain).ok_or_else(|| {
        let names: Vec<&str> = Verdict::ALL.iter().map(|it| it.name()).collect();
        format!("no verdict of this name{} (verdicts: {})", did_you_mean(name, &names), names.join(", "))
    })
}

fn told(word: &str) -> Result<Told, String> {
    let parts: Vec<&str> = word.split('/').collect();
    let number = |text: &str| text.parse::<u8>().ok();
    match parts[..] {
        ["none"] => Ok(Told::Nothing),
        ["succeeded"] => Ok(Told::Succeeded),
        ["own"] => Ok(Told::Own),
        ["other"] => Ok(Told::Other),
        ["failed"] => Ok(Told::Failed(None, None)),
        ["failed", phase @ ("1" | "2")] => Ok(Told::Failed(number(phase), None)),
        ["failed", phase @ ("1" | "2"), count] if number(count).is_some() => {
            Ok(Told::Failed(number(phase), number(count)))
        }
        _ => {
            let words = ["own", "other", "succeeded", "failed", "none"];
            Err(format!("expected {}{}", Field::Client(0).wants(), did_you_mean(parts[0], &words)))
        }
    }
}
