//! A protocol of one's own in the testbed, in this process: a majority of votes without promises. Every run proposes without a
//! quorum behind it, so in every run both values are chosen, one after the other; the checker says where.
//!
//! `cargo run --release --example own_protocol`

use std::error::Error;
use std::sync::Arc;

use serde_json::{Value, json};
use synod::check::Invariant;
use synod::own::file::NodeFile;
use synod::own::{Begin, Body, Cluster, Effect, Effects, Input, Local, Map, Nodes, Report, Trouble, What};
use synod::run::{Clusters, OwnNodes, Plan, Simulator};
use synod::scenario::{Scenario, Stop, shipped};
use synod::trace::Blind;

/// What the messages mean, so that votes can be counted; a program behind a pipe has the same file.
const MAP: &str = r#"
    [node]
    run = "in process"
    files = ["own_protocol.rs"]

    [map]
    ballot = "pair"
    # Nobody sends these two: that is the bug.
    prepare = { type = "prepare", ballot = "/ballot" }
    promise = { type = "promise", ballot = "/ballot", about = "/about", value = "/value" }
    accept = { type = "vote", ballot = "/ballot", value = "/value" }
    accepted = { type = "voted", ballot = "/ballot" }
    reject = { type = "refused", ballot = "/ballot", promised = "/about" }
    told = { success = { where = { "/done" = true }, value = "/value" } }
"#;

/// The nodes of one run: whoever asks for a vote gets it, and whoever has two votes believes that its value is chosen.
#[derive(Debug, Default)]
struct Hasty {
    nodes: u8,
    /// The submission, value and votes of each node that proposes; its calls go by the same place.
    asking: Vec<(u8, u64, Value, usize)>,
}

impl Nodes for Hasty {
    fn reset(&mut self, begin: &Begin, _: &mut Effects) {
        *self = Hasty { nodes: begin.nodes, asking: Vec::new() };
    }

    fn step(&mut self, input: &Input, out: &mut Effects) {
        let node = input.node;
        match &input.what {
            What::Submit { id, value, .. } => {
                let first = self.asking.len() as u64 * 100;
                self.asking.push((node, u64::from(*id), value.clone(), 0));
                for to in 1..=self.nodes {
                    let body = json!({ "type": "vote", "ballot": [1, node], "value": value });
                    let call = Effect::Call { id: first + u64::from(to), to, body, timeout_ns: None };
                    out.push((node, call));
                }
            }
            What::Request { id, body, .. } => {
                let vote = json!([body["ballot"], body["value"]]);
                out.push((node, Effect::State(Report { accepted: Some(vote), ..Report::default() })));
                let answer = json!({ "type": "voted", "ballot": body["ballot"] });
                out.push((node, Effect::Answer { request: *id, body: answer }));
            }
            What::Reply { call, .. } => {
                let (_, submission, value, votes) = &mut self.asking[(call / 100) as usize];
                *votes += 1;
                if *votes == usize::from(self.nodes / 2 + 1) {
                    let answer = Ok(json!({ "done": true, "value": value }));
                    out.push((node, Effect::Told { submission: *submission, answer }));
                }
            }
            _ => {}
        }
    }
}

/// Where clusters of such nodes come from: one for each thread.
#[derive(Debug)]
struct Hasties;

impl Clusters for Hasties {
    fn start(&self) -> Result<Box<dyn Cluster>, Trouble> {
        Ok(Box::new(Local(vec![Hasty::default()])))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let text = shipped::find("duel").ok_or("duel comes along")?.text;
    let mut scenario = Scenario::parse(text, "duel.toml")?;
    scenario.run.stop = Stop::Answered;
    let file = NodeFile::parse(MAP, "own_protocol")?;
    let values: Vec<Body> = scenario.proposer.iter().map(|it| Body::from(it.text())).collect();
    let map = Map::new(&file, &values)?;
    let plan = Plan::new(&scenario)?.with_nodes(OwnNodes::new(Arc::new(Hasties), 1, map, values));

    let mut simulator = Simulator::new(&plan);
    let (mut careless, mut wrong, mut first) = (0, 0, None);
    for seed in 0..10_000 {
        let violated = simulator.run(seed, &mut Blind).violated;
        careless += u32::from(!violated.is_empty());
        if violated.iter().any(|invariant| invariant == Invariant::Agreement) {
            wrong += 1;
            first.get_or_insert_with(|| (seed, simulator.violations().to_vec()));
        }
    }
    println!("{careless} of 10000 runs break an invariant; in {wrong} two values are chosen");
    if let Some((seed, violations)) = first {
        println!("seed {seed}:");
        for violation in violations {
            println!("  {violation:?}");
        }
    }
    Ok(())
}
