//! A scenario file as it was written, with the values that were set over it.
//!
//! Absent on purpose: reading from disk (`load`) and the walk over a sweep's grid (`cells`).

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cells::{self, Cells};
use super::error::{Problem, ScenarioError};
use super::model::{Scenario, SweepKind};
use super::node::{At, Node, Step, Value};
use super::plane::Plane;
use super::samples::{self, Library};
use super::source::Source;
use super::{checked, durations, path, read_json, read_toml, validate};

/// Longest file that is read, in bytes. The longest scenario that we can think of has a tenth of it.
pub(crate) const LARGEST: usize = 1 << 20;

/// A scenario file as it was written, with the values that were set over it. From it come the [`Scenario`]
/// and the cells of its sweep.
#[derive(Clone, Debug)]
pub struct Document {
    source: Arc<Source>,
    root: Node,
    overrides: Vec<(String, String)>,
    library: Library,
}

impl Document {
    /// Reads TOML, or JSON where the text begins with `{` or the name ends in `.json`. Only the grammar is
    /// checked here; [`Document::scenario`] checks the rest. `file_name` is used in messages alone.
    pub fn parse(text: &str, file_name: &str) -> Result<Self, ScenarioError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let source = Source { name: file_name.to_string(), text: text.to_string() };
        if text.len() > LARGEST {
            return Err(source.refuse("is larger than 1 MiB, which no scenario is"));
        }
        if text.trim().is_empty() {
            return Err(source.refuse("is empty; `synod scenario new` prints a scenario to start from"));
        }
        let is_json = file_name.to_ascii_lowercase().ends_with(".json") || text.trim_start().starts_with('{');
        let root = if is_json { read_json::document(text) } else { read_toml::document(text) };
        match root {
            Ok(root) => Ok(Document {
                source: Arc::new(source),
                root,
                overrides: Vec::new(),
                library: Library::default(),
            }),
            Err(problem) => Err(source.error(&problem)),
        }
    }

    /// Sets the value at a path, as `--set PATH=VALUE` does. The value is TOML; what is no TOML is taken as a
    /// text, so that `5ms` and `none` need no quotes. Several can be set before the scenario is whole again.
    pub fn set(&mut self, path: &str, value: &str) -> Result<(), ScenarioError> {
        let at = At::Flag(format!("--set {path}={value}").into());
        let steps = path::parse(path).map_err(|problem| self.source.error(&problem.placed(at.clone())))?;
        let new = path::value(value).map_err(|problem| self.source.error(&problem.placed(at.clone())))?;
        let mut new = Node { value: new, at: at.clone() };
        relabel(&mut new, &at);
        path::set(&mut self.root, &steps, new, &at).map_err(|problem| self.source.error(&problem))?;
        self.overrides.push((path.to_string(), path::spelled(value)));
        Ok(())
    }

    /// The typed scenario, checked. Also checks that every value of every axis has its key's type.
    pub fn scenario(&self) -> Result<Scenario, ScenarioError> {
        cells::check_axes(&self.root).map_err(|problem| self.error(&problem))?;
        let scenario = self.whole(&self.root).map_err(|problem| self.error(&problem))?;
        if let Some(sweep) = &scenario.sweep {
            let cells = self.cells()?;
            cells.bases(&sweep.baseline.clone().unwrap_or_default())?;
            if sweep.kind == SweepKind::Phase {
                Plane::new(&cells)?;
            }
        }
        Ok(scenario)
    }

    /// A tree of this document as a scenario: read, with the samples of its files, and checked.
    pub(super) fn whole(&self, root: &Node) -> Result<Scenario, Problem> {
        let mut scenario = checked::unchecked(root)?;
        samples::read_all(&mut scenario, &self.library, root)?;
        validate::check(&scenario, root)?;
        Ok(scenario)
    }

    /// Where the files that the scenario names are.
    pub(super) fn set_folder(&mut self, folder: &Path) {
        self.library.folder = Some(folder.to_path_buf());
    }

    /// The samples that were read from files so far, as text for [`Document::supply`]; empty if there are none.
    pub fn samples(&self) -> String {
        self.library.known()
    }

    /// The files that samples were read from so far.
    pub fn sample_files(&self) -> Vec<PathBuf> {
        self.library.files()
    }

    /// Gives the document the samples of its files, so that it needs none of them; none if the text holds no samples.
    pub fn supply(&mut self, samples: &str) -> Option<()> {
        self.library.supply(samples)
    }

    /// The grid of the sweep: one cell for each combination of the axes' values, or a single one without a sweep.
    pub fn cells(&self) -> Result<Cells, ScenarioError> {
        Cells::new(self)
    }

    /// An error about these bytes of `script.schedule`, as running the script tells it.
    pub fn schedule_error(&self, why: &str, at: std::ops::Range<usize>) -> ScenarioError {
        let place = self.root.place(&["script", "schedule"].map(Step::from));
        self.error(&Problem::new(why).placed(place).in_part(at))
    }

    /// An error about a key, named with dots and places in lists (`network.link.0.loss`), for whoever cannot make use of
    /// what it says.
    pub fn key_error(&self, key: &str, why: &str) -> ScenarioError {
        let step = |step| str::parse(step).map_or(Step::Key(step), Step::Index);
        let place = self.root.place(&key.split('.').map(step).collect::<Vec<_>>());
        self.error(&Problem::new(why).placed(place))
    }

    /// The text of the file, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.source.text
    }
    /// The file's name as it was given.
    pub fn file_name(&self) -> &str {
        &self.source.name
    }
    /// Paths and values that were set, in order.
    pub fn overrides(&self) -> &[(String, String)] {
        &self.overrides
    }

    pub(super) fn root(&self) -> &Node {
        &self.root
    }
    /// A problem with its place, and with what had been set when it showed.
    pub(super) fn error(&self, problem: &Problem) -> ScenarioError {
        let error = self.source.error(problem);
        if self.overrides.is_empty() || matches!(problem.at(), At::Flag(_)) && self.overrides.len() == 1 {
            return error;
        }
        let flags = self.overrides.iter().map(|(path, value)| format!("--set {path}={value}"));
        error.with_context(format!("with {}", super::escape::brief(&flags.collect::<Vec<_>>().join(" "))))
    }
}

