//! The right to write into a folder: one process has it at a time, from before it reads what it will replace.
//!
//! It is a lock on `staging.tmp/lock`, held for as long as the claim lives and removed with it. Whoever begins completes or
//! throws away what one that was killed has left (`stage`). Absent on purpose: shares of a sweep, which write no report; each
//! has a journal of its own, with its own lock.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::exit::{Failure, quote};
use super::lock::{busy, is_gone, open_alone};
use super::printer::Printer;
use super::stage::{LOCK, STAGING, check_whole, committed, complete, discard, is_committed, replace};
use super::write::{Holds, MANIFEST, check_folder, check_unchanged, left, remove_left, shown};

/// How often the folder of the lock may be removed, by somebody who has finished, while it is being opened.
const ATTEMPTS: u32 = 100;

/// A folder that nobody else writes to.
#[derive(Debug)]
pub struct Claim {
    folder: PathBuf,
    wanted: Holds,
    lock: File,
    /// The folders that were not there before, the innermost first.
    made: Vec<PathBuf>,
}

impl Claim {
    /// Claims a folder for what is to be written into it, and refuses one that holds anything else.
    pub fn of(folder: &Path, wanted: Holds, printer: &Printer) -> Result<Claim, Failure> {
        check_folder(folder, wanted)?;
        Claim::known(folder, wanted, printer)
    }

    /// Claims a folder of which it is known that it holds this.
    pub fn known(folder: &Path, wanted: Holds, printer: &Printer) -> Result<Claim, Failure> {
        let staging = folder.join(STAGING);
        let failed = |error: io::Error| Failure::io(&format!("make the folder {}", shown(&staging)), &error);
        for _ in 0..ATTEMPTS {
            let made = make(folder).map_err(failed)?;
            match open(folder, printer) {
                Ok(Some(lock)) => {
                    let claim = Claim { folder: folder.to_owned(), wanted, lock, made };
                    if is_gone(&claim.lock, &lock_path(folder)) {
                        continue;
                    }
                    go_on(folder)?;
                    discard(folder)?;
                    return Ok(claim);
                }
                Ok(None) => return Err(busy(folder)),
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(failed(error)),
            }
        }
        Err(busy(folder))
    }

    /// Replaces what the folder holds by these files, in one step. If it was moved or removed since it was claimed, they go
    /// into a new one of its name.
    pub fn replace(&mut self, files: &[(String, Vec<u8>)], printer: &Printer) -> Result<(), Failure> {
        if is_gone(&self.lock, &lock_path(&self.folder)) {
            let name = shown(&self.folder);
            printer.say(&format!(
                "{name}: was moved, removed or cleared meanwhile; what is new goes into a folder of this name again"
            ));
            *self = Claim::of(&self.folder, self.wanted, printer)?;
        }
        replace(&self.folder, files)?;
        remove_left(&self.folder)
    }

    /// Whether the folder is not what it was when it was claimed.
    pub fn is_lost(&self) -> bool {
        is_gone(&self.lock, &lock_path(&self.folder))
    }
}

impl Drop for Claim {
    /// Leaves nothing behind but what is committed; whatever cannot be removed is, by the next claim.
    fn drop(&mut self) {
        if self.is_lost() || discard(&self.folder).is_err() || !is_committed(&self.folder).is_ok_and(|it| !it)
        {
            return;
        }
        let _ = fs::remove_file(lock_path(&self.folder));
        // From here on the next claim may be there: only what is empty is removed.
        let _ = fs::remove_dir(self.folder.join(STAGING));
        for folder in &self.made {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Makes a folder's report one that can be read: completes a replacement of which only the last moves are missing. Nothing is
/// done, and nothing locked, where none is.
pub fn settle(folder: &Path, printer: &Printer) -> Result<(), Failure> {
    if folder.is_file() {
        return Err(Failure::Usage(format!("{}: is a file; name the report's folder", shown(folder))));
    }
    if is_committed(folder)? {
        let wanted = committed(folder)?.as_ref().and_then(Holds::of).unwrap_or(Holds::Report);
        Claim::known(folder, wanted, printer)?;
    }
    if left(folder)?.is_some() {
        let again = quote(&folder.to_string_lossy());
        return Err(Failure::Usage(format!(
            "{}: is missing, for a command was stopped while it wrote this report; make it whole with\nsynod report {again}",
            shown(&folder.join(MANIFEST))
        )));
    }
    Ok(())
}

/// Completes it, under the lock.
fn go_on(folder: &Path) -> Result<(), Failure> {
    if !is_committed(folder)? {
        return Ok(());
    }
    check_whole(folder)?;
    if committed(folder)?.as_ref().and_then(Holds::of) == Some(Holds::Writeup) {
        check_unchanged(folder)?;
    }
    complete(folder)
}

fn lock_path(folder: &Path) -> PathBuf {
    folder.join(STAGING).join(LOCK)
}

/// Makes a folder and those around it; which of them were not there, the innermost first.
fn make(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let is_missing = |it: &&Path| it.file_name().is_some() && it.symlink_metadata().is_err();
    let missing = folder.ancestors().take_while(is_missing).map(Path::to_owned).collect();
    fs::create_dir_all(folder)?;
    Ok(missing)
}

/// Opens and locks the lock of a folder; none if somebody else has it.
fn open(folder: &Path, printer: &Printer) -> io::Result<Option<File>> {
    let staging = folder.join(STAGING);
    match fs::create_dir(&staging) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
        _ => {}
    }
    let path = lock_path(folder);
    let is_link = |path: &Path| path.symlink_metadata().is_ok_and(|kind| kind.is_symlink());
    if is_link(&staging) || path.symlink_metadata().is_ok_and(|kind| !kind.is_file()) {
        let why = "is no plain folder with a plain file in it; remove it";
        return Err(io::Error::new(ErrorKind::InvalidInput, why));
    }
    open_alone(&path, printer)
}
