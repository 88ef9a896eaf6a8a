//! The built-in's roles behind the contract of own nodes: told what happens, they say what they want.
//!
//! So the whole way of a user's node can be held against runs of the engine.

use serde_json::{Value as Body, json};
use synod::own::{After, Begin, Effect, Effects, Input, Nodes, Report, What};
use synod::paxos::{
    Ballot, Effect as Asks, Node, NodeId, Phase, Proposer, Reply, Request, Rules, Transport, Value, Vote,
};
use synod::scenario::Scenario;
use synod::scenario::model::{OwnMessages, ReadReturns, Rejection, Retry};

/// A proposer with what its runtime keeps.
#[derive(Clone, Debug, Default)]
struct Seat {
    paxos: Proposer,
    current: Option<u16>,
    waiting: Vec<u16>,
    failures: u32,
    phase_timer: Option<u64>,
    attempt_timer: Option<u64>,
    retry_timer: Option<u64>,
    call: Option<u64>,
}

pub struct Builtin {
    scenario: Scenario,
    rules: Rules,
    /// By submission: its proposer.
    submissions: Vec<u8>,
    nodes: Vec<Node>,
    seats: Vec<Seat>,
    next_id: u64,
}

pub fn value(submission: u16) -> Body {
    json!(format!("value {submission}"))
}

/// What its messages mean.
pub const MAP: &str = r#"
    [node]
    run = "built-in"
    files = ["built-in"]

    [map]
    ballot = "pair"
    prepare = { type = "prepare", ballot = "/ballot" }
    accept = { type = "accept", ballot = "/ballot", value = "/value" }
    promise = { type = "promise", ballot = "/ballot", about = "/about", value = "/value" }
    accepted = { type = "accepted", ballot = "/ballot" }
    reject = { type = "reject", ballot = "/ballot", promised = "/about", phase = "/of" }
    learn = { type = "learn", ballot = "/ballot", value = "/value" }
    told = { success = 'SUCCEEDED (?<value>.*)$', failed = 'FAILED (?<phase>\d+) (?<count>\d+)' }
"#;

fn pair(ballot: Ballot) -> Body {
    if ballot == Ballot::NONE { Body::Null } else { json!([ballot.round(), ballot.node()]) }
}

fn body(kind: &str, ballot: Ballot, about: Ballot, of: Option<Value>) -> Body {
    json!({ "type": kind, "ballot": pair(ballot), "about": pair(about), "value": of.map(|v| value(v.0)) })
}

impl Builtin {
    pub fn new(scenario: &Scenario, rules: Rules, submissions: &[u8]) -> Builtin {
        let (scenario, submissions) = (scenario.clone(), submissions.to_vec());
        Builtin { scenario, rules, submissions, nodes: Vec::new(), seats: Vec::new(), next_id: 0 }
    }

    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    fn own_instant(&self) -> bool {
        self.scenario.protocol.own_messages == OwnMessages::Instant
    }

    fn serve(&mut self, node: NodeId, ballot: Ballot, request: Request, out: &mut Effects) -> Reply {
        let acceptor = &mut self.nodes[usize::from(node)].acceptor;
        let before = *acceptor;
        let reply = acceptor.on_request(ballot, request, &self.rules);
        let after = *acceptor;
        if before != after {
            let accepted = after.vote.value().map(|v| json!([pair(after.vote.ballot), value(v.0)]));
            let promised = Some(pair(after.promised));
            out.push((node, Effect::State(Report { promised, accepted, ..Report::default() })));
        }
        reply
    }

    fn submit(&mut self, submission: u16, out: &mut Effects) {
        let p = usize::from(self.submissions[usize::from(submission)]);
        if self.seats[p].current.is_some() {
            return self.seats[p].waiting.push(submission);
        }
        self.take_up(p, submission, out);
    }

    fn take_up(&mut self, p: usize, submission: u16, out: &mut Effects) {
        (self.seats[p].current, self.seats[p].failures) = (Some(submission), 0);
        self.attempt(p, out);
    }

