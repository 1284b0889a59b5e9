//! Pictures for tests, made up from a number.

use super::grey::Grey;

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
