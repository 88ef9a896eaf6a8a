//! Why a report could not be rendered.
//!
//! Absent on purpose: errors of files and disks. This room makes bytes; whoever writes them reports those.

/// A fragment that fits after "failed to render the report: ".
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// A figure could not be drawn.
    #[error("figure `{figure}`: {why}")]
    Figure {
        /// Its file name, without the ending.
        figure: String,
        /// What the drawing library said.
        why: String,
    },
    /// Whoever watched it wanted no more.
    #[error("interrupted")]
    Stopped,
    /// A table could not be written.
    #[error("cells.csv: {0}")]
    Csv(#[from] csv::Error),
    /// A JSON file could not be written.
    #[error("json: {0}")]
    Json(#[from] serde_json::Error),
    /// A cell names other parameters than the first one, or has other counts than there are proposers.
    #[error("cell {cell}: {why}")]
    Shape {
        /// Its index.
        cell: u64,
        /// What does not fit.
        why: &'static str,
    },
}
