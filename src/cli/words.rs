//! The words of a command line: which are refused at the door, and how they are written when a command is printed to be copied.
//!
//! What a terminal would obey, or nobody would see, cannot stand in a line that is printed and copied. A value of `--set` is
//! spelt with the escapes of TOML, which mean the same; every other word is a name that somebody can change, and is refused
//! before anything runs.

use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

use crate::scenario::spelled_set;
use crate::text::{brief, first_hidden, quote, quote_path};

/// The options whose values are spelt and not refused.
const SETS: [&str; 3] = ["--set", "--set-a", "--set-b"];

/// Refuses an argument that no printed command could repeat.
pub fn check(arguments: impl Iterator<Item = OsString>) -> Result<(), String> {
    for word in Words::new(arguments) {
        let (Word::Set(text) | Word::Other(text)) = &word;
        let shown = brief(&text.to_string_lossy());
        let Some(text) = text.to_str() else {
            return Err(format!(
                "the argument `{shown}` is not UTF-8, and no command that is printed could repeat it; rename the file or \
                 folder, or go into it and name it from there"
            ));
        };
        if let (Word::Other(_), Some(hidden)) = (&word, first_hidden(text)) {
            return Err(format!(
                "the argument `{shown}` has {hidden}, and no command that is printed could repeat it; rename the file or \
                 folder, or go into it and name it from there"
            ));
        }
    }
    Ok(())
}

/// The command line as it was given, to be copied.
pub fn command_line() -> String {
    line(std::env::args_os().skip(1))
}

fn line(arguments: impl Iterator<Item = OsString>) -> String {
    let word = |word: Word| match word {
        Word::Set(set) => quote(&spelled_set(&set.to_string_lossy())),
        Word::Other(other) => quote(&other.to_string_lossy()),
    };
    std::iter::once("synod".to_owned()).chain(Words::new(arguments).map(word)).collect::<Vec<_>>().join(" ")
}

/// ` --set PATH=VALUE` for each, to be copied.
pub fn set_words(flag: &str, sets: &[String]) -> String {
    sets.iter().map(|set| format!(" {flag} {}", quote(&spelled_set(set)))).collect()
}

/// [`scenario_name`], quoted.
pub fn scenario_word(name: &str) -> String {
    quote_path(&*scenario_name(name))
}

/// How a scenario is named in what is printed: the same however it was typed. A path below the working folder is written from
/// there; of any other absolute path, which differs between machines, there is only the file's name.
pub fn scenario_name(name: &str) -> String {
    let path = Path::new(name);
    let here = std::env::current_dir().ok();
    let from_here = here.as_deref().and_then(|here| path.strip_prefix(here).ok());
    let path = match from_here {
        Some(below) => below,
        None if path.is_absolute() => path.file_name().map_or(path, Path::new),
        None => path,
    };
    // Without `.` and doubled slashes; what `..` leads to depends on links.
    let tidy: PathBuf = path.components().filter(|part| *part != Component::CurDir).collect();
    let tidy = tidy.to_string_lossy();
    let is_other = tidy == "-" || tidy.starts_with("swarm:") && tidy != name;
    if is_other { format!("./{tidy}") } else { tidy.into_owned() }
}

/// An argument.
enum Word {
    /// The value of an option that sets a key.
    Set(OsString),
    Other(OsString),
}

/// Arguments, told apart as clap does; `--set=VALUE` is two of them.
struct Words<I> {
    rest: I,
    /// What is to come before the rest.
    next: Option<OsString>,
    /// The argument before was an option that sets a key.
    is_set: bool,
    /// `--` was there: no options follow.
    is_over: bool,
}

impl<I: Iterator<Item = OsString>> Words<I> {
    fn new(rest: I) -> Self {
        Words { rest, next: None, is_set: false, is_over: false }
    }
}

impl<I: Iterator<Item = OsString>> Iterator for Words<I> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        let word = self.next.take().or_else(|| self.rest.next())?;
        if std::mem::take(&mut self.is_set) {
            return Some(Word::Set(word));
        }
        if self.is_over {
            return Some(Word::Other(word));
        }
        self.is_over = word == "--";
        let (flag, value) = match word.to_str().and_then(|word| word.split_once('=')) {
            Some((flag, value)) if SETS.contains(&flag) => {
                (OsString::from(flag), Some(OsString::from(value)))
            }
            _ => (word, None),
        };
        self.is_set = SETS.iter().any(|set| flag == *set);
        self.next = value;
        Some(Word::Other(flag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments<'a>(words: &'a [&str]) -> impl Iterator<Item = OsString> + use<'a> {
        words.iter().map(OsString::from)
    }

    #[test]
    fn what_no_printed_command_could_repeat_is_refused_but_in_a_value() {
        assert_eq!(check(arguments(&["run", "-q", "a b'c$(d).toml", "--out=-O", "é漢 😀", ""])), Ok(()));
        assert_eq!(check(arguments(&["run", "x", "--set", "a=\t\n\u{1b}", "--set-a=b=\u{202e}"])), Ok(()));
        for bad in ["a\tb", "\n", "--out=\u{1b}[2J", "\u{202e}", "a\u{200b}", "\u{3164}", "\u{10ffff}"] {
            let why = check(arguments(&["run", bad])).expect_err(bad);
            assert_eq!(first_hidden(&why), None);
            assert!(why.contains("U+"), "{why}");
            assert!(check(arguments(&["run", "--", "--set", bad])).is_err(), "no option follows --");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_utf_8_is_refused() {
        use std::os::unix::ffi::OsStringExt;
        let word = OsString::from_vec(vec![b'a', 0xff]);
        assert!(check([word].into_iter()).is_err_and(|why| why.contains("is not UTF-8")));
    }

    #[test]
    fn a_command_is_printed_in_one_line_that_means_the_same() {
        let given = ["sweep", "a b", "--set=v=x\t'y", "--set", " p = [\n1,\n2]", "--out", "it's"];
        let printed = r#"synod sweep 'a b' --set 'v="x\t'\''y"' --set 'p=[1, 2]' --out 'it'\''s'"#;
        assert_eq!(line(arguments(&given)), printed);
        assert_eq!(set_words("--set-a", &["p=a b".to_owned()]), " --set-a 'p=a b'");
    }

    #[test]
    fn a_scenario_has_one_name_however_it_is_typed() {
        let here = std::env::current_dir().expect("a folder");
        for typed in ["a/b.toml", "./a/b.toml", "a//b.toml", "a/./b.toml"] {
            assert_eq!(scenario_word(typed), "a/b.toml", "{typed}");
        }
        assert_eq!(scenario_word(&here.join("a/b.toml").to_string_lossy()), "a/b.toml");
        assert_eq!(scenario_word("/elsewhere/-b.toml"), "./-b.toml");
        assert_eq!(scenario_word("../b c.toml"), "'../b c.toml'");
        assert_eq!(scenario_word("-x.toml"), "./-x.toml");
        assert_eq!(scenario_word("swarm:7"), "swarm:7");
        assert_eq!(scenario_word("./swarm:7"), "./swarm:7");
    }
}
