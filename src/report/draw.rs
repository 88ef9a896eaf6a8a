//! How a scene becomes SVG text or pixels. The only place that knows the drawing library.
//!
//! Absent on purpose: charts. The library's own axes, captions and legends clip and cover, and its logarithms are
//! the platform's; so axes are shapes like any other, and it draws shapes.

mod band;

use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::style::{Color, FontStyle, IntoFont, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::DrawingBackend;
use plotters_backend::text_anchor::{HPos, Pos, VPos};

use super::scene::{Anchor, Hint, Ink, Mark, Point, Scene, Shape, Stroke, Type};
use band::Band;

/// Units of the SVG's coordinates per point: the library's are whole numbers.
const SVG_UNITS: f64 = 10.0;
/// Drawn pixels per point.
const DRAWN: f64 = 4.0;
/// Drawn pixels, along each axis, that are averaged into one of the image's.
const AVERAGED: usize = 2;
/// Every channel of the paper.
const PAPER: u8 = Ink::Paper.rgb()[0];
/// Bytes of drawn pixels that are in memory at a time, about: a figure of a hundred rows has nine times as many.
const BAND: usize = 8 << 20;
/// Pixels of an image at most.
const MOST_PIXELS: usize = 100_000_000;
/// Dots per inch that the image claims: 760 points are then 6.3 inches wide, the text of an A4 or letter page.
pub const DOTS_PER_INCH: f64 = 240.0;
/// The library's font size is this many ems.
const EMS_PER_SIZE: f64 = 1.24;
/// Where the library's SVG puts the baseline of a text that hangs from its top, in ems.
const HANG: f64 = 0.76;

/// An SVG document. `title` and `about` are for those who cannot see it.
pub fn svg(scene: &Scene, title: &str, about: &str) -> Result<String, String> {
    let size = pixels(scene, SVG_UNITS);
    let mut body = String::new();
    {
        let mut backend = SVGBackend::with_string(&mut body, size);
        lay_paper(&mut backend, scene, SVG_UNITS)?;
        paint(&mut backend, scene.shapes.iter(), SVG_UNITS)?;
        backend.present().map_err(|e| e.to_string())?;
    }
    // The library's opening tag knows neither a size in points nor a title, its sizes of type have tails of nines, and
    // its typeface no substitutes. Quotes in texts are escaped, so only attributes are replaced.
    let mut body = body.split_once(">\n").map_or(String::new(), |(_, rest)| rest.to_string());
    let mut sizes: Vec<f64> = Vec::new();
    for shape in &scene.shapes {
        if let Shape::Text { look, .. } = shape
            && !sizes.contains(&look.size)
        {
            sizes.push(look.size);
        }
    }
    for size in sizes {
        let em = size * SVG_UNITS;
        let written = em * EMS_PER_SIZE / EMS_PER_SIZE;
        if written != em && body.contains(&format!("\"{written}\"")) {
            body = body.replace(&format!("font-size=\"{written}\""), &format!("font-size=\"{em}\""));
        }
    }
    let body = body.replace("font-family=\"Inter\"", "font-family=\"Inter, Helvetica, Arial, sans-serif\"");
    let body = body.replace("</svg>", &(hints(scene) + "</svg>"));
    let (title, about) = (escaped(title), escaped(about));
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" \
         stroke-linejoin=\"round\">\n<title>{title}</title>\n<desc>{about}</desc>\n{body}",
        f64::from(size.0) / SVG_UNITS,
        f64::from(size.1) / SVG_UNITS,
        size.0,
        size.1
    ))
}

/// What a page tells of places under the pointer.
fn hints(scene: &Scene) -> String {
    let place = |hint: &Hint| {
        let ((x, y), (w, h)) = (hint.at, hint.reach);
        let [x, y, w, h] = [x - w, y - h, 2.0 * w, 2.0 * h].map(|side| libm::round(side * SVG_UNITS) as i64);
        let text = escaped(&hint.text);
        format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill-opacity=\"0\"><title>{text}</title></rect>\n"
        )
    };
    scene.hints.iter().map(place).collect()
}

