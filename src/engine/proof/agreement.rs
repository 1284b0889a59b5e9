//! How much of two pictures agrees where a map lays one over the other.

use super::{
    affine::{Affine, Pair},
    grey::Grey,
};

/// Pixels a side of the blocks that are compared.
pub const BLOCK: usize = 16;
/// Least standard deviation, in grey levels, of a block that shows something.
const LEAST_TEXTURE: f32 = 4.0;
/// A normal distribution of standard deviation 1.2, in 1/256.
pub const BLUR: [u16; 7] = [4, 22, 62, 80, 62, 22, 4];
/// A block agrees above this correlation of its pixels. The map is refined before: true copies then
/// reach .9 and more in most blocks, seams and silhouettes that happen to meet do not.
const AGREES: f32 = 0.8;
/// By how many pixels a block is shifted to find where it fits better.
const REACH: isize = 2;
/// A shifted block counts from this correlation on, and from this standard deviation.
const FITS: f32 = 0.7;
const TELLING: f32 = 6.0;
/// So many blocks are shifted at the most, from all over the picture.
const MOST_SHIFTED: usize = 48;
/// Fewer such blocks tell nothing of a map.
const LEAST_FITTING: usize = 8;
/// A block counts with this share of its pixels in both pictures.
const LEAST_FILLED: f32 = 0.75;

/// What a block of the second picture is in the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// Not in the first picture.
    Outside,
    /// Nothing to see in either.
    Plain,
    /// The same texture, however bright and strong.
    Agrees,
    /// Texture on both sides, and not the same.
    Differs,
    /// Texture in one alone.
    OneSided,
}

/// The blocks of the second picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks {
    /// Blocks across, the last one narrower where the width is no multiple of [`BLOCK`].
    pub columns: usize,
    pub rows: usize,
    /// Row by row.
    pub blocks: Vec<Block>,
}

/// Sums over the pixels of a block that lie in both pictures: `a` of the first, `b` of the second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Sums {
    count: f32,
    a: f32,
    b: f32,
    aa: f32,
    bb: f32,
    ab: f32,
}

impl Sums {
    fn variances(&self) -> (f32, f32) {
        let variance = |sum: f32, squares: f32| {
            let mean = sum / self.count;
            (squares / self.count - mean * mean).max(0.0)
        };
        (variance(self.a, self.aa), variance(self.b, self.bb))
    }

    fn covariance(&self) -> f32 {
        (self.ab - self.a * self.b / self.count) / self.count
    }

    /// `-1..=1`; 0 where one of them is flat.
    fn correlation(&self) -> f32 {
        let (a, b) = self.variances();
        let product = (a * b).sqrt();
        if product > 0.0 {
            self.covariance() / product
        } else {
            0.0
        }
    }
}

impl Blocks {
    /// How many blocks are of this kind.
    pub fn count(&self, kind: Block) -> usize {
        self.blocks.iter().filter(|block| **block == kind).count()
    }

    /// Blocks with texture that lie in both pictures.
    pub fn textured(&self) -> usize {
        self.count(Block::Agrees) + self.count(Block::Differs) + self.count(Block::OneSided)
    }

    /// As if nothing were at these places.
    pub fn without(&self, places: impl Iterator<Item = usize>) -> Self {
        let mut rest = self.clone();
        for at in places {
            rest.blocks[at] = Block::Outside;
        }
        rest
    }

    /// Share of the textured blocks that agree, `0..=1`; 0 where there are none.
    pub fn agreement(&self) -> f32 {
        match self.textured() {
            0 => 0.0,
            textured => self.count(Block::Agrees) as f32 / textured as f32,
        }
    }
}

/// The first picture as the map lays it over the second one's frame, and where it has pixels there.
/// `levels` are the first picture at ever smaller sizes, the whole one first.
fn laid_over(
    levels: &[Grey],
    map: &Affine,
    width: usize,
    height: usize,
) -> Option<(Grey, Vec<bool>)> {
    let back = map.inverse()?;
    // From the level whose pixels are about as large as the frame's.
    let [most, least] = back.stretches();
    let wanted = (most * least).sqrt();
    let whole = levels.first()?;
    let ratio = |level: &Grey| whole.width as f64 / level.width as f64;
    let level = levels
        .iter()
        .rev()
        .find(|level| ratio(level) <= wanted * 1.1);
    let level = level.unwrap_or(whole);
    let (across, down) = (
        level.width as f64 / whole.width as f64,
        level.height as f64 / whole.height as f64,
    );
    let shrink = Affine([across, 0.0, 0.5 * across - 0.5, 0.0, down, 0.5 * down - 0.5]);
    let [a, b, c, d, e, f] = back.then(&shrink).0.map(|x| x as f32);
    let mut pixels = Vec::with_capacity(width * height);
    let mut inside = Vec::with_capacity(width * height);
    for y in 0..height {
        let y = y as f32;
        let (c, f) = (b * y + c, e * y + f);
        for x in 0..width {
            let x = x as f32;
            let value = level.at(a * x + c, d * x + f);
            inside.push(value.is_some());
            pixels.push(value.map_or(128, |value| (value + 0.5) as u8));
        }
    }
    let laid = Grey {
        width,
        height,
        pixels,
    };
    Some((laid, inside))
}

