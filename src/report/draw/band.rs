//! The library's pixels, of a part of a drawing that is too large to be held whole; with our text, and with paths that
//! stay whole where they turn back on themselves.
//!
//! Every pixel is what it would be in the whole drawing, for shapes are rasterised in the coordinates of the whole and
//! only pixels are left out. Absent on purpose: what is drawn, and the averaging of pixels (`draw`).

use plotters::backend::BitMapBackend;
use plotters::style::FontStyle;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind, rasterizer,
};

use super::{EMS_PER_SIZE, HANG};
use crate::report::text;

/// Rows `top` to `bottom` (without it) of a drawing of the size `whole`.
pub(super) struct Band<'a> {
    /// The pixels of these rows.
    pub pixels: BitMapBackend<'a>,
    pub top: i32,
    pub bottom: i32,
    pub whole: (u32, u32),
}

type Failure<'a> = <BitMapBackend<'a> as DrawingBackend>::ErrorType;
type Drawn<'a> = Result<(), DrawingErrorKind<Failure<'a>>>;

impl Band<'_> {
    /// Whether something between these rows, or so many beyond them, can be seen.
    fn shows(&self, (from, to): (i32, i32), beyond: u32) -> bool {
        let beyond = beyond as i32;
        from.max(to).saturating_add(beyond) >= self.top && from.min(to).saturating_sub(beyond) < self.bottom
    }
}

impl<'a> DrawingBackend for Band<'a> {
    type ErrorType = Failure<'a>;

    fn get_size(&self) -> (u32, u32) {
        self.whole
    }
    fn ensure_prepared(&mut self) -> Drawn<'a> {
        self.pixels.ensure_prepared()
    }
    fn present(&mut self) -> Drawn<'a> {
        self.pixels.present()
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, colour: BackendColor) -> Drawn<'a> {
        if y < self.top || y >= self.bottom {
            return Ok(());
        }
        self.pixels.draw_pixel((x, y - self.top), colour)
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn<'a> {
        if !self.shows((from.1, to.1), style.stroke_width() + 1) {
            return Ok(());
        }
        if style.stroke_width() == 1 && (from.0 == to.0 || from.1 == to.1) {
            // The library has a quick way for these, which knows nothing of the rows above.
            let (upper, lower) = (from.1.min(to.1).max(self.top), from.1.max(to.1).min(self.bottom - 1));
            let (left, right) = (from.0.min(to.0), from.0.max(to.0));
            if upper > lower {
                return Ok(());
            }
            return self.pixels.draw_line((left, upper - self.top), (right, lower - self.top), style);
        }
        rasterizer::draw_line(self, from, to, style)
    }

    /// One segment after the other, with round joints.
    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn<'a> {
        let points: Vec<BackendCoord> = path.into_iter().collect();
        for (i, pair) in points.windows(2).enumerate() {
            self.draw_line(pair[0], pair[1], style)?;
            if i > 0 && style.stroke_width() > 2 {
                self.draw_circle(pair[0], style.stroke_width() / 2, &style.color(), true)?;
            }
        }
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        centre: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn<'a> {
        if !self.shows((centre.1, centre.1), radius + style.stroke_width() + 1) {
            return Ok(());
        }
        rasterizer::draw_circle(self, centre, radius, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn<'a> {
        let corners: Vec<BackendCoord> = corners.into_iter().collect();
        let rows = corners.iter().map(|corner| corner.1);
        let (Some(first), Some(last)) = (rows.clone().min(), rows.max()) else { return Ok(()) };
        if !self.shows((first, last), 1) {
            return Ok(());
        }
        rasterizer::fill_polygon(self, &corners, style)
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn<'a> {
        let (em, bold) = (style.size() / EMS_PER_SIZE, style.style().as_str() == FontStyle::Bold.as_str());
        if !self.shows((at.1, at.1), libm::ceil(2.0 * em) as u32) {
            return Ok(());
        }
        let whole = text::width(text, em, bold);
        let left = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => -whole / 2.0,
            HPos::Right => -whole,
        };
        let left = at.0 + libm::round(left) as i32;
        let baseline = at.1 + libm::round(HANG * em) as i32;
        let (mut drawn, colour) = (Ok(()), style.color());
        text::rasterize(text, em, bold, |x, y, cover| {
            if drawn.is_ok() && cover > 0.0 {
                drawn = self.draw_pixel((left + x, baseline + y), colour.mix(f64::from(cover).min(1.0)));
            }
        });
        drawn
    }
}
