//! Quotes in CSV text that are never closed, which a reader of CSV takes as closed by the end of the file.
//!
//! Absent on purpose: everything else about CSV (`samples`).

/// The line, from 1, of a quoted field that goes on to the end of the text.
pub(super) fn left_open(text: &str) -> Option<u64> {
    let (mut line, mut begins, mut opened) = (1, true, None);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, opened) {
            // Two quotes within a quoted field are one of its characters.
            ('"', Some(_)) if chars.next_if_eq(&'"').is_some() => {}
            ('"', Some(_)) => opened = None,
            ('"', None) if begins => opened = Some(line),
            _ => {}
        }
        line += u64::from(c == '\n');
        begins = opened.is_none() && matches!(c, ',' | '\n' | '\r');
    }
    opened
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_quote_that_begins_a_field_and_is_not_closed_is_found() {
        for whole in [
            "",
            "a,b\n1,2\n",
            "\"a\",b\n",
            "\"a\"\"b\"\n",
            "5\" disk,b\n",
            "a,\"b\nc\"\n",
            "\"\"\n",
            " \"a,b\n",
        ] {
            assert_eq!(left_open(whole), None, "{whole:?}");
        }
        for (open, line) in
            [("\"", 1), ("a\n\"1\n2\n", 2), ("a,b\n1,\"2\n", 2), ("\"a\"\"", 1), ("a\r\n1\r\n\"2", 3)]
        {
            assert_eq!(left_open(open), Some(line), "{open:?}");
        }
    }
}
