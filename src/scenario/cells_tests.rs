//! The grid has the right cells in the right order, and each can be had again by its flags.
//!
//! Absent on purpose: errors in axes, which stand among the messages (`tests/it/scenario_errors.rs`).

use super::*;
use crate::scenario::{Delay, Duration, Fault, Retry, hash};

const BASE: &str = r#"
[[proposer]]
name = "A"
node = 1
[[proposer]]
name = "B.2"
node = 3
[network]
delay = { uniform = { min = "1ms", max = "9ms" } }
[[network.link]]
from = 1
to = 2
loss = 0.5
[[fault]]
at = "1s"
unreachable = { nodes = [2] }
"#;

fn cells(sweep: &str) -> Cells {
    Document::parse(&format!("{BASE}{sweep}"), "x.toml").unwrap().cells().unwrap()
}

#[test]
fn without_a_sweep_there_is_one_cell() {
    let cells = cells("");
    assert_eq!(cells.len(), 1);
    assert!(cells.get(0).unwrap().unwrap().parameters.is_empty());
    assert!(cells.get(1).is_none());
}

#[test]
fn the_last_axis_is_the_fastest_and_the_file_keeps_its_order() {
    let cells = cells(
        "[sweep.axes]\n\"run.horizon\" = [\"1s\", \"2s\"]\n\"network.loss\" = [0.0, 0.1, 0.2]\n\
         [sweep.zip]\n\"protocol.max_attempts\" = [1, 2]\n\"cluster.nodes\" = [3, 5]\n",
    );
    assert_eq!(cells.len(), 12);
    assert_eq!(cells.paths(), ["run.horizon", "network.loss", "protocol.max_attempts", "cluster.nodes"]);
    let texts: Vec<String> = cells
        .iter()
        .map(|cell| {
            cell.unwrap().parameters.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(texts[0], "1s 0.0 1 3");
    assert_eq!(texts[1], "1s 0.0 2 5");
    assert_eq!(texts[2], "1s 0.1 1 3");
    assert_eq!(texts[11], "2s 0.2 2 5");
    assert_eq!(cells.get(11).unwrap().unwrap().scenario.cluster.nodes, 5);
}

#[test]
fn a_path_into_another_word_replaces_the_value() {
    let cells = cells(
        "[sweep.axes]\n\"network.delay.exponential.mean\" = [\"5ms\"]\n\
         \"protocol.retry\" = [\"none\", { fixed = { delay = \"0ms\" } }]\n",
    );
    let cell = cells.get(1).unwrap().unwrap();
    assert!(matches!(cell.scenario.network.delay, Delay::Exponential(it) if it.mean.ns() == 5_000_000));
    assert!(matches!(cell.scenario.protocol.retry, Retry::Fixed(_)));
    assert_eq!(cell.parameters[1].1, "{ fixed = { delay = \"0ms\" } }");
}

#[test]
fn a_path_into_the_same_word_changes_only_that() {
    let cells = cells("[sweep.axes]\n\"network.delay.uniform.max\" = [\"5ms\"]\n");
    let cell = cells.get(0).unwrap().unwrap();
    assert!(
        matches!(cell.scenario.network.delay, Delay::Uniform(it) if it.min.ns() == 1_000_000 && it.max.ns() == 5_000_000)
    );
}

#[test]
fn elements_are_named_by_name_or_by_index() {
    let cells = cells(
        "[sweep.axes]\n\"proposer.\\\"B.2\\\".start.constant\" = [\"7ms\"]\n\"network.link.0.loss\" = [1]\n\
         \"fault.0.unreachable.nodes.0\" = [3]\n\"network.kind.accept.loss\" = [0.25]\n",
    );
    let scenario = cells.get(0).unwrap().unwrap().scenario;
    assert_eq!(scenario.proposer[1].start, Delay::Constant(Duration::from_ns(7_000_000)));
    assert_eq!(scenario.network.link[0].loss.unwrap().get(), 1.0);
    assert_eq!(scenario.fault[0], Fault::unreachable(Duration::from_ns(1_000_000_000), vec![3]));
    assert_eq!(scenario.network.kind.len(), 1);
}

#[test]
fn a_cell_is_had_again_by_its_flags() {
    let sweep = "[sweep.axes]\n\"network.loss\" = [0.0, 1, 1e-3]\n\
         \"proposer.A.value\" = [\"5\", \"true\", \"\", \"say \\\"hi\\\"\\n\", \"plain\", \"{\"]\n\
         \"proposer.A.start\" = [{ uniform = { min = \"0s\", max = \"1s\" } }, { constant = \"0.25ms\" }]\n";
    for cell in cells(sweep).iter() {
        let cell = cell.unwrap();
        let mut document = Document::parse(BASE, "x.toml").unwrap();
        for (path, value) in &cell.parameters {
            document.set(path, value).unwrap_or_else(|error| panic!("{error}"));
        }
        let again = document.scenario().unwrap();
        assert_eq!(again, cell.scenario);
        assert_eq!(hash(&again), hash(&cell.scenario));
    }
}

#[test]
fn ten_million_cells_are_as_cheap_as_their_axes() {
    let hundred = (1..=100).map(|i| format!("{i}")).collect::<Vec<_>>().join(", ");
    let times = (1..=1000).map(|i| format!("\"{i}ms\"")).collect::<Vec<_>>().join(", ");
    let cells = cells(&format!(
        "[sweep.axes]\n\"run.max_events\" = [{hundred}]\n\"proposer.A.initial_round\" = [{hundred}]\n\
         \"run.horizon\" = [{times}]\n"
    ));
    assert_eq!(cells.len(), MOST_CELLS);
    let last = cells.get(MOST_CELLS - 1).unwrap().unwrap();
    assert_eq!(last.scenario.run.max_events, 100);
    assert_eq!(last.scenario.run.horizon.to_string(), "1s");
}
