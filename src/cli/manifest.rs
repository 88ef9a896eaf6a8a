//! Reading a report's manifest: of the one schema that is known, and no larger than synod writes it for so many cells.
//!
//! Absent on purpose: whether what it says is true; `rebuilt` and `verify` find out.

use std::fmt;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

use super::exit::Failure;
use super::verify::read_file;
use super::write::{Holds, MANIFEST, shown};
use crate::report::SCHEMA;
use crate::scenario::{Document, printable};

/// No larger one is looked into before it is read, bytes.
const SMALL: u64 = 1 << 20;
/// What comes before the lists of cells and files, at most: a scenario, what is set over it, and its samples, bytes.
const LONGEST_HEAD: u64 = 64 << 20;
/// What a cell takes at most, bytes.
const CELL: u64 = 256;
/// What the list of files takes at most, bytes.
const FILES: u64 = 1 << 20;

/// The manifest of the report in a folder.
pub fn manifest(folder: &Path) -> Result<Value, Failure> {
    let path = folder.join(MANIFEST);
    let refused = |why: String| Failure::Usage(format!("{}: {why}", shown(&path)));
    let manifest = value(&path)?.filter(|manifest| Holds::of(manifest) == Some(Holds::Report));
    let manifest = manifest.ok_or_else(|| refused("is no manifest of synod".to_owned()))?;
    match manifest["schema"].as_str() {
        Some(SCHEMA) => Ok(manifest),
        other => Err(refused(format!(
            "its schema is `{}`, and this version of synod knows `{SCHEMA}` alone; read it with the version that wrote it",
            printable(other.unwrap_or_default())
        ))),
    }
}

/// What a manifest of whatever kind says; none if it is no JSON. One that is larger than synod writes it is refused before
/// it takes memory.
pub fn value(path: &Path) -> Result<Option<Value>, Failure> {
    if path.metadata().is_ok_and(|kind| kind.is_file() && kind.len() > most(path)) {
        return Err(Failure::Usage(format!(
            "{}: is larger than a manifest of so many cells can be; it was not written by synod",
            shown(path)
        )));
    }
    let bytes = read_file(path, "no such file; is this a report?")?;
    Ok(serde_json::from_slice(&bytes).ok())
}

/// How large a manifest can be that synod wrote, bytes.
fn most(path: &Path) -> u64 {
    let Ok(file) = File::open(path) else { return SMALL };
    let mut head = Head::default();
    let mut read = serde_json::Deserializer::from_reader(BufReader::new(file.take(LONGEST_HEAD)));
    // It ends with an error as soon as the head is known; or before, and then the head is not whole.
    let _ = (&mut head).deserialize(&mut read);
    match head.cells() {
        Some(cells) => head.length() + cells.saturating_mul(CELL) + FILES,
        None => SMALL,
    }
}

/// What a manifest says before its list of cells.
#[derive(Debug, Default)]
struct Head {
    scenario: Option<Text>,
    verify: Option<Sets>,
    command_line: String,
}

#[derive(Debug, Deserialize)]
struct Text {
    title: String,
    text: String,
}

#[derive(Debug, Deserialize)]
struct Sets {
    name: String,
    sets: Vec<(String, String)>,
    samples: String,
}

impl Head {
    /// How many cells its sweep has; none if it is no head of a manifest.
    fn cells(&self) -> Option<u64> {
        let (scenario, verify) = (self.scenario.as_ref()?, self.verify.as_ref()?);
        let mut document = Document::parse(&scenario.text, &verify.name).ok()?;
        document.supply(&verify.samples)?;
        for (path, value) in &verify.sets {
            document.set(path, value).ok()?;
        }
        Some(document.cells().ok()?.len() as u64)
    }

    /// What its texts take at most, with every character spelt out, bytes.
    fn length(&self) -> u64 {
        let texts = self.scenario.iter().flat_map(|it| [&it.title, &it.text]);
        let own = self.verify.iter().flat_map(|it| [&it.name, &it.samples]);
        let sets = self.verify.iter().flat_map(|it| it.sets.iter().flat_map(|(path, value)| [path, value]));
        let texts = texts.chain(own).chain(sets).chain([&self.command_line]);
        texts.map(|text| 6 * text.len() as u64 + 64).sum()
    }
}

impl<'de> DeserializeSeed<'de> for &mut Head {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Head {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a manifest")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "scenario" => self.scenario = Some(map.next_value()?),
                "verify" => self.verify = Some(map.next_value()?),
                "command_line" => self.command_line = map.next_value()?,
                // What follows is not looked at.
                "cells" | "files" => break,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}
