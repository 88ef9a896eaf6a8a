//! Replaces the files of a folder in one step, or not at all.
//!
//! A report is some twenty files, and no file system renames twenty files at once. So the new ones are gathered in a folder
//! beside the old ones, and one rename says that they hold:
//!
//! ```text
//!   1  staging.tmp/FILE …        written and synced; nothing of the report is touched
//!   2  staging.tmp/manifest.json renamed from a temporary name: this is the step
//!   3  FILE …                    each moved from staging.tmp to its place; what the new report does not have is removed
//!   4  manifest.json             moved last; staging.tmp is empty now, and removed
//! ```
//!
//! Why the folder holds the old report or the new one, whole, wherever this is cut short:
//!
//! * Before 2 has happened no file of the report was touched, and `staging.tmp` has no manifest. Whoever reads does not look
//!   there; whoever writes next throws it away. This is the old report. All of a full disk's failures come here: folders that
//!   the new files need are made here, too, and from 2 on there are only renames and removals.
//! * After 2 each file of the new report is either in its place or in `staging.tmp`, for a rename leaves it in one of the two.
//!   So moving on from there can be done by anybody, any number of times, from any point ([`complete`]): whoever reads or
//!   writes the folder next does it first. This is the new report.
//! * The manifest of the old report stays until the last move of all, which replaces it: it says what is to be removed. After
//!   that move `staging.tmp` has no manifest, as before 1.
//!
//! What survives a loss of power is that which was synced: the staged files, and the folders they are in, before 2; that
//! rename before 3; the moves of 3 before 4. A file that has the new bytes already is not staged, so that a report rendered again
//! without a difference is not written at all.
//!
//! Names come from manifests that anybody may have written: none leads out of the folder, and no folder on the way may be a link.
//! Absent on purpose: who may do this at a time (`claim`), and what may be replaced (`write`).

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::exit::Failure;
use super::write::{Holds, MANIFEST, files_of, former, is_as_written, manifest_in, shown, sync_folder};

/// The folder in which new files are gathered.
pub const STAGING: &str = "staging.tmp";
/// The file in it that is locked.
pub const LOCK: &str = "lock";

/// Files with their names, relative and with `/`, the manifest among them.
type Files = [(String, Vec<u8>)];

/// Whether a folder's new files are all there, and have only to be moved to their places.
pub fn is_committed(folder: &Path) -> Result<bool, Failure> {
    let staging = folder.join(STAGING);
    Ok(kind_of(&staging)?.is_some_and(|kind| kind.is_dir())
        && kind_of(&staging.join(MANIFEST))?.is_some_and(|kind| kind.is_file()))
}

/// The manifest of what is staged and has only to be moved.
pub fn committed(folder: &Path) -> Result<Option<Value>, Failure> {
    if is_committed(folder)? { manifest_in(&folder.join(STAGING).join(MANIFEST)) } else { Ok(None) }
}

/// What stands at a path, without following a link; none if there is nothing.
fn kind_of(path: &Path) -> Result<Option<fs::Metadata>, Failure> {
    match path.symlink_metadata() {
        Ok(kind) => Ok(Some(kind)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Failure::io(&format!("read {}", shown(path)), &error)),
    }
}

