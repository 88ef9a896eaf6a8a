//! How many worker threads: as many as are asked for within reason, else one per core.
//!
//! Neither their number nor their stack is left to the environment, which could ask for more than there is. Absent on purpose:
//! any effect on a result; none depends on it.

use super::amounts::count;

/// Most worker threads: far more than any machine has cores.
const MOST_THREADS: u64 = 1024;
/// The stack of each, in bytes.
pub const STACK: usize = 2 << 20;

/// A number of worker threads, as an argument.
pub fn threads(text: &str) -> Result<u64, String> {
    let within = count(text).ok().filter(|&threads| threads <= MOST_THREADS);
    within.ok_or_else(|| format!("must be a whole number from 1 to {MOST_THREADS}"))
}

/// As many as were asked for, or one per core.
pub fn how_many(threads: Option<u64>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
    threads.unwrap_or_else(cores).clamp(1, MOST_THREADS) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_threads_than_a_machine_could_have() {
        assert_eq!(threads("1_024"), Ok(1024));
        for bad in ["0", "1025", "18446744073709551615", "99999999999999999999", "-1", "x", ""] {
            assert!(threads(bad).is_err_and(|why| why.contains("1 to 1024")), "{bad}");
        }
        assert_eq!(how_many(Some(7)), 7);
        assert!((1..=1024).contains(&how_many(None)));
    }
}
