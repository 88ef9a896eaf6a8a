//! How deep a TOML text nests, before anybody walks down: tables in tables, and keys with dots, which are tables too.
//!
//! Absent on purpose: whether the text is TOML. In what is none, any answer will do.

/// Deepest nesting; a scenario needs eight or so.
pub(super) const DEEPEST: usize = 60;

/// Where the text is nested deeper than [`DEEPEST`], if it is.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // What each open bracket adds, with the dots of the key before it; their sum; and the dots of the key at hand.
    let (mut open, mut depth, mut dots) = (Vec::new(), 0, 0);
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        match byte {
            b'"' | b'\'' => {
                at = end_of_string(bytes, at);
                continue;
            }
            b'#' => at += bytes[at..].iter().position(|&b| b == b'\n').unwrap_or(bytes.len() - at),
            b'{' | b'[' => {
                open.push(dots + 1);
                depth += dots + 1;
                dots = 0;
            }
            b'}' | b']' => {
                depth -= open.pop().unwrap_or(0);
                dots = 0;
            }
            b',' => dots = 0,
            b'.' => dots += 1,
            _ => {}
        }
        if bytes.get(at) == Some(&b'\n') {
            dots = 0;
        }
        if depth + dots > DEEPEST {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Just behind the string that begins here; one that is not closed ends with its line, or with the text.
fn end_of_string(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let triple = [quote; 3];
    let is_long = bytes[at..].starts_with(&triple);
    let mut i = at + if is_long { 3 } else { 1 };
    while i < bytes.len() {
        match bytes[i] {
            b'\\' if quote == b'"' => i += 2,
            _ if is_long && bytes[i..].starts_with(&triple) => {
                let more = bytes[i + 3..].iter().take(2).take_while(|&&b| b == quote).count();
                return i + 3 + more;
            }
            byte if !is_long && (byte == quote || byte == b'\n') => return i + 1,
            _ => i += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_and_dots_count_and_strings_and_comments_do_not() {
        let deep = |text: String| too_deep(&text).is_some();
        for n in [1, 59, 60, 61, 5_000] {
            assert_eq!(deep("[".repeat(n)), n > 60, "{n}");
            assert_eq!(deep(format!("{}b = 1", "a.".repeat(n))), n > 60, "{n}");
            assert_eq!(deep(format!("x = {}", "{ a.b = ".repeat(n))), n > 30, "{n}");
            for (open, close) in [("\"", "\""), ("'", "'"), ("\"\"\"", "\"\"\""), ("'''", "'''"), ("#", "\n")]
            {
                assert!(!deep(format!("x = {open}{}{close}", "[.{".repeat(n))), "{n} in {open}");
            }
            assert!(!deep("[a]\nb = { c = [1.5, 2.5] }\n".repeat(n)), "{n} closed ones");
        }
        let after = |text: &str| too_deep(&format!("{text}{}", "[".repeat(61)));
        for sound in [
            "a = \"\\\"[\"\n",
            "a = \"\"\"x\"\"\"\"\"\n",
            "a = '\\'\n",
            "# '\n",
            "a = \"\"\n",
            "a = \"open\n",
        ] {
            assert_eq!(after(sound), Some(sound.len() + 60), "{sound}");
        }
        assert_eq!(after("a = \"\"\"open\n"), None);
    }
}
