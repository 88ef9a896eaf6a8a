//! Rust source as words and signs: enough to find paths, macros and functions.
//!
//! Comments, strings and character literals are dropped, so that talking about a banned thing is not using it.

/// A word or a sign, and the line it stands in (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub text: &'a str,
    pub line: usize,
}

impl Token<'_> {
    pub fn is_word(&self) -> bool {
        self.text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '$')
    }
}

/// All words and signs of a file; `::` is one sign, every other sign is one character.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    let mut line = 1;
    while at < text.len() {
        let rest = &text[at..];
        let length = skipped(rest);
        if length == 0 {
            let length = word(rest).or_else(|| rest.starts_with("::").then_some(2));
            let length = length.unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8));
            tokens.push(Token { text: &rest[..length], line });
            at += length;
        } else {
            line += rest[..length].matches('\n').count();
            at += length;
        }
    }
    tokens
}

/// The length of the space, comment or literal that the text begins with; 0 if there is none.
fn skipped(text: &str) -> usize {
    let space = text.len() - text.trim_start().len();
    if space > 0 {
        return space;
    }
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return block_comment(text);
    }
    literal(text)
}

/// Block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of a string or character literal with its prefix; 0 for a lifetime and all else.
fn literal(text: &str) -> usize {
    let prefix = text.len() - text.trim_start_matches(['b', 'c', 'r']).len();
    let (prefix, raw) = if prefix <= 2 { (prefix, text[..prefix].contains('r')) } else { (0, false) };
    let body = &text[prefix..];
    if raw {
        let hashes = body.len() - body.trim_start_matches('#').len();
        if !body[hashes..].starts_with('"') {
            return 0;
        }
        let end = format!("\"{}", "#".repeat(hashes));
        let inside = &body[hashes + 1..];
        return prefix + hashes + 1 + inside.find(&end).map_or(inside.len(), |found| found + end.len());
    }
    if body.starts_with('"') {
        return prefix + quoted(body, '"');
    }
    let mut chars = body.chars();
    if chars.next() != Some('\'') {
        return 0;
    }
    // 'a' is a character; 'a without the second quote is a lifetime.
    match (chars.next(), chars.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => prefix + quoted(body, '\''),
        _ => 0,
    }
}

fn quoted(body: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in body.char_indices().skip(1) {
        if !escaped && c == quote {
            return at + 1;
        }
        escaped = !escaped && c == '\\';
    }
    body.len()
}

/// The length of a word: an identifier, a keyword, `r#…`, `$crate`; a number counts as one too.
fn word(text: &str) -> Option<usize> {
    let start = text.strip_prefix("r#").or_else(|| text.strip_prefix('$')).unwrap_or(text);
    let prefix = text.len() - start.len();
    let length = start.len() - start.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    (length > 0).then_some(prefix + length)
}
