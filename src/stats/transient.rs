//! How far a chain is by a given time: the probability of each end by then, by uniformization (Jensen 1953).
//!
//! The chain is looked at after steps that come at one rate for all states, the highest: after k of them is where it is, and
//! how many have come by a time is Poisson. Absent on purpose: where it ends at last (`absorb`).

use super::chain::{Chain, Target};

/// A chain by the number of uniform steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Transient {
    rate: f64,
    ends: usize,
    /// After k steps: what has come to each end.
    ended: Vec<f64>,
    /// What is on its way after the last of them.
    left: f64,
}

impl Chain {
    /// Looks at the chain until less than `enough` is on its way, but no further than what can matter by `until`, ns. `go_on` is
    /// told now and then what is on its way, and ends the work by `false`.
    pub fn by_time(&self, until: f64, enough: f64, go_on: &mut dyn FnMut(f64) -> bool) -> Transient {
        self.by_time_in(until, enough, (0, &[]), go_on)
    }

    /// The same, with so many groups of states, which stand behind the ends as if they were some: what is in a state counts for
    /// each group whose bit the state has. No group may be left for a state outside of it.
    pub fn by_time_in(
        &self,
        until: f64,
        enough: f64,
        (groups, of): (usize, &[u64]),
        go_on: &mut dyn FnMut(f64) -> bool,
    ) -> Transient {
        let (rate, states) = (self.highest_rate(), self.states());
        let flow = Flow::of(self, rate);
        // What has come to the ends stands behind what is in the states.
        let mut here = vec![0.0; states + self.ends()];
        let mut there = here.clone();
        for it in self.beginnings() {
            here[flow.place(it.to)] += it.share;
        }
        let members = |group: usize| {
            (0..states).filter(move |&state| of.get(state).is_some_and(|bits| bits >> group & 1 != 0))
        };
        let members: Vec<Vec<usize>> = (0..groups).map(|group| members(group).collect()).collect();
        let look = |here: &[f64], found: &mut Transient| {
            found.ended.extend(&here[states..]);
            found
                .ended
                .extend(members.iter().map(|group| group.iter().map(|&state| here[state]).sum::<f64>()));
            found.left = here[..states].iter().sum();
        };
        let mut found = Transient { rate, ends: self.ends() + groups, ended: Vec::new(), left: 0.0 };
        look(&here, &mut found);
        let mean = rate * until;
        let most = mean + 9.0 * mean.sqrt() + 50.0;
        let mut steps = 0.0;
        while found.left > enough && steps < most && go_on(found.left) {
            steps += 1.0;
            flow.step(&here, &mut there);
            std::mem::swap(&mut here, &mut there);
            look(&here, &mut found);
        }
        found
    }
}

/// The moves of a chain side by side, since each step looks at all of them.
struct Flow {
    /// By state: the share of what is in it that leaves in a step, and its first move.
    states: Vec<(f64, u32)>,
    /// With which share of what leaves a state each leads where: to a state, or to an end, which stand behind the states.
    moves: Vec<(f64, u32)>,
}

impl Flow {
    fn of(chain: &Chain, rate: f64) -> Flow {
        let mut flow = Flow { states: Vec::new(), moves: Vec::with_capacity(chain.moves()) };
        flow.states.resize(chain.states(), (0.0, 0));
        for state in 0..chain.states() {
            flow.states[state] = (chain.rate(state) / rate, flow.moves.len() as u32);
            for it in chain.of(state) {
                flow.moves.push((it.share, flow.place(it.to) as u32));
            }
        }
        flow
    }

    fn place(&self, to: Target) -> usize {
        to.get().unwrap_or_else(|end| self.states.len() + end)
    }

    /// Where everything is a step later.
    fn step(&self, here: &[f64], there: &mut [f64]) {
        let states = self.states.len();
        there[..states].fill(0.0);
        there[states..].copy_from_slice(&here[states..]);
        let ends = self.states.iter().skip(1).map(|next| next.1).chain([self.moves.len() as u32]);
        for ((state, &(leaves, first)), end) in self.states.iter().enumerate().zip(ends) {
            let mass = here[state];
            if mass == 0.0 {
                continue;
            }
            there[state] += mass * (1.0 - leaves);
            for &(share, to) in &self.moves[first as usize..end as usize] {
                there[to as usize] += mass * leaves * share;
            }
        }
    }
}

impl Transient {
    /// The probability of having come by then to an end of which `which` is true, and how much it may be too low.
    pub fn by(&self, time: f64, which: &dyn Fn(usize) -> bool) -> (f64, f64) {
        let last = self.ended.len() / self.ends.max(1) - 1;
        let share = |step: usize| -> f64 {
            let ends = &self.ended[step * self.ends..][..self.ends];
            ends.iter().enumerate().filter(|(end, _)| which(*end)).map(|(_, share)| share).sum()
        };
        let (mut by, mut beyond) = (0.0, 0.0);
        poisson(self.rate * time, &mut |steps, weight| {
            by += weight * share(steps.min(last));
            beyond += if steps > last { weight } else { 0.0 };
        });
        (by, beyond * self.left)
    }

    /// What is on its way after the last step that was looked at.
    pub fn left(&self) -> f64 {
        self.left
    }

