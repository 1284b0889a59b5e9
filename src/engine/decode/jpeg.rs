//! JPEG: what its markers tell beforehand, and decoding at a fraction of the size.

mod outline;

use image::metadata::Orientation;
use jpeg_decoder::PixelFormat;

use self::outline::Outline;
pub use self::outline::without_fill;
use super::{
    DecodeError, Limits,
    format::Format,
    orientation::Turn,
    raster,
    raw::{Colours, Layout, Raw},
};

/// Passes of a progressive file, at most. Encoders write about ten; every pass walks the whole
/// picture again, which 3,000 of them in 73 KB turn into minutes.
const MAX_SCANS: u32 = 100;

/// Passes of a file that the slower decoder may be given.
const MAX_SCANS_OF_SLOW_DECODER: u32 = 20;

/// Pictures below this many pixels decode as fast in full.
const SCALED_FROM_PIXELS: u64 = 4_000_000;

const NAME: &str = "JPEG";

/// Decodes into `pixels`. `needed` gives the least width and height that the decoded picture must
/// keep, from the stored picture's width, height and turn.
pub fn decode(
    bytes: &[u8],
    limits: &Limits,
    needed: &dyn Fn(u32, u32, Turn) -> (u32, u32),
    pixels: &mut Vec<u8>,
) -> Result<Raw, DecodeError> {
    let bytes = &*without_fill(bytes);
    let outline = Outline::read(bytes).ok_or(DecodeError::Truncated { format: NAME })?;
    limits.check_pixels(outline.width, outline.height)?;
    if outline.progressive {
        limits.check_progressive(outline.width, outline.height)?;
    }
    if outline.scans > MAX_SCANS {
        return Err(DecodeError::TooManyScans {
            scans: outline.scans,
            limit: MAX_SCANS,
        });
    }
    if suits_slow_decoder(&outline)
        && let Some(raw) = scaled(bytes, &outline, limits, needed, pixels)
    {
        return Ok(raw);
    }
    // Whatever the other decoder choked on, this one has the last word.
    let mut raw = raster::decode(bytes, Format::Jpeg, limits, pixels)?;
    if outline.components == 4 {
        // The pixels are RGB by now, which a profile for inks does not describe.
        raw.colours = Colours::Plain;
    }
    raw.partial = !outline.complete;
    Ok(raw)
}

/// `jpeg-decoder` is slower than the `image` crate's decoder, but can decode at 1/2, 1/4 or 1/8 of
/// the size, and gives inks as they are, so that their profile can be applied.
fn suits_slow_decoder(outline: &Outline) -> bool {
    let large = u64::from(outline.width) * u64::from(outline.height) >= SCALED_FROM_PIXELS;
    let gains = (large && !outline.progressive) || outline.components == 4;
    gains && outline.complete && outline.scans <= MAX_SCANS_OF_SLOW_DECODER
}

fn scaled(
    bytes: &[u8],
    outline: &Outline,
    limits: &Limits,
    needed: &dyn Fn(u32, u32, Turn) -> (u32, u32),
    pixels: &mut Vec<u8>,
) -> Option<Raw> {
    let mut decoder = jpeg_decoder::Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(usize::try_from(limits.max_alloc_bytes).ok()?);
    decoder.read_info().ok()?;
    let turn = decoder
        .exif_data()
        .and_then(Orientation::from_exif_chunk)
        .map_or(Turn::default(), Turn::from);
    let (least_width, least_height) = needed(outline.width, outline.height, turn);
    let eighths = [1, 2, 4].into_iter().find(|&eighths| {
        eighth(outline.width, eighths) >= least_width
            && eighth(outline.height, eighths) >= least_height
    });
    if let Some(eighths) = eighths {
        // The decoder takes the smallest of its scales that reaches one of the two sides.
        let width = u16::try_from(eighth(outline.width, eighths)).ok()?;
        let height = u16::try_from(eighth(outline.height, eighths)).ok()?;
        decoder.scale(width, height).ok()?;
    } else if outline.components != 4 {
        return None;
    }
    let eighths = u64::from(eighths.unwrap_or(8));
    let samples =
        u64::from(outline.width) * u64::from(outline.height) * u64::from(outline.components);
    // The picture and its planes; of a file in several scans, coefficients of 16 bits.
    let decoded = 2 * samples * eighths * eighths / 64;
    let coefficients = if outline.scans > 1 { 2 * samples } else { 0 };
    let memory = limits.reserve(Format::Jpeg, decoded, coefficients).ok()?;
    let decoded = decoder.decode().ok()?;
    let info = decoder.info()?;
    let layout = match info.pixel_format {
        PixelFormat::L8 => Layout::Grey,
        PixelFormat::RGB24 => Layout::Rgb,
        PixelFormat::CMYK32 => Layout::Cmyk,
        PixelFormat::L16 => return None,
    };
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    if decoded.len() != width as usize * height as usize * layout.bytes() {
        return None;
    }
    *pixels = decoded;
    Some(Raw {
        memory,
        format: Format::Jpeg,
        width,
        height,
        full_width: outline.width,
        full_height: outline.height,
        layout,
        colours: Colours::from(decoder.icc_profile()),
        turn,
        partial: false,
    })
}

/// A side at `eighths` / 8 of its length, as the decoder rounds it.
fn eighth(side: u32, eighths: u32) -> u32 {
    (side * eighths).div_ceil(8)
}
