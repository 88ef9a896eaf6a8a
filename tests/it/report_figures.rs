//! Figures: nothing clipped, nothing covered, every character visible, the same bytes twice, well-formed whatever
//! the names.

use crate::support::fake;
use synod::report::scene::{Point, Scene, Shape};
use synod::report::{Figure, SweepReport, figures, has_glyph, render};

fn all() -> Vec<(&'static str, SweepReport)> {
    vec![
        ("lab", fake::lab()),
        ("three", fake::three()),
        ("numeric", fake::numeric()),
        ("grid of 16", fake::grid(16, 300)),
        ("grid of 40", fake::grid(40, 100)),
        ("grid of 130", fake::grid(130, 50)),
        ("phase", fake::phase()),
        ("plane", fake::plane()),
        ("many names", fake::crowd()),
        ("hostile", fake::hostile()),
        ("nothing", fake::nothing()),
        ("over loss", fake::laid_out(fake::phase(), OVER_LOSS)),
        ("over words", fake::laid_out(fake::phase(), OVER_WORDS)),
        ("panels", fake::laid_out(fake::grid(48, 100), PANELS)),
    ]
}

/// A line for each way to retry, with words for all of it.
const OVER_LOSS: &str = r#"{ "x": "network.loss", "series": "protocol.retry", "axis": {
    "network.loss": { "name": "lost messages", "unit": "%" },
    "protocol.retry": { "values": ["never", "at once", "uniform", "back-off"] } } }"#;
/// What is no number goes across.
const OVER_WORDS: &str = r#"{ "x": "protocol.retry", "winner": "undecided" }"#;
/// Three axes, of which each has its place.
const PANELS: &str = r#"{ "x": "network.loss", "series": "proposer.B.start.constant", "panels": ["protocol.retry"],
    "make": ["survival", "winner-curves", "verdicts", "duel-length"] }"#;

fn each_figure(mut check: impl FnMut(&str, &Figure)) {
    for (name, report) in all() {
        for figure in figures(&report) {
            check(&format!("{name}, {}", figure.name), &figure);
        }
    }
}

fn words(scene: &Scene) -> impl Iterator<Item = (&str, (Point, Point))> {
    scene.shapes.iter().filter_map(|s| match s {
        Shape::Text { text, .. } => Some((text.as_str(), s.bounds())),
        _ => None,
    })
}

#[test]
fn nothing_is_clipped() {
    each_figure(|name, figure| {
        for shape in &figure.scene.shapes {
            let ((left, top), (right, bottom)) = shape.bounds();
            let inside =
                left >= 0.0 && top >= 0.0 && right <= figure.scene.width && bottom <= figure.scene.height;
            assert!(inside, "{name}: {shape:?} leaves {} × {}", figure.scene.width, figure.scene.height);
        }
    });
}

#[test]
fn no_text_touches_another() {
    each_figure(|name, figure| {
        let words: Vec<_> = words(&figure.scene).filter(|(text, _)| !text.trim().is_empty()).collect();
        for (i, (a, ((l1, t1), (r1, b1)))) in words.iter().enumerate() {
            for (b, ((l2, t2), (r2, b2))) in &words[..i] {
                let apart = r1 <= l2 || r2 <= l1 || b1 <= t2 || b2 <= t1;
                assert!(apart, "{name}: `{a}` touches `{b}`");
            }
        }
    });
}

#[test]
fn no_text_lies_on_data() {
    each_figure(|name, figure| {
        let marks: Vec<_> = figure.scene.shapes.iter().filter(|s| matches!(s, Shape::Mark { .. })).collect();
        for (text, ((left, top), (right, bottom))) in words(&figure.scene) {
            for mark in &marks {
                let ((l, t), (r, b)) = mark.bounds();
                let apart = right <= l || r <= left || bottom <= t || b <= top;
                assert!(apart, "{name}: `{text}` lies on {mark:?}");
            }
        }
    });
}

#[test]
fn every_drawn_character_has_a_glyph() {
    assert!(!has_glyph('漢'), "the test can fail");
    let reports = all().into_iter().filter(|(name, _)| *name != "hostile");
    for (name, report) in reports {
        for figure in figures(&report) {
            for (text, _) in words(&figure.scene) {
                let missing: String = text.chars().filter(|c| !has_glyph(*c)).collect();
                assert!(missing.is_empty(), "{name}: `{text}` has no glyph for `{missing}`");
            }
        }
    }
}

