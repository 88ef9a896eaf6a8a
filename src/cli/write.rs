//! What a folder holds, and whether it may be replaced: never what is not ours, never what somebody has worked on.
//!
//! A folder of ours is known by its manifest, which lists its files with their fingerprints. Absent on purpose: how files
//! come into a folder (`stage`), and who may write there (`claim`).

use std::ffi::OsString;
use std::fs;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::exit::Failure;
use super::journal::is_journal;
use super::manifest::value;
use super::stage::{STAGING, is_committed, refuse_known};
use super::verify::read;
use crate::report::fingerprint;
use crate::scenario::printable;

/// By this file a folder is known to be a report of synod.
pub const MANIFEST: &str = "manifest.json";

/// What a folder of ours holds, by the schema of its manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A sweep's report.
    Report,
    /// A report bundled for handing in.
    Writeup,
    /// Man pages.
    Man,
}

impl Holds {
    /// How the schema begins.
    const fn schema(self) -> &'static str {
        match self {
            Holds::Report => "synod-manifest/",
            Holds::Writeup => "synod-writeup/",
            Holds::Man => "synod-man/",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Holds::Report => "a report",
            Holds::Writeup => "a write-up",
            Holds::Man => "man pages",
        }
    }

    /// The files that are always there, or may be; those in folders of their own are named by [`Holds::folders`].
    pub const fn files(self) -> &'static [&'static str] {
        match self {
            Holds::Report => &[
                MANIFEST,
                "summary.json",
                "cells.csv",
                "cells.dictionary.csv",
                "chunks.csv",
                "totals.bin",
                "runs.json",
                "report.md",
                "report.tex",
                "report.html",
            ],
            Holds::Writeup => &[
                MANIFEST,
                "main.tex",
                "captions.md",
                "scenario.toml",
                "reproduce.sh",
                "report.tex",
                "report.md",
                "cells.csv",
                "cells.dictionary.csv",
                "chunks.csv",
            ],
            Holds::Man => &[MANIFEST],
        }
    }

    /// The folders within it.
    pub const fn folders(self) -> &'static [&'static str] {
        match self {
            Holds::Report => &["figures"],
            Holds::Writeup => &["figures", "tables"],
            Holds::Man => &[],
        }
    }

    /// Whether a file or folder of this name belongs to it, under its own name or a temporary one.
    fn has(self, name: &str) -> bool {
        let name = name.strip_suffix(".tmp").unwrap_or(name);
        self.files().contains(&name) || self.folders().contains(&name)
    }

    /// Of the folder with this manifest.
    pub fn of(manifest: &Value) -> Option<Holds> {
        let schema = manifest.get("schema").and_then(Value::as_str)?;
        [Holds::Report, Holds::Writeup, Holds::Man].into_iter().find(|it| schema.starts_with(it.schema()))
    }
}

/// Refuses a folder that holds anything but what is to be written into it again.
pub fn check_folder(folder: &Path, wanted: Holds) -> Result<(), Failure> {
    let name = shown(folder);
    if folder.components().any(|part| part.as_os_str() == STAGING) {
        return Err(Failure::Usage(format!(
            "--out {name}: lies in a staging.tmp, which is emptied whenever a report is written; name another folder"
        )));
    }
    let is_dead_link = folder.is_symlink() && folder.metadata().is_err();
    if is_dead_link || folder.symlink_metadata().is_ok_and(|kind| !kind.is_dir() && !kind.is_symlink()) {
        return Err(Failure::Usage(format!(
            "--out {name}: is no folder; name a folder that is new or empty"
        )));
    }
    let names = |entries: fs::ReadDir| entries.map(|entry| Ok(entry?.file_name())).collect();
    let names: Vec<OsString> = match fs::read_dir(folder).and_then(names) {
        Ok(names) => names,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::io(&format!("open --out {name}"), &error)),
    };
    if let Some(found) = manifests(folder)?.first().and_then(Holds::of) {
        if found == wanted {
            return refuse_known(folder, wanted);
        }
        return Err(Failure::Usage(format!(
            "--out {name}: holds {} of synod, which this would replace; name a folder that is new or empty",
            found.name()
        )));
    }
    // Beside a journal a report's files are ours even where its manifest is not there yet, or was removed.
    let is_begun = wanted == Holds::Report && names.iter().any(|name| is_journal(name));
    let is_ours = |name: &OsString| {
        is_journal(name) || name == STAGING || (is_begun && wanted.has(&name.to_string_lossy()))
    };
    if names.iter().all(is_ours) {
        return refuse_known(folder, wanted);
    }
    Err(Failure::Usage(format!(
        "--out {name}: holds files that are no report of synod; name a folder that is new or empty"
    )))
}

