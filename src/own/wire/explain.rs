//! Why a line is no answer: a second, slow look, that ends at the first thing that is wrong.
//!
//! It reads by the table of `keys`, not by the types of `read`, and a test holds the two against each other.

use serde_json::{Map, Value};

use super::keys::{ANSWER, FORMS, Form, Holds, STATE};
use super::limits::Limits;
use super::read::Owner;
use crate::own::{Body, Wrong};
use crate::scenario::did_you_mean;
use crate::text::shown;

type Look<T = ()> = Result<T, Wrong>;

/// Why this line, which could not be read, is no answer.
pub(super) fn explain(line: &[u8], owner: Owner, limits: &Limits, error: &serde_json::Error) -> Wrong {
    let value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => return Wrong::garbage(line, syntax(line, &error)),
    };
    let Value::Object(answer) = value else {
        return Wrong::garbage(line, format!("is {}, not an object", name_of(&value)));
    };
    if !answer.contains_key("lane") && !answer.contains_key("effects") {
        return Wrong::garbage(line, "is an object without `lane` and `effects`");
    }
    let wrong = match look(&answer, owner, limits) {
        Err(wrong) => wrong,
        // What a tree of values doesn't show, such as a key that is there twice.
        Ok(()) => malformed("the line", error.to_string()),
    };
    wrong.in_line(line)
}

/// What is wrong with the line's JSON.
pub(super) fn syntax(line: &[u8], error: &serde_json::Error) -> String {
    let text = String::from_utf8_lossy(line);
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let place = error.column();
    if ["NaN", "Infinity"].iter().any(|word| text.contains(word)) {
        return format!("is no JSON at byte {place} ({said}): NaN and Infinity are no numbers of JSON");
    }
    format!("is no JSON at byte {place} ({said})")
}

pub(super) fn malformed(place: impl Into<String>, why: impl Into<String>) -> Wrong {
    Wrong::Malformed { line: String::new(), place: place.into(), why: why.into() }
}

