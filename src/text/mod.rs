//! Text from outside, made fit for where it goes: which characters may be shown, how a shell reads a word, how much of a long
//! text a message repeats.
//!
//! One function each, for every terminal, file and script. Absent on purpose: what a single format escapes beyond that (`&` in
//! HTML, `%` in LaTeX), which its writer does.

mod brief;
mod json;
mod shell;
mod tree;
mod visible;

pub use brief::{brief, short_number, shown};
pub use json::visible_json;
pub use shell::{quote, quote_path, split};
pub use tree::{Table, Tree};
pub use visible::{Hidden, first_hidden, is_mark, is_visible, printable, printable_lines};