impl Source {
    /// An error about the file as a whole.
    pub(super) fn refuse(&self, why: &str) -> ScenarioError {
        ScenarioError::new(&self.name, super::error::ErrorKind::Invalid, why)
    }
}

/// Gives a value from a flag the flag as its place, in all its parts.
fn relabel(node: &mut Node, at: &At) {
    node.at = at.clone();
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| relabel(item, at)),
        Value::Table(entries) => {
            for entry in entries {
                entry.at = at.clone();
                relabel(&mut entry.node, at);
            }
        }
        _ => {}
    }
}

impl Scenario {
    /// Reads and checks a scenario; see [`Document::parse`] and [`Document::scenario`].
    pub fn parse(text: &str, file_name: &str) -> Result<Scenario, ScenarioError> {
        Document::parse(text, file_name)?.scenario()
    }

    /// Checks a scenario that was built in code as a file is checked: the rules between keys, and that its expectations
    /// and its sweep can be written in a file.
    ///
    /// # Errors
    /// The first rule that is broken.
    pub fn validate(&self) -> Result<(), ScenarioError> {
        self.keeps_rules()?;
        if self.expect.is_none() && self.sweep.is_none() {
            return Ok(());
        }
        if Scenario::parse(&self.to_toml(), "scenario")? == *self {
            return Ok(());
        }
        Err(in_code(
            "a number in `expect` or `sweep` is none that a file can hold; the largest whole one is 2^63 - 1",
        ))
    }

    /// Checks the rules between keys: whether its runs mean anything. Of its sweep it says nothing.
    pub(crate) fn keeps_rules(&self) -> Result<(), ScenarioError> {
        match durations::too_long(self) {
            Some(why) => Err(in_code(&why)),
            None => validate::check(self, &Node::empty()).map_err(|problem| in_code(&problem.message())),
        }
    }
}

/// An error of a scenario that is no file.
fn in_code(why: &str) -> ScenarioError {
    Source { name: "scenario".into(), text: String::new() }.refuse(why)
}
