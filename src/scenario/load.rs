//! Reading a scenario file, and the samples that it names, from disk, with a plain word for everything that is neither.
//!
//! Absent on purpose: the text's meaning (`document`), and any look-up by name.

use std::fs::File;
use std::io::Read;
use std::path::{Component, Path};

use super::document::{Document, LARGEST};
use super::error::{ErrorKind, Problem, ScenarioError};
use super::node::At;
use super::source::Source;

impl Document {
    /// Reads a file. Fails if it is missing, a directory or a device, larger than 1 MiB, empty, not UTF-8, or
    /// not TOML or JSON.
    pub fn load(path: impl AsRef<Path>) -> Result<Document, ScenarioError> {
        let path = path.as_ref();
        let (name, text) = text_of(path, &SCENARIO)?;
        let mut document = Document::parse(&text, &name)?;
        document.set_folder(path.parent().unwrap_or(Path::new("")));
        Ok(document)
    }
}

/// What is said of a file that is none of its kind.
pub(crate) struct Words {
    /// It is not there.
    pub absent: &'static str,
    /// It is a folder.
    pub folder: &'static str,
    /// It is a device or the like.
    pub irregular: &'static str,
    /// It is too large.
    pub large: &'static str,
}

const SCENARIO: Words = Words {
    absent: "no such file; `synod scenario list` names the built-in ones",
    folder: "is a directory; name a scenario file in it",
    irregular: "is no regular file; save the scenario as a file first",
    large: "is larger than 1 MiB, which no scenario is",
};

/// The name and the text of a file of ours.
pub(crate) fn text_of(path: &Path, words: &Words) -> Result<(String, String), ScenarioError> {
    let name = path.to_string_lossy().into_owned();
    let invalid = |why: &str| ScenarioError::new(&name, ErrorKind::Invalid, why);
    let refused = |why: &std::io::Error| {
        ScenarioError::new(&name, ErrorKind::Io, format!("can't be read: {why}; check its permissions"))
    };
    // Asked before opening: to open a named pipe would wait for whoever writes to it.
    let kind = match path.metadata() {
        Ok(kind) => kind,
        Err(why) if why.kind() == std::io::ErrorKind::NotFound => return Err(invalid(words.absent)),
        Err(why) => return Err(refused(&why)),
    };
    if kind.is_dir() {
        return Err(invalid(words.folder));
    }
    if !kind.is_file() {
        return Err(invalid(words.irregular));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|why| refused(&why))?;
    file.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(|why| refused(&why))?;
    if bytes.len() > LARGEST {
        return Err(invalid(words.large));
    }
    let text = decode(bytes, &name)?;
    Ok((name, text))
}

/// Largest file of a user's program, in bytes.
#[cfg(feature = "own")]
const LARGEST_PROGRAM: u64 = 64 << 20;

/// The bytes of a file of a user's program, named from its folder; why not, as a fragment.
#[cfg(feature = "own")]
pub(crate) fn program_file(folder: &Path, name: &str) -> Result<Vec<u8>, String> {
    let path = folder.join(name);
    let refused = |why: std::io::Error| match why.kind() {
        std::io::ErrorKind::NotFound => "no such file in the folder of this file".to_owned(),
        _ => format!("can't be read: {why}; check its permissions"),
    };
    if !path.metadata().map_err(refused)?.is_file() {
        return Err("is no regular file; name the program's files one by one".to_owned());
    }
    let mut bytes = Vec::new();
    let file = File::open(&path).map_err(refused)?;
    file.take(LARGEST_PROGRAM + 1).read_to_end(&mut bytes).map_err(refused)?;
    match bytes.len() as u64 > LARGEST_PROGRAM {
        true => Err("is larger than 64 MiB, which no source is".to_owned()),
        false => Ok(bytes),
    }
}

/// Largest file of samples, in bytes.
const LARGEST_SAMPLES: u64 = 16 << 20;

/// The text of a file of samples, named from a scenario's folder; the error begins with the name.
pub(super) fn sample_file(folder: &Path, name: &str) -> Result<String, String> {
    let path = Path::new(name);
    let shown = super::escape::brief(name);
    let outside = || {
        format!(
            "{shown}: write a path from the scenario's folder that stays in it, so that it means the same elsewhere"
        )
    };
    if name.is_empty() || !stays_inside(path) {
        return Err(outside());
    }
    let path = folder.join(path);
    let refused = |why: std::io::Error| match why.kind() {
        std::io::ErrorKind::NotFound => format!("{shown}: no such file in the scenario's folder"),
        _ => format!("{shown}: can't be read: {why}; check its permissions"),
    };
    let kind = path.metadata().map_err(refused)?;
    // A link can lead out of the folder too; whoever sent the scenario may have sent the link.
    let within = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let within = within.canonicalize().map_err(refused)?;
    if !path.canonicalize().map_err(refused)?.starts_with(within) {
        return Err(outside());
    }
    if !kind.is_file() {
        return Err(format!("{shown}: is no regular file; name a CSV file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(&path).map_err(refused)?;
    file.take(LARGEST_SAMPLES + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() as u64 > LARGEST_SAMPLES {
        return Err(format!("{shown}: is larger than 16 MiB; keep every k-th line"));
    }
    let text = String::from_utf8(bytes).map_err(|_| format!("{shown}: is not UTF-8; save it as UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_string).unwrap_or(text))
}

/// Whether a path never leaves the folder that it begins in.
fn stays_inside(path: &Path) -> bool {
    let mut depth = 0_usize;
    path.components().all(|part| match part {
        Component::Normal(_) => {
            depth += 1;
            true
        }
        Component::CurDir => true,
        Component::ParentDir => depth.checked_sub(1).map(|above| depth = above).is_some(),
        Component::RootDir | Component::Prefix(_) => false,
    })
}

fn decode(bytes: Vec<u8>, name: &str) -> Result<String, ScenarioError> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(ScenarioError::new(name, ErrorKind::Invalid, "is UTF-16; save it as UTF-8"));
    }
    String::from_utf8(bytes).map_err(|why| {
        let good = why.utf8_error().valid_up_to();
        let bytes = why.into_bytes();
        let bad = bytes.get(good).copied().unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let problem = Problem::new(format!("the byte 0x{bad:02x} is not UTF-8; save the file as UTF-8"))
            .placed(At::File(good..good + 1));
        Source { name: name.to_string(), text }.error(&problem)
    })
}
