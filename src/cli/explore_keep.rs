//! `--resume FILE`: where `synod explore` keeps a search that was stopped, and goes on with it.
//!
//! Absent on purpose: what is kept (`run::explore`).

use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit::Failure;
use super::interrupt;
use super::outputs::part;
use super::printer::Printer;
use super::progress::Bar;
use crate::run::{Course, Keeper};
use crate::text::quote_path;

/// Seconds between two times that a search is kept which nobody stops, so that little is lost where it is killed.
const INTERVAL: u64 = 300;

/// Watches for ^C, and keeps the search.
pub struct Kept<'k> {
    path: Option<&'k Path>,
    bar: &'k Bar,
    stop: &'static AtomicBool,
    since: Clock,
    /// Whether there is anything in the file.
    is_there: bool,
    /// The states with which the search went on.
    begun_with: Option<u64>,
    /// Why it could not be kept the last time.
    error: Option<io::Error>,
}

/// When the search was kept last.
struct Clock(
    #[expect(clippy::disallowed_types, reason = "how often a search is kept changes nothing of it")]
    std::time::Instant,
);

impl Clock {
    #[expect(
        clippy::disallowed_types,
        clippy::disallowed_methods,
        reason = "how often a search is kept changes nothing of it"
    )]
    fn now() -> Clock {
        Clock(std::time::Instant::now())
    }
}

impl<'k> Kept<'k> {
    /// Refused where nothing can be written: to learn that when the search is to be kept would be too late.
    pub fn new(path: Option<&'k Path>, bar: &'k Bar) -> Result<Self, Failure> {
        let is_there = path.is_some_and(|path| path.symlink_metadata().is_ok());
        if let Some(path) = path {
            if is_there && !path.is_file() {
                let why = "is no file; name one, or one that is to be made";
                return Err(Failure::Usage(format!("--resume {}: {why}", quote_path(path))));
            }
            let part = part(path);
            let tried = File::create(&part).and_then(|_| fs::remove_file(&part));
            tried.map_err(|error| Failure::io(&format!("write --resume {}", quote_path(path)), &error))?;
        }
        let (since, stop) = (Clock::now(), interrupt::flag());
        Ok(Kept { path, bar, stop, since, is_there, begun_with: None, error: None })
    }

    /// How many states there were when the search went on; 0 if it began.
    pub fn begun_with(&self) -> u64 {
        self.begun_with.filter(|_| self.is_there).unwrap_or(0)
    }

    /// Whether a search is to be kept at all.
    pub fn keeps(&self) -> bool {
        self.path.is_some()
    }

    /// Says where a search is kept that was not finished.
    ///
    /// # Errors
    /// When it could not be kept.
    pub fn tell(&mut self, stopped: bool, printer: &Printer) -> Result<(), Failure> {
        let Some(path) = self.path else { return Ok(()) };
        if let Some(error) = self.error.take() {
            return Err(Failure::io(&format!("save the search in {}", quote_path(path)), &error));
        }
        // A search that ends while it looks for the way back may never have been kept.
        if !self.is_there {
            return Ok(());
        }
        let more =
            if stopped { "the same command goes on" } else { "the same command with more --memory goes on" };
        printer.say(&format!("saved      the search, in {}: {more}", quote_path(path)));
        Ok(())
    }

    /// The search is over, and what was kept of it is of no use any more.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn forget(&self) -> Result<(), Failure> {
        let Some(path) = self.path.filter(|_| self.is_there) else { return Ok(()) };
        let removed = match fs::remove_file(path) {
            // Another process that went on with it was faster.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            removed => removed,
        };
        removed.map_err(|error| Failure::io(&format!("remove {}", quote_path(path)), &error))
    }

    /// What to say when it cannot be read or written.
    pub fn failure(&self, why: &str) -> Failure {
        let path = self.path.unwrap_or(Path::new("-"));
        Failure::Refused(format!(
            "--resume {}: {why}; name another file, or remove this one to begin anew",
            quote_path(path)
        ))
    }
}

fn write(path: &Path, write: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()
}

impl Keeper for Kept<'_> {
    fn go_on(&mut self, states: u64) -> Course {
        self.bar.at(states);
        self.begun_with.get_or_insert(states);
        // Seen at once: to forget millions of states takes a while.
        if self.stop.load(Ordering::Relaxed) && interrupt::caught() {
            return Course::Stop;
        }
        let is_due = self.keeps() && self.since.0.elapsed().as_secs() >= INTERVAL;
        if is_due { Course::Keep } else { Course::GoOn }
    }

    fn kept(&mut self) -> io::Result<Option<Box<dyn Read + '_>>> {
        let Some(path) = self.path else { return Ok(None) };
        match File::open(path) {
            Ok(file) => Ok(Some(Box::new(BufReader::with_capacity(1 << 20, file)))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn keep(&mut self, content: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let Some(path) = self.path else { return Ok(()) };
        let part = part(path);
        let written = write(&part, content).and_then(|()| fs::rename(&part, path));
        if written.is_err() {
            let _ = fs::remove_file(&part);
        }
        self.is_there |= written.is_ok();
        self.since = Clock::now();
        // What was found is told all the same.
        self.error = written.err();
        Ok(())
    }
}
