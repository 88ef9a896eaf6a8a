//! The journal of a sweep as a file in its folder: locked, appended to, gone on from, and removed with the last step.
//!
//! Absent on purpose: what the bytes mean (`sweep::journal`) and when a part is written (`sweep::execution`).

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::exit::Failure;
use super::grid::can_be_copied;
use super::lock::{busy, is_gone, open_alone};
use super::printer::Printer;
use super::write::{shown, sync_folder};
use crate::sweep::journal::{Header, MAGIC, Reader, Torn, Writer, decode, encode, kind};
use crate::sweep::{Keeper, Ledger, Part, Shard};
use crate::text::{brief, quote_path};

/// How its name ends.
const ENDING: &str = ".journal";
/// Records between two syncs: a loss of power costs no more than these, a killed process nothing.
const SYNC_EVERY: u32 = 32;

/// The name of a share's journal; that of a whole sweep is no share's.
pub fn file_name(shard: Option<Shard>) -> String {
    match shard {
        None => format!("sweep{ENDING}"),
        Some(Shard { of, number }) => format!("shard-{number}-of-{of}{ENDING}"),
    }
}

/// Whether a file of this name is one of ours.
pub fn is_journal(name: &OsStr) -> bool {
    let shard = |name: &str| {
        let (number, of) = name.strip_prefix("shard-")?.split_once("-of-")?;
        Some(Shard { of: of.parse().ok()?, number: number.parse().ok()? })
    };
    let name = name.to_str().unwrap_or_default();
    let stem = name.strip_suffix(ENDING).unwrap_or_default();
    stem == "sweep" || shard(stem).is_some_and(|shard| file_name(Some(shard)) == name)
}

/// An open journal, locked against other processes for as long as it lives.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    end: Mutex<End>,
}

#[derive(Debug)]
struct End {
    file: File,
    writer: Writer,
    unsynced: u32,
}

impl Journal {
    /// Opens the journal of this sweep in a folder, enters what it holds into the ledger, and is ready for more. Begins
    /// a new one where there is none, or where `fresh` says that the old one is to be discarded.
    pub fn open(
        folder: &Path,
        shard: Option<Shard>,
        header: &Header,
        ledger: &Ledger,
        fresh: bool,
        printer: &Printer,
    ) -> Result<Journal, Failure> {
        fs::create_dir_all(folder)
            .map_err(|error| Failure::io(&format!("make the folder {}", shown(folder)), &error))?;
        let path = folder.join(file_name(shard));
        let file = open_locked(&path, printer)?;
        let failed = |doing: &str| {
            let doing = format!("{doing} {}", shown(&path));
            move |error: io::Error| Failure::io(&doing, &error)
        };
        if fresh {
            file.set_len(0).map_err(failed("empty"))?;
        }
        let mut begun = Writer::default();
        let begin = [&MAGIC[..], &begun.record(kind::HEADER, &header.to_bytes())].concat();
        let mut end = match recover(&path, &file, header, &begin, ledger)? {
            Some(kept) => {
                if kept.torn.is_some() {
                    printer
                        .say(&format!("{}: its end is damaged; what stood there is run again", shown(&path)));
                }
                file.set_len(kept.good).map_err(failed("cut"))?;
                End { file, writer: kept.writer, unsynced: 0 }
            }
            None => {
                file.set_len(0).map_err(failed("empty"))?;
                (&file).rewind().and_then(|()| (&file).write_all(&begin)).map_err(failed("write"))?;
                End { file, writer: begun, unsynced: 0 }
            }
        };
        end.file.seek(SeekFrom::End(0)).map_err(failed("read"))?;
        end.file.sync_all().and_then(|()| sync_folder(folder)).map_err(failed("write"))?;
        Ok(Journal { path, end: Mutex::new(end) })
    }

    /// Whether it was moved or removed since it was opened.
    pub fn is_lost(&self) -> bool {
        is_gone(&self.end.lock().unwrap_or_else(PoisonError::into_inner).file, &self.path)
    }

    /// Makes sure that everything is on the disk, and can be found there again.
    pub fn sync(&self) -> Result<(), Failure> {
        let end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        end.file.sync_all().map_err(|error| Failure::io(&format!("write {}", shown(&self.path)), &error))?;
        if is_gone(&end.file, &self.path) {
            let why = "was moved or removed while the sweep ran; what was moved can be moved back, and then the same \
                       command goes on from it";
            return Err(Failure::Io(format!("{}: {why}", shown(&self.path))));
        }
        Ok(())
    }

    /// The report is written: the journal has done its work. One that was moved is somebody else's now.
    pub fn remove(self) -> Result<(), Failure> {
        if self.is_lost() {
            return Ok(());
        }
        fs::remove_file(&self.path)
            .map_err(|error| Failure::io(&format!("remove {}", shown(&self.path)), &error))
    }
}

impl Keeper for Journal {
    fn keep(&self, part: &Part) -> io::Result<()> {
        let payload = encode(part);
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        let record = end.writer.record(kind::PART, &payload);
        end.file.write_all(&record)?;
        end.unsynced += 1;
        if end.unsynced >= SYNC_EVERY {
            end.file.sync_data()?;
            end.unsynced = 0;
        }
        Ok(())
    }
}

