//! A figure: its shapes, and the words that belong to it.

use super::super::scene::Scene;

/// A figure that is ready to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its file name, without the ending.
    pub name: &'static str,
    /// What it shows, and of how many runs.
    pub title: String,
    /// How to read it, in sentences.
    pub caption: String,
    /// Its shapes.
    pub scene: Scene,
}
