//! The mutator: from a text that is valid to one that nearly is, by words, by lines and by bytes.
//!
//! Absent on purpose: what is mutated, and any feedback: depth comes from beginning with valid texts and changing little.

use std::collections::BTreeMap;

use crate::support::dice::Dice;

/// What texts are made of: whole texts, and their words.
#[derive(Clone, Debug)]
pub struct Corpus {
    pub texts: Vec<Vec<u8>>,
    words: Vec<Vec<u8>>,
    /// Lines of the form `key = value`, by key: the values that it has somewhere.
    values: BTreeMap<Vec<u8>, Vec<Vec<u8>>>,
}

impl Corpus {
    /// These texts; their words and these more.
    pub fn new(texts: Vec<Vec<u8>>, more: &[&str]) -> Self {
        let mut words: Vec<Vec<u8>> =
            texts.iter().flat_map(|text| spans(text).into_iter().map(|(a, b)| text[a..b].to_vec())).collect();
        words.extend(more.iter().map(|word| word.as_bytes().to_vec()));
        words.sort();
        words.dedup();
        let mut values = BTreeMap::<_, Vec<_>>::new();
        for (key, value) in texts.iter().flat_map(|text| text.split(|&b| b == b'\n')).filter_map(assigned) {
            values.entry(key.to_vec()).or_default().push(value.to_vec());
        }
        values.values_mut().for_each(|values| {
            values.sort();
            values.dedup();
        });
        Corpus { texts, words, values }
    }

    /// A text with few changes, mostly.
    pub fn mutated(&self, dice: &mut Dice) -> Vec<u8> {
        let mut text = self.texts[dice.roll(self.texts.len())].clone();
        let changes = [1, 1, 1, 1, 1, 2, 3, 12][dice.roll(8)];
        for _ in 0..changes {
            match dice.roll(16) {
                0..=9 if !self.values.is_empty() => self.change_value(&mut text, dice),
                0..=11 => self.change_word(&mut text, dice),
                12 | 13 => self.change_lines(&mut text, dice),
                14 => change_bytes(&mut text, dice),
                _ => self.swell(&mut text, dice),
            }
        }
        text.truncate(3 << 20);
        text
    }

    /// Gives a key a value that it has elsewhere, or adds a key, most often beside others.
    fn change_value(&self, text: &mut Vec<u8>, dice: &mut Dice) {
        let mut lines: Vec<Vec<u8>> = text.split(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
        let known: Vec<usize> = (0..lines.len()).filter(|&i| assigned(&lines[i]).is_some()).collect();
        if known.is_empty() {
            return self.change_word(text, dice);
        }
        let at = known[dice.roll(known.len())];
        let key = assigned(&lines[at]).map_or(Vec::new(), |(key, _)| key.to_vec());
        let line = |key: &[u8], value: &[u8]| [key, b" = ", value].concat();
        if dice.one_in(4) {
            let (key, values) = self.values.iter().nth(dice.roll(self.values.len())).expect("not empty");
            lines.insert(at + 1, line(key, &values[dice.roll(values.len())]));
        } else if let Some(values) = self.values.get(&key) {
            lines[at] = line(&key, &values[dice.roll(values.len())]);
        }
        *text = lines.join(&b'\n');
    }

    fn word(&self, dice: &mut Dice) -> Vec<u8> {
        match dice.roll(4) {
            0 => dice.pick(NUMBERS).as_bytes().to_vec(),
            1 => dice.pick(OTHERS).as_bytes().to_vec(),
            _ => self.words[dice.roll(self.words.len())].clone(),
        }
    }

    /// Replaces, removes, doubles or inserts a word, or exchanges two.
    fn change_word(&self, text: &mut Vec<u8>, dice: &mut Dice) {
        let spans = spans(text);
        if spans.is_empty() {
            return text.extend(self.word(dice));
        }
        let (from, to) = spans[dice.roll(spans.len())];
        match dice.roll(8) {
            // A word of the same kind is most likely to be understood.
            0..=3 => {
                let new = self.like(&text[from..to], dice);
                text.splice(from..to, new);
            }
            4 => drop(text.drain(from..to)),
            5 => {
                let word = text[from..to].to_vec();
                text.splice(to..to, word);
            }
            6 => {
                let new = self.word(dice);
                text.splice(from..from, new);
            }
            _ => {
                let other = spans[dice.roll(spans.len())];
                let (low, high) = ((from, to).min(other), (from, to).max(other));
                if low.1 <= high.0 {
                    let (first, second) = (text[low.0..low.1].to_vec(), text[high.0..high.1].to_vec());
                    text.splice(high.0..high.1, first);
                    text.splice(low.0..low.1, second);
                }
            }
        }
    }

    /// Another word of the same kind.
    fn like(&self, word: &[u8], dice: &mut Dice) -> Vec<u8> {
        let class = |word: &[u8]| word.first().map_or(0, |&byte| class(byte));
        for _ in 0..8 {
            let new = self.word(dice);
            if class(&new) == class(word) && new != word {
                return new;
            }
        }
        self.word(dice)
    }

    /// Removes, doubles or moves lines, or takes some of another text.
    fn change_lines(&self, text: &mut Vec<u8>, dice: &mut Dice) {
        let mut lines: Vec<Vec<u8>> = text.split_inclusive(|&b| b == b'\n').map(<[u8]>::to_vec).collect();
        let at = dice.roll(lines.len() + 1);
        let many = 1 + dice.roll(4);
        let end = (at + many).min(lines.len());
        match dice.roll(4) {
            0 => drop(lines.drain(at.min(end)..end)),
            1 => {
                let some = lines[at.min(end)..end].to_vec();
                let to = dice.roll(lines.len() + 1);
                lines.splice(to..to, some);
            }
            2 if lines.len() > 1 => {
                let (a, b) = (dice.roll(lines.len()), dice.roll(lines.len()));
                lines.swap(a, b);
            }
            _ => {
                let other = &self.texts[dice.roll(self.texts.len())];
                let theirs: Vec<&[u8]> = other.split_inclusive(|&b| b == b'\n').collect();
                let from = dice.roll(theirs.len());
                let some = theirs[from..(from + many).min(theirs.len())].iter().map(|line| line.to_vec());
                let some: Vec<Vec<u8>> = some.collect();
                lines.splice(at..at, some);
            }
        }
        *text = lines.concat();
    }

    /// Repeats something very often, or nests it.
    fn swell(&self, text: &mut Vec<u8>, dice: &mut Dice) {
        let at = dice.roll(text.len() + 1);
        let times = [10, 100, 1_000, 20_000][dice.roll(4)];
        let piece = match dice.roll(4) {
            0 => dice.pick(OPENERS).as_bytes().to_vec(),
            _ => self.word(dice),
        };
        let most = if dice.one_in(8) { 2 << 20 } else { 1 << 14 };
        let swollen = piece.repeat(times.min(1 + most / piece.len().max(1)));
        text.splice(at..at, swollen);
    }
}

/// Flips, cuts, repeats and overwrites bytes; what comes out need not be UTF-8.
pub fn change_bytes(text: &mut Vec<u8>, dice: &mut Dice) {
    let at = dice.roll(text.len() + 1);
    match dice.roll(6) {
        0 if at < text.len() => text[at] ^= 1 << dice.roll(8),
        1 if at < text.len() => text[at] = dice.word() as u8,
        2 => text.truncate(at),
        3 => text.insert(at, dice.word() as u8),
        4 => text.splice(at..at, dice.pick(BYTES).iter().copied()).for_each(drop),
        _ => {
            let end = (at + dice.roll(40)).min(text.len());
            text.drain(at..end).for_each(drop);
        }
    }
}

/// The key and the value of a line `key = value`.
fn assigned(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = line.windows(3).position(|three| three == b" = ")?;
    let key = &line[..at];
    let is_key = !key.is_empty() && key.iter().all(|b| b.is_ascii_alphanumeric() || b"_-.\"".contains(b));
    is_key.then_some((key, &line[at + 3..]))
}

fn class(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' | b'.' | b'+' => 1,
        b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'-' | 0x80.. => 2,
        b'"' | b'\'' => 3,
        b'\n' => 4,
        b' ' | b'\t' | b'\r' => 5,
        _ => 6,
    }
}

