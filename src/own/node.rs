//! The contract of a node: one input, then all that it has to say to it.
//!
//! A node is a step function. It has no clock, no network and no randomness but what its inputs carry; its answer depends on
//! the inputs since the run began, and on nothing else.

use crate::trace::{NodeId, SubmissionId};

use super::trouble::{Trouble, Wrong};

/// What messages, answers and stored values are made of: any JSON.
pub type Body = serde_json::Value;

/// A run begins; nothing of an earlier one may remain.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Begin {
    /// There are nodes 1 to this.
    pub nodes: u8,
    /// The run's word, for randomness that belongs to no activation.
    pub words: u64,
    /// Arguments of the program, by name.
    pub argv: serde_json::Map<String, Body>,
    /// Files that are there at the beginning, by path.
    pub files: serde_json::Map<String, Body>,
}

/// Something happens at a node.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// When, ns of virtual time by the node's own clock.
    pub at_ns: u64,
    /// Where.
    pub node: NodeId,
    /// Which activation it is, for people.
    pub cause: String,
    /// The activation's word, for the node's own randomness.
    pub key: u64,
    /// What happens.
    pub what: What,
}

/// What happens at a node.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A client submits a value.
    Submit {
        /// Which submission.
        id: SubmissionId,
        /// Its value.
        value: Body,
        /// What the first draws of the activation are to give.
        draws: Vec<Draw>,
    },
    /// A one-way message.
    Message {
        /// Its sender.
        from: NodeId,
        /// What it says.
        body: Body,
    },
    /// A call that wants an answer.
    Request {
        /// Its name in the answer, unique in a run.
        id: u64,
        /// The caller.
        from: NodeId,
        /// What it says.
        body: Body,
    },
    /// A call of the node's own is answered.
    Reply {
        /// Which.
        call: u64,
        /// The answer.
        body: Body,
    },
    /// A call of the node's own ends without an answer.
    Failed {
        /// Which.
        call: u64,
        /// Why.
        why: CallError,
    },
    /// A timer rings.
    Timer {
        /// Which.
        id: u64,
    },
    /// A client asks for the value.
    Read {
        /// Which read.
        id: u64,
    },
    /// The node goes down: its memory is gone.
    Crash,
    /// The node boots with what is on its disk.
    Restart,
}

/// What a draw of a submission's activation is to give: one of the scenario's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// ns.
    pub ns: u64,
    /// The upper end of the range that it was drawn from, ns; 0 if it was not drawn from a range.
    pub of: u64,
}

/// Why a call ends without an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallError {
    /// Nobody listens there.
    Refused,
    /// The request or its answer was lost.
    Lost,
    /// The caller has waited as long as it said.
    Timeout,
    /// The node went down while it had the request.
    Reset,
    /// The handler raised an error.
    Raised(String),
}

/// One thing that a node wants or tells.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// A one-way message leaves.
    Send {
        /// The receiver.
        to: NodeId,
        /// What it says.
        body: Body,
    },
    /// A call leaves.
    Call {
        /// The node's name for it, unique within a run.
        id: u64,
        /// The receiver.
        to: NodeId,
        /// What it says.
        body: Body,
        /// How long the caller waits, ns by its clock; for ever if none.
        timeout_ns: Option<u64>,
    },
    /// A request is answered.
    Answer {
        /// Which.
        request: u64,
        /// The answer.
        body: Body,
    },
    /// A request's handler raised an error.
    Raise {
        /// Which.
        request: u64,
        /// What it says.
        text: String,
    },
    /// A timer is set.
    Timer {
        /// The node's name for it, unique within a run.
        id: u64,
        /// When it rings.
        after: After,
        /// What it is for, if it is to be comparable with other programs' (`retry`).
        name: Option<String>,
    },
    /// A timer is taken back.
    Cancel {
        /// Which.
        id: u64,
    },
    /// What the node stores now.
    State(Report),
    /// The client of a submission has its answer.
    Told {
        /// Which submission.
        submission: u64,
        /// The answer, or the text of the error that it got.
        answer: Result<Body, String>,
    },
    /// A read is answered.
    Value {
        /// Which.
        read: u64,
        /// With this.
        body: Body,
    },
    /// A line for people.
    Log(String),
    /// Something that is not wrong by itself but misleads, told by the node's kit.
    Hazard {
        /// Its kind, a word.
        kind: String,
        /// What and where, for people.
        text: String,
    },
}