    fn attempt(&mut self, p: usize, out: &mut Effects) {
        let home = self.seats[p].paxos.node;
        let own = Value(self.seats[p].current.unwrap());
        let ballot = self.nodes[usize::from(home)].next_ballot(home, self.seats[p].paxos.seen, &self.rules);
        let counter = Some(self.nodes[usize::from(home)].round);
        out.push((home, Effect::State(Report { counter, ..Report::default() })));
        self.forget(p, out);
        if let Some(timeout) = self.scenario.protocol.attempt_timeout {
            let id = self.timer(home, After::Exactly(timeout.ns()), None, out);
            self.seats[p].attempt_timer = Some(id);
        }
        let asks = self.seats[p].paxos.begin(own, ballot, &self.rules);
        self.apply(p, asks, out);
    }

    /// Takes back the timers of the attempt that is over.
    fn forget(&mut self, p: usize, out: &mut Effects) {
        let seat = &mut self.seats[p];
        for id in [seat.phase_timer.take(), seat.attempt_timer.take(), seat.retry_timer.take()]
            .into_iter()
            .flatten()
        {
            out.push((seat.paxos.node, Effect::Cancel { id }));
        }
    }

    fn timer(&mut self, node: NodeId, after: After, name: Option<&str>, out: &mut Effects) -> u64 {
        let id = self.id();
        out.push((node, Effect::Timer { id, after, name: name.map(str::to_owned) }));
        id
    }

    fn apply(&mut self, p: usize, mut asks: Asks, out: &mut Effects) {
        loop {
            asks = match asks {
                Asks::None => return,
                Asks::Broadcast(request) => self.broadcast(p, request, out),
                Asks::Call { node, request, opens } => self.call(p, node, request, opens, out),
                Asks::Succeeded(value) => self.succeed(p, value, out),
                Asks::Failed { phase, count, .. } => self.fail(p, phase, count, out),
            };
        }
    }

    fn open(&mut self, p: usize, out: &mut Effects) {
        let home = self.seats[p].paxos.node;
        if let Some(timeout) = self.scenario.protocol.phase_timeout {
            if let Some(id) = self.seats[p].phase_timer.take() {
                out.push((home, Effect::Cancel { id }));
            }
            let id = self.timer(home, After::Exactly(timeout.ns()), None, out);
            self.seats[p].phase_timer = Some(id);
        }
    }

    fn broadcast(&mut self, p: usize, request: Request, out: &mut Effects) -> Asks {
        self.open(p, out);
        let Proposer { node: own, ballot, .. } = self.seats[p].paxos;
        for to in (1..=self.rules.nodes).filter(|&to| to != own || !self.own_instant()) {
            out.push((own, Effect::Send { to, body: request_body(ballot, request) }));
        }
        if self.own_instant() { self.ask_own(p, request, out) } else { Asks::None }
    }

    fn call(&mut self, p: usize, node: NodeId, request: Request, opens: bool, out: &mut Effects) -> Asks {
        if opens {
            self.open(p, out);
        }
        let Proposer { node: own, ballot, .. } = self.seats[p].paxos;
        if node == own && self.own_instant() {
            self.seats[p].call = None;
            return self.ask_own(p, request, out);
        }
        let id = self.id();
        self.seats[p].call = Some(id);
        let timeout_ns = self.scenario.protocol.rpc_timeout.map(|t| t.ns());
        out.push((own, Effect::Call { id, to: node, body: request_body(ballot, request), timeout_ns }));
        Asks::None
    }

    fn ask_own(&mut self, p: usize, request: Request, out: &mut Effects) -> Asks {
        let Proposer { node: own, ballot, phase, .. } = self.seats[p].paxos;
        let reply = self.serve(own, ballot, request, out);
        if self.withholds(reply) {
            let Proposer { calling, phase, ballot, .. } = self.seats[p].paxos;
            return match self.rules.transport {
                Transport::Sequential => {
                    self.seats[p].paxos.on_call_failed(calling, phase, ballot, &self.rules)
                }
                Transport::Broadcast => Asks::None,
            };
        }
        let asks = self.seats[p].paxos.on_reply(own, phase, ballot, reply, &self.rules);
        if !self.preempts(reply) {
            return asks;
        }
        self.apply(p, asks, out);
        self.preempt(own, ballot, out);
        Asks::None
    }

    fn withholds(&self, reply: Reply) -> bool {
        self.scenario.protocol.rejection != Rejection::Nack && matches!(reply, Reply::Reject(_))
    }

    fn preempts(&self, reply: Reply) -> bool {
        self.scenario.protocol.local_preemption && !matches!(reply, Reply::Reject(_))
    }

