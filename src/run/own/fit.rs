//! Whether the file of somebody's nodes fits their program, as far as a run shows it.
//!
//! A row of `[map]` that names the wrong message makes a sound program look as if it broke every rule. So a run that shows such a
//! row is held against nobody: it ends, with the place in the file. What is taken for a sign is what no program does whose rows are
//! right, or what is said of both. Absent on purpose: places in a message where nothing stands (`map`), and tables of the file that
//! are too short for the scenario, which is seen before any run.

use crate::own::map::Misfit;
use crate::own::{Body, Map, Trouble, What, Wrong};
use crate::text::shown;
use crate::trace::{BallotId, Kind, Message, NodeId};

use super::engine::Run;

/// Promises and votes: what is asked for, the row that asks, the row that says yes.
const ROWS: [(&str, &str, &str); 2] = [("promise", "prepare", "promise"), ("vote", "accept", "accepted")];

/// What a run has shown of the rows of its mapping. Of two things the first is about promises, the second about votes.
#[derive(Debug, Default)]
pub(super) struct Fit {
    /// Whether a message was what this row names that asks.
    asked: [bool; 2],
    /// Whether an answer of a node that stored what it was asked for was taken for this yes.
    said_yes: [bool; 2],
    /// What a node answered that had stored what it was asked for, and was taken for no yes.
    unheard: [Option<(NodeId, String)>; 2],
    /// What a node was told that no row names, and stored it.
    unnamed: [Option<(NodeId, String)>; 2],
    /// Whether it was stored at a prepare, at an accept.
    stored_at: [[bool; 2]; 2],
    /// What the step that is going on has stored.
    stores: [bool; 2],
    /// What a client's call has ended in that was no answer, and the last error that no handler caught.
    raised: Option<(NodeId, String)>,
    uncaught: String,
    /// The nodes whose program has ended at the run's beginning, and what it said.
    ended: Vec<(NodeId, String)>,
    /// What is wrong.
    found: Option<Wrong>,
}

