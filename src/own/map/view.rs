//! Bodies as the mapping sees them: a tuple is a list, and all of them are in one order.
//!
//! Absent on purpose: what a part of a body means.

use std::cmp::Ordering;

use serde_json::Number;

use crate::own::file::{Place, Where};
use crate::own::node::Body;
use crate::text::shown;

/// The elements of a list, or of a tuple, which travels as `{"()": […]}`.
pub(in crate::own) fn items(body: &Body) -> Option<&[Body]> {
    match body {
        Body::Array(items) => Some(items),
        Body::Object(entries) if entries.len() == 1 => entries.get("()")?.as_array().map(Vec::as_slice),
        _ => None,
    }
}

/// What stands at a place, if anything.
pub(in crate::own) fn at<'b>(body: &'b Body, place: &Place) -> Option<&'b Body> {
    place.steps().iter().try_fold(body, |body, step| match items(body) {
        Some(items) => items.get(step.parse::<usize>().ok()?),
        None => body.as_object()?.get(step),
    })
}

/// The first place, as a file writes it, of something that is it.
pub(super) fn find(body: &Body, is_it: &mut impl FnMut(&Body) -> bool) -> Option<String> {
    let pointer = pointer_to(body, is_it, 0)?;
    // The item of a list is written as its index.
    let index = pointer.strip_prefix('/').filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()));
    Some(index.filter(|rest| !rest.is_empty()).map_or_else(|| shown(&pointer), str::to_owned))
}

/// How deep it is looked for.
const DEEPEST: usize = 8;

fn pointer_to(body: &Body, is_it: &mut impl FnMut(&Body) -> bool, depth: usize) -> Option<String> {
    if is_it(body) {
        return Some(String::new());
    }
    if depth == DEEPEST {
        return None;
    }
    if let Some(items) = items(body) {
        let mut items = items.iter().enumerate();
        return items.find_map(|(i, it)| Some(format!("/{i}{}", pointer_to(it, is_it, depth + 1)?)));
    }
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    let mut entries = body.as_object()?.iter();
    entries.find_map(|(key, it)| Some(format!("/{}{}", escaped(key), pointer_to(it, is_it, depth + 1)?)))
}

/// Whether everything stands where it must.
pub(super) fn holds(body: &Body, is: &Where) -> bool {
    is.iter().all(|(place, wanted)| at(body, place).is_some_and(|found| same(found, wanted)))
}

/// Whether two bodies are equal; 1 and 1.0 are, and so are a tuple and a list of the same.
pub(in crate::own) fn same(a: &Body, b: &Body) -> bool {
    order(a, b) == Ordering::Equal
}

/// The order of all bodies: null, false, true, numbers, texts by their bytes, lists by their first difference, objects by
/// their keys in order and what stands there.
pub(super) fn order(a: &Body, b: &Body) -> Ordering {
    if let (Some(a), Some(b)) = (items(a), items(b)) {
        return each(a.iter().zip(b).map(|(a, b)| order(a, b))).then(a.len().cmp(&b.len()));
    }
    match (a, b) {
        (Body::Bool(a), Body::Bool(b)) => a.cmp(b),
        (Body::Number(a), Body::Number(b)) => numbers(a, b),
        (Body::String(a), Body::String(b)) => a.cmp(b),
        (Body::Object(a), Body::Object(b)) if rank_of_object(a) == rank_of_object(b) => {
            let sorted = |entries: &'_ serde_json::Map<String, Body>| {
                let mut keys: Vec<String> = entries.keys().cloned().collect();
                keys.sort_unstable();
                keys
            };
            let (first, second) = (sorted(a), sorted(b));
            let pairs = first.iter().zip(&second).map(|(x, y)| x.cmp(y).then_with(|| order(&a[x], &b[y])));
            each(pairs).then(first.len().cmp(&second.len()))
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

fn each(mut orders: impl Iterator<Item = Ordering>) -> Ordering {
    orders.find(|it| it.is_ne()).unwrap_or(Ordering::Equal)
}

fn rank(body: &Body) -> u8 {
    match body {
        Body::Null => 0,
        Body::Bool(_) => 1,
        Body::Number(_) => 2,
        Body::String(_) => 3,
        Body::Array(_) => 4,
        Body::Object(entries) => rank_of_object(entries),
    }
}

/// A tuple ranks with the lists.
fn rank_of_object(entries: &serde_json::Map<String, Body>) -> u8 {
    let is_tuple = entries.len() == 1 && entries.get("()").is_some_and(Body::is_array);
    if is_tuple { 4 } else { 5 }
}

/// Exactly, without rounding one to the type of the other.
fn numbers(a: &Number, b: &Number) -> Ordering {
    let whole = |it: &Number| it.as_i64().map(i128::from).or_else(|| it.as_u64().map(i128::from));
    let real = |it: &Number| it.as_f64().unwrap_or_default();
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(a), None) => whole_to_real(a, real(b)),
        (None, Some(b)) => whole_to_real(b, real(a)).reverse(),
        (None, None) => real(a).partial_cmp(&real(b)).unwrap_or(Ordering::Equal),
    }
}

fn whole_to_real(whole: i128, real: f64) -> Ordering {
    let floor = real.floor();
    // The conversion saturates far beyond 64 bits, where every whole number of JSON is.
    whole.cmp(&(floor as i128)).then(if real > floor { Ordering::Less } else { Ordering::Equal })
}
