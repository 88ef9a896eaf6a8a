//! A scenario that was made by a program, as a file that a person can read, change and run.
//!
//! Only keys that differ from their defaults are written. Absent on purpose: comments, expectations and sweeps, which
//! no program makes.

use serde_json::Value;

use super::canonical::sparse;
use super::model::Scenario;

/// Keys with a header of their own, which TOML wants after the plain ones.
fn to_toml(value: &Value) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(it) => toml::Value::Boolean(*it),
        Value::Number(it) => match it.as_i64() {
            Some(whole) => toml::Value::Integer(whole),
            None => toml::Value::Float(it.as_f64()?),
        },
        Value::String(it) => toml::Value::String(it.clone()),
        Value::Array(items) => toml::Value::Array(items.iter().filter_map(to_toml).collect()),
        Value::Object(keys) => toml::Value::Table(
            keys.iter().filter_map(|(key, value)| Some((key.clone(), to_toml(value)?))).collect(),
        ),
    })
}

impl Scenario {
    /// The text of a scenario file that means this scenario, without `[expect]` and `[sweep]`.
    pub fn to_toml(&self) -> String {
        let mut whole = sparse(self);
        if let Value::Object(keys) = &mut whole
            && !self.title.is_empty()
        {
            keys.insert("title".into(), Value::from(self.title.clone()));
        }
        // A table of plain data has a text without exception.
        to_toml(&whole).and_then(|table| toml::to_string(&table).ok()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Document, Scenario, canonical, shipped};

    #[test]
    fn what_is_printed_means_the_same() {
        for shipped in shipped::ALL {
            for cell in Document::parse(shipped.text, shipped.name).unwrap().cells().unwrap().iter() {
                let scenario = cell.unwrap().scenario;
                let text = scenario.to_toml();
                let again = Scenario::parse(&text, "again.toml").unwrap_or_else(|e| panic!("{e}\n{text}"));
                assert_eq!(canonical(&again), canonical(&scenario), "{}: {text}", shipped.name);
                assert_eq!(again.title, scenario.title);
            }
        }
    }
}
