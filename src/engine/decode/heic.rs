//! HEIC and HEIF (HEVC in an ISO base media file), by `heic-decoder`.

use heic_decoder::{DecodedImage, HeifError, ImageInfo};

use super::{
    DecodeError, Header, Limits,
    format::Format,
    orientation::Turn,
    raw::{Colours, Layout, Raw},
    samples,
};

const NAME: &str = "HEIC";

/// Decodes into `pixels`. The decoder itself crops, rotates and mirrors as the container says;
/// the EXIF orientation, which HEIF tells readers to ignore, is ignored.
pub fn decode(bytes: &[u8], limits: &Limits, pixels: &mut Vec<u8>) -> Result<Raw, DecodeError> {
    let info = heic_decoder::probe(bytes).map_err(explain)?;
    let (coded_width, coded_height) = (side(info.coded_width)?, side(info.coded_height)?);
    limits.check_pixels(coded_width, coded_height)?;
    let memory = limits.reserve_pixels(
        Format::Heic,
        coded_width,
        coded_height,
        bytes_per_pixel(&info),
    )?;

    let image = heic_decoder::decode(bytes).map_err(explain)?;
    let colours = colours(&image);
    let (width, height) = (side(image.width)?, side(image.height)?);
    if image.alpha.is_some() {
        let rgba = image.to_rgba8().map_err(explain)?;
        *pixels = rgba.data;
        samples::lay_on_white(pixels, Layout::Rgb, rgba.premultiplied);
    } else {
        *pixels = image.to_rgb8().map_err(explain)?.data;
    }
    Ok(Raw {
        memory,
        format: Format::Heic,
        width,
        height,
        full_width: width,
        full_height: height,
        layout: Layout::Rgb,
        colours,
        turn: Turn::default(),
        partial: false,
    })
}

/// Format and oriented size.
pub fn header(bytes: &[u8]) -> Result<Header, DecodeError> {
    let info = heic_decoder::probe(bytes).map_err(explain)?;
    Ok(Header {
        format: NAME,
        width: side(info.width)?,
        height: side(info.height)?,
    })
}

fn colours(image: &DecodedImage) -> Colours {
    if let Some(profile) = &image.metadata.icc_profile {
        return Colours::Icc(profile.clone());
    }
    let Some(info) = image.color_info else {
        return Colours::Plain;
    };
    match (
        u8::try_from(info.color_primaries),
        u8::try_from(info.transfer_characteristics),
    ) {
        (Ok(primaries), Ok(transfer)) => Colours::Cicp {
            primaries,
            transfer,
        },
        _ => Colours::Plain,
    }
}

/// The decoder keeps each sample in four bytes and a mark, once in the tiles and once in the
/// assembled picture, and makes RGB of them.
fn bytes_per_pixel(info: &ImageInfo) -> u64 {
    let half_samples_per_pixel = match info.chroma_format_idc {
        0 => 2,
        1 => 3,
        2 => 4,
        _ => 6,
    };
    let alpha = if info.alpha_bit_depth.is_some() {
        10
    } else {
        0
    };
    half_samples_per_pixel * 5 + 4 + alpha
}

fn side(length: usize) -> Result<u32, DecodeError> {
    u32::try_from(length)
        .ok()
        .filter(|&length| length > 0)
        .ok_or_else(|| DecodeError::Damaged {
            format: NAME,
            detail: "it has no pixels".to_owned(),
        })
}

fn explain(error: HeifError) -> DecodeError {
    match error {
        HeifError::Truncated { .. } => DecodeError::Truncated { format: NAME },
        HeifError::Unsupported(detail) | HeifError::LimitExceeded(detail) => {
            DecodeError::UnsupportedKind {
                format: NAME,
                detail: detail.to_owned(),
            }
        }
        other => DecodeError::Damaged {
            format: NAME,
            detail: other.to_string(),
        },
    }
}
