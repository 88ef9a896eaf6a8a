//! Writes a report's files: never over what is not a report, never half a file.

use std::fs;
use std::io::Write;
use std::path::Path;

use super::exit::Failure;

/// By this file a folder is known to be a report of synod.
const MANIFEST: &str = "manifest.json";

/// Refuses a folder that holds anything but a former report.
pub fn check_folder(folder: &Path) -> Result<(), Failure> {
    let name = folder.display();
    if folder.symlink_metadata().is_ok_and(|kind| !kind.is_dir() && !kind.is_symlink()) {
        return Err(Failure::Usage(format!(
            "--out {name}: is no folder; name a folder that is new or empty"
        )));
    }
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::io(&format!("open --out {name}"), &error)),
    };
    if entries.next().is_none() || is_report(folder) {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "--out {name}: holds files that are no report of synod; name a folder that is new or empty"
    )))
}

fn is_report(folder: &Path) -> bool {
    let manifest = fs::read(folder.join(MANIFEST)).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap_or_default();
    manifest.get("schema").and_then(|s| s.as_str()).is_some_and(|schema| schema.starts_with("synod-"))
}

/// Writes all files; the manifest last, so that a folder with a manifest is complete.
pub fn write_files(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
    let (manifest, others): (Vec<_>, Vec<_>) = files.iter().partition(|(name, _)| name == MANIFEST);
    for (name, bytes) in others.into_iter().chain(manifest) {
        let path = folder.join(name);
        write_file(&path, bytes)
            .map_err(|error| Failure::io(&format!("write {}", path.display()), &error))?;
    }
    Ok(())
}

/// Under a temporary name first: whoever looks sees the former file or the new one.
fn write_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".tmp");
    let temporary = Path::new(&temporary);
    let mut file = fs::File::create(temporary)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(temporary, path)
}
