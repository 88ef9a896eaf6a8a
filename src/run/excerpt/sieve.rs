//! Of a long run the events that a picture of a stretch needs: all within it, and of the others those that say where its
//! messages come from and what becomes of them, whose its ballots are, and how the value was chosen.
//!
//! What it holds grows with the stretch and with what is under way at once, not with the run.

use std::collections::{BTreeMap, VecDeque};

use super::Window;
use super::choice::Choice;
use crate::trace::{Event, Message, MessageId, Observer, ProposerId};

/// Attempts of each proposer whose beginning is kept, the last before the stretch: answers to older ones are rare, and
/// then lack a colour.
const MOST_ATTEMPTS: usize = 64;

/// An event with its place in the run and its time.
type Placed = (usize, u64, Event);

/// Keeps a stretch of a run.
#[derive(Clone, Debug)]
pub(super) struct Sieve {
    window: Window,
    choice: Option<Choice>,
    /// Events of the stretch that are kept at most.
    most: usize,
    events: usize,
    kept: Vec<Placed>,
    in_window: usize,
    /// Sent before the stretch or in it, and under way: with the time of arrival.
    open: BTreeMap<MessageId, Vec<(u64, Option<Placed>)>>,
    /// By proposer: attempts before the stretch.
    started: BTreeMap<ProposerId, VecDeque<Placed>>,
    /// By proposer: what else became of the last of them before the stretch.
    since: BTreeMap<ProposerId, Vec<Placed>>,
    /// Whether the stretch has begun.
    begun: bool,
    last: Option<Placed>,
}

impl Sieve {
    pub fn new(window: Window, choice: Option<Choice>, most: usize) -> Self {
        Sieve {
            window,
            choice,
            most,
            events: 0,
            kept: Vec::new(),
            in_window: 0,
            open: BTreeMap::new(),
            started: BTreeMap::new(),
            since: BTreeMap::new(),
            begun: false,
            last: None,
        }
    }

    /// The events in their order with their times, and how many more the run has.
    pub fn finish(mut self) -> (Vec<(u64, Event)>, usize) {
        if let Some(last) = self.last.take() {
            self.kept.push(last);
        }
        self.kept.sort_by_key(|it| it.0);
        self.kept.dedup_by_key(|it| it.0);
        let unkept = self.events - self.kept.len();
        (self.kept.into_iter().map(|(_, at_ns, event)| (at_ns, event)).collect(), unkept)
    }

    fn before(&mut self, it: Placed) {
        match it.2 {
            Event::Started { proposer, .. } => {
                let all = self.started.entry(proposer).or_default();
                all.push_back(it);
                if all.len() > MOST_ATTEMPTS {
                    all.pop_front();
                }
                self.since.remove(&proposer);
            }
            Event::Proposed { proposer, .. }
            | Event::Failed { proposer, .. }
            | Event::Aborted { proposer, .. }
            | Event::Learned { proposer, .. } => self.since.entry(proposer).or_default().push(it),
            _ => {}
        }
    }

    /// The stretch begins: what was noted before it is needed.
    fn begin(&mut self) {
        self.begun = true;
        self.kept.extend(self.started.values().flatten());
        self.kept.extend(self.since.values().flatten());
        self.kept.extend(self.open.values_mut().flatten().filter_map(|(_, sent)| sent.take()));
        (self.started, self.since) = (BTreeMap::new(), BTreeMap::new());
    }

    /// How the last attempts of the stretch end.
    fn after(&mut self, it: Placed) {
        let (Event::Proposed { proposer, .. }
        | Event::Failed { proposer, .. }
        | Event::Aborted { proposer, .. }
        | Event::Learned { proposer, .. }
        | Event::Started { proposer, .. }) = it.2
        else {
            return;
        };
        // Until the next one begins.
        let ended = self.since.entry(proposer).or_default();
        if ended.is_empty() {
            if !matches!(it.2, Event::Proposed { .. }) {
                ended.push(it);
            }
            self.kept.push(it);
        }
    }

    /// Notes a message that is sent; keeps its sending for later, if the stretch has not begun.
    fn send(&mut self, message: Message, due_ns: u64, it: Placed) {
        let sent = (!self.begun).then_some(it);
        self.open.entry(message.id).or_default().push((due_ns, sent));
    }

    /// A message arrives or is lost: that copy which is due now, else the earliest. Whether its sending was noted.
    fn close(&mut self, message: Message, at_ns: u64) -> bool {
        let Some(waiting) = self.open.get_mut(&message.id) else { return false };
        let which = waiting.iter().position(|(due, _)| *due == at_ns).unwrap_or(0);
        if which < waiting.len() {
            waiting.remove(which);
        }
        if waiting.is_empty() {
            self.open.remove(&message.id);
        }
        true
    }

    /// Whether an event outside of the stretch is part of the choice.
    fn chooses(&self, event: &Event) -> bool {
        let Some(choice) = self.choice else { return false };
        matches!(*event, Event::Voted { ballot, value, .. } if (ballot, value) == (choice.ballot, choice.value))
    }
}

impl Observer for Sieve {
    fn on(&mut self, at_ns: u64, event: &Event) {
        let it = (self.events, at_ns, *event);
        self.events += 1;
        self.last = Some(it);
        let is_in = self.window.holds(at_ns) && self.in_window < self.most;
        if is_in && !self.begun {
            self.begin();
        }
        let is_over = self.begun && !is_in;
        let mut keep = is_in || it.0 == 0 || self.chooses(event);
        match *event {
            Event::Sent { message, delay_ns, lost: false } | Event::Duplicated { message, delay_ns }
                if !is_over =>
            {
                self.send(message, at_ns.saturating_add(delay_ns), it);
            }
            Event::Delivered { message } | Event::Dropped { message, .. } => {
                keep |= self.close(message, at_ns) && is_over;
            }
            _ if is_over => self.after(it),
            _ if !is_in => self.before(it),
            _ => {}
        }
        if keep {
            self.kept.push(it);
            self.in_window += usize::from(is_in);
        }
    }
}
