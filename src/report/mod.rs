//! Bytes from data: the files of a report, each made by one small module from the same [`SweepReport`].
//!
//! Absent on purpose: simulating, reading or writing files, and anything that differs between two machines.

mod assemble;
mod axis;
mod data;
mod draw;
mod error;
mod facts;
mod figures;
mod names;
mod numbers;
mod one_run;
mod png;
mod scene;
mod summary;
mod text;

pub use assemble::{Run, assemble};
pub use data::{CellReport, Quantity, SweepReport, Theory};
pub use error::ReportError;
pub use summary::summary_text;
pub use one_run::{RunView, reply, run_json, run_text, timeline};

/// All files of a report, as paths relative to its folder and their bytes.
pub fn render(report: &SweepReport) -> Result<Vec<(String, Vec<u8>)>, ReportError> {
    let mut files = Vec::new();
    for figure in figures::figures(report) {
        let failed = |why: String| ReportError::Figure { figure: figure.name.to_string(), why };
        let svg = draw::svg(&figure.scene, &figure.title, &figure.caption).map_err(failed)?;
        let image = draw::image(&figure.scene).map_err(failed)?;
        let notes = [("Title", figure.title.as_str())];
        files.push((format!("figures/{}.svg", figure.name), svg.into_bytes()));
        files.push((
            format!("figures/{}.png", figure.name),
            png::png(&image, &notes).map_err(|e| failed(e.to_string()))?,
        ));
    }
    Ok(files)
}

/// x
pub fn summary_json(_r: &SweepReport) -> Result<Vec<u8>, ReportError> { Ok(Vec::new()) }
