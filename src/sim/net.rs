//! A network between nodes that may be down, still or slow: what becomes of a message that is sent, that reaches the end
//! of its link, that its node has worked through.
//!
//! It answers, and no more: it schedules nothing, draws nothing, tells nobody. So more than one engine can stand on it. `P`
//! is a message, `L` what else may have to wait at a node that stands still (an alarm, a client). Node 0 stands for all
//! callers that live on no node. Absent on purpose: any knowledge of what messages say.

use std::collections::VecDeque;

use super::{Conditions, Cuts, Fate, later};

/// Between whom a message travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// The sender's node, as cuts see it.
    pub from: u8,
    /// The receiver's node.
    pub to: u8,
    /// The two ends of the link as its order sees them: callers on no node have links of their own.
    pub homes: (u8, u8),
}

/// What may befall a message.
#[derive(Clone, Debug)]
pub struct Course {
    /// Its delay and loss.
    pub fate: Fate,
    /// How many of 2³² words mean a second copy.
    pub duplicate: u64,
    /// Whether it may overtake none that was sent before it on its link.
    pub keeps_order: bool,
}

impl Course {
    /// Of a message that meets this fate and nothing else.
    pub fn plain(fate: Fate) -> Course {
        Course { fate, duplicate: 0, keeps_order: false }
    }
}

/// A message that enters the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Departure {
    /// How long it takes, ns; if it is lost, when it would have arrived.
    pub delay_ns: u64,
    /// Whether it never arrives.
    pub lost: bool,
    /// Whether it is a cut that takes it: a blocking caller does not learn of that, as with TCP, which sends again for minutes.
    pub cut: bool,
}

/// A message at the end of its link, or at a node that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Its node handles it now.
    Handled,
    /// The link was cut meanwhile.
    Cut,
    /// Its node is down.
    Down,
    /// Its node stands still, and will find it when it goes on.
    Held,
    /// Its node works on it, after what it had before, until then, ns; see [`Net::served`].
    Served(u64),
}

/// What waits at a node that stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held<P, L> {
    /// A message.
    Message(P),
    /// Business of the node's own.
    Local(L),
}

/// The network of one run.
#[derive(Clone, Debug)]
pub struct Net<P, L> {
    /// Which links are cut.
    pub cuts: Cuts,
    /// How the nodes are.
    pub conditions: Conditions,
    /// By node: which service time each message takes, if it is slow.
    slow: Vec<Option<u16>>,
    /// By node: the messages that it works through, each for a while.
    serving: Vec<VecDeque<P>>,
    /// What is held, with the node that it waits for, in order of arrival.
    held: Vec<(u8, Held<P, L>)>,
    /// By link, between homes: when its last message arrives, where it keeps the order.
    last_arrival: Vec<u64>,
    homes: usize,
}

impl<P: Copy, L: Copy> Net<P, L> {
    /// Between nodes 1 to `nodes`, all well. Homes are numbered up to `homes`, which is 0 if no link keeps an order.
    pub fn new(nodes: u8, homes: u8) -> Self {
        let (numbers, homes) = (usize::from(nodes) + 1, usize::from(homes) + 1);
        Net {
            cuts: Cuts::default(),
            conditions: Conditions::new(nodes),
            slow: vec![None; numbers],
            serving: vec![VecDeque::new(); numbers],
            held: Vec::new(),
            last_arrival: vec![0; if homes > 1 { homes * homes } else { 0 }],
            homes,
        }
    }

    /// All well again, and nothing waits.
    pub fn clear(&mut self) {
        self.cuts.clear();
        self.conditions.clear();
        self.slow.fill(None);
        self.serving.iter_mut().for_each(VecDeque::clear);
        self.held.clear();
        self.last_arrival.fill(0);
    }

