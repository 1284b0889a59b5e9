//! All eight orientations, in each format that can carry one.

use image::{DynamicImage, ImageEncoder, codecs, metadata::Orientation};
use image_search::{
    domain::query::Region,
    engine::decode::{Limits, Scratch, Wanted, header, picture, preview, turn},
};

use crate::support::*;

/// The picture as a camera would store it that says `orientation`.
fn stored(upright: &DynamicImage, orientation: u8) -> DynamicImage {
    let undo = match Orientation::from_exif(orientation).unwrap() {
        Orientation::Rotate90 => Orientation::Rotate270,
        Orientation::Rotate270 => Orientation::Rotate90,
        // The others are their own inverses.
        other => other,
    };
    let mut stored = upright.clone();
    stored.apply_orientation(undo);
    stored
}

fn encoded_by(mut encoder: impl ImageEncoder, picture: &DynamicImage, orientation: u8) {
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    picture.write_with_encoder(encoder).unwrap();
}

fn turned_jpeg(upright: &DynamicImage, orientation: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 95);
    encoded_by(encoder, &stored(upright, orientation), orientation);
    bytes
}

#[track_caller]
fn assert_upright(bytes: &[u8], orientation: u8) {
    let picture = assert_quarters(bytes, QUARTERS, 14);
    assert_eq!((picture.width, picture.height), (96, 64), "{orientation}");
    let header = header(bytes).unwrap();
    assert_eq!((header.width, header.height), (96, 64), "{orientation}");
    let thumbnail = image::load_from_memory(&picture.thumbnail.unwrap()).unwrap();
    assert_eq!((thumbnail.width(), thumbnail.height()), (96, 64));
    let (pixels, ..) = preview(bytes, 96, &Limits::default()).unwrap();
    let corner = pixel(&pixels.rgb, 96, 8, 8);
    assert!(alike(&[corner], &[RED], 14), "{orientation}: {corner:?}");
}

#[test]
fn jpeg_png_and_webp_stand_upright() {
    let upright = DynamicImage::from(quarters(96, 64));
    for orientation in 1..=8 {
        assert_upright(&turned_jpeg(&upright, orientation), orientation);
        let stored = stored(&upright, orientation);
        let mut png = Vec::new();
        encoded_by(codecs::png::PngEncoder::new(&mut png), &stored, orientation);
        assert_upright(&png, orientation);
        let mut webp = Vec::new();
        let encoder = codecs::webp::WebPEncoder::new_lossless(&mut webp);
        encoded_by(encoder, &stored, orientation);
        assert_upright(&webp, orientation);
    }
}

#[test]
fn tiff_stands_upright() {
    let upright = DynamicImage::from(quarters(96, 64));
    for orientation in 1..=8 {
        assert_upright(
            &tiff(&stored(&upright, orientation), orientation),
            orientation,
        );
    }
}

/// A plain little-endian TIFF of one strip.
fn tiff(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let pixels = picture.to_rgb8().into_raw();
    let bits_at = 8 + pixels.len() as u32;
    let mut bytes = b"II*\0".to_vec();
    bytes.extend_from_slice(&(bits_at + 6).to_le_bytes());
    bytes.extend_from_slice(&pixels);
    bytes.extend_from_slice(&[8, 0, 8, 0, 8, 0]);
    // Tag, type (3 short, 4 long), count, value or offset.
    let entries: [(u16, u16, u32, u32); 10] = [
        (256, 3, 1, picture.width()),
        (257, 3, 1, picture.height()),
        (258, 3, 3, bits_at),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 4, 1, 8),
        (274, 3, 1, orientation.into()),
        (277, 3, 1, 3),
        (278, 3, 1, picture.height()),
        (279, 4, 1, pixels.len() as u32),
    ];
    bytes.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    for (tag, kind, count, value) in entries {
        bytes.extend_from_slice(&tag.to_le_bytes());
        bytes.extend_from_slice(&kind.to_le_bytes());
        bytes.extend_from_slice(&count.to_le_bytes());
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(&[0; 4]);
    bytes
}

#[test]
fn a_large_jpeg_stands_upright_when_it_is_decoded_scaled() {
    // Just above the size from which the decoder scales: one of each kind of turn.
    let upright = DynamicImage::from(quarters(2300, 1800));
    for orientation in [2, 3, 5, 6] {
        let picture = assert_quarters(&turned_jpeg(&upright, orientation), QUARTERS, 6);
        assert_eq!((picture.width, picture.height), (2300, 1800));
    }
}

#[cfg(feature = "heic")]
#[test]
fn heic_stands_upright() {
    for orientation in 1..=8 {
        assert_upright(&fixture(&format!("turned-{orientation}.heic")), orientation);
    }
}

#[cfg(feature = "avif")]
#[test]
fn avif_stands_upright() {
    for orientation in 1..=8 {
        assert_upright(&fixture(&format!("turned-{orientation}.avif")), orientation);
    }
}

#[cfg(feature = "jxl")]
#[test]
fn jxl_stands_upright() {
    for orientation in 1..=8 {
        assert_upright(&fixture(&format!("turned-{orientation}.jxl")), orientation);
    }
}

#[test]
fn a_region_is_meant_in_the_upright_picture() {
    let upright = DynamicImage::from(quarters(96, 64));
    let wanted = Wanted {
        input: &SQUARE,
        thumbnail: false,
        pixels: None,
        // Inside the upper right quarter.
        region: Some(Region {
            x: 56,
            y: 8,
            width: 32,
            height: 16,
        }),
    };
    for orientation in 1..=8 {
        let bytes = turned_jpeg(&upright, orientation);
        let found = picture(&bytes, &wanted, &Limits::default(), &mut Scratch::default());
        let middles = middles(&found.unwrap().input);
        assert!(
            alike(&middles, &[GREEN; 4], 14),
            "{orientation}: {middles:?}"
        );
    }
}

#[test]
fn quarter_turns_go_clockwise() {
    let rgb = [RED, GREEN].concat();
    assert_eq!(turn(&rgb, 2, 1, 0), rgb);
    // The left end goes up, the right end down.
    assert_eq!(turn(&rgb, 2, 1, 1), rgb);
    assert_eq!(turn(&rgb, 2, 1, 2), [GREEN, RED].concat());
    assert_eq!(turn(&rgb, 1, 2, 1), [GREEN, RED].concat());
    assert_eq!(turn(&rgb, 1, 2, 3), rgb);
    assert_eq!(turn(&rgb, 1, 2, 5), turn(&rgb, 1, 2, 1));
}
