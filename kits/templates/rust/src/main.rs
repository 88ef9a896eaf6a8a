//! Single-decree Paxos as handlers: reads a line, answers a line. One process plays all nodes, of many runs side by side.
//!
//! `node lab`: the lab's server. Its own acceptor by a direct call, then one call to each peer in turn; all answers are
//! collected before they are counted, and nothing is tried twice.
//! `node w2`: messages to all at once, gives up at the first rejection or after 200 ms, and tries again after a random wait of
//! up to 100 ms.
//!
//! An acceptor is the same in both. What Synod wants to hear is at the end of the file: `turn` and `main`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{BufRead, Write};

use serde_json::{json, Value};

const PHASE_TIMEOUT: u64 = 200_000_000; // ns
const LONGEST_WAIT: u64 = 100_000_000;

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Lab,
    W2,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Idle,
    Prepare,
    Accept,
}

/// One node: acceptor and proposer. Effects go to `out`, in the order in which they are to happen.
struct Node {
    style: Style,
    me: u64,
    nodes: Vec<u64>,
    /// What a crash does not take: the rules of Paxos rest on it.
    promised: Option<u64>,
    accepted: Option<(u64, Value)>,
    counter: u64,
    /// Names of calls and timers are unique within a run, so they outlive a crash too.
    names: u64,
    out: Vec<Value>,
    attempt: Attempt,
}

/// The attempt at hand, and who waits.
struct Attempt {
    phase: Phase,
    ballot: u64,
    value: Value,
    best: Option<(u64, Value)>,
    heard: BTreeSet<u64>,
    waiting: VecDeque<(u64, Value)>,
    /// Whom a sequential proposer has still to call, and the call that it waits for.
    peers: VecDeque<u64>,
    calling: u64,
    timer: Option<u64>,
}

impl Attempt {
    fn none() -> Self {
        Attempt {
            phase: Phase::Idle,
            ballot: 0,
            value: Value::Null,
            best: None,
            heard: BTreeSet::new(),
            waiting: VecDeque::new(),
            peers: VecDeque::new(),
            calling: 0,
            timer: None,
        }
    }
}

impl Node {
    fn new(style: Style, me: u64, nodes: &[u64]) -> Self {
        let (promised, accepted, attempt) = (None, None, Attempt::none());
        Node { style, me, nodes: nodes.to_vec(), promised, accepted, counter: 0, names: 0, out: Vec::new(), attempt }
    }

    // The acceptor.

    fn handle(&mut self, body: &Value) -> Value {
        let n = body["n"].as_u64().unwrap_or(0);
        if body["type"] == "prepare" {
            self.prepare(n)
        } else {
            self.accept(n, body["v"].clone())
        }
    }

    fn prepare(&mut self, n: u64) -> Value {
        match self.promised {
            Some(promised) if n <= promised => {
                json!({"type": "reject", "of": "prepare", "n": n, "promised": promised})
            }
            _ => {
                self.promised = Some(n);
                self.store();
                json!({"type": "promise", "n": n, "vote": self.accepted})
            }
        }
    }

    fn accept(&mut self, n: u64, value: Value) -> Value {
        match self.promised {
            Some(promised) if n < promised => {
                json!({"type": "reject", "of": "accept", "n": n, "promised": promised})
            }
            _ => {
                self.promised = Some(n);
                self.accepted = Some((n, value));
                self.store();
                json!({"type": "accepted", "n": n})
            }
        }
    }

    /// Says what is stored, before anything leaves that rests on it.
    fn store(&mut self) {
        self.out.push(json!({
            "state": {"promised": self.promised, "accepted": self.accepted, "counter": self.counter}
        }));
    }

    // The proposer.

    fn submit(&mut self, client: u64, value: Value) {
        self.attempt.waiting.push_back((client, value));
        if self.attempt.waiting.len() == 1 {
            self.begin();
        }
    }