    fn preempt(&mut self, node: NodeId, ballot: Ballot, out: &mut Effects) {
        for p in 0..self.seats.len() {
            if self.seats[p].paxos.node == node {
                let asks = self.seats[p].paxos.on_local_yes(ballot);
                self.apply(p, asks, out);
            }
        }
    }

    fn succeed(&mut self, p: usize, chosen: Value, out: &mut Effects) -> Asks {
        self.forget(p, out);
        let Proposer { node: own, ballot, .. } = self.seats[p].paxos;
        self.nodes[usize::from(own)].learner.on_announce(chosen);
        if self.scenario.protocol.announce {
            for to in (1..=self.rules.nodes).filter(|&to| to != own || !self.own_instant()) {
                out.push((own, Effect::Send { to, body: body("learn", ballot, Ballot::NONE, Some(chosen)) }));
            }
        }
        self.tell(p, json!(format!("SUCCEEDED value {}", chosen.0)), out);
        Asks::None
    }

    fn tell(&mut self, p: usize, answer: Body, out: &mut Effects) {
        let home = self.seats[p].paxos.node;
        let submission = u64::from(self.seats[p].current.take().unwrap());
        out.push((home, Effect::Told { submission, answer: Ok(answer) }));
        if !self.seats[p].waiting.is_empty() {
            let next = self.seats[p].waiting.remove(0);
            self.take_up(p, next, out);
        }
    }

    fn fail(&mut self, p: usize, phase: Phase, count: u8, out: &mut Effects) -> Asks {
        self.forget(p, out);
        self.seats[p].failures += 1;
        let failures = self.seats[p].failures;
        let again = self
            .retry(failures)
            .filter(|_| self.scenario.protocol.max_attempts.is_none_or(|most| failures < most));
        if let Some(after) = again {
            let id = self.timer(self.seats[p].paxos.node, after, Some("retry"), out);
            self.seats[p].retry_timer = Some(id);
            return Asks::None;
        }
        let phase = if phase == Phase::Prepare { 1 } else { 2 };
        self.tell(p, json!(format!("FAILED {phase} {count}")), out);
        Asks::None
    }

    fn retry(&self, failures: u32) -> Option<After> {
        Some(match &self.scenario.protocol.retry {
            Retry::None => return None,
            Retry::Fixed(fixed) => After::Exactly(fixed.delay.ns()),
            Retry::Uniform(uniform) => After::Between(0, uniform.max.ns()),
            Retry::Backoff(it) => {
                let width = it.base.ns().saturating_mul(1 << (failures - 1).min(63));
                After::Between(0, width.min(it.cap.ns()))
            }
            Retry::Exponential(_) => panic!("no range"),
        })
    }

    fn hear(&mut self, node: NodeId, from: NodeId, body: &Body, out: &mut Effects) {
        let (ballot, about) = (ballot_of(&body["ballot"]), ballot_of(&body["about"]));
        let reply = match body["type"].as_str().unwrap() {
            "promise" => {
                Reply::Promise(Vote { ballot: about, value: value_of(&body["value"]).unwrap_or_default() })
            }
            "accepted" => Reply::Accepted,
            _ => Reply::Reject(about),
        };
        let phase =
            if body["of"] == json!(2) || reply == Reply::Accepted { Phase::Accept } else { Phase::Prepare };
        let Some(p) = (0..self.seats.len())
            .find(|&p| self.seats[p].paxos.node == node && self.seats[p].paxos.ballot == ballot)
        else {
            return;
        };
        let asks = self.seats[p].paxos.on_reply(from, phase, ballot, reply, &self.rules);
        self.apply(p, asks, out);
    }

    /// The answer to a request, if the acceptor gives one.
    fn handle(&mut self, node: NodeId, body: &Body, out: &mut Effects) -> Option<Body> {
        let ballot = ballot_of(&body["ballot"]);
        let request = match body["type"].as_str().unwrap() {
            "prepare" => Request::Prepare,
            _ => Request::Accept(value_of(&body["value"]).unwrap()),
        };
        let reply = self.serve(node, ballot, request, out);
        if self.preempts(reply) {
            self.preempt(node, ballot, out);
        }
        (!self.withholds(reply)).then(|| reply_body(ballot, request, reply))
    }
}

fn request_body(ballot: Ballot, request: Request) -> Body {
    match request {
        Request::Prepare => body("prepare", ballot, Ballot::NONE, None),
        Request::Accept(value) => body("accept", ballot, Ballot::NONE, Some(value)),
    }
}

