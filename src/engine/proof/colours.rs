//! How colours changed between two pictures laid over each other, and what covers one of them.

use super::{
    affine::Affine,
    agreement::{BLOCK, Block, Blocks},
    grey::Grey,
    look::Rgb,
};
use crate::domain::proof::Part;

/// Mean difference of agreeing blocks, in levels of 255, from which colours count as changed:
/// recompression moves a block's mean by 1 to 3.
const CHANGED_FROM: f32 = 7.0;
/// Difference of a block's mean colour from what the other one's would become, from which something
/// else is there.
const OTHER_COLOUR_FROM: f32 = 20.0;
/// Root mean square difference of its grey pixels, likewise: lost detail is less.
const OTHER_FROM: f32 = 16.0;
/// A cover is plain: this share of its pixels is within [`PLAIN`] levels of their median.
const PLAIN_SHARE: f32 = 0.55;
const PLAIN: u8 = 12;
/// Its median differs from the other one's by more than this.
const OTHER_GROUND: usize = 24;
/// Share of the common part that plain covers take at the most.
const MOST_COVERED: f32 = 0.25;
/// Share of the common part that may show other things in both pictures. Overlays, watermarks and
/// stickers stay below; another thing before the same background takes more.
const MOST_OTHER: f32 = 0.08;
/// Share of the common part's blocks that a covered part has at least.
const LEAST_COVERED: f32 = 0.02;

/// The mean colours of a block in both pictures.
struct Means {
    query: [f32; 3],
    picture: [f32; 3],
}

/// What was found.
pub struct Colours {
    pub changed: bool,
    /// Parts of the picture where the query shows something else, the largest first.
    pub covered: Vec<Part>,
    /// Share of the textured blocks outside of those that agree, `0..=1`.
    pub agreement: f32,
    /// Too much of the common part shows other things for one to be a copy.
    pub is_other: bool,
}

/// Compares colours under the map from the query's pixels to the picture's; `smooth` is the picture
/// in grey as its blocks were compared.
pub fn compare(
    query: &Rgb,
    picture: &Rgb,
    smooth: &Grey,
    map: &Affine,
    blocks: &Blocks,
) -> Option<Colours> {
    let back = map.inverse()?;
    let means: Vec<Option<Means>> = (0..blocks.blocks.len())
        .map(|at| {
            let (column, row) = (at % blocks.columns, at / blocks.columns);
            match blocks.blocks[at] {
                Block::Outside => None,
                _ => means(query, picture, &back, column * BLOCK, row * BLOCK),
            }
        })
        .collect();
    let sure = || {
        let both = blocks.blocks.iter().zip(&means);
        both.filter(|(block, _)| **block == Block::Agrees)
            .filter_map(|(_, means)| means.as_ref())
    };
    let fits: [(f32, f32); 3] = std::array::from_fn(|channel| {
        fit(sure().map(|means| (means.query[channel], means.picture[channel])))
    });
    let (mut count, mut sum) = (0.0_f32, 0.0_f32);
    for means in sure() {
        count += 1.0;
        sum += distance(&means.query, &means.picture);
    }
    let changed = count > 0.0 && sum / count > CHANGED_FROM;
    let (gain, offset) = grey_fit(blocks);
    let is_other: Vec<bool> = (0..means.len())
        .map(|at| {
            let Some(means) = &means[at] else {
                return false;
            };
            let expected: [f32; 3] = std::array::from_fn(|channel| {
                let (gain, offset) = fits[channel];
                gain * means.query[channel] + offset
            });
            blocks.blocks[at] != Block::Agrees
                && (distance(&expected, &means.picture) > OTHER_COLOUR_FROM
                    || blocks.sums[at].residual(gain, offset) > OTHER_FROM)
        })
        .collect();
    let inside = (blocks.blocks.len() - blocks.count(Block::Outside)).max(1) as f32;
    let parts = parts(&is_other, blocks);
    let is_plain = |part: &&Vec<usize>| {
        let (query_share, query) = plain_share(part, &blocks.laid, blocks.columns);
        let (picture_share, picture) = plain_share(part, smooth, blocks.columns);
        // Where both are of one colour it is the ground on which other things are.
        query_share.max(picture_share) >= PLAIN_SHARE && query.abs_diff(picture) > OTHER_GROUND
    };
    let (plain, others): (Vec<_>, Vec<_>) = parts.iter().partition(|part| is_plain(part));
    let share =
        |parts: &[&Vec<usize>]| parts.iter().map(|p| p.len()).sum::<usize>() as f32 / inside;
    let least = (inside * LEAST_COVERED).max(2.0);
    let covered: Vec<&Vec<usize>> = parts.iter().filter(|p| p.len() as f32 >= least).collect();
    let rest = blocks.without(covered.iter().flat_map(|part| part.iter().copied()));
    Some(Colours {
        changed,
        covered: covered
            .iter()
            .map(|part| around(part, blocks, picture))
            .collect(),
        agreement: rest.agreement(),
        is_other: share(&others) > MOST_OTHER || share(&plain) > MOST_COVERED,
    })
}