    fn begin(&mut self) {
        let Some((_, own)) = self.attempt.waiting.front().cloned() else { return };
        self.counter += 1;
        self.store();
        let ballot = self.counter * 10 + self.me;
        (self.attempt.value, self.attempt.ballot, self.attempt.best) = (own, ballot, None);
        self.open(Phase::Prepare);
    }

    fn request(&self) -> Value {
        let it = &self.attempt;
        match it.phase {
            Phase::Accept => json!({"type": "accept", "n": it.ballot, "v": it.value}),
            _ => json!({"type": "prepare", "n": it.ballot}),
        }
    }

    fn open(&mut self, phase: Phase) {
        self.attempt.phase = phase;
        self.attempt.heard.clear();
        let body = self.request();
        match self.style {
            Style::Lab => {
                self.attempt.peers = self.nodes.iter().copied().filter(|&node| node != self.me).collect();
                let answer = self.handle(&body);
                self.take(self.me, Some(&answer));
            }
            Style::W2 => {
                self.out.extend(self.nodes.iter().map(|node| json!({"send": node, "body": body})));
                self.set_timer(json!({"after": PHASE_TIMEOUT, "name": "phase"}));
            }
        }
    }

    /// Takes a yes of this phase, and the highest vote that a promise reports.
    fn count(&mut self, from: u64, answer: &Value) {
        self.attempt.heard.insert(from);
        let Some(n) = answer["vote"][0].as_u64() else { return };
        if self.attempt.best.as_ref().map_or(true, |best| n > best.0) {
            self.attempt.best = Some((n, answer["vote"][1].clone()));
        }
    }

    fn is_yes(&self, answer: &Value) -> bool {
        answer["type"] == if self.attempt.phase == Phase::Prepare { "promise" } else { "accepted" }
    }

    fn has_majority(&self) -> bool {
        self.attempt.heard.len() > self.nodes.len() / 2
    }

    /// The phase has its majority.
    fn advance(&mut self) {
        if self.attempt.phase == Phase::Prepare {
            if let Some((_, value)) = self.attempt.best.take() {
                self.attempt.value = value;
            }
            return self.open(Phase::Accept);
        }
        if let Some(timer) = self.attempt.timer.take() {
            self.out.push(json!({"cancel": timer}));
        }
        let text = match &self.attempt.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        self.tell(format!("SUCCEEDED. Chosen value = {text}"));
    }

    fn tell(&mut self, text: String) {
        self.attempt.phase = Phase::Idle;
        let Some((client, _)) = self.attempt.waiting.pop_front() else { return };
        let text = format!("Proposal Num: {}, SubmitValue {text}", self.counter);
        self.out.push(json!({"told": client, "body": text}));
        self.begin();
    }

    fn name(&mut self) -> u64 {
        self.names += 1;
        self.names
    }

    /// A sequential proposer's answer, if there is one, and the next call.
    fn take(&mut self, from: u64, answer: Option<&Value>) {
        if let Some(answer) = answer.filter(|answer| self.is_yes(answer)) {
            self.count(from, answer);
        }
        if let Some(&peer) = self.attempt.peers.front() {
            self.attempt.calling = self.name();
            let call = json!({"call": self.attempt.calling, "to": peer, "body": self.request()});
            self.out.push(call);
        } else if self.has_majority() {
            self.advance();
        } else {
            let (phase, what) = if self.attempt.phase == Phase::Prepare { (1, "promises") } else { (2, "accepts") };
            self.tell(format!("FAILED in Phase {phase} (only {} {what}).", self.attempt.heard.len()));
        }
    }

    /// A call has ended; without a body it came to nothing.
    fn on_reply(&mut self, call: &Value, body: Option<&Value>) {
        if self.attempt.phase == Phase::Idle || *call != json!(self.attempt.calling) {
            return;
        }
        let Some(from) = self.attempt.peers.pop_front() else { return };
        self.take(from, body);
    }

    fn set_timer(&mut self, mut when: Value) {
        if let Some(timer) = self.attempt.timer {
            self.out.push(json!({"cancel": timer}));
        }
        let name = self.name();
        self.attempt.timer = Some(name);
        when["timer"] = json!(name);
        self.out.push(when);
    }

