//! The rows of the mapping, applied to messages.
//!
//! A row with `call` looks into the arguments of the call, by place or by name; its answer is what the call returns. A row with
//! `type` looks into the message as it is.

use super::view::{at, holds};
use super::{Map, Meaning};
use crate::own::file::{MapTable, Place, Where};
use crate::own::node::Body;
use crate::trace::{BallotId, Kind};

/// Where the places of a row are looked for.
#[derive(Clone, Copy)]
struct Base<'b>(&'b Body, Option<&'b Body>);

impl<'b> Base<'b> {
    fn at(self, place: &Place) -> Option<&'b Body> {
        at(self.0, place).or_else(|| at(self.1?, place))
    }
}

const NOTHING: Body = Body::Null;
/// Where a rejection says what is promised.
const PROMISED: [&str; 3] = ["map", "reject", "promised"];

/// Whether a message is the one that a row names, and where its parts are.
fn named<'b>(body: &'b Body, call: Option<&str>, kind: Option<&str>) -> Option<Base<'b>> {
    let says = |key, name: Option<&str>| name.is_some() && body.get(key).and_then(Body::as_str) == name;
    match (says("call", call), says("type", kind)) {
        (true, _) => Some(Base(body.get("args").unwrap_or(&NOTHING), body.get("kwargs"))),
        (_, true) => Some(Base(body, None)),
        _ => None,
    }
}

/// What an answer says: the value that a call returns, or the message as it is.
pub(super) fn said<'b>(body: &'b Body, call: Option<&String>) -> &'b Body {
    if call.is_some() { body.get("value").unwrap_or(&NOTHING) } else { body }
}

fn is_yes(body: &Body, said: &Body, kind: Option<&str>, is: &Where) -> bool {
    let is_of_type = kind.is_none() || body.get("type").and_then(Body::as_str) == kind;
    is_of_type && holds(said, is)
}

impl Map {
    /// Looks into the table while the map reads what it points to.
    fn with<T>(&mut self, f: impl FnOnce(&mut Map, &MapTable) -> Option<T>) -> Option<T> {
        let table = self.table.clone()?;
        f(self, &table)
    }

    pub(super) fn asks(&mut self, body: &Body) -> Option<Meaning> {
        self.with(|map, table| {
            map.prepare(table, body).or_else(|| map.accept(table, body)).or_else(|| map.announce(table, body))
        })
    }

    fn prepare(&mut self, table: &MapTable, body: &Body) -> Option<Meaning> {
        let row = table.prepare.as_ref()?;
        let base = named(body, row.call.as_deref(), row.kind.as_deref())?;
        let path = ["map", "prepare", "ballot"];
        let found = self.needed(path, base.at(&row.ballot), body)?;
        let ballot = self.ballot(path, Some(found))?;
        Some(meaning(Kind::Prepare, ballot))
    }

    fn accept(&mut self, table: &MapTable, body: &Body) -> Option<Meaning> {
        let row = table.accept.as_ref()?;
        let base = named(body, row.call.as_deref(), row.kind.as_deref())?;
        let path = ["map", "accept", "ballot"];
        let found = self.needed(path, base.at(&row.ballot), body)?;
        let value = self.needed(["map", "accept", "value"], base.at(&row.value), body)?;
        let ballot = self.ballot(path, Some(found))?;
        // A proposal of null is one, for a value that nobody submitted.
        let value = self.values.id(value);
        Some(Meaning { value: Some(value), ..meaning(Kind::Accept, ballot) })
    }

    fn announce(&mut self, table: &MapTable, body: &Body) -> Option<Meaning> {
        let row = table.learn.as_ref()?;
        let base = named(body, row.call.as_deref(), row.kind.as_deref())?;
        let value = self.needed(["map", "learn", "value"], base.at(&row.value), body)?;
        let value = self.value(value)?;
        let path = ["map", "learn", "ballot"];
        let ballot = row.ballot.as_ref().and_then(|place| self.ballot(path, base.at(place)));
        Some(Meaning { value: Some(value), ..meaning(Kind::Announce, ballot.unwrap_or(BallotId::NONE)) })
    }

    /// Answers that are messages of their own.
    pub(super) fn replies(&mut self, body: &Body) -> Option<Meaning> {
        self.with(|map, table| {
            map.promise(table, body)
                .or_else(|| map.accepted_message(table, body))
                .or_else(|| map.rejection(table, body))
        })
    }

    fn promise(&mut self, table: &MapTable, body: &Body) -> Option<Meaning> {
        let row = table.promise.as_ref()?;
        row.kind.as_ref().filter(|kind| is_yes(body, body, Some(kind), &row.is))?;
        let path = ["map", "promise", "ballot"];
        let found = self.needed(path, at(body, row.ballot.as_ref()?), body)?;
        let ballot = self.ballot(path, Some(found))?;
        Some(self.reporting(meaning(Kind::Promise, ballot), body, row.about.as_ref(), row.value.as_ref()))
    }

