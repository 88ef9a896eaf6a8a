//! The first line each way.

use serde::Serialize;
use serde_json::{Map, Value};

use super::PROTOCOL;
use super::explain::{malformed, name_of, syntax};
use super::write::json;
use crate::own::{Body, Wrong};
use crate::scenario::did_you_mean;
use crate::text::shown;

/// What a node says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The kit that it was made with, and its version.
    pub kit: Option<String>,
    /// What runs it.
    pub runtime: Option<String>,
    /// How its code is written: `blocking` or `handlers`.
    pub style: Option<String>,
    /// How many runs may go on side by side.
    pub lanes: u16,
    /// Modules in whose place others stand.
    pub stand_ins: Vec<String>,
}

#[derive(Serialize)]
struct Ours<'a> {
    hello: OurHello<'a>,
}

#[derive(Serialize)]
struct OurHello<'a> {
    protocol: u64,
    synod: &'a str,
    dir: &'a str,
    config: &'a Body,
}

/// Appends the line that is said first: where the user's files are, and what their configuration is.
pub fn write_hello(dir: &str, config: &Body, out: &mut Vec<u8>) {
    let synod = env!("CARGO_PKG_VERSION");
    json(out, &Ours { hello: OurHello { protocol: PROTOCOL, synod, dir, config } });
    out.push(b'\n');
}

const KEYS: &[&str] = &["protocol", "kit", "runtime", "style", "lanes", "stand_ins", "refused"];

/// Reads a node's first line, without its end.
pub fn read_hello(line: &[u8]) -> Result<Hello, Wrong> {
    let value: Value =
        serde_json::from_slice(line).map_err(|error| Wrong::garbage(line, syntax(line, &error)))?;
    let Some(Value::Object(hello)) = value.get("hello") else {
        return Err(Wrong::garbage(line, "is no `{\"hello\":{…}}`, which is the first thing to say"));
    };
    take(hello).map_err(|wrong| wrong.in_line(line))
}

fn take(hello: &Map<String, Value>) -> Result<Hello, Wrong> {
    let protocol = hello.get("protocol").unwrap_or(&Value::Null);
    if protocol.as_u64() != Some(PROTOCOL) {
        return Err(Wrong::Protocol { theirs: name_of(protocol) });
    }
    if let Some(text) = text(hello, "refused")? {
        return Err(Wrong::Refused(text));
    }
    if let Some(key) = hello.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(malformed("hello", format!("unknown key {}{}", shown(key), did_you_mean(key, KEYS))));
    }
    Ok(Hello {
        kit: text(hello, "kit")?,
        runtime: text(hello, "runtime")?,
        style: text(hello, "style")?,
        lanes: lanes(hello)?,
        stand_ins: stand_ins(hello)?,
    })
}

fn given<'a>(hello: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    hello.get(key).filter(|value| !value.is_null())
}

fn text(hello: &Map<String, Value>, key: &str) -> Result<Option<String>, Wrong> {
    match given(hello, key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => {
            Err(malformed(format!("hello.{key}"), format!("must be text, not {}", name_of(other))))
        }
    }
}

fn lanes(hello: &Map<String, Value>) -> Result<u16, Wrong> {
    let Some(lanes) = given(hello, "lanes") else { return Ok(1) };
    let number = lanes.as_u64().and_then(|lanes| u16::try_from(lanes).ok()).filter(|lanes| *lanes > 0);
    number.ok_or_else(|| {
        malformed("hello.lanes", format!("must be a number from 1 to 65535, not {}", name_of(lanes)))
    })
}

fn stand_ins(hello: &Map<String, Value>) -> Result<Vec<String>, Wrong> {
    let Some(names) = given(hello, "stand_ins") else { return Ok(Vec::new()) };
    let read =
        names.as_array().and_then(|all| all.iter().map(|name| name.as_str().map(str::to_owned)).collect());
    read.ok_or_else(|| {
        malformed("hello.stand_ins", format!("must be a list of names, not {}", name_of(names)))
    })
}
