//! What is too large is refused before it begins, with the figure: runs that no machine would live to finish, memory that
//! this one does not have.
//!
//! Absent on purpose: limits that the scenario's own keys have (`scenario`).

use std::fs;

use super::exit::Failure;
use crate::report::grouped;

/// Runs of one command at most.
pub const MOST_RUNS: u64 = 1_000_000_000_000;
/// Bytes that are taken to be there where the system does not say.
const USUAL: u64 = 4 << 30;

/// Refuses what no machine would live to finish, before anything is allocated for it.
pub fn check_runs(seeds: u64, cells: u64) -> Result<(), Failure> {
    match seeds.checked_mul(cells) {
        Some(runs) if runs <= MOST_RUNS => Ok(()),
        _ => {
            let of = if cells == 1 { String::new() } else { format!(" of {cells} cells") };
            Err(Failure::Usage(format!(
                "{seeds} seeds{of} are more than {MOST_RUNS} runs; take fewer --seeds, and --first-seed for the next part"
            )))
        }
    }
}

/// Refuses what needs more memory than there is; `what` needs it, and `advice` says what to do.
pub fn check_memory(bytes: u64, what: &str, advice: &str) -> Result<(), Failure> {
    let room = room();
    if bytes <= room {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{what} about {} MB of memory, and {} MB are free; {advice}",
        megabytes(bytes),
        megabytes(room)
    )))
}

/// Bytes in millions.
pub fn megabytes(bytes: u64) -> String {
    grouped(bytes.div_ceil(1_000_000))
}

/// Bytes that this process can still have: what the machine has free, what its group may have, what `ulimit -v` leaves.
/// A tenth of it is left to everything else.
pub fn room() -> u64 {
    let rooms = [free(), group(), limit()].into_iter().flatten();
    rooms.min().unwrap_or(USUAL) / 10 * 9
}

/// What the machine has free.
fn free() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// What the control group leaves, in a container.
fn group() -> Option<u64> {
    let read =
        |name: &str| fs::read_to_string(format!("/sys/fs/cgroup/{name}")).ok()?.trim().parse::<u64>().ok();
    Some(read("memory.max")?.saturating_sub(read("memory.current")?))
}

/// What the limit of the address space leaves.
fn limit() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/limits").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let limit = line.split_whitespace().next()?.parse::<u64>().ok()?;
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"))?;
    let used = line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)?;
    Some(limit.saturating_sub(used))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_limit_and_it_is_said_with_the_figure() {
        assert!(check_runs(MOST_RUNS, 1).is_ok());
        for (seeds, cells) in [(MOST_RUNS + 1, 1), (1_000_000, 1_000_001), (u64::MAX, 2)] {
            let Err(Failure::Usage(why)) = check_runs(seeds, cells) else { panic!("{seeds} of {cells}") };
            assert!(why.contains("are more than 1000000000000 runs; take fewer --seeds"), "{why}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_both_figures() {
        let Err(Failure::Usage(why)) = check_memory(u64::MAX, "this needs", "take less") else { panic!() };
        assert!(why.starts_with("this needs about 18,446,744,073,710 MB of memory, and "), "{why}");
        assert!(why.ends_with(" MB are free; take less"), "{why}");
        assert!(check_memory(0, "", "").is_ok());
    }
}
