//! Watches one run with an observer of its own: who votes when, and when a value is chosen by it.
//!
//! `cargo run --release --example observe -- 5615`

use std::error::Error;

use synod::run::simulate;
use synod::scenario::{Scenario, shipped};
use synod::trace::{Event, Observer};

/// Each vote: when, at which node.
#[derive(Default)]
struct Votes(Vec<(u64, u8)>);

impl Observer for Votes {
    fn on(&mut self, at_ns: u64, event: &Event) {
        if let Event::Voted { node, .. } = *event {
            self.0.push((at_ns, node));
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let seed = std::env::args().nth(1).map_or(Ok(5615), |text| text.parse())?;
    let lab = shipped::find("lab2").ok_or("lab2 comes along")?;
    let scenario = Scenario::parse(lab.text, "lab2.toml")?;

    let mut votes = Votes::default();
    let outcome = simulate(&scenario, seed, &mut votes)?;
    for (at_ns, node) in votes.0 {
        let chosen = if outcome.chosen_at_ns == Some(at_ns) { "  and a value is chosen" } else { "" };
        println!("{at_ns:>12} ns  node {node} votes{chosen}");
    }
    if let Some(winner) = outcome.winner {
        println!("{} wins", scenario.proposer[usize::from(winner)].name);
    }
    Ok(())
}
