//! Pictures of the self-test: real photos from the binary, made-up ones, and copies of them.

use std::{io::Cursor, path::Path};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops};

/// A photo of the tests, kept in the binary.
macro_rules! photo {
    ($name:literal) => {
        (
            $name,
            include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/photos/", $name)).as_slice(),
        )
    };
}

/// Real photos (CC0), by file name.
pub const PHOTOS: &[(&str, &[u8])] = &[
    photo!("dress.jpg"),
    photo!("hat.jpg"),
    photo!("pants.jpg"),
    photo!("shoes.jpg"),
    photo!("skirt.jpg"),
    photo!("t-shirt.jpg"),
];

/// A picture unlike any other of another `seed`: soft colour patches, as photos have.
pub fn made_up(seed: u32, width: u32, height: u32) -> RgbImage {
    let hash = |x: u32, y: u32, channel: u32| {
        let mut value = seed
            .wrapping_mul(0x9E37_79B9)
            .wrapping_add(x.wrapping_mul(0x85EB_CA6B))
            .wrapping_add(y.wrapping_mul(0xC2B2_AE35))
            .wrapping_add(channel.wrapping_mul(0x27D4_EB2F));
        value ^= value >> 15;
        value = value.wrapping_mul(0x2C1B_3C6D);
        (value >> 24) as u8
    };
    let patches = RgbImage::from_fn(6, 6, |x, y| {
        Rgb([hash(x, y, 0), hash(x, y, 1), hash(x, y, 2)])
    });
    imageops::resize(&patches, width, height, imageops::FilterType::CatmullRom)
}

/// `picture` encoded as `format`.
pub fn encoded(picture: &DynamicImage, format: ImageFormat) -> Result<Vec<u8>, String> {
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, format)
        .map_err(|error| error.to_string())?;
    Ok(bytes.into_inner())
}

pub fn jpeg(picture: &DynamicImage, quality: u8) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    picture
        .to_rgb8()
        .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, quality))
        .map_err(|error| error.to_string())?;
    Ok(bytes)
}

/// The six transforms under which a copy must be found.
pub const TRANSFORMS: [&str; 6] = [
    "JPEG at quality 10",
    "quarter size",
    "half cropped",
    "mirrored",
    "grey",
    "blurred",
];

/// `picture` under the transform of that number, encoded.
pub fn transformed(picture: &DynamicImage, number: usize) -> Result<Vec<u8>, String> {
    let (width, height) = (picture.width(), picture.height());
    let changed = match number {
        0 => return jpeg(picture, 10),
        1 => picture.resize_exact(
            (width / 4).max(1),
            (height / 4).max(1),
            imageops::FilterType::Triangle,
        ),
        // Half of the area: 0.7 of either side.
        2 => picture.crop_imm(
            width * 15 / 100,
            height * 15 / 100,
            width * 70 / 100,
            height * 70 / 100,
        ),
        3 => picture.fliph(),
        4 => picture.grayscale(),
        _ => picture.blur(2.0),
    };
    jpeg(&changed, 90)
}

/// Writes the real photos into `folder`.
pub fn write_photos(folder: &Path) -> Result<(), String> {
    for (name, bytes) in PHOTOS {
        std::fs::write(folder.join(name), bytes).map_err(|error| error.to_string())?;
    }
    Ok(())
}
