//! Nodes that answer otherwise when they are asked again, and that this is found.

use super::place::{Nodes, installed};

#[track_caller]
fn is_found(nodes: &Nodes) {
    let told = nodes.sweep(&["lab2"], "lab/mine.toml", "40").exits(3);
    assert!(told.err.contains("the same input, two answers\n  once   "), "{told:#?}");
    assert_eq!(told.out, "", "nothing of it can be believed");
    assert!(told.last_line().starts_with("synod node talk lab2 --node lab/mine.toml --seed "), "{told:#?}");
    nodes.line(told.last_line()).exits(0);
}

#[test]
fn an_order_that_depends_on_hashes_is_found() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    // Strings in a set: their order is another one under each hash seed.
    let set = "for node in map(int, {str(node) for node in ALL_NODES})";
    nodes.edit("lab/server.py", "[node for node in ALL_NODES", &format!("[node {set}"));
    is_found(&nodes);
    // Under one hash seed nobody sees it: a single run is the same every time.
    let run = || nodes.synod(&["run", "lab2", "--node", "lab/mine.toml"]).exits(0).out;
    assert_eq!(run(), run());
}

#[test]
fn a_global_that_outlives_a_run_is_found() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["lab"]);
    // A module that the kit takes for harmless has room for one.
    let kept = "    math.kept = getattr(math, \"kept\", 0) + 1\n    print(math.kept)\n";
    nodes.edit("lab/server.py", "    counter += 1\n", &format!("    counter += 1\n{kept}"));
    nodes.edit("lab/server.py", "import time\n", "import time\nimport math\n");
    is_found(&nodes);
}

#[test]
fn what_answers_the_same_passes() {
    if !installed(&["python3"]) {
        return;
    }
    for name in ["lab", "stored", "flask", "xmlrpc", "sockets", "http"] {
        let nodes = Nodes::of(&[name]);
        nodes.sweep(&["lab2"], &format!("{name}/mine.toml"), "40").exits(0);
    }
}
