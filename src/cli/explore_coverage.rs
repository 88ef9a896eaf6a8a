//! What `synod explore` says of how it covers its scenario, and of what can still be chosen.
//!
//! Absent on purpose: the numbers of the search (`explore`).

use std::fmt::{Result, Write};

use crate::run::{Bounds, Coverage, Exploration, Move};
use crate::scenario::Scenario;
use crate::scenario::model::Transport;

/// Most things that are absent and named one by one; the JSON names all.
const NAMED: usize = 6;

/// A line for each way in which what is explored differs from the scenario.
pub fn coverage(out: &mut String, coverage: &Coverage) -> Result {
    let Coverage { absent, left_out, timeouts: _, wider, narrower } = coverage;
    if !absent.is_empty() {
        let more = match absent.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let named = absent.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join("; ");
        writeln!(out, "absent     for good, as the scenario has it: {named}{more}")?;
    }
    writeln!(out, "left out   {}; every order is visited whatever they are", left_out.join(", "))?;
    if !wider.is_empty() {
        writeln!(
            out,
            "wider      also visited, although the scenario does not have it: {}",
            wider.join("; ")
        )?;
    }
    if !narrower.is_empty() {
        writeln!(out, "narrower   not visited, though the scenario has it: {}", narrower.join("; "))?;
    }
    Ok(())
}

/// Which acceptors are not told apart.
pub fn alike(out: &mut String, kinds: &[Vec<u8>]) -> Result {
    if kinds.is_empty() {
        return Ok(());
    }
    let named = |kind: &Vec<u8>| kind.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
    let named = kinds.iter().map(named).collect::<Vec<_>>().join("; ");
    writeln!(out, "alike      acceptors {named}: which of them is which is not told apart (--apart does)")
}

/// How often each rule was used, and which ones never were.
pub fn moves(out: &mut String, scenario: &Scenario, bounds: &Bounds, found: &Exploration) -> Result {
    // Where a search for the states to begin at was ended, nobody has counted.
    if found.moves.is_empty() {
        return Ok(());
    }
    let counted = || Move::ALL.into_iter().zip(&found.moves);
    let used: Vec<String> = counted()
        .filter(|(_, count)| **count > 0)
        .map(|(it, count)| format!("{} {count}", it.name()))
        .collect();
    writeln!(out, "moves      {}", if used.is_empty() { "none".to_owned() } else { used.join(", ") })?;
    // Where somebody asks for restarts or callers are blocking, there can be those as well.
    let is_possible = |it: Move| match it {
        Move::Restarts => bounds.restarts > 0,
        Move::CallFails => scenario.protocol.transport == Transport::Sequential,
        Move::BeginsAgain => bounds.attempts > 1,
        _ => true,
    };
    let never: Vec<&str> =
        counted().filter(|(it, count)| **count == 0 && is_possible(*it)).map(|(it, _)| it.name()).collect();
    if never.is_empty() || !found.complete {
        return Ok(());
    }
    let is_reduced = never.contains(&Move::Refuses.name()) && bounds.reductions;
    let left_out =
        if is_reduced { " (refusals from which nobody learns are left out; --apart has them)" } else { "" };
    writeln!(out, "never      {}{left_out}", never.join(", "))
}

/// How likely it is that a state was missed.
pub fn missed(out: &mut String, found: &Exploration, bounds: &Bounds) -> Result {
    if bounds.exact {
        return writeln!(out, "missed     none: states are told apart by all that they hold");
    }
    let chance = found.collision();
    writeln!(
        out,
        "missed     with probability {chance:.0e}: of two states with the same fingerprint of 64 bits one is not visited"
    )
}

/// From how many states nothing can be chosen any more.
pub fn stuck(out: &mut String, found: &Exploration) -> Result {
    let Some(stuck) = found.stuck else {
        return match found.complete {
            false => writeln!(out, "stuck      not looked at: not every state was visited"),
            true => writeln!(out, "stuck      not looked at above {}", Exploration::outlook_limit()),
        };
    };
    let which = match stuck {
        _ if found.states == 0 => return Ok(()),
        0 => ": from each something can, if all in flight arrives",
        all if all == found.states => ": all, nothing can be chosen here",
        _ => ", even if all in flight arrives",
    };
    // What is not visited may well choose something.
    let bound = if found.coverage.narrower.is_empty() { "" } else { " within these bounds" };
    writeln!(out, "stuck      {stuck} states from which nothing can be chosen any more{bound}{which}")
}
