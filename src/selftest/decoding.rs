//! Pictures of every format and orientation, and damaged ones.

use std::path::Path;

use image::{DynamicImage, ImageFormat};

use super::{
    outcome::{Outcome, expect, text},
    pictures,
};
use crate::engine::{
    decode::{self, Limits, Wanted},
    embed::{self, InputSpec},
};

fn input_of(bytes: &[u8], input: &InputSpec) -> Result<decode::Picture, String> {
    let wanted = Wanted {
        input,
        thumbnail: true,
        pixels: None,
        region: None,
    };
    decode::with_scratch(|scratch| decode::picture(bytes, &wanted, &Limits::default(), scratch))
        .map_err(text)
}

pub fn formats(_: &Path) -> Outcome {
    let picture = DynamicImage::ImageRgb8(pictures::made_up(1, 96, 64));
    let formats = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::Bmp,
        ImageFormat::WebP,
        ImageFormat::Tiff,
        ImageFormat::Pnm,
    ];
    for format in formats {
        let bytes = pictures::encoded(&picture, format)?;
        let read = decode::header(&bytes).map_err(|error| format!("{format:?}: {error}"))?;
        expect((read.width, read.height) == (96, 64), || {
            format!("{format:?}: wrong size")
        })?;
        let input = InputSpec {
            width: 32,
            height: 32,
            fit: embed::Fit::Squash,
        };
        let made = input_of(&bytes, &input).map_err(|error| format!("{format:?}: {error}"))?;
        expect(made.input.len() == input.bytes(), || {
            format!("{format:?}: wrong input")
        })?;
    }
    Ok(format!("{} formats", formats.len()))
}

/// A picture with an EXIF orientation is decoded upright.
pub fn orientations(_: &Path) -> Outcome {
    let meant = DynamicImage::ImageRgb8(pictures::made_up(2, 90, 60));
    let input = InputSpec {
        width: 30,
        height: 20,
        fit: embed::Fit::Squash,
    };
    let straight = input_of(&pictures::jpeg(&meant, 95)?, &input)?;
    for orientation in 1..=8_u8 {
        // What a camera held this way stores: the inverse of what the decoder applies.
        let stored = match orientation {
            2 => meant.fliph(),
            3 => meant.rotate180(),
            4 => meant.flipv(),
            5 => meant.rotate90().fliph(),
            6 => meant.rotate270(),
            7 => meant.rotate270().fliph(),
            8 => meant.rotate90(),
            _ => meant.clone(),
        };
        let bytes = with_orientation(&pictures::jpeg(&stored, 95)?, orientation);
        let read = input_of(&bytes, &input)?;
        expect((read.width, read.height) == (90, 60), || {
            format!(
                "orientation {orientation}: {} x {}",
                read.width, read.height
            )
        })?;
        let apart = read
            .input
            .iter()
            .zip(&straight.input)
            .map(|(a, b)| a.abs_diff(*b))
            .max();
        expect(apart.is_some_and(|apart| apart < 24), || {
            format!("orientation {orientation}: {apart:?} levels apart")
        })?;
    }
    Ok("8 of 8".to_owned())
}

/// `jpeg` with an EXIF segment that holds only the orientation.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = exif.len() as u16 + 2;
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

pub fn damaged(_: &Path) -> Outcome {
    let picture = DynamicImage::ImageRgb8(pictures::made_up(3, 200, 150));
    let png = pictures::encoded(&picture, ImageFormat::Png)?;
    let input = InputSpec {
        width: 32,
        height: 32,
        fit: embed::Fit::Squash,
    };
    let mut refused = 0;
    for bytes in [&[][..], b"not a picture at all", &png[..png.len() / 3]] {
        expect(input_of(bytes, &input).is_err(), || {
            "a damaged file was accepted".to_owned()
        })?;
        refused += 1;
    }
    Ok(format!("{refused} of 3 refused with a sentence"))
}
