//! What messages, stored values and answers of somebody's nodes mean.

use crate::trace::{BallotId, Kind, SubmissionId};

use super::node::Body;

/// What a message means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Its kind.
    pub kind: Kind,
    /// Its ballot.
    pub ballot: BallotId,
    /// Promise: the ballot of the reported vote. Reject: the promised ballot. Else none.
    pub about: BallotId,
    /// Its value.
    pub value: Option<SubmissionId>,
}

/// What a client is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// This value is chosen.
    Succeeded(SubmissionId),
    /// It failed in this phase with that many answers.
    Failed { phase: u8, count: u8 },
    /// Something else.
    Other,
}

#[derive(Clone, Debug, Default)]
pub struct Map {
    pub values: Vec<Body>,
}

impl Map {
    pub fn begin_run(&mut self) {}
    pub fn draws_start(&self) -> bool {
        false
    }
    fn ballot(body: &Body) -> BallotId {
        BallotId(body.as_u64().unwrap_or(0))
    }
    pub fn message(&mut self, body: &Body) -> Option<Meaning> {
        let kind = match body["type"].as_str()? {
            "prepare" => Kind::Prepare,
            "accept" => Kind::Accept,
            "promise" => Kind::Promise,
            "accepted" => Kind::Accepted,
            "reject" => Kind::Reject,
            "learn" => Kind::Announce,
            _ => return None,
        };
        Some(Meaning {
            kind,
            ballot: Self::ballot(&body["ballot"]),
            about: Self::ballot(&body["about"]),
            value: self.value(&body["value"]),
        })
    }
    pub fn answer(&mut self, of: Kind, ballot: BallotId, body: &Body) -> Meaning {
        self.message(body).unwrap_or(Meaning {
            kind: if of == Kind::Other { of } else { Kind::Reject },
            ballot,
            about: BallotId::NONE,
            value: None,
        })
    }
    pub fn kind_of(&self, _body: &Body) -> u8 {
        254
    }
    pub fn promised(&mut self, body: &Body) -> Result<Option<BallotId>, String> {
        Ok(body.as_u64().map(BallotId))
    }
    pub fn accepted(&mut self, body: &Body) -> Result<Option<(BallotId, SubmissionId)>, String> {
        Ok(self.value(&body[1]).map(|value| (Self::ballot(&body[0]), value)))
    }
    pub fn value(&mut self, body: &Body) -> Option<SubmissionId> {
        self.values.iter().position(|it| it == body).map(|at| at as SubmissionId)
    }
    pub fn told(&mut self, body: &Body) -> Told {
        match (self.value(&body["chosen"]), body["failed"].as_u64()) {
            (Some(value), _) => Told::Succeeded(value),
            (None, Some(phase)) => {
                Told::Failed { phase: phase as u8, count: body["count"].as_u64().unwrap_or(0) as u8 }
            }
            _ => Told::Other,
        }
    }
}
