//! How much a node may say at once.

/// How much a node may say at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a line, without its end.
    pub line_bytes: usize,
    /// Effects of a step.
    pub effects: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { line_bytes: 1 << 20, effects: 10_000 }
    }
}
