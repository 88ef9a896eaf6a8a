//! How a user's program is started, and what it is held to.

use std::fmt;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::own::wire::Limits;
use crate::own::{Body, Wrong};

/// Where all of a program's stderr goes, beside the end of it that is kept.
pub type Sink = Arc<Mutex<dyn Write + Send>>;

/// How a user's program is started, and what it is held to.
#[derive(Clone)]
pub struct Command {
    /// The program and its arguments; no shell reads them.
    pub words: Vec<String>,
    /// The folder in which it starts, absolute: that of the user's files.
    pub dir: PathBuf,
    /// Variables of its environment, beside those of this process.
    pub env: Vec<(String, String)>,
    /// What it is told of its configuration.
    pub config: Body,
    /// Its `PYTHONHASHSEED`: by it a twin differs, and its answers may not.
    pub hash_seed: u32,
    /// How many runs it may have open at once, at most.
    pub lanes: u16,
    /// How long a step may take.
    pub step_limit: Duration,
    /// How long it may take to begin.
    pub start_limit: Duration,
    /// How much it may say at once.
    pub limits: Limits,
    /// How many steps of each lane are kept, for people.
    pub keep: usize,
    /// Where its stderr goes.
    pub sink: Option<Sink>,
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command").field("words", &self.words).field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl Command {
    /// A program in a folder, held to what is usual.
    pub fn new(words: impl IntoIterator<Item = impl Into<String>>, dir: impl Into<PathBuf>) -> Self {
        Self {
            words: words.into_iter().map(Into::into).collect(),
            dir: dir.into(),
            env: Vec::new(),
            config: Body::Object(serde_json::Map::new()),
            hash_seed: 0,
            lanes: u16::MAX,
            step_limit: Duration::from_secs(5),
            start_limit: Duration::from_secs(30),
            limits: Limits::default(),
            keep: 0,
            sink: None,
        }
    }

    /// The folder, as it can be told to the program.
    pub(super) fn folder(&self) -> Result<&str, Wrong> {
        let lossy =
            || self.no_start(format!("the name of its folder {} is not UTF-8", self.dir.to_string_lossy()));
        self.dir.to_str().ok_or_else(lossy)
    }

    /// Runs it to its end, and gives what it says on its stdout.
    ///
    /// # Errors
    /// When it cannot be started, or fails.
    pub fn output(&self) -> Result<String, Wrong> {
        let mut child = self.spawn()?;
        drop(child.stdin.take());
        let output = child.wait_with_output().map_err(|error| self.no_start(error.to_string()))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Wrong::Exited { how: format!("it ended with {}", output.status), stderr })
    }

    /// Starts it, with pipes to all three of its ends.
    pub(super) fn spawn(&self) -> Result<Child, Wrong> {
        let Some((program, arguments)) = self.words.split_first() else {
            return Err(self.no_start("no program is named"));
        };
        if !self.dir.is_dir() {
            return Err(self.no_start(format!("its folder {} is not there", self.dir.to_string_lossy())));
        }
        let mut command = std::process::Command::new(program);
        command.args(arguments).current_dir(&self.dir).env("PYTHONHASHSEED", self.hash_seed.to_string());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => self.no_start("there is no such program"),
            std::io::ErrorKind::PermissionDenied => self.no_start("it may not be executed"),
            _ => self.no_start(error.to_string()),
        })
    }

    pub(super) fn no_start(&self, why: impl Into<String>) -> Wrong {
        Wrong::NoStart { program: self.words.join(" "), why: why.into() }
    }
}