    fn fail(&mut self) {
        self.attempt.phase = Phase::Idle;
        self.set_timer(json!({"between": [0, LONGEST_WAIT], "name": "retry"}));
    }

    fn on_message(&mut self, from: u64, body: &Value) {
        if body["type"] == "prepare" || body["type"] == "accept" {
            let answer = self.handle(body);
            self.out.push(json!({"send": from, "body": answer}));
        } else if self.attempt.phase == Phase::Idle || body["n"] != json!(self.attempt.ballot) {
            // An answer to an attempt that is over.
        } else if body["type"] == "reject" {
            self.fail();
        } else if self.is_yes(body) {
            self.count(from, body);
            if self.has_majority() {
                self.advance();
            }
        }
    }

    fn on_timer(&mut self, timer: &Value) {
        if self.attempt.timer.map(Value::from).as_ref() != Some(timer) {
            return;
        }
        self.attempt.timer = None;
        if self.attempt.phase == Phase::Idle {
            self.begin();
        } else {
            self.fail();
        }
    }
}

/// One input; what the node has to say to it.
fn turn(node: &mut Node, line: &Value) -> Vec<Value> {
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let has = |key: &str| line.get(key).is_some();
    if has("submit") {
        node.submit(number(&line["submit"]["id"]), line["submit"]["value"].clone());
    } else if has("message") {
        node.on_message(number(&line["message"]["from"]), &line["message"]["body"]);
    } else if has("request") {
        let answer = node.handle(&line["request"]["body"]);
        node.out.push(json!({"answer": line["request"]["id"], "body": answer}));
    } else if has("reply") {
        node.on_reply(&line["reply"]["call"], Some(&line["reply"]["body"]));
    } else if has("failed") {
        node.on_reply(&line["failed"]["call"], None);
    } else if has("timer") {
        node.on_timer(&line["timer"]["id"]);
    } else if has("read") {
        let value = node.accepted.as_ref().map(|vote| vote.1.clone());
        node.out.push(json!({"value": line["read"]["id"], "body": value}));
    } else if has("restart") {
        node.attempt = Attempt::none();
    }
    std::mem::take(&mut node.out)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let style = match std::env::args().nth(1).as_deref() {
        None | Some("lab") => Style::Lab,
        Some("w2") => Style::W2,
        Some(other) => return Err(format!("`{other}` is neither `lab` nor `w2`").into()),
    };
    let mut lanes: BTreeMap<u64, BTreeMap<u64, Node>> = BTreeMap::new();
    let mut input = std::io::BufReader::with_capacity(1 << 16, std::io::stdin().lock());
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let mut text = Vec::new();
    while input.read_until(b'\n', &mut text)? > 0 {
        let line: Value = serde_json::from_slice(&text)?;
        text.clear();
        let lane = line["lane"].as_u64().unwrap_or(0);
        let answer = if line.get("hello").is_some() {
            json!({"hello": {"protocol": 1, "style": "handlers", "lanes": 64}})
        } else if let Some(reset) = line.get("reset") {
            let nodes: Vec<u64> = serde_json::from_value(reset["nodes"].clone())?;
            lanes.insert(lane, nodes.iter().map(|&me| (me, Node::new(style, me, &nodes))).collect());
            json!({"lane": lane, "effects": []})
        } else if line.get("end").is_some() {
            lanes.remove(&lane);
            json!({"lane": lane, "effects": []})
        } else {
            let node = lanes.get_mut(&lane).and_then(|nodes| nodes.get_mut(&line["node"].as_u64()?));
            let node = node.ok_or("an input of a run that has not begun")?;
            json!({"lane": lane, "effects": turn(node, &line)})
        };
        serde_json::to_writer(&mut out, &answer)?;
        out.write_all(b"\n")?;
        // Nobody waits for an answer while there is more to read.
        if input.buffer().is_empty() {
            out.flush()?;
        }
    }
    Ok(())
}
