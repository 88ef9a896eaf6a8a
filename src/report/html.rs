//! `report.html`: one page that needs nothing beside it, with the figures inside.
//!
//! Absent on purpose: anything loaded from elsewhere (the policy in its head forbids it), and a script that is needed
//! to read it: the only one sorts tables.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::data::{CellReport, SweepReport};
use super::facts::{CellFacts, Share};
use super::finding::finding;
use super::names::{printable, sentence};
use super::numbers::{counted, grouped, percent, percent_interval};
use super::scene::Ink;
use super::table::{self, Field, Table};
use super::viewed::ViewedRun;
use super::{prose, stepper, text};
use crate::text::printable_lines;

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/sort.js");
/// SHA-256 of [`SCRIPT`] in base 64, so that the page runs this script and no other; a test compares them.
const SCRIPT_HASH: &str = "GquNyC8YvIyKEV/+22twBe7K9nxB86GTbGebVEZz3wU=";

/// Cells beyond these have their details in `summary.json` only.
const MOST_CELLS: usize = 100;

/// Rows of a table that is read at a glance.
const SHORT: usize = 8;

/// A figure as the page shows it.
pub struct Shown<'a> {
    /// Its SVG.
    pub svg: &'a str,
    /// Its title.
    pub title: &'a str,
    /// How to read it.
    pub caption: &'a str,
}

/// The file.
pub fn report(report: &SweepReport, all: &[CellFacts], figures: &[Shown], runs: &[ViewedRun]) -> Vec<u8> {
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; font-src data:; script-src 'sha256-{SCRIPT_HASH}' 'sha256-{}'; \
         base-uri 'none'; form-action 'none'",
        stepper::SCRIPT_HASH
    );
    let title = prose::title(report);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content={ "synod " (printable(&report.version)) };
                title { (title) }
                style { (PreEscaped(fonts())) (PreEscaped(STYLE)) (PreEscaped(dark_figures())) }
            }
            body {
                h1 { (title) }
                (warnings(report))
                p.finding { (printable(&finding(report, all))) }
                main {
                    (contents(report, figures, runs))
                    // A long table is read after what it comes to has been seen.
                    @let pictures_first = report.cells.len() > SHORT;
                    @if pictures_first { (pictures(figures)) }
                    (results(report, all))
                    @if !pictures_first { (pictures(figures)) }
                    (more_results(report, all))
                    (stepper::runs(runs, &prose::notable(report)))
                    (details(report, all))
                    h2 id="methods" { "Methods" }
                    p { (prose::methods(report)) }
                    p { (prose::intervals(report)) }
                    (reproduce(report))
                    (facts_of(report))
                }
                script { (PreEscaped(SCRIPT)) }
                @if !runs.is_empty() { script { (PreEscaped(stepper::SCRIPT)) } }
            }
        }
    };
    let mut bytes = page.into_string().into_bytes();
    bytes.push(b'\n');
    bytes
}

/// Where to find what, on a page of many screens.
fn contents(report: &SweepReport, figures: &[Shown], runs: &[ViewedRun]) -> Markup {
    let parts = [
        // As they follow each other where there are so many cells that the page has contents.
        ("figures", "Figures", !figures.is_empty()),
        ("results", "Results", true),
        ("runs", "Runs, step by step", !runs.is_empty()),
        ("cells", "Each cell", true),
        ("methods", "Methods", true),
        ("reproduce", "Reproduce", true),
    ];
    html! {
        @if report.cells.len() > SHORT {
            nav { @for (id, name, _) in parts.iter().filter(|part| part.2) { a href={ "#" (id) } { (name) } " " } }
        }
    }
}

fn pictures(figures: &[Shown]) -> Markup {
    html! {
        @if !figures.is_empty() {
            h2 id="figures" { "Figures" }
            @for (i, figure) in figures.iter().enumerate() {
                figure {
                    div.scroll.plot { (PreEscaped(figure.svg)) }
                    figcaption { b { "Figure " (i + 1) ". " (sentence(figure.title)) " " } (figure.caption) }
                }
            }
        }
    }
}

