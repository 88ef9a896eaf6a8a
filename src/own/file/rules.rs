//! The rules between the keys of a node's file, each with the place of the key that breaks it.
//!
//! Absent on purpose: what a single value may be, which its type refuses while reading.

use std::path::{Component, Path};

use super::model::{Codec, MapTable, NodeTable, Preempt, PythonTable};
use super::told::{Pattern, ToldTable};
use crate::scenario::{Duration, ScenarioError, Sheet, did_you_mean};
use crate::text::{shown, split};

/// Most runs side by side in one process.
const MOST_LANES: u32 = 256;
/// Most types of messages that are told apart beside Paxos's own.
const MOST_OTHERS: usize = 255;

/// Checks every rule; the command's words, or the first rule that is broken.
pub(super) fn check(
    sheet: &Sheet,
    node: &NodeTable,
    python: Option<&PythonTable>,
    map: Option<&MapTable>,
) -> Result<Vec<String>, ScenarioError> {
    let check = Check { sheet };
    let words = check.command(node)?;
    check.files(node)?;
    check.limits(node)?;
    check.hold_ups(node)?;
    check.addresses(python)?;
    if let Some(map) = map {
        check.codec(map)?;
        check.client(map)?;
        check.rows(map)?;
        check.answers(map)?;
        check.told(map.told.as_ref())?;
        check.others(map)?;
    }
    Ok(words)
}

struct Check<'a> {
    sheet: &'a Sheet,
}

/// A row of the mapping: its key, the function that it names, and the type.
type Row<'a> = (&'static str, Option<&'a str>, Option<&'a str>);

