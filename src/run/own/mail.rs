//! What becomes of the messages of somebody's nodes: named, sent, delayed, lost, copied, delivered; and of calls that wait.

use crate::sim::{Course, Departure, NEVER, Reach, Slot, Way, later};
use crate::trace::{BallotId, Event, Failure, Kind, Loss, Message, MessageId, NodeId};

use super::address::Spot;
use super::agenda::{Ending, Entry};
use super::book::Owner;
use super::engine::{Activation, Local, Run, Todo};
use super::parcel::{Freight, Parcel, Request};
use crate::own::{Body, CallError, What};

impl Run<'_> {
    /// A message enters the network and meets its fate.
    pub(super) fn send(&mut self, parcel: Parcel) {
        let (from, to, message) = (parcel.from, parcel.to, parcel.message);
        if parcel.freight.is_asked() && self.plan.is_unreachable(to, self.now) {
            self.emit(Event::Sent { message, delay_ns: 0, lost: true });
            if let Freight::Request(request) = parcel.freight {
                let Request { caller, call, .. } = self.requests[request as usize];
                self.ready.push_back(Todo::EndCall(caller, call, Ending::Refused));
            }
            return;
        }
        let way = Way { from, to, homes: (from, to) };
        let kind = if message.kind == Kind::Other { Kind::Announce } else { message.kind };
        let course = self.plan.course(self.now, kind, from, to);
        let drawn = course.fate.of(self.draws.fate(parcel.spot));
        let (fate, copy_ns) = self.deviant.fate_of(message.id, drawn);
        let Departure { delay_ns, lost, cut } = self.net.depart(self.now, way, course.keeps_order, fate);
        self.emit(Event::Sent { message, delay_ns, lost });
        if lost {
            if !cut && !parcel.of_copy {
                self.lose(&parcel, delay_ns);
            }
            return;
        }
        self.schedule(parcel.clone(), delay_ns);
        if let Some(copy_ns) = copy_ns {
            self.add_copy(parcel, copy_ns);
        } else if course.duplicate > 0 && !parcel.of_copy {
            self.double(parcel, way, &course);
        }
    }

    /// The network may make a second copy. Copies are not copied again, nor are the answers to them.
    fn double(&mut self, parcel: Parcel, way: Way, course: &Course) {
        let word = self.draws.copy(parcel.spot);
        if let Some(delay_ns) = self.net.double(self.now, way, course, word) {
            self.add_copy(parcel, delay_ns);
        }
    }

    /// A second copy is under way, which takes this long.
    fn add_copy(&mut self, parcel: Parcel, delay_ns: u64) {
        self.emit(Event::Duplicated { message: parcel.message, delay_ns });
        self.schedule(Parcel { is_copy: true, of_copy: true, ..parcel }, delay_ns);
    }

    fn schedule(&mut self, parcel: Parcel, delay_ns: u64) {
        let tie = self.tie_of(parcel.spot);
        let parcel = self.parcels.insert(parcel);
        self.agenda.add(later(self.now, delay_ns), tie, Entry::Arrival(parcel));
    }

    fn tie_of(&mut self, spot: Spot) -> u64 {
        if self.plan.fifo_ties() { 0 } else { self.draws.tie(spot) }
    }

    /// A blocking caller learns of a loss when the message would have arrived.
    fn lose(&mut self, parcel: &Parcel, delay_ns: u64) {
        let request = match parcel.freight {
            Freight::OneWay => return,
            Freight::Request(request) | Freight::Reply(request) | Freight::Raised(request) => request,
        };
        let Request { caller, call, .. } = self.requests[request as usize];
        let tie = self.tie_of(parcel.spot);
        self.agenda.add(later(self.now, delay_ns), tie, Entry::CallEnds(caller, call, Ending::Lost));
    }

    /// A message reaches the end of its link; whether a node is to be told.
    pub(super) fn arrive(&mut self, at: u32) -> bool {
        self.count();
        let Some(parcel) = self.parcels.get(at) else { return false };
        let way = Way { from: parcel.from, to: parcel.to, homes: (parcel.from, parcel.to) };
        if self.net.cuts.is_cut(way.from, way.to) {
            self.drop_parcel(at, Loss::Cut);
            return false;
        }
        self.meet(at, way.to)
    }

    /// A message meets its node.
    fn meet(&mut self, at: u32, node: NodeId) -> bool {
        let Some(parcel) = self.parcels.get(at) else { return false };
        let (spot, message) = (parcel.spot, parcel.message);
        let (draws, plan) = (&mut self.draws, self.plan);
        let service_ns = |service: u16| {
            plan.faults().services[usize::from(service)].sample((draws.service(spot) >> 32) as u32)
        };
        match self.net.meet(self.now, node, at, service_ns) {
            Reach::Handled => return self.deliver(at),
            Reach::Cut => self.drop_parcel(at, Loss::Cut),
            Reach::Down => self.drop_parcel(at, Loss::Down),
            Reach::Held => self.emit(Event::Queued { message }),
            Reach::Served(done) => {
                self.emit(Event::Queued { message });
                let tie = self.tie_of(spot);
                self.agenda.add(done, tie, Entry::Served(node, self.lives[usize::from(node)]));
            }
        }
        false
    }

    pub(super) fn on_served(&mut self, node: NodeId, life: u32) -> bool {
        self.count();
        if self.lives[usize::from(node)] != life {
            return false;
        }
        self.net.served(node).is_some_and(|parcel| self.deliver(parcel))
    }

    /// A message that was under way is lost after all.
    pub(super) fn drop_parcel(&mut self, at: u32, why: Loss) {
        let Some(parcel) = self.parcels.take(at) else { return };
        self.emit(Event::Dropped { message: parcel.message, why, copy: parcel.is_copy });
        if why == Loss::Down
            && !parcel.of_copy
            && let Freight::Request(request) = parcel.freight
        {
            let Request { caller, call, .. } = self.requests[request as usize];
            self.ready.push_back(Todo::EndCall(caller, call, Ending::Refused));
        }
    }

    /// The next thing that waits at a node that goes on; and what comes after it comes next.
    pub(super) fn release(&mut self, node: NodeId) -> bool {
        let Some(next) = self.net.release(node) else { return false };
        self.ready.push_front(Todo::Release(node));
        match next {
            crate::sim::Held::Message(parcel) => self.meet(parcel, node),
            crate::sim::Held::Local(Local::Submit(owner)) => self.submit(owner),
            crate::sim::Held::Local(Local::Read(read)) => self.look(read),
            crate::sim::Held::Local(Local::CallEnds(call, why)) => self.end_call(node, call, why),
            crate::sim::Held::Local(Local::Timer(timer)) => self.ring_now(node, timer),
        }
    }

    /// A message is handled by its node, unless it is kept back; and after it those that were.
    fn deliver(&mut self, at: u32) -> bool {
        if self.deviant.is_idle() {
            return self.handle(at);
        }
        let Some(parcel) = self.parcels.get(at) else { return false };
        let (node, id) = (parcel.to, parcel.message.id);
        if self.deviant.keeps_back(node, id, at) {
            return false;
        }
        self.ready.push_front(Todo::Overtaken(node));
        self.handle(at)
    }

    /// The next message that was late at this node is handled; and after it the one after.
    pub(super) fn handle_late(&mut self, node: NodeId) -> bool {
        let Some(late) = self.deviant.let_go(node) else { return false };
        self.ready.push_front(Todo::Overtaken(node));
        self.handle(late)
    }

    /// Nothing else is left to happen until then: a message that was late arrives. False if there is none.
    pub(super) fn deliver_late(&mut self, next_at: u64) -> bool {
        let Some(at) = self.deviant.take_overdue() else { return false };
        let Some(parcel) = self.parcels.get(at) else { return false };
        let tie = self.tie_of(parcel.spot);
        let when = if next_at == NEVER { self.now } else { next_at };
        self.agenda.add(when, tie, Entry::Arrival(at));
        true
    }

    fn handle(&mut self, at: u32) -> bool {
        let Some(parcel) = self.parcels.take(at) else { return false };
        let Parcel { from, to, body, freight, message, of_copy, is_copy, .. } = parcel;
        if self.is_waited_for(&freight) {
            self.emit(Event::Delivered { message });
        } else {
            self.emit_unheard(Event::Delivered { message });
        }
        let why = self.why(&message);
        let heard = matches!(freight, Freight::OneWay | Freight::Request(_)).then_some(message.kind);
        let activation = Activation { of_copy, why, phase: message.id.phase, heard, ..Activation::default() };
        let cause = cause(&message);
        match freight {
            Freight::OneWay => {
                let owner = self.hear(&message, to);
                let activation = Activation { owner, ..activation };
                self.tell(to, cause, What::Message { from, body }, activation)
            }
            Freight::Request(first) => {
                let id = if is_copy { self.copy_request(first) } else { first };
                self.requests[id as usize].is_handled = true;
                self.tell(to, cause, What::Request { id, from, body }, activation)
            }
            Freight::Raised(request) => {
                let Request { caller, call, .. } = self.requests[request as usize];
                let text = body.as_str().unwrap_or_default().to_owned();
                self.fail_call(caller, call, CallError::Raised(text))
            }
            Freight::Reply(request) => {
                let Request { caller, call, .. } = self.requests[request as usize];
                // A caller that has hung up hears nothing more.
                let Some(open) = self.calls.remove(&(caller, call)) else { return false };
                self.hear(&message, to);
                let activation = Activation { owner: open.owner, ..activation };
                self.tell(to, cause, What::Reply { call, body }, activation)
            }
        }
    }

    /// Whether there is anybody to hear this: a caller that has its answer, or has hung up, hears no other.
    fn is_waited_for(&self, freight: &Freight) -> bool {
        let &Freight::Reply(request) = freight else { return true };
        let Request { caller, call, .. } = self.requests[request as usize];
        self.calls.contains_key(&(caller, call))
    }

    /// A request of which a second copy arrives has a second number.
    fn copy_request(&mut self, first: u64) -> u64 {
        let copy = Request { of_copy: true, is_answered: false, ..self.requests[first as usize] };
        self.requests.push(copy);
        self.requests.len() as u64 - 1
    }

    /// The attempt that an answer belongs to takes note of it; on whose behalf the node that hears it goes on.
    fn hear(&mut self, message: &Message, at: NodeId) -> Option<Owner> {
        if !matches!(message.kind, Kind::Promise | Kind::Accepted | Kind::Reject) || message.id.phase > 2 {
            return None;
        }
        let MessageId { proposer, node, phase, .. } = message.id;
        let own = message.about == message.ballot;
        if message.kind != Kind::Reject || !own {
            self.book.hear(proposer, message.ballot, node, message.kind, phase);
        }
        let attempt = self.book.of(proposer, message.ballot)?;
        (self.plan.node_of(proposer) == at).then_some(attempt.owner)
    }

    /// What a message says of why an attempt ends at it.
    fn why(&self, message: &Message) -> Option<Failure> {
        match message.kind {
            Kind::Reject if message.about == message.ballot => Some(Failure::OwnBallot),
            Kind::Reject => Some(Failure::Rejected),
            Kind::Prepare | Kind::Accept => Some(Failure::LocallyPreempted),
            Kind::Promise | Kind::Accepted | Kind::Announce | Kind::Other => None,
        }
    }

    /// A call ends with an error, if its caller still waits; whether a node is to be told.
    pub(super) fn end_call(&mut self, node: NodeId, call: u64, why: Ending) -> bool {
        if !self.calls.contains_key(&(node, call)) {
            return false;
        }
        if self.net.conditions.is_down(node) {
            return false;
        }
        if self.net.conditions.is_paused(node) {
            self.net.hold(node, Local::CallEnds(call, why));
            return false;
        }
        let why = match why {
            Ending::Refused => CallError::Refused,
            Ending::Lost => CallError::Lost,
            Ending::Timeout => CallError::Timeout,
            Ending::Reset => CallError::Reset,
        };
        self.fail_call(node, call, why)
    }

    /// A caller that still waits has an error in place of an answer; whether it is to be told.
    fn fail_call(&mut self, node: NodeId, call: u64, why: CallError) -> bool {
        let Some(open) = self.calls.remove(&(node, call)) else { return false };
        let Message { id, kind, ballot, .. } = self.requests[open.request as usize].message;
        let MessageId { proposer, phase, .. } = id;
        if kind != Kind::Other && self.book.waits(proposer, ballot, phase) {
            self.emit(Event::CallFailed { proposer: id.proposer, node: id.node, phase: id.phase });
        }
        let failure = (why == CallError::Timeout).then_some(Failure::TimedOut);
        let activation = Activation { owner: open.owner, why: failure, ..Activation::default() };
        let cause = format!("failed.{call}");
        self.tell(node, cause, What::Failed { call, why }, activation)
    }

    /// The name and the place of what a node sends unasked: a request of a ballot, an announcement, an answer on its own way,
    /// or something of which only the type is known.
    pub(super) fn name(&mut self, from: NodeId, to: NodeId, body: &Body) -> (Message, Spot) {
        let Some(meaning) = self.map.message(body) else { return self.unknown(from, to, body) };
        self.note_kind(meaning.kind);
        let is_answer = matches!(meaning.kind, Kind::Promise | Kind::Accepted | Kind::Reject);
        let found = if is_answer {
            let plan = self.plan;
            let attempt = self.book.in_ballot(meaning.ballot, |p| plan.node_of(p) == to);
            attempt.map(|it| (it.owner.proposer, it.number))
        } else {
            self.asked_by(from, &meaning)
        };
        let Some((proposer, attempt)) = found else { return self.unknown(from, to, body) };
        let meaning = self.with_reason(from, meaning);
        // Where it does not say, it answers what has just been asked.
        let phase = meaning.phase.unwrap_or_else(|| self.activation.phase.clamp(1, 2));
        if from == to && !is_answer {
            self.book.ask_itself(proposer, meaning.ballot);
        }
        let node = if is_answer { from } else { to };
        let id = MessageId { proposer, attempt, phase, node, reply: is_answer };
        let message = Message {
            id,
            kind: meaning.kind,
            ballot: meaning.ballot,
            about: meaning.about,
            value: meaning.value,
        };
        let spot =
            if is_answer && self.activation.of_copy { Spot::OfCopy(id) } else { self.draws.mapped(id) };
        (message, spot)
    }

    pub(super) fn unknown(&mut self, from: NodeId, to: NodeId, body: &Body) -> (Message, Spot) {
        let spot = self.draws.foreign(from, to, self.map.other(body));
        let id = match spot {
            Spot::Foreign(id, _) | Spot::Mapped(id, _) | Spot::OfCopy(id) => id,
        };
        (Message { id, kind: Kind::Other, ..Message::default() }, spot)
    }

    /// The proposer and attempt that ask in a ballot; a ballot that was not seen before begins here.
    fn asked_by(&mut self, from: NodeId, meaning: &crate::own::Meaning) -> Option<(u8, u32)> {
        let plan = self.plan;
        let owner = self.owner_at(from);
        let known = owner.and_then(|owner| self.book.of(owner.proposer, meaning.ballot));
        let known = known.or_else(|| match owner {
            Some(_) => None,
            None => self.book.in_ballot(meaning.ballot, |p| plan.node_of(p) == from),
        });
        let found = known.map(|it| (it.owner.proposer, it.number));
        let (proposer, attempt) = match (found, owner) {
            (Some(found), _) => found,
            (None, Some(owner)) if meaning.kind != Kind::Announce => {
                self.start(owner, meaning.ballot);
                (owner.proposer, self.book.number(owner.proposer))
            }
            // What was learned is told under the ballot that it was learned in, or under the last one.
            (None, Some(owner)) => (owner.proposer, self.book.number(owner.proposer).max(1)),
            (None, None) => return None,
        };
        if let (Kind::Accept, Some(value)) = (meaning.kind, meaning.value)
            && let Some(event) = self.book.propose(proposer, meaning.ballot, value)
        {
            self.emit(event);
        }
        if let (Kind::Announce, Some(value)) = (meaning.kind, meaning.value) {
            self.learn(proposer, value);
            self.answer_later(from, value);
        }
        Some((proposer, attempt))
    }

    /// A proposer has learned a value, as the first that is said of it shows.
    pub(super) fn learn(&mut self, proposer: u8, value: u16) {
        if let Some(event) = self.book.learn(proposer, value) {
            self.emit(event);
        }
    }

    /// An attempt begins in a ballot; if another one of its submission is still under way, that has failed.
    pub(super) fn start(&mut self, owner: Owner, ballot: BallotId) {
        self.submit_now(owner.proposer);
        self.fail(owner);
        let event = self.book.begin(owner, ballot);
        self.emit(event);
    }

    /// What a submission has under way ends without success, if anything is.
    pub(super) fn fail(&mut self, owner: Owner) {
        let node = self.plan.node_of(owner.proposer);
        let promised = self.known[usize::from(node)].promised.unwrap_or(BallotId::NONE);
        if let Some(event) = self.book.fail(owner, self.activation.why, (node, promised)) {
            self.emit(event);
        }
    }

    /// On whose behalf a node acts: that of its activation, or of the one client that it still works for.
    pub(super) fn owner_at(&self, node: NodeId) -> Option<Owner> {
        if self.activation.owner.is_some() {
            return self.activation.owner;
        }
        let clients = &self.monitor.outcome().clients;
        let mut at_node =
            clients.iter().filter(|it| self.plan.node_of(it.proposer) == node && it.answer.is_none());
        let owner = |it: &crate::check::Client| Owner { proposer: it.proposer, submission: it.submission };
        let first = at_node.next().map(owner);
        if at_node.next().is_some() { None } else { first }
    }

    /// When a wait of a node that begins now is over.
    pub(super) fn ends_at(&self, node: NodeId, wait_ns: u64) -> u64 {
        later(self.now, self.net.conditions.stretched(node, wait_ns))
    }

    /// The tie key of a timer of this owner.
    pub(super) fn timer_tie(&mut self, owner: Owner) -> u64 {
        let attempt = self.book.number(owner.proposer).max(1);
        self.tie_of_attempt(owner.proposer, attempt, Slot::TIMER_TIE)
    }
}

impl Freight {
    /// Whether a node sends it unasked.
    fn is_asked(self) -> bool {
        !matches!(self, Freight::Reply(_) | Freight::Raised(_))
    }
}

/// What people call the activation by a message.
fn cause(message: &Message) -> String {
    let MessageId { proposer, attempt, phase, node, reply } = message.id;
    let direction = if reply { '<' } else { '>' };
    format!("{proposer}.{attempt}.{phase}{direction}{node}")
}