/// Words: numbers, names, whole strings within a line, single signs.
fn spans(text: &[u8]) -> Vec<(usize, usize)> {
    let (mut spans, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let from = at;
        let kind = class(text[at]);
        at += 1;
        match kind {
            1 | 2 => {
                while at < text.len() && matches!(class(text[at]), 1 | 2) {
                    at += 1;
                }
            }
            3 => {
                let line = text[at..].iter().position(|&b| b == text[from] || b == b'\n');
                if let Some(end) = line.filter(|end| text[at + end] == text[from]) {
                    at += end + 1;
                }
            }
            5 => continue,
            _ => {}
        }
        spans.push((from, at));
    }
    spans
}

const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "63",
    "64",
    "65",
    "255",
    "256",
    "1000",
    "65535",
    "65536",
    "4294967295",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "0.0",
    "-0.0",
    "0.5",
    "1.0",
    "1.0000000000000002",
    "1e-320",
    "1e308",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "0x7fffffffffffffff",
    "1_000",
    "\"0ns\"",
    "\"1ns\"",
    "\"0.1ns\"",
    "\"1ms\"",
    "\"10ms\"",
    "\"2.5s\"",
    "\"99999h\"",
    "\"144115188075855872ns\"",
    "\"144115188075855873ns\"",
    "\"1e9s\"",
    "\"-1ms\"",
    "\"10\"",
    "\"ms\"",
];

const OTHERS: &[&str] = &[
    "true",
    "false",
    "\"\"",
    "\"none\"",
    "[]",
    "{}",
    "[[]]",
    "{ a = 1 }",
    "1979-05-27T07:32:00Z",
    "'''",
    "\"\"\"",
    "\\u0000",
    "\\ud800",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{feff}",
    "é",
    "日本",
    "\u{10ffff}",
    "\r\n",
    "\n",
    "#",
    ",",
    "=",
    ".",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "(",
    ")",
    ":",
    ";",
    "|",
    "&&",
    "../../etc/passwd",
    "/dev/zero",
    "<script>",
    "=cmd|' /C calc'!A0",
    "%s%n",
    "$(reboot)",
    "\\input{x}",
];

const OPENERS: &[&str] =
    &["[", "{", "(", "[[", "{a=", "\"a\".", "a.", "!", "not ", "\"", "#", "[{", "-", "\n", "\t"];

const BYTES: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\x80",
    b"\r",
    b"\x1b]0;x\x07",
    b"\x7f",
    b"\x00\x00\x00\x00",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
];
