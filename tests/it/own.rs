//! A user's own nodes: the built-in as one, the wire, and programs behind it that behave well or badly.

mod builtin;
#[cfg(unix)]
mod bad;
#[cfg(unix)]
mod process;
mod same;
mod wire;
