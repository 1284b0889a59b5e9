//! From a file's bytes to the pixels that a model and a person look at.
//!
//! A picture is recognised by its content, decoded within [`Limits`], and resized straight from
//! the decoded pixels to the model's input and the thumbnail; colours and orientation are mended
//! on those two small pictures. JPEG, PNG, GIF, BMP, WebP, TIFF and PNM are always read, HEIC,
//! AVIF and JPEG XL with the crate's features of those names.

#[cfg(feature = "avif")]
mod avif;
mod colour;
mod error;
mod format;
mod framing;
mod header;
#[cfg(feature = "heic")]
mod heic;
#[cfg(feature = "avif")]
mod isobmff;
mod jpeg;
#[cfg(feature = "jxl")]
mod jxl;
mod limits;
mod memory;
mod orientation;
mod pixels;
mod raster;
mod raw;
mod samples;
mod scratch;
mod thumbnail;
#[cfg(feature = "avif")]
mod yuv;

use crate::{
    domain::query::Region,
    engine::{caught::caught, embed::InputSpec},
};

pub use self::{
    error::DecodeError,
    format::{Format, SNIFF_BYTES},
    header::Header,
    limits::Limits,
    pixels::Pixels,
    scratch::{Scratch, with_scratch},
    thumbnail::THUMBNAIL_SIDE,
};
use self::{orientation::Turn, raw::Raw};

/// How many times the model's input a picture that is scaled down while decoding must keep on each
/// side: at 2 the descriptor's cosine to a full decode is .997 and more.
const OVERSAMPLING: u32 = 2;

/// What to make of a picture.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The model's input picture.
    pub input: &'a InputSpec,
    /// Also make the thumbnail, of the whole picture whatever the region.
    pub thumbnail: bool,
    /// The part the model sees, in oriented pixels; clamped to the picture.
    pub region: Option<Region>,
    /// Also keep that part, at most so many pixels a side: as it was decoded for the input, never
    /// enlarged.
    pub pixels: Option<u32>,
}

/// A picture made ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The format's name for people: "JPEG".
    pub format: &'static str,
    /// Pixels, orientation applied.
    pub width: u32,
    pub height: u32,
    /// The file ended early and its lower part is missing. JPEG only: other formats are refused.
    pub partial: bool,
    /// sRGB on white, 8 bits, rows of RGB triples: `input.width * input.height * 3` bytes.
    pub input: Vec<u8>,
    /// A JPEG of at most [`THUMBNAIL_SIDE`] pixels a side, upright, never enlarged.
    pub thumbnail: Option<Vec<u8>>,
    pub pixels: Option<Pixels>,
}

/// Decodes `bytes` and makes what is wanted of them.
///
/// # Errors
/// Any [`DecodeError`]: a sentence for people that does not name the file. A decoder that panics
/// is caught and reported as [`DecodeError::Failed`].
pub fn picture(
    bytes: &[u8],
    wanted: &Wanted,
    limits: &Limits,
    scratch: &mut Scratch,
) -> Result<Picture, DecodeError> {
    guarded(bytes, scratch, |format, scratch| {
        let needed = |width, height, turn| least_for_input(wanted, width, height, turn);
        let raw = decode(bytes, format, limits, &needed, scratch)?;
        let (width, height) = raw.oriented_size();
        let region = framing::clamp(wanted.region, width, height)?;
        let thumbnail = match wanted.thumbnail {
            true => Some(thumbnail::thumbnail(&raw, scratch)?),
            false => None,
        };
        let pixels = match wanted.pixels {
            Some(side) => Some(framing::part(&raw, region, side, scratch)?),
            None => None,
        };
        Ok(Picture {
            format: format.name(),
            width,
            height,
            partial: raw.partial,
            input: framing::input(&raw, region, wanted.input, scratch)?,
            thumbnail,
            pixels,
        })
    })
}

/// Decodes for display, at most `max_side` pixels a side and never enlarged. Also gives the full
/// oriented width and height and the format's name.
///
/// # Errors
/// As [`picture`].
pub fn preview(
    bytes: &[u8],
    max_side: u32,
    limits: &Limits,
) -> Result<(Pixels, u32, u32, &'static str), DecodeError> {
    with_scratch(|scratch| {
        guarded(bytes, scratch, |format, scratch| {
            let needed = |width, height, _| least_for_side(max_side, width, height);
            let raw = decode(bytes, format, limits, &needed, scratch)?;
            let (full_width, full_height) = raw.oriented_size();
            let pixels = framing::whole(&raw, max_side.max(1), scratch)?;
            Ok((pixels, full_width, full_height, format.name()))
        })
    })
}

