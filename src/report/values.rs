//! A parameter's value in few words: `{ backoff = { base = "10ms", cap = "640ms" } }` is `backoff base 10ms cap 640ms`.
//!
//! Absent on purpose: meaning. It drops TOML's punctuation, and the key of a table that has no other; what it cannot
//! read it leaves as it is. The files for machines have the value as it was written.

/// The value in few words.
pub fn short_value(text: &str) -> String {
    let mut reader = Reader { rest: text };
    match reader.value() {
        Some(value) if reader.peek().is_none() => value.words(true),
        _ => text.to_string(),
    }
}

enum Value {
    Plain(String),
    List(Vec<Value>),
    Table(Vec<(String, Value)>),
}

impl Value {
    /// An outer table's only key is a variant's name, which must stay; an inner one's goes without saying.
    fn words(&self, outer: bool) -> String {
        match self {
            Value::Plain(text) => text.clone(),
            Value::List(values) => values.iter().map(|v| v.words(outer)).collect::<Vec<_>>().join(", "),
            Value::Table(entries) => match &entries[..] {
                [(_, only)] if !outer => only.words(false),
                _ => entries
                    .iter()
                    .map(|(k, v)| format!("{k} {}", v.words(false)))
                    .collect::<Vec<_>>()
                    .join(" "),
            },
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn skip(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.rest = &self.rest[expected.len_utf8()..];
        }
        found
    }

    fn value(&mut self) -> Option<Value> {
        if self.skip('{') {
            return self
                .until('}', |r| {
                    let key = r.plain()?;
                    r.skip('=').then(|| r.value().map(|value| (key, value)))?
                })
                .map(Value::Table);
        }
        if self.skip('[') {
            return self.until(']', Self::value).map(Value::List);
        }
        self.plain().map(Value::Plain)
    }

    /// Items with commas between them, up to a bracket.
    fn until<T>(&mut self, end: char, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut items = Vec::new();
        while !self.skip(end) {
            items.push(item(self)?);
            if !self.skip(',') && self.peek() != Some(end) {
                return None;
            }
        }
        Some(items)
    }

    /// A quoted or a bare word; one with an escape is left to whoever knows TOML.
    fn plain(&mut self) -> Option<String> {
        let (word, rest) = match self.peek()? {
            quote @ ('"' | '\'') => {
                let (word, rest) = self.rest[1..].split_once(quote)?;
                (!word.contains('\\')).then_some((word, rest))?
            }
            _ => {
                let end = self.rest.find(|c: char| c.is_whitespace() || "{}[]=,\"'".contains(c));
                self.rest.split_at(end.unwrap_or(self.rest.len()))
            }
        };
        let word = word.to_string();
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::short_value;

    #[test]
    fn punctuation_and_lonely_keys_go() {
        for (text, short) in [
            ("0.05", "0.05"),
            ("\"5ms\"", "5ms"),
            ("5ms", "5ms"),
            ("\"none\"", "none"),
            ("{ fixed = { delay = \"0ms\" } }", "fixed 0ms"),
            ("{ uniform = { min = \"5ms\", max = \"15ms\" } }", "uniform min 5ms max 15ms"),
            ("{ constant = \"5ms\" }", "constant 5ms"),
            ("{ empirical = { samples = [\"1ms\", \"2ms\"] } }", "empirical 1ms, 2ms"),
            ("[[1], [2, 3]]", "1, 2, 3"),
        ] {
            assert_eq!(short_value(text), short);
        }
    }

    #[test]
    fn what_cannot_be_read_stays() {
        for text in ["", "{ a = }", "{ a", "a b", "\"a\\\"b\"", "{}{", "漢字 =", "[1,,2]"] {
            assert_eq!(short_value(text), text);
        }
    }
}