/// Gain and offset of the grey pixels in the blocks that agree.
fn grey_fit(blocks: &Blocks) -> (f32, f32) {
    let (mut variance, mut covariance, mut count, mut a, mut b) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for (sums, block) in blocks.sums.iter().zip(&blocks.blocks) {
        if *block == Block::Agrees {
            variance += sums.variances().0;
            covariance += sums.covariance();
            count += sums.count;
            a += sums.a;
            b += sums.b;
        }
    }
    if variance <= 0.0 {
        return (1.0, 0.0);
    }
    let gain = covariance / variance;
    (gain, (b - gain * a) / count)
}

/// Share of a part's pixels near their median, and the median.
fn plain_share(part: &[usize], picture: &Grey, columns: usize) -> (f32, usize) {
    let mut counts = [0_u32; 256];
    for at in part {
        let (left, top) = (at % columns * BLOCK, at / columns * BLOCK);
        for y in top..(top + BLOCK).min(picture.height) {
            let row = y * picture.width;
            let right = (left + BLOCK).min(picture.width);
            for value in &picture.pixels[row + left..row + right] {
                counts[usize::from(*value)] += 1;
            }
        }
    }
    let total: u32 = counts.iter().sum();
    let mut below = 0;
    let median = counts.iter().position(|count| {
        below += count;
        2 * below >= total
    });
    let median = median.unwrap_or(0);
    let near = median.saturating_sub(PLAIN.into())..=(median + usize::from(PLAIN)).min(255);
    let share = counts[near].iter().sum::<u32>() as f32 / total.max(1) as f32;
    (share, median)
}

fn distance(a: &[f32; 3], b: &[f32; 3]) -> f32 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

/// Means over a block of the picture, and of the query's pixels that lie there.
fn means(query: &Rgb, picture: &Rgb, back: &Affine, left: usize, top: usize) -> Option<Means> {
    let (mut count, mut of_query, mut of_picture) = (0.0_f32, [0.0_f32; 3], [0.0_f32; 3]);
    // Every other pixel is enough for a mean.
    for y in (top..(top + BLOCK).min(picture.height)).step_by(2) {
        for x in (left..(left + BLOCK).min(picture.width)).step_by(2) {
            let [u, v] = back
                .apply([x as f64, y as f64])
                .map(|at| at.round() as isize);
            let inside =
                (0..query.width as isize).contains(&u) && (0..query.height as isize).contains(&v);
            if !inside {
                continue;
            }
            let from = (v as usize * query.width + u as usize) * 3;
            let to = (y * picture.width + x) * 3;
            count += 1.0;
            for channel in 0..3 {
                of_query[channel] += f32::from(query.pixels[from + channel]);
                of_picture[channel] += f32::from(picture.pixels[to + channel]);
            }
        }
    }
    (count > 0.0).then(|| Means {
        query: of_query.map(|sum| sum / count),
        picture: of_picture.map(|sum| sum / count),
    })
}

/// Gain and offset from the first to the second values by least squares; those of one value alone
/// have no gain.
fn fit(pairs: impl Iterator<Item = (f32, f32)> + Clone) -> (f32, f32) {
    let count = pairs.clone().count() as f32;
    if count == 0.0 {
        return (1.0, 0.0);
    }
    let mean = |values: f32| values / count;
    let (x, y) = pairs
        .clone()
        .fold((0.0, 0.0), |(x, y), (a, b)| (x + a, y + b));
    let (x, y) = (mean(x), mean(y));
    let (xx, xy) = pairs.fold((0.0, 0.0), |(xx, xy), (a, b)| {
        (xx + (a - x) * (a - x), xy + (a - x) * (b - y))
    });
    let gain = if xx > count { xy / xx } else { 1.0 };
    (gain, y - gain * x)
}

/// Blocks of `is_other` side by side, as places of blocks; the largest group first.
fn parts(is_other: &[bool], blocks: &Blocks) -> Vec<Vec<usize>> {
    let mut seen = vec![false; is_other.len()];
    let mut parts = Vec::new();
    for start in 0..is_other.len() {
        let mut part = Vec::new();
        let mut next = vec![start];
        while let Some(at) = next.pop() {
            if !is_other[at] || std::mem::replace(&mut seen[at], true) {
                continue;
            }
            part.push(at);
            let (column, row) = (at % blocks.columns, at / blocks.columns);
            next.extend((column > 0).then(|| at - 1));
            next.extend((column + 1 < blocks.columns).then(|| at + 1));
            next.extend((row > 0).then(|| at - blocks.columns));
            next.extend((row + 1 < blocks.rows).then(|| at + blocks.columns));
        }
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

fn around(part: &[usize], blocks: &Blocks, picture: &Rgb) -> Part {
    let columns = part.iter().map(|at| at % blocks.columns);
    let rows = part.iter().map(|at| at / blocks.columns);
    let range = |blocks: (Option<usize>, Option<usize>), side: usize| {
        let (low, high) = (
            blocks.0.unwrap_or(0) * BLOCK,
            (blocks.1.unwrap_or(0) + 1) * BLOCK,
        );
        let low = low as f32 / side as f32;
        (low, (high as f32 / side as f32).min(1.0) - low)
    };
    let (x, w) = range((columns.clone().min(), columns.max()), picture.width);
    let (y, h) = range((rows.clone().min(), rows.max()), picture.height);
    Part { x, y, w, h }
}
