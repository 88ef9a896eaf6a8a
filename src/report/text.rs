//! The typeface: widths of texts, and their pixels.
//!
//! Absent on purpose: system fonts, which differ between machines. Inter is compiled in (SIL OFL, `fonts/`). The
//! drawing library's own text is not used for pixels: it drops each glyph's left bearing, and its baselines differ
//! from those of its SVG.

use std::sync::OnceLock;

use ab_glyph::{Font, FontRef, Glyph, GlyphId, PxScale, ScaleFont, point};

/// Inter Regular, a subset.
pub const REGULAR: &[u8] = include_bytes!("fonts/Inter-Regular-subset.otf");
/// Inter Bold, a subset.
pub const BOLD: &[u8] = include_bytes!("fonts/Inter-Bold-subset.otf");

/// The face; `None` only if the compiled-in bytes are no font, which a test excludes.
fn face(bold: bool) -> Option<&'static FontRef<'static>> {
    static FACES: OnceLock<[Option<FontRef<'static>>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| [REGULAR, BOLD].map(|b| FontRef::try_from_slice(b).ok()));
    faces[usize::from(bold)].as_ref()
}

/// Whether the typeface has a form for a character.
pub fn has_glyph(c: char) -> bool {
    [false, true].into_iter().all(|bold| face(bold).is_some_and(|f| f.glyph_id(c) != GlyphId(0)))
}

/// The width of a text, in the unit of `size` (the em). A character without a glyph counts one em: some other font
/// will show it in an SVG.
pub fn width(text: &str, size: f64, bold: bool) -> f64 {
    laid_out(text, size, bold).1
}

/// Each character's glyph and its place, and the whole width.
fn laid_out(text: &str, size: f64, bold: bool) -> (Vec<(Glyph, char)>, f64) {
    let Some(font) = face(bold) else { return (Vec::new(), 0.6 * size * text.chars().count() as f64) };
    // PxScale is the height from descender to ascender, not the em.
    let em = font.units_per_em().unwrap_or(1000.0);
    let scale = PxScale::from(size as f32 * font.height_unscaled() / em);
    let scaled = font.as_scaled(scale);
    let (mut x, mut before, mut glyphs) = (0.0f32, None, Vec::new());
    for c in text.chars() {
        let id = font.glyph_id(c);
        x += before.map_or(0.0, |b| scaled.kern(b, id));
        glyphs.push((id.with_scale_and_position(scale, point(x, 0.0)), c));
        x += if id == GlyphId(0) { size as f32 } else { scaled.h_advance(id) };
        before = Some(id);
    }
    (glyphs, f64::from(x))
}

/// Calls `paint` with every pixel that a text covers, relative to the left end of its baseline, and how much of it.
pub fn rasterize(text: &str, size: f64, bold: bool, mut paint: impl FnMut(i32, i32, f32)) {
    let Some(font) = face(bold) else { return };
    for (mut glyph, _) in laid_out(text, size, bold).0 {
        if glyph.id == GlyphId(0) {
            glyph.id = font.glyph_id('?');
        }
        let Some(outline) = font.outline_glyph(glyph) else { continue };
        let corner = outline.px_bounds().min;
        outline.draw(|x, y, cover| paint(corner.x as i32 + x as i32, corner.y as i32 + y as i32, cover));
    }
}

/// A text cut to a width, ending in an ellipsis if it was.
pub fn fitted(text: &str, size: f64, bold: bool, limit: f64) -> String {
    if width(text, size, bold) <= limit {
        return text.to_string();
    }
    let mut kept: Vec<char> = text.chars().collect();
    while kept.pop().is_some() {
        let candidate: String = kept.iter().chain(&['…']).collect();
        if width(&candidate, size, bold) <= limit {
            return candidate;
        }
    }
    String::new()
}

/// A text broken into at most `lines` lines of a width, at spaces; what does not fit ends in an ellipsis.
pub fn wrapped(text: &str, size: f64, bold: bool, limit: f64, lines: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut words = text.split_whitespace().peekable();
    while words.peek().is_some() && out.len() < lines {
        let mut line = String::new();
        while let Some(word) = words.peek() {
            let longer = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
            let last = out.len() + 1 == lines;
            if !last && !line.is_empty() && width(&longer, size, bold) > limit {
                break;
            }
            line = longer;
            words.next();
        }
        out.push(fitted(&line, size, bold, limit));
    }
    out
}
