//! A figure as a list of shapes in a plane: what is drawn, before anybody knows how.
//!
//! Absent on purpose: the drawing library (`draw`). Because a scene is data, tests can ask it whether a label is
//! clipped, whether the legend covers a curve, and whether every character has a glyph.
//! Lengths are in points of the finished figure: x to the right, y downwards.

use super::names::printable;
use super::text::width;

/// A place, in points.
pub type Point = (f64, f64);

/// What a colour means; the values are `draw`'s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Words that must be read, axes.
    Text,
    /// Words that may be read.
    Muted,
    /// Grid lines.
    Grid,
    /// Every other row.
    Stripe,
    /// The background.
    Paper,
    /// A warning: the label of a mutant.
    Alarm,
    /// The n-th series; a palette that colour-blind readers can tell apart (Okabe and Ito 2008).
    Series(usize),
    /// The series in which nothing was chosen.
    Nothing,
    /// A share, 0 to 100 %, from light to dark.
    Shade(u8),
    /// Words on a light shade, whatever the page's background.
    OnLight,
    /// Words on a dark shade.
    OnDark,
}

impl Ink {
    /// As red, green, blue.
    pub const fn rgb(self) -> [u8; 3] {
        const SERIES: [[u8; 3]; 6] = [
            [0x00, 0x72, 0xB2],
            [0xD5, 0x5E, 0x00],
            [0x00, 0x9E, 0x73],
            [0xCC, 0x79, 0xA7],
            [0x56, 0xB4, 0xE9],
            [0xE6, 0x9F, 0x00],
        ];
        match self {
            Ink::Text => [0x1F, 0x23, 0x28],
            Ink::Muted => [0x5C, 0x63, 0x6B],
            Ink::Grid => [0xDF, 0xE2, 0xE6],
            Ink::Stripe => [0xF5, 0xF6, 0xF8],
            Ink::Paper => [0xFF, 0xFF, 0xFF],
            Ink::Alarm => [0xB4, 0x23, 0x18],
            Ink::Series(i) => SERIES[i % SERIES.len()],
            Ink::Nothing => [0x6E, 0x6E, 0x6E],
            Ink::Shade(percent) => shade(percent),
            Ink::OnLight => [0x10, 0x14, 0x18],
            Ink::OnDark => [0xFE, 0xFE, 0xFE],
        }
    }
}

/// From nearly white over blue to nearly black, falling in lightness all the way, so that grey prints keep the order.
const fn shade(percent: u8) -> [u8; 3] {
    const STOPS: [[i32; 3]; 3] = [[0xEE, 0xF4, 0xFA], [0x56, 0x9D, 0xCB], [0x06, 0x2A, 0x4F]];
    let percent = if percent > 100 { 100 } else { percent as i32 };
    let (from, to, at) =
        if percent < 50 { (STOPS[0], STOPS[1], percent) } else { (STOPS[1], STOPS[2], percent - 50) };
    let mut rgb = [0; 3];
    let mut i = 0;
    while i < 3 {
        rgb[i] = (from[i] + (to[i] - from[i]) * at / 50) as u8;
        i += 1;
    }
    rgb
}

/// A line's look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub ink: Ink,
    /// Width, points.
    pub width: f64,
    /// Lengths of dash and gap, points; (0, 0) is solid.
    pub dash: (f64, f64),
}

impl Stroke {
    /// A solid line.
    pub const fn solid(ink: Ink, width: f64) -> Self {
        Stroke { ink, width, dash: (0.0, 0.0) }
    }
}

/// The n-th series' dashes, so that a grey print can be read.
pub const fn dash(series: usize) -> (f64, f64) {
    [(0.0, 0.0), (7.0, 3.0), (2.5, 2.5), (11.0, 4.0)][series % 4]
}

/// The form of a marker; they differ where colours do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Circle.
    Circle,
    /// Square.
    Square,
    /// Triangle, point up.
    Triangle,
    /// Diamond.
    Diamond,
    /// Triangle, point down.
    Wedge,
    /// Plus.
    Plus,
    /// A ring, for the series in which nothing was chosen.
    Ring,
}

impl Mark {
    /// The n-th series' form.
    pub const fn of(series: usize) -> Mark {
        // Beyond the last colour the forms move on by one, so that no two series look alike.
        let forms = [Mark::Circle, Mark::Square, Mark::Triangle, Mark::Diamond, Mark::Wedge, Mark::Plus];
        forms[(series + series / 6) % 6]
    }
}

