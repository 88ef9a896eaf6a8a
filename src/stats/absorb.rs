//! Where a chain ends, with which probability, after how long, and after how many counted moves.
//!
//! Probability is pushed through the states in their order, once for each time that something begins again; with it goes the
//! time that has passed, as its moments. All terms are positive, so the error of rounding is a share of the
//! figure, and is bounded. Absent on purpose: times by which (`transient`), fractions (`fraction`).

use super::chain::{Chain, Move};

/// Where a chain ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Absorbed {
    /// By end.
    pub ends: Vec<End>,
    /// Probability of what was not followed to its end.
    pub left: f64,
    /// Bound on the error of rounding of any sum of the ends' probabilities; of a time, in relation to it.
    pub rounding: f64,
}

/// One end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct End {
    /// Its probability.
    pub share: f64,
    /// The mean of the time until then, over the runs that end so, times their share; ns.
    pub time: f64,
    /// The same of the square of the time; ns².
    pub time_squared: f64,
    /// The same of its fourth power, for bounds; ns⁴.
    pub time_fourth: f64,
    /// Probability to end so after so many counted moves.
    pub by_count: Vec<f64>,
}

/// Probability at a place, with the first four moments of the time that has passed.
type Mass = [f64; 5];

const NONE: Mass = [0.0; 5];

fn add(to: &mut Mass, mass: Mass, share: f64) {
    for (to, mass) in to.iter_mut().zip(mass) {
        *to += mass * share;
    }
}

/// Roundings that a push along one move makes at most, of a second moment.
const PER_MOVE: f64 = 12.0;

struct Push<'c> {
    chain: &'c Chain,
    order: Vec<u32>,
    /// By how much the count has yet to rise: what is at each state.
    waiting: Vec<Vec<Mass>>,
    /// What begins again with the same count.
    again: Vec<Mass>,
    count: usize,
    /// What is less than this, of all that begins again with the same count, is not followed.
    least: f64,
    /// What was not followed for that.
    dropped: f64,
    found: Absorbed,
}

impl Chain {
    /// Follows everything to its end, or until less than `enough` is left. `go_on` is told now and then what is left, and ends
    /// the work by `false`. None if the moves without a mark lead in a circle.
    pub fn absorb(&self, enough: f64, go_on: &mut dyn FnMut(f64) -> bool) -> Option<Absorbed> {
        let order = self.order(false)?;
        let all = (0..self.states()).flat_map(|state| self.of(state)).chain(self.beginnings());
        let most = all.map(|it| it.mark.count).max().unwrap_or(0);
        let roundings = self.roundings(&order);
        let mut push = Push {
            chain: self,
            order,
            waiting: vec![vec![NONE; self.states()]; usize::from(most) + 1],
            again: vec![NONE; self.states()],
            count: 0,
            least: enough * 1e-4,
            dropped: 0.0,
            found: Absorbed { ends: vec![End::default(); self.ends()], ..Absorbed::default() },
        };
        for &beginning in self.beginnings() {
            push.go(beginning, [1.0, 0.0, 0.0, 0.0, 0.0], false);
        }
        let mut passes = 0.0;
        loop {
            let before = push.ended();
            let is_over = push.pass();
            passes += 1.0;
            push.found.rounding += (push.ended() - before) * passes * roundings * f64::EPSILON;
            push.found.left = push.left();
            if push.found.left <= enough || is_over || !go_on(push.found.left) {
                return Some(push.found);
            }
        }
    }

    /// Most roundings on the way to any state, without the marked moves.
    fn roundings(&self, order: &[u32]) -> f64 {
        let (mut coming, mut most) = (vec![0.0; self.states()], vec![0.0_f64; self.states()]);
        let mut ending = vec![0.0_f64; self.ends()];
        for it in (0..self.states()).flat_map(|state| self.of(state)) {
            let of = it.to.get().map_or_else(|end| &mut ending[end], |state| &mut coming[state]);
            *of += 1.0;
        }
        let mut highest: f64 = 0.0;
        for &state in order {
            let here = most[state as usize] + coming[state as usize] + PER_MOVE;
            highest = highest.max(here);
            for it in self.of(state as usize).iter().filter(|it| !it.mark.again) {
                if let Ok(to) = it.to.get() {
                    most[to] = most[to].max(here);
                }
            }
        }
        highest + ending.into_iter().fold(0.0, f64::max)
    }
}