/// The thumbnail alone: a JPEG of at most [`THUMBNAIL_SIDE`] pixels a side.
///
/// # Errors
/// As [`picture`].
pub fn thumbnail(bytes: &[u8], limits: &Limits) -> Result<Vec<u8>, DecodeError> {
    with_scratch(|scratch| {
        guarded(bytes, scratch, |format, scratch| {
            let needed = |width, height, _| least_for_side(THUMBNAIL_SIDE, width, height);
            let raw = decode(bytes, format, limits, &needed, scratch)?;
            thumbnail::thumbnail(&raw, scratch)
        })
    })
}

/// Format and size, without decoding pixels.
///
/// # Errors
/// Where the content is not recognised or its header is damaged, as [`picture`].
pub fn header(bytes: &[u8]) -> Result<Header, DecodeError> {
    guarded(bytes, &mut Scratch::default(), |format, _| match format {
        #[cfg(feature = "heic")]
        Format::Heic => heic::header(bytes),
        #[cfg(feature = "avif")]
        Format::Avif => avif::header(bytes),
        #[cfg(feature = "jxl")]
        Format::Jxl => jxl::header(bytes),
        Format::Jpeg => raster::header(&jpeg::without_fill(bytes), Format::Jpeg),
        format => raster::header(bytes, format),
    })
}

/// The model's input picture of a part of `pixels`, which is clamped to them.
///
/// # Errors
/// [`DecodeError::EmptyRegion`] where nothing of the part lies in them.
pub fn input_of(pixels: &Pixels, part: Region, input: &InputSpec) -> Result<Vec<u8>, DecodeError> {
    let part = framing::clamp(Some(part), pixels.width, pixels.height)?;
    with_scratch(|scratch| framing::input_of(pixels, part, input, scratch))
}

/// Turns rows of RGB triples, `width` x `height`, clockwise by `quarter_turns` quarter turns.
pub fn turn(rgb: &[u8], width: u32, height: u32, quarter_turns: u8) -> Vec<u8> {
    Turn::clockwise(quarter_turns).upright(rgb.to_vec(), width, height)
}

/// Recognises the format and runs `work`, so that no decoder's panic gets out.
fn guarded<T>(
    bytes: &[u8],
    scratch: &mut Scratch,
    work: impl FnOnce(Format, &mut Scratch) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let format = Format::recognise(bytes)?;
    match caught(|| work(format, scratch)) {
        Some(result) => {
            scratch.trim();
            result
        }
        None => {
            // What a panic left behind in the buffers is not to be trusted.
            *scratch = Scratch::default();
            Err(DecodeError::Failed {
                format: format.name(),
            })
        }
    }
}

/// Decodes into `scratch.pixels`; `needed` as for [`jpeg::decode`].
fn decode(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
    needed: &dyn Fn(u32, u32, Turn) -> (u32, u32),
    scratch: &mut Scratch,
) -> Result<Raw, DecodeError> {
    limits.check_file(bytes)?;
    let pixels = &mut scratch.pixels;
    match format {
        Format::Jpeg => jpeg::decode(bytes, limits, needed, pixels),
        #[cfg(feature = "heic")]
        Format::Heic => heic::decode(bytes, limits, pixels),
        #[cfg(feature = "avif")]
        Format::Avif => avif::decode(bytes, limits, pixels),
        #[cfg(feature = "jxl")]
        Format::Jxl => jxl::decode(bytes, limits, pixels),
        _ => raster::decode(bytes, format, limits, pixels),
    }
}

/// The least stored width and height of a picture to be shown at most `max_side` wide and high.
fn least_for_side(max_side: u32, width: u32, height: u32) -> (u32, u32) {
    let scale = f64::from(max_side) / f64::from(width.max(height));
    let least = |side| (f64::from(side) * scale).ceil() as u32;
    (least(width), least(height))
}

/// The least stored width and height that leave the model's input, and the thumbnail, enough
/// pixels to be made of.
fn least_for_input(wanted: &Wanted, width: u32, height: u32, turn: Turn) -> (u32, u32) {
    let (across, down) = turn.size(width, height);
    let (part_width, part_height) = match framing::clamp(wanted.region, across, down) {
        Ok(region) => (region.width, region.height),
        // Refused later, with the picture's size at hand.
        Err(_) => (across, down),
    };
    let side = |target: u32, whole: u32, part: u32| {
        let least = u64::from(target * OVERSAMPLING) * u64::from(whole) / u64::from(part);
        u32::try_from(least + 1).unwrap_or(u32::MAX)
    };
    let mut least = (
        side(wanted.input.width, across, part_width),
        side(wanted.input.height, down, part_height),
    );
    if wanted.thumbnail {
        let scale = f64::from(THUMBNAIL_SIDE) / f64::from(width.max(height));
        least.0 = least.0.max((f64::from(across) * scale).ceil() as u32);
        least.1 = least.1.max((f64::from(down) * scale).ceil() as u32);
    }
    turn.size(least.0, least.1)
}
