//! `mine.toml`: how a user's nodes are run, and what their messages mean.
//!
//! Absent on purpose: how files are read from disk (`scenario`); what the mapping makes of a message
//! (`map`); and what only a kit understands of `[python]`, which is handed on as it stands.

mod identity;
mod model;
mod places;
mod rules;
mod told;

pub use model::{
    AcceptRow, AcceptedRow, Client, Codec, DrawName, LearnRow, MapTable, NodeTable, Preempt, PrepareRow,
    PromiseRow, PythonTable, RejectRow, Style, TextForm, Watch,
};
pub use places::{Place, Where};
pub use told::{FailedTold, LaterTold, Pattern, SucceededTold, ToldTable};

use std::collections::BTreeSet;
use std::path::Path;

#[cfg(feature = "schema")]
use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::{Dialect, ScenarioError, Sheet, Words, program_file, text_of};

/// Words for people about files of this kind, and where their keys live.
static DIALECT: Dialect = Dialect::new(
    "a node's file",
    "a [node] with `run` and `files` is the least that it needs",
    &[
        ("[node]", &["run", "files", "style", "lanes", "step_limit", "preempt", "p", "gap", "log"]),
        ("[python]", &["set", "argv", "entry", "addresses", "watch", "env", "allow"]),
        (
            "[map]",
            &[
                "submit", "read", "ballot", "none", "prepare", "accept", "promise", "accepted", "reject",
                "learn", "told", "draws", "other",
            ],
        ),
    ],
    &[("lanes", "a whole number from 1 to 256"), ("preempt", "numbers of lines, from 1")],
);

const WORDS: Words = Words {
    absent: "no such file; name the file that says how your nodes are run, as mine.toml",
    folder: "is a directory; name the file in it that says how your nodes are run, as mine.toml",
    irregular: "is no regular file; save it as a file first",
    large: "is larger than 1 MiB, which a node's file never is",
};

/// A node's file, read and checked.
#[derive(Clone, Debug)]
pub struct NodeFile {
    /// How the program is run.
    pub node: NodeTable,
    /// What the Python kit wants to know.
    pub python: Option<PythonTable>,
    /// What messages mean; without it the engine knows only what clients are told.
    pub map: Option<MapTable>,
    words: Vec<String>,
    json: serde_json::Value,
    sheet: Sheet,
}

/// How somebody's own nodes are run, and what their messages mean.
#[derive(Deserialize)]
#[cfg_attr(feature = "schema", derive(JsonSchema))]
#[serde(deny_unknown_fields)]
struct Tables {
    /// How the program is run.
    node: NodeTable,
    /// What the Python kit wants to know.
    python: Option<PythonTable>,
    /// What messages, stored values and answers to clients mean.
    map: Option<MapTable>,
}

/// The JSON Schema of nodes' files, for editors.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Tables).to_value();
    if let Some(top) = schema.as_object_mut() {
        top.insert("title".into(), "A file of own nodes for synod".into());
    }
    schema
}

impl NodeFile {
    /// Reads and checks a node's file. `name` is used in messages alone.
    ///
    /// # Errors
    /// What is wrong, with its line, its column, what is allowed and what was probably meant.
    pub fn parse(text: &str, name: &str) -> Result<NodeFile, ScenarioError> {
        let sheet = Sheet::parse(text, name, &DIALECT)?;
        let Tables { node, python, map } = sheet.read()?;
        let words = rules::check(&sheet, &node, python.as_ref(), map.as_ref())?;
        Ok(NodeFile { node, python, map, words, json: sheet.json(), sheet })
    }

    /// Reads a file from disk.
    ///
    /// # Errors
    /// If it can't be read, and as [`NodeFile::parse`].
    pub fn load(path: impl AsRef<Path>) -> Result<NodeFile, ScenarioError> {
        let (name, text) = text_of(path.as_ref(), &WORDS)?;
        NodeFile::parse(&text, &name)
    }

