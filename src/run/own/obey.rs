//! What somebody's nodes want and tell, obeyed in the order in which they say it.

use crate::sim::{Sampler, Slot, later};
use crate::trace::{Event, Kind, Message, MessageId, NodeId};

use super::address::Spot;
use super::agenda::{Ending, Entry};
use super::book::Owner;
use super::engine::{Known, Run};
use super::parcel::{Call, Freight, NewTimer, Parcel, Request, Timer};
use crate::own::{After, Body, Effect, Effects, Meaning, Report};

/// Effects that a run may have: what happens by them is kept until the run is over.
const MOST_SAID: usize = 1 << 23;
/// Things that may be about to happen: messages under way, timers, calls.
const MOST_OPEN: usize = 1 << 18;
/// Bytes of memory that the bodies of messages under way may take.
const MOST_UNDER_WAY: usize = 1 << 28;

impl Run<'_> {
    /// Takes what the nodes answer to what they were told last.
    ///
    /// # Errors
    /// What a node may not say, for people: it answers what nobody asked, or calls a node that does not exist.
    pub fn obey(&mut self, effects: Effects) -> Result<(), String> {
        let before = self.ready.len();
        self.said += effects.len();
        if self.said > MOST_SAID {
            return Err(format!("has more than {MOST_SAID} effects in one run, which nobody would look at"));
        }
        for (node, effect) in effects {
            if self.stopped.is_some() {
                break;
            }
            self.obey_one(node, effect)?;
        }
        if self.agenda.len() + self.new_timers.len() > MOST_OPEN {
            return Err(format!("has more than {MOST_OPEN} messages, calls and timers open at once"));
        }
        if self.parcels.weight() > MOST_UNDER_WAY {
            let most = MOST_UNDER_WAY >> 20;
            return Err(format!("has messages under way that take more than {most} MiB of memory"));
        }
        // What follows from this step at once goes before what was waiting.
        self.ready.rotate_left(before);
        self.schedule_timers();
        self.look_at_step()
    }

    /// Schedules the timers of the step that is over.
    fn schedule_timers(&mut self) {
        for new in std::mem::take(&mut self.new_timers) {
            let Some(&timer) = self.timers.get(&(new.node, new.id)) else { continue };
            let tie = match timer.owner {
                _ if self.plan.fifo_ties() => 0,
                Some(owner) if timer.is_start => self.tie_of_attempt(owner.proposer, 1, Slot::START_TIE),
                Some(owner) => self.timer_tie(owner),
                None => new.tie,
            };
            self.agenda.add_numbered(new.at, (tie, new.number), Entry::Timer(new.node, new.id));
        }
    }

    fn obey_one(&mut self, node: NodeId, effect: Effect) -> Result<(), String> {
        match effect {
            Effect::Send { to, body } => {
                self.known_node(to)?;
                let (message, spot) = self.name(node, to, &body);
                self.rests_on_state(node, &message)?;
                self.note_sent(node, to, message.kind, &body);
                self.look_for_vote(node, &message, &body)?;
                let of_copy = matches!(spot, Spot::OfCopy(_));
                self.send(Parcel {
                    from: node,
                    to,
                    body,
                    freight: Freight::OneWay,
                    message,
                    spot,
                    is_copy: false,
                    of_copy,
                });
            }
            Effect::Call { id, to, body, timeout_ns } => self.call(node, id, to, body, timeout_ns)?,
            Effect::Answer { request, body } => self.answer(node, request, body)?,
            Effect::Raise { request, text } => self.raise(node, request, text)?,
            Effect::Timer { id, after, name } => self.set_timer(node, id, after, name.as_deref()),
            Effect::Cancel { id } => {
                self.timers.remove(&(node, id));
            }
            Effect::State(report) => self.store(node, &report)?,
            Effect::Told { submission, answer } => self.told(node, submission, &answer)?,
            Effect::Value { body, .. } => {
                let value = self.map.learned(&body);
                self.emit(Event::Read { node, value });
            }
            Effect::Log(text) => self.note(node, None, text),
            Effect::Hazard { kind, text } => self.hazard(node, kind, text)?,
        }
        Ok(())
    }

    /// Refuses a yes of a node that has never said what it stores: its votes would be unknown, and whatever is said of them.
    fn rests_on_state(&self, node: NodeId, message: &Message) -> Result<(), String> {
        let is_yes = matches!(message.kind, Kind::Promise | Kind::Accepted);
        if !is_yes || self.known[usize::from(node)].is_said {
            return Ok(());
        }
        Err("says yes and has never said what it stores, so nobody would know its votes; report {\"state\": {\"promised\": …, \
             \"accepted\": …}} before the answer, or name the variables in `watch` under [python]"
            .to_owned())
    }

    fn known_node(&self, node: NodeId) -> Result<(), String> {
        if (1..=self.plan.nodes()).contains(&node) {
            return Ok(());
        }
        Err(format!("sends to node {node}, and there are nodes 1 to {}", self.plan.nodes()))
    }

    fn call(
        &mut self,
        node: NodeId,
        id: u64,
        to: NodeId,
        body: Body,
        timeout_ns: Option<u64>,
    ) -> Result<(), String> {
        self.known_node(to)?;
        if self.calls.contains_key(&(node, id)) {
            return Err(format!(
                "makes a second call {id} while the first is open: each has a number of its own"
            ));
        }
        let (message, spot) = self.name(node, to, &body);
        let number = self.requests.len() as u64;
        let of_copy = matches!(spot, Spot::OfCopy(_));
        self.requests.push(Request {
            caller: node,
            call: id,
            callee: to,
            message,
            of_copy,
            is_handled: false,
            is_answered: false,
        });
        let owner = self.owner_at(node);
        self.calls.insert((node, id), Call { request: number, owner });
        if let Some(timeout_ns) = timeout_ns {
            let tie = owner.map_or(0, |owner| self.timer_tie(owner));
            self.agenda.add(self.ends_at(node, timeout_ns), tie, Entry::CallEnds(node, id, Ending::Timeout));
        }
        let freight = Freight::Request(number);
        self.send(Parcel { from: node, to, body, freight, message, spot, is_copy: false, of_copy });
        Ok(())
    }

    /// The request that a node answers.
    fn asked(&mut self, node: NodeId, request: u64) -> Result<Request, String> {
        let asked = usize::try_from(request).ok().and_then(|at| self.requests.get_mut(at));
        match asked {
            Some(asked) if asked.callee == node && asked.is_handled && !asked.is_answered => {
                asked.is_answered = true;
                Ok(*asked)
            }
            Some(asked) if asked.callee == node && asked.is_answered => {
                Err(format!("answers request {request} a second time"))
            }
            _ => Err(format!("answers request {request}, which it does not have")),
        }
    }

    fn answer(&mut self, node: NodeId, request: u64, body: Body) -> Result<(), String> {
        let asked = self.asked(node, request)?;
        let Message { id, kind, ballot, about, value } = asked.message;
        let of = Meaning { kind, ballot, about, value, phase: Some(id.phase) };
        let id = MessageId { reply: true, ..id };
        let (message, spot) = match self.map.answer(&of, &body) {
            Some(meaning) => {
                let Meaning { kind, about, value, .. } = self.with_reason(node, meaning);
                let spot = if asked.of_copy { Spot::OfCopy(id) } else { self.draws.mapped(id) };
                (Message { id, kind, ballot, about, value }, spot)
            }
            None => {
                let spot = self.draws.foreign(node, asked.caller, self.map.other(&body));
                (Message { id, ..asked.message }, spot)
            }
        };
        self.rests_on_state(node, &message)?;
        self.note_answer(node, kind, message.kind, &body);
        self.look_for_vote(node, &message, &body)?;
        let (from, to, freight) = (node, asked.caller, Freight::Reply(request));
        self.send(Parcel { from, to, body, freight, message, spot, is_copy: false, of_copy: asked.of_copy });
        Ok(())
    }

    /// A rejection that has no place for a promise stands for the one that its node stores, as the built-in's says it; so it is
    /// not taken for a false one.
    pub(super) fn with_reason(&self, node: NodeId, meaning: Meaning) -> Meaning {
        if meaning.kind != Kind::Reject || self.map.rejections_say_why() {
            return meaning;
        }
        let promised = self.known[usize::from(node)].promised;
        Meaning { about: promised.unwrap_or(meaning.about), ..meaning }
    }

    /// An error of a handler travels as an answer does, says nothing that the map knows, and ends the call.
    fn raise(&mut self, node: NodeId, request: u64, text: String) -> Result<(), String> {
        let asked = self.asked(node, request)?;
        let body = Body::String(text);
        let (message, spot) = self.unknown(node, asked.caller, &body);
        let (from, to, freight) = (node, asked.caller, Freight::Raised(request));
        self.send(Parcel { from, to, body, freight, message, spot, is_copy: false, of_copy: asked.of_copy });
        Ok(())
    }

    fn set_timer(&mut self, node: NodeId, id: u64, after: After, name: Option<&str>) {
        let owner = self.owner_at(node);
        let retries = if name == Some("retry") { owner } else { None };
        let is_start = self.activation.is_start && owner.is_some_and(|it| self.waits_to_start(it));
        let is_drawn = matches!(after, After::Between(..));
        let (word, tie) = match retries {
            Some(Owner { proposer, .. }) => {
                let attempt = self.book.number(proposer).max(1);
                let word = self.draws.of_attempt(proposer, attempt, Slot::BACKOFF);
                (self.deviant.word(word), 0)
            }
            None if is_drawn || owner.is_none() => self.draws.of_timer(node),
            None => (0, 0),
        };
        let wait_ns = match after {
            After::Exactly(ns) => ns,
            After::Between(least, most) => {
                let width = most.saturating_sub(least);
                Sampler::Uniform { min: least, width }.sample((word >> 32) as u32)
            }
        };
        let mut at = self.ends_at(node, wait_ns);
        if let Some(owner) = retries {
            let attempt = self.book.number(owner.proposer);
            at = later(self.now, self.deviant.wait_of(owner.proposer, attempt, at - self.now));
            self.fail(owner);
            self.emit(Event::RetryAfter { proposer: owner.proposer, delay_ns: at - self.now });
        }
        if let Some(place) = name.and_then(|name| name.strip_prefix("hold-up ")) {
            let (whole, rest) = ((at - self.now) / 1_000_000, (at - self.now) % 1_000_000);
            self.note(node, Some("held-up".to_owned()), format!("{place}, for {whole}.{rest:06} ms"));
        }
        self.timers.insert((node, id), Timer { owner, is_start });
        let number = self.agenda.number();
        self.new_timers.push(NewTimer { node, id, at, number, tie });
    }

    fn waits_to_start(&self, owner: Owner) -> bool {
        self.to_be_submitted[usize::from(owner.proposer)] == Some(owner.submission)
    }

    /// What a node stores has changed, or is said again.
    fn store(&mut self, node: NodeId, report: &Report) -> Result<(), String> {
        let at = usize::from(node);
        let before = self.known[at].clone();
        let mut after = before.clone();
        if let Some(promised) = &report.promised {
            match self.map.promised(promised) {
                Ok(promised) => after.promised = promised,
                Err(why) => return self.unfit_state(&why),
            }
        }
        if let Some(accepted) = &report.accepted {
            match self.map.accepted(accepted) {
                Ok(vote) => after.vote = vote,
                Err(why) => return self.unfit_state(&why),
            }
        }
        if let Some(learned) = &report.learned {
            after.learned = self.map.learned(learned);
        }
        after.counter = report.counter.or(before.counter);
        after.is_said |= report.promised.is_some() || report.accepted.is_some();
        self.known[at] = after.clone();
        if !self.activation.boots {
            self.tell_changes(node, &before, &after);
        }
        Ok(())
    }

    fn tell_changes(&mut self, node: NodeId, before: &Known, after: &Known) {
        let owner = self.owner_at(node);
        if let Some(ballot) = after.promised.filter(|_| after.promised != before.promised) {
            if let Some(owner) = owner.filter(|_| self.activation.owner.is_some()) {
                let is_known = self.book.in_ballot(ballot, |_| true).is_some();
                if !is_known {
                    self.start(owner, ballot);
                }
                self.book.hear(owner.proposer, ballot, node, Kind::Promise, 1);
            }
            self.note_stored(node, 0);
            self.emit(Event::Promised { node, ballot });
        }
        if let Some((ballot, value)) = after.vote.filter(|_| after.vote != before.vote) {
            if let Some(owner) = owner.filter(|_| self.activation.owner.is_some()) {
                if let Some(event) = self.book.propose(owner.proposer, ballot, value) {
                    self.emit(event);
                }
                self.book.hear(owner.proposer, ballot, node, Kind::Accepted, 2);
            }
            self.note_stored(node, 1);
            self.emit(Event::Voted { node, ballot, value });
        }
        if let Some(value) = after.learned.filter(|_| after.learned != before.learned) {
            self.emit(Event::NodeLearned { node, value });
            self.answer_later(node, value);
        }
    }
}