/// Compares `levels` (of the first picture) with the second one, smoothed by [`BLUR`], under the
/// map from the first one's pixels to the second one's. `None` where the map flattens.
pub fn blocks(levels: &[Grey], second: &Grey, map: &Affine) -> Option<Blocks> {
    let laid = Laid::over(levels, second, map)?;
    let (columns, rows) = (second.width.div_ceil(BLOCK), second.height.div_ceil(BLOCK));
    let places = (0..columns * rows).map(|at| (at % columns * BLOCK, at / columns * BLOCK));
    let blocks = places
        .map(|(x, y)| kind(&laid.sums(second, x, y, (0, 0))))
        .collect();
    Some(Blocks {
        columns,
        rows,
        blocks,
    })
}

/// A better map near `map`: the one that most blocks, each shifted to where it fits best, agree
/// on. `None` where too few fit anywhere.
pub fn refined(levels: &[Grey], second: &Grey, map: &Affine) -> Option<Affine> {
    let laid = Laid::over(levels, second, map)?;
    let back = map.inverse()?;
    let (columns, rows) = (second.width / BLOCK, second.height / BLOCK);
    let places = (0..columns * rows).map(|at| (at % columns * BLOCK, at / columns * BLOCK));
    let telling: Vec<(usize, usize)> = places
        .filter(|&(left, top)| laid.is_telling(second, left, top))
        .collect();
    let every = telling.len().div_ceil(MOST_SHIFTED).max(1);
    let shifted = telling
        .into_iter()
        .step_by(every)
        .filter_map(|(left, top)| {
            let (across, down) = laid.best_shift(second, left, top)?;
            let middle = (BLOCK as f64 - 1.0) / 2.0;
            let centre = [left as f64 + middle, top as f64 + middle];
            let shown = [centre[0] + across as f64, centre[1] + down as f64];
            Some((back.apply(shown), centre))
        });
    let pairs: Vec<Pair> = shifted.collect();
    match pairs.len() >= LEAST_FITTING {
        true => Affine::fit(pairs.iter().copied()),
        false => None,
    }
}

/// The first picture in the second one's frame, smoothed, and where it has pixels.
struct Laid {
    smooth: Grey,
    inside: Vec<bool>,
}

impl Laid {
    fn over(levels: &[Grey], second: &Grey, map: &Affine) -> Option<Self> {
        let (laid, inside) = laid_over(levels, map, second.width, second.height)?;
        Some(Self {
            smooth: laid.blurred(&BLUR),
            inside,
        })
    }

    /// Of a block of the second picture and as much of the first, shifted by so many pixels.
    fn sums(&self, second: &Grey, left: usize, top: usize, (across, down): (isize, isize)) -> Sums {
        let width = second.width as isize;
        // Columns that lie inside on both sides.
        let first = (left as isize).max(-across);
        let last = (left + BLOCK).min(second.width) as isize;
        let last = last.min(width - across);
        let mut whole = [0_u32; 6];
        for y in top..(top + BLOCK).min(second.height) {
            let Some(shifted) = y.checked_add_signed(down).filter(|y| *y < second.height) else {
                continue;
            };
            let to = y as isize * width;
            let from = shifted as isize * width + across;
            if first >= last {
                break;
            }
            let range = |row: isize| (row + first) as usize..(row + last) as usize;
            let pixels = self.smooth.pixels[range(from)].iter();
            let pixels = pixels
                .zip(&second.pixels[range(to)])
                .zip(&self.inside[range(from)]);
            for ((&a, &b), &inside) in pixels {
                let is = u32::from(inside);
                let (a, b) = (u32::from(a) * is, u32::from(b) * is);
                for (sum, value) in whole.iter_mut().zip([is, a, b, a * a, b * b, a * b]) {
                    *sum += value;
                }
            }
        }
        let [count, a, b, aa, bb, ab] = whole.map(|sum| sum as f32);
        Sums {
            count,
            a,
            b,
            aa,
            bb,
            ab,
        }
    }

    /// Whether a block shows enough to tell where it fits.
    fn is_telling(&self, second: &Grey, left: usize, top: usize) -> bool {
        let here = self.sums(second, left, top, (0, 0));
        is_filled(&here) && here.variances().1 >= TELLING * TELLING
    }

    /// Where the first picture fits a block best; `None` where it fits nowhere.
    fn best_shift(&self, second: &Grey, left: usize, top: usize) -> Option<(isize, isize)> {
        let shifts = (-REACH..=REACH).flat_map(|down| (-REACH..=REACH).map(move |x| (x, down)));
        let (best, shift) = shifts
            .filter_map(|shift| {
                let sums = self.sums(second, left, top, shift);
                is_filled(&sums).then(|| (sums.correlation(), shift))
            })
            .max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best >= FITS).then_some(shift)
    }
}

fn is_filled(sums: &Sums) -> bool {
    sums.count >= LEAST_FILLED * (BLOCK * BLOCK) as f32
}

fn kind(sums: &Sums) -> Block {
    if !is_filled(sums) {
        return Block::Outside;
    }
    let (a, b) = sums.variances();
    let least = LEAST_TEXTURE * LEAST_TEXTURE;
    match (a >= least, b >= least) {
        (false, false) => return Block::Plain,
        (true, true) => {}
        // One that is barely plain may still agree.
        _ if a.min(b) < 1.0 => return Block::OneSided,
        _ => {}
    }
    match sums.correlation() {
        alike if alike > AGREES => Block::Agrees,
        _ if a < least || b < least => Block::OneSided,
        _ => Block::Differs,
    }
}

#[cfg(test)]
mod tests;
