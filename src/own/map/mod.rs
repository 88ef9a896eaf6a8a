//! From a user's messages, stored values and answers to what they mean: kinds, ballots, submissions.
//!
//! Everything here is a function of the node's file and of what the run has shown so far; what does not fit is unmapped and
//! never an error of the run. Absent on purpose: who sends what to whom, and when (the engine).

mod ballot;
mod rows;
mod told;
mod value;
mod view;

pub use ballot::Misfit;
pub use told::Told;
pub(in crate::own) use view::{at, items, same};

use std::sync::Arc;

use self::ballot::Ballots;
use self::value::Values;
use super::file::{Codec, DrawName, MapTable, NodeFile};
use super::node::Body;
use crate::trace::{BallotId, Kind, SubmissionId};

/// What a message means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Its kind.
    pub kind: Kind,
    /// The ballot that it belongs to; of an announcement NONE where it does not say.
    pub ballot: BallotId,
    /// Promise: the ballot of the reported vote. Reject: the promised ballot. Else none.
    pub about: BallotId,
    /// Accept, announce: the value. Promise: the value of the reported vote.
    pub value: Option<SubmissionId>,
    /// 1 or 2; 3 for an announcement; none for a rejection on its own that does not say what it rejects.
    pub phase: Option<u8>,
}

/// The mapping of a node's file, for one run at a time.
#[derive(Clone, Debug)]
pub struct Map {
    file: Arc<NodeFile>,
    table: Option<Arc<MapTable>>,
    ballots: Ballots,
    values: Values,
    misfit: Option<Misfit>,
}

/// The type of a message that `other` does not list.
pub const UNLISTED: u8 = 255;

impl Map {
    /// The mapping, for runs in which clients submit these values, by their ids.
    ///
    /// # Errors
    /// If two of the values are equal, for then it could not be told whose is chosen.
    pub fn new(file: &NodeFile, submitted: &[Body]) -> Result<Map, Misfit> {
        let table = file.map.clone().map(Arc::new);
        let codec = table.as_ref().map_or(Codec::Opaque, |table| table.ballot.clone());
        let none = table.as_ref().map(|table| table.none.clone()).unwrap_or_default();
        let (ballots, values) = (Ballots::new(codec, none), Values::new(submitted)?);
        Ok(Map { file: Arc::new(file.clone()), table, ballots, values, misfit: None })
    }

    /// What is wrong with what the file says at these keys, with its place, for people.
    pub fn misplaced(&self, path: &[&str], why: &str) -> String {
        self.file.misplaced(path, why).to_string()
    }

    /// Whether there is a row for what asks for promises or votes.
    pub(crate) fn names_requests(&self) -> bool {
        self.table.as_ref().is_some_and(|table| table.prepare.is_some() || table.accept.is_some())
    }

    /// Whether a row names a call, or the answer of one, and no type.
    pub(crate) fn names_call(&self, row: &str) -> bool {
        let Some(table) = &self.table else { return false };
        match row {
            "prepare" => table.prepare.as_ref().is_some_and(|row| row.call.is_some()),
            "accept" => table.accept.as_ref().is_some_and(|row| row.call.is_some()),
            "promise" => table.promise.as_ref().is_some_and(|row| row.of.is_some()),
            "accepted" => table.accepted.as_ref().is_some_and(|row| row.of.is_some()),
            _ => false,
        }
    }

    /// The function that clients call.
    pub(crate) fn client_calls(&self) -> Option<&str> {
        Some(self.table.as_ref()?.submit.as_ref()?.call.as_str())
    }

    /// Where a promise reports this vote, if not where the mapping says and nothing stands there. Its value has to stand somewhere
    /// as well, for a number alone may be anything.
    pub(crate) fn vote_elsewhere(
        &mut self,
        body: &Body,
        (ballot, value): (BallotId, SubmissionId),
    ) -> Option<String> {
        let table = self.table.clone()?;
        let said = rows::said(body, table.prepare.as_ref()?.call.as_ref());
        let about = table.promise.as_ref()?.about.as_ref();
        if table.ballot == Codec::Opaque || about.is_some_and(|place| view::at(said, place).is_some()) {
            return None;
        }
        let value = self.values.body(value)?;
        view::find(said, &mut |part| part == value)?;
        // The ballot that is promised may be that of the vote.
        let promised = table.promise.as_ref()?.ballot.as_ref().and_then(|place| view::at(said, place));
        let mut is_it = |part: &Body| {
            !promised.is_some_and(|it| std::ptr::eq(it, part)) && self.ballots.read(part) == Ok(Some(ballot))
        };
        view::find(said, &mut is_it)
    }

    /// A run begins: forgets what the one before has shown.
    pub fn reset(&mut self) {
        self.ballots.reset();
        self.values.reset();
        self.misfit = None;
    }

    /// The first thing since it was last asked that stood where the mapping says, and could not be what it says.
    pub fn take_misfit(&mut self) -> Option<Misfit> {
        self.misfit.take()
    }

    /// What a request means: a call, or a message that asks for a promise or a vote, or announces a value.
    pub fn request(&mut self, body: &Body) -> Option<Meaning> {
        self.asks(body)
    }

