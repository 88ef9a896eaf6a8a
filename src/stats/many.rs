//! Many tests at once: which of them to believe when each alone errs now and then.
//!
//! Absent on purpose: what is tested.

/// Which of these hypotheses Holm's procedure refutes (Holm 1979): if all of them are true, it refutes any with probability at
/// most `alpha`, however they depend on each other. Those without a p are not tested, and not counted.
pub fn holm(all: &[Option<f64>], alpha: f64) -> Vec<bool> {
    let mut order: Vec<(usize, f64)> = all.iter().enumerate().filter_map(|(i, p)| Some((i, (*p)?))).collect();
    order.sort_by(|a, b| a.1.total_cmp(&b.1));
    let mut refuted = vec![false; all.len()];
    let tests = order.len();
    for (rank, (i, p)) in order.into_iter().enumerate() {
        if p * (tests - rank) as f64 > alpha {
            break;
        }
        refuted[i] = true;
    }
    refuted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Holm's own steps: 0.01 ≤ 0.05/4, 0.013 ≤ 0.05/3, and 0.03 > 0.05/2 ends it.
    #[test]
    fn the_smallest_are_refuted_until_one_is_not() {
        let all = [Some(0.03), Some(0.01), None, Some(0.04), Some(0.013)];
        assert_eq!(holm(&all, 0.05), [false, true, false, false, true]);
        assert_eq!(holm(&[], 0.05), [false; 0]);
        assert_eq!(holm(&[Some(0.05)], 0.05), [true]);
    }
}