    fn accepted_message(&mut self, table: &MapTable, body: &Body) -> Option<Meaning> {
        let row = table.accepted.as_ref()?;
        row.kind.as_ref().filter(|kind| is_yes(body, body, Some(kind), &row.is))?;
        let path = ["map", "accepted", "ballot"];
        let found = self.needed(path, at(body, row.ballot.as_ref()?), body)?;
        let ballot = self.ballot(path, Some(found))?;
        Some(meaning(Kind::Accepted, ballot))
    }

    fn rejection(&mut self, table: &MapTable, body: &Body) -> Option<Meaning> {
        let row = table.reject.as_ref()?;
        row.kind.as_ref().filter(|kind| is_yes(body, body, Some(kind), &row.is))?;
        let path = ["map", "reject", "ballot"];
        let found = self.needed(path, at(body, row.ballot.as_ref()?), body)?;
        let ballot = self.ballot(path, Some(found))?;
        let about = row.promised.as_ref().and_then(|place| self.ballot(PROMISED, at(body, place)));
        let phase = row.phase.as_ref().and_then(|place| phase(table, at(body, place)?));
        Some(Meaning { about: about.unwrap_or(BallotId::NONE), phase, ..meaning(Kind::Reject, ballot) })
    }

    pub(super) fn answer_of_prepare(&mut self, of: &Meaning, body: &Body) -> Meaning {
        let answer = self.with(|map, table| {
            let said = said(body, table.prepare.as_ref()?.call.as_ref());
            let row = table.promise.as_ref()?;
            if is_yes(body, said, row.kind.as_deref(), &row.is) {
                let promise = meaning(Kind::Promise, of.ballot);
                return Some(map.reporting(promise, said, row.about.as_ref(), row.value.as_ref()));
            }
            Some(map.refusing(of, table, said))
        });
        answer.unwrap_or(Meaning { phase: of.phase, ..meaning(Kind::Reject, of.ballot) })
    }

    pub(super) fn answer_of_accept(&mut self, of: &Meaning, body: &Body) -> Meaning {
        let answer = self.with(|map, table| {
            let said = said(body, table.accept.as_ref()?.call.as_ref());
            let row = table.accepted.as_ref()?;
            if is_yes(body, said, row.kind.as_deref(), &row.is) {
                return Some(meaning(Kind::Accepted, of.ballot));
            }
            Some(map.refusing(of, table, said))
        });
        answer.unwrap_or(Meaning { phase: of.phase, ..meaning(Kind::Reject, of.ballot) })
    }

    /// A promise with the vote that it reports, if it reports one.
    fn reporting(
        &mut self,
        promise: Meaning,
        said: &Body,
        about: Option<&Place>,
        value: Option<&Place>,
    ) -> Meaning {
        let Some(about) = about.and_then(|place| self.ballot(["map", "promise", "about"], at(said, place)))
        else {
            return promise;
        };
        let value = value.and_then(|place| self.value(at(said, place)?));
        // A ballot without a value is no vote, as in a state.
        if value.is_none() { promise } else { Meaning { about, value, ..promise } }
    }

    /// The rejection of a call, with the promised ballot if the mapping says where it stands.
    fn refusing(&mut self, of: &Meaning, table: &MapTable, said: &Body) -> Meaning {
        let row = table.reject.as_ref().filter(|row| holds(said, &row.is));
        let about = row.and_then(|row| self.ballot(PROMISED, at(said, row.promised.as_ref()?)));
        let about = about.unwrap_or(BallotId::NONE);
        Meaning { about, phase: of.phase, ..meaning(Kind::Reject, of.ballot) }
    }
}

/// Of which phase a rejection is, by what it says that it rejects.
fn phase(table: &MapTable, body: &Body) -> Option<u8> {
    if let Some(phase @ (1 | 2)) = body.as_u64() {
        return Some(phase as u8);
    }
    let name = body.as_str()?;
    let names = |call: &Option<String>, kind: &Option<String>| {
        [call, kind].iter().any(|it| it.as_deref() == Some(name))
    };
    match (&table.prepare, &table.accept) {
        (Some(row), _) if names(&row.call, &row.kind) => Some(1),
        (_, Some(row)) if names(&row.call, &row.kind) => Some(2),
        _ => None,
    }
}

/// A message of this kind that says nothing more.
fn meaning(kind: Kind, ballot: BallotId) -> Meaning {
    let phase = match kind {
        Kind::Prepare | Kind::Promise => Some(1),
        Kind::Accept | Kind::Accepted => Some(2),
        Kind::Announce => Some(3),
        Kind::Reject | Kind::Other => None,
    };
    Meaning { kind, ballot, about: BallotId::NONE, value: None, phase }
}
