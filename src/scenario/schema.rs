//! The JSON Schema of a scenario file, for editors and for programs that write scenarios.
//!
//! Absent on purpose: rules between keys, which JSON Schema can't say (`validate`).

use super::model::Scenario;

/// The JSON Schema (draft 2020-12) of a scenario file, as `synod scenario schema` prints it.
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(Scenario).to_value();
    if let Some(top) = schema.as_object_mut() {
        top.insert("title".into(), "A scenario of synod".into());
    }
    schema
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