#[test]
fn titles_say_how_many_runs_and_axes_say_their_unit() {
    for (name, report) in all().into_iter().filter(|(name, _)| *name != "nothing") {
        let runs = report.cells[0].totals.runs.to_string();
        for figure in figures(&report) {
            assert!(figure.title.replace(',', "").contains(&runs), "{name}: {}", figure.title);
            let units = ["(%)", "% interval", "log scale", "virtual time (", "(ms)"];
            let named = words(&figure.scene).filter(|(t, _)| units.iter().any(|u| t.contains(u))).count();
            assert!(named >= 1, "{name}, {}: an axis has no unit", figure.name);
            assert!(figure.caption.contains("95 %"), "{name}: {}", figure.caption);
        }
    }
}

#[test]
fn labels_are_in_every_figure() {
    for figure in figures(&fake::hostile()) {
        assert!(
            words(&figure.scene).any(|(t, _)| t.contains("MUTANT accept-ignores-promise")),
            "{}",
            figure.name
        );
    }
}

#[test]
fn without_runs_there_is_no_figure() {
    assert!(figures(&fake::nothing()).is_empty());
    assert_eq!(figures(&fake::three()).len(), 5);
    let mut calm = fake::three();
    calm.cells.iter_mut().for_each(|cell| cell.totals.duel_histogram = [(0, cell.totals.runs)].into());
    assert_eq!(figures(&calm).len(), 4, "no run has a duel");
    assert_eq!(figures(&fake::phase()).len(), 7);
    assert_eq!(figures(&fake::grid(15, 20)).len(), 6, "an incomplete grid has no phase diagram");
}

/// What is compared shares a panel: no cell of a grid of 36 is left out, and a caption names those that are.
#[test]
fn cells_are_left_out_of_panels_only_where_it_is_said() {
    let caption = |cells: u64, name: &str| {
        let figures = figures(&fake::grid(cells, 20));
        figures.into_iter().find(|figure| figure.name == name).expect("drawn").caption
    };
    for name in ["survival", "duel-length", "winner-curves"] {
        assert!(!caption(36, name).contains("are drawn:"), "{name}");
    }
    let many = caption(640, "survival");
    assert!(many.contains("Of 640 cells, these are drawn: 0, "), "{many}");
}

fn figure(report: &SweepReport, name: &str) -> Figure {
    figures(report).into_iter().find(|figure| figure.name == name).expect("the figure")
}

/// The cells that a figure has a marker for.
fn points(figure: &Figure) -> usize {
    figure.scene.hints.len()
}

