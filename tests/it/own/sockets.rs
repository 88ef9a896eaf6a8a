//! Programs that write bytes to sockets, unchanged, by the command: the built-in's runs, event by event, whatever their messages
//! look like and whoever reads them.

use super::place::{Nodes, installed, seeds};

const LOSSY: [&str; 3] = ["lab2-exponential", "--set", "network.loss=0.1"];

/// Holds one of `tests/own` against the built-in, with losses and without.
#[track_caller]
fn is_the_built_in(nodes: &Nodes, file: &str) {
    nodes.is_the_built_in(&["lab2"], file, &seeds(60, 5_000));
    nodes.is_the_built_in(&LOSSY, file, &seeds(60, 5_000));
}

#[test]
fn lines_of_json_are_the_built_in() {
    if installed(&["python3"]) {
        is_the_built_in(&Nodes::of(&["sockets"]), "sockets/mine.toml");
    }
}

#[test]
fn texts_over_a_socketserver_are_the_built_in() {
    if installed(&["python3"]) {
        is_the_built_in(&Nodes::of(&["sockets"]), "sockets/words.toml");
    }
}

#[test]
fn an_http_server_and_urlopen_are_the_built_in() {
    if installed(&["python3"]) {
        is_the_built_in(&Nodes::of(&["http"]), "http/mine.toml");
    }
}

/// Or the comparison would say so.
#[test]
fn a_bug_behind_a_socket_is_a_difference() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["sockets", "http"]);
    nodes.edit("sockets/server.py", "n >= promised_n:", "n > promised_n:");
    nodes.edit("sockets/words.py", "n > state.promised", "n != state.promised");
    nodes.edit("http/server.py", "if best[\"accepted_n\"]:", "if False:");
    for file in ["sockets/mine.toml", "sockets/words.toml", "http/mine.toml"] {
        let told = nodes.compare(&["lab2-exponential"], file, "60").exits(3);
        assert!(told.out.contains("first differences by kind"), "{file}: {told:#?}");
    }
}

/// What a message is written as, and how it is read, does not show.
#[test]
fn other_ways_to_write_a_message_are_the_built_in() {
    if !installed(&["python3"]) {
        return;
    }
    const SEND: &str = "    sock.sendall(json.dumps(message).encode() + b\"\\n\")\n";
    const READ: &str = "    data = b\"\"\n    while not data.endswith(b\"\\n\"):\n        chunk = sock.recv(16)\n        if not chunk:\n            \
                        return None\n        data += chunk\n    return json.loads(data)\n";
    let framed = |dumps: &str, loads: &str, head: &str, length: &str| {
        let send = format!("    data = {dumps}\n    sock.sendall({head})\n    sock.sendall(data)\n",);
        let read = format!(
            "    head = sock.recv(4)\n    if not head:\n        return None\n    data = b\"\"\n    while len(data) < {length}:\n        \
             data += sock.recv({length} - len(data))\n    return {loads}\n"
        );
        (send, read)
    };
    let struct_head = ("struct.pack(\">I\", len(data))", "struct.unpack(\">I\", head)[0]");
    let ways = [
        framed("json.dumps(message).encode()", "json.loads(data)", struct_head.0, struct_head.1),
        framed("pickle.dumps(message)", "pickle.loads(data)", struct_head.0, struct_head.1),
        framed(
            "json.dumps(message, indent=1).encode()",
            "json.loads(data)",
            "len(data).to_bytes(4, \"little\")",
            "int.from_bytes(head, \"little\")",
        ),
        (
            "    sock.send(json.dumps(message).encode())\n".to_owned(),
            "    data = sock.recv(4096)\n    return json.loads(data.decode()) if data else None\n".to_owned(),
        ),
        (
            "    f = sock.makefile(\"w\")\n    print(json.dumps(message), file=f)\n    f.flush()\n"
                .to_owned(),
            "    line = sock.makefile(\"r\").readline()\n    return json.loads(line) if line else None\n"
                .to_owned(),
        ),
    ];
    for (send, read) in &ways {
        let nodes = Nodes::of(&["sockets"]);
        nodes.edit("sockets/server.py", "import json\n", "import json\nimport pickle\nimport struct\n");
        nodes.edit("sockets/server.py", SEND, send);
        nodes.edit("sockets/server.py", READ, read);
        if !send.contains("pickle") {
            nodes.edit("sockets/server.py", "import pickle\n", "");
        }
        nodes.is_the_built_in(&LOSSY, "sockets/mine.toml", &seeds(30, 2_000));
    }
}

/// A connection that stays open asks as many others do.
#[test]
fn a_connection_that_stays_open_is_the_built_in() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["sockets"]);
    let connects = "        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\n        sock.connect(NODES[node])\n";
    let kept = "        if node not in open_to:\n            open_to[node] = socket.create_connection(NODES[node])\n        \
                sock = open_to[node]\n";
    nodes.edit("sockets/server.py", connects, kept);
    nodes.edit(
        "sockets/server.py",
        "        sock.close()\n        return answer\n",
        "        return answer\n",
    );
    nodes.edit(
        "sockets/server.py",
        "        print(f\"[node {NODE_ID}] no response",
        "        open_to.pop(node, None)\n        print(f\"[node {NODE_ID}] no response",
    );
    nodes.edit("sockets/server.py", "counter = 0\n", "counter = 0\nopen_to = {}\n");
    is_the_built_in(&nodes, "sockets/mine.toml");
}

/// Letters, which nobody waits for, are messages with a type: the checks know what they mean.
#[test]
fn letters_over_connections_of_their_own_decide() {
    if !installed(&["python3"]) {
        return;
    }
    let nodes = Nodes::of(&["sockets"]);
    let sweep = |loss: &str| {
        nodes.sweep(&["lab2-exponential", "--set", loss], "sockets/mail.toml", &seeds(60, 2_000))
    };
    let calm = sweep("network.loss=0.0").exits(0);
    assert!(calm.out.contains(&format!("decided {}\n", seeds(60, 2_000))), "{calm:#?}");
    sweep("network.loss=0.2").exits(0);
    // Each of its promises and votes is looked at: one that is given too often is seen.
    nodes.edit("sockets/mail.py", "    if m[\"n\"] >= promised:\n", "    if True:\n");
    let broken = sweep("network.loss=0.0").exits(1);
    assert!(broken.out.contains("promises-kept"), "{broken:#?}");
}
