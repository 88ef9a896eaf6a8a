//! The enumeration: a depth-first walk over who is next, with acceptors as the lab describes them.
//!
//! Absent on purpose: calls that fail for a moment. A node is isolated for all of a mix, or not at all.

use super::Setting;

/// What a client is told for one submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Told {
    /// SUCCEEDED with the value of this client.
    Succeeded(usize),
    /// FAILED in this phase, with so many promises or accepts.
    Failed(u8, usize),
}

/// A call that is executed: by which client's submission (both from 0), in which phase, at which node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Execution {
    /// Index of the client.
    pub client: usize,
    /// Its submission.
    pub submission: usize,
    /// 1 or 2.
    pub phase: u8,
    /// Where.
    pub node: u8,
}

/// One order and what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix {
    /// The executions in their order; calls that fail are none.
    pub order: Vec<Execution>,
    /// What came of it.
    pub ending: Ending,
}

/// What comes of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// By client, by submission.
    pub told: Vec<Vec<Told>>,
    /// The client whose value is the first chosen.
    pub chosen: Option<usize>,
    /// By node: the client whose value is in its file.
    pub files: Vec<Option<usize>>,
    /// The executions that were answered with a no, of submissions that failed in that phase.
    pub refused: Vec<Execution>,
}

/// There are too many orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are too many orders of so many submissions; give fewer of them at a time")]
pub struct MixError;

/// Executions after which the walk gives up, within about a second; two submissions have some thousands.
pub(super) const MOST: u64 = 600_000;

/// Walks over all orders that begin as `fits` has it (asked whenever a client is told something: client, submission,
/// answer), and shows each to `look`.
///
/// # Errors
/// If there are too many.
pub fn mixes(
    setting: &Setting,
    fits: &dyn Fn(usize, usize, Told) -> bool,
    look: &mut dyn FnMut(&Mix),
) -> Result<u64, MixError> {
    mixes_within(setting, fits, look, &mut { MOST })
}

/// The same, with so many executions left to play.
pub(super) fn mixes_within(
    setting: &Setting,
    fits: &dyn Fn(usize, usize, Told) -> bool,
    look: &mut dyn FnMut(&Mix),
    left: &mut u64,
) -> Result<u64, MixError> {
    let mut walk = Walk { left: *left, ..Walk::new(setting, fits, look) };
    let walked = walk.on(&State::new(setting), &mut Vec::new());
    *left = walk.left;
    walked.map(|()| walk.seen)
}

pub(super) struct Walk<'a> {
    setting: &'a Setting,
    fits: &'a dyn Fn(usize, usize, Told) -> bool,
    look: &'a mut dyn FnMut(&Mix),
    seen: u64,
    /// Executions that may still be played.
    left: u64,
}

/// A node's memory.
#[derive(Clone, Debug, Default)]
struct Acceptor {
    promised: u64,
    accepted: Option<(u64, usize)>,
}

/// A client's submission under way.
#[derive(Clone, Debug)]
struct Caller {
    /// Submissions that have their answer.
    done: usize,
    /// Of the one under way: phase, calls made, yeses, the highest vote reported, the value.
    phase: u8,
    calls: usize,
    yes: usize,
    best: Option<(u64, usize)>,
    value: usize,
    /// Executions of the running phase that said no.
    no: Vec<Execution>,
}

#[derive(Clone, Debug)]
pub(super) struct State {
    acceptors: Vec<Acceptor>,
    callers: Vec<Caller>,
    told: Vec<Vec<Told>>,
    /// Every vote ever cast: number, value, node.
    votes: Vec<(u64, usize, u8)>,
    refused: Vec<Execution>,
    chosen: Option<usize>,
}

/// Where a caller is: submissions done, phase, calls made, yeses, the highest vote reported, the value.
type Place = (usize, u8, usize, usize, Option<(u64, usize)>, usize);

/// Everything that what is still to come depends on, and what was executed.
pub(super) type Situation = (Vec<(u64, Option<(u64, usize)>)>, Vec<Place>, Vec<Execution>);

impl State {
    pub(super) fn situation(&self, order: &[Execution]) -> Situation {
        let mut executed = order.to_vec();
        executed.sort_unstable();
        let place = |c: &Caller| (c.done, c.phase, c.calls, c.yes, c.best, c.value);
        let memory = |a: &Acceptor| (a.promised, a.accepted);
        (self.acceptors.iter().map(memory).collect(), self.callers.iter().map(place).collect(), executed)
    }

    pub(super) fn new(setting: &Setting) -> Self {
        let mut acceptors = vec![Acceptor::default(); usize::from(setting.nodes) + 1];
        for &node in &setting.stale {
            acceptors[usize::from(node)].promised = u64::MAX;
        }
        let fresh = |value| Caller { done: 0, phase: 1, calls: 0, yes: 0, best: None, value, no: Vec::new() };
        let clients = setting.clients.len();
        let mut state = State {
            acceptors,
            callers: (0..clients).map(fresh).collect(),
            told: vec![Vec::new(); clients],
            votes: Vec::new(),
            refused: Vec::new(),
            chosen: None,
        };
        state.earlier(setting);
        state
    }

