//! Oriented FAST and rotated BRIEF: points that are found again in a copy, and 256 bits that tell
//! them apart (Rublee et al., "ORB: an efficient alternative to SIFT or SURF", 2011).

use pulp::Arch;

use super::{fast, grey::Grey, pattern::PATTERN};

/// Levels of the pyramid, each smaller than the one before by [`FACTOR`].
pub const LEVELS: usize = 8;
pub const FACTOR: f64 = 1.2;
/// Pixels of a level's margin in which no point is looked for.
const EDGE: usize = 8;
/// Radius of the disc whose centre of intensity orients a point.
const DISC: isize = 15;
/// A rotated pair of [`PATTERN`] reaches 13 √2 pixels.
const BORDER: usize = 19;
/// A normal distribution of standard deviation 2, in 1/256.
const BLUR: [u16; 7] = [18, 34, 48, 56, 48, 34, 18];
/// Sensitivity of Harris's measure.
const HARRIS: f32 = 0.04;
/// The shorter side of a level is at least so many pixels.
const LEAST_SIDE: usize = 2 * EDGE + 1;

/// A point found again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// In pixels of the whole picture, whose first pixel has its centre at 0, 0.
    pub x: f32,
    pub y: f32,
    /// 256 comparisons.
    pub bits: [u64; 4],
}

struct Spot {
    x: usize,
    y: usize,
    strength: f32,
}

/// The strongest features, at most `most`, the coarser levels of the pyramid last.
pub fn features(picture: &Grey, most: usize, levels: usize, ratio: f64) -> Vec<Feature> {
    let mut features = Vec::with_capacity(most);
    let mut level = picture.clone();
    for (number, quota) in quotas(most, levels, ratio).into_iter().enumerate() {
        if number > 0 {
            let scale = FACTOR.powi(number as i32);
            let side = |side: usize| (side as f64 / scale).round() as usize;
            let (width, height) = (side(picture.width), side(picture.height));
            if width.min(height) < LEAST_SIDE {
                break;
            }
            match level.resized(width, height) {
                Ok(smaller) => level = smaller,
                Err(_) => break,
            }
        }
        if level.width.min(level.height) >= LEAST_SIDE {
            let scale = (
                picture.width as f32 / level.width as f32,
                picture.height as f32 / level.height as f32,
            );
            level_features(&level, quota, scale, &mut features);
        }
    }
    features
}

/// How many features each level may have: as the level's side, so that the sum is `most`.
fn quotas(most: usize, levels: usize, ratio: f64) -> Vec<usize> {
    let shares: Vec<f64> = (0..levels).map(|level| ratio.powi(level as i32)).collect();
    let sum: f64 = shares.iter().sum();
    shares
        .iter()
        .map(|share| (most as f64 * share / sum).round() as usize)
        .collect()
}

fn level_features(level: &Grey, quota: usize, scale: (f32, f32), out: &mut Vec<Feature>) {
    let mut corners = fast::corners(level, EDGE);
    // Harris's measure is dear and told from FAST's score in most cases.
    if corners.len() > 4 * quota {
        corners.select_nth_unstable_by_key(4 * quota, |c| (std::cmp::Reverse(c.score), c.y, c.x));
        corners.truncate(4 * quota);
    }
    let padded = level.padded(BORDER);
    let mut spots: Vec<Spot> = corners
        .iter()
        .map(|corner| Spot {
            x: usize::from(corner.x),
            y: usize::from(corner.y),
            strength: harris(level, corner.x.into(), corner.y.into()),
        })
        .collect();
    let order = |a: &Spot, b: &Spot| {
        b.strength
            .total_cmp(&a.strength)
            .then((a.y, a.x).cmp(&(b.y, b.x)))
    };
    spots.sort_unstable_by(order);
    if spots.len() > quota {
        let cell = std::env::var("CELL")
            .ok()
            .and_then(|x| x.parse().ok())
            .unwrap_or(16);
        if cell > 0 {
            let across = level.width.div_ceil(cell);
            let mut ranks = vec![0_u32; across * level.height.div_ceil(cell)];
            let mut ranked: Vec<(u32, Spot)> = spots
                .into_iter()
                .map(|spot| {
                    let rank = &mut ranks[spot.y / cell * across + spot.x / cell];
                    *rank += 1;
                    (*rank, spot)
                })
                .collect();
            ranked.sort_by_key(|(rank, _)| *rank);
            spots = ranked.into_iter().map(|(_, spot)| spot).collect();
        }
        spots.truncate(quota);
    }
    let smooth = padded.blurred(&BLUR);
    let disc = disc();
    for spot in spots {
        let at = (spot.y + BORDER) * padded.width + spot.x + BORDER;
        let (sin, cos) = orientation(&padded, at, &disc);
        out.push(Feature {
            // The centres of the outermost pixels move inwards.
            x: (spot.x as f32 + 0.5) * scale.0 - 0.5,
            y: (spot.y as f32 + 0.5) * scale.1 - 0.5,
            bits: brief(&smooth, at, sin, cos),
        });
    }
}

