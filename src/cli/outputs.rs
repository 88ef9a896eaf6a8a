//! Where a command is going to write, held against what it reads and against what is there, before it begins.
//!
//! The one place that knows of all of a command's outputs. A folder is looked into by `write`, and again whenever it is claimed; a
//! single file is never replaced unless it is of the very kind that is to be written: rows by rows. Pipes and devices hold
//! nothing that could be lost, and are written to. Absent on purpose: writing.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::exit::Failure;
use super::write::{Holds, shown};
use crate::report::RowFormat;

/// The outputs of a sweep, and the files that it reads.
#[derive(Debug)]
pub struct Outputs<'a> {
    /// `--out`.
    pub folder: Option<&'a Path>,
    /// `--rows`.
    pub rows: Option<&'a Path>,
    /// The scenario and its samples.
    pub reads: Vec<PathBuf>,
}

impl Outputs<'_> {
    /// Refuses outputs that would be in each other's way, or in that of what is read.
    pub fn check(&self) -> Result<(), Failure> {
        let folder = self.folder.map(resolved);
        if let Some(folder) = &folder {
            self.check_folder(folder)?;
        }
        let Some(rows) = self.rows else { return Ok(()) };
        let (name, place) = (shown(rows), resolved(rows));
        if let Some(folder) = &folder {
            if place.starts_with(folder) {
                return Err(Failure::Usage(format!(
                    "--rows {name}: lies in the folder of --out, which holds nothing but the report; name a file beside it"
                )));
            }
            if folder.starts_with(&place) {
                return Err(Failure::Usage(format!(
                    "--rows {name}: is where --out needs a folder; name another file"
                )));
            }
        }
        for (path, named) in [(place.clone(), rows.to_owned()), (part(&place), part(rows))] {
            if self.reads.iter().any(|read| is_same(read, &path)) {
                return Err(Failure::Usage(format!(
                    "--rows {name}: {} is read by this sweep, and rows would replace it; name another file",
                    shown(&named)
                )));
            }
            check_rows(rows, &path, &shown(&named))?;
        }
        Ok(())
    }

    /// Refuses a folder in which the report's files would replace what is read.
    fn check_folder(&self, folder: &Path) -> Result<(), Failure> {
        for read in &self.reads {
            let Ok(inner) = resolved(read).strip_prefix(folder).map(Path::to_owned) else { continue };
            if Holds::Report.files().iter().any(|name| inner == Path::new(name)) {
                return Err(Failure::Usage(format!(
                    "--out {}: {} is read by this sweep, and its report would replace it; name another folder",
                    shown(self.folder.unwrap_or(folder)),
                    shown(read)
                )));
            }
        }
        Ok(())
    }
}

/// Refuses to replace a file of another kind than rows.
fn check_rows(rows: &Path, path: &Path, found: &str) -> Result<(), Failure> {
    let name = shown(rows);
    let format = row_format(rows)?;
    let Ok(kind) = path.metadata() else {
        if path.symlink_metadata().is_ok() {
            return Err(Failure::Usage(format!("--rows {name}: {found} is a link to nothing; remove it")));
        }
        return Ok(());
    };
    if kind.is_dir() {
        return Err(Failure::Usage(format!("--rows {name}: {found} is a folder; name a file that is new")));
    }
    if !kind.is_file() {
        return Ok(());
    }
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(1 << 10).read_to_end(&mut beginning));
    read.map_err(|error| Failure::io(&format!("read --rows {name}"), &error))?;
    if format.is_rows(&beginning) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "--rows {name}: {found} holds something else than rows of synod, which rows would replace; name a file that is new, or \
         remove it"
    )))
}

/// How rows are written, by the name's ending.
pub fn row_format(path: &Path) -> Result<RowFormat, Failure> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(RowFormat::Csv),
        Some("jsonl" | "ndjson") => Ok(RowFormat::JsonLines),
        _ => Err(Failure::Usage(format!(
            "--rows {}: the name says the format; let it end in .csv or .jsonl",
            shown(path)
        ))),
    }
}

/// Refuses a name that is taken, for a single file that is no rows.
pub fn check_new(option: &str, path: &Path) -> Result<(), Failure> {
    let is_kept = path.symlink_metadata().is_ok_and(|kind| kind.is_file() || kind.is_dir())
        || path.metadata().is_ok_and(|kind| kind.is_file() || kind.is_dir());
    if is_kept {
        let why = "is there already, and would be replaced; name a file that is new, or remove it";
        return Err(Failure::Usage(format!("{option} {}: {why}", shown(path))));
    }
    Ok(())
}

/// The name under which a file is written until it is whole.
pub fn part(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    name.into()
}

/// Where a path leads, also if the end of it is not there yet.
pub fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for there in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (fs::canonicalize(there), path.strip_prefix(there)) {
            return rest.components().fold(real, |mut at, step| {
                match step {
                    Component::ParentDir => drop(at.pop()),
                    step => at.push(step),
                }
                at
            });
        }
    }
    path
}

/// Whether two paths lead to one file, by whatever names.
fn is_same(a: &Path, b: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let id = |path: &Path| path.metadata().map(|it| (it.dev(), it.ino())).ok();
        id(a).is_some_and(|a| id(b) == Some(a))
    }
    #[cfg(not(unix))]
    {
        resolved(a) == resolved(b)
    }
}
