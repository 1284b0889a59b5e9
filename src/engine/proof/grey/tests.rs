use proptest::prelude::*;

use super::*;
use crate::engine::proof::painted;

const BLUR: [u16; 7] = [18, 34, 48, 56, 48, 34, 18];

/// Across, rounded to whole levels, then down.
fn naive_blurred(picture: &Grey, weights: &[u16]) -> Grey {
    let reach = weights.len() as isize / 2;
    let pass = |picture: &Grey, across: isize, down: isize| {
        let value = |x: isize, y: isize| {
            let x = x.clamp(0, picture.width as isize - 1) as usize;
            let y = y.clamp(0, picture.height as isize - 1) as usize;
            u32::from(picture.pixels[y * picture.width + x])
        };
        let mean = |x: isize, y: isize| {
            let sum: u32 = (-reach..=reach)
                .zip(weights)
                .map(|(i, &weight)| u32::from(weight) * value(x + i * across, y + i * down))
                .sum();
            ((sum + 128) / 256) as u8
        };
        let rows = 0..picture.height as isize;
        let pixels = rows.flat_map(|y| (0..picture.width as isize).map(move |x| (x, y)));
        Grey {
            pixels: pixels.map(|(x, y)| mean(x, y)).collect(),
            ..*picture
        }
    };
    pass(&pass(picture, 1, 0), 0, 1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blurred_is_the_weighed_mean(width in 1..100_usize, height in 1..30_usize, seed: u64) {
        let picture = painted::noise(width, height, seed);
        prop_assert_eq!(picture.blurred(&BLUR), naive_blurred(&picture, &BLUR));
        let narrow = [64, 128, 64];
        prop_assert_eq!(picture.blurred(&narrow), naive_blurred(&picture, &narrow));
    }

    #[test]
    fn padding_reflects_about_the_outermost_pixels(
        width in 2..30_usize,
        height in 2..30_usize,
        border in 0..12_usize,
        seed: u64,
    ) {
        let picture = painted::noise(width, height, seed);
        let padded = picture.padded(border);
        prop_assert_eq!((padded.width, padded.height), (width + 2 * border, height + 2 * border));
        // A path to and fro: 0, 1, .., last, .., 1, and again.
        let place = |at: usize, size: usize| {
            let period = 2 * (size - 1);
            let at = (at + period * border - border) % period;
            at.min(period - at)
        };
        for (y, row) in padded.pixels.chunks_exact(padded.width).enumerate() {
            for (x, &pixel) in row.iter().enumerate() {
                let from = place(y, height) * width + place(x, width);
                prop_assert_eq!(pixel, picture.pixels[from]);
            }
        }
    }

    #[test]
    fn between_pixels_lies_their_mean(x in 0..9_usize, y in 0..6_usize, seed: u64) {
        let picture = painted::noise(10, 7, seed);
        let value = |x: usize, y: usize| f32::from(picture.pixels[y * 10 + x]);
        let (left, top) = (x as f32, y as f32);
        prop_assert_eq!(picture.at(left, top), Some(value(x, y)));
        let across = picture.at(left + 0.25, top).unwrap();
        prop_assert!((across - 0.75 * value(x, y) - 0.25 * value(x + 1, y)).abs() < 1e-3);
        let four = value(x, y) + value(x + 1, y) + value(x, y + 1) + value(x + 1, y + 1);
        prop_assert!((picture.at(left + 0.5, top + 0.5).unwrap() - four / 4.0).abs() < 1e-3);
    }
}

#[test]
fn half_a_pixel_around_belongs_to_the_picture() {
    let picture = painted::noise(4, 3, 1);
    assert_eq!(picture.at(-0.5, -0.5), Some(f32::from(picture.pixels[0])));
    assert_eq!(picture.at(3.5, 2.5), Some(f32::from(picture.pixels[11])));
    for (x, y) in [
        (-0.6, 0.0),
        (0.0, -0.6),
        (3.6, 0.0),
        (0.0, 2.6),
        (f32::NAN, 0.0),
    ] {
        assert_eq!(picture.at(x, y), None, "{x}, {y}");
    }
}

#[test]
fn one_row_is_padded_with_itself() {
    let row = painted::noise(5, 1, 1);
    let padded = row.padded(2);
    for line in padded.pixels.chunks_exact(9) {
        assert_eq!(line[2..7], row.pixels);
    }
}

#[test]
fn a_plain_picture_is_plain_at_every_size() {
    let plain = Grey {
        width: 50,
        height: 30,
        pixels: vec![77; 1500],
    };
    for (width, height) in [(50, 30), (7, 40), (120, 90)] {
        let resized = plain.resized(width, height).unwrap();
        assert_eq!(resized.pixels, vec![77; width * height]);
    }
}

#[test]
fn half_a_picture_is_as_bright_as_the_whole() {
    let picture = painted::photo(128, 96, 5);
    let half = picture.resized(64, 48).unwrap();
    let mean =
        |of: &Grey| of.pixels.iter().map(|&p| f64::from(p)).sum::<f64>() / of.pixels.len() as f64;
    assert!((mean(&picture) - mean(&half)).abs() < 1.0);
}

#[test]
fn with_a_side_of_zero_pixels_nothing_is_left() {
    let picture = painted::photo(20, 20, 1);
    assert!(picture.resized(0, 5).unwrap().pixels.is_empty());
    assert!(picture.resized(5, 0).unwrap().pixels.is_empty());
}

#[test]
fn mirrored_has_left_and_right_change_places() {
    let picture = Grey {
        width: 3,
        height: 2,
        pixels: vec![1, 2, 3, 4, 5, 6],
    };
    assert_eq!(picture.mirrored().pixels, [3, 2, 1, 6, 5, 4]);
}

#[test]
fn grey_triples_keep_their_value() {
    for value in 0..=255 {
        assert_eq!(Grey::from_rgb(&[value; 3], 1, 1).pixels, [value]);
    }
}

#[test]
fn green_is_brighter_than_red_and_red_than_blue() {
    let luma = Grey::from_rgb(&[255, 0, 0, 0, 255, 0, 0, 0, 255], 3, 1).pixels;
    assert!(luma[1] > luma[0] && luma[0] > luma[2], "{luma:?}");
}