#[test]
fn any_axis_goes_across_and_each_cell_has_a_point() {
    for asked in [OVER_LOSS, OVER_WORDS] {
        let report = fake::laid_out(fake::phase(), asked);
        assert_eq!(points(&figure(&report, "winner-curves")), report.cells.len(), "{asked}");
    }
    let report = fake::laid_out(fake::grid(48, 100), PANELS);
    assert_eq!(points(&figure(&report, "winner-curves")), 48);
    // Without a place that is asked for, the rest are panels.
    let report = fake::laid_out(fake::grid(48, 100), r#"{ "x": "proposer.B.start.constant" }"#);
    assert_eq!(points(&figure(&report, "winner-curves")), 48);
}

#[test]
fn names_that_a_scenario_gives_are_those_of_figures_and_tables() {
    let report = fake::laid_out(fake::phase(), OVER_LOSS);
    let curves = figure(&report, "winner-curves");
    let words: Vec<&str> = words(&curves.scene).map(|(text, _)| text).collect();
    for wanted in ["lost messages (%)", "20", "back-off", "at once"] {
        assert!(words.contains(&wanted), "{wanted} in {words:?}");
    }
    assert!(!words.iter().any(|text| text.contains("backoff base")), "{words:?}");
    let files = render(&report).unwrap();
    let text = |name: &str| {
        let file = files.iter().find(|file| file.0 == name).unwrap();
        String::from_utf8(file.1.clone()).unwrap()
    };
    assert!(text("report.md").contains("| lost messages |"), "{}", text("report.md"));
    assert!(text("report.md").contains("| 20 % |"));
    let cells = text("cells.csv");
    assert!(cells.contains("network.loss") && cells.contains("backoff"), "machines read what was written");
}

#[test]
fn figures_that_are_asked_for_are_those_that_are_made_in_that_order() {
    let report = fake::laid_out(fake::grid(48, 100), PANELS);
    let names: Vec<&str> = figures(&report).iter().map(|figure| figure.name).collect();
    assert_eq!(names, ["survival", "winner-curves", "verdicts", "duel-length"]);
    let report = fake::laid_out(fake::lab(), r#"{ "make": ["verdicts", "differences"] }"#);
    let names: Vec<&str> = figures(&report).iter().map(|figure| figure.name).collect();
    assert_eq!(names, ["verdicts"], "also where all runs decide; there are no pairs");
    let files = render(&report).unwrap();
    let page = String::from_utf8(files.iter().find(|file| file.0 == "report.md").unwrap().1.clone()).unwrap();
    assert!(page.contains("not made: differences (no cell can be paired with the baseline)"), "{page}");
}

/// Of runs that stop at the first choice nobody knows how long clients would have waited.
#[test]
fn no_curve_of_answers_is_drawn_where_runs_ended_early() {
    let has_answers = |report: &SweepReport| figures(report).iter().any(|figure| figure.name == "answers");
    let mut report = fake::lab();
    assert!(has_answers(&report));
    report.cells[0].totals.answers[1].cut_off.record(5_000_000);
    assert!(!has_answers(&report));
    let report = fake::laid_out(report, r#"{ "make": ["answers"] }"#);
    let files = render(&report).unwrap();
    let page = String::from_utf8(files.iter().find(|file| file.0 == "report.md").unwrap().1.clone()).unwrap();
    assert!(page.contains("not made: answers (runs ended before the horizon"), "{page}");
    assert!(page.contains("may have had its answer at once or never"), "{page}");
}

#[test]
fn svgs_are_well_formed_and_say_nothing_twice() {
    for report in [fake::hostile(), fake::lab(), fake::grid(16, 60)] {
        for (path, bytes) in render(&report).unwrap().iter().filter(|(p, _)| p.ends_with(".svg")) {
            let text = std::str::from_utf8(bytes).expect("UTF-8");
            let mut reader = quick_xml::Reader::from_str(text);
            reader.config_mut().check_end_names = true;
            let (mut depth, mut elements) = (0, 0);
            loop {
                use quick_xml::events::Event;
                match reader.read_event().unwrap_or_else(|e| panic!("{path}: {e}")) {
                    Event::Start(e) => {
                        depth += 1;
                        elements += 1;
                        assert_ne!(e.name().as_ref(), b"script", "{path}");
                    }
                    Event::Empty(e) => {
                        elements += 1;
                        e.attributes().for_each(|a| assert!(a.is_ok(), "{path}"));
                    }
                    Event::End(_) => depth -= 1,
                    Event::Eof => break,
                    _ => {}
                }
            }
            assert!(depth == 0 && elements > 10, "{path}: {elements} elements");
            assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{path} has control characters");
        }
    }
}

#[test]
fn pngs_say_where_they_come_from() {
    let files = render(&fake::three()).unwrap();
    for (path, bytes) in files.iter().filter(|(p, _)| p.ends_with(".png")) {
        let reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let info = reader.info();
        let notes: Vec<(&str, &str)> =
            info.uncompressed_latin1_text.iter().map(|t| (t.keyword.as_str(), t.text.as_str())).collect();
        let has = |keyword: &str, part: &str| notes.iter().any(|(k, t)| *k == keyword && t.contains(part));
        assert!(has("Title", "20,000 runs") && has("Software", "synod 0.1.0"), "{path}: {notes:?}");
        assert!(has("Source", "3f9a0c55") && has("Source", "synod sweep"), "{path}: {notes:?}");
        assert_eq!(info.width, 1520);
        assert_eq!(info.pixel_dims.unwrap().xppu, 9448, "240 dots per inch");
    }
}

#[test]
fn two_renderings_are_the_same_bytes() {
    let report = fake::three();
    assert_eq!(render(&report).unwrap(), render(&report.clone()).unwrap());
}