/// Replaces a folder's files by these. The folder is claimed, and nothing is staged in it.
pub fn replace(folder: &Path, files: &Files) -> Result<(), Failure> {
    let names: Vec<&Path> = files.iter().map(|(name, _)| Path::new(name)).collect();
    refuse_obstacles(folder, &names)?;
    let is_other = |(name, bytes): &&(String, Vec<u8>)| !has_bytes(&folder.join(name), bytes);
    let changed: Vec<_> = files.iter().filter(is_other).filter(|(name, _)| name != MANIFEST).collect();
    let manifest = files.iter().find(|(name, _)| name == MANIFEST);
    if changed.is_empty() && !manifest.iter().any(is_other) {
        return Ok(());
    }
    let staging = folder.join(STAGING);
    let inner = folders_of(&changed.iter().map(|(name, _)| Path::new(name)).collect::<Vec<_>>());
    for inner in &inner {
        make(&folder.join(inner))?;
        make(&staging.join(inner))?;
    }
    for (name, bytes) in &changed {
        doing("write", &folder.join(name), create(&staging.join(name), bytes))?;
    }
    // It is staged even where it is the same, for it is what says that the others hold.
    let (new, manifest_path) = (staging.join(format!("{MANIFEST}.tmp")), folder.join(MANIFEST));
    if let Some((_, bytes)) = manifest {
        doing("write", &manifest_path, create(&new, bytes))?;
    }
    sync(&staging, &inner)?;
    sync(folder, &inner)?;
    doing("write", &manifest_path, fs::rename(new, staging.join(MANIFEST)))?;
    doing("write", &staging, sync_folder(&staging))?;
    complete(folder)
}

/// Moves the files of a committed replacement to their places, as far as they are not there yet.
pub fn complete(folder: &Path) -> Result<(), Failure> {
    let staging = folder.join(STAGING);
    let new = new(folder)?;
    let names: Vec<PathBuf> = files_of(&new).into_iter().map(|(name, _)| name).collect();
    let all: Vec<&Path> = names.iter().map(PathBuf::as_path).collect();
    refuse_obstacles(folder, &all)?;
    refuse_obstacles(&staging, &all)?;
    let inner = folders_of(&all);
    for inner in &inner {
        make(&folder.join(inner))?;
    }
    for name in &names {
        move_to(&staging, folder, name)?;
    }
    let former = former(folder)?;
    for (name, entry) in former.iter().flat_map(files_of).filter(|(name, _)| !names.contains(name)) {
        let path = folder.join(&name);
        // What somebody has worked on is not ours to remove.
        let is_ours = entry["xxh3_128"].is_null() || is_as_written(&path, entry)?;
        if is_ours && refuse_obstacles(folder, &[&name]).is_ok() {
            remove(&path)?;
        }
    }
    sync(folder, &inner)?;
    move_to(&staging, folder, Path::new(MANIFEST))?;
    doing("write", folder, sync_folder(folder))
}

fn new(folder: &Path) -> Result<Value, Failure> {
    committed(folder)?.ok_or_else(|| torn(folder, "manifest.json is no manifest of synod"))
}

/// Refuses to go on with a replacement that has lost some of its files, or was never one.
pub fn check_whole(folder: &Path) -> Result<(), Failure> {
    let staging = folder.join(STAGING);
    let new = new(folder)?;
    let former = former(folder)?;
    if former.is_some_and(|former| Holds::of(&former) != Holds::of(&new)) {
        return Err(torn(folder, "manifest.json is of another kind than what it is to replace"));
    }
    for (name, entry) in files_of(&new) {
        let staged = staging.join(&name);
        let path = if kind_of(&staged)?.is_some() { staged } else { folder.join(&name) };
        let is_file = kind_of(&path)?.is_some_and(|kind| kind.is_file());
        if !is_file || !(entry["xxh3_128"].is_null() || is_as_written(&path, entry)?) {
            return Err(torn(folder, &format!("{} is missing or was changed", shown(&name))));
        }
    }
    Ok(())
}

/// Throws away what is staged and was not committed, but for the lock.
pub fn discard(folder: &Path) -> Result<(), Failure> {
    if is_committed(folder)? {
        return Ok(());
    }
    let staging = folder.join(STAGING);
    let emptied = fs::read_dir(&staging).and_then(|entries| {
        for entry in entries {
            let entry = entry?;
            if entry.file_name() == LOCK {
                continue;
            }
            let is_folder = entry.file_type()?.is_dir();
            if is_folder { fs::remove_dir_all(entry.path())? } else { fs::remove_file(entry.path())? }
        }
        Ok(())
    });
    doing("empty", &staging, emptied)
}

