//! From a name on the command line to a scenario: a file, or a built-in one, with `--set`s applied.

use std::io::Read;
use std::path::Path;

use super::args::Source;
use super::exit::Failure;
use super::printer::Printer;
use super::words::scenario_name;
use crate::run::{OwnNodes, PlanError, Setup};
use crate::scenario::{
    Document, ErrorKind, LARGEST, Scenario, ScenarioError, Words, did_you_mean, printable, shipped,
    split_set, text_of,
};
use crate::sweep::swarm_scenario;
use crate::text::{brief, quote, quote_path};

/// A scenario as it was asked for.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The document with the `--set`s applied.
    pub document: Document,
    /// What it means.
    pub scenario: Scenario,
    /// How a command line names its file: no absolute paths, which would differ between machines.
    pub named: String,
    /// The same with what was set, and with the file of somebody's nodes.
    pub arguments: String,
    /// Somebody's nodes that play it.
    pub nodes: Option<OwnNodes>,
    /// Whose they are, as outputs say it, if that was asked for.
    pub whose: Option<String>,
}

impl Loaded {
    /// The scenario, and whose nodes play it.
    pub fn setup(&self) -> Setup<'_> {
        Setup { scenario: &self.scenario, nodes: self.nodes.as_ref() }
    }

    /// What a document means.
    fn of(document: Document, named: String, arguments: String) -> Result<Loaded, Failure> {
        let scenario = document.scenario().map_err(failure)?;
        Ok(Loaded { document, scenario, named, arguments, nodes: None, whose: None })
    }

    /// Says of a scenario with axes that they are not looked at here, unless a value is set for each.
    pub fn say_axes(&self, printer: &Printer) {
        let Ok(cells) = self.document.cells() else { return };
        let is_set = |path: &str| self.document.overrides().iter().any(|(set, _)| set.starts_with(path));
        let open: Vec<String> = cells
            .paths()
            .into_iter()
            .filter(|path| !is_set(path))
            .map(|path| format!("`{}`", printable(path)))
            .collect();
        if !open.is_empty() {
            printer.say(&format!(
                "note: the scenario has axes ({}), and this takes the values outside of them; --cell N, 0 to {}, takes those of a cell",
                open.join(", "),
                cells.len() - 1
            ));
        }
    }

    /// Nothing more is asked of somebody's nodes; a failure if they have said more than they were asked for.
    pub fn close(&self) -> Result<(), Failure> {
        let closed = self.nodes.as_ref().map_or(Ok(()), OwnNodes::close);
        closed.map_err(|trouble| Failure::Node(trouble.to_string()))
    }
}

/// Loads a scenario.
pub fn load(source: &Source) -> Result<Loaded, Failure> {
    let mut document = open(&source.scenario)?;
    set_all(&mut document, &source.sets)?;
    if let Some(cell) = source.cell {
        take_cell(&mut document, cell)?;
    }
    let named = scenario_name(&source.scenario);
    let arguments = arguments(&named, document.overrides());
    Loaded::of(document, named, arguments)
}

/// Reads a scenario from standard input, with what is set.
pub fn from_stdin(sets: &[String]) -> Result<Loaded, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().take(LARGEST as u64 + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::io("read the scenario from standard input", &error))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::Usage("-: what came from standard input is not UTF-8".to_owned()))?;
    let mut document = Document::parse(&text, "-").map_err(failure)?;
    set_all(&mut document, sets)?;
    let arguments = sets_of("-".to_owned(), document.overrides());
    Loaded::of(document, "-".to_owned(), arguments)
}

/// Sets what `--set PATH=VALUE` says; of `PATH=@FILE`, what the file holds.
fn set_all(document: &mut Document, sets: &[String]) -> Result<(), Failure> {
    const VALUE: Words = Words {
        absent: "no such file; a value that begins with `@` names one (a text that begins so is put in quotes)",
        folder: "is a directory; name a file with the value",
        irregular: "is no regular file; save the value as a file first",
        large: "is larger than 1 MiB, which no value is",
    };
    for set in sets {
        let (path, value) = split_set(set).ok_or_else(|| {
            Failure::Usage(format!(
                "`--set {}` has no `=`; write --set PATH=VALUE, e.g. --set network.loss=0.1",
                brief(set)
            ))
        })?;
        match value.strip_prefix('@') {
            None => document.set(path, value).map_err(failure)?,
            Some(file) => {
                let (_, text) = text_of(Path::new(file), &VALUE).map_err(failure)?;
                document.set(path, text.trim_end_matches(['\n', '\r'])).map_err(failure)?;
            }
        }
    }
    Ok(())
}

