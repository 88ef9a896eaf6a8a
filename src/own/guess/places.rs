//! Places in bodies at which the same is true of all of some bodies.

use crate::own::file::Place;
use crate::own::map::{at, items, same};
use crate::own::node::Body;
use crate::scenario::inline_toml;

/// How deep it is looked for.
const DEEPEST: usize = 4;

/// All places in a body, as a file writes them: the body itself, then its parts, each before its own parts.
fn places(body: &Body, front: &str, depth: usize, all: &mut Vec<String>) {
    all.push(front.to_owned());
    if depth == DEEPEST {
        return;
    }
    if let Some(items) = items(body) {
        items.iter().enumerate().for_each(|(i, it)| places(it, &format!("{front}/{i}"), depth + 1, all));
    } else if let Some(entries) = body.as_object() {
        for (key, it) in entries {
            let key = key.replace('~', "~0").replace('/', "~1");
            places(it, &format!("{front}/{key}"), depth + 1, all);
        }
    }
}

/// What stands at a place.
pub(super) fn part<'b>(body: &'b Body, place: &str) -> Option<&'b Body> {
    at(body, &Place::parse(place)?)
}

/// The places of the first of these bodies at which something is true of every one; of none, none.
pub(super) fn everywhere<'b, T>(
    bodies: &[(&'b Body, T)],
    is_it: impl Fn(&'b Body, &T) -> bool,
) -> impl Iterator<Item = String> {
    let mut all = Vec::new();
    if let Some((first, _)) = bodies.first() {
        places(first, "", 0, &mut all);
    }
    let holds = |place: &String| {
        bodies.iter().all(|(body, with)| part(body, place).is_some_and(|found| is_it(found, with)))
    };
    all.into_iter().filter(holds).collect::<Vec<_>>().into_iter()
}

/// The place at which each of these bodies has what it comes with.
pub(super) fn place_of(bodies: &[(&Body, &Body)]) -> Option<String> {
    everywhere(bodies, |found, wanted| same(found, wanted)).next()
}

/// The same, at which none of those stands in these others.
pub(super) fn place_but(bodies: &[(&Body, &Body)], others: &[&Body]) -> Option<String> {
    let is_wanted = |found: &Body| bodies.iter().any(|(_, wanted)| same(found, wanted));
    everywhere(bodies, |found, wanted| same(found, wanted))
        .find(|place| !others.iter().any(|body| part(body, place).is_some_and(is_wanted)))
}

/// A place and the word, number or truth value by which these bodies are told from those.
pub(super) fn mark(these: &[&Body], those: &[&Body]) -> Option<(String, Body)> {
    let first = *these.first()?;
    let bodies: Vec<(&Body, ())> = these.iter().map(|body| (*body, ())).collect();
    let is_mark = |found: &Body| found.is_string() || found.is_boolean() || found.is_number();
    let mut places: Vec<String> = everywhere(&bodies, |found, ()| is_mark(found)).collect();
    // Of several, words and truth values say more than numbers.
    places.sort_by_key(|place| part(first, place).is_some_and(Body::is_number));
    places.into_iter().find_map(|place| {
        let wanted = part(first, &place)?;
        let is_there = |body: &&Body| part(body, &place).is_some_and(|found| same(found, wanted));
        (these.iter().all(is_there) && !those.iter().any(is_there)).then(|| (place.clone(), wanted.clone()))
    })
}

/// A place as the value of a key: an argument's index is a number.
pub(super) fn value(place: &str) -> String {
    match place.strip_prefix('/') {
        Some(index) if index.parse::<u32>().is_ok_and(|it| it.to_string() == index) => index.to_owned(),
        _ => inline_toml(place),
    }
}

/// `where = { … }` for a mark.
pub(super) fn condition((place, wanted): &(String, Body)) -> String {
    format!("where = {{ {} = {} }}", value(place), inline_toml(wanted))
}