/// Which end of a text its place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end.
    Left,
    /// Its middle.
    Middle,
    /// Its right end.
    Right,
}

/// The look of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Type {
    /// Size of the em, points.
    pub size: f64,
    /// Whether bold.
    pub bold: bool,
    /// Colour.
    pub ink: Ink,
}

/// One thing to draw.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line through points.
    Path {
        /// Its points.
        points: Vec<Point>,
        /// Its look.
        stroke: Stroke,
    },
    /// A filled polygon.
    Fill {
        /// Its corners.
        points: Vec<Point>,
        /// Colour.
        ink: Ink,
        /// 0 to 1.
        opacity: f64,
    },
    /// A marker.
    Mark {
        /// Its centre.
        at: Point,
        /// Its form.
        mark: Mark,
        /// Its size: half of a square's side.
        radius: f64,
        /// Colour.
        ink: Ink,
    },
    /// A line of text.
    Text {
        /// Where its baseline is.
        at: Point,
        /// Which end of it.
        anchor: Anchor,
        /// Its characters, printable.
        text: String,
        /// Its look.
        look: Type,
    },
}

/// A figure.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scene {
    /// Width, points.
    pub width: f64,
    /// Height, points.
    pub height: f64,
    /// Its shapes, the lowest first.
    pub shapes: Vec<Shape>,
    /// What a page tells of a place under the pointer; no paper shows it.
    pub hints: Vec<Hint>,
}

/// Words that appear under the pointer.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    /// The middle of the place.
    pub at: Point,
    /// Half the width and height of the place, points.
    pub reach: (f64, f64),
    /// The words, printable.
    pub text: String,
}

impl Scene {
    /// Adds a text with its baseline at a place.
    pub fn text(&mut self, at: Point, anchor: Anchor, text: &str, look: Type) {
        let text = printable(text);
        if !text.is_empty() {
            self.shapes.push(Shape::Text { at, anchor, text, look });
        }
    }

    /// Adds a straight line.
    pub fn line(&mut self, from: Point, to: Point, stroke: Stroke) {
        self.shapes.push(Shape::Path { points: vec![from, to], stroke });
    }

    /// Adds a line through points.
    pub fn path(&mut self, points: Vec<Point>, stroke: Stroke) {
        if points.len() > 1 {
            self.shapes.push(Shape::Path { points, stroke });
        }
    }

    /// Adds a filled polygon.
    pub fn fill(&mut self, points: Vec<Point>, ink: Ink, opacity: f64) {
        if points.len() > 2 {
            self.shapes.push(Shape::Fill { points, ink, opacity });
        }
    }

    /// Adds a filled rectangle.
    pub fn rect(&mut self, (x0, y0): Point, (x1, y1): Point, ink: Ink) {
        self.fill(vec![(x0, y0), (x1, y0), (x1, y1), (x0, y1)], ink, 1.0);
    }

    /// Adds words that appear under the pointer.
    pub fn hint(&mut self, at: Point, reach: (f64, f64), text: &str) {
        self.hints.push(Hint { at, reach, text: printable(text) });
    }

    /// Adds a marker.
    pub fn mark(&mut self, at: Point, mark: Mark, radius: f64, ink: Ink) {
        self.shapes.push(Shape::Mark { at, mark, radius, ink });
    }
}

impl Shape {
    /// The corners (left, top) and (right, bottom) of what it covers.
    pub fn bounds(&self) -> (Point, Point) {
        match self {
            Shape::Path { points, stroke } => around(points, stroke.width / 2.0),
            Shape::Fill { points, .. } => around(points, 0.0),
            Shape::Mark { at, radius, .. } => around(&[*at], *radius * 1.3),
            Shape::Text { at: (x, y), anchor, text, look } => {
                let w = width(text, look.size, look.bold);
                let left = match anchor {
                    Anchor::Left => *x,
                    Anchor::Middle => x - w / 2.0,
                    Anchor::Right => x - w,
                };
                ((left, y - 0.75 * look.size), (left + w, y + 0.22 * look.size))
            }
        }
    }
}

fn around(points: &[Point], by: f64) -> (Point, Point) {
    let start = ((f64::INFINITY, f64::INFINITY), (f64::NEG_INFINITY, f64::NEG_INFINITY));
    points.iter().fold(start, |((x0, y0), (x1, y1)), (x, y)| {
        ((x0.min(x - by), y0.min(y - by)), (x1.max(x + by), y1.max(y + by)))
    })
}
