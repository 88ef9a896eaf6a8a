//! Writes a report's files: never over what is not a report, never half a file.
//!
//! A folder with a manifest is complete: the manifest is written first under its temporary name, which marks the
//! folder as ours, and takes its own name when all other files are there. Absent on purpose: what is in the files.

use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use super::exit::Failure;
use super::journal::is_journal;
use super::manifest::value;
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

    /// Of the folder with this manifest.
    pub fn of(manifest: &Value) -> Option<Holds> {
        let schema = manifest.get("schema").and_then(Value::as_str)?;
        [Holds::Report, Holds::Writeup, Holds::Man].into_iter().find(|it| schema.starts_with(it.schema()))
    }
}

/// Refuses a folder that holds anything but what is to be written into it again.
pub fn check_folder(folder: &Path, wanted: Holds) -> Result<(), Failure> {
    let name = shown(folder);
    if folder.symlink_metadata().is_ok_and(|kind| !kind.is_dir() && !kind.is_symlink()) {
        return Err(Failure::Usage(format!(
            "--out {name}: is no folder; name a folder that is new or empty"
        )));
    }
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::io(&format!("open --out {name}"), &error)),
    };
    if let Some(found) = manifests(folder).first().and_then(Holds::of) {
        if found == wanted {
            return Ok(());
        }
        return Err(Failure::Usage(format!(
            "--out {name}: holds {} of synod, which this would replace; name a folder that is new or empty",
            found.name()
        )));
    }
    let is_ours =
        |entry: std::io::Result<fs::DirEntry>| entry.is_ok_and(|entry| is_journal(&entry.file_name()));
    if entries.all(is_ours) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "--out {name}: holds files that are no report of synod; name a folder that is new or empty"
    )))
}

/// Refuses to replace what somebody has worked on: a file that is not as its manifest says it was written.
pub fn check_unchanged(folder: &Path) -> Result<(), Failure> {
    let Some(manifest) = former(folder) else { return Ok(()) };
    for file in manifest["files"].as_array().into_iter().flatten() {
        let name = Path::new(file["path"].as_str().unwrap_or_default());
        let path = folder.join(name);
        if is_inside(name) && path.is_file() && file["xxh3_128"].is_string() && !is_as_written(&path, file)? {
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
    name.file_name().is_some() && name.components().all(|part| matches!(part, Component::Normal(_)))
}

/// The manifest of the finished report in a folder, if there is one.
pub fn former(folder: &Path) -> Option<Value> {
    folder.join(MANIFEST).is_file().then(|| manifests(folder).into_iter().next())?
}

/// Writes all files, and removes those of a former report that the new one does not have.
pub fn write_files(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
    refuse_links(folder, files)?;
    let (manifest, others): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| name == MANIFEST);
    let former: Vec<PathBuf> = manifests(folder).iter().flat_map(files_of).collect();
    for (name, bytes) in &manifest {
        doing(folder, name, create(&folder.join(name), bytes))?;
    }
    remove(folder, Path::new(MANIFEST))?;
    for (name, bytes) in &others {
        let path = folder.join(name);
        doing(folder, name, create(&path, bytes).and_then(|()| commit(&path)))?;
    }
    for stale in former.iter().filter(|path| !files.iter().any(|(name, _)| Path::new(name) == path.as_path()))
    {
        remove(folder, stale)?;
    }
    for (name, _) in &manifest {
        doing(folder, name, commit(&folder.join(name)))?;
    }
    doing(folder, "", sync_folder(folder))
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

/// A folder of the report that is a link leads somewhere else, where nothing of ours belongs.
fn refuse_links(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
    for (name, _) in files {
        let Some(inner) = Path::new(name).parent().filter(|inner| inner.file_name().is_some()) else {
            continue;
        };
        let inner = folder.join(inner);
        if inner.symlink_metadata().is_ok_and(|kind| !kind.is_dir()) {
            let why = "is a link or no folder, and the report writes into it; remove it";
            return Err(Failure::Usage(format!("{}: {why}", shown(&inner))));
        }
    }
    Ok(())
}

/// The manifest of a former report, and that of one whose writing was cut short.
fn manifests(folder: &Path) -> Vec<Value> {
    let names = [folder.join(MANIFEST), temporary(&folder.join(MANIFEST))];
    let read = |path: &PathBuf| value(path).ok()?;
    names.iter().filter_map(read).filter(|manifest| Holds::of(manifest).is_some()).collect()
}

/// The files that a manifest lists; none of them outside its folder, whatever it says.
fn files_of(manifest: &Value) -> Vec<PathBuf> {
    let listed = manifest.get("files").and_then(Value::as_array).into_iter().flatten();
    let paths = listed.filter_map(|file| Some(PathBuf::from(file.get("path")?.as_str()?)));
    paths.filter(|path| is_inside(path)).collect()
}

fn create(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // What stands there is of a former attempt, or a link to somewhere else: it is not written through.
    let temporary = temporary(path);
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(&temporary)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Whoever looks sees the former file or the new one.
fn commit(path: &Path) -> std::io::Result<()> {
    fs::rename(temporary(path), path)
}

fn remove(folder: &Path, name: &Path) -> Result<(), Failure> {
    let path = folder.join(name);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::io(&format!("remove {}", shown(&path)), &error))
        }
        _ => Ok(()),
    }
}

fn temporary(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    name.into()
}

fn doing(folder: &Path, name: &str, result: std::io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| Failure::io(&format!("write {}", shown(&folder.join(name))), &error))
}

pub fn shown(path: &Path) -> String {
    printable(&path.to_string_lossy())
}