    /// What the nodes took before, in full and undisturbed, in the order of the clients.
    fn earlier(&mut self, setting: &Setting) {
        for (client, it) in setting.clients.iter().enumerate() {
            for counter in 1..=it.counter {
                let number = Setting::number(counter, it.node);
                let linked = |node: &u8| setting.is_linked(it.node, *node);
                let reached: Vec<u8> = (1..=setting.nodes).filter(linked).collect();
                let (mut yes, mut best) = (0, None);
                for &node in &reached {
                    let (promises, vote) = self.prepare(node, number);
                    if promises {
                        (yes, best) = (yes + 1, best.max(vote));
                    }
                }
                if yes >= setting.majority() {
                    let value = best.map_or(client, |(_, value)| value);
                    reached.iter().for_each(|&node| {
                        self.accept(node, number, value, setting.majority());
                    });
                }
                // Nobody votes for this number any more.
                self.votes.clear();
            }
        }
    }

    /// Promises if and only if the number is higher than any before.
    fn prepare(&mut self, node: u8, number: u64) -> (bool, Option<(u64, usize)>) {
        let acceptor = &mut self.acceptors[usize::from(node)];
        if number <= acceptor.promised {
            return (false, None);
        }
        acceptor.promised = number;
        (true, acceptor.accepted)
    }

    /// Accepts if and only if nothing higher was promised.
    fn accept(&mut self, node: u8, number: u64, value: usize, majority: usize) -> bool {
        let acceptor = &mut self.acceptors[usize::from(node)];
        if number < acceptor.promised {
            return false;
        }
        (acceptor.promised, acceptor.accepted) = (number, Some((number, value)));
        self.votes.push((number, value, node));
        let mut voters: Vec<u8> = self.votes.iter().filter(|v| v.0 == number).map(|v| v.2).collect();
        voters.sort_unstable();
        voters.dedup();
        if voters.len() >= majority {
            self.chosen = self.chosen.or(Some(value));
        }
        true
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        setting: &'a Setting,
        fits: &'a dyn Fn(usize, usize, Told) -> bool,
        look: &'a mut dyn FnMut(&Mix),
    ) -> Self {
        Walk { setting, fits, look, seen: 0, left: MOST }
    }

    pub(super) fn clients(&self) -> usize {
        self.setting.clients.len()
    }

    /// Whether a client has all its answers.
    pub(super) fn has_all(&self, state: &State, client: usize) -> bool {
        state.callers[client].done == self.setting.clients[client].submissions
    }

    fn on(&mut self, state: &State, order: &mut Vec<Execution>) -> Result<(), MixError> {
        let mut over = true;
        for client in 0..state.callers.len() {
            if self.has_all(state, client) {
                continue;
            }
            over = false;
            self.left = self.left.checked_sub(1).ok_or(MixError)?;
            let mut next = state.clone();
            let length = order.len();
            if self.step(&mut next, client, order) {
                self.on(&next, order)?;
            }
            order.truncate(length);
        }
        if over {
            self.seen += 1;
            let files = state.acceptors.iter().skip(1).map(|a| a.accepted.map(|vote| vote.1)).collect();
            let ending = Ending {
                told: state.told.clone(),
                chosen: state.chosen,
                files,
                refused: state.refused.clone(),
            };
            (self.look)(&Mix { order: order.clone(), ending });
        }
        Ok(())
    }

    /// A client's next call, which is one that is executed, and those after it that fail, which nobody else can see;
    /// false if what the client is told then does not fit.
    pub(super) fn step(&mut self, state: &mut State, client: usize, order: &mut Vec<Execution>) -> bool {
        let it = &self.setting.clients[client];
        // The own node first, then the peers in ascending order.
        let peers = (1..=self.setting.nodes).filter(|&node| node != it.node);
        let nodes: Vec<u8> = std::iter::once(it.node).chain(peers).collect();
        let caller = state.callers[client].clone();
        let Some(&node) = nodes.get(caller.calls) else { return false };
        let it_is = Execution { client, submission: caller.done, phase: caller.phase, node };
        order.push(it_is);
        let number = Setting::number(it.counter + caller.done as u64 + 1, it.node);
        if caller.phase == 1 {
            let (yes, vote) = state.prepare(node, number);
            let mine = &mut state.callers[client];
            mine.yes += usize::from(yes);
            mine.best = mine.best.max(vote.filter(|_| yes));
            mine.no.extend((!yes).then_some(it_is));
        } else if state.accept(node, number, caller.value, self.setting.majority()) {
            state.callers[client].yes += 1;
        } else {
            state.callers[client].no.push(it_is);
        }
        let fails =
            nodes[caller.calls + 1..].iter().take_while(|&&node| !self.setting.is_linked(it.node, node));
        state.callers[client].calls += 1 + fails.count();
        if state.callers[client].calls < nodes.len() {
            return true;
        }
        self.judge(state, client).unwrap_or(true)
    }

    /// All have answered: the next phase, or an answer to the client; then whether it fits.
    fn judge(&self, state: &mut State, client: usize) -> Option<bool> {
        let caller = &mut state.callers[client];
        let (phase, yes, value) = (caller.phase, caller.yes, caller.best.map_or(client, |(_, value)| value));
        (caller.calls, caller.yes) = (0, 0);
        let no = std::mem::take(&mut caller.no);
        let told = match (phase, yes >= self.setting.majority()) {
            (1, true) => {
                (caller.phase, caller.value) = (2, value);
                return None;
            }
            (_, true) => Told::Succeeded(caller.value),
            (phase, false) => Told::Failed(phase, yes),
        };
        let submission = caller.done;
        (caller.done, caller.phase, caller.best) = (submission + 1, 1, None);
        state.told[client].push(told);
        if let Told::Failed(..) = told {
            state.refused.extend(no);
        }
        Some((self.fits)(client, submission, told))
    }
}
