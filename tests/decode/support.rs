//! Pictures made for the tests, and looking at what was decoded of them.

use std::{fs, io::Cursor, path::PathBuf};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use image_search::engine::{
    decode::{DecodeError, Limits, Picture, Scratch, Wanted, picture},
    embed::{Fit, InputSpec},
};

pub const RED: [u8; 3] = [220, 30, 30];
pub const GREEN: [u8; 3] = [30, 200, 30];
pub const BLUE: [u8; 3] = [30, 30, 220];
pub const YELLOW: [u8; 3] = [230, 210, 40];
pub const WHITE: [u8; 3] = [255; 3];

/// Upper left, upper right, lower left, lower right.
pub const QUARTERS: [[u8; 3]; 4] = [RED, GREEN, BLUE, YELLOW];

/// The input that the tests ask for.
pub const SQUARE: InputSpec = InputSpec {
    width: 64,
    height: 64,
    fit: Fit::Squash,
};

/// Four quarters of one colour each: `width` x `height` pixels.
pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let right = usize::from(x >= width / 2);
        let lower = usize::from(y >= height / 2);
        Rgb(QUARTERS[lower * 2 + right])
    })
}

pub fn fixture(name: &str) -> Vec<u8> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "data", "decode"]
        .iter()
        .collect();
    fs::read(folder.join(name)).unwrap()
}

pub fn encode(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

pub fn jpeg(picture: &RgbImage, progressive: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
    encoder.set_progressive(progressive);
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    encoder
        .encode(picture, width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    bytes
}

/// Decodes to [`SQUARE`] with a thumbnail and within the usual limits.
pub fn decode(bytes: &[u8]) -> Result<Picture, DecodeError> {
    decode_as(bytes, &SQUARE)
}

pub fn decode_as(bytes: &[u8], input: &InputSpec) -> Result<Picture, DecodeError> {
    let wanted = Wanted {
        input,
        thumbnail: true,
        pixels: None,
        region: None,
    };
    picture(bytes, &wanted, &Limits::default(), &mut Scratch::default())
}

/// The pixel at `x`, `y` of rows of RGB triples `width` long.
pub fn pixel(rgb: &[u8], width: u32, x: u32, y: u32) -> [u8; 3] {
    let at = (y * width + x) as usize * 3;
    rgb[at..at + 3].try_into().unwrap()
}

/// The middles of the four quarters of an input of [`SQUARE`].
pub fn middles(input: &[u8]) -> [[u8; 3]; 4] {
    [(16, 16), (48, 16), (16, 48), (48, 48)].map(|(x, y)| pixel(input, 64, x, y))
}

/// Whether every channel differs by at most `tolerance`.
pub fn alike(one: &[[u8; 3]], other: &[[u8; 3]], tolerance: u8) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .flatten()
            .zip(other.iter().flatten())
            .all(|(a, b)| a.abs_diff(*b) <= tolerance)
}

#[track_caller]
pub fn assert_quarters(bytes: &[u8], expected: [[u8; 3]; 4], tolerance: u8) -> Picture {
    let picture = decode(bytes).unwrap();
    let found = middles(&picture.input);
    assert!(
        alike(&found, &expected, tolerance),
        "found {found:?}, expected {expected:?}"
    );
    picture
}

/// EXIF data that hold an orientation alone, 1 to 8.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0, 0]);
    exif
}
