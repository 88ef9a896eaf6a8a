//! A user's own nodes: the built-in as one, the wire, programs behind it that behave well or badly, and the command over all.

mod answers;
#[cfg(unix)]
mod bad;
mod builtin;
#[cfg(unix)]
mod commands;
mod file;
#[cfg(unix)]
mod grade;
#[cfg(unix)]
mod guess;
mod hostile;
#[cfg(unix)]
mod kit;
#[cfg(unix)]
mod lab;
#[cfg(unix)]
mod look;
mod map;
#[cfg(unix)]
mod others;
#[cfg(unix)]
mod pipe;
#[cfg(unix)]
mod place;
#[cfg(unix)]
mod planted;
#[cfg(unix)]
mod process;
#[cfg(unix)]
mod report;
mod same;
mod schema;
mod sockets;
#[cfg(unix)]
mod templates;
#[cfg(unix)]
mod twin;
mod unfit;
mod wire;
