//! Pictures in grey, 8 bits a pixel, and what is done to them whole.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeError, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};
use pulp::{Arch, Simd, WithSimd};

/// A picture in grey: rows of one byte a pixel, no gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grey {
    /// In pixels, as the height; `width * height` is the number of `pixels`.
    pub width: usize,
    pub height: usize,
    /// 0 is black, 255 white.
    pub pixels: Vec<u8>,
}

impl Grey {
    /// Luma of rows of RGB triples, by the weights of ITU-R BT.601 in 1/256.
    pub fn from_rgb(rgb: &[u8], width: usize, height: usize) -> Self {
        let luma = |rgb: &[u8]| {
            let [r, g, b] = [rgb[0], rgb[1], rgb[2]].map(u32::from);
            ((77 * r + 150 * g + 29 * b + 128) >> 8) as u8
        };
        Self {
            width,
            height,
            pixels: rgb.chunks_exact(3).map(luma).collect(),
        }
    }

    /// The picture at another size, each pixel a mean of those it stands for.
    ///
    /// # Errors
    ///
    /// Where the resizer refuses the picture. A side of zero gives an empty one.
    pub fn resized(&self, width: usize, height: usize) -> Result<Self, ResizeError> {
        let (from_width, from_height) = (self.width as u32, self.height as u32);
        let from = ImageRef::new(from_width, from_height, &self.pixels, PixelType::U8);
        let mut to = Image::new(width as u32, height as u32, PixelType::U8);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
        if let Ok(from) = from {
            Resizer::new().resize(&from, &mut to, &options)?;
        }
        Ok(Self {
            width,
            height,
            pixels: to.into_vec(),
        })
    }

    /// Left and right changed places.
    pub fn mirrored(&self) -> Self {
        let mut pixels = self.pixels.clone();
        for row in pixels.chunks_exact_mut(self.width.max(1)) {
            row.reverse();
        }
        Self { pixels, ..*self }
    }

    /// With `border` more pixels on each side, reflected about the outermost ones.
    pub fn padded(&self, border: usize) -> Self {
        let reflected = |at: isize, size: usize| {
            let last = size as isize - 1;
            let mut at = at;
            while last > 0 && !(0..=last).contains(&at) {
                at = if at < 0 { -at } else { 2 * last - at };
            }
            at.clamp(0, last.max(0)) as usize
        };
        let (width, height) = (self.width + 2 * border, self.height + 2 * border);
        let columns: Vec<usize> = (0..width)
            .map(|x| reflected(x as isize - border as isize, self.width))
            .collect();
        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            let y = reflected(y as isize - border as isize, self.height);
            let row = &self.pixels[y * self.width..(y + 1) * self.width];
            pixels.extend(columns[..border].iter().map(|&x| row[x]));
            pixels.extend_from_slice(row);
            pixels.extend(columns[border + self.width..].iter().map(|&x| row[x]));
        }
        Self {
            width,
            height,
            pixels,
        }
    }

    /// Weighed means over `weights.len()` pixels across and down; the weights, an odd number,
    /// add up to 256. Where they reach outside, the outermost pixel is repeated.
    pub fn blurred<const N: usize>(&self, weights: &[u16; N]) -> Self {
        let mut pixels = vec![0_u8; self.pixels.len()];
        let to = &mut pixels;
        Arch::new().dispatch(Blur {
            from: self,
            weights,
            to,
        });
        Self { pixels, ..*self }
    }

    /// The value at a point between pixels, whose centres have whole coordinates; `None` outside.
    #[inline(always)]
    pub fn at(&self, x: f32, y: f32) -> Option<f32> {
        let (right, bottom) = ((self.width - 1) as f32, (self.height - 1) as f32);
        // Half a pixel around belongs to the picture.
        if !(x >= -0.5 && y >= -0.5 && x <= right + 0.5 && y <= bottom + 0.5) {
            return None;
        }
        let (x, y) = (x.clamp(0.0, right), y.clamp(0.0, bottom));
        let (column, row) = (x as usize, y as usize);
        let (across, down) = (x - column as f32, y - row as f32);
        let next = usize::from(column + 1 < self.width);
        let below = if row + 1 < self.height { self.width } else { 0 };
        let at = row * self.width + column;
        let value = |at: usize| f32::from(self.pixels[at]);
        let upper = value(at) + across * (value(at + next) - value(at));
        let lower = value(at + below) + across * (value(at + below + next) - value(at + below));
        Some(upper + down * (lower - upper))
    }
}

/// [`blur`], compiled for the widest vector unit the processor has.
struct Blur<'a, const N: usize> {
    from: &'a Grey,
    weights: &'a [u16; N],
    to: &'a mut [u8],
}

impl<const N: usize> WithSimd for Blur<'_, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        blur(self.from, self.weights, self.to);
    }
}

#[inline(always)]
fn blur<const N: usize>(from: &Grey, weights: &[u16; N], to: &mut [u8]) {
    let (width, reach) = (from.width, N / 2);
    let mut row = vec![0_u8; width + 2 * reach];
    let mut across = vec![0_u8; to.len()];
    for (from, to) in from
        .pixels
        .chunks_exact(width)
        .zip(across.chunks_exact_mut(width))
    {
        row[..reach].fill(from[0]);
        row[reach..reach + width].copy_from_slice(from);
        row[reach + width..].fill(from[width - 1]);
        weigh(weights, |i| &row[i..i + width], to);
    }
    for (y, to) in to.chunks_exact_mut(width).enumerate() {
        let row = |i: usize| {
            let at = (y + i).saturating_sub(reach).min(from.height - 1);
            &across[at * width..(at + 1) * width]
        };
        weigh(weights, row, to);
    }
}

/// Pixels weighed together.
const LANES: usize = 32;

/// The mean of `N` rows, weighed in 1/256, pixel by pixel.
#[inline(always)]
fn weigh<'a, const N: usize>(weights: &[u16; N], row: impl Fn(usize) -> &'a [u8], to: &mut [u8]) {
    let rows: [&[u8]; N] = std::array::from_fn(row);
    let Some(last) = to.len().checked_sub(LANES) else {
        for (x, to) in to.iter_mut().enumerate() {
            let sum = |sum, (row, weight): (&&[u8], &u16)| sum + weight * u16::from(row[x]);
            *to = (rows.iter().zip(weights).fold(128_u16, sum) >> 8) as u8;
        }
        return;
    };
    let mut start = 0;
    while start < to.len() {
        // The last block lies over the one before it.
        let x = start.min(last);
        let mut sums = [128_u16; LANES];
        for (row, &weight) in rows.iter().zip(weights) {
            for (sum, &value) in sums.iter_mut().zip(&row[x..x + LANES]) {
                *sum += weight * u16::from(value);
            }
        }
        for (to, &sum) in to[x..x + LANES].iter_mut().zip(&sums) {
            *to = (sum >> 8) as u8;
        }
        start = x + LANES;
    }
}

#[cfg(test)]
mod tests;
