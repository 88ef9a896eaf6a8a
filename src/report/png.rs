//! A PNG file from pixels, with its resolution and where it came from.
//!
//! Absent on purpose: the time of its making.

use super::draw::{DOTS_PER_INCH, Image};

/// The file's bytes. `notes` are keyword and text; characters beyond Latin-1, which `tEXt` cannot hold, become `?`.
pub fn png(image: &Image, notes: &[(&str, String)]) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width, image.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Filters are for photographs: flat colours compress better as they are, and in a fifth of the time.
    encoder.set_compression(png::Compression::Balanced);
    encoder.set_filter(png::Filter::NoFilter);
    let per_metre = (DOTS_PER_INCH / 0.0254) as u32;
    encoder.set_pixel_dims(Some(png::PixelDimensions {
        xppu: per_metre,
        yppu: per_metre,
        unit: png::Unit::Meter,
    }));
    for (keyword, text) in notes {
        let text: String =
            text.chars().map(|c| if (c as u32) < 256 && c != '\0' { c } else { '?' }).collect();
        encoder.add_text_chunk((*keyword).to_string(), text)?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&image.rgb)?;
    writer.finish()?;
    Ok(bytes)
}