fn warnings(report: &SweepReport) -> Markup {
    html! {
        @for label in report.labels.iter().cloned().chain(prose::violations(report)) {
            p.alarm { (printable(&label)) }
        }
    }
}

fn facts_of(report: &SweepReport) -> Markup {
    let last = report.first_seed.saturating_add(report.seeds.saturating_sub(1));
    html! {
        dl {
            dt { "Cells" } dd { (grouped(report.cells.len() as u64)) }
            dt { "Seeds" } dd {
                (grouped(report.first_seed)) " to " (grouped(last))
                @if let Some(until) = report.until { " at most; each cell until its interval was " (until.to_string()) " wide" }
            }
            dt { "Version" } dd { "synod " (printable(&report.version)) ", engine epoch " (report.epoch) }
            dt { "Scenario hash" } dd { (printable(&report.scenario_hash)) }
            @if report.proof.ran_twice > 0 {
                dt { "Chunks of seeds run twice" } dd { (prose::determinism(report)) }
            }
        }
    }
}

fn results(report: &SweepReport, all: &[CellFacts]) -> Markup {
    html! {
        h2 id="results" { "Results" }
        (tabular(&table::results(report, all)))
        p.muted { (prose::columns(report)) }
    }
}

fn more_results(report: &SweepReport, all: &[CellFacts]) -> Markup {
    let (theory, tails) = (table::theory(report, all), table::tails(report, all));
    let differences = table::differences(report, all);
    let answers = table::answers(report, all);
    html! {
        @if !differences.rows.is_empty() {
            h2 { "Differences, paired by seed" }
            (tabular(&differences))
            p.muted { (prose::differences(report)) }
        }
        @if !theory.rows.is_empty() {
            h2 { "Theory" }
            (tabular(&theory))
            p.muted { (prose::theory()) }
        }
        @if !answers.rows.is_empty() {
            h2 { "When clients are answered" }
            (tabular(&answers))
            p.muted { (prose::answers(report)) }
        }
        h2 { "Pre-emptions by proposer" }
        (tabular(&table::preemptions(report, all)))
        p.muted { (prose::preemptions()) }
        @if !tails.rows.is_empty() {
            h2 { "Tails of the duels" }
            (tabular(&tails))
            p.muted { (prose::tails()) }
        }
    }
}

fn tabular(table: &Table) -> Markup {
    let class = |numeric: bool| numeric.then_some("number");
    html! {
        div.scroll {
            table.sortable {
                thead { tr { @for c in &table.columns { th class=[class(c.numeric)] scope="col" { (c.head) } } } }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (field, c) in row.iter().zip(&table.columns) { (cell_of(field, class(c.numeric))) }
                        }
                    }
                }
            }
        }
        @if let Some(more) = table.more() { p.muted { (more) } }
    }
}

fn cell_of(field: &Field, class: Option<&str>) -> Markup {
    // A few words stay on one line; longer ones may break.
    let class = class.or((field.text.chars().count() <= 32).then_some("short"));
    html! {
        td class=[class] data-n=[field.number.map(sortable)] {
            (field.text)
            @if !field.interval.is_empty() { small { (field.interval) } }
        }
    }
}

/// To sort by, in few characters.
fn sortable(number: f64) -> String {
    match number as f32 {
        short if short.abs() < 1e9 => short.to_string(),
        // Not reached sorts after every time.
        short => format!("{:e}", short.clamp(f32::MIN, f32::MAX)),
    }
}

