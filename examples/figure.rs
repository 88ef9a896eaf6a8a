//! Draws the space–time diagram of one run, as SVG to the standard output.
//!
//! `cargo run --release --example figure -- 5615 > race.svg`

use std::error::Error;
use std::io::Write;

use synod::report::{Export, RunView, export};
use synod::run::Record;
use synod::scenario::{Scenario, shipped};

fn main() -> Result<(), Box<dyn Error>> {
    let seed = std::env::args().nth(1).map_or(Ok(5615), |text| text.parse())?;
    let lab = shipped::find("lab2").ok_or("lab2 comes along")?;
    let scenario = Scenario::parse(lab.text, "lab2.toml")?;
    let record = Record::of(&scenario, seed)?;
    let view = RunView { scenario: &scenario, arguments: "lab2", record: &record };
    std::io::stdout().write_all(&export(&view, Export::Svg, None)?)?;
    Ok(())
}
