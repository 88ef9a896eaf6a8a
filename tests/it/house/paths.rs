//! The paths that a file names, resolved to where they lead: `use` trees, and paths in the middle of code or macros.
//!
//! Absent on purpose: type checking. A path is judged by its words alone, after `self` and `super` are worked out.

use super::tokens::{Token, tokens};

/// A path as it leads from the crate's root (`absolute`), or into another crate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    pub segments: Vec<String>,
    /// Whether it leads into this crate.
    pub inside: bool,
    /// A `pub use`: it passes a name on.
    pub reexport: bool,
    pub line: usize,
}

/// The module a file is: `src/a/b.rs` and `src/a/b/mod.rs` are `["a", "b"]`.
pub fn module_of(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

/// Every path in a file.
pub fn paths(file: &str, text: &str) -> Vec<Path> {
    let tokens = tokens(text);
    let mut walk = Walk { module: module_of(file), inline: Vec::new(), depth: 0, found: Vec::new() };
    let mut at = 0;
    while at < tokens.len() {
        at = walk.step(&tokens, at);
    }
    walk.found
}

struct Walk {
    module: Vec<String>,
    /// Inline modules (`mod tests { … }`) around the current token, with the depth of their braces.
    inline: Vec<(String, usize)>,
    depth: usize,
    found: Vec<Path>,
}

impl Walk {
    /// Takes the token at `at`, and those that belong to it; the next one to take.
    fn step(&mut self, tokens: &[Token<'_>], at: usize) -> usize {
        let text = |i: usize| tokens.get(i).map_or("", |token| token.text);
        match text(at) {
            "mod" if text(at + 2) == "{" => {
                self.depth += 1;
                self.inline.push((text(at + 1).to_owned(), self.depth));
                return at + 3;
            }
            "{" => self.depth += 1,
            "}" => {
                self.inline.retain(|&(_, depth)| depth < self.depth);
                self.depth = self.depth.saturating_sub(1);
            }
            "use" => {
                let reexport = at > 0 && matches!(text(at - 1), "pub" | ")");
                let mut end = at + 1;
                self.tree(tokens, &mut end, &[], reexport);
                return end;
            }
            _ if tokens[at].is_word() && text(at + 1) == "::" => return self.plain(tokens, at),
            _ => {}
        }
        at + 1
    }

    /// A path in code: words joined by `::`.
    fn plain(&mut self, tokens: &[Token<'_>], at: usize) -> usize {
        let mut segments = vec![tokens[at].text.to_owned()];
        let mut end = at + 1;
        while tokens.get(end).is_some_and(|t| t.text == "::")
            && tokens.get(end + 1).is_some_and(Token::is_word)
        {
            segments.push(tokens[end + 1].text.to_owned());
            end += 2;
        }
        self.add(&segments, tokens[at].line, false);
        end.max(at + 1)
    }

    /// A `use` tree from `*at` on; `*at` moves behind it.
    fn tree(&mut self, tokens: &[Token<'_>], at: &mut usize, prefix: &[String], reexport: bool) {
        let mut segments = prefix.to_vec();
        let line = tokens.get(*at).map_or(0, |token| token.line);
        while let Some(token) = tokens.get(*at) {
            match token.text {
                "{" => {
                    *at += 1;
                    while tokens.get(*at).is_some_and(|t| t.text != "}") {
                        self.tree(tokens, at, &segments, reexport);
                        if tokens.get(*at).is_some_and(|t| t.text == ",") {
                            *at += 1;
                        }
                    }
                    *at += 1;
                    return;
                }
                "as" => *at += 2,
                "::" => *at += 1,
                "," | "}" | ";" => break,
                // `use a::{self}` is `use a`.
                "self" if !segments.is_empty() => *at += 1,
                word => {
                    segments.push(word.to_owned());
                    *at += 1;
                }
            }
        }
        self.add(&segments, line, reexport);
    }

    fn add(&mut self, segments: &[String], line: usize, reexport: bool) {
        let mut here = self.module.clone();
        here.extend(self.inline.iter().map(|(name, _)| name.clone()));
        let mut rest = segments;
        let inside = match segments.first().map(String::as_str) {
            Some("crate" | "$crate") => {
                here.clear();
                rest = &segments[1..];
                true
            }
            Some("self" | "super") => {
                while let Some(first @ ("self" | "super")) = rest.first().map(String::as_str) {
                    if first == "super" {
                        here.pop();
                    }
                    rest = &rest[1..];
                }
                true
            }
            Some(_) => false,
            None => return,
        };
        let mut resolved = if inside { here } else { Vec::new() };
        resolved.extend(rest.iter().cloned());
        self.found.push(Path { segments: resolved, inside, reexport, line });
    }
}
