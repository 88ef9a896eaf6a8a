//! A user's program as a process: the only place where processes are.
//!
//! `Process` speaks the wire (`own::wire`) with one: a batch of questions, in lanes, against as many answers. It bears
//! whatever the program does: ends, hangs, floods, prints. Three things run beside it: the process itself, a thread that drains its
//! stderr, and one that watches whether it still answers; a `Process` that is dropped leaves none behind.
//!
//! A program has a process group of its own. So ^C in a terminal reaches `synod` alone, which ends as it always does, with what it has
//! kept, and is not told of nodes that died under it; and a kill also reaches what the program has started. What ends a
//! program instead: its `Process` is dropped; [`kill_all`], where `synod` ends in the middle of its work; and if `synod` itself
//! is killed, the end of the program's stdin. Absent on purpose: what is asked, and what answers mean.

mod command;
mod lane;
mod life;
mod lines;
mod process;
mod registry;
mod stderr;
mod watch;

pub use command::{Command, Sink};
pub use process::Process;
pub use registry::kill_all;