    /// A message is sent that was to meet this fate: a delay, and whether it is lost.
    pub fn depart(&mut self, now: u64, way: Way, keeps_order: bool, fate: (u64, bool)) -> Departure {
        let (mut delay_ns, lost) = fate;
        let cut = self.cuts.is_cut(way.from, way.to);
        if keeps_order && !lost && !cut {
            delay_ns = self.in_order(now, way, delay_ns);
        }
        Departure { delay_ns, lost: lost || cut, cut }
    }

    /// The delay of the second copy that the network may make of a message that departs; this word decides.
    pub fn double(&mut self, now: u64, way: Way, course: &Course, word: u64) -> Option<u64> {
        if u64::from(word as u32) >= course.duplicate {
            return None;
        }
        let delay_ns = course.fate.delay.sample((word >> 32) as u32);
        Some(if course.keeps_order { self.in_order(now, way, delay_ns) } else { delay_ns })
    }

    /// The delay with which a message arrives after all that were sent before it on its link.
    fn in_order(&mut self, now: u64, way: Way, delay_ns: u64) -> u64 {
        let at = usize::from(way.homes.0) * self.homes + usize::from(way.homes.1);
        let last = &mut self.last_arrival[at];
        let at = later(now, delay_ns).max(last.saturating_add(1));
        *last = at;
        at - now
    }

    /// A message reaches the end of its link; `service_ns` says how long a slow node of this service takes over it.
    pub fn reach(&mut self, now: u64, way: Way, it: P, service_ns: impl FnOnce(u16) -> u64) -> Reach {
        if self.cuts.is_cut(way.from, way.to) { Reach::Cut } else { self.meet(now, way.to, it, service_ns) }
    }

    /// A message meets the node that it was sent to.
    pub fn meet(&mut self, now: u64, node: u8, it: P, service_ns: impl FnOnce(u16) -> u64) -> Reach {
        if node == 0 {
            Reach::Handled
        } else if self.conditions.is_down(node) {
            Reach::Down
        } else if self.conditions.is_paused(node) {
            self.held.push((node, Held::Message(it)));
            Reach::Held
        } else {
            let service_ns = self.slow[usize::from(node)].map_or(0, service_ns);
            let done = self.conditions.serve(node, now, service_ns);
            if done == now {
                return Reach::Handled;
            }
            self.serving[usize::from(node)].push_back(it);
            Reach::Served(done)
        }
    }

    /// A slow node is done with the message that it had longest, and handles it; none if it stands still, or had none.
    pub fn served(&mut self, node: u8) -> Option<P> {
        let it = self.serving[usize::from(node)].pop_front()?;
        if self.conditions.is_paused(node) {
            self.held.push((node, Held::Message(it)));
            return None;
        }
        Some(it)
    }

    /// Makes a node slow, each message by this service, or fast again; whether that is news.
    pub fn slow(&mut self, node: u8, service: Option<u16>) -> bool {
        let of_node = &mut self.slow[usize::from(node)];
        let news = of_node.is_some() != service.is_some();
        *of_node = service;
        news
    }

    /// Business of a node that stands still waits with its messages.
    pub fn hold(&mut self, node: u8, what: L) {
        self.held.push((node, Held::Local(what)));
    }

    /// The next thing that waits at a node, in order of arrival, once it goes on.
    pub fn release(&mut self, node: u8) -> Option<Held<P, L>> {
        if self.conditions.is_paused(node) {
            return None;
        }
        let next = self.held.iter().position(|(of, _)| *of == node)?;
        Some(self.held.remove(next).1)
    }

    /// A node goes down: the messages that it was working through, then those that waited; and its own business.
    pub fn abandon(&mut self, node: u8) -> (VecDeque<P>, Vec<L>) {
        let (mut messages, mut locals) = (std::mem::take(&mut self.serving[usize::from(node)]), Vec::new());
        self.held.retain(|&(of, held)| {
            match held {
                Held::Message(it) if of == node => messages.push_back(it),
                Held::Local(it) if of == node => locals.push(it),
                _ => {}
            }
            of != node
        });
        (messages, locals)
    }

