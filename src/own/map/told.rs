//! What a client's answer means.

use regex_lite::Regex;

use super::value::Values;
use super::view::{at, holds};
use crate::own::file::{FailedTold, Pattern, Place, ToldTable};
use crate::own::node::Body;
use crate::trace::SubmissionId;

/// What a client was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// That this value is chosen; if it is not said which, that which the client's node asked for.
    Succeeded(Option<SubmissionId>),
    /// Nothing yet: the answer will be what the client's node learns.
    Later,
    /// That the attempt has failed.
    Failed {
        /// In this phase, if it is said.
        phase: Option<u8>,
        /// With that many promises or accepts, if it is said.
        count: Option<u8>,
    },
    /// Something else.
    Other,
}

/// Reads an answer; without a mapping a submitted value says that it is chosen.
pub(super) fn told(table: Option<&ToldTable>, values: &mut Values, body: &Body) -> Told {
    let success = table.and_then(|table| table.success.as_ref());
    let value = match success {
        Some(Pattern::Text(regex)) => in_text(regex, values, body),
        Some(Pattern::Table(it)) if holds(body, &it.is) => match &it.value {
            Some(place) => at(body, place).map(|value| Some(values.id(value))),
            None => Some(None),
        },
        Some(Pattern::Table(_)) => None,
        None => values.submitted(body).map(Some),
    };
    if let Some(value) = value {
        return Told::Succeeded(value);
    }
    let is_later = match table.and_then(|table| table.later.as_ref()) {
        Some(Pattern::Text(regex)) => body.as_str().is_some_and(|text| regex.is_match(text)),
        Some(Pattern::Table(it)) => holds(body, &it.is),
        None => false,
    };
    match table.and_then(|table| table.failed.as_ref()) {
        _ if is_later => Told::Later,
        Some(pattern) => failed(pattern, body),
        None => Told::Other,
    }
}

/// The value of a text that says a success; of one that has no place for it, none.
fn in_text(regex: &Regex, values: &mut Values, body: &Body) -> Option<Option<SubmissionId>> {
    let has_place = regex.capture_names().flatten().any(|name| name == "value");
    match group(regex, body, "value") {
        Some(text) => Some(Some(values.in_text(text))),
        None if !has_place && regex.is_match(body.as_str()?) => Some(None),
        None => None,
    }
}

fn failed(pattern: &Pattern<FailedTold>, body: &Body) -> Told {
    match pattern {
        Pattern::Text(regex) if body.as_str().is_some_and(|text| regex.is_match(text)) => {
            let number = |name| group(regex, body, name).and_then(|digits| digits.parse().ok());
            Told::Failed { phase: number("phase"), count: number("count") }
        }
        Pattern::Table(it) if holds(body, &it.is) => {
            let number = |place: &Option<Place>| {
                let body = at(body, place.as_ref()?)?;
                body.as_u64().and_then(|n| u8::try_from(n).ok())
            };
            Told::Failed { phase: number(&it.phase), count: number(&it.count) }
        }
        _ => Told::Other,
    }
}

/// What a group of a regular expression takes of a text.
fn group<'b>(regex: &Regex, body: &'b Body, name: &str) -> Option<&'b str> {
    regex.captures(body.as_str()?)?.name(name).map(|found| found.as_str())
}
