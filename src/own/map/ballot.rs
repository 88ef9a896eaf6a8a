//! From ballots as a user's program writes them to [`BallotId`]s, whose order is theirs.
//!
//! Every codec is injective and monotone, and none gives [`BallotId::NONE`]: "nothing yet" is what the mapping's `none` lists,
//! and null. So a vote under number 0 is a vote, unless the file says that 0 is nothing.
//!
//! | codec | a ballot | its id |
//! |---|---|---|
//! | `lab` | round × 10 + node | round · 2⁸ + node, as the built-in protocol's |
//! | `pair`, `text` | round and node | the same |
//! | `int` | n | n · 2⁸: round n of no node |
//! | `float` | x | the bits of x, the sign such that their order is that of the numbers |
//! | `opaque` | anything | a label between those of its neighbours, by order of appearance |
//!
//! In round 0, where no ballot of the built-in's lies, ids are one higher, so that round 0 of node 0 (or `int`'s 0) is not NONE.
//! A label of `opaque` is the same for the same run, but depends on which ballots were there before it.

use std::fmt;

use super::view::{items, order, same};
use crate::own::file::Codec;
use crate::own::node::Body;
use crate::text::shown;
use crate::trace::BallotId;

/// Why a part of a message or of a state can't be what the mapping says that it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Misfit {
    why: String,
    /// The keys of the file that say otherwise.
    path: Vec<&'static str>,
}

impl Misfit {
    pub(super) fn new(why: impl fmt::Display) -> Self {
        Misfit { why: why.to_string(), path: vec!["map"] }
    }

    /// The same, as what these keys of the file say; `why` follows what is said in front.
    pub(super) fn of(self, path: &[&'static str], front: &str) -> Self {
        Misfit { why: format!("{front}{}", self.why), path: path.to_vec() }
    }

    /// The keys of the node's file that say what cannot be, on the way to them.
    pub fn path(&self) -> &[&'static str] {
        &self.path
    }
}

/// Reads ballots.
#[derive(Clone, Debug)]
pub(super) struct Ballots {
    codec: Codec,
    /// What means "nothing yet", beside null.
    none: Vec<Body>,
    /// The labels of opaque ballots, in their order.
    labels: Vec<(Body, u64)>,
}

/// Above the highest opaque ballot so far: room for 32 that come between.
const STEP: u64 = 1 << 32;
/// Above this, not every whole number is a float.
const EXACT: u64 = 1 << 53;

impl Ballots {
    pub(super) fn new(codec: Codec, none: Vec<Body>) -> Self {
        Ballots { codec, none, labels: Vec::new() }
    }

    /// Forgets what a run has seen.
    pub(super) fn reset(&mut self) {
        self.labels.clear();
    }

    /// Whether this stands for "nothing yet".
    pub(super) fn is_none(&self, body: &Body) -> bool {
        body.is_null() || self.none.iter().any(|none| same(none, body))
    }

    /// A ballot, or none where nothing is said.
    pub(super) fn read(&mut self, body: &Body) -> Result<Option<BallotId>, Misfit> {
        if self.is_none(body) {
            return Ok(None);
        }
        let id = match &self.codec {
            Codec::Int => whole(body).and_then(|n| joined(n, 0)),
            Codec::Lab => whole(body).and_then(|n| joined(n / 10, n % 10)),
            Codec::Pair => pair(body),
            Codec::Text(form) => body.as_str().and_then(|text| split(text, &form.separator)),
            Codec::Float => float(body),
            Codec::Opaque => label(&mut self.labels, body),
        };
        id.map(|id| Some(BallotId(id))).ok_or_else(|| self.misfit(body))
    }

    fn misfit(&self, body: &Body) -> Misfit {
        let form = match &self.codec {
            Codec::Int => {
                "`int` takes whole numbers from 0 to 2^56 - 1; if it means \"nothing yet\", list it in `none`"
                    .into()
            }
            Codec::Lab => {
                "`lab` takes whole numbers from 0, as 11; if it means \"nothing yet\", list it in `none`"
                    .into()
            }
            Codec::Pair => "`pair` takes [round, node], two whole numbers, the node below 255".into(),
            Codec::Text(form) => {
                format!(
                    "`text` takes round and node in digits with {} between, as \"3{}2\"",
                    shown(&form.separator),
                    form.separator
                )
            }
            Codec::Float => "`float` takes numbers, whole ones to 2^53".into(),
            Codec::Opaque => "it came between others for which no room is left; use another codec".into(),
        };
        Misfit::new(format_args!("{} is no ballot: {form}", shown(&body.to_string())))
    }
}

/// A whole number, also one that is written with a fraction of 0.
fn whole(body: &Body) -> Option<u64> {
    let real =
        || body.as_f64().filter(|x| x.trunc() == *x && (0.0..=EXACT as f64).contains(x)).map(|x| x as u64);
    body.as_u64().or_else(real)
}

/// The id of a round's ballot of a node.
fn joined(round: u64, node: u64) -> Option<u64> {
    match round {
        _ if node > 254 || round >= 1 << 56 => None,
        0 => Some(node + 1),
        _ => Some(round << 8 | node),
    }
}

fn pair(body: &Body) -> Option<u64> {
    match items(body)? {
        [round, node] => joined(whole(round)?, whole(node)?),
        _ => None,
    }
}

fn split(text: &str, separator: &str) -> Option<u64> {
    let (round, node) = text.split_once(separator)?;
    let number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?;
    joined(number(round)?, number(node)?)
}

fn float(body: &Body) -> Option<u64> {
    let is_exact = match (body.as_u64(), body.as_i64()) {
        (Some(n), _) => n <= EXACT,
        (_, Some(n)) => n.unsigned_abs() <= EXACT,
        _ => true,
    };
    // Minus nothing is nothing.
    let bits = (body.as_f64().filter(|x| is_exact && x.is_finite())? + 0.0).to_bits();
    Some(if bits >> 63 == 0 { bits | 1 << 63 } else { !bits })
}

/// The label of an opaque ballot: a new one lies between its neighbours'.
fn label(labels: &mut Vec<(Body, u64)>, body: &Body) -> Option<u64> {
    let place = match labels.binary_search_by(|(known, _)| order(known, body)) {
        Ok(place) => return Some(labels[place].1),
        Err(place) => place,
    };
    let below = place.checked_sub(1).map_or(0, |before| labels[before].1);
    let label = match labels.get(place) {
        Some((_, above)) => below + (above - below) / 2,
        None => below.checked_add(STEP)?,
    };
    if label == below {
        return None;
    }
    labels.insert(place, (body.clone(), label));
    Some(label)
}