    /// Whether more steps than were looked at have come by then, as good as certainly: at most 10⁻³⁰ against.
    pub fn is_complete_by(&self, time: f64) -> bool {
        // Chernoff: P(N ≤ n) ≤ exp(−(m − n)² / 2m) for n below the mean m.
        let (mean, steps) = (self.rate * time, (self.ended.len() / self.ends.max(1)) as f64);
        steps < mean && (mean - steps) * (mean - steps) > 140.0 * mean
    }

    /// The time by which that probability is `share`, to 10⁻¹² of it; none if it is not by `until`, ns.
    pub fn quantile(&self, share: f64, until: f64, which: &dyn Fn(usize) -> bool) -> Option<f64> {
        if self.by(until, which).0 < share {
            return None;
        }
        let (mut low, mut high) = (0.0, until);
        while high - low > 1e-12 * high {
            let middle = 0.5 * (low + high);
            if middle <= low || middle >= high {
                break;
            }
            if self.by(middle, which).0 < share { low = middle } else { high = middle }
        }
        Some(0.5 * (low + high))
    }
}

/// The Poisson distribution of this mean: each number that is not beyond 10⁻¹⁸ of all, with its probability. From the
/// likeliest number outward, as in Fox and Glynn, "Computing Poisson probabilities" (1988), so that nothing underflows.
fn poisson(mean: f64, take: &mut dyn FnMut(usize, f64)) {
    const LEAST: f64 = 1e-20;
    let mode = mean as usize;
    let (mut below, mut weight) = (Vec::new(), 1.0);
    for k in (0..mode).rev() {
        weight *= (k + 1) as f64 / mean;
        if weight < LEAST {
            break;
        }
        below.push(weight);
    }
    let (mut above, mut weight, mut k) = (vec![1.0], 1.0, mode);
    while weight >= LEAST {
        k += 1;
        weight *= mean / k as f64;
        above.push(weight);
    }
    let total: f64 = below.iter().rev().chain(&above).sum();
    let first = mode - below.len();
    for (i, weight) in below.iter().rev().chain(&above).enumerate() {
        take(first + i, weight / total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Mark, Move};

    #[test]
    fn a_sum_of_two_exponential_stays_is_erlang() {
        let to = |to, share| Move { to, share, parts: 0, mark: Mark::default() };
        let mut chain = Chain::new();
        chain.begin(to(Target::state(0), 1.0));
        chain.leave(2.0, &[to(Target::state(1), 1.0)]);
        chain.leave(2.0, &[to(Target::end(0), 0.5), to(Target::end(1), 0.5)]);
        let found = chain.by_time(30.0, 1e-17, &mut |_| true);
        for time in [0.0, 0.01, 0.7, 3.0, 20.0] {
            let known = 1.0 - libm::exp(-2.0 * time) * (1.0 + 2.0 * time);
            let (by, short) = found.by(time, &|_| true);
            assert!((by - known).abs() < 1e-14 && short < 1e-15, "{time}: {by} {known} {short}");
            assert!((found.by(time, &|end| end == 1).0 - 0.5 * known).abs() < 1e-14);
        }
        let median = found.quantile(0.5, 30.0, &|_| true).expect("it ends");
        assert!((found.by(median, &|_| true).0 - 0.5).abs() < 1e-11);
        assert_eq!(found.quantile(0.6, 30.0, &|end| end == 0), None);
    }

    /// Whoever is in the second of two stays has left the first: an exponential time.
    #[test]
    fn a_group_of_states_counts_as_an_end_of_those_before() {
        let to = |to| Move { to, share: 1.0, parts: 0, mark: Mark::default() };
        let mut chain = Chain::new();
        chain.begin(to(Target::state(0)));
        chain.leave(2.0, &[to(Target::state(1))]);
        chain.leave(1.0, &[to(Target::end(0))]);
        let found = chain.by_time_in(40.0, 1e-17, (1, &[0, 1]), &mut |_| true);
        for time in [0.0, 0.3, 2.0] {
            let known = 1.0 - libm::exp(-2.0 * time);
            assert!((found.by(time, &|_| true).0 - known).abs() < 1e-14, "{time}");
        }
    }

    #[test]
    fn what_was_not_looked_at_is_owned_up_to() {
        let mut chain = Chain::new();
        let to = |to| Move { to, share: 1.0, parts: 0, mark: Mark::default() };
        chain.begin(to(Target::state(0)));
        chain.leave(1.0, &[to(Target::end(0))]);
        let mut slow = chain.clone();
        slow.leave(100.0, &[to(Target::end(0))]);
        let found = slow.by_time(1.0, 0.0, &mut |left| left > 0.9);
        let (by, short) = found.by(1.0, &|_| true);
        let known = 1.0 - libm::exp(-1.0);
        assert!(by < known && by + short >= known, "{by} {short}");
    }

    #[test]
    fn poisson_probabilities_add_up_however_large_the_mean() {
        for mean in [0.0, 0.3, 7.0, 5_000.5, 1e6] {
            let (mut total, mut first) = (0.0, 0.0);
            poisson(mean, &mut |k, weight| {
                total += weight;
                first += k as f64 * weight;
            });
            assert!((total - 1.0).abs() < 1e-12 && (first - mean).abs() <= 1e-9 * mean.max(1.0), "{mean}");
        }
    }
}
