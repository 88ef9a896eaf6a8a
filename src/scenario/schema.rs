//! The JSON Schema of a scenario file, for editors and for programs that write scenarios.
//!
//! Absent on purpose: rules between keys, which JSON Schema can't say (`validate`).

/// The JSON Schema (draft 2020-12) of a scenario file, as `synod scenario schema` prints it: made from the types where the
/// feature `schema` is on, and else the file that was made from them.
#[cfg(not(feature = "schema"))]
pub fn schema() -> serde_json::Value {
    let made = include_str!("../../scenarios/scenario.schema.json");
    // A test compares the file with what is made from the types.
    serde_json::from_str(made).unwrap_or_default()
}

/// The JSON Schema (draft 2020-12) of a scenario file, as `synod scenario schema` prints it.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    let mut schema = schemars::schema_for!(super::model::Scenario).to_value();
    if let Some(top) = schema.as_object_mut() {
        top.insert("title".into(), "A scenario of synod".into());
    }
    schema
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
