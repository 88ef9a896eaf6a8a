//! The file of a sweep's rows: begun before the first run, written while the runs go on, and under its own name when it is whole.
//!
//! Until then it has a temporary name, `FILE.tmp`, so that rows of an earlier sweep are there until the new ones are, and
//! nobody takes half of them for all. A pipe or a device is written to as it is. Absent on purpose: what a row looks like
//! (`report::rows`), its turn (`sweep`), and whether the file may be written at all (`outputs`).

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::exit::Failure;
use super::lock::{is_gone, open_alone};
use super::outputs::{part, resolved, row_format};
use super::printer::Printer;
use super::write::{shown, sync_folder};
use crate::check::Outcome;
use crate::report::RowWriter;
use crate::scenario::Cell;
use crate::sweep::Rows;

/// A file that rows are written to.
#[derive(Debug)]
pub struct RowFile {
    /// As it was given.
    name: PathBuf,
    /// Where it will be; none for a pipe or a device.
    place: Option<PathBuf>,
    file: File,
    writer: RowWriter,
}

impl RowFile {
    /// Makes the file and the folders that it is to stand in, and writes the names of the columns.
    pub fn create(path: &Path, cells: &[Cell], printer: &Printer) -> Result<Self, Failure> {
        let writer = RowWriter::new(row_format(path)?, cells.iter().map(|cell| &cell.scenario));
        let (file, place) = open(path, printer)?;
        let rows = RowFile { name: path.to_owned(), place, file, writer };
        let begun = match rows.place {
            Some(_) => rows.file.set_len(0),
            None => Ok(()),
        };
        begun
            .and_then(|()| (&rows.file).write_all(rows.writer.head().as_bytes()))
            .map_err(|e| failure(path, &e))?;
        Ok(rows)
    }

    /// Says why rows cannot be written.
    pub fn failure(&self, error: &std::io::Error) -> Failure {
        failure(&self.name, error)
    }

    /// All rows came: the file takes its name, in one step.
    pub fn keep(&self) -> Result<(), Failure> {
        let Some(place) = &self.place else { return Ok(()) };
        if is_gone(&self.file, &part(place)) {
            let why = "was moved or removed while rows were written into it";
            return Err(Failure::Io(format!("--rows {}: {} {why}", shown(&self.name), shown(&part(place)))));
        }
        let folder = place.parent().unwrap_or(Path::new("."));
        let kept = self.file.sync_all().and_then(|()| fs::rename(part(place), place));
        kept.and_then(|()| sync_folder(folder)).map_err(|error| self.failure(&error))
    }
}

impl Rows for RowFile {
    fn add(&self, rows: &mut Vec<u8>, cell: usize, seed: u64, outcome: &Outcome) {
        self.writer.write(rows, cell, seed, outcome);
    }

    fn write(&self, rows: &[u8]) -> std::io::Result<()> {
        (&self.file).write_all(rows)
    }
}

impl Drop for RowFile {
    /// Rows that are not all there are of no use: the same command writes them from the first on.
    fn drop(&mut self) {
        if let Some(place) = &self.place
            && !is_gone(&self.file, &part(place))
        {
            let _ = fs::remove_file(part(place));
        }
    }
}

/// The open file, and where it will be when it is whole.
fn open(path: &Path, printer: &Printer) -> Result<(File, Option<PathBuf>), Failure> {
    let failed = |error: std::io::Error| failure(path, &error);
    let kind = path.metadata().ok();
    if kind.as_ref().is_some_and(|kind| !kind.is_file()) {
        if is_pipe(path) {
            printer.say(&format!("--rows {}: is a pipe, and waits for a reader", shown(path)));
        }
        return Ok((OpenOptions::new().write(true).open(path).map_err(failed)?, None));
    }
    if let Some(kind) = kind.filter(|kind| kind.len() > 0) {
        printer.say(&format!(
            "{} holds {} bytes of rows, which new ones will replace when they are all there",
            shown(path),
            kind.len()
        ));
    }
    let place = resolved(path);
    place.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    let file = open_alone(&part(&place), printer).map_err(failed)?;
    let file = file.filter(|file| !is_gone(file, &part(&place))).ok_or_else(|| {
        Failure::Refused(format!(
            "--rows {}: another synod writes into this file; wait for it, or name another one",
            shown(path)
        ))
    })?;
    Ok((file, Some(place)))
}

fn is_pipe(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        path.metadata().is_ok_and(|kind| kind.file_type().is_fifo())
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

fn failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure::io(&format!("write --rows {}", shown(path)), error)
}
