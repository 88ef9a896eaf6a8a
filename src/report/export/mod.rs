//! One run, exported: a small file for each format, data in, bytes out.
//!
//! ```text
//!   RunView ──▶ story (lifelines, arrows, moments, choice) ──▶ mermaid, shiviz, perfetto
//!                                  └──▶ layout ──▶ spacetime ──scene──▶ draw ──▶ svg, png
//! ```
//!
//! Absent on purpose: running, files, and formats that nobody asked for.

mod focus;
mod layout;
mod legend;
mod marks;
mod mermaid;
mod perfetto;
mod shiviz;
mod spacetime;
mod story;
mod words;

use spacetime::diagram;
pub use spacetime::{Diagram, MOST_EVENTS as AROUND, Step};
pub(super) use story::Story;

use super::error::ReportError;
use super::one_run::{RunView, timeline};
use super::{draw, png};
use crate::run::Window;

/// A format of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// A line an event.
    Text,
    /// A space–time diagram as SVG.
    Svg,
    /// The same as PNG.
    Png,
    /// Mermaid's `sequenceDiagram`.
    Mermaid,
    /// ShiViz's log.
    Shiviz,
    /// Perfetto's and Chrome's trace, JSON.
    Perfetto,
}

/// A run in a format; of a stretch of it, if a window is given. Where many proposers crowd a picture, it has the duel that decided in
/// full, the others in grey, and says so.
///
/// # Errors
/// If a picture cannot be drawn.
pub fn export(view: &RunView<'_>, format: Export, window: Option<Window>) -> Result<Vec<u8>, ReportError> {
    exported(view, format, window, false)
}

/// The same of a stretch, with all of it in full.
///
/// # Errors
/// If a picture cannot be drawn.
pub fn export_in_full(view: &RunView<'_>, format: Export, window: Window) -> Result<Vec<u8>, ReportError> {
    exported(view, format, Some(window), true)
}

fn exported(
    view: &RunView<'_>,
    format: Export,
    window: Option<Window>,
    in_full: bool,
) -> Result<Vec<u8>, ReportError> {
    if format == Export::Text {
        return Ok(timeline(view, window).into_bytes());
    }
    let story = Story::of(*view);
    let failed = |why: String| ReportError::Figure { figure: "space–time diagram".to_owned(), why };
    Ok(match format {
        Export::Text => Vec::new(),
        Export::Mermaid => mermaid::mermaid(&story, window).into_bytes(),
        Export::Shiviz => shiviz::shiviz(&story, window).into_bytes(),
        Export::Perfetto => perfetto::perfetto(&story, window).into_bytes(),
        Export::Svg => {
            let it = diagram(&story, window, in_full);
            draw::svg(&it.scene, &it.title, &it.caption).map_err(failed)?.into_bytes()
        }
        Export::Png => {
            let it = diagram(&story, window, in_full);
            let image = draw::image(&it.scene).map_err(failed)?;
            png::png(&image, &provenance(view, &it)).map_err(|error| failed(error.to_string()))?
        }
    })
}

/// A run's space–time diagram as shapes; by default of the stretch around the choice.
pub fn space_time(view: &RunView<'_>, window: Option<Window>) -> Diagram {
    diagram(&Story::of(*view), window, false)
}

/// The diagram of a stretch of a story, all of it in full: a page goes through it step by step.
pub(super) fn diagram_of(story: &Story<'_>, window: Window) -> Diagram {
    diagram(story, Some(window), true)
}

/// What a picture says about itself, wherever it is copied to.
fn provenance(view: &RunView<'_>, it: &Diagram) -> Vec<(&'static str, String)> {
    vec![
        ("Title", it.title.clone()),
        ("Description", it.caption.clone()),
        ("Software", format!("synod {} (engine epoch {})", env!("CARGO_PKG_VERSION"), crate::sim::EPOCH)),
        ("Source", format!("scenario {}; seed {}", view.record.scenario_hash, view.record.seed)),
        ("Comment", view.labels().join("; ")),
    ]
}