/// Harris's corner measure over 7 x 7 pixels, of gradients by Sobel.
fn harris(level: &Grey, x: usize, y: usize) -> f32 {
    let width = level.width;
    let (mut xx, mut xy, mut yy) = (0_i32, 0_i32, 0_i32);
    for y in y - 3..=y + 3 {
        let rows: [&[u8]; 3] = std::array::from_fn(|i| {
            let start = (y + i - 1) * width + x - 4;
            &level.pixels[start..start + 9]
        });
        for i in 1..8 {
            let at = |row: usize, i: usize| i32::from(rows[row][i]);
            let across = at(0, i + 1) + 2 * at(1, i + 1) + at(2, i + 1)
                - at(0, i - 1)
                - 2 * at(1, i - 1)
                - at(2, i - 1);
            let down = at(2, i - 1) + 2 * at(2, i) + at(2, i + 1)
                - at(0, i - 1)
                - 2 * at(0, i)
                - at(0, i + 1);
            xx += across * across;
            xy += across * down;
            yy += down * down;
        }
    }
    let (xx, xy, yy) = (xx as f32, xy as f32, yy as f32);
    xx * yy - xy * xy - HARRIS * (xx + yy) * (xx + yy)
}

/// Half the disc's width in each row, by its distance from the middle.
fn disc() -> [isize; DISC as usize + 1] {
    let radius = DISC as f64 + 0.5;
    std::array::from_fn(|y| (radius * radius - (y * y) as f64).sqrt() as isize)
}

/// Sine and cosine of the direction from a point to the centre of intensity around it.
fn orientation(padded: &Grey, at: usize, disc: &[isize]) -> (f32, f32) {
    let (mut across, mut down) = (0_i32, 0_i32);
    for y in -DISC..=DISC {
        let half = disc[y.unsigned_abs()];
        let middle = at.wrapping_add_signed(y * padded.width as isize);
        let row = &padded.pixels[middle - half as usize..=middle + half as usize];
        let mut sum = 0;
        for (x, &value) in (-half as i32..).zip(row) {
            sum += i32::from(value);
            across += x * i32::from(value);
        }
        down += y as i32 * sum;
    }
    let length = (across as f32).hypot(down as f32);
    if length == 0.0 {
        return (0.0, 1.0);
    }
    (down as f32 / length, across as f32 / length)
}

/// One bit for each pair of the pattern, turned: whether the first point is the darker one.
fn brief(smooth: &Grey, at: usize, sin: f32, cos: f32) -> [u64; 4] {
    let stride = smooth.width as f32;
    let mut offsets = [[0_i32; 256]; 2];
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (offsets, points) in offsets.iter_mut().zip(&PATTERN) {
                for (offset, &[x, y]) in offsets.iter_mut().zip(points) {
                    let (x, y) = (f32::from(x), f32::from(y));
                    let across = (x * cos - y * sin).round_ties_even();
                    let down = (x * sin + y * cos).round_ties_even();
                    *offset = (down * stride + across) as i32;
                }
            }
        },
    );
    let mut bits = [0_u64; 4];
    for (i, bits) in bits.iter_mut().enumerate() {
        for j in 0..64 {
            let [a, b] = [&offsets[0], &offsets[1]]
                .map(|offsets| smooth.pixels[at.wrapping_add_signed(offsets[i * 64 + j] as isize)]);
            *bits |= u64::from(a < b) << j;
        }
    }
    bits
}
