//! How each node is: up or down, standing still, busy, and how fast its clock runs.
//!
//! Absent on purpose: what follows from it for whoever lives on the node.

/// Millionths of the true rate: a clock that is right.
pub const TRUE_RATE: u32 = 1_000_000;

/// The condition of nodes 1, 2, …; number 0, for callers on no node, is always well.
#[derive(Clone, Debug)]
pub struct Conditions {
    down: u64,
    paused: u64,
    /// By node: until when it is busy with earlier messages, ns.
    busy_until: Vec<u64>,
    /// By node: millionths of the true rate.
    ppm: Vec<u32>,
}

impl Conditions {
    /// Of nodes 1 to this one, all well.
    pub fn new(nodes: u8) -> Self {
        let numbers = usize::from(nodes) + 1;
        Conditions { down: 0, paused: 0, busy_until: vec![0; numbers], ppm: vec![TRUE_RATE; numbers] }
    }

    /// All well again.
    pub fn clear(&mut self) {
        (self.down, self.paused) = (0, 0);
        self.busy_until.fill(0);
        self.ppm.fill(TRUE_RATE);
    }

    /// Whether the node is down.
    pub fn is_down(&self, node: u8) -> bool {
        self.down >> (node & 63) & 1 != 0
    }

    /// Whether the node stands still.
    pub fn is_paused(&self, node: u8) -> bool {
        self.paused >> (node & 63) & 1 != 0
    }

    /// Takes a node down; false if it is down already. What is down neither stands still nor is busy.
    pub fn crash(&mut self, node: u8) -> bool {
        let news = !self.is_down(node);
        self.down |= 1 << (node & 63);
        self.paused &= !(1 << (node & 63));
        self.busy_until[usize::from(node)] = 0;
        news
    }

    /// Brings a node up; false if it is up already.
    pub fn restart(&mut self, node: u8) -> bool {
        let news = self.is_down(node);
        self.down &= !(1 << (node & 63));
        news
    }

    /// Makes a node stand still; false if it does already, or is down.
    pub fn pause(&mut self, node: u8) -> bool {
        let news = !self.is_paused(node) && !self.is_down(node);
        if news {
            self.paused |= 1 << (node & 63);
        }
        news
    }

    /// Lets a node go on; false if it does not stand still.
    pub fn resume(&mut self, node: u8) -> bool {
        let news = self.is_paused(node);
        self.paused &= !(1 << (node & 63));
        news
    }

    /// When a node that works for `service_ns` on each message, one after the other, is done with one that has come
    /// `now`.
    pub fn serve(&mut self, node: u8, now: u64, service_ns: u64) -> u64 {
        let busy = &mut self.busy_until[usize::from(node)];
        // Each service alone is in range; those of many that wait are not.
        *busy = super::later(now.max(*busy), service_ns);
        *busy
    }

    /// Sets the rate of a node's clock, in millionths of the true one, above 0.
    pub fn set_rate(&mut self, node: u8, ppm: u32) {
        self.ppm[usize::from(node)] = ppm;
    }

    /// How long a node waits that means to wait this long: a fast clock is early.
    pub fn stretched(&self, node: u8, wait_ns: u64) -> u64 {
        let ppm = self.ppm.get(usize::from(node)).copied().unwrap_or(TRUE_RATE);
        if ppm == TRUE_RATE {
            return wait_ns;
        }
        let ns = u128::from(wait_ns) * u128::from(TRUE_RATE) / u128::from(ppm.max(1));
        u64::try_from(ns).unwrap_or(u64::MAX).min(super::MAX_DELAY_NS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_is_one_of_well_paused_and_down() {
        let mut all = Conditions::new(3);
        assert!(all.pause(2) && !all.pause(2) && all.is_paused(2));
        assert!(all.crash(2) && !all.crash(2) && all.is_down(2) && !all.is_paused(2));
        assert!(!all.pause(2) && !all.resume(2));
        assert!(all.restart(2) && !all.restart(2) && !all.is_down(2));
        assert!(!all.is_down(1) && !all.is_paused(0));
    }

    #[test]
    fn a_busy_node_serves_one_after_the_other() {
        let mut all = Conditions::new(1);
        assert_eq!([all.serve(1, 10, 5), all.serve(1, 11, 5), all.serve(1, 30, 5)], [15, 20, 35]);
        all.crash(1);
        assert_eq!(all.serve(1, 31, 0), 31);
        let done: Vec<u64> = (0..40).map(|_| all.serve(1, 32, super::super::MAX_DELAY_NS)).collect();
        assert_eq!(done, [super::super::LATEST; 40]);
    }

    #[test]
    fn a_fast_clock_is_early_and_a_slow_one_late() {
        let mut all = Conditions::new(2);
        assert_eq!(all.stretched(1, 7), 7);
        all.set_rate(1, 2_000_000);
        all.set_rate(2, 500_000);
        assert_eq!((all.stretched(1, 100), all.stretched(2, 100), all.stretched(0, 100)), (50, 200, 100));
        all.set_rate(2, 1);
        assert_eq!(all.stretched(2, u64::MAX), super::super::MAX_DELAY_NS);
    }
}
