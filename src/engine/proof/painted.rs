//! Pictures for tests, made up from a number.

use super::{grey::Grey, look::Rgb};
use crate::engine::decode::Pixels;

/// Numbers without order.
pub struct Draw(pub u64);

impl Draw {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// From `-1` to `1`.
    pub fn share(&mut self) -> f64 {
        self.next() as f64 / u64::MAX as f64 * 2.0 - 1.0
    }
}

/// Nothing but noise.
pub fn noise(width: usize, height: usize, seed: u64) -> Grey {
    let mut draw = Draw(seed);
    let pixels = (0..width * height).map(|_| draw.next() as u8).collect();
    Grey {
        width,
        height,
        pixels,
    }
}

/// Soft-edged boxes over one another, and a little grain.
pub fn photo(width: usize, height: usize, seed: u64) -> Grey {
    let mut draw = Draw(seed);
    let mut pixels = vec![128; width * height];
    for _ in 0..width * height / 60 + 1 {
        let (left, top) = (draw.below(width), draw.below(height));
        let (right, bottom) = (left + 2 + draw.below(14), top + 2 + draw.below(14));
        let value = draw.next() as u8;
        for row in pixels.chunks_exact_mut(width).take(bottom).skip(top) {
            row[left..right.min(width)].fill(value);
        }
    }
    let boxes = Grey {
        width,
        height,
        pixels,
    };
    let mut soft = boxes.blurred(&[64, 128, 64]);
    for pixel in &mut soft.pixels {
        *pixel = pixel.saturating_add(draw.below(4) as u8);
    }
    soft
}

/// A quarter turn to the right.
pub fn turned(picture: &Grey) -> Grey {
    let (width, height) = (picture.height, picture.width);
    let from = |x: usize, y: usize| picture.pixels[(picture.height - 1 - x) * picture.width + y];
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| from(x, y)));
    Grey {
        pixels: pixels.collect(),
        width,
        height,
    }
}

/// The same in colours.
pub fn colour_photo(width: usize, height: usize, seed: u64) -> Rgb {
    let channels = [0, 1, 2].map(|channel| photo(width, height, seed * 3 + channel));
    let shared = photo(width, height, seed + 1_000_000);
    // Mostly light and shade, as in photos.
    let level = |channel: usize, at: usize| {
        let (own, shade) = (channels[channel].pixels[at], shared.pixels[at]);
        ((u16::from(own) + 3 * u16::from(shade)) / 4) as u8
    };
    let rgb = (0..width * height).flat_map(|at| [0, 1, 2].map(|channel| level(channel, at)));
    of(width, height, rgb.collect())
}

/// A whole picture of these pixels.
pub fn of(width: usize, height: usize, rgb: Vec<u8>) -> Rgb {
    let (width, height) = (width as u32, height as u32);
    Rgb::new(&Pixels { width, height, rgb }, [width, height])
}

/// `make` gets a place of the new picture and says which pixel of the old one is there.
pub fn moved(
    picture: &Rgb,
    [width, height]: [usize; 2],
    make: impl Fn(usize, usize) -> (usize, usize),
) -> Rgb {
    let places = (0..width * height).map(|at| make(at % width, at / width));
    let pixels = places.flat_map(|(x, y)| {
        let from = (y * picture.width + x) * 3;
        [0, 1, 2].map(|channel| picture.pixels[from + channel])
    });
    of(width, height, pixels.collect())
}

/// With other pixels in a rectangle: `[left, top, width, height]`.
pub fn covered(
    picture: &Rgb,
    [left, top, width, height]: [usize; 4],
    colour: impl Fn(usize, usize) -> [u8; 3],
) -> Rgb {
    let mut covered = picture.clone();
    for y in top..top + height {
        for x in left..left + width {
            let at = (y * picture.width + x) * 3;
            covered.pixels[at..at + 3].copy_from_slice(&colour(x, y));
        }
    }
    covered
}
