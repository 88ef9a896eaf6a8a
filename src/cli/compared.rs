//! The files of a report compared, byte for byte, with those that are rendered from its data.
//!
//! Absent on purpose: whether the data are right.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value;

use super::exit::Failure;
use super::write::{MANIFEST, shown};
use crate::report::manifest_differences;

/// Adds every file that is not the rendered one to what is wrong, and every key of the manifest; a file that is named there
/// already is not named again.
pub fn compare(
    folder: &Path,
    manifest: &Value,
    files: &[(String, Vec<u8>)],
    of: &str,
    wrong: &mut Vec<String>,
) -> Result<(), Failure> {
    for (name, bytes) in files.iter().filter(|(name, _)| name != MANIFEST) {
        let is_told = wrong.iter().any(|why| why.starts_with(&format!("{name}: ")));
        if is_told {
            continue;
        }
        if let Some(found) = difference(&folder.join(name), bytes)? {
            wrong.push(format!("{name}: is not what synod writes for {of}: {found}"));
        }
    }
    let made = files.iter().find(|(name, _)| name == MANIFEST).map_or(&[][..], |(_, bytes)| bytes);
    let keys = serde_json::from_slice(made)
        .map_or_else(|_| Vec::new(), |made| manifest_differences(manifest, &made));
    let is_told = |key: &String| wrong.iter().any(|why| *why == format!("{MANIFEST}: {key}"));
    let keys: Vec<String> = keys.into_iter().filter(|key| !is_told(key)).collect();
    if keys.is_empty()
        && wrong.is_empty()
        && let Some(found) = difference(&folder.join(MANIFEST), made)?
    {
        wrong.push(format!("{MANIFEST}: is not written as synod writes it: {found}"));
    }
    wrong.extend(keys.into_iter().map(|key| format!("{MANIFEST}: {key}")));
    Ok(())
}

/// Where a file is not these bytes, in words; nothing if it is.
fn difference(path: &Path, bytes: &[u8]) -> Result<Option<String>, Failure> {
    let failed = |error: std::io::Error| Failure::io(&format!("read {}", shown(path)), &error);
    if !path.is_file() {
        return Ok(Some("it is missing".to_owned()));
    }
    let mut found = Vec::new();
    let most = bytes.len() as u64 + 1;
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut found)).map_err(failed)?;
    if found == bytes {
        return Ok(None);
    }
    let at = found.iter().zip(bytes).take_while(|(a, b)| a == b).count();
    let line = bytes[..at].iter().filter(|&&byte| byte == b'\n').count() + 1;
    let is_text = std::str::from_utf8(bytes).is_ok();
    Ok(Some(if is_text {
        format!("it differs from line {line} on")
    } else {
        format!("it differs from byte {at} on")
    }))
}