/// Sets what makes a scenario that of a cell of its sweep.
fn take_cell(document: &mut Document, number: usize) -> Result<(), Failure> {
    let cells = document.cells().map_err(failure)?;
    if cells.paths().is_empty() {
        return Err(Failure::Usage(format!(
            "--cell {number}: the scenario has no [sweep.axes], so that it is its only cell; leave --cell out"
        )));
    }
    let last = cells.len() - 1;
    let cell = cells.get(number).ok_or_else(|| {
        Failure::Usage(format!(
            "--cell {number}: there is no such cell; the scenario's cells are 0 to {last}"
        ))
    })?;
    for (path, value) in &cell.map_err(failure)?.parameters {
        document.set(path, value).map_err(failure)?;
    }
    Ok(())
}

/// How a command line names a scenario of this name with these paths and values set: made from them, wherever they come
/// from, and never read from a file as it stands.
pub fn arguments(named: &str, sets: &[(String, String)]) -> String {
    sets_of(quote_path(named), sets)
}

fn sets_of(mut arguments: String, sets: &[(String, String)]) -> String {
    for (path, value) in sets {
        arguments.push_str(" --set ");
        arguments.push_str(&quote(&format!("{path}={value}")));
    }
    arguments
}

/// A file; or, if there is none of that name, a built-in scenario.
fn open(name: &str) -> Result<Document, Failure> {
    let path = Path::new(name);
    if let Some(text) = swarm_text(name)? {
        return Document::parse(&text, &format!("{name}.toml")).map_err(failure);
    }
    if name == "-" {
        return Err(Failure::Usage(
            "-: a scenario from standard input is read by `synod check` alone, for what others print names its file; save it as a file"
                .to_owned(),
        ));
    }
    if !path.exists() {
        if let Some(shipped) = shipped::find(name) {
            return Document::parse(shipped.text, &format!("{name}.toml")).map_err(failure);
        }
        let names: Vec<&str> = shipped::ALL.iter().map(|shipped| shipped.name).collect();
        let near = did_you_mean(&path.file_stem().unwrap_or_default().to_string_lossy(), &names);
        if !near.is_empty() {
            let name = brief(name);
            return Err(Failure::Usage(format!(
                "{name}: no such file{near} (`synod scenario list` names the built-in ones)"
            )));
        }
    }
    if is_trace(path) {
        let shown = brief(name);
        return Err(Failure::Usage(format!(
            "{shown}: a trace, not a scenario; write synod replay --trace {}, or name the scenario",
            quote_path(path)
        )));
    }
    Document::load(path).map_err(failure)
}

/// Whether a file begins as the traces do that `replay --as jsonl` writes. What cannot be read is said by whoever reads it.
fn is_trace(path: &Path) -> bool {
    const BEGINS: &[u8] = b"{\"synod_trace\":";
    let is_file = path.metadata().is_ok_and(|it| it.is_file());
    let mut first = [0; BEGINS.len()];
    let file = is_file.then(|| std::fs::File::open(path).ok()).flatten();
    file.is_some_and(|mut file| file.read_exact(&mut first).is_ok()) && first == BEGINS
}

/// The text of the scenario of a run of the swarm, if `swarm:RUN` names one.
pub fn swarm_text(name: &str) -> Result<Option<String>, Failure> {
    let Some(run) = name.strip_prefix("swarm:") else { return Ok(None) };
    match super::amounts::seed(run) {
        Ok(run) => Ok(Some(swarm_scenario(run).to_toml())),
        Err(why) => Err(Failure::Usage(format!("`{}`: the run of the swarm: {why}", brief(name)))),
    }
}

/// Why a scenario cannot be run, as the command's failure; a step of a script with its place in the file.
pub fn unplanned(document: &Document, error: PlanError) -> Failure {
    match error {
        PlanError::Script { why, at } => failure(document.schedule_error(&why, at)),
        other => Failure::Usage(other.to_string()),
    }
}

/// A scenario error as the command's failure.
pub fn failure(error: ScenarioError) -> Failure {
    match error.kind() {
        ErrorKind::Io => Failure::Io(error.to_string()),
        _ => Failure::Usage(error.to_string()),
    }
}