impl Push<'_> {
    fn ended(&self) -> f64 {
        self.found.ends.iter().map(|end| end.share).sum()
    }

    fn left(&self) -> f64 {
        let all = self.waiting.iter().chain([&self.again]).flatten().map(|mass| mass[0]);
        all.sum::<f64>() + self.dropped
    }

    /// Pushes all that is at the states with the present count as far as it goes; true if nothing is left anywhere.
    fn pass(&mut self) -> bool {
        for at in 0..self.order.len() {
            let state = self.order[at] as usize;
            let mut mass = std::mem::replace(&mut self.waiting[0][state], NONE);
            if mass[0] == 0.0 {
                continue;
            }
            // An exponential stay of rate r takes the k-th moment m(k) to m(k) + k/r · (what the one below has become).
            let (stay, chain) = (1.0 / self.chain.rate(state), self.chain);
            for power in 1..mass.len() {
                mass[power] += power as f64 * stay * mass[power - 1];
            }
            for &it in chain.of(state) {
                self.go(it, mass, true);
            }
        }
        std::mem::swap(&mut self.waiting[0], &mut self.again);
        // What begins again without counting becomes less and less, and never nothing.
        let here: f64 = self.waiting[0].iter().map(|mass| mass[0]).sum();
        if here <= self.least {
            self.dropped += here;
            self.waiting[0].fill(NONE);
            self.waiting.rotate_left(1);
            self.count += 1;
        }
        self.waiting.iter().flatten().all(|mass| mass[0] == 0.0)
    }

    fn go(&mut self, it: Move, mass: Mass, later: bool) {
        let count = usize::from(it.mark.count);
        match it.to.get() {
            Ok(to) if count == 0 && it.mark.again && later => add(&mut self.again[to], mass, it.share),
            Ok(to) => add(&mut self.waiting[count][to], mass, it.share),
            Err(end) => {
                let (end, count) = (&mut self.found.ends[end], self.count + count);
                if end.by_count.len() <= count {
                    end.by_count.resize(count + 1, 0.0);
                }
                end.by_count[count] += mass[0] * it.share;
                end.share += mass[0] * it.share;
                end.time += mass[1] * it.share;
                end.time_squared += mass[2] * it.share;
                end.time_fourth += mass[4] * it.share;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Mark, Target};

    fn to(to: Target, share: f64, mark: Mark) -> Move {
        Move { to, share, parts: 0, mark }
    }

    /// Left at rate 2: ends with 3/4, else begins again, which counts.
    fn geometric() -> Chain {
        let mut chain = Chain::new();
        chain.begin(to(Target::state(0), 1.0, Mark::default()));
        let again = Mark { again: true, count: 1 };
        chain.leave(2.0, &[to(Target::end(0), 0.75, Mark::default()), to(Target::state(0), 0.25, again)]);
        chain
    }

    #[test]
    fn a_geometric_number_of_exponential_stays_is_exponential() {
        let found = geometric().absorb(1e-18, &mut |_| true).expect("no circle");
        let end = &found.ends[0];
        // Exponential of rate 2 · 3/4: mean 2/3, mean square 8/9, mean fourth power 4! (2/3)⁴.
        let moments = [(end.share, 1.0), (end.time, 2.0 / 3.0), (end.time_squared, 8.0 / 9.0)];
        // What is left, 10⁻¹⁸, comes after some thirty stays of ½: of fourth powers that is 15⁴ · 10⁻¹⁸ short.
        let short = end.time_fourth - 128.0 / 27.0;
        assert!(libm::fabs(short) < 1e-13, "{short}");
        for (found, known) in moments {
            assert!((found - known).abs() < 1e-14, "{found} {known}");
        }
        assert_eq!(end.by_count[..3], [0.75, 0.1875, 0.046875]);
        assert!(found.left <= 1e-18 && found.rounding > 0.0 && found.rounding < 1e-13, "{found:?}");
    }

    #[test]
    fn what_begins_again_without_counting_ends_with_the_same_count() {
        let mut chain = Chain::new();
        chain.begin(to(Target::state(0), 1.0, Mark::default()));
        let again = Mark { again: true, count: 0 };
        chain.leave(1.0, &[to(Target::end(1), 0.5, Mark::default()), to(Target::state(0), 0.5, again)]);
        let found = chain.absorb(1e-17, &mut |_| true).expect("no circle");
        assert_eq!((found.ends[1].by_count.len(), found.ends[0].share), (1, 0.0));
        assert!((found.ends[1].time - 2.0).abs() < 1e-14);
    }

    #[test]
    fn a_circle_without_a_mark_and_a_wish_to_stop_are_noticed() {
        let mut circle = Chain::new();
        circle.begin(to(Target::state(0), 1.0, Mark::default()));
        circle.leave(1.0, &[to(Target::state(0), 1.0, Mark::default())]);
        assert_eq!(circle.absorb(0.0, &mut |_| true), None);
        let part = geometric().absorb(0.0, &mut |_| false).expect("no circle");
        assert_eq!((part.ends[0].share, part.left), (0.75, 0.25));
    }
}