/// Text for SVG or HTML, without what XML forbids.
pub(super) fn escaped(text: &str) -> String {
    let text = super::names::printable(text);
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An image: width, height, and its pixels as red, green, blue.
pub struct Image {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Row by row.
    pub rgb: Vec<u8>,
}

/// The pixels, drawn larger and averaged, since the library smooths only some edges; band by band from the top, since
/// what is drawn larger is large.
pub fn image(scene: &Scene) -> Result<Image, String> {
    image_by_bands(scene, BAND)
}

fn image_by_bands(scene: &Scene, bytes: usize) -> Result<Image, String> {
    let (w, h) = pixels(scene, DRAWN);
    let (width, height) = (w as usize / AVERAGED, h as usize / AVERAGED);
    if width.saturating_mul(height) > MOST_PIXELS {
        let most = MOST_PIXELS / 1_000_000;
        return Err(format!(
            "it would be {width} by {height} pixels, and no viewer opens more than {most} million; show a part, or take SVG"
        ));
    }
    let line = w as usize * 3;
    let extents: Vec<(f64, f64)> = scene.shapes.iter().map(extent).collect();
    let rows = (bytes / (line * AVERAGED)).clamp(1, height.max(1));
    let mut rgb = vec![PAPER; width * height * 3];
    // Most rows of a chart are paper, and need not be averaged.
    let paper = vec![PAPER; AVERAGED * line];
    let mut drawn = vec![PAPER; rows * AVERAGED * line];
    for (band, averaged) in rgb.chunks_mut(rows * width * 3).enumerate() {
        drawn.fill(PAPER);
        let (top, high) = ((band * rows * AVERAGED) as i32, (rows * AVERAGED) as u32);
        let backend =
            BitMapBackend::with_buffer_and_format(&mut drawn, (w, high)).map_err(|e| e.to_string())?;
        let mut band = Band { pixels: backend, top, bottom: top + high as i32, whole: (w, h) };
        let (from, to) = (f64::from(band.top) / DRAWN, f64::from(band.bottom) / DRAWN);
        let shown = scene.shapes.iter().zip(&extents).filter(|(_, it)| it.1 >= from && it.0 <= to);
        paint(&mut band, shown.map(|(shape, _)| shape), DRAWN)?;
        drop(band);
        for (drawn, row) in drawn.chunks_exact(AVERAGED * line).zip(averaged.chunks_exact_mut(width * 3)) {
            if drawn != paper {
                average(drawn, row);
            }
        }
    }
    Ok(Image { width: width as u32, height: height as u32, rgb })
}

/// One row of pixels from the drawn rows of which it is made.
fn average(drawn: &[u8], row: &mut [u8]) {
    const { assert!(AVERAGED == 2, "four drawn pixels make one") };
    let (upper, lower) = drawn.split_at(drawn.len() / 2);
    for ((pixel, above), below) in
        row.chunks_exact_mut(3).zip(upper.chunks_exact(6)).zip(lower.chunks_exact(6))
    {
        for (c, mean) in pixel.iter_mut().enumerate() {
            let sum = [above[c], above[c + 3], below[c], below[c + 3]].map(u16::from).iter().sum::<u16>();
            *mean = ((sum + 2) / 4) as u8;
        }
    }
}

fn pixels(scene: &Scene, scale: f64) -> (u32, u32) {
    (libm::ceil(scene.width * scale) as u32, libm::ceil(scene.height * scale) as u32)
}

/// The rows that a shape can touch, with ample room for what sticks out: it is looked at only in bands that have some.
fn extent(shape: &Shape) -> (f64, f64) {
    const ROOM: f64 = 24.0;
    let ((_, top), (_, bottom)) = shape.bounds();
    (top - ROOM, bottom + ROOM)
}

fn to_pixel((x, y): Point, scale: f64) -> (i32, i32) {
    (libm::round(x * scale) as i32, libm::round(y * scale) as i32)
}

/// Fills the whole drawing.
fn lay_paper<B: DrawingBackend>(backend: &mut B, scene: &Scene, scale: f64) -> Result<(), String> {
    let corners = [(0.0, 0.0), (scene.width, 0.0), (scene.width, scene.height), (0.0, scene.height)];
    let corners = corners.map(|corner| to_pixel(corner, scale));
    backend.fill_polygon(corners, &colour(Ink::Paper)).map_err(|e| e.to_string())
}

fn paint<'s, B: DrawingBackend>(
    backend: &mut B,
    shapes: impl Iterator<Item = &'s Shape>,
    scale: f64,
) -> Result<(), String> {
    let to_pixel = |point: Point| to_pixel(point, scale);
    for shape in shapes {
        let drawn = match shape {
            Shape::Path { points, stroke } => dashes(points, stroke).into_iter().try_for_each(|piece| {
                let mut piece: Vec<_> = piece.into_iter().map(to_pixel).collect();
                piece.dedup();
                backend.draw_path(piece, &stroke_style(stroke, scale))
            }),
            Shape::Fill { points, ink, opacity } => {
                backend.fill_polygon(points.iter().copied().map(to_pixel), &colour(*ink).mix(*opacity))
            }
            Shape::Mark { at, mark, radius, ink } => match outline(*mark, *at, *radius) {
                Outline::Circle => {
                    let r = libm::round(radius * scale) as u32;
                    backend.draw_circle(to_pixel(*at), r, &colour(*ink), true).and_then(|()| match mark {
                        Mark::Ring => backend.draw_circle(to_pixel(*at), r / 2, &colour(Ink::Paper), true),
                        _ => Ok(()),
                    })
                }
                Outline::Corners(corners) => {
                    backend.fill_polygon(corners.into_iter().map(to_pixel), &colour(*ink))
                }
            },
            Shape::Text { at, anchor, text, look } => {
                let hung = to_pixel((at.0, at.1 - HANG * look.size));
                backend.draw_text(text, &text_style(*anchor, look, scale), hung)
            }
        };
        drawn.map_err(|e| e.to_string())?;
    }
    Ok(())
}

fn colour(ink: Ink) -> RGBColor {
    let [r, g, b] = ink.rgb();
    RGBColor(r, g, b)
}

