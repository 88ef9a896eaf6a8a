//! Running the binary in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A command that has ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// The very last line on stderr.
    pub fn last_line(&self) -> &str {
        self.err.lines().last().unwrap_or_default()
    }

    /// Asserts the exit code, showing everything if it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

/// A folder that is gone afterwards, to run commands in.
pub struct Place(TempDir);

impl Place {
    pub fn new() -> Self {
        Place(TempDir::new().expect("a folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).expect("a file");
    }

    /// The command, with nothing of the surrounding terminal.
    pub fn command(&self) -> Command {
        super::child::heed_hangups();
        let mut command = Command::new(env!("CARGO_BIN_EXE_synod"));
        command.current_dir(self.0.path()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command
    }

    /// Runs it with these arguments.
    pub fn synod(&self, arguments: &[&str]) -> Ended {
        ended(self.command().args(arguments).output().expect("it runs"))
    }

    /// Runs a line that synod printed, `synod …`, as a shell would.
    pub fn line(&self, line: &str) -> Ended {
        let words = words(line);
        assert_eq!(words.first().map(String::as_str), Some("synod"), "{line:?} is no command");
        let words: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        self.synod(&words)
    }
}

/// Has a command keep the Python kit in the tests' own folder, compiled, and not in the home of whoever runs them.
pub fn keep_kit(command: &mut Command) -> &mut Command {
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).env_remove("PYTHONDONTWRITEBYTECODE")
}

pub fn ended(output: Output) -> Ended {
    Ended {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        err: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

/// The words of a shell line, with single quotes; enough for what synod prints.
pub fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), None::<String>, false);
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            '\\' if !quoted => word.get_or_insert_default().extend(chars.next()),
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Every file below a folder: its path, relative and with `/`, and its bytes; sorted.
pub fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(folder: &Path, root: &Path, files: &mut Vec<(String, Vec<u8>)>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, root, files);
            } else {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
                files.push((name, std::fs::read(&path).expect("a file")));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}
