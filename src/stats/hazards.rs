//! Whether something goes on with the same probability at every length: what a geometric tail is.
//!
//! Absent on purpose: a fit of anything else.

use super::chi_squared_above;

/// How often something of one length could end there, and did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Those that came so far.
    pub at_risk: u64,
    /// Those of them that ended there.
    pub ended: u64,
}

/// Fewer are not expected to end, or to go on, in a class of the test.
const FEWEST: f64 = 5.0;

/// The probability, if things end with one probability at every length, of lengths that differ at least as much in how often
/// they end: χ² over classes of neighbouring lengths in which at least five are expected to end and five to go on. None where
/// that leaves fewer than two classes.
pub fn equal_hazards(trials: impl Iterator<Item = Trial> + Clone) -> Option<f64> {
    let (at_risk, ended) = total(trials.clone());
    let stops = ended / at_risk;
    let is_full = |(at_risk, _): (f64, f64)| at_risk * stops >= FEWEST && at_risk * (1.0 - stops) >= FEWEST;
    let mut classes: Vec<(f64, f64)> = Vec::new();
    let mut open = (0.0, 0.0);
    for trial in trials {
        open = (open.0 + trial.at_risk as f64, open.1 + trial.ended as f64);
        if is_full(open) {
            classes.push(std::mem::take(&mut open));
        }
    }
    // What is left belongs to the last class.
    if let Some(last) = classes.last_mut() {
        *last = (last.0 + open.0, last.1 + open.1);
    }
    let freedom = classes.len().checked_sub(1).filter(|freedom| *freedom > 0)?;
    let each = |&(at_risk, ended): &(f64, f64)| {
        let apart = ended - at_risk * stops;
        apart * apart / (at_risk * stops * (1.0 - stops))
    };
    Some(chi_squared_above(classes.iter().map(each).sum(), freedom as f64))
}

fn total(trials: impl Iterator<Item = Trial>) -> (f64, f64) {
    trials.fold((0.0, 0.0), |sum, trial| (sum.0 + trial.at_risk as f64, sum.1 + trial.ended as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn p(ended: &[u64]) -> Option<f64> {
        let at_risk = |i: usize| ended[i..].iter().sum::<u64>();
        equal_hazards(ended.iter().enumerate().map(|(i, &ended)| Trial { at_risk: at_risk(i), ended }))
    }

    #[test]
    fn halves_of_halves_are_geometric_and_equal_lengths_are_not() {
        assert!(p(&[512, 256, 128, 64, 32, 16, 8, 4, 2, 1, 1]).is_some_and(|p| p > 0.9));
        assert!(p(&[100, 100, 100, 100, 100]).is_some_and(|p| p < 1e-9));
        // 495, 253, 264, 110 and 93 in a thousand of those left end: a back-off.
        assert!(p(&[495, 128, 99, 31, 23, 224]).is_some_and(|p| p < 1e-6));
    }

    #[test]
    fn one_length_tells_nothing() {
        assert_eq!(p(&[100]), None);
        assert_eq!(p(&[]), None);
        assert_eq!(p(&[3, 2, 1]), None);
    }
}
