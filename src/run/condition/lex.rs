//! A condition's text as tokens, each with its place.
//!
//! Absent on purpose: what words mean.

use std::ops::Range;

use crate::scenario::Duration;

use super::Op;

/// A piece of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `duel`, `hazard.unchosen-read`, `client."my name"`: its parts, and whether the first was in quotes.
    Path(Vec<String>),
    /// In quotes.
    Text(String),
    Number(u64),
    /// ns.
    Duration(u64),
    Op(Op),
    And,
    Or,
    Not,
    Open,
    Close,
}

/// Where it stands, in characters.
pub(super) type Place = Range<usize>;
/// Why it is none, and where.
pub(super) type Error = (String, Place);

/// Longer conditions are no conditions that anybody wrote.
const LONGEST: usize = 10_000;

/// All tokens of a text.
pub(super) fn lex(text: &str) -> Result<Vec<(Token, Place)>, Error> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > LONGEST {
        return Err((format!("a condition has at most {LONGEST} characters"), 0..1));
    }
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(&c) = chars.get(at) {
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        let (token, end) = next(&chars, at)?;
        tokens.push((token, at..end));
        at = end;
    }
    Ok(tokens)
}

fn next(chars: &[char], at: usize) -> Result<(Token, usize), Error> {
    let second = chars.get(at + 1).copied();
    let one = |token| Ok((token, at + 1));
    let two = |token| Ok((token, at + 2));
    match (chars[at], second) {
        ('(', _) => one(Token::Open),
        (')', _) => one(Token::Close),
        ('&', Some('&')) => two(Token::And),
        ('|', Some('|')) => two(Token::Or),
        ('&' | '|', _) => Err((format!("write `{0}{0}`", chars[at]), at..at + 1)),
        ('=', Some('=')) => two(Token::Op(Op::Equal)),
        ('=', _) => one(Token::Op(Op::Equal)),
        ('!', Some('=')) => two(Token::Op(Op::Unequal)),
        ('!', _) => one(Token::Not),
        ('<', Some('=')) => two(Token::Op(Op::AtMost)),
        ('<', Some('>')) => Err(("write `!=`".to_owned(), at..at + 2)),
        ('<', _) => one(Token::Op(Op::Less)),
        ('>', Some('=')) => two(Token::Op(Op::AtLeast)),
        ('>', _) => one(Token::Op(Op::More)),
        ('"' | '\'', _) => quoted(chars, at).map(|(text, end)| (Token::Text(text), end)),
        (c, _) if c.is_ascii_digit() => number(chars, at),
        (c, _) if is_of_word(c) => path(chars, at),
        (c, _) => Err((format!("{c:?} has no meaning here"), at..at + 1)),
    }
}

/// What stands between quotes of either kind; there is no way to put such a quote inside, and no need but by the other.
fn quoted(chars: &[char], at: usize) -> Result<(String, usize), Error> {
    let inside = &chars[at + 1..];
    match inside.iter().position(|&c| c == chars[at]) {
        Some(length) => Ok((inside[..length].iter().collect(), at + length + 2)),
        None => Err(("the quote is not closed".to_owned(), at..at + 1)),
    }
}

fn number(chars: &[char], at: usize) -> Result<(Token, usize), Error> {
    let length = chars[at..].iter().take_while(|&&c| c.is_alphanumeric() || "._".contains(c)).count();
    let end = at + length;
    let text: String = chars[at..end].iter().filter(|&&c| c != '_').collect();
    let wrong = |why: String| (why, at..end);
    if text.chars().all(|c| c.is_ascii_digit()) {
        let number = text.parse().map_err(|_| wrong("the number is too large".to_owned()))?;
        return Ok((Token::Number(number), end));
    }
    match text.parse::<Duration>() {
        Ok(time) => Ok((Token::Duration(time.ns()), end)),
        Err(error) => Err(wrong(format!("neither a whole number nor a time: {error}"))),
    }
}

/// Words joined by points; a part may be in quotes.
fn path(chars: &[char], at: usize) -> Result<(Token, usize), Error> {
    let (mut parts, mut end) = (Vec::new(), at);
    loop {
        match chars.get(end) {
            Some('"' | '\'') if !parts.is_empty() => {
                let (text, after) = quoted(chars, end)?;
                parts.push(text);
                end = after;
            }
            _ => {
                let length = chars[end.min(chars.len())..].iter().take_while(|&&c| is_of_word(c)).count();
                if length == 0 {
                    return Err(("a word is missing after the point".to_owned(), end - 1..end));
                }
                parts.push(chars[end..end + length].iter().collect());
                end += length;
            }
        }
        if chars.get(end) != Some(&'.') {
            break;
        }
        end += 1;
    }
    let token = match parts.first().map(String::as_str) {
        Some("and") if parts.len() == 1 => Token::And,
        Some("or") if parts.len() == 1 => Token::Or,
        Some("not") if parts.len() == 1 => Token::Not,
        _ => Token::Path(parts),
    };
    Ok((token, end))
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || "_-/".contains(c)
}
