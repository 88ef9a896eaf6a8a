//! The whole numbers that a key takes, as the schema has them: so that a number of the wrong size is told the key's range and
//! not its type's.
//!
//! Absent on purpose: checking a range, which the rules do (`validate`).

use std::collections::BTreeSet;

use serde_json::Value;

/// What a key of this name takes, if all keys of the name take the same.
pub(super) fn whole_numbers(key: &str) -> Option<String> {
    let mut found = BTreeSet::new();
    collect(&super::schema(), key, &mut found);
    let range = found.pop_first()?;
    found.is_empty().then(|| format!("a whole number from {} to {}", range.0, range.1))
}

fn collect(schema: &Value, key: &str, found: &mut BTreeSet<(u64, String)>) {
    match schema {
        Value::Object(object) => {
            found.extend(object.get("properties").and_then(|keys| range(keys.get(key)?)));
            object.values().for_each(|value| collect(value, key, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, key, found)),
        _ => {}
    }
}

/// Least and greatest; none if it is no whole number. One byte always counts or names nodes.
fn range(key: &Value) -> Option<(u64, String)> {
    let format = key.get("format")?.as_str()?;
    let widest = match format {
        "uint8" => "63",
        "uint32" => "4294967295",
        "uint64" => "2^64 - 1",
        _ => return None,
    };
    let least = key.get("minimum").and_then(Value::as_u64).unwrap_or(0);
    let most = key.get("maximum").and_then(Value::as_u64);
    Some((least, most.map_or(widest.to_string(), |most| most.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_is_the_keys_own() {
        let told = |key| whole_numbers(key).unwrap_or_default();
        assert_eq!(told("max_events"), "a whole number from 1 to 1000000000");
        assert_eq!(told("halvings"), "a whole number from 0 to 20");
        assert_eq!(told("initial_round"), "a whole number from 0 to 2147483648");
        assert_eq!(told("max_attempts"), "a whole number from 1 to 4294967295");
        assert_eq!(told("nodes"), "a whole number from 1 to 63");
        // 0 is no node of a read, and it is one of a proposer.
        assert_eq!(whole_numbers("node"), None);
        assert_eq!(whole_numbers("loss"), None);
    }
}
