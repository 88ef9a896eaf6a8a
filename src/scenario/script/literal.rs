//! Where a byte of a string's value stands in the text of the file that quotes it.
//!
//! Absent on purpose: the grammars of TOML and JSON, whose readers have taken the string already.

/// The byte of `raw`, a string as a TOML or JSON file writes it with its quotes, from which byte `at` of its value
/// comes.
pub(in crate::scenario) fn place(raw: &str, at: usize) -> usize {
    let triple = raw.starts_with("\"\"\"") || raw.starts_with("'''");
    let mut from = if triple { 3 } else { 1 };
    if triple {
        // A line end right behind the quotes is no part of the value.
        from += ["\r\n", "\n"].iter().find(|end| raw[from..].starts_with(**end)).map_or(0, |end| end.len());
    }
    let escapes = raw.starts_with('"');
    let mut value = 0;
    while value < at && from < raw.len() {
        let (length, makes) = match raw[from..].chars().next() {
            Some('\\') if escapes => escape(&raw[from..]),
            Some(c) => (c.len_utf8(), c.len_utf8()),
            None => break,
        };
        from += length;
        value += makes;
    }
    // The value may go on behind an escaped line end.
    while escapes && triple && raw[from.min(raw.len())..].starts_with('\\') {
        match escape(&raw[from..]) {
            (length, 0) => from += length,
            _ => break,
        }
    }
    from.min(raw.len())
}

/// How long the escape at the beginning of `text` is, and how many bytes it stands for.
fn escape(text: &str) -> (usize, usize) {
    let digits = match text[1..].chars().next() {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(c) if c.is_whitespace() => {
            let rest = text[1..].trim_start();
            return (text.len() - rest.len(), 0);
        }
        Some(c) => return (1 + c.len_utf8(), 1),
        None => return (1, 0),
    };
    let end = (2 + digits).min(text.len());
    let code = text.get(2..end).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    (end, code.and_then(char::from_u32).map_or(1, char::len_utf8))
}
