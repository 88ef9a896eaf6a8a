//! What the clients of a scenario are called, one for each submission.
//!
//! Absent on purpose: what they are told.

use super::model::Scenario;

impl Scenario {
    /// The client of each submission: each proposer's own first, then `[[submit]]`; a proposer's second is `A.2`, as conditions
    /// have it.
    pub fn client_names(&self) -> Vec<String> {
        let own = self.proposer.iter().map(|proposer| proposer.name.as_str());
        client_names(own.chain(self.submit.iter().map(|submit| submit.proposer.as_str())))
    }
}

/// The same of the proposers' names, one for each submission in that order.
pub fn client_names<'n>(proposers: impl Iterator<Item = &'n str>) -> Vec<String> {
    let proposers: Vec<&str> = proposers.collect();
    let name =
        |(i, name): (usize, &&str)| match proposers[..i].iter().filter(|before| *before == name).count() {
            0 => (*name).to_owned(),
            before => {
                let numbered = format!("{name}.{}", before + 1);
                // Somebody may have such a name.
                if proposers.contains(&numbered.as_str()) {
                    format!("{name}, submission {}", before + 1)
                } else {
                    numbered
                }
            }
        };
    proposers.iter().enumerate().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::client_names;

    #[test]
    fn each_submission_has_a_name_of_its_own() {
        assert_eq!(client_names(["A", "B", "A", "A"].into_iter()), ["A", "B", "A.2", "A.3"]);
        assert_eq!(client_names(["A", "A.2", "A"].into_iter()), ["A", "A.2", "A, submission 2"]);
    }
}
