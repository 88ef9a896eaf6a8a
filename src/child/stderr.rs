//! A program's stderr: always drained, lest the program wait for ever, and its end kept.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::command::Sink;

/// How much is kept.
const KEPT: usize = 64 << 10;

/// The end of what a program wrote to stderr.
#[derive(Clone, Default)]
pub(super) struct Stderr(Arc<Shared>);

#[derive(Default)]
struct Shared {
    ring: Mutex<Ring>,
    grown: Condvar,
}

#[derive(Default)]
struct Ring {
    kept: VecDeque<u8>,
    /// How much there was at all.
    total: usize,
    /// Whether nothing more comes.
    is_over: bool,
}

impl Stderr {
    /// Drains it from now on, in a thread that ends with it.
    pub fn drain(mut from: impl Read + Send + 'static, sink: Option<Sink>) -> std::io::Result<Self> {
        const STACK: usize = 128 << 10;
        let all = Self::default();
        let here = all.clone();
        let drain = move || {
            let mut bytes = vec![0; 8 << 10];
            loop {
                match from.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(length) => here.take(&bytes[..length], sink.as_ref()),
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(_) => break,
                }
            }
            here.ring().is_over = true;
            here.0.grown.notify_all();
        };
        std::thread::Builder::new().name("node's stderr".to_owned()).stack_size(STACK).spawn(drain)?;
        Ok(all)
    }

    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, bytes: &[u8], sink: Option<&Sink>) {
        let mut ring = self.ring();
        ring.kept.extend(bytes);
        ring.total += bytes.len();
        let surplus = ring.kept.len().saturating_sub(KEPT);
        ring.kept.drain(..surplus);
        drop(ring);
        self.0.grown.notify_all();
        if let Some(sink) = sink {
            // A log that can't be written is no reason to fail.
            let _ = sink.lock().unwrap_or_else(PoisonError::into_inner).write_all(bytes);
        }
    }

    /// How much was written so far.
    pub fn total(&self) -> usize {
        self.ring().total
    }

    /// Waits until the program has closed it, or for this time: what it started may hold it open.
    pub fn wait_for_end(&self, time: Duration) {
        let waited = self.0.grown.wait_timeout_while(self.ring(), time, |ring| !ring.is_over);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Waits until it grows beyond this, or for this time; whether it did.
    pub fn wait_for_more(&self, than: usize, time: Duration) -> bool {
        let waited =
            self.0.grown.wait_timeout_while(self.ring(), time, |ring| ring.total <= than && !ring.is_over);
        waited.unwrap_or_else(PoisonError::into_inner).0.total > than
    }

    /// What is kept of it up to a point, and after that.
    pub fn split(&self, at: usize) -> (String, String) {
        let ring = self.ring();
        let begin = ring.total - ring.kept.len();
        let bytes: Vec<u8> = ring.kept.iter().copied().collect();
        let (before, after) = bytes.split_at(at.saturating_sub(begin).min(bytes.len()));
        [before, after].map(|part| String::from_utf8_lossy(part).into_owned()).into()
    }

    /// What is kept of it.
    pub fn text(&self) -> String {
        self.split(0).1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_much_the_end_is_kept_and_all_goes_to_the_sink() {
        let much: Vec<u8> = (0..100_000).flat_map(|i| format!("{i}\n").into_bytes()).collect();
        let log = Arc::new(Mutex::new(Vec::new()));
        let sink: Sink = log.clone();
        let stderr = Stderr::drain(std::io::Cursor::new(much.clone()), Some(sink)).expect("a thread");
        stderr.wait_for_end(Duration::from_secs(60));
        assert_eq!(stderr.text().as_bytes(), &much[much.len() - KEPT..]);
        assert_eq!(stderr.total(), much.len());
        assert!(*log.lock().unwrap() == much);
        assert_eq!(
            stderr.split(much.len() - 6),
            (stderr.text()[..KEPT - 6].to_owned(), "99999\n".to_owned())
        );
        assert!(
            !stderr.wait_for_more(much.len(), Duration::from_secs(60)),
            "nothing more comes, and nobody waits"
        );
    }
}
