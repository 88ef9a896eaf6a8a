//! What clients are told, and how their submissions begin.

use regex_lite::{Regex, escape};

use super::guessed::{Guess, shown};
use super::heard::{ClientAnswer, Conversation};
use super::places::{condition, everywhere, mark, part, value};
use crate::own::map::same;
use crate::own::node::Body;
use crate::scenario::inline_toml;
use crate::text::is_visible;

/// Longest piece of a text that a pattern repeats, in characters.
const PIECE: usize = 40;

/// `told`.
pub(super) fn told(heard: &Conversation) -> Vec<Guess> {
    let (good, bad): (Vec<&ClientAnswer>, Vec<&ClientAnswer>) =
        heard.answers.iter().partition(|it| is_success(it));
    let bodies = |them: &[&ClientAnswer]| -> Vec<Body> { them.iter().map(|it| it.answer.clone()).collect() };
    let (successes, failures) = (bodies(&good), bodies(&bad));
    let Some(example) = successes.last() else {
        return vec![Guess::none("told: no client was told the value that was chosen")];
    };
    let success = match example.as_str() {
        Some(_) => success_text(&good, &failures),
        None => success_table(&good, &successes, &failures),
    };
    let Some(success) = success else {
        return vec![Guess::none(format!("told: {}, and what says so in it is not found", shown(example)))];
    };
    let mut why = format!("a client was told {}", shown(example));
    let mut parts = vec![format!("success = {success}")];
    match failures.last() {
        Some(other) => {
            why += &format!("; another, {}", shown(other));
            let failed = match other.as_str() {
                Some(text) => failed_text(text, &failures, &successes),
                None => failed_table(&failures, &successes),
            };
            parts.extend(failed.map(|failed| format!("failed = {failed}")));
        }
        None => why += "; none was told of a failure (`failed`)",
    }
    vec![Guess::row(format!("told = {{ {} }}", parts.join(", ")), why)]
}

/// Whether a client was told the value that was chosen by then.
fn is_success(it: &ClientAnswer) -> bool {
    let Some(chosen) = &it.chosen else { return false };
    match (it.answer.as_str(), chosen.as_str()) {
        (Some(text), Some(chosen)) => !chosen.is_empty() && text.contains(chosen),
        _ => everywhere(&[(&it.answer, chosen)], |found, wanted| same(found, wanted)).next().is_some(),
    }
}

fn literal(pattern: &str) -> String {
    let is_plain = !pattern.contains('\'') && pattern.chars().all(is_visible);
    if is_plain { format!("'{pattern}'") } else { inline_toml(pattern) }
}

/// A pattern that finds each of these texts and none of those.
fn tells(pattern: &str, these: &[Body], those: &[Body]) -> Option<String> {
    let finds = Regex::new(pattern).ok()?;
    let found = |body: &Body| body.as_str().is_some_and(|text| finds.is_match(text));
    (these.iter().all(found) && !those.iter().any(found)).then(|| literal(pattern))
}

fn each(bodies: &[Body]) -> Vec<&Body> {
    bodies.iter().collect()
}

/// What stands before the value in each of them, without numbers, the value, and what stands behind it.
fn success_text(good: &[&ClientAnswer], failures: &[Body]) -> Option<String> {
    let sides: Vec<(&str, &str)> = good
        .iter()
        .map(|it| it.answer.as_str()?.split_once(it.chosen.as_ref()?.as_str()?))
        .collect::<Option<_>>()?;
    let (first, behind) = *sides.first()?;
    let starts = first.char_indices().map(|(at, _)| at).rev().take(PIECE);
    let pieces = starts.map(|at| &first[at..]).take_while(|piece| {
        !piece.contains(|c: char| c.is_ascii_digit()) && sides.iter().all(|(front, _)| front.ends_with(piece))
    });
    let piece = pieces.last().unwrap_or_default();
    let whole = sides.iter().all(|(front, _)| *front == piece);
    let piece = if whole { piece } else { piece.trim_start_matches(|c: char| !c.is_alphanumeric()) };
    // What stands behind the value is taken as it is, but for its numbers.
    let start = if whole { "^" } else { "" };
    let pattern = format!("{start}{}(?<value>.*){}$", escape(piece), numbers_apart(behind));
    let finds = Regex::new(&pattern).ok()?;
    let is_right = |it: &&ClientAnswer| {
        let found = it.answer.as_str().and_then(|text| finds.captures(text)?.name("value"));
        found.map(|found| found.as_str()) == it.chosen.as_ref().and_then(Body::as_str)
    };
    let texts: Vec<Body> = good.iter().map(|it| it.answer.clone()).collect();
    good.iter().all(is_right).then(|| tells(&pattern, &texts, failures))?
}

