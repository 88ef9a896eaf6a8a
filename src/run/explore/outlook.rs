//! From which states something can still be chosen: the steps between states, and a pass backwards over them.
//!
//! Absent on purpose: what a state is. States have numbers, and come when the search leaves them.

/// Most states, and most steps from states in which nothing is chosen, that are kept: half a gigabyte.
const MOST_STATES: usize = 10_000_000;
const MOST_STEPS: usize = 100_000_000;

/// The steps of a search.
pub(super) struct Outlook {
    most: (usize, usize),
    /// By number: whether something is chosen in it, or can be later.
    can: Vec<bool>,
    /// The states that were left, in order.
    left: Vec<u32>,
    /// By place in that order: where its steps end.
    ends: Vec<u32>,
    /// Where each step leads; none of states in which something is chosen.
    steps: Vec<u32>,
}

impl Outlook {
    pub fn new() -> Self {
        Outlook::up_to(MOST_STATES, MOST_STEPS)
    }

    /// For so many states, which have numbers below `numbers`; none if they are too many to be looked at.
    pub fn of(numbers: usize, states: u64) -> Option<Self> {
        let fits = states <= MOST_STATES as u64 && u32::try_from(numbers).is_ok();
        fits.then(Outlook::new)
    }

    fn up_to(states: usize, steps: usize) -> Self {
        Outlook {
            most: (states, steps),
            can: Vec::new(),
            left: Vec::new(),
            ends: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// The limit in words.
    pub fn limit() -> String {
        format!("{MOST_STATES} states or {MOST_STEPS} steps")
    }

    /// The search leaves the state of this number.
    pub fn leave(&mut self, number: u32, chosen: bool) {
        if self.most == (0, 0) {
            return;
        }
        let place = number as usize;
        if self.can.len() <= place {
            self.can.resize((place + 1).next_power_of_two(), false);
        }
        self.can[place] = chosen;
        self.left.push(number);
        self.ends.push(self.steps.len() as u32);
        if self.left.len() > self.most.0 || self.steps.len() > self.most.1 {
            *self = Outlook::up_to(0, 0);
        }
    }

    /// There is a step to this state from the one that was left last.
    pub fn step(&mut self, to: u32) {
        if let (Some(&from), Some(end)) = (self.left.last(), self.ends.last_mut())
            && !self.can[from as usize]
        {
            self.steps.push(to);
            *end = self.steps.len() as u32;
        }
    }

    /// How many states there are from which nothing can be chosen any more, once every state was left; none if they
    /// were too many to be looked at.
    pub fn hopeless(mut self) -> Option<u64> {
        if self.most == (0, 0) {
            return None;
        }
        // Most steps lead to a state that was left later: a few passes will do.
        let mut changed = true;
        while changed {
            changed = false;
            for (at, &number) in self.left.iter().enumerate().rev() {
                let begin = at.checked_sub(1).map_or(0, |before| self.ends[before]);
                let steps = &self.steps[begin as usize..self.ends[at] as usize];
                let number = number as usize;
                if !self.can[number] && steps.iter().any(|&to| self.can.get(to as usize) == Some(&true)) {
                    (self.can[number], changed) = (true, true);
                }
            }
        }
        Some(self.left.iter().filter(|&&number| !self.can[number as usize]).count() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(states: &[(bool, &[u32])], most: (usize, usize)) -> Option<u64> {
        let mut outlook = Outlook::up_to(most.0, most.1);
        for ((chosen, steps), number) in states.iter().zip(0..) {
            outlook.leave(number, *chosen);
            steps.iter().for_each(|&to| outlook.step(to));
        }
        outlook.hopeless()
    }

    #[test]
    fn a_state_has_an_outlook_if_some_way_leads_to_a_choice() {
        // 0 → 1 → 2, chosen; 0 → 3, the end; 3 ⇄ 4.
        let graph: [(bool, &[u32]); 5] =
            [(false, &[1, 3]), (false, &[2]), (true, &[3]), (false, &[4]), (false, &[3])];
        assert_eq!(of(&graph, (9, 9)), Some(2));
        // Steps back to lower numbers count: 4 → 1.
        let graph: [(bool, &[u32]); 5] =
            [(false, &[1, 3]), (false, &[2]), (true, &[]), (false, &[4]), (false, &[3, 1])];
        assert_eq!(of(&graph, (9, 9)), Some(0));
        // Nobody can choose anything.
        assert_eq!(of(&[(false, &[1]), (false, &[])], (9, 9)), Some(2));
    }

    #[test]
    fn too_many_states_or_steps_are_not_looked_at() {
        let graph: [(bool, &[u32]); 3] = [(false, &[1, 2]), (false, &[2]), (true, &[])];
        assert_eq!(of(&graph, (3, 3)), Some(0));
        assert_eq!(of(&graph, (2, 3)), None);
        assert_eq!(of(&graph, (3, 2)), None);
    }
}
