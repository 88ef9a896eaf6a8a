//! A user's own nodes: the wire, and programs behind it that behave well or badly.

#[cfg(unix)]
mod bad;
#[cfg(unix)]
mod process;
mod wire;