/// A pattern for a text, whatever its numbers.
fn numbers_apart(text: &str) -> String {
    let (mut pattern, mut rest) = (String::new(), text);
    while let Some(digit) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[digit..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| digit + end);
        pattern += &(escape(&rest[..digit]) + r"\d+");
        rest = &rest[end..];
    }
    pattern + &escape(rest)
}

fn success_table(good: &[&ClientAnswer], successes: &[Body], failures: &[Body]) -> Option<String> {
    let with: Vec<(&Body, &Body)> =
        good.iter().filter_map(|it| Some((&it.answer, it.chosen.as_ref()?))).collect();
    let place = everywhere(&with, |found, wanted| same(found, wanted)).next()?;
    // What differs from answer to answer is no mark, and the value is none either.
    let mark =
        mark(&each(successes), &each(failures)).filter(|(at, _)| *at != place).map(|mark| condition(&mark));
    let parts: Vec<String> = mark.into_iter().chain([format!("value = {}", value(&place))]).collect();
    Some(format!("{{ {} }}", parts.join(", ")))
}

/// From the word "phase" on, with its number and the next; else what all of them begin with.
fn failed_text(example: &str, failures: &[Body], successes: &[Body]) -> Option<String> {
    let lower = example.to_ascii_lowercase();
    let of_phase = lower.find("phase").and_then(|at| {
        // With the word before, which says what came of the phase.
        let from = example[..at].trim_end().rfind(' ').map_or(0, |space| space + 1);
        let from = if example[from..at].contains(|c: char| c.is_ascii_digit()) { at } else { from };
        let mut pattern = String::new();
        let mut rest = &example[from..];
        for group in [r"(?<phase>\d)", r"(?<count>\d+)"] {
            let digit = rest.find(|c: char| c.is_ascii_digit())?;
            let end = rest[digit..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| digit + end);
            pattern += &(escape(&rest[..digit]) + group);
            rest = &rest[end..];
        }
        tells(&pattern, failures, successes)
    });
    let begins = || {
        let end = example.find(|c: char| c.is_ascii_digit()).unwrap_or(example.len());
        let piece: String = example[..end].chars().take(PIECE).collect();
        (!piece.trim().is_empty()).then(|| tells(&format!("^{}", escape(&piece)), failures, successes))?
    };
    of_phase.or_else(begins)
}

fn failed_table(failures: &[Body], successes: &[Body]) -> Option<String> {
    let mut parts = vec![condition(&mark(&each(failures), &each(successes))?)];
    for key in ["phase", "count"] {
        let place = format!("/{key}");
        if failures.iter().all(|it| part(it, &place).is_some_and(Body::is_u64)) {
            parts.push(format!("{key} = {}", value(&place)));
        }
    }
    Some(format!("{{ {} }}", parts.join(", ")))
}

/// `draws`, if submissions begin by waiting.
pub(super) fn draws(heard: &Conversation) -> Vec<Guess> {
    match heard.submissions {
        (0, _) => Vec::new(),
        (all, waited) if all == waited => vec![Guess::none(
            "draws: every submission begins by waiting; if that is a random wait before the first attempt, draws = [\"start\"] \
             makes it the scenario's",
        )],
        _ => Vec::new(),
    }
}