    /// What a message on its own means: a request, or an answer that names its ballot.
    pub fn message(&mut self, body: &Body) -> Option<Meaning> {
        self.asks(body).or_else(|| self.replies(body))
    }

    /// What the answer of a call means; none if the call was no request for a promise or a vote. Whatever is no yes is a
    /// rejection.
    pub fn answer(&mut self, of: &Meaning, body: &Body) -> Option<Meaning> {
        match of.kind {
            Kind::Prepare => Some(self.answer_of_prepare(of, body)),
            Kind::Accept => Some(self.answer_of_accept(of, body)),
            _ => None,
        }
    }

    /// Whether a rejection says what its acceptor has promised.
    pub fn rejections_say_why(&self) -> bool {
        let row = self.table.as_ref().and_then(|table| table.reject.as_ref());
        row.is_some_and(|row| row.promised.is_some())
    }

    /// The place of an unmapped message's type in the mapping's `other`, or [`UNLISTED`].
    pub fn other(&self, body: &Body) -> u8 {
        let name = body.get("call").or_else(|| body.get("type")).and_then(Body::as_str);
        let mut listed = self.table.iter().flat_map(|table| &table.other).zip(0..UNLISTED);
        listed.find(|it| name == Some(it.0.as_str())).map_or(UNLISTED, |(_, place)| place)
    }

    /// The stored promise, if there is one.
    ///
    /// # Errors
    /// If it is neither a ballot nor "nothing yet".
    pub fn promised(&mut self, body: &Body) -> Result<Option<BallotId>, Misfit> {
        let path = self.watched("promised");
        self.ballots.read(body).map_err(|why| why.of(&path, "`promised`: "))
    }

    /// The stored vote, if there is one: a list of ballot and value. A ballot with no value is none yet, unless that is what
    /// a client submits.
    ///
    /// # Errors
    /// If it is neither a vote nor "nothing yet".
    pub fn accepted(&mut self, body: &Body) -> Result<Option<(BallotId, SubmissionId)>, Misfit> {
        if self.ballots.is_none(body) {
            return Ok(None);
        }
        let Some([ballot, value]) = view::items(body) else {
            let shown = crate::text::shown(&body.to_string());
            let why = Misfit::new(format_args!("{shown} is no vote; report [ballot, value], or null"));
            return Err(why.of(&self.watched("accepted"), "`accepted`: "));
        };
        let path = self.watched("accepted");
        let ballot = self.ballots.read(ballot).map_err(|why| why.of(&path, "`accepted`: "))?;
        Ok(ballot.and_then(|ballot| Some((ballot, self.value(value)?))))
    }

    /// The keys that say what a stored thing is.
    fn watched(&self, what: &'static str) -> Vec<&'static str> {
        let is_watched = self.file.python.as_ref().is_some_and(|python| python.watch.is_some());
        if is_watched { vec!["python", "watch", what] } else { vec!["map", "ballot"] }
    }

    /// The value that a learner has stored, if there is one.
    pub fn learned(&mut self, body: &Body) -> Option<SubmissionId> {
        self.value(body)
    }

    /// Whether the first draw of a submission is the scenario's start: the program's own code waits for it.
    pub fn draws_start(&self) -> bool {
        self.table.as_ref().is_some_and(|table| table.draws.contains(&DrawName::Start))
    }

    /// What a client's answer means.
    pub fn told(&mut self, body: &Body) -> Told {
        told::told(self.table.as_ref().and_then(|table| table.told.as_ref()), &mut self.values, body)
    }

    /// The value of an id, submitted or made up.
    pub fn value_of(&self, id: SubmissionId) -> Option<&Body> {
        self.values.body(id)
    }

    /// A value's id; none if it stands for "nothing yet" and no client submits that.
    fn value(&mut self, body: &Body) -> Option<SubmissionId> {
        match self.values.submitted(body) {
            Some(id) => Some(id),
            None if self.ballots.is_none(body) => None,
            None => Some(self.values.id(body)),
        }
    }

    /// Reads a ballot, and notes if it is none.
    fn ballot(&mut self, path: [&'static str; 3], body: Option<&Body>) -> Option<BallotId> {
        match self.ballots.read(body?) {
            Ok(ballot) => ballot,
            Err(why) => {
                let front = format!("`{}` looks for a ballot at `{}`, and ", path[1], path[2]);
                self.misfit.get_or_insert(why.of(&path, &front));
                None
            }
        }
    }

    /// What a row needs of a message that it names, which is noted if it is not there.
    fn needed<'b>(
        &mut self,
        path: [&'static str; 3],
        found: Option<&'b Body>,
        body: &Body,
    ) -> Option<&'b Body> {
        if found.is_none() {
            let [table, row, key] = path;
            let why = Misfit::new(format_args!(
                "this message is what `{row}` names, and nothing stands where `{key}` looks: {}; write the index or the pointer \
                 of what is there",
                crate::text::shown(&body.to_string())
            ));
            self.misfit.get_or_insert(why.of(&[table, row, key], ""));
        }
        found
    }
}
