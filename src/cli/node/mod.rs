//! `synod node`: a user's own Paxos, begun, checked, looked at, held against the built-in.

mod describe;
mod guess;
mod kits;
mod load;
mod overheard;
mod program;
mod same;
mod starts;
mod talk;
mod twins;

use std::path::Path;

use super::args::{KitArg, NodeArgs, NodeCommand};
use super::exit::{Exit, Failure};
use super::printer::Printer;
use crate::child::{Command, Process};
use crate::own::{Ask, Begin, Cluster, Effect, Trouble, Wrong};
use crate::scenario::did_you_mean;
use crate::text::{printable, quote_path};

pub use load::{load_for, load_named, nodes_for, refuse_axes, refuse_knobs};
pub use program::Program;
pub use starts::Starts;
pub use twins::{compared, same_twice, seeds_of_twins};

/// Obeys.
pub fn node(args: &NodeArgs, printer: &Printer) -> Result<Exit, Failure> {
    match &args.command {
        NodeCommand::New { template, folder } => new(template, folder, printer),
        NodeCommand::Kit { language: KitArg::Python } => {
            printer.data(kits::PYTHON_KIT.as_bytes())?;
            Ok(Exit::Ok)
        }
        NodeCommand::Schema => {
            printer.data(format!("{:#}\n", crate::own::file::schema()).as_bytes())?;
            Ok(Exit::Ok)
        }
        NodeCommand::Check { file } => check(file, printer),
        NodeCommand::Map { file, submit } => guess::map(file, submit.as_deref(), printer),
        NodeCommand::Races { file } => races(file, printer),
        NodeCommand::Talk(talk) => talk::talk(talk, printer),
        NodeCommand::Describe(describe) => describe::describe(describe, printer),
        NodeCommand::Compare(compare) => same::compare(compare, printer),
    }
}

/// Writes a template's files into a folder that is not there, or empty.
fn new(template: &str, folder: &Path, printer: &Printer) -> Result<Exit, Failure> {
    let names: Vec<&str> = kits::TEMPLATES.iter().map(|template| template.name).collect();
    let Some(found) = kits::TEMPLATES.iter().find(|it| it.name == template) else {
        let listed: Vec<String> =
            kits::TEMPLATES.iter().map(|it| format!("  {:16} {}", it.name, it.about)).collect();
        let near = did_you_mean(template, &names);
        return Err(Failure::Usage(format!(
            "no template is called {}{near}\nthere are\n{}",
            printable(template),
            listed.join("\n")
        )));
    };
    let shown = quote_path(folder);
    let is_taken = folder.read_dir().map_or_else(|_| folder.exists(), |mut entries| entries.next().is_some());
    if is_taken {
        return Err(Failure::Refused(format!("{shown}: is not empty; name a folder that is not there yet")));
    }
    for (name, text) in found.files {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&file, text))
            .map_err(|error| Failure::io(&format!("write {}", quote_path(&file)), &error))?;
    }
    printer.say(&format!("written    {shown}: {}", found.about));
    printer
        .say(&format!("next       synod run lab2 --node {} --seed 7", quote_path(folder.join("mine.toml"))));
    Ok(Exit::Ok)
}

/// Starts a program once and says what it is.
fn check(file: &Path, printer: &Printer) -> Result<Exit, Failure> {
    let program = Program::load(file, None)?;
    let (_, mut process) = program.begin()?;
    let nodes = program.nodes_alone();
    begins(&mut process, nodes)?;
    let hello = process.hello();
    let said = |text: &Option<String>, none: &str| text.as_deref().map_or_else(|| none.to_owned(), printable);
    let style = format!("{:?}", program.file.style()).to_lowercase();
    let mut lines = vec![
        format!("file       {}", program.named),
        format!("identity   {:032x}", program.identity),
        format!("kit        {}", said(&hello.kit, "none")),
        format!("runtime    {}", said(&hello.runtime, "not said")),
        format!("style      {style}, {} lanes", process.lanes()),
        format!("begins     a run of {nodes} nodes"),
    ];
    if !hello.stand_ins.is_empty() {
        let names: Vec<String> = hello.stand_ins.iter().map(|name| printable(name)).collect();
        lines.push(format!("stand-ins  {}", names.join(", ")));
    }
    let level = match &program.file.map {
        Some(_) => "messages and answers by [map], votes from what the nodes say that they store",
        None => "nothing yet: there is no [map], which a run needs",
    };
    lines.push(format!("known by   {level}"));
    printer.data((lines.join("\n") + "\n").as_bytes())?;
    Ok(Exit::Ok)
}

/// Begins a run of so many nodes and ends it: a program may answer the first line and end at its own first one.
fn begins(process: &mut Process, nodes: u8) -> Result<(), Failure> {
    let failed = |trouble: Trouble| Failure::Node(trouble.to_string());
    let mut answers = Vec::new();
    let begin = Begin { nodes, ..Begin::default() };
    process.ask(&[(0, Ask::Reset(&begin))], &mut answers).map_err(failed)?;
    for (node, effect) in answers.iter().flatten() {
        if let Effect::Hazard { kind, text } = effect
            && (kind == "uncaught" && text.ends_with("(MainThread)") || kind == "refused")
        {
            return Err(failed(Wrong::Unbegun(format!("node {node} of {nodes}: {text}")).into()));
        }
    }
    process.ask(&[(0, Ask::End)], &mut answers).map_err(failed)?;
    process.close().map_err(failed)
}

/// Looks for checks and sets without a lock, by the Python kit.
fn races(file: &Path, printer: &Printer) -> Result<Exit, Failure> {
    let program = Program::load(file, None)?;
    let sources: Vec<String> =
        program.file.node.files.iter().filter(|name| name.ends_with(".py")).cloned().collect();
    if sources.is_empty() {
        return Err(Failure::Usage(format!("{}: no Python file is among `files`", program.named)));
    }
    let kit = kits::kit_folder()?.join(format!("{}.py", kits::KIT_NAME));
    let words = ["python3".to_owned(), kit.to_string_lossy().into_owned(), "--races".to_owned()];
    let command = Command { words: words.into_iter().chain(sources).collect(), ..program.command.clone() };
    let found = command.output().map_err(|wrong| Failure::Node(wrong.to_string()))?;
    let mut text = String::new();
    for line in found.lines() {
        let Ok(race) = serde_json::from_str::<serde_json::Value>(line) else { continue };
        let word =
            |key: &str| printable(&race[key].as_str().map_or_else(|| race[key].to_string(), str::to_owned));
        text.push_str(&format!("{}:{}  {}: {}\n", word("file"), word("line"), word("name"), word("why")));
    }
    if text.is_empty() {
        text.push_str("no shared name is checked and then set with no lock held\n");
    }
    printer.data(text.as_bytes())?;
    Ok(Exit::Ok)
}
