//! The kits and templates that come along.

use std::path::{Path, PathBuf};

use crate::cli::exit::Failure;

/// The Python kit's module.
pub const KIT_NAME: &str = "synod_kit";
/// Its text.
pub const PYTHON_KIT: &str = include_str!("../../../kits/python/synod_kit.py");

/// A template: its name, what it is, its files.
pub struct Template {
    /// As the command line has it.
    pub name: &'static str,
    /// In a few words.
    pub about: &'static str,
    /// Each file's name in the new folder, and its text.
    pub files: &'static [(&'static str, &'static str)],
}

macro_rules! files {
    ($folder:literal: $($name:literal from $from:literal),+) => {
        &[$(($name, include_str!(concat!("../../../kits/templates/", $folder, "/", $from)))),+]
    };
}

/// The templates.
pub const TEMPLATES: [Template; 6] = [
    Template {
        name: "python",
        about: "blocking Python, three servers and a thread a connection, under the kit",
        files: files!("python": "server.py" from "server.py", "mine.toml" from "mine.toml", "README.md" from "README.md"),
    },
    Template {
        name: "python-handlers",
        about: "Python handlers, without a kit",
        files: files!("python-handlers": "node.py" from "node.py", "mine.toml" from "mine.toml",
            "README.md" from "README.md"),
    },
    Template {
        name: "js",
        about: "JavaScript handlers for node, without a kit",
        files: files!("js": "node.js" from "node.js", "mine.toml" from "mine.toml", "README.md" from "README.md"),
    },
    Template {
        name: "rust",
        about: "Rust handlers over the wire",
        files: files!("rust": "src/main.rs" from "src/main.rs", "Cargo.toml" from "Cargo.toml.template",
            "mine.toml" from "mine.toml", "README.md" from "README.md"),
    },
    Template {
        name: "go",
        about: "Go handlers over the wire",
        files: files!("go": "node.go" from "node.go", "go.mod" from "go.mod.template",
            "mine.toml" from "mine.toml", "README.md" from "README.md"),
    },
    Template {
        name: "java",
        about: "Java handlers over the wire",
        files: files!("java": "Node.java" from "Node.java", "mine.toml" from "mine.toml", "README.md" from "README.md"),
    },
];

/// A folder with the Python kit in it, for `PYTHONPATH`: in the user's cache, written again where it is another version's.
pub fn kit_folder() -> Result<PathBuf, Failure> {
    let set = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    let remedy = format!("write it beside your node's file: synod node kit python > {KIT_NAME}.py");
    let Some(cache) = cache else {
        return Err(Failure::Usage(format!(
            "there is no place for the Python kit (HOME is not set); {remedy}"
        )));
    };
    let folder = cache.join("synod").join(format!("kit-{}", env!("CARGO_PKG_VERSION")));
    let file = folder.join(format!("{KIT_NAME}.py"));
    if std::fs::read(&file).is_ok_and(|found| found == PYTHON_KIT.as_bytes()) {
        return Ok(folder);
    }
    write(&folder, &file).map_err(|error| {
        Failure::Io(format!(
            "failed to put the Python kit into {}: {error}; {remedy}",
            folder.to_string_lossy()
        ))
    })?;
    Ok(folder)
}

/// Writes it whole, or not at all: another synod may be reading it.
fn write(folder: &Path, file: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let part = folder.join(format!("{KIT_NAME}.py.{}", std::process::id()));
    std::fs::write(&part, PYTHON_KIT)?;
    std::fs::rename(&part, file)
}
