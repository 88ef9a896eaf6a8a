//! Whatever a line holds, reading it ends in effects or in a printable message.
