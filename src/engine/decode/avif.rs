//! AVIF (AV1 in an ISO base media file), by `avif-parse` and `re_rav1d`.

use std::io::Read;

use avif_parse::{AV1Metadata, AvifData};
use re_rav1d::dav1d::{
    self, Decoder, PixelLayout, PlanarImageComponent as Component, Settings,
    pixel::{MatrixCoefficients, YUVRange},
};

use super::{
    DecodeError, Header, Limits,
    format::Format,
    isobmff::{self, Properties},
    raster::detail,
    raw::{Layout, Raw},
    samples,
    yuv::{self, Matrix, Plane, Planes},
};

const NAME: &str = "AVIF";

/// Decodes into `pixels`. Of an animation its still picture.
pub fn decode(bytes: &[u8], limits: &Limits, pixels: &mut Vec<u8>) -> Result<Raw, DecodeError> {
    let data = parse(bytes)?;
    let properties = isobmff::properties(bytes);
    let coded = data.primary_item_metadata().map_err(explain_container)?;
    let alpha = data.alpha_item_metadata().map_err(explain_container)?;
    let colour_bytes = working_bytes(&coded, limits)?;
    let alpha_bytes = match &alpha {
        Some(coded) => working_bytes(coded, limits)?,
        None => 0,
    };
    // Once for both: a picture that has a part of the memory must not wait for another.
    let (larger, smaller) = (colour_bytes.max(alpha_bytes), colour_bytes.min(alpha_bytes));
    let memory = limits.reserve(Format::Avif, larger, smaller)?;
    let picture = decode_item(&data.primary_item, limits)?;
    let (width, height) = (picture.width(), picture.height());
    convert(&picture, &properties, pixels)?;
    if let (Some(_), Some(item)) = (alpha, &data.alpha_item) {
        let alpha = decode_item(item, limits)?;
        lay_on_white(pixels, &alpha, (width, height), data.premultiplied_alpha)?;
    }
    Ok(Raw {
        memory,
        format: Format::Avif,
        width,
        height,
        full_width: width,
        full_height: height,
        layout: Layout::Rgb,
        colours: properties.colours,
        turn: properties.turn,
        partial: false,
    })
}

/// Format and oriented size.
pub fn header(bytes: &[u8]) -> Result<Header, DecodeError> {
    let properties = isobmff::properties(bytes);
    let (width, height) = properties
        .size
        .filter(|&(width, height)| width > 0 && height > 0)
        .ok_or_else(|| damaged("its size is missing"))?;
    let (width, height) = properties.turn.size(width, height);
    Ok(Header {
        format: NAME,
        width,
        height,
    })
}

/// Finds the coded pictures. The parser wants the brand of a still picture at the front; an
/// animation or a file of a generic brand that holds one besides is read just as well.
fn parse(bytes: &[u8]) -> Result<AvifData, DecodeError> {
    let (head, rest) = bytes
        .split_at_checked(12)
        .ok_or(DecodeError::Truncated { format: NAME })?;
    if !isobmff::claims_fit(bytes) {
        return Err(DecodeError::Truncated { format: NAME });
    }
    let branded = [&head[..8], b"avif"].concat();
    avif_parse::read_avif(&mut branded.chain(rest)).map_err(explain_container)
}

/// Bytes that decoding takes.
fn working_bytes(coded: &AV1Metadata, limits: &Limits) -> Result<u64, DecodeError> {
    let width = coded.max_frame_width.get();
    let height = coded.max_frame_height.get();
    limits.check_pixels(width, height)?;
    // Three planes and what the decoder notes about them, and the RGB made of them.
    let bytes_per_pixel = if coded.bit_depth > 8 { 16 } else { 12 };
    Ok(u64::from(width) * u64::from(height) * bytes_per_pixel)
}

fn decode_item(item: &[u8], limits: &Limits) -> Result<dav1d::Picture, DecodeError> {
    let mut settings = Settings::new();
    // Pictures are spread over the cores; one of them stays on its own.
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(limits.max_pixels).unwrap_or(u32::MAX));
    let mut decoder = Decoder::with_settings(&settings).map_err(explain_stream)?;
    match decoder.send_data(item.to_vec(), None, None, None) {
        Ok(()) => {}
        Err(error) if error.is_again() => {}
        Err(error) => return Err(explain_stream(error)),
    }
    loop {
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(error) if !error.is_again() => return Err(explain_stream(error)),
            Err(_) => {}
        }
        // No picture yet and no data left to give: the item ends too early. With data left, the
        // decoder takes some of it each time.
        match decoder.send_pending_data() {
            Ok(()) => {
                return decoder.get_picture().map_err(|error| match error {
                    dav1d::Error::Again => DecodeError::Truncated { format: NAME },
                    error => explain_stream(error),
                });
            }
            Err(error) if error.is_again() => {}
            Err(error) => return Err(explain_stream(error)),
        }
    }
}

