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

/// A command's words, as a shell would find them in it; nothing in them is expanded, for no shell is asked.
///
/// # Errors
/// Why it is no such list, as a lowercase fragment: a quote that stays open, or what only a shell could obey.
pub fn split(command: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut chars = command.chars();
    while let Some(c) = chars.next() {
        match c {
            ' ' | '\t' | '\n' => words.extend(word.take()),
            '\'' => single(&mut chars, word.get_or_insert_default())?,
            '"' => double(&mut chars, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(chars.next().ok_or("ends in a backslash")?),
            _ if "|&;<>()$`".contains(c) => return Err(unquoted(c)),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

fn single(chars: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), String> {
    loop {
        match chars.next() {
            Some('\'') => return Ok(()),
            Some(c) => word.push(c),
            None => return Err("has a single quote that is not closed".to_owned()),
        }
    }
}

fn double(chars: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), String> {
    loop {
        match chars.next() {
            Some('"') => return Ok(()),
            Some(c @ ('$' | '`')) => return Err(unquoted(c)),
            Some('\\') => match chars.next() {
                Some(c @ ('"' | '\\' | '$' | '`')) => word.push(c),
                Some(c) => word.extend(['\\', c]),
                None => {}
            },
            Some(c) => word.push(c),
            None => return Err("has a double quote that is not closed".to_owned()),
        }
    }
}

fn unquoted(c: char) -> String {
    format!(
        "has a `{c}`, which only a shell obeys, and none is asked; put it in single quotes, or the command in a script"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_a_shell_finds_them() {
        let cases: [(&str, &[&str]); 7] = [
            ("", &[]),
            (" a  b\tc\n", &["a", "b", "c"]),
            ("a'b c'd", &["ab cd"]),
            ("\"it's \\\" \\x\" ''", &["it's \" \\x", ""]),
            ("a\\ b \\'", &["a b", "'"]),
            ("{dir}/n --x=~", &["{dir}/n", "--x=~"]),
            ("'$HOME|'", &["$HOME|"]),
        ];
        for (command, words) in cases {
            assert_eq!(split(command).unwrap(), words, "{command}");
        }
        for bad in ["'", "\"a", "\"a\\", "a\\", "a | b", "a;b", "$HOME", "\"$HOME\"", "a > b", "`ls`"] {
            assert!(split(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_quoted_is_one_word_again() {
        for word in ["a", "", "it's $HOME", "a\n\t'\\", "\"", "=ls", "é|"] {
            assert_eq!(split(&quote(word)).unwrap(), [word]);
        }
    }

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
