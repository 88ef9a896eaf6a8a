//! What is asked of a node, as a line.

use std::io::Write;

use serde::Serialize;

use crate::own::{Ask, Begin, CallError, Draw, Input, What};

/// Appends the line for what is asked in a lane, with its end.
pub fn write(lane: u16, ask: &Ask<'_>, out: &mut Vec<u8>) {
    put(out, format_args!("{{\"lane\":{lane},"));
    match ask {
        Ask::Reset(begin) => reset(begin, out),
        Ask::Step(input) => step(input, out),
        Ask::End => text(out, "\"end\":true"),
    }
    text(out, "}\n");
}

fn reset(begin: &Begin, out: &mut Vec<u8>) {
    text(out, "\"reset\":{\"nodes\":[");
    for node in 1..=begin.nodes {
        put(out, format_args!("{}{node}", if node == 1 { "" } else { "," }));
    }
    put(out, format_args!("],\"words\":\"{:016x}\",\"argv\":", begin.words));
    json(out, &begin.argv);
    text(out, ",\"files\":");
    json(out, &begin.files);
    text(out, "}");
}

fn step(input: &Input, out: &mut Vec<u8>) {
    put(out, format_args!("\"at\":{},\"node\":{},\"cause\":", input.at_ns, input.node));
    json(out, &input.cause);
    put(out, format_args!(",\"key\":\"{:016x}\",", input.key));
    what(&input.what, out);
}

fn what(what: &What, out: &mut Vec<u8>) {
    match what {
        What::Submit { id, value, draws } => {
            put(out, format_args!("\"submit\":{{\"id\":{id},\"value\":"));
            json(out, value);
            text(out, "}");
            self::draws(draws, out);
        }
        What::Message { from, body } => {
            put(out, format_args!("\"message\":{{\"from\":{from},\"body\":"));
            json(out, body);
            text(out, "}");
        }
        What::Request { id, from, body } => {
            put(out, format_args!("\"request\":{{\"id\":{id},\"from\":{from},\"body\":"));
            json(out, body);
            text(out, "}");
        }
        What::Reply { call, body } => {
            put(out, format_args!("\"reply\":{{\"call\":{call},\"body\":"));
            json(out, body);
            text(out, "}");
        }
        What::Failed { call, why } => failed(*call, why, out),
        What::Timer { id } => put(out, format_args!("\"timer\":{{\"id\":{id}}}")),
        What::Read { id } => put(out, format_args!("\"read\":{{\"id\":{id}}}")),
        What::Crash => text(out, "\"crash\":true"),
        What::Restart => text(out, "\"restart\":true"),
    }
}

fn draws(draws: &[Draw], out: &mut Vec<u8>) {
    for (i, draw) in draws.iter().enumerate() {
        text(out, if i == 0 { ",\"draws\":[" } else { "," });
        put(out, format_args!("{{\"ns\":{},\"of\":{}}}", draw.ns, draw.of));
    }
    if !draws.is_empty() {
        text(out, "]");
    }
}

fn failed(call: u64, why: &CallError, out: &mut Vec<u8>) {
    let (word, said) = match why {
        CallError::Refused => ("refused", None),
        CallError::Lost => ("lost", None),
        CallError::Timeout => ("timeout", None),
        CallError::Reset => ("reset", None),
        CallError::Raised(said) => ("raised", Some(said)),
    };
    put(out, format_args!("\"failed\":{{\"call\":{call},\"why\":\"{word}\""));
    if let Some(said) = said {
        text(out, ",\"text\":");
        json(out, said);
    }
    text(out, "}");
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn put(out: &mut Vec<u8>, arguments: std::fmt::Arguments<'_>) {
    // Memory takes whatever is written to it.
    let _ = out.write_fmt(arguments);
}

/// As JSON, on one line: what breaks lines is escaped there.
pub(super) fn json<V: Serialize + ?Sized>(out: &mut Vec<u8>, value: &V) {
    // Strings, and trees of them with strings as keys, are always written.
    let _ = serde_json::to_writer(out, value);
}
