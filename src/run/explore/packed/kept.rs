//! A search as bytes, to go on with later: on any number of threads, with any limits, it finds what it would have found.
//!
//! ```text
//!   a line    synod-explore/1, what is searched, bits of a word, words of a state
//!   numbers   depth, then of the levels before and of this one: transitions, dead ends, chosen, moves
//!   states    asked for, suspects (each with what follows), left of this level, found of the next, visited
//!   the end   xxh3 of all before
//! ```
//!
//! All numbers are little-endian; states that were visited are fingerprints, or words where those are kept. Absent on
//! purpose: files.

use std::io::{Error, ErrorKind, Read, Result, Write};

use xxhash_rust::xxh3::Xxh3;

use super::super::moves::MoveCounts;
use super::levels::Walk;
use super::packing::Packing;
use super::search::{Level, Search, Tally};
use super::seen::{Seen, open};
use super::word::{Packed, Word};

const SCHEMA: &str = "synod-explore/1";

/// Writes, and mixes together all that it has written.
struct Sink<'s> {
    to: &'s mut dyn Write,
    hash: Xxh3,
}

/// Reads, likewise.
struct Source<'s> {
    from: &'s mut dyn Read,
    hash: Xxh3,
}

impl Sink<'_> {
    fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.hash.update(bytes);
        self.to.write_all(bytes)
    }

    fn number(&mut self, number: u64) -> Result<()> {
        self.bytes(&number.to_le_bytes())
    }

    fn state<W: Word, const N: usize>(&mut self, state: &Packed<W, N>) -> Result<()> {
        std::iter::once(state.head).chain(state.columns).try_for_each(|word| {
            let bytes = word.to_wide().to_le_bytes();
            self.bytes(&bytes[..size_of::<W>()])
        })
    }

    fn states<'i, W: Word + 'i, const N: usize>(
        &mut self,
        count: usize,
        mut states: impl Iterator<Item = &'i Packed<W, N>>,
    ) -> Result<()> {
        self.number(count as u64)?;
        states.try_for_each(|state| self.state(state))
    }
}

fn damaged(why: &str) -> Error {
    Error::new(ErrorKind::InvalidData, why)
}

impl Source<'_> {
    fn bytes(&mut self, bytes: &mut [u8]) -> Result<()> {
        let short = |error: Error| match error.kind() {
            ErrorKind::UnexpectedEof => damaged("the file is truncated"),
            _ => error,
        };
        self.from.read_exact(bytes).map_err(short)?;
        self.hash.update(bytes);
        Ok(())
    }

    fn number(&mut self) -> Result<u64> {
        let mut bytes = [0; 8];
        self.bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn numbers(&mut self, count: usize) -> Result<Vec<u64>> {
        (0..count).map(|_| self.number()).collect()
    }

    fn state<W: Word, const N: usize>(&mut self) -> Result<Packed<W, N>> {
        let mut word = || {
            let mut bytes = [0; 16];
            self.bytes(&mut bytes[..size_of::<W>()])?;
            Ok::<W, Error>(W::from_wide(u128::from_le_bytes(bytes)))
        };
        let mut state = Packed { head: word()?, ..Packed::empty() };
        for column in &mut state.columns {
            *column = word()?;
        }
        Ok(state)
    }

    /// One after the other: a number that is damaged asks for no more memory than there are bytes.
    fn states<W: Word, const N: usize>(&mut self) -> Result<Vec<Packed<W, N>>> {
        (0..self.number()?).map(|_| self.state()).collect()
    }

    /// The line at the beginning.
    fn line(&mut self) -> Result<String> {
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < 200 {
            self.bytes(&mut byte)?;
            if byte == *b"\n" {
                break;
            }
            line.push(byte[0]);
        }
        Ok(String::from_utf8_lossy(&line).into_owned())
    }
}

/// What a search of this model through states of this form begins with.
fn title<W, const N: usize>(packing: &Packing<'_>) -> String {
    format!("{SCHEMA} {:032x} {} {}\n", packing.model.identity, 8 * size_of::<W>(), N + 1)
}