    /// The program's files, each with its name and its bytes, from the folder of the node's file.
    ///
    /// # Errors
    /// If one of them can't be read, with the place of its name.
    pub fn program(&self, folder: &Path) -> Result<Vec<(String, Vec<u8>)>, ScenarioError> {
        let bytes = |(place, name): (usize, &String)| match program_file(folder, name) {
            Ok(bytes) => Ok((name.clone(), bytes)),
            Err(why) => {
                let why = format!("{}: {why}", crate::text::shown(name));
                Err(self.sheet.error(&["node", "files", &place.to_string()], why))
            }
        };
        self.node.files.iter().enumerate().map(bytes).collect()
    }

    /// What is wrong with what the file says at these keys, with its place.
    pub fn misplaced(&self, path: &[&str], why: &str) -> ScenarioError {
        self.sheet.error(path, why)
    }

    /// The tables of `[python]` that have something for each node, by the keys on the way to them, with the nodes that they know.
    pub fn tables_of_nodes(&self) -> Vec<(Vec<String>, BTreeSet<u8>)> {
        let Some(python) = &self.python else { return Vec::new() };
        let nodes_of = |keys: &mut dyn Iterator<Item = &String>| -> Option<BTreeSet<u8>> {
            keys.map(|key| key.parse().ok())
                .collect::<Option<BTreeSet<u8>>>()
                .filter(|nodes| !nodes.is_empty())
        };
        let path = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>();
        let mut tables = Vec::new();
        tables.extend(
            nodes_of(&mut python.addresses.keys()).map(|nodes| (path(&["python", "addresses"]), nodes)),
        );
        let set = python.set.iter().map(|(key, value)| (path(&["python", "set", key]), value));
        let env = python.env.iter().map(|(key, value)| (path(&["python", "env", key]), value));
        let argv = python.argv.iter().enumerate();
        let argv = argv.map(|(i, value)| (path(&["python", "argv", &i.to_string()]), value));
        for (path, value) in set.chain(env).chain(argv) {
            let nodes = value.as_object().and_then(|table| nodes_of(&mut table.keys()));
            tables.extend(nodes.map(|nodes| (path, nodes)));
        }
        tables
    }

    /// The command's words, with `{dir}` for the folder of the file.
    pub fn command(&self, dir: &str) -> Vec<String> {
        self.words.iter().map(|word| word.replace("{dir}", dir)).collect()
    }

    /// Whether the program's code blocks, or is made of handlers.
    pub fn style(&self) -> Style {
        let blocks = if self.python.is_some() { Style::Blocking } else { Style::Handlers };
        self.node.style.unwrap_or(blocks)
    }

    /// The whole file as JSON, for the first line that a node is told.
    pub fn config_json(&self) -> &serde_json::Value {
        &self.json
    }
}

impl NodeFile {
    /// The same, whose threads are held up at races, or nowhere, whatever the file says.
    #[must_use]
    pub fn held_up(mut self, at_races: bool) -> NodeFile {
        (self.node.preempt, self.node.p, self.node.gap) = (None, None, None);
        if let Some(node) = self.json["node"].as_object_mut() {
            node.retain(|key, _| !["preempt", "p", "gap"].contains(&key.as_str()));
            if at_races {
                node.insert("preempt".to_owned(), "races".into());
            }
        }
        self
    }

    /// The same, of whose messages nothing is known but what a client calls: this function, or the one that the file names.
    #[must_use]
    pub fn unmapped(mut self, submit: Option<&str>) -> NodeFile {
        let named = |call: &str| Client { call: call.to_owned(), args: vec!["{value}".into()] };
        let (own, read) = self.map.take().map_or((None, None), |map| (map.submit, map.read));
        let mut json = self.json["map"].take();
        if let Some(map) = json.as_object_mut() {
            map.retain(|key, _| ["submit", "read"].contains(&key.as_str()));
        } else {
            json = serde_json::json!({});
        }
        json["ballot"] = "opaque".into();
        if let Some(call) = submit {
            json["submit"] = serde_json::json!({ "call": call, "args": ["{value}"] });
        }
        self.json["map"] = json;
        self.map = Some(MapTable { read, ..MapTable::only(submit.map(named).or(own)) });
        self
    }
}
