//! The formats that the `image` crate reads.

use std::io::{Cursor, ErrorKind};

use image::{ImageDecoder, ImageError, ImageFormat, ImageReader};

use super::{
    DecodeError, Header, Limits,
    format::Format,
    framing::resampling,
    limits::HEADER_ALLOC_BYTES,
    orientation::Turn,
    raw::{Colours, Raw},
    samples,
};

/// Decodes into `pixels`, whose room is reused.
pub fn decode(
    bytes: &[u8],
    format: Format,
    limits: &Limits,
    pixels: &mut Vec<u8>,
) -> Result<Raw, DecodeError> {
    let failed = |error| explain(&error, format, limits);
    let mut decoder = open(bytes, format, limits)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(no_pixels(format));
    }
    limits.check_pixels(width, height)?;
    let total = decoder.total_bytes();
    let pixels_count = u64::from(width) * u64::from(height);
    let working =
        pixels_count * working_bytes(format, total / pixels_count) + resampling(total, height);
    let memory = limits.reserve(format, total, working)?;
    // The header was read under a narrow bound; the pixels are now known to fit the wide one.
    decoder
        .set_limits(alloc_limit(limits.max_alloc_bytes))
        .map_err(failed)?;
    // A profile or EXIF block that cannot be read costs its effect, not the picture.
    let colours = Colours::from(decoder.icc_profile().ok().flatten());
    let turn = decoder.orientation().map_or(Turn::default(), Turn::from);
    let colour = decoder.color_type();
    // Below 1 GiB by the check above.
    pixels.resize(total as usize, 0);
    decoder.read_image(pixels).map_err(failed)?;
    let layout =
        samples::to_opaque_8_bit(pixels, colour).ok_or_else(|| DecodeError::UnsupportedKind {
            format: format.name(),
            detail: format!("{colour:?} samples"),
        })?;
    Ok(Raw {
        memory,
        format,
        width,
        height,
        full_width: width,
        full_height: height,
        layout,
        colours,
        turn,
        partial: false,
    })
}

/// Bytes a pixel that the decoder of a format keeps beside the picture of `bytes` a pixel.
fn working_bytes(format: Format, bytes: u64) -> u64 {
    match format {
        // Coefficients of 16 bits of a progressive file; a baseline one keeps some rows.
        Format::Jpeg => 2 * bytes,
        // The canvas, or the planes, in RGBA.
        Format::Gif | Format::WebP => 4,
        // A strip or tile, which may be the whole picture.
        Format::Tiff => bytes,
        _ => 0,
    }
}

/// Format and oriented size.
pub fn header(bytes: &[u8], format: Format) -> Result<Header, DecodeError> {
    let mut decoder = open(bytes, format, &Limits::default())?;
    let (width, height) = decoder.dimensions();
    let turn = decoder.orientation().map_or(Turn::default(), Turn::from);
    let (width, height) = turn.size(width, height);
    Ok(Header {
        format: format.name(),
        width,
        height,
    })
}

fn open<'a>(
    bytes: &'a [u8],
    format: Format,
    limits: &Limits,
) -> Result<impl ImageDecoder + 'a, DecodeError> {
    let kind = match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::Gif => ImageFormat::Gif,
        Format::Bmp => ImageFormat::Bmp,
        Format::WebP => ImageFormat::WebP,
        Format::Tiff => ImageFormat::Tiff,
        Format::Pnm => ImageFormat::Pnm,
        Format::Heic | Format::Avif | Format::Jxl => {
            return Err(DecodeError::LeftOut {
                format: format.name(),
            });
        }
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), kind);
    reader.limits(alloc_limit(HEADER_ALLOC_BYTES.min(limits.max_alloc_bytes)));
    reader
        .into_decoder()
        .map_err(|error| explain(&error, format, limits))
}

fn alloc_limit(bytes: u64) -> image::Limits {
    let mut limit = image::Limits::no_limits();
    limit.max_alloc = Some(bytes);
    limit
}

fn no_pixels(format: Format) -> DecodeError {
    DecodeError::Damaged {
        format: format.name(),
        detail: "it has no pixels".to_owned(),
    }
}

/// A decoder's error in the words of [`DecodeError`].
fn explain(error: &ImageError, format: Format, limits: &Limits) -> DecodeError {
    let name = format.name();
    match error {
        ImageError::Limits(_) => limits.too_much_memory(format),
        ImageError::Unsupported(cause) => DecodeError::UnsupportedKind {
            format: name,
            detail: detail(cause),
        },
        ImageError::IoError(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
            DecodeError::Truncated { format: name }
        }
        ImageError::Decoding(cause) => {
            let cause = std::error::Error::source(cause)
                .map_or_else(|| detail(cause), |inner| detail(&inner));
            if ends_early(&cause) {
                DecodeError::Truncated { format: name }
            } else {
                DecodeError::Damaged {
                    format: name,
                    detail: cause,
                }
            }
        }
        other => DecodeError::Damaged {
            format: name,
            detail: detail(other),
        },
    }
}

/// The formats' decoders word the end of the data each in their own way.
fn ends_early(cause: &str) -> bool {
    let cause = cause.to_ascii_lowercase();
    [
        "unexpected end",
        "unexpected eof",
        "unexpectedeof",
        "failed to fill whole buffer",
        "exhausted",
    ]
    .iter()
    .any(|words| cause.contains(words))
}

/// A decoder's words, kept to one line of a readable length.
pub(super) fn detail(cause: &dyn std::fmt::Display) -> String {
    const LONGEST: usize = 120;
    let text = cause.to_string();
    let line = text.lines().next().unwrap_or_default().trim();
    let line = line.trim_end_matches('.');
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}