fn reply_body(ballot: Ballot, request: Request, reply: Reply) -> Body {
    match reply {
        Reply::Promise(vote) => body("promise", ballot, vote.ballot, vote.value()),
        Reply::Accepted => body("accepted", ballot, Ballot::NONE, None),
        Reply::Reject(promised) => {
            let mut body = body("reject", ballot, promised, None);
            body["of"] = json!(if request == Request::Prepare { 1 } else { 2 });
            body
        }
    }
}

fn ballot_of(body: &Body) -> Ballot {
    match (body[0].as_u64(), body[1].as_u64()) {
        (Some(round), Some(node)) => Ballot::new(round, node as u8),
        _ => Ballot::NONE,
    }
}

fn value_of(body: &Body) -> Option<Value> {
    body.as_str()?.strip_prefix("value ")?.parse().ok().map(Value)
}

impl Nodes for Builtin {
    fn reset(&mut self, begin: &Begin, _out: &mut Effects) {
        self.next_id = 0;
        self.nodes = vec![Node::default(); usize::from(begin.nodes) + 1];
        let seat = |node| Seat { paxos: Proposer { node, ..Proposer::default() }, ..Seat::default() };
        self.seats = self.scenario.proposer.iter().map(|it| seat(it.node)).collect();
        for proposer in &self.scenario.proposer {
            let round = &mut self.nodes[usize::from(proposer.node)].round;
            *round = u64::from(proposer.initial_round).max(*round);
        }
    }

    fn step(&mut self, input: &Input, out: &mut Effects) {
        let node = input.node;
        match &input.what {
            What::Submit { id, .. } => self.submit(*id, out),
            What::Message { from, body } => match body["type"].as_str().unwrap() {
                "prepare" | "accept" => {
                    if let Some(body) = self.handle(node, body, out) {
                        out.push((node, Effect::Send { to: *from, body }));
                    }
                }
                "learn" => {
                    let value = value_of(&body["value"]).unwrap();
                    if self.nodes[usize::from(node)].learner.on_announce(value) {
                        let learned = Some(body["value"].clone());
                        out.push((node, Effect::State(Report { learned, ..Report::default() })));
                    }
                }
                _ => self.hear(node, *from, body, out),
            },
            What::Request { id, body, .. } => {
                if let Some(body) = self.handle(node, body, out) {
                    out.push((node, Effect::Answer { request: *id, body }));
                }
            }
            What::Reply { call, body } => {
                if let Some(p) = self.seats.iter().position(|it| it.call == Some(*call)) {
                    let from = self.seats[p].paxos.calling;
                    self.hear(node, from, body, out);
                }
            }
            What::Failed { call, .. } => {
                if let Some(p) = self.seats.iter().position(|it| it.call == Some(*call)) {
                    let Proposer { calling, phase, ballot, .. } = self.seats[p].paxos;
                    let asks = self.seats[p].paxos.on_call_failed(calling, phase, ballot, &self.rules);
                    self.apply(p, asks, out);
                }
            }
            What::Timer { id } => self.ring(*id, out),
            What::Read { id } => {
                let read = &self.scenario.read[*id as usize];
                let at = &self.nodes[usize::from(node)];
                let learned = read.returns == ReadReturns::Learned;
                let found = if learned { at.learner.value } else { at.acceptor.vote.value() };
                let body = found.map_or(Body::Null, |v| value(v.0));
                out.push((node, Effect::Value { read: *id, body }));
            }
            What::Crash => {
                for seat in self.seats.iter_mut().filter(|it| it.paxos.node == node) {
                    *seat = Seat { paxos: Proposer { node, ..Proposer::default() }, ..Seat::default() };
                }
                self.nodes[usize::from(node)].learner = synod::paxos::Learner::default();
            }
            What::Restart => self.nodes[usize::from(node)].restart(&self.rules),
        }
    }
}

impl Builtin {
    fn ring(&mut self, id: u64, out: &mut Effects) {
        for p in 0..self.seats.len() {
            let seat = &mut self.seats[p];
            if seat.retry_timer == Some(id) {
                seat.retry_timer = None;
                return self.attempt(p, out);
            }
            if seat.phase_timer == Some(id) || seat.attempt_timer == Some(id) {
                let asks = seat.paxos.on_timeout();
                return self.apply(p, asks, out);
            }
        }
    }
}
