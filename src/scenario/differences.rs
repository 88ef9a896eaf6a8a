//! In which keys two scenarios differ, as a person would say it with `--set`.
//!
//! Absent on purpose: title, file, expectations and sweep, which change no run.

use super::canonical::sparse;
use super::model::Scenario;
use super::path::inline_tree;
use crate::text::{Table, Tree};

/// A key with its values in two scenarios; none where it has its default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The key's path, as `--set` takes it.
    pub path: String,
    /// Its value in the first and in the second.
    pub values: [Option<String>; 2],
}

/// Every key in which the scenarios differ, in the order of their paths. A choice (`retry`, `delay`) counts as one key.
pub fn differences(first: &Scenario, second: &Scenario) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(String::new(), Some(&sparse(first)), Some(&sparse(second)), &mut found);
    found
}

fn compare(path: String, first: Option<&Tree>, second: Option<&Tree>, found: &mut Vec<Difference>) {
    if first == second {
        return;
    }
    let step = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    // A section that is left out has its defaults.
    let nothing = Tree::Table(Table::new());
    match (first, second) {
        (Some(Tree::Table(_)), None) if depth(&path) == 1 => compare(path, first, Some(&nothing), found),
        (None, Some(Tree::Table(_))) if depth(&path) == 1 => compare(path, Some(&nothing), second, found),
        (Some(Tree::Table(a)), Some(Tree::Table(b))) if depth(&path) < 2 || is_element(&path) => {
            let mut keys: Vec<&String> = a.iter().chain(b).map(|(key, _)| key).collect();
            keys.sort();
            keys.dedup();
            let of = |tree: Option<&'_ Tree>, key: &str| tree.and_then(|tree| tree.get(key)).cloned();
            for key in keys {
                compare(step(key), of(first, key).as_ref(), of(second, key).as_ref(), found);
            }
        }
        (Some(Tree::List(a)), Some(Tree::List(b))) if depth(&path) == 1 && are_alike(a, b) => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                let name = a.get("name").filter(|name| Some(*name) == b.get("name")).and_then(Tree::text);
                compare(step(&name.map_or(i.to_string(), str::to_owned)), Some(a), Some(b), found);
            }
        }
        _ => found.push(Difference { path, values: [first, second].map(|value| value.map(inline_tree)) }),
    }
}

/// Whether elements of one place go together: as many of them, and of the same names where they have names.
fn are_alike(a: &[Tree], b: &[Tree]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.get("name") == b.get("name"))
}

fn depth(path: &str) -> usize {
    if path.is_empty() { 0 } else { path.split('.').count() }
}

/// Whether a path ends at an element of a list of tables.
fn is_element(path: &str) -> bool {
    depth(path) == 2 && super::path::LISTS.iter().any(|list| path.split('.').next() == Some(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(rest: &str) -> Scenario {
        let text = format!("[[proposer]]\nname = \"A\"\nnode = 1\n{rest}");
        Scenario::parse(&text, "test.toml").unwrap()
    }

    #[test]
    fn keys_that_differ_are_named_with_both_values() {
        let first =
            scenario("start = { constant = \"5ms\" }\n[protocol]\nretry = { fixed = { delay = \"0ms\" } }\n");
        let second = scenario("");
        let found = differences(&first, &second);
        let paths: Vec<&str> = found.iter().map(|d| d.path.as_str()).collect();
        assert_eq!(paths, ["proposer.A.start", "protocol.retry"]);
        assert_eq!(found[1].values[0].as_deref(), Some("{ fixed = { delay = \"0s\" } }"));
        assert_eq!(differences(&first, &first), []);
    }
}
