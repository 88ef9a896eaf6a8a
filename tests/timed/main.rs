//! Tests that watch the clock, or the memory of their own process: a program of its own, so that nothing runs beside them.

#[expect(dead_code, reason = "the other program of tests uses more of it")]
#[path = "../it/support/mod.rs"]
mod support;

mod fuzz;
#[cfg(unix)]
mod interrupt;
mod slurm;