/// Refuses to replace what somebody has worked on: a file that is not as a manifest of its folder says it was written.
pub fn check_unchanged(folder: &Path) -> Result<(), Failure> {
    if former(folder)?.is_none() && !is_committed(folder)? {
        return Ok(());
    }
    // Of a folder that is being replaced some files are as the former manifest says, and some as the new one does.
    let manifests = manifests(folder)?;
    for (name, _) in manifests.iter().flat_map(files_of) {
        let path = folder.join(&name);
        let all = manifests.iter().flat_map(files_of);
        let entries: Vec<&Value> = all.filter(|(other, _)| *other == name).map(|(_, entry)| entry).collect();
        if !path.is_file() || entries.iter().any(|entry| !entry["xxh3_128"].is_string()) {
            continue;
        }
        let found = fingerprint(&read(&path)?);
        if entries.iter().all(|entry| entry["xxh3_128"] != found.as_str()) {
            return Err(Failure::Usage(format!(
                "{}: was changed since it was written; move it away, or name another --out",
                shown(&path)
            )));
        }
    }
    Ok(())
}

/// Whether a file is as its entry in a manifest says that it was written; not if it is missing.
pub fn is_as_written(path: &Path, entry: &Value) -> Result<bool, Failure> {
    Ok(path.is_file() && Some(fingerprint(&read(path)?).as_str()) == entry["xxh3_128"].as_str())
}

/// Whether a name from a manifest is one of a file inside its folder, whatever it says.
pub fn is_inside(name: &Path) -> bool {
    let is_plain = |part: Component| matches!(part, Component::Normal(_));
    // No file system has a name with a NUL in it, and every call with one fails.
    let has_nul = name.as_os_str().as_encoded_bytes().contains(&0);
    name.file_name().is_some() && name.components().all(is_plain) && !has_nul
}

/// The manifest of the finished report in a folder, if there is one.
pub fn former(folder: &Path) -> Result<Option<Value>, Failure> {
    manifest_in(&folder.join(MANIFEST))
}

/// Makes what was renamed in a folder survive a loss of power, where a folder can be synced.
pub fn sync_folder(folder: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    match fs::File::open(folder)?.sync_all() {
        Err(error) if error.kind() != std::io::ErrorKind::InvalidInput => return Err(error),
        _ => {}
    }
    Ok(())
}

/// The manifest of a report that an earlier version was stopped in writing: it removed the former one first, and the new one
/// still has its temporary name.
pub fn left(folder: &Path) -> Result<Option<Value>, Failure> {
    let path = folder.join(MANIFEST);
    if path.symlink_metadata().is_ok() { Ok(None) } else { manifest_in(&temporary(&path)) }
}

/// What such a version left behind is of no more use.
pub fn remove_left(folder: &Path) -> Result<(), Failure> {
    let marker = temporary(&folder.join(MANIFEST));
    let manifest = manifest_in(&marker)?;
    let names = manifest.iter().flat_map(files_of).map(|(name, _)| temporary(&folder.join(name)));
    for path in names.chain([marker]) {
        if path.symlink_metadata().is_ok_and(|kind| !kind.is_dir()) {
            fs::remove_file(&path)
                .map_err(|error| Failure::io(&format!("remove {}", shown(&path)), &error))?;
        }
    }
    Ok(())
}

/// The manifest of a former report, that of one which is taking its place, and that of one whose writing was cut short.
fn manifests(folder: &Path) -> Result<Vec<Value>, Failure> {
    let path = folder.join(MANIFEST);
    let mut found = vec![manifest_in(&path)?];
    if is_committed(folder)? {
        found.push(manifest_in(&folder.join(STAGING).join(MANIFEST))?);
    }
    found.push(manifest_in(&temporary(&path))?);
    Ok(found.into_iter().flatten().collect())
}

/// A manifest of ours, if this is one.
pub fn manifest_in(path: &Path) -> Result<Option<Value>, Failure> {
    match value(path) {
        Ok(manifest) => Ok(manifest.filter(|manifest| Holds::of(manifest).is_some())),
        // Whether there is one is not known, and nothing may be concluded.
        Err(failure @ Failure::Io(_)) => Err(failure),
        Err(_) => Ok(None),
    }
}

/// The files that a manifest lists, with their entries; none of them outside its folder, whatever it says, and none of those
/// that a folder has besides.
pub fn files_of(manifest: &Value) -> Vec<(PathBuf, &Value)> {
    let listed = manifest.get("files").and_then(Value::as_array).into_iter().flatten();
    let paths = listed.filter_map(|file| Some((PathBuf::from(file.get("path")?.as_str()?), file)));
    let is_own = |path: &Path| {
        let first = path.components().next().map(Component::as_os_str);
        first.is_some_and(|name| name != STAGING && name != MANIFEST && !is_journal(name))
    };
    paths.filter(|(path, _)| is_inside(path) && is_own(path)).collect()
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    name.into()
}

pub fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}
