//! Parts of a scenario written as TOML, to be pasted into a file.
//!
//! Absent on purpose: whole scenarios, which people write.

use serde::Serialize;

use super::model::Fault;
use super::path;
use crate::text::Tree;

/// Plain data as TOML on one line, as the value of a key; what nobody would see in it as TOML's escape.
pub fn inline_toml(value: &(impl Serialize + ?Sized)) -> String {
    path::inline_tree(&Tree::of(value))
}

impl Fault {
    /// As a `[[fault]]` of a scenario file, with a line feed at its end.
    pub fn to_toml(&self) -> String {
        let mut text = String::from("[[fault]]\n");
        if let Tree::Table(keys) = Tree::of(self) {
            let at = keys.iter().filter(|(key, _)| key == "at");
            for (key, value) in at.chain(keys.iter().filter(|(key, _)| key != "at")) {
                text.push_str(&format!("{key} = {}\n", path::inline_tree(value)));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Delay, Duration, Scenario};
    use super::*;

    #[test]
    fn every_fault_reads_back() {
        let at = Duration::from_ns(1_234_567);
        let faults = [
            Fault::partition(at, vec![vec![1], vec![2, 3]]),
            Fault::one_way(at, vec![0, 1], vec![2]),
            Fault::heal(at, None),
            Fault::heal(at, Some(vec![3])),
            Fault::crash(at, vec![1, 2]),
            Fault::restart(at, vec![1]),
            Fault::pause(at, vec![3]),
            Fault::resume(at, vec![3]),
            Fault::slow(at, vec![2], Delay::Constant(at)),
            Fault::clock_rate(at, vec![1], 0.25),
            Fault::unreachable(at, vec![2]),
        ];
        for fault in faults {
            let text = format!("[[proposer]]\nname = \"A\"\nnode = 1\n{}", fault.to_toml());
            let scenario = Scenario::parse(&text, "x.toml").unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(scenario.fault, [fault]);
        }
    }
}