fn write_tally<W: Word, const N: usize>(
    out: &mut Sink<'_>,
    tally: &Tally<'_, W, N>,
    moves: &MoveCounts,
) -> Result<()> {
    let numbers = [tally.transitions, tally.dead_ends].into_iter();
    let mut numbers = numbers.chain(tally.chosen.iter().copied()).chain(moves.raw().iter().copied());
    numbers.try_for_each(|number| out.number(number))?;
    out.states(tally.reached.len(), tally.reached.iter())
}

fn read_tally<'m, W: Word, const N: usize>(
    from: &mut Source<'_>,
    packing: &'m Packing<'m>,
) -> Result<(Tally<'m, W, N>, MoveCounts)> {
    let mut tally = Tally::new(packing);
    (tally.transitions, tally.dead_ends) = (from.number()?, from.number()?);
    tally.chosen = from.numbers(packing.proposers())?;
    let moves = MoveCounts::from_raw(from.numbers(MoveCounts::LEN)?);
    tally.reached = from.states()?.into_iter().collect();
    Ok((tally, moves))
}

impl<'m, W: Word, const N: usize> Search<'m, W, N> {
    /// Writes all that is known.
    ///
    /// # Errors
    /// Those of `to`.
    pub(super) fn write(&self, to: &mut dyn Write) -> Result<()> {
        let mut out = Sink { to, hash: Xxh3::new() };
        out.bytes(title::<W, N>(self.packing).as_bytes())?;
        out.number(u64::from(self.depth))?;
        write_tally(&mut out, &self.all, &self.moves)?;
        write_tally(&mut out, &self.level.tally, &self.level.moves)?;
        let suspects = self.level.suspects.iter().flat_map(|(parent, child)| [parent, child]);
        out.states(2 * self.level.suspects.len(), suspects)?;
        for portions in [&self.walk.level, &self.walk.next] {
            let portions = open(portions);
            out.states(portions.iter().map(Vec::len).sum(), portions.iter().flatten())?;
        }
        out.number(self.walk.states())?;
        match &self.walk.seen {
            Seen::Prints(table) => table.each().try_for_each(|print| out.number(print))?,
            Seen::Whole(shards, _) => shards.iter().try_for_each(|shard| {
                let shard = open(shard);
                shard.iter().try_for_each(|state| out.state(state))
            })?,
        }
        let hash = out.hash.digest();
        out.number(hash)
    }

    /// The search that was written.
    ///
    /// # Errors
    /// Those of `from`, and [`ErrorKind::InvalidData`] with what is wrong: another search, or damaged.
    pub(super) fn read(packing: &'m Packing<'m>, from: &mut dyn Read) -> Result<Self> {
        let mut from = Source { from, hash: Xxh3::new() };
        let (line, own) = (from.line()?, title::<W, N>(packing));
        if !line.starts_with(SCHEMA) {
            return Err(damaged("not a search that this version of synod has saved"));
        }
        if line != own.trim_end() {
            return Err(damaged("another search: the scenario, an option or the version of synod differs"));
        }
        let depth = from.number()?;
        let (all, moves) = read_tally(&mut from, packing)?;
        let (tally, level_moves) = read_tally(&mut from, packing)?;
        let pairs = from.states()?;
        let suspects = pairs.as_chunks::<2>().0.iter().map(|&[parent, child]| (parent, child)).collect();
        let (level, next) = (from.states()?, from.states()?);
        let states = from.number()?;
        let mut seen = Seen::new(packing.model.bounds.exact);
        for count in 0..states {
            if count > seen.room(false) {
                seen.grow();
            }
            match seen {
                Seen::Prints(_) => seen.insert(from.number()?, &Packed::empty()),
                Seen::Whole(..) => {
                    let state: Packed<W, N> = from.state()?;
                    seen.insert(state.fingerprint(), &state)
                }
            };
        }
        let hash = from.hash.digest();
        if from.number()? != hash || from.from.read(&mut [0])? != 0 {
            return Err(damaged("the file is damaged"));
        }
        let portions =
            [level, next].map(|states| states.chunks(super::levels::CHUNK).map(<[_]>::to_vec).collect());
        let walk = Walk::from(packing, seen, states, portions);
        let level = Level { tally, suspects, moves: level_moves };
        Ok(Search { packing, walk, depth: depth as u32, all, moves, level })
    }
}
