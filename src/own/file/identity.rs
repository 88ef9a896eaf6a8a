//! Which program it is: a hash of what decides what it does.
//!
//! Absent on purpose: the command, the interpreter and the machine, which should not.

use serde_json::Value;
use xxhash_rust::xxh3::Xxh3;

use super::NodeFile;

impl NodeFile {
    /// The program's identity: of its declared files, of `[map]` and `[python]` as they mean (without comments, whatever the
    /// order of keys), of what holds its threads up, and of its kit's version, empty for none.
    pub fn identity(&self, files: &[(String, Vec<u8>)], kit_version: &str) -> u128 {
        let mut hash = Xxh3::new();
        let mut part = |bytes: &[u8]| {
            // Its length first, so that no two lists of parts are one text.
            hash.update(&(bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        part(b"synod node 1");
        part(kit_version.as_bytes());
        for key in ["map", "python"] {
            part(self.json.get(key).map(sorted).unwrap_or_default().as_bytes());
        }
        for key in ["preempt", "p", "gap"] {
            part(self.json["node"].get(key).map(sorted).unwrap_or_default().as_bytes());
        }
        for (path, bytes) in files {
            part(path.as_bytes());
            part(bytes);
        }
        hash.digest128()
    }
}

/// JSON with the keys of each object in their order.
fn sorted(value: &Value) -> String {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            entries.sort_unstable_by_key(|&(key, _)| key);
            let parts =
                entries.iter().map(|(key, it)| format!("{}:{}", Value::from(key.as_str()), sorted(it)));
            format!("{{{}}}", parts.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(",")),
        plain => plain.to_string(),
    }
}
