//! Locks on files: one process at a time, and none where a file system has no locks.
//!
//! A lock dies with its process, so that nothing is to be cleaned up after a crash. Absent on purpose: waiting. Whoever
//! finds a file locked says so and ends, for the other may be at work for hours.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use super::exit::Failure;
use super::printer::Printer;
use super::write::shown;

/// What came of an attempt to lock a file.
#[derive(Debug)]
pub enum Lock {
    /// It is locked.
    Held,
    /// Another process has locked it.
    Busy,
    /// There are no locks here, for instance on NFS without a lock daemon: nobody can be kept out.
    Absent(io::Error),
}

/// Locks a file until it is closed.
pub fn lock(file: &File) -> Lock {
    match file.try_lock() {
        Ok(()) => Lock::Held,
        Err(TryLockError::WouldBlock) => Lock::Busy,
        Err(TryLockError::Error(error)) => Lock::Absent(error),
    }
}

/// Opens a file, makes it if there is none, and locks it; none if another process has it. Goes on without a lock where there
/// are none, and says so.
pub fn open_alone(path: &Path, printer: &Printer) -> io::Result<Option<File>> {
    let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    match lock(&file) {
        Lock::Held => {}
        Lock::Busy => return Ok(None),
        Lock::Absent(error) => printer.say(&format!(
            "{}: cannot be locked ({error}); see to it that no other synod writes there meanwhile",
            shown(path)
        )),
    }
    Ok(Some(file))
}

/// Says that another process has locked this.
pub fn busy(path: &Path) -> Failure {
    Failure::Refused(format!(
        "{}: another synod is at work on it; wait for it, or name another folder",
        shown(path)
    ))
}

/// Whether an open file is no longer at its path: it, or a folder that it was in, was moved or removed.
pub fn is_gone(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let id = |it: std::fs::Metadata| (it.dev(), it.ino());
        file.metadata().map(id).ok() != path.metadata().map(id).ok()
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        !path.exists()
    }
}
