//! The file of a sweep's rows: made before the first run, written while the runs go on.
//!
//! Absent on purpose: what a row looks like (`report::rows`) and its turn (`sweep::rows`).

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use super::exit::Failure;
use crate::check::Outcome;
use crate::report::{RowFormat, RowWriter};
use crate::scenario::{Cell, printable};
use crate::sweep::RowStream;

/// A file that rows are written to.
#[derive(Debug)]
pub struct RowFile {
    path: PathBuf,
    file: File,
    writer: RowWriter,
}

impl RowFile {
    /// Refuses a name that says no format.
    pub fn check(path: &Path) -> Result<(), Failure> {
        format(path).map(|_| ())
    }

    /// Makes the file and the folders that it is to stand in, and writes the names of the columns.
    pub fn create(path: &Path, cells: &[Cell]) -> Result<Self, Failure> {
        let writer = RowWriter::new(format(path)?, cells.iter().map(|cell| &cell.scenario));
        let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
            let mut file = File::create(path)?;
            file.write_all(writer.head().as_bytes())?;
            Ok(file)
        });
        let file = made.map_err(|error| failure(path, &error))?;
        Ok(RowFile { path: path.to_owned(), file, writer })
    }

    /// Takes the rows of a sweep, until `stop` is set.
    pub fn stream<'r>(
        &'r self,
        stop: &'r AtomicBool,
    ) -> RowStream<'r, &'r File, impl Fn(&mut Vec<u8>, usize, u64, &Outcome) + Sync> {
        let format = |rows: &mut Vec<u8>, cell: usize, seed: u64, outcome: &Outcome| {
            self.writer.write(rows, cell, seed, outcome);
        };
        RowStream::new(&self.file, format, stop)
    }

    /// Says whether all rows could be written.
    pub fn finish<F>(&self, stream: RowStream<'_, &File, F>) -> Result<(), Failure>
    where
        F: Fn(&mut Vec<u8>, usize, u64, &Outcome) + Sync,
    {
        stream.finish().map(|_| ()).map_err(|error| failure(&self.path, &error))
    }
}

/// By the name's ending.
fn format(path: &Path) -> Result<RowFormat, Failure> {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("csv") => Ok(RowFormat::Csv),
        Some("jsonl" | "ndjson") => Ok(RowFormat::JsonLines),
        _ => Err(Failure::Usage(format!(
            "--rows {}: the name says the format; let it end in .csv or .jsonl",
            printable(&path.to_string_lossy())
        ))),
    }
}

fn failure(path: &Path, error: &std::io::Error) -> Failure {
    Failure::io(&format!("write --rows {}", printable(&path.to_string_lossy())), error)
}