/// What kind of value it is, with itself where it is short.
pub(super) fn name_of(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("the text {}", shown(text)),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn look(answer: &Map<String, Value>, owner: Owner, limits: &Limits) -> Look {
    unknown(answer, ANSWER, "")?;
    let Some(lane) = answer.get("lane") else { return Err(malformed("the line", "`lane` is missing")) };
    if lane.as_u64().is_none_or(|lane| lane > u16::MAX.into()) {
        return Err(malformed("lane", format!("must be a lane's number, not {}", name_of(lane))));
    }
    let Some(effects) = answer.get("effects") else {
        return Err(malformed(
            "the line",
            "`effects` is missing; a step without effects answers `\"effects\":[]`",
        ));
    };
    let Value::Array(effects) = effects else {
        return Err(malformed("effects", format!("must be a list, not {}", name_of(effects))));
    };
    if effects.len() > limits.effects {
        return Err(Wrong::TooManyEffects { limit: limits.effects });
    }
    effects
        .iter()
        .enumerate()
        .try_for_each(|(i, effect)| look_at_effect(effect, &format!("effects[{i}]"), owner))
}

/// Refuses a key that is not one of these.
fn unknown(object: &Map<String, Value>, known: &[&str], place: &str) -> Look {
    let Some(key) = object.keys().find(|key| !known.contains(&key.as_str())) else { return Ok(()) };
    let near = did_you_mean(key, known);
    let place = if place.is_empty() { "the line" } else { place };
    Err(malformed(place, format!("unknown key {}{near} Known here: {}", shown(key), list(known))))
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn look_at_effect(effect: &Value, place: &str, owner: Owner) -> Look {
    let Value::Object(effect) = effect else {
        return Err(malformed(place, format!("must be an object, not {}", name_of(effect))));
    };
    let form = form_of(effect, place)?;
    let mut known: Vec<&str> = form.keys().map(|(key, _)| *key).collect();
    known.extend(["node", form.name]);
    // A key without a value is one that is not there.
    let given: Map<String, Value> = effect
        .iter()
        .filter(|(key, value)| !is_nothing(key, value))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    unknown(&given, &known, place)?;
    look_at_owner(given.get("node"), place, owner)?;
    hold(&given[form.name], form.holds, &format!("{place}.{}", form.name))?;
    for (key, holds) in form.keys() {
        if let Some(value) = given.get(*key) {
            hold(value, *holds, &format!("{place}.{key}"))?;
        }
    }
    if let Some((key, _)) = form.needs.iter().find(|(key, _)| !given.contains_key(*key)) {
        return Err(malformed(place, format!("`{}` needs `{key}`", form.name)));
    }
    let one_of: Vec<&str> = form.one_of.iter().map(|(key, _)| *key).collect();
    if !one_of.is_empty() && one_of.iter().filter(|key| given.contains_key(**key)).count() != 1 {
        return Err(malformed(place, format!("`{}` needs one of {}", form.name, list(&one_of))));
    }
    Ok(())
}

/// Whether it is as good as a key that is not there: any null but that of a body, which may be null, and of keys of no effect.
fn is_nothing(key: &str, value: &Value) -> bool {
    let known = || FORMS.iter().any(|form| form.name == key || form.keys().any(|(name, _)| *name == key));
    value.is_null() && key != "body" && (key == "node" || known())
}

/// Which effect it is: the one that one of its keys names.
fn form_of(effect: &Map<String, Value>, place: &str) -> Look<&'static Form> {
    let mut named = FORMS.iter().filter(|form| effect.get(form.name).is_some_and(|value| !value.is_null()));
    let names: Vec<&str> = FORMS.iter().map(|form| form.name).collect();
    match (named.next(), named.next()) {
        (Some(form), None) => Ok(form),
        (Some(a), Some(b)) => Err(malformed(
            place,
            format!("is two effects, `{}` and `{}`: write one object for each", a.name, b.name),
        )),
        (None, _) => {
            let near = effect.keys().map(|key| did_you_mean(key, &names)).find(|near| !near.is_empty());
            let near = near.unwrap_or_else(|| ".".to_owned());
            Err(malformed(place, format!("names no effect{near} There are {}", list(&names))))
        }
    }
}

fn look_at_owner(named: Option<&Value>, place: &str, owner: Owner) -> Look {
    if let Some(named) = named {
        hold(named, Holds::Node, &format!("{place}.node"))?;
    }
    match (owner, named.and_then(Value::as_u64)) {
        (Owner::Nobody, _) => Err(malformed(place, "the run is over: the answer must be `\"effects\":[]`")),
        (Owner::Each, None) => {
            Err(malformed(place, "`node` is missing: at the beginning of a run every effect names its node"))
        }
        (Owner::Node(node), Some(named)) if named != u64::from(node) => Err(malformed(
            format!("{place}.node"),
            format!("is {named}, and the input was node {node}'s; leave it out"),
        )),
        _ => Ok(()),
    }
}

fn hold(value: &Value, holds: Holds, place: &str) -> Look {
    let (fits, wanted) = match holds {
        Holds::Node => (value.as_u64().is_some_and(|node| node <= u8::MAX.into()), "a node's number"),
        Holds::Number => (value.is_u64(), "a whole number, not negative and below 2^64"),
        Holds::Text => (value.is_string(), "text"),
        Holds::Any => (true, ""),
        Holds::Range => (is_range(value), "two whole numbers of nanoseconds, the smaller first"),
        Holds::Vote => (is_vote(value), "null or `[ballot, value]`"),
        Holds::State => return look_at_state(value, place),
    };
    if fits { Ok(()) } else { Err(malformed(place, format!("must be {wanted}, not {}", name_of(value)))) }
}

fn is_range(value: &Value) -> bool {
    let Value::Array(ends) = value else { return false };
    matches!(ends.as_slice(), [low, high] if low.is_u64() && high.is_u64() && low.as_u64() <= high.as_u64())
}

/// Whether it is null, or a list or tuple of ballot and value.
pub(super) fn is_vote(value: &Body) -> bool {
    let pair = |value: &Value| value.as_array().is_some_and(|pair| pair.len() == 2);
    let tuple =
        |value: &Value| value.as_object().is_some_and(|o| o.len() == 1 && o.get("()").is_some_and(pair));
    value.is_null() || pair(value) || tuple(value)
}

fn look_at_state(value: &Value, place: &str) -> Look {
    let Value::Object(state) = value else {
        return Err(malformed(place, format!("must be an object, not {}", name_of(value))));
    };
    let known: Vec<&str> = STATE.iter().map(|(key, _)| *key).collect();
    unknown(state, &known, place)?;
    for (key, holds) in STATE {
        match state.get(*key) {
            None => {}
            Some(Value::Null) if *holds == Holds::Number => {}
            Some(value) => hold(value, *holds, &format!("{place}.{key}"))?,
        }
    }
    Ok(())
}