/// When a timer rings, ns from now by the node's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// Then.
    Exactly(u64),
    /// Drawn evenly between the two by the engine, at an address.
    Between(u64, u64),
}

/// What a node stores: parts that are left out have not changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The ballot that it has promised, as its code writes it.
    pub promised: Option<Body>,
    /// Its vote: ballot and value, or null.
    pub accepted: Option<Body>,
    /// What its learner knows.
    pub learned: Option<Body>,
    /// Its round counter.
    pub counter: Option<u64>,
}

/// All that a step has to say, in the order in which it is to happen, each at a node: that of the input, but for a run's
/// beginning.
pub type Effects = Vec<(NodeId, Effect)>;

/// What is asked of nodes: one thing in one of their lanes, which are runs that go on side by side.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// A run begins.
    Reset(&'a Begin),
    /// Something happens.
    Step(&'a Input),
    /// The run is over.
    End,
}

/// A cluster of somebody's nodes, in some lanes: each goes through one run at a time.
pub trait Cluster: Send {
    /// How many lanes it has, at least one.
    fn lanes(&self) -> u16;
    /// Asks something in each of these lanes; the answers take the places of the questions.
    ///
    /// # Errors
    /// When it cannot answer. It is over then.
    fn ask(&mut self, asks: &[(u16, Ask<'_>)], answers: &mut Vec<Effects>) -> Result<(), Trouble>;
    /// Nothing more will be asked.
    ///
    /// # Errors
    /// When it has said more than it was asked for.
    fn close(&mut self) -> Result<(), Trouble> {
        Ok(())
    }
    /// The last question in this lane and its answer, as lines, if it keeps them.
    fn last_step(&self, _lane: u16) -> Option<(String, String)> {
        None
    }
    /// What it answered last in this lane makes no sense, in these words.
    fn blame(&self, lane: u16, what: String) -> Trouble;
}

/// Nodes of this process as a cluster, a value for each lane.
#[derive(Debug)]
pub struct Local<N>(pub Vec<N>);

impl<N: Nodes> Cluster for Local<N> {
    fn lanes(&self) -> u16 {
        u16::try_from(self.0.len()).unwrap_or(u16::MAX)
    }

    fn ask(&mut self, asks: &[(u16, Ask<'_>)], answers: &mut Vec<Effects>) -> Result<(), Trouble> {
        answers.clear();
        for (lane, ask) in asks {
            let mut effects = Effects::new();
            match (self.0.get_mut(usize::from(*lane)), ask) {
                (Some(nodes), Ask::Reset(begin)) => nodes.reset(begin, &mut effects),
                (Some(nodes), Ask::Step(input)) => nodes.step(input, &mut effects),
                (Some(_), Ask::End) | (None, _) => {}
            }
            answers.push(effects);
        }
        Ok(())
    }

    fn blame(&self, _lane: u16, what: String) -> Trouble {
        Wrong::Senseless(what).into()
    }
}

/// A cluster of somebody's nodes in this process, for one run at a time.
///
/// `synod` runs it as it runs one that is behind a pipe; the value is reused from run to run.
pub trait Nodes: Send {
    /// Begins a run; nothing of an earlier one may remain.
    fn reset(&mut self, begin: &Begin, out: &mut Effects);
    /// One thing happens at one node.
    fn step(&mut self, input: &Input, out: &mut Effects);
}
