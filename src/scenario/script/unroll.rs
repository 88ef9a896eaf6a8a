//! From items to steps: every round of a `repeat` written out, groups put in or left out.
//!
//! Absent on purpose: reading (`parse`).

use super::parse::{Attempt, Item, Template};
use super::{Act, Exchange, MOST_STEPS, Rounds, Schedule, ScriptError, Step};

/// Writes a schedule out.
pub(super) fn unroll(items: &[Item]) -> Result<Schedule, ScriptError> {
    let mut schedule = Schedule::default();
    // An item behind the `repeat` would end it.
    for item in items {
        schedule.rounds = None;
        match item {
            Item::Repeat(rounds, inner) => {
                let mut ends = Vec::new();
                for k in 1..=i64::from(*rounds) {
                    append(inner, k, &mut schedule.steps)?;
                    ends.push(schedule.steps.len());
                }
                schedule.rounds = alike(inner, ends);
            }
            item => append(std::slice::from_ref(item), 0, &mut schedule.steps)?,
        }
    }
    Ok(schedule)
}

/// Which rounds of a `repeat` do the same; none if an attempt has a fixed number, for then they never do.
fn alike(items: &[Item], mut ends: Vec<usize>) -> Option<Rounds> {
    let back = furthest_back(items)?;
    // The group with this attempt is in from this round on.
    let first = back + 1;
    if ends.len() <= back as usize {
        return None;
    }
    ends.drain(..back as usize);
    Some(Rounds { first, ends, back })
}

/// How far below k the lowest attempt lies that a round names; none if one has a fixed number.
fn furthest_back(items: &[Item]) -> Option<u32> {
    let mut back = 0;
    for item in items {
        let of_item = match item {
            Item::One(template) => match (template.act, template.attempt) {
                (Act::Deliver(..), Attempt { of_k: true, number }) => u32::try_from(-number).unwrap_or(0),
                (Act::Deliver(..), Attempt { of_k: false, .. }) => return None,
                _ => 0,
            },
            Item::Group(inner) | Item::Repeat(_, inner) => furthest_back(inner)?,
        };
        back = back.max(of_item);
    }
    Some(back)
}

/// Appends the steps of round `k` (0 outside of a `repeat`).
fn append(items: &[Item], k: i64, steps: &mut Vec<Step>) -> Result<(), ScriptError> {
    for item in items {
        match item {
            Item::One(template) => steps.push(template.step(k)?),
            Item::Group(inner) if names_nothing(inner, k) => {}
            Item::Group(inner) => append(inner, k, steps)?,
            Item::Repeat(rounds, inner) => {
                for k in 1..=i64::from(*rounds) {
                    append(inner, k, steps)?;
                }
            }
        }
        if let Some(last) = steps.last().filter(|_| steps.len() > MOST_STEPS) {
            let why = format!("the script has more than {MOST_STEPS} steps; repeat fewer rounds");
            return Err(ScriptError::new(why, &last.at));
        }
    }
    Ok(())
}

/// Whether a group names an attempt below 1 in round `k`.
fn names_nothing(items: &[Item], k: i64) -> bool {
    items.iter().any(|item| match item {
        Item::One(template) => template.attempt.of(k) < 1,
        Item::Group(_) | Item::Repeat(..) => false,
    })
}

impl Attempt {
    fn of(self, k: i64) -> i64 {
        if self.of_k { k + self.number } else { self.number }
    }
}

impl Template {
    fn step(&self, k: i64) -> Result<Step, ScriptError> {
        let attempt = u32::try_from(self.attempt.of(k)).ok().filter(|&attempt| attempt >= 1);
        let attempt = attempt.ok_or_else(|| {
            let why = "attempts count from 1; put the deliveries in [ ] to leave them out of the round that has none";
            ScriptError::new(format!("attempt {}: {why}", self.attempt.of(k)), &self.at)
        })?;
        let act = match self.act {
            Act::Deliver(exchange, part) => Act::Deliver(Exchange { attempt, ..exchange }, part),
            act => act,
        };
        Ok(Step { act, at: self.at.clone() })
    }
}
