//! A program's stdout, line by line, no line longer than it may be.

use std::io::{BufRead, BufReader, Read};

/// A program's lines.
pub(super) struct Lines<R> {
    from: BufReader<R>,
    /// The last one.
    line: Vec<u8>,
}

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// A line: see [`Lines::line`].
    Line,
    /// A line that is longer than it may be; it is not read to its end.
    TooLong,
    /// Nothing more; the flag says whether a line was begun.
    End(bool),
}

impl<R: Read> Lines<R> {
    pub fn new(from: R) -> Self {
        Self { from: BufReader::with_capacity(64 << 10, from), line: Vec::new() }
    }

    /// Waits for the next line, of at most so many bytes without its end.
    pub fn next(&mut self, most: usize) -> Next {
        self.line.clear();
        let bound = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let read = self.from.by_ref().take(bound).read_until(b'\n', &mut self.line);
        match self.line.pop_if(|last| *last == b'\n') {
            Some(_) => Next::Line,
            None if read.is_ok() && self.line.len() > most => Next::TooLong,
            None => Next::End(!self.line.is_empty()),
        }
    }

    /// The line that came last, without its end.
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// What was read beyond it.
    pub fn beyond(&self) -> &[u8] {
        self.from.buffer()
    }

    /// Where they come from.
    pub fn source(&self) -> &R {
        self.from.get_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_one_by_one_and_no_longer_than_they_may_be() {
        let mut lines = Lines::new(&b"four\n\nfives\nend"[..]);
        assert_eq!((lines.next(5), lines.line()), (Next::Line, &b"four"[..]));
        assert_eq!((lines.next(0), lines.line()), (Next::Line, &b""[..]));
        assert_eq!((lines.next(5), lines.line()), (Next::Line, &b"fives"[..]));
        assert_eq!((lines.next(5), lines.line()), (Next::End(true), &b"end"[..]));
        assert_eq!(lines.next(5), Next::End(false));
        assert_eq!(Lines::new(&b"fives\n"[..]).next(4), Next::TooLong);
    }
}
