//! From `--node mine.toml` to a program that plans can run: the file is read, its program found, the kit put where it is
//! looked for.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::child::{Command, Process};
use crate::cli::exit::Failure;
use crate::cli::load::failure;
use crate::cli::words::scenario_name;
use crate::own::file::{NodeFile, Watch};
use crate::own::{Body, Cluster, Map, Provenance, Trouble};
use crate::run::{Clusters, OwnNodes};
use crate::scenario::Scenario;
use crate::scenario::model::{Handlers, Mutant};
use crate::text::quote_path;

use super::kits::{KIT_NAME, kit_folder};

/// A user's program, as its file describes it.
#[derive(Debug)]
pub struct Program {
    /// How command lines name its file.
    pub named: String,
    /// How what is kept names it: no absolute paths, which would differ between machines.
    pub path: String,
    /// The file.
    pub file: NodeFile,
    /// How it is started.
    pub command: Command,
    /// A fingerprint of what decides what it does.
    pub identity: u128,
}

impl Program {
    /// Reads a node's file and the program's own. `at_races` is whether threads are held up there, whatever the file says.
    pub fn load(path: &Path, at_races: Option<bool>) -> Result<Program, Failure> {
        let file = NodeFile::load(path).map_err(failure)?;
        let file = match at_races {
            Some(at_races) => file.held_up(at_races),
            None => file,
        };
        let folder = match path.parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let files = file.program(&folder).map_err(failure)?;
        let folder = std::fs::canonicalize(&folder)
            .map_err(|error| Failure::io("find the folder of the node's file", &error))?;
        let words = file.command(&folder.to_string_lossy());
        let mut env = Vec::new();
        let mut kit = "";
        if words.iter().any(|word| word == KIT_NAME) && !folder.join(format!("{KIT_NAME}.py")).exists() {
            let place = kit_folder()?;
            env.push(("PYTHONPATH".to_owned(), place.to_string_lossy().into_owned()));
            kit = env!("CARGO_PKG_VERSION");
        }
        let mut command = Command::new(words, folder);
        command.config = file.config_json().clone();
        command.step_limit = std::time::Duration::from_nanos(file.node.step_limit.ns());
        command.env = env;
        // At most 256, as the file's reader has it.
        command.lanes = file.node.lanes as u16;
        let identity = file.identity(&files, kit);
        Ok(Program {
            named: quote_path(path),
            path: scenario_name(&path.to_string_lossy()),
            file,
            command,
            identity,
        })
    }

    /// Starts it whenever a thread needs it.
    pub fn processes(self: &Arc<Self>) -> Arc<dyn Clusters> {
        Arc::new(Processes(Arc::clone(self)))
    }

    /// Its nodes, as a plan of this scenario runs them, from there.
    pub fn nodes(&self, scenario: &Scenario, clusters: Arc<dyn Clusters>) -> Result<OwnNodes, Failure> {
        let (map, values) = self.map(scenario)?;
        Ok(OwnNodes::new(clusters, self.identity, map, values))
    }

    /// The same nodes in another scenario, by the same processes.
    pub fn nodes_like(&self, others: &OwnNodes, scenario: &Scenario) -> Result<OwnNodes, Failure> {
        let (map, values) = self.map(scenario)?;
        Ok(others.with_values(map, values))
    }

    /// Its nodes, also if nobody knows what they do.
    pub fn understood_or_not(
        &self,
        scenario: &Scenario,
        clusters: Arc<dyn Clusters>,
    ) -> Result<OwnNodes, Failure> {
        let (map, values) = self.as_mapped(scenario)?;
        Ok(OwnNodes::new(clusters, self.identity, map, values))
    }

    /// What its messages mean in this scenario, and the values that are submitted there.
    fn map(&self, scenario: &Scenario) -> Result<(Map, Vec<Body>), Failure> {
        suits(scenario)?;
        self.is_understood()?;
        self.knows_all(scenario)?;
        self.as_mapped(scenario)
    }

    fn as_mapped(&self, scenario: &Scenario) -> Result<(Map, Vec<Body>), Failure> {
        let values = values(scenario);
        let map = Map::new(&self.file, &values);
        map.map(|map| (map, values)).map_err(|why| Failure::Usage(format!("{}: {why}", self.named)))
    }

    /// Starts it once: what it says of itself, and the process.
    pub fn begin(&self) -> Result<(Provenance, Process), Failure> {
        let process = Process::start(&self.command).map_err(|trouble| Failure::Node(trouble.to_string()))?;
        let hello = process.hello();
        let (kit, runtime) = (hello.kit.as_deref(), hello.runtime.as_deref());
        Ok((Provenance::new(&self.path, self.identity, kit, runtime), process))
    }

