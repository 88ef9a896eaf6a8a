//! A user's own nodes: the built-in as one, the wire, and programs behind it that behave well or badly.

#[cfg(unix)]
mod bad;
mod builtin;
mod file;
mod map;
#[cfg(unix)]
mod process;
mod same;
mod wire;
