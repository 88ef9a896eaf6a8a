//! `synod node map`: a `[map]` guessed from what a program was seen to do.

use std::path::Path;
use std::sync::Arc;

use crate::cli::exit::{Exit, Failure};
use crate::cli::printer::Printer;
use crate::own::file::Style;
use crate::own::{Conversation, Guess, guesses, is_understood};
use crate::run::{Clusters, Plan, Simulator};
use crate::scenario::{Scenario, inline_toml};
use crate::text::printable;
use crate::trace::Blind;

use super::Program;
use super::overheard::Overheard;

/// Runs of each of the two networks.
const RUNS: u64 = 12;

/// Prints a `[map]`, each of whose rows says what it was guessed from.
pub fn map(file: &Path, submit: Option<&str>, printer: &Printer) -> Result<Exit, Failure> {
    let mut program = Program::load(file, Some(false))?;
    program.unmap(submit);
    let client = program.file.map.as_ref().and_then(|map| map.submit.as_ref());
    if client.is_none() && program.file.style() == Style::Blocking {
        return Err(Failure::Usage(format!(
            "{}: nobody knows which function a client calls to submit a value; name it: synod node map {} --submit NAME",
            program.named, program.named
        )));
    }
    let heard = converse(&program)?;
    let mut text = String::from("[map]\n");
    if let Some(client) = client {
        let (call, args) = (inline_toml(&client.call), inline_toml(&client.args));
        text.push_str(&format!("submit = {{ call = {call}, args = {args} }}\n"));
    }
    guesses(&heard).iter().for_each(|guess| text.push_str(&written(guess)));
    printer.data(text.as_bytes())?;
    printer.say(&format!(
        "guessed    from {} runs of two clients; read each line as a question, and put what is right into {}",
        2 * RUNS,
        program.named
    ));
    // The lab's clients are at nodes 1 and 3.
    let nodes = match program.nodes_alone() {
        ..3 => return Ok(Exit::Ok),
        3 => String::new(),
        nodes => format!(" --set cluster.nodes={nodes}"),
    };
    printer.say(&format!("next       synod node compare lab2{nodes} --node {} --seeds 100", program.named));
    Ok(Exit::Ok)
}

/// A comment for what it was guessed from, and the row.
fn written(guess: &Guess) -> String {
    let row = guess.row.as_ref().map_or_else(String::new, |row| format!("{row}\n"));
    format!("# {}\n{row}", printable(&guess.why))
}

/// What is heard of the program in some runs.
fn converse(program: &Program) -> Result<Conversation, Failure> {
    let overheard = Overheard::<Conversation>::new(program.command.clone());
    let nodes = program.nodes_alone();
    // One client after the other, and both at once.
    for (delay, start) in [("1ms", "60s"), ("400ms", "2s")] {
        let scenario = two_clients(nodes, delay, start)?;
        let own = program.understood_or_not(&scenario, Arc::clone(&overheard) as Arc<dyn Clusters>)?;
        let plan = Plan::new(&scenario).map_err(|error| Failure::Usage(error.to_string()))?.with_nodes(own);
        let mut simulator = Simulator::new(&plan);
        for seed in 0..RUNS {
            simulator.run(seed, &mut Blind);
            match simulator.trouble() {
                Some(trouble) if trouble.is_of_file() => return Err(Failure::Usage(trouble.to_string())),
                Some(trouble) => return Err(Failure::Node(trouble.to_string())),
                None => {}
            }
        }
    }
    let heard = overheard.take();
    if is_understood(&heard) {
        return Ok(heard);
    }
    let what = match program.file.python {
        Some(_) => "does `watch` under [python] name what holds the promise and the vote?",
        None => "do its nodes report `state` (docs/wire.md)?",
    };
    Err(Failure::Node(format!(
        "{}: in {} runs of two clients no node was seen to store a promise and then a vote at another's request; {what}",
        program.named,
        2 * RUNS
    )))
}

fn two_clients(nodes: u8, delay: &str, start: &str) -> Result<Scenario, Failure> {
    let client = |name: &str, node: u8| {
        format!(
            "[[proposer]]\nname = \"{name}\"\nnode = {node}\nvalue = \"the value of {name}\"\n\
             start.uniform = {{ min = \"0s\", max = \"{start}\" }}\n"
        )
    };
    // A node that spins has a run of some thousand events, and not of a million.
    let text = format!(
        "cluster.nodes = {nodes}\nnetwork.delay.exponential.mean = \"{delay}\"\nrun.horizon = \"120s\"\nrun.max_events = 5000\n{}{}",
        client("A", 1),
        client("B", nodes.min(3)),
    );
    Scenario::parse(&text, "two clients").map_err(|error| Failure::Usage(error.to_string()))
}

impl Program {
    /// Forgets what messages mean.
    fn unmap(&mut self, submit: Option<&str>) {
        self.file = self.file.clone().unmapped(submit);
        self.command.config = self.file.config_json().clone();
    }
}
