//! Words as a POSIX shell reads them.
//!
//! Between single quotes a shell takes every character as it is, line breaks and tabs too, and the only one that cannot stand
//! there is the single quote. `$'…'` is no part of POSIX: `sh` may be dash, which takes its `\'` as the end of the word.
//!
//! Absent on purpose: words that a printed line should not repeat because they hold what a terminal obeys. The command line
//! refuses such arguments, and spells such values with TOML's escapes, before anything is quoted.

use std::path::Path;

/// A word quoted for any POSIX shell, in a script or on a command line; whatever it holds, it is one word.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    // zsh takes `=ls` for the path of ls.
    if !word.is_empty() && !word.starts_with('=') && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A path quoted as an argument: one that begins with a dash is no option, nor one with a plus, which shells take for one.
pub fn quote_path(path: impl AsRef<Path>) -> String {
    let path = path.as_ref().to_string_lossy();
    if path.starts_with(['-', '+']) { quote(&format!("./{path}")) } else { quote(&path) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_split_or_expand_them() {
        assert_eq!(quote("network.loss=0.1"), "network.loss=0.1");
        assert_eq!(quote("a b"), "'a b'");
        assert_eq!(quote("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quote("é"), "'é'");
        assert_eq!(quote(""), "''");
        assert_eq!(quote("=ls"), "'=ls'");
        assert_eq!(quote("~/a"), "'~/a'");
        assert_eq!(quote("#"), "'#'");
    }

    #[test]
    fn what_only_some_shells_know_is_never_written() {
        assert_eq!(quote("a\n\t'\\"), "'a\n\t'\\''\\'");
    }

    #[test]
    fn a_path_is_no_option() {
        assert_eq!(quote_path("-O"), "./-O");
        assert_eq!(quote_path("-a b"), "'./-a b'");
        assert_eq!(quote_path("+/reproduce.sh"), "./+/reproduce.sh");
        assert_eq!(quote_path("a/-b"), "a/-b");
    }
}