/// Refuses a folder in which a file of what it is to hold cannot be replaced, before anything is done for it.
pub fn refuse_known(folder: &Path, wanted: Holds) -> Result<(), Failure> {
    let names: Vec<&Path> = wanted.files().iter().map(Path::new).collect();
    refuse_obstacles(folder, &names)?;
    for inner in wanted.folders() {
        refuse_link(&folder.join(inner))?;
        let entries = fs::read_dir(folder.join(inner)).into_iter().flatten().flatten();
        let names: Vec<PathBuf> = entries.map(|entry| Path::new(inner).join(entry.file_name())).collect();
        let is_one = |name: &&PathBuf| {
            let ending = name.extension().and_then(OsStr::to_str);
            ending.is_some_and(|ending| ["svg", "png", "tex", "md"].contains(&ending))
        };
        refuse_obstacles(folder, &names.iter().filter(is_one).map(PathBuf::as_path).collect::<Vec<_>>())?;
    }
    Ok(())
}

/// Refuses what cannot be replaced by these files.
fn refuse_obstacles(folder: &Path, names: &[&Path]) -> Result<(), Failure> {
    for name in names {
        for inner in name.ancestors().skip(1).filter(|inner| inner.file_name().is_some()) {
            refuse_link(&folder.join(inner))?;
        }
        let path = folder.join(name);
        if path.symlink_metadata().is_ok_and(|kind| kind.is_dir()) {
            let why = "is a folder, and the report has a file of this name; move it away";
            return Err(Failure::Usage(format!("{}: {why}", shown(&path))));
        }
    }
    Ok(())
}

/// A folder of the report that is a link leads somewhere else, where nothing of ours belongs.
fn refuse_link(inner: &Path) -> Result<(), Failure> {
    if inner.symlink_metadata().is_ok_and(|kind| !kind.is_dir()) {
        let why = "is a link or no folder, and the report writes into it; remove it";
        return Err(Failure::Usage(format!("{}: {why}", shown(inner))));
    }
    Ok(())
}

/// What is to be done where a replacement cannot be gone on with.
fn torn(folder: &Path, what: &str) -> Failure {
    let why = "remove this folder, and write the report again";
    Failure::Usage(format!("{}: {what}; {why}", shown(&folder.join(STAGING))))
}

fn has_bytes(path: &Path, bytes: &[u8]) -> bool {
    let is_as_long = |kind: fs::Metadata| kind.is_file() && kind.len() == bytes.len() as u64;
    path.symlink_metadata().is_ok_and(is_as_long) && fs::read(path).is_ok_and(|found| found == bytes)
}

/// The folders that these are in, each after the one around it.
fn folders_of(names: &[&Path]) -> Vec<PathBuf> {
    let inner = names.iter().flat_map(|name| name.ancestors().skip(1));
    let mut all: Vec<PathBuf> =
        inner.filter(|inner| inner.file_name().is_some()).map(Path::to_owned).collect();
    all.sort();
    all.dedup();
    all
}

fn make(folder: &Path) -> Result<(), Failure> {
    match fs::create_dir(folder) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            Err(Failure::io(&format!("make the folder {}", shown(folder)), &error))
        }
        _ => Ok(()),
    }
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn move_to(staging: &Path, folder: &Path, name: &Path) -> Result<(), Failure> {
    let from = staging.join(name);
    match fs::rename(&from, folder.join(name)) {
        // It is in its place already.
        Err(error) if error.kind() == ErrorKind::NotFound && from.symlink_metadata().is_err() => Ok(()),
        moved => doing("write", &folder.join(name), moved),
    }
}

fn remove(path: &Path) -> Result<(), Failure> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        removed => doing("remove", path, removed),
    }
}

/// Syncs a folder and those within it, as far as they are there.
fn sync(folder: &Path, inner: &[PathBuf]) -> Result<(), Failure> {
    for path in inner.iter().map(|inner| folder.join(inner)).chain([folder.to_owned()]) {
        if path.is_dir() {
            doing("write", &path, sync_folder(&path))?;
        }
    }
    Ok(())
}

fn doing(what: &str, path: &Path, result: io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| Failure::io(&format!("{what} {}", shown(path)), &error))
}
