//! A user's own nodes: their file, and what their messages mean.

mod file;
mod map;
