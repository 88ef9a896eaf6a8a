//! Records, each with its length and its checksum, one after the other.
//!
//! Absent on purpose: what is in them.

use std::io::{self, Read};

use xxhash_rust::xxh3::Xxh3;

/// How a journal begins.
pub const MAGIC: &[u8; 16] = b"synod-journal/5\n";
/// Length and kind.
const HEAD: usize = 5;
/// Longest payload: a part of a cell with every bucket of its histograms in use stays below 2 MiB, and a header is not
/// longer than its scenario and the samples of its files.
const LONGEST: u32 = 256 << 20;

/// The bytes of records to be appended; remembers the checksum that the next one covers.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    last: u128,
}

impl Writer {
    /// The next record's bytes. It counts as written.
    pub fn record(&mut self, kind: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEAD + payload.len() + 16);
        bytes.extend((payload.len() as u32).to_le_bytes());
        bytes.push(kind);
        bytes.extend(payload);
        self.last = checksum(self.last, kind, payload);
        bytes.extend(self.last.to_le_bytes());
        bytes
    }
}

/// Over the checksum before, so that records keep their order.
fn checksum(before: u128, kind: u8, payload: &[u8]) -> u128 {
    let mut hasher = Xxh3::new();
    hasher.update(&before.to_le_bytes());
    hasher.update(&[kind]);
    hasher.update(payload);
    hasher.digest128()
}

/// Why reading stopped before the end of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Torn {
    /// The file ends within a record.
    Cut,
    /// A record's checksum is wrong, or its length is absurd.
    Damaged,
}

/// Reads records one at a time, in the memory of the longest.
#[derive(Debug)]
pub struct Reader<R> {
    source: R,
    writer: Writer,
    good: u64,
    torn: Option<Torn>,
}

impl<R: Read> Reader<R> {
    /// Begins a journal; none if it does not begin as one.
    ///
    /// # Errors
    /// When reading fails.
    pub fn new(mut source: R) -> io::Result<Option<Reader<R>>> {
        let mut magic = Vec::new();
        source.by_ref().take(MAGIC.len() as u64).read_to_end(&mut magic)?;
        let reader = Reader { source, writer: Writer::default(), good: MAGIC.len() as u64, torn: None };
        Ok((magic == MAGIC).then_some(reader))
    }

    /// The next record's kind and payload; none at the end, and where [`Reader::torn`] says why.
    ///
    /// # Errors
    /// When reading fails.
    pub fn record(&mut self) -> io::Result<Option<(u8, Vec<u8>)>> {
        let mut head = Vec::new();
        self.source.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        let &[a, b, c, d, kind] = &head[..] else {
            return Ok(self.stop((!head.is_empty()).then_some(Torn::Cut)));
        };
        let length = u32::from_le_bytes([a, b, c, d]);
        if length > LONGEST {
            return Ok(self.stop(Some(Torn::Damaged)));
        }
        // Grows as it reads: a wrong length allocates no more than the file has.
        let mut body = Vec::new();
        let whole = u64::from(length) + 16;
        self.source.by_ref().take(whole).read_to_end(&mut body)?;
        if (body.len() as u64) < whole {
            return Ok(self.stop(Some(Torn::Cut)));
        }
        let found = body.split_off(length as usize);
        if checksum(self.writer.last, kind, &body).to_le_bytes() != found[..] {
            return Ok(self.stop(Some(Torn::Damaged)));
        }
        self.writer.record(kind, &body);
        self.good += HEAD as u64 + whole;
        Ok(Some((kind, body)))
    }

    fn stop<T>(&mut self, torn: Option<Torn>) -> Option<T> {
        self.torn = torn;
        None
    }

    /// Why reading stopped; none at a clean end.
    pub fn torn(&self) -> Option<Torn> {
        self.torn
    }

    /// Bytes up to the end of the last good record: here a journal is cut and goes on.
    pub fn good(&self) -> u64 {
        self.good
    }

    /// Goes on behind the last good record.
    pub fn into_writer(self) -> Writer {
        self.writer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn journal() -> Vec<u8> {
        let mut writer = Writer::default();
        let records = [(1, &b"header"[..]), (2, b""), (2, b"a part"), (2, b"another")];
        let mut bytes = MAGIC.to_vec();
        for (kind, payload) in records {
            bytes.extend(writer.record(kind, payload));
        }
        bytes
    }

    type Believed = (Vec<(u8, Vec<u8>)>, Option<Torn>, u64);

    /// The records that are believed, why no more, and up to where.
    fn read(bytes: &[u8]) -> Option<Believed> {
        let mut reader = Reader::new(bytes).expect("memory")?;
        let mut records = Vec::new();
        while let Some(record) = reader.record().expect("memory") {
            records.push(record);
        }
        Some((records, reader.torn(), reader.good()))
    }

    #[test]
    fn every_cut_and_every_flipped_bit_leaves_only_records_that_were_written() {
        let bytes = journal();
        let (whole, torn, good) = read(&bytes).expect("a journal");
        assert_eq!((whole.len(), torn, good), (4, None, bytes.len() as u64));
        for end in 0..bytes.len() {
            let Some((records, _, good)) = read(&bytes[..end]) else {
                assert!(end < MAGIC.len());
                continue;
            };
            assert!(whole.starts_with(&records) && records.len() < 4 && good <= end as u64, "cut at {end}");
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                let Some((records, torn, _)) = read(&flipped) else {
                    assert!(at < MAGIC.len());
                    continue;
                };
                assert!(whole.starts_with(&records) && torn.is_some(), "bit {bit} of byte {at}");
            }
        }
    }

    #[test]
    fn a_record_left_out_or_moved_ends_the_journal() {
        let (a, b) = (Writer::default().record(2, b"a"), Writer::default().record(2, b"b"));
        let (records, torn, _) = read(&[&MAGIC[..], &a, &b].concat()).expect("a journal");
        assert_eq!((records.len(), torn), (1, Some(Torn::Damaged)));
        let (records, torn, _) = read(&[&MAGIC[..], &a, &a].concat()).expect("a journal");
        assert_eq!((records.len(), torn), (1, Some(Torn::Damaged)));
    }
}
