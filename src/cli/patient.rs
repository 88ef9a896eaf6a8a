//! Writing to a pipe or terminal that another process has set to non-blocking: a full one is waited for, as a blocking one
//! would be.
//!
//! Absent on purpose: a limit to the waiting. Whoever reads slowly gets everything, and ^C ends it as ever.

use std::io::{ErrorKind, Result, Write};
use std::time::Duration;

/// A writer that waits where the one within would.
pub struct Patient<W>(pub W);

impl<W: Write> Write for Patient<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        patiently(|| self.0.write(bytes))
    }

    fn flush(&mut self) -> Result<()> {
        patiently(|| self.0.flush())
    }
}

fn patiently<T>(mut act: impl FnMut() -> Result<T>) -> Result<T> {
    loop {
        match act() {
            Err(error) if error.kind() == ErrorKind::WouldBlock => pause(),
            done => return done,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a reader's time, of which no result knows")]
fn pause() {
    std::thread::sleep(Duration::from_millis(2));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes three bytes of every second call.
    #[derive(Default)]
    struct Full(Vec<u8>, bool);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(ErrorKind::WouldBlock.into());
            }
            let taken = bytes.len().min(3);
            self.0.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> Result<()> {
            self.1 = !self.1;
            if self.1 { Err(ErrorKind::WouldBlock.into()) } else { Ok(()) }
        }
    }

    #[test]
    fn everything_is_written_to_a_reader_that_is_slow() {
        let mut slow = Patient(Full::default());
        slow.write_all(b"all of it").and_then(|()| slow.flush()).expect("written");
        assert_eq!(slow.0.0, b"all of it");
    }
}
