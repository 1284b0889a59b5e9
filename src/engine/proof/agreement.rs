//! How much of two pictures agrees where a map lays one over the other.

use super::{affine::Affine, grey::Grey};

/// Pixels a side of the blocks that are compared.
pub const BLOCK: usize = 16;
/// Least standard deviation, in grey levels, of a block that shows something.
const LEAST_TEXTURE: f32 = 4.0;
/// A normal distribution of standard deviation 1.2, in 1/256.
pub const BLUR: [u16; 7] = [4, 22, 62, 80, 62, 22, 4];
/// A block agrees above this correlation of its pixels.
const AGREES: f32 = 0.6;
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

impl Blocks {
    /// How many blocks are of this kind.
    pub fn count(&self, kind: Block) -> usize {
        self.blocks.iter().filter(|block| **block == kind).count()
    }

    /// Blocks with texture that lie in both pictures.
    pub fn textured(&self) -> usize {
        self.count(Block::Agrees) + self.count(Block::Differs) + self.count(Block::OneSided)
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
    let (laid, inside) = laid_over(levels, map, second.width, second.height)?;
    let laid = laid.blurred(&BLUR);
    let (columns, rows) = (second.width.div_ceil(BLOCK), second.height.div_ceil(BLOCK));
    let mut blocks = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            blocks.push(block(&laid, second, &inside, column * BLOCK, row * BLOCK));
        }
    }
    Some(Blocks {
        columns,
        rows,
        blocks,
    })
}

fn block(laid: &Grey, second: &Grey, inside: &[bool], left: usize, top: usize) -> Block {
    let (right, bottom) = (
        (left + BLOCK).min(second.width),
        (top + BLOCK).min(second.height),
    );
    let mut count = 0_u32;
    let (mut a, mut b, mut aa, mut bb, mut ab) = (0_u32, 0_u32, 0_u32, 0_u32, 0_u32);
    for y in top..bottom {
        let range = y * second.width + left..y * second.width + right;
        let pixels = laid.pixels[range.clone()]
            .iter()
            .zip(&second.pixels[range.clone()]);
        for ((&p, &q), &inside) in pixels.zip(&inside[range]) {
            let (p, q) = match inside {
                true => (u32::from(p), u32::from(q)),
                false => (0, 0),
            };
            count += u32::from(inside);
            a += p;
            b += q;
            aa += p * p;
            bb += q * q;
            ab += p * q;
        }
    }
    if (count as f32) < LEAST_FILLED * (BLOCK * BLOCK) as f32 {
        return Block::Outside;
    }
    let count = count as f32;
    let (mean_a, mean_b) = (a as f32 / count, b as f32 / count);
    let var_a = (aa as f32 / count - mean_a * mean_a).max(0.0);
    let var_b = (bb as f32 / count - mean_b * mean_b).max(0.0);
    let least = LEAST_TEXTURE * LEAST_TEXTURE;
    match (var_a >= least, var_b >= least) {
        (false, false) => return Block::Plain,
        (true, true) => {}
        // One that is barely plain may still agree.
        _ if var_a.min(var_b) < 1.0 => return Block::OneSided,
        _ => {}
    }
    let covariance = ab as f32 / count - mean_a * mean_b;
    match covariance / (var_a * var_b).sqrt() {
        alike if alike > AGREES => Block::Agrees,
        _ if var_a < least || var_b < least => Block::OneSided,
        _ => Block::Differs,
    }
}

#[cfg(test)]
mod tests;
