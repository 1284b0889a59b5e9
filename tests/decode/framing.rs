//! Regions of a picture, and fitting it to the model's input.

use image::ImageFormat;
use image_search::{
    domain::query::Region,
    engine::{
        decode::{DecodeError, Limits, Picture, Scratch, Wanted, picture},
        embed::{Fit, InputSpec},
    },
};

use crate::support::*;

fn region_of(bytes: &[u8], [x, y, width, height]: [u32; 4]) -> Result<Picture, DecodeError> {
    let wanted = Wanted {
        input: &SQUARE,
        thumbnail: true,
        pixels: None,
        region: Some(Region {
            x,
            y,
            width,
            height,
        }),
    };
    picture(bytes, &wanted, &Limits::default(), &mut Scratch::default())
}

fn png() -> Vec<u8> {
    encode(&quarters(96, 64).into(), ImageFormat::Png)
}

#[test]
fn a_region_is_cut_before_it_is_resized() {
    let lower_right = region_of(&png(), [48, 32, 48, 32]).unwrap();
    // Not a trace of the neighbours, even at the edge.
    assert!(lower_right.input.chunks(3).all(|pixel| pixel == YELLOW));
}

#[test]
fn the_thumbnail_shows_the_whole_picture_whatever_the_region() {
    let part = region_of(&png(), [48, 32, 48, 32]).unwrap();
    let whole = decode(&png()).unwrap();
    assert_eq!(part.thumbnail, whole.thumbnail);
    assert_eq!((part.width, part.height), (96, 64));
}

#[test]
fn a_region_that_sticks_out_is_clamped_to_the_picture() {
    let clamped = region_of(&png(), [48, 32, u32::MAX, u32::MAX]).unwrap();
    let exact = region_of(&png(), [48, 32, 48, 32]).unwrap();
    assert_eq!(clamped.input, exact.input);
}

#[test]
fn an_empty_region_is_refused_with_the_size_to_choose_from() {
    for region in [
        [96, 0, 10, 10],
        [0, 64, 10, 10],
        [5, 5, 0, 10],
        [5, 5, 10, 0],
    ] {
        let error = region_of(&png(), region).unwrap_err();
        assert_eq!(
            error,
            DecodeError::EmptyRegion {
                width: 96,
                height: 64
            }
        );
        assert!(error.to_string().contains("96 x 64 pixels"), "{error}");
    }
}

#[test]
fn a_small_region_of_a_large_jpeg_keeps_its_detail() {
    // A fine checkerboard inside a grey picture: scaled down before the cut it would be grey.
    let mut large = image::RgbImage::from_pixel(2400, 1700, image::Rgb([128; 3]));
    for y in 1000..1064 {
        for x in 2000..2064 {
            let light = (x / 8 + y / 8) % 2 * 255;
            large.put_pixel(x, y, image::Rgb([light as u8; 3]));
        }
    }
    let found = region_of(&jpeg(&large, false), [2000, 1000, 64, 64]).unwrap();
    for (at, expected) in [(4, 255), (12, 0), (20, 255)] {
        let [value, ..] = pixel(&found.input, 64, at, 4);
        assert!(value.abs_diff(expected) < 16, "{at}: {value}");
    }
}

#[test]
fn cropping_keeps_the_middle_of_the_longer_side() {
    let crop = InputSpec {
        fit: Fit::Crop,
        ..SQUARE
    };
    // Three vertical bands; the outer ones are just what is cut off.
    let bands = image::RgbImage::from_fn(128, 64, |x, _| {
        image::Rgb(if (32..96).contains(&x) { GREEN } else { RED })
    });
    let found = decode_as(&encode(&bands.into(), ImageFormat::Png), &crop).unwrap();
    assert!(found.input.chunks(3).all(|pixel| pixel == GREEN));
}

#[test]
fn padding_keeps_all_and_fills_the_rest_with_black() {
    let pad = InputSpec {
        fit: Fit::Pad,
        ..SQUARE
    };
    let wide = image::RgbImage::from_pixel(128, 64, image::Rgb(GREEN));
    let found = decode_as(&encode(&wide.into(), ImageFormat::Png), &pad).unwrap();
    for y in 0..64 {
        let expected = if (16..48).contains(&y) { GREEN } else { [0; 3] };
        assert_eq!(pixel(&found.input, 64, 0, y), expected, "row {y}");
        assert_eq!(pixel(&found.input, 64, 63, y), expected, "row {y}");
    }
}

#[test]
fn the_input_has_the_size_that_the_model_asks_for() {
    for fit in [Fit::Squash, Fit::Crop, Fit::Pad] {
        let odd = InputSpec {
            width: 37,
            height: 91,
            fit,
        };
        let found = decode_as(&png(), &odd).unwrap();
        assert_eq!(found.input.len(), odd.bytes());
    }
}

#[test]
fn buffers_left_by_one_picture_do_not_show_in_the_next() {
    let mut scratch = Scratch::default();
    let wanted = Wanted {
        input: &SQUARE,
        thumbnail: true,
        pixels: None,
        region: None,
    };
    let large = encode(&quarters(400, 300).into(), ImageFormat::Png);
    let small = encode(&quarters(20, 10).into(), ImageFormat::Bmp);
    let fresh = decode(&small).unwrap();
    picture(&large, &wanted, &Limits::default(), &mut scratch).unwrap();
    let reused = picture(&small, &wanted, &Limits::default(), &mut scratch).unwrap();
    assert_eq!(fresh, reused);
}