impl Check<'_> {
    fn broken<T>(&self, path: &[&str], why: impl Into<String>) -> Result<T, ScenarioError> {
        Err(self.sheet.error(path, why))
    }

    fn command(&self, node: &NodeTable) -> Result<Vec<String>, ScenarioError> {
        let path = ["node", "run"];
        match split(&node.run) {
            Err(why) => self.broken(&path, format!("`run` {why}")),
            Ok(words) if words.first().is_none_or(String::is_empty) => {
                self.broken(&path, "`run` names no program; write for example \"python3 {dir}/node.py\"")
            }
            Ok(words) => Ok(words),
        }
    }

    fn files(&self, node: &NodeTable) -> Result<(), ScenarioError> {
        if node.files.is_empty() {
            return self.broken(
                &["node", "files"],
                "`files` is empty; name the program's own files, for their bytes are its identity",
            );
        }
        for (i, file) in node.files.iter().enumerate() {
            let path = ["node", "files", &i.to_string()];
            if file.is_empty() || !stays_inside(Path::new(file)) {
                let why = format!(
                    "{} leaves the folder of this file; write a path from there that stays in it",
                    shown(file)
                );
                return self.broken(&path, why);
            }
            if node.files[..i].contains(file) {
                return self.broken(&path, format!("{} is named twice; keep one of them", shown(file)));
            }
        }
        Ok(())
    }

    fn limits(&self, node: &NodeTable) -> Result<(), ScenarioError> {
        if !(1..=MOST_LANES).contains(&node.lanes) {
            let why = format!("`lanes` is {}; allowed: 1 to {MOST_LANES}", node.lanes);
            return self.broken(&["node", "lanes"], why);
        }
        if node.step_limit == Duration::from_ns(0) {
            return self.broken(
                &["node", "step_limit"],
                "`step_limit` is 0, so no step could end in time; write \"5s\"",
            );
        }
        Ok(())
    }

    fn hold_ups(&self, node: &NodeTable) -> Result<(), ScenarioError> {
        let key = |key| ["node", key];
        match (&node.preempt, node.p, node.gap) {
            (None, Some(_), _) => {
                self.stray(&key("p"), "`p` is a chance a line; say `preempt = \"lines\"` too")
            }
            (None, _, Some(_)) => {
                self.stray(&key("gap"), "`gap` is the time of a hold-up; say where they are by `preempt`")
            }
            (Some(Preempt::Races | Preempt::At(_)), Some(_), _) => {
                self.stray(&key("p"), "`p` goes with `preempt = \"lines\"` alone; leave it out")
            }
            (Some(_), _, Some(gap)) if gap.ns() == 0 => {
                self.broken(&key("gap"), "`gap` is 0, so nothing would be held up; write a longer time")
            }
            (Some(Preempt::At(lines)), ..) if lines.is_empty() || lines.contains(&0) => {
                self.broken(&key("preempt"), "`preempt` lists lines of the program, from 1, as [138, 156]")
            }
            _ => Ok(()),
        }
    }

    /// A key that has no business here, whatever its value.
    fn stray<T>(&self, path: &[&str], why: &str) -> Result<T, ScenarioError> {
        Err(self.sheet.key_error(path, why))
    }

    fn addresses(&self, python: Option<&PythonTable>) -> Result<(), ScenarioError> {
        let is_node = |key: &str| key.parse::<u8>().is_ok_and(|node| (1..=63).contains(&node));
        match python.and_then(|it| it.addresses.keys().find(|key| !is_node(key))) {
            Some(key) => {
                let why =
                    format!("{} is no node; `addresses` has a key for each node, from 1 to 63", shown(key));
                Err(self.sheet.key_error(&["python", "addresses", key], why))
            }
            None => Ok(()),
        }
    }

    fn codec(&self, map: &MapTable) -> Result<(), ScenarioError> {
        match &map.ballot {
            Codec::Text(form)
                if form.separator.is_empty() || form.separator.bytes().any(|b| b.is_ascii_digit()) =>
            {
                self.broken(
                    &["map", "ballot", "text", "separator"],
                    "`separator` is what stands between round and node, and holds no digit; write \".\"",
                )
            }
            _ => Ok(()),
        }
    }

    fn client(&self, map: &MapTable) -> Result<(), ScenarioError> {
        match &map.submit {
            Some(submit) if !submit.args.iter().any(|arg| arg.to_string().contains("{value}")) => self.broken(
                &["map", "submit"],
                "`submit` has no `{value}` in its `args`, so the client's value would go nowhere; write args = [\"{value}\"]",
            ),
            _ => Ok(()),
        }
    }

    /// Each row names its message, and no two the same.
    fn rows(&self, map: &MapTable) -> Result<(), ScenarioError> {
        let requests = requests(map);
        for &(key, call, kind) in &requests {
            if call.is_some() == kind.is_some() {
                let why = format!(
                    "`{key}` takes `call`, for a function that is called, or `type`, for a message's type: one of them"
                );
                return self.broken(&["map", key], why);
            }
        }
        for (i, &(key, call, kind)) in requests.iter().enumerate() {
            let same = requests[..i].iter().find(|it| (it.1, it.2) == (call, kind));
            if let Some((first, ..)) = same {
                let name = shown(call.or(kind).unwrap_or_default());
                let why = format!("{name} is what `{first}` names; a message is one of the two");
                return self.broken(&["map", key, if call.is_some() { "call" } else { "type" }], why);
            }
        }
        for (has, key, missing) in [
            (map.prepare.is_some() && map.accept.is_none(), "prepare", "accept"),
            (map.accept.is_some() && map.prepare.is_none(), "accept", "prepare"),
            (map.prepare.is_some() && map.promise.is_none(), "prepare", "promise"),
            (map.accept.is_some() && map.accepted.is_none(), "accept", "accepted"),
            (map.promise.is_some() && map.prepare.is_none(), "promise", "prepare"),
            (map.accepted.is_some() && map.accept.is_none(), "accepted", "accept"),
        ] {
            if has {
                let why = format!("[map] has `{key}` and no `{missing}`; say which message that is, too");
                return Err(self.sheet.key_error(&["map", key], why));
            }
        }
        Ok(())
    }

    /// Answers belong to calls that are there; those that are messages say for which ballot they are.
    fn answers(&self, map: &MapTable) -> Result<(), ScenarioError> {
        let promise = map
            .promise
            .as_ref()
            .map(|it| ("promise", &it.of, &it.kind, it.ballot.is_some(), !it.is.is_empty()));
        let accepted = map
            .accepted
            .as_ref()
            .map(|it| ("accepted", &it.of, &it.kind, it.ballot.is_some(), !it.is.is_empty()));
        for (key, of, kind, has_ballot, has_where) in promise.into_iter().chain(accepted) {
            let asks = if key == "promise" { "prepare" } else { "accept" };
            match (of, kind) {
                (Some(of), None) => self.answered(map, key, asks, of)?,
                (None, Some(_)) if !has_ballot => {
                    let why = format!("`{key}` needs the place of its `ballot`, which tells what it answers");
                    return self.broken(&["map", key], why);
                }
                (None, Some(_)) => {}
                _ => {
                    let why = format!(
                        "`{key}` takes `of`, for the answer of a call, or `type`, for a message's type: one of them"
                    );
                    return self.broken(&["map", key], why);
                }
            }
            if of.is_some() && !has_where {
                let why = format!(
                    "`{key}` needs `where`, or every answer of the call is one; write where = {{ 0 = \"…\" }}"
                );
                return self.broken(&["map", key], why);
            }
        }
        match &map.promise {
            Some(promise) if promise.about.is_some() != promise.value.is_some() => self.broken(
                &["map", "promise"],
                "`promise` takes both `about` and `value`, the two halves of the vote that it reports, or neither",
            ),
            _ => self.rejection(map),
        }
    }

    fn answered(&self, map: &MapTable, key: &str, asks: &str, of: &str) -> Result<(), ScenarioError> {
        let requests = requests(map);
        let named = requests.iter().filter(|it| it.0 == asks).flat_map(|it| [Some(it.0), it.1, it.2]);
        let mut names: Vec<&str> = named.flatten().collect();
        names.dedup();
        if names.contains(&of) {
            return Ok(());
        }
        let list = names.iter().map(|name| shown(name)).collect::<Vec<_>>().join(", ");
        let why = format!(
            "`of` is the call that is answered, here {list}, not {}{}",
            shown(of),
            did_you_mean(of, &names)
        );
        self.broken(&["map", key, "of"], why)
    }

    fn rejection(&self, map: &MapTable) -> Result<(), ScenarioError> {
        match &map.reject {
            Some(row) if row.kind.is_some() && row.ballot.is_none() => self.broken(
                &["map", "reject"],
                "`reject` needs the place of its `ballot`, which tells what it answers",
            ),
            _ => Ok(()),
        }
    }

    fn told(&self, told: Option<&ToldTable>) -> Result<(), ScenarioError> {
        let Some(told) = told else { return Ok(()) };
        if let Some(Pattern::Text(regex)) = &told.success
            && let Some(other) = regex.capture_names().flatten().find(|name| *name != "value")
        {
            let why = format!(
                "`success` has the group {}{} (group: value)",
                shown(other),
                did_you_mean(other, &["value"])
            );
            return self.broken(&["map", "told", "success"], why);
        }
        if let Some(Pattern::Text(regex)) = &told.failed {
            let names = ["phase", "count"];
            if let Some(other) = regex.capture_names().flatten().find(|name| !names.contains(name)) {
                let why = format!(
                    "`failed` has the group {}{} (groups: phase, count)",
                    shown(other),
                    did_you_mean(other, &names)
                );
                return self.broken(&["map", "told", "failed"], why);
            }
        }
        Ok(())
    }

    fn others(&self, map: &MapTable) -> Result<(), ScenarioError> {
        if map.other.len() > MOST_OTHERS {
            let why = format!("a list of {}; allowed: {MOST_OTHERS}", map.other.len());
            return self.broken(&["map", "other"], why);
        }
        for (i, name) in map.other.iter().enumerate() {
            let path = ["map", "other", &i.to_string()];
            if map.other[..i].contains(name) {
                return self.broken(&path, format!("{} is named twice; keep one of them", shown(name)));
            }
            let requests = requests(map);
            if let Some(row) = requests.iter().find(|it| it.1 == Some(name) || it.2 == Some(name)) {
                return self.broken(
                    &path,
                    format!(
                        "{} is what `{}` names; `other` lists the messages beside those",
                        shown(name),
                        row.0
                    ),
                );
            }
        }
        match map.draws.len() {
            0 | 1 => Ok(()),
            _ => self.broken(&["map", "draws", "1"], "`start` is named twice; keep one of them"),
        }
    }
}

fn requests(map: &MapTable) -> Vec<Row<'_>> {
    let prepare = map.prepare.as_ref().map(|it| ("prepare", it.call.as_deref(), it.kind.as_deref()));
    let accept = map.accept.as_ref().map(|it| ("accept", it.call.as_deref(), it.kind.as_deref()));
    let learn = map.learn.as_ref().map(|it| ("learn", it.call.as_deref(), it.kind.as_deref()));
    [prepare, accept, learn].into_iter().flatten().collect()
}

/// Whether a path never leaves the folder that it begins in.
fn stays_inside(path: &Path) -> bool {
    let mut parts = path.components();
    parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}