    /// The business that waits, of all nodes.
    pub fn locals(&self) -> impl Iterator<Item = &L> {
        self.held.iter().filter_map(|(_, held)| if let Held::Local(it) = held { Some(it) } else { None })
    }

    /// Whether nothing waits at any node.
    pub fn is_quiet(&self) -> bool {
        self.held.is_empty() && self.serving.iter().all(VecDeque::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAY: Way = Way { from: 1, to: 2, homes: (1, 2) };

    fn net() -> Net<u8, char> {
        Net::new(3, 3)
    }

    #[test]
    fn a_cut_takes_what_is_sent_into_it_and_what_would_arrive() {
        let mut net = net();
        assert_eq!(net.depart(5, WAY, false, (7, false)), Departure { delay_ns: 7, lost: false, cut: false });
        net.cuts.one_way(0b10, 0b100);
        assert_eq!(net.depart(5, WAY, true, (7, false)), Departure { delay_ns: 7, lost: true, cut: true });
        assert_eq!(net.reach(12, WAY, 1, |_| 0), Reach::Cut);
        assert_eq!(net.reach(12, Way { from: 2, to: 1, homes: (2, 1) }, 1, |_| 0), Reach::Handled);
    }

    #[test]
    fn a_link_that_keeps_its_order_delays_and_the_others_do_not() {
        let mut net = net();
        assert_eq!(net.depart(0, WAY, true, (9, false)).delay_ns, 9);
        assert_eq!(net.depart(1, WAY, true, (2, false)).delay_ns, 9);
        assert_eq!(net.depart(1, WAY, false, (2, false)).delay_ns, 2);
        assert_eq!(net.depart(1, Way { homes: (3, 2), ..WAY }, true, (2, false)).delay_ns, 2);
        // What is lost takes no place.
        assert_eq!(net.depart(1, WAY, true, (90, true)).delay_ns, 90);
        assert_eq!(net.depart(1, WAY, true, (2, false)).delay_ns, 10);
    }

    #[test]
    fn what_waits_is_found_in_order_of_arrival_or_lost_with_its_node() {
        let mut net = net();
        net.conditions.pause(2);
        assert_eq!(net.meet(1, 2, 10, |_| 0), Reach::Held);
        net.hold(2, 'a');
        assert_eq!(net.meet(2, 2, 11, |_| 0), Reach::Held);
        assert!(net.release(2).is_none() && !net.is_quiet());
        net.conditions.resume(2);
        assert_eq!(net.release(2), Some(Held::Message(10)));
        assert_eq!(net.release(2), Some(Held::Local('a')));
        net.conditions.pause(2);
        net.hold(2, 'b');
        net.hold(3, 'c');
        net.conditions.crash(2);
        assert_eq!(net.abandon(2), (VecDeque::from([11]), vec!['b']));
        assert_eq!(net.locals().collect::<Vec<_>>(), [&'c']);
        assert_eq!(net.meet(9, 2, 12, |_| 0), Reach::Down);
    }

    #[test]
    fn a_slow_node_takes_one_after_the_other() {
        let mut net = net();
        assert!(net.slow(2, Some(1)) && !net.slow(2, Some(0)));
        assert_eq!(net.meet(0, 2, 10, |service| 5 + u64::from(service)), Reach::Served(5));
        assert!(net.slow(2, None));
        // It is still busy with the first.
        assert_eq!(net.meet(1, 2, 11, |_| 5), Reach::Served(5));
        assert_eq!((net.served(2), net.served(2), net.served(2)), (Some(10), Some(11), None));
        assert_eq!(net.meet(6, 2, 12, |_| 5), Reach::Handled);
    }

    #[test]
    fn a_copy_is_made_where_its_word_says_so() {
        let mut net = net();
        let fate = Fate { delay: crate::sim::Sampler::Constant(4), loss: 0 };
        let course = Course { fate, duplicate: 3, keeps_order: false };
        assert_eq!(net.double(0, WAY, &course, 2), Some(4));
        assert_eq!(net.double(0, WAY, &course, 3), None);
    }
}
