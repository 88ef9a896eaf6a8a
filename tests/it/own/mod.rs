//! A user's own nodes.

mod builtin;
mod same;