fn convert(
    picture: &dav1d::Picture,
    properties: &Properties,
    pixels: &mut Vec<u8>,
) -> Result<(), DecodeError> {
    // What the container says goes before what the stream says.
    let (matrix, full_range) = match properties.coding {
        Some(coding) => (coding.matrix, coding.full_range),
        None => (
            matrix_number(picture.matrix_coefficients()),
            picture.color_range() == YUVRange::Full,
        ),
    };
    let matrix = Matrix::by_number(matrix).ok_or_else(|| DecodeError::UnsupportedKind {
        format: NAME,
        detail: format!("colour matrix {matrix}"),
    })?;
    let luma = picture.plane(Component::Y);
    let subsampling = match picture.pixel_layout() {
        PixelLayout::I400 => None,
        PixelLayout::I420 => Some((1, 1)),
        PixelLayout::I422 => Some((1, 0)),
        PixelLayout::I444 => Some((0, 0)),
    };
    let chroma = subsampling.map(|_| [picture.plane(Component::U), picture.plane(Component::V)]);
    let stride = picture.stride(Component::U) as usize;
    let planes = Planes {
        chroma: chroma
            .as_ref()
            .map(|planes| planes.each_ref().map(|bytes| Plane { bytes, stride })),
        subsampling: subsampling.unwrap_or_default(),
        full_range,
        ..luma_of(picture, &luma)
    };
    yuv::to_rgb(&planes, matrix, pixels);
    Ok(())
}

fn lay_on_white(
    pixels: &mut Vec<u8>,
    alpha: &dav1d::Picture,
    size: (u32, u32),
    premultiplied: bool,
) -> Result<(), DecodeError> {
    if (alpha.width(), alpha.height()) != size {
        return Err(DecodeError::UnsupportedKind {
            format: NAME,
            detail: "transparency of another size than the picture".to_owned(),
        });
    }
    let opacity = yuv::to_8_bit(&luma_of(alpha, &alpha.plane(Component::Y)));
    let colours = pixels.chunks_exact(3).zip(opacity);
    *pixels = colours
        .flat_map(|(rgb, a)| [rgb[0], rgb[1], rgb[2], a])
        .collect();
    samples::lay_on_white(pixels, Layout::Rgb, premultiplied);
    Ok(())
}

/// A picture's first plane as a grey picture.
fn luma_of<'a>(picture: &dav1d::Picture, bytes: &'a [u8]) -> Planes<'a> {
    Planes {
        width: picture.width() as usize,
        height: picture.height() as usize,
        bits: picture.bit_depth() as u32,
        luma: Plane {
            bytes,
            stride: picture.stride(Component::Y) as usize,
        },
        chroma: None,
        subsampling: (0, 0),
        full_range: picture.color_range() == YUVRange::Full,
    }
}

/// The number in H.273 of the matrices that [`Matrix`] knows; an unknown one counts as
/// unspecified.
fn matrix_number(matrix: MatrixCoefficients) -> u8 {
    match matrix {
        MatrixCoefficients::Identity => 0,
        MatrixCoefficients::BT709 => 1,
        MatrixCoefficients::BT470M => 4,
        MatrixCoefficients::ST240M => 7,
        MatrixCoefficients::YCgCo => 8,
        MatrixCoefficients::BT2020NonConstantLuminance => 9,
        _ => 2,
    }
}

fn explain_container(error: avif_parse::Error) -> DecodeError {
    match error {
        avif_parse::Error::Unsupported(what) => DecodeError::UnsupportedKind {
            format: NAME,
            detail: detail(&what),
        },
        avif_parse::Error::UnexpectedEOF => DecodeError::Truncated { format: NAME },
        avif_parse::Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            DecodeError::Truncated { format: NAME }
        }
        error => damaged(&error.to_string()),
    }
}

fn explain_stream(error: dav1d::Error) -> DecodeError {
    match error {
        dav1d::Error::UnsupportedBitstream => DecodeError::UnsupportedKind {
            format: NAME,
            detail: "its AV1 profile".to_owned(),
        },
        _ => damaged("its AV1 data cannot be decoded"),
    }
}

fn damaged(what: &str) -> DecodeError {
    DecodeError::Damaged {
        format: NAME,
        detail: what.to_owned(),
    }
}