fn open_locked(path: &Path, printer: &Printer) -> Result<File, Failure> {
    let name = shown(path);
    if path.symlink_metadata().is_ok_and(|kind| !kind.is_file()) {
        return Err(Failure::Usage(format!("{name}: is no regular file; remove it, or name another --out")));
    }
    let file = open_alone(path, printer).map_err(|error| Failure::io(&format!("open {name}"), &error))?;
    // Whoever finished just now removed it between its opening and its lock.
    file.filter(|file| !is_gone(file, path)).ok_or_else(|| busy(path))
}

/// A journal of somebody else's making, from its beginning.
fn reader(path: &Path) -> Result<Option<Reader<BufReader<File>>>, Failure> {
    let name = shown(path);
    if !path.symlink_metadata().is_ok_and(|kind| kind.is_file()) {
        return Err(Failure::Usage(format!("{name}: is no regular file")));
    }
    let file = File::open(path).map_err(|error| Failure::io(&format!("open {name}"), &error))?;
    Reader::new(BufReader::new(file)).map_err(|error| Failure::io(&format!("read {name}"), &error))
}

/// What a share is of; none if it has not even a whole header.
pub fn peek(path: &Path) -> Result<Option<Header>, Failure> {
    let failed = |error: io::Error| Failure::io(&format!("read {}", shown(path)), &error);
    reader(path)?.map_or(Ok(None), |mut reader| header(&mut reader)).map_err(failed)
}

/// Enters a share into the ledger; why it is not whole, if it is not. Nobody may write to it meanwhile.
pub fn read_into(path: &Path, ledger: &Ledger) -> Result<Option<Torn>, Failure> {
    let failed = |error: io::Error| Failure::io(&format!("read {}", shown(path)), &error);
    let Some(mut reader) = reader(path)? else { return Ok(Some(Torn::Cut)) };
    header(&mut reader).map_err(failed)?;
    enter(&shown(path), &mut reader, ledger)?;
    Ok(reader.torn())
}

/// Where a journal goes on.
#[derive(Debug)]
struct Kept {
    torn: Option<Torn>,
    good: u64,
    writer: Writer,
}

/// Enters what is whole into the ledger; where to go on. None if there is nothing to go on from: an
/// empty file, or one that was cut short while this very sweep was begun.
fn recover(
    path: &Path,
    mut file: &File,
    ours: &Header,
    begin: &[u8],
    ledger: &Ledger,
) -> Result<Option<Kept>, Failure> {
    let name = shown(path);
    let failed = |error: io::Error| Failure::io(&format!("read {name}"), &error);
    let mut first = Vec::new();
    Read::by_ref(&mut file).take(begin.len() as u64).read_to_end(&mut first).map_err(failed)?;
    if first.len() < begin.len() && begin.starts_with(&first) {
        return Ok(None);
    }
    file.rewind().map_err(failed)?;
    let refuse =
        |why: &str| Failure::Refused(format!("{name}: {why}; remove it, or discard it with --fresh"));
    let reader = Reader::new(BufReader::new(file)).map_err(failed)?;
    let mut reader = reader.ok_or_else(|| refuse("is no journal of this version of synod"))?;
    let found = header(&mut reader).map_err(failed)?;
    check_same(path, &found.ok_or_else(|| refuse("its header is damaged"))?, ours)?;
    enter(&name, &mut reader, ledger)?;
    Ok(Some(Kept { torn: reader.torn(), good: reader.good(), writer: reader.into_writer() }))
}

fn header<R: io::Read>(reader: &mut Reader<R>) -> io::Result<Option<Header>> {
    let first = reader.record()?;
    let found =
        first.filter(|record| record.0 == kind::HEADER).and_then(|record| Header::from_bytes(&record.1));
    Ok(found.filter(can_be_copied))
}

fn enter<R: io::Read>(name: &str, reader: &mut Reader<R>, ledger: &Ledger) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io(&format!("read {name}"), &error);
    while let Some((kind, payload)) = reader.record().map_err(failed)? {
        let part = (kind == kind::PART).then(|| decode(&payload)).flatten();
        let Some(part) = part else {
            return Err(Failure::Refused(format!(
                "{name}: holds a record that this version of synod does not know"
            )));
        };
        ledger
            .add(&part)
            .map_err(|why| Failure::Refused(format!("{name}: holds a record that does not fit: {why}")))?;
    }
    Ok(())
}

/// Refuses to go on with another sweep's journal, naming both.
fn check_same(path: &Path, found: &Header, header: &Header) -> Result<(), Failure> {
    let Some(difference) = found.difference(header) else { return Ok(()) };
    let folder = path.parent().unwrap_or(Path::new("."));
    let finish = format!("{} --out {}", found.command(&found.shard.to_string()), quote_path(folder));
    Err(Failure::Refused(format!(
        "{}: is of another sweep: its {} is {}, and here it is {}; discard it with --fresh, or finish it with\n{finish}",
        shown(path),
        difference.what,
        brief(&difference.this),
        brief(&difference.other),
    )))
}