    /// How many nodes it is started with where no scenario says it: as many as its file knows.
    pub fn nodes_alone(&self) -> u8 {
        let of_table = |(_, nodes): (Vec<String>, BTreeSet<u8>)| nodes.into_iter().max();
        let largest = self.file.tables_of_nodes().into_iter().filter_map(of_table).min();
        largest.filter(|nodes| (1..=63).contains(nodes)).unwrap_or(3)
    }

    /// Whether the file has something for each node of the scenario where it has something for one: a node that is left out
    /// would end as it begins, or be called by nobody, and that would look like a fault of the program.
    fn knows_all(&self, scenario: &Scenario) -> Result<(), Failure> {
        let nodes = scenario.cluster.nodes;
        // What is set on some nodes alone may be meant so; an address is asked for by all others.
        let addresses = |(path, _): &(Vec<String>, _)| path.last().is_some_and(|key| key == "addresses");
        for (path, known) in self.file.tables_of_nodes().into_iter().filter(addresses) {
            let missing: Vec<String> =
                (1..=nodes).filter(|node| !known.contains(node)).map(|node| node.to_string()).collect();
            if !missing.is_empty() {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                let many = (1..=nodes).take_while(|node| known.contains(node)).count();
                let fits = scenario.proposer.iter().all(|proposer| usize::from(proposer.node) <= many);
                let set =
                    if fits && many > 0 { format!(" (--set cluster.nodes={many})") } else { String::new() };
                let why = format!(
                    "`{}` has nothing for {} of the {nodes} nodes of the scenario; give it what they need, or take a scenario \
                     of {many} nodes{set}",
                    path.last().copied().unwrap_or_default(),
                    if missing.len() == 1 {
                        format!("node {}", missing[0])
                    } else {
                        format!("nodes {}", missing.join(", "))
                    },
                );
                return Err(failure(self.file.misplaced(&path, &why)));
            }
        }
        Ok(())
    }

    /// Whether enough is known of the program that what is said of its runs is so.
    fn is_understood(&self) -> Result<(), Failure> {
        let map = self.file.map.as_ref();
        let rows = [
            ("prepare", map.is_some_and(|map| map.prepare.is_some())),
            ("accept", map.is_some_and(|map| map.accept.is_some())),
            ("promise", map.is_some_and(|map| map.promise.is_some())),
            ("accepted", map.is_some_and(|map| map.accepted.is_some())),
            ("told", map.is_some_and(|map| map.told.is_some())),
        ];
        if let Some((row, _)) = rows.iter().find(|(_, is_there)| !is_there) {
            return Err(Failure::Usage(format!(
                "{}: [map] has no `{row}`, and without it nobody knows what the nodes do; see docs/node-file.md",
                self.named
            )));
        }
        let watch = self.file.python.as_ref().map(|python| python.watch.as_ref());
        let is_watched = |watch: &Watch| watch.promised.is_some() && watch.accepted.is_some();
        match watch {
            Some(watch) if !watch.is_some_and(is_watched) => Err(Failure::Usage(format!(
                "{}: [python] watches not both `promised` and `accepted`, by which votes are known; name them in `watch`",
                self.named
            ))),
            _ => Ok(()),
        }
    }
}

/// The values of a scenario's submissions, in their order.
fn values(scenario: &Scenario) -> Vec<Body> {
    let own = scenario.proposer.iter().map(|proposer| Body::from(proposer.text()));
    own.chain(scenario.submit.iter().map(|submit| Body::from(submit.value.as_str()))).collect()
}

/// Whether own nodes can run in a scenario at all.
fn suits(scenario: &Scenario) -> Result<(), Failure> {
    let no = |why: &str| Err(Failure::Usage(format!("--node: {why}")));
    if scenario.script.is_some() {
        return no(
            "this scenario is a script, whose steps are those of the built-in; take one without [script]",
        );
    }
    if scenario.protocol.mutant != Mutant::None || scenario.protocol.handlers != Handlers::Atomic {
        return no("this scenario plants a bug in the built-in, which does not run; take one without \
             `protocol.mutant` and split `protocol.handlers` (`[node] preempt` holds own handlers up)");
    }
    match scenario.proposer.iter().find(|proposer| proposer.node == 0) {
        Some(proposer) => no(&format!(
            "proposer {} lives on no node, and own code runs on nodes; give it one with --set proposer.{0}.node=1",
            crate::text::printable(&proposer.name)
        )),
        None => Ok(()),
    }
}

/// Starts the program whenever a thread needs it.
#[derive(Debug)]
struct Processes(Arc<Program>);

impl Clusters for Processes {
    fn start(&self) -> Result<Box<dyn Cluster>, Trouble> {
        Ok(Box::new(Process::start(&self.0.command)?))
    }

    fn start_twin(&self, twin: u32) -> Result<Box<dyn Cluster>, Trouble> {
        let command = Command { hash_seed: twin, keep: 1, ..self.0.command.clone() };
        Ok(Box::new(Process::start(&command)?))
    }
}
