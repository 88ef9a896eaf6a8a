//! `synod scenario`: the built-in scenarios, the schema, a file to start from.

use std::fmt::Write;

use super::args::{ScenarioArgs, ScenarioCommand};
use super::exit::{Exit, Failure};
use super::load::swarm_text;
use super::printer::Printer;
use crate::scenario::{keys, schema, shipped};

/// Prints what is asked for.
pub fn scenario(args: &ScenarioArgs, printer: &Printer) -> Result<Exit, Failure> {
    let text = match &args.command {
        ScenarioCommand::List => list(),
        ScenarioCommand::Show { name } => match (swarm_text(name)?, shipped::find(name)) {
            (Some(text), _) => text,
            (None, Some(shipped)) => shipped.text.to_owned(),
            (None, None) => return Err(unknown(name)),
        },
        ScenarioCommand::Keys => keys(&schema()),
        ScenarioCommand::Schema => format!("{:#}\n", schema()),
        ScenarioCommand::New => shipped::TEMPLATE.to_owned(),
    };
    printer.data(text.as_bytes())?;
    Ok(Exit::Ok)
}

fn list() -> String {
    let mut text = String::new();
    for shipped in shipped::ALL {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:<28} {}", shipped.name, shipped.summary());
    }
    text
}

fn unknown(name: &str) -> Failure {
    let names: Vec<_> = shipped::ALL.iter().map(|s| s.name).collect();
    let near = names.iter().max_by(|a, b| strsim::jaro(a, name).total_cmp(&strsim::jaro(b, name)));
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let name = crate::scenario::printable(name);
    Failure::Usage(format!("no built-in scenario is named `{name}`{hint} (there are: {})", names.join(", ")))
}
