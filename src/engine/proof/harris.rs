//! How much of a corner a place is (Harris and Stephens, "A combined corner and edge detector",
//! 1988).

use pulp::{Arch, Simd, WithSimd};

use super::{fast::Corner, grey::Grey};

/// Pixels around a place that are looked at.
pub const REACH: usize = 5;

/// Columns of gradients summed together; the last one is left out.
const LANES: usize = 8;

/// The measure, in arbitrary units that are the same for all pictures, for each of `corners`; they
/// lie at least [`REACH`] pixels from the picture's edge.
pub fn strengths(picture: &Grey, corners: &[Corner]) -> Vec<i64> {
    Arch::new().dispatch(Measure { picture, corners })
}

/// [`strength`], compiled for the widest vector unit the processor has.
struct Measure<'a> {
    picture: &'a Grey,
    corners: &'a [Corner],
}

impl WithSimd for Measure<'_> {
    type Output = Vec<i64>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<i64> {
        let mut strengths = Vec::with_capacity(self.corners.len());
        // A closure given to an iterator would not be compiled for the vector unit.
        for corner in self.corners {
            strengths.push(strength(self.picture, corner.x.into(), corner.y.into()));
        }
        strengths
    }
}

/// `25 (det - 0.04 trace²)` of the products of gradients (by Sobel), summed over 7 x 7 pixels.
#[inline(always)]
fn strength(picture: &Grey, x: usize, y: usize) -> i64 {
    // Differences and sums across, of nine rows.
    let mut differences = [[0_i32; LANES]; 9];
    let mut sums = [[0_i32; LANES]; 9];
    for row in 0..9 {
        let start = (y + row - 4) * picture.width + x - 4;
        let pixels: &[u8; LANES + 2] = picture.pixels[start..]
            .first_chunk()
            .expect("far enough from the edge");
        for i in 0..LANES {
            let [left, middle, right] = [pixels[i], pixels[i + 1], pixels[i + 2]].map(i32::from);
            differences[row][i] = right - left;
            sums[row][i] = left + 2 * middle + right;
        }
    }
    let [mut xx, mut xy, mut yy] = [[0_i32; LANES]; 3];
    for row in 1..8 {
        for i in 0..LANES {
            let across =
                differences[row - 1][i] + 2 * differences[row][i] + differences[row + 1][i];
            let down = sums[row + 1][i] - sums[row - 1][i];
            xx[i] += across * across;
            xy[i] += across * down;
            yy[i] += down * down;
        }
    }
    let (xx, xy, yy) = (sum(&xx), sum(&xy), sum(&yy));
    25 * (xx * yy - xy * xy) - (xx + yy) * (xx + yy)
}

#[inline(always)]
fn sum(lanes: &[i32; LANES]) -> i64 {
    lanes[..LANES - 1].iter().sum::<i32>().into()
}

#[cfg(test)]
mod tests;