impl Run<'_> {
    /// A step begins.
    pub(super) fn begin_step(&mut self) {
        self.fit.stores = [false; 2];
    }

    /// A node has sent a message that means this, or nothing that is known.
    pub(super) fn note_kind(&mut self, kind: Kind) {
        match kind {
            Kind::Prepare => self.fit.asked[0] = true,
            Kind::Accept => self.fit.asked[1] = true,
            _ => {}
        }
    }

    /// A node stores something new: a promise (0) or a vote (1).
    pub(super) fn note_stored(&mut self, node: NodeId, what: usize) {
        self.fit.stores[what] = true;
        match self.activation.heard {
            Some(Kind::Prepare) => self.fit.stored_at[what][0] = true,
            Some(Kind::Accept) => self.fit.stored_at[what][1] = true,
            Some(Kind::Other) if self.fit.unnamed[what].is_none() => {
                if let What::Message { body, .. } | What::Request { body, .. } = &self.input.what {
                    self.fit.unnamed[what] = Some((node, shown(&body.to_string())));
                }
            }
            _ => {}
        }
    }

    /// A node answers a request of this kind in the step in which it has heard it, by what means this.
    pub(super) fn note_answer(&mut self, node: NodeId, asked: Kind, said: Kind, body: &Body) {
        let (what, yes) = match asked {
            Kind::Prepare => (0, Kind::Promise),
            Kind::Accept => (1, Kind::Accepted),
            _ => return,
        };
        if self.fit.stores[what] && said == yes {
            self.fit.said_yes[what] = true;
        } else if self.fit.stores[what] && self.fit.unheard[what].is_none() {
            self.fit.unheard[what] = Some((node, shown(&body.to_string())));
        }
    }

    /// A node sends a message that means this; perhaps it answers what it has just heard.
    pub(super) fn note_sent(&mut self, node: NodeId, to: NodeId, kind: Kind, body: &Body) {
        if let (Some(asked), What::Message { from, .. } | What::Request { from, .. }) =
            (self.activation.heard, &self.input.what)
            && *from == to
        {
            self.note_answer(node, asked, kind, body);
        }
    }

    /// Something that a node's kit says of it.
    ///
    /// # Errors
    /// If nobody is where it calls: then the file does not say who is.
    pub(super) fn hazard(&mut self, node: NodeId, kind: String, text: String) -> Result<(), String> {
        if kind == "address" {
            let why = format!(
                "node {node} calls an address that is no node's: {}; give `addresses` what the program calls, node by node",
                // What the kit knows is in the file, at the place that is named.
                shown(text.split(": [python]").next().unwrap_or_default())
            );
            return self.unfit(&["python", "addresses"], &why);
        }
        if kind == "uncaught" {
            self.fit.uncaught.clone_from(&text);
        }
        let begins = self.activation.boots && self.lives[usize::from(node)] == 0;
        if begins && (kind == "uncaught" && text.ends_with("(MainThread)") || kind == "refused") {
            self.fit.ended.push((node, text.clone()));
        }
        self.note(node, Some(kind), text);
        Ok(())
    }

    /// A client's call has ended in an error.
    pub(super) fn note_raised(&mut self, node: NodeId, text: &str) {
        self.fit.raised.get_or_insert_with(|| (node, text.to_owned()));
    }

    /// Looks whether a promise reports the vote that its node has stored in another place than that which the file names: else it
    /// would look as if it kept the vote to itself.
    ///
    /// # Errors
    /// If it does.
    pub(super) fn look_for_vote(
        &mut self,
        node: NodeId,
        message: &Message,
        body: &Body,
    ) -> Result<(), String> {
        let (Kind::Promise, BallotId::NONE) = (message.kind, message.about) else { return Ok(()) };
        let Some(vote) = self.known[usize::from(node)].vote else { return Ok(()) };
        let Some(place) = self.map.vote_elsewhere(body, vote) else { return Ok(()) };
        let why = format!(
            "nothing stands at `about` in a promise of node {node}, which has voted, and the ballot of that vote stands at {place}: \
             {}; write about = {place}",
            shown(&body.to_string())
        );
        self.unfit(&["map", "promise", "about"], &why)
    }

    /// What the file says at these keys does not fit.
    ///
    /// # Errors
    /// Always, with that.
    pub(super) fn unfit(&mut self, path: &[&str], why: &str) -> Result<(), String> {
        let text = self.map.misplaced(path, why);
        self.fit.found = Some(Wrong::Unfit(text.clone()));
        Err(text)
    }

    /// What a node stores is not what the file says that it is.
    ///
    /// # Errors
    /// Always, with that.
    pub(super) fn unfit_state(&mut self, why: &Misfit) -> Result<(), String> {
        let text =
            format!("{why}; watch what is one, or say by `ballot` under [map] how ballots are written");
        self.unfit(why.path(), &text)
    }

    /// Looks at a step that is over.
    ///
    /// # Errors
    /// What the file says and the program does, if the two do not fit; or why the program does not begin.
    pub(super) fn look_at_step(&mut self) -> Result<(), String> {
        if let Some(misfit) = self.map.take_misfit() {
            return self.unfit(misfit.path(), &misfit.to_string());
        }
        let ended = std::mem::take(&mut self.fit.ended);
        let Some((node, text)) = ended.first() else { return Ok(()) };
        let nodes = self.plan.nodes();
        if ended.len() < usize::from(nodes) {
            let why = format!(
                "the program begins on some of the {nodes} nodes of the scenario and not on node {node} ({}); let its own \
                 tables and those of [python] have all {nodes}, or take a scenario with as many nodes as it is written for",
                shown(text)
            );
            return self.unfit(&["python", "addresses"], &why);
        }
        self.fit.found = Some(Wrong::Unbegun(text.clone()));
        Err(text.clone())
    }

    /// Looks at a run that is over: what is wrong with the file's rows, if they do not name what the nodes say.
    pub fn misread(&mut self) -> Option<Wrong> {
        let fit = std::mem::take(&mut self.fit);
        if let [[false, true], [true, false]] = fit.stored_at {
            let why = "nodes store votes at what `prepare` names, and promises alone at what `accept` names; exchange the two";
            return Some(Wrong::Unfit(self.map.misplaced(&["map", "prepare"], why)));
        }
        // A server that does not know a call may die of it, and says so when the call has ended.
        let raised = fit.raised.as_ref().map(|(node, text)| (node, format!("{text}; {}", fit.uncaught)));
        if let (false, Some((node, text)), Some(call)) = (fit.asked[0], &raised, self.map.client_calls())
            && ['\'', '"', '`'].iter().any(|quote| text.contains(&format!("{quote}{call}{quote}")))
        {
            let why = format!(
                "clients call {}, which the program of node {node} does not know ({}); name the function that a client calls",
                shown(call),
                shown(text)
            );
            return Some(Wrong::Unfit(self.map.misplaced(&["map", "submit", "call"], &why)));
        }
        // Of no message anything is said: nothing can be wrong with it.
        if !self.map.names_requests() {
            return None;
        }
        for (what, (stored, asks, yes)) in ROWS.into_iter().enumerate() {
            if let (false, Some((node, body))) = (fit.asked[what], &fit.unnamed[what]) {
                let why = format!(
                    "no message of the run is what `{asks}` names, and node {node} stored a {stored} when it was told {body}; \
                     name in `{asks}` the message that asks for a {stored}"
                );
                let path = self.map.name_of(asks);
                return Some(Wrong::Unfit(self.map.misplaced(&path, &why)));
            }
            if let (false, Some((node, body))) = (fit.said_yes[what], &fit.unheard[what]) {
                let why = format!(
                    "no answer of the run is what `{yes}` names, and node {node} stored a {stored} and answered {body}; say in \
                     `{yes}` how such an answer is known, or let the program store nothing that it refuses"
                );
                let path = self.map.name_of(yes);
                return Some(Wrong::Unfit(self.map.misplaced(&path, &why)));
            }
        }
        None
    }

    /// The same trouble, for what is really wrong.
    pub fn judged(&mut self, trouble: Trouble) -> Trouble {
        match self.fit.found.take() {
            Some(what) => Trouble { what, ..trouble },
            None => trouble,
        }
    }
}

/// What the map is asked for here.
impl Map {
    /// Where a row says which message it names.
    fn name_of(&self, row: &'static str) -> [&'static str; 3] {
        let key = match (row, self.names_call(row)) {
            ("promise" | "accepted", true) => "where",
            (_, true) => "call",
            (_, false) => "type",
        };
        ["map", row, key]
    }
}