fn stroke_style(stroke: &Stroke, scale: f64) -> ShapeStyle {
    let width = libm::round(stroke.width * scale) as u32;
    ShapeStyle { color: colour(stroke.ink).to_rgba(), filled: false, stroke_width: width.max(1) }
}

fn text_style(anchor: Anchor, look: &Type, scale: f64) -> TextStyle<'static> {
    let h_pos = match anchor {
        Anchor::Left => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::Right => HPos::Right,
    };
    let style = if look.bold { FontStyle::Bold } else { FontStyle::Normal };
    let font = ("Inter", look.size * scale * EMS_PER_SIZE, style).into_font();
    TextStyle { font, color: colour(look.ink).to_backend_color(), pos: Pos::new(h_pos, VPos::Top) }
}

enum Outline {
    Circle,
    Corners(Vec<Point>),
}

/// Forms of about equal weight for one radius.
fn outline(mark: Mark, (x, y): Point, r: f64) -> Outline {
    let corners = |list: &[(f64, f64)]| list.iter().map(|(i, j)| (x + i * r, y + j * r)).collect();
    Outline::Corners(match mark {
        Mark::Circle | Mark::Ring => return Outline::Circle,
        Mark::Square => corners(&[(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]),
        Mark::Triangle => corners(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
        Mark::Wedge => corners(&[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)]),
        Mark::Diamond => corners(&[(0.0, -1.3), (1.1, 0.0), (0.0, 1.3), (-1.1, 0.0)]),
        Mark::Plus => corners(&[
            (-0.4, -1.1),
            (0.4, -1.1),
            (0.4, -0.4),
            (1.1, -0.4),
            (1.1, 0.4),
            (0.4, 0.4),
            (0.4, 1.1),
            (-0.4, 1.1),
            (-0.4, 0.4),
            (-1.1, 0.4),
            (-1.1, -0.4),
            (-0.4, -0.4),
        ]),
    })
}

/// A path's visible pieces: the library draws no dashes.
fn dashes(points: &[Point], stroke: &Stroke) -> Vec<Vec<Point>> {
    let (on, off) = stroke.dash;
    if on <= 0.0 || off <= 0.0 {
        return vec![points.to_vec()];
    }
    let Some(&first) = points.first() else { return Vec::new() };
    let (mut pieces, mut piece) = (Vec::new(), vec![first]);
    let (mut visible, mut left) = (true, on);
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = ((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)).sqrt();
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let at = (x0 + (x1 - x0) * done / length, y0 + (y1 - y0) * done / length);
            piece.push(at);
            if visible {
                pieces.push(std::mem::take(&mut piece));
            }
            piece = vec![at];
            visible = !visible;
            left = if visible { on } else { off };
        }
        left -= length - done;
        piece.push((x1, y1));
    }
    if visible && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Something of each kind, across many rows and over every edge.
    fn scene() -> Scene {
        let stroke = |width, dash| Stroke { width, ink: Ink::Series(1), dash };
        let path = |points: &[Point], width, dash| Shape::Path {
            points: points.to_vec(),
            stroke: stroke(width, dash),
        };
        let mut shapes = vec![
            path(&[(-5.0, 3.0), (70.0, 41.0), (12.0, 44.0), (13.0, -9.0)], 0.25, (0.0, 0.0)),
            path(&[(2.0, 2.0), (2.0, 60.0), (60.0, 60.0), (60.5, 2.0)], 0.25, (3.0, 2.0)),
            path(&[(4.0, 50.0), (30.0, 5.0), (33.0, 49.0), (80.0, 20.0)], 2.0, (0.0, 0.0)),
            Shape::Fill {
                points: vec![(10.0, -4.0), (40.0, 30.0), (5.0, 55.0)],
                ink: Ink::Series(2),
                opacity: 0.4,
            },
        ];
        for (i, mark) in [Mark::Circle, Mark::Ring, Mark::Diamond, Mark::Plus].into_iter().enumerate() {
            shapes.push(Shape::Mark { at: (15.0 * i as f64, 47.3), mark, radius: 4.0, ink: Ink::Series(3) });
        }
        let look = Type { size: 9.0, bold: true, ink: Ink::Text };
        for (anchor, y) in [(Anchor::Left, 7.0), (Anchor::Middle, 30.0), (Anchor::Right, 47.0)] {
            shapes.push(Shape::Text { at: (30.0, y), anchor, text: "Åpq 50 %".to_string(), look });
        }
        Scene { width: 64.0, height: 48.0, shapes, hints: Vec::new() }
    }

    #[test]
    fn a_picture_drawn_in_bands_is_the_same_picture() {
        let scene = scene();
        let whole = image_by_bands(&scene, usize::MAX).unwrap();
        assert_eq!(whole.rgb.len(), (whole.width * whole.height * 3) as usize);
        assert!(whole.rgb.iter().any(|&channel| channel < 0x80));
        let line = whole.width as usize * AVERAGED * 3 * AVERAGED;
        for rows in [1, 5, 7, 95] {
            assert!(image_by_bands(&scene, rows * line).unwrap().rgb == whole.rgb, "bands of {rows} rows");
        }
    }
}
