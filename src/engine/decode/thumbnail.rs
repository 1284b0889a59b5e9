//! The small JPEG kept beside each picture's record.

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

use super::{DecodeError, Scratch, framing, pixels::Pixels, raw::Raw};

/// Pixels of a thumbnail's longest side, at most.
pub const THUMBNAIL_SIDE: u32 = 256;

/// 0 to 100: at 80, with colour at half resolution, a thumbnail takes about 12 KB.
const QUALITY: u8 = 80;

/// A JPEG of the whole picture, upright, at most [`THUMBNAIL_SIDE`] pixels a side.
pub fn thumbnail(raw: &Raw, scratch: &mut Scratch) -> Result<Vec<u8>, DecodeError> {
    let Pixels { width, height, rgb } = framing::whole(raw, THUMBNAIL_SIDE, scratch)?;
    let mut jpeg = Vec::with_capacity(16 << 10);
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder
        .encode(&rgb, width as u16, height as u16, ColorType::Rgb)
        .map_err(|_| DecodeError::Failed {
            format: raw.format.name(),
        })?;
    Ok(jpeg)
}