/// What the clients were told and how runs ended, folded away.
fn details(report: &SweepReport, all: &[CellFacts]) -> Markup {
    let more = report.cells.len().saturating_sub(MOST_CELLS);
    html! {
        h2 id="cells" { "Each cell" }
        @for (cell, facts) in report.cells.iter().zip(all).take(MOST_CELLS) { (one_cell(report, cell, facts)) }
        @if more > 0 { p.muted { (counted(more as u64, "further cell")) " in summary.json." } }
    }
}

fn one_cell(report: &SweepReport, cell: &CellReport, facts: &CellFacts) -> Markup {
    html! {
        details open[report.cells.len() == 1] {
            summary {
                "Cell " (cell.index)
                @for (path, value) in &cell.parameters { " · " (printable(path)) " = " (printable(value)) }
            }
            dl {
                dt { "Digest" } dd { (printable(&cell.digest)) " (" (printable(&cell.digest_coverage)) ")" }
                @for (invariant, runs) in &facts.violated {
                    dt { "Violated" } dd { (invariant) ": " (counted(*runs, "run")) }
                }
            }
            p { "These numbers again, and one of the runs:" }
            pre { (printable(&prose::numbers_again(report, cell))) "\n" (printable(&cell.reproduce)) }
            (shares("what the clients were told", &facts.outcomes))
            (shares("how the runs ended", &facts.verdicts))
            (shares("hazards", &facts.hazards))
        }
    }
}

fn shares(head: &str, shares: &[Share]) -> Markup {
    html! {
        @if shares.iter().any(|s| s.count > 0) {
            div.scroll { table {
                thead { tr { th scope="col" { (head) } th.number scope="col" { "runs" } th.number scope="col" { "%" } } }
                tbody {
                    @for s in shares.iter().filter(|s| s.count > 0) {
                        tr {
                            td { (printable(&s.name)) }
                            td.number { (grouped(s.count)) }
                            td.number {
                                @if let Some(share) = s.share {
                                    (percent(share, s.interval))
                                    small { (percent_interval(s.interval)) }
                                }
                            }
                        }
                    }
                }
            } }
        }
    }
}

fn reproduce(report: &SweepReport) -> Markup {
    html! {
        h2 id="reproduce" { "Reproduce" }
        pre { (printable(&report.command_line)) }
        details { summary { "The scenario" } pre { (printable_lines(&report.scenario_text)) } }
    }
}

/// The typeface, so that the page looks the same where it is not installed.
fn fonts() -> String {
    let face = |weight: &str, bytes: &[u8]| {
        format!(
            "@font-face{{font-family:Inter;font-weight:{weight};src:url(data:font/otf;base64,{}) format(\"opentype\")}}\n",
            base64(bytes)
        )
    };
    face("400", text::REGULAR) + &face("700", text::BOLD)
}

/// Figures are drawn for paper; on a dark screen their inks are exchanged.
fn dark_figures() -> String {
    let exchanged = [
        (Ink::Text, "#e6e8eb"),
        (Ink::Muted, "#a3abb4"),
        (Ink::Grid, "#353b43"),
        (Ink::Stripe, "#1d2126"),
        (Ink::Paper, "#14171a"),
        (Ink::Alarm, "#ff8f85"),
        (Ink::Nothing, "#9aa2ab"),
        (Ink::Series(0), "#4ea6dd"),
        (Ink::Series(1), "#f0803c"),
        (Ink::Series(2), "#2bbd94"),
    ];
    let rules = exchanged.map(|(ink, dark)| {
        let [r, g, b] = ink.rgb();
        let light = format!("#{r:02X}{g:02X}{b:02X}");
        format!(
            "figure svg [fill=\"{light}\"]{{fill:{dark}}}figure svg [stroke=\"{light}\"]{{stroke:{dark}}}\n"
        )
    });
    format!("@media screen and (prefers-color-scheme:dark){{\n{}}}\n", rules.concat())
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for i in 0..4 {
            let digit = DIGITS[(word >> (18 - 6 * i)) as usize & 63];
            out.push(if i <= chunk.len() { digit as char } else { '=' });
        }
    }
    out
}
