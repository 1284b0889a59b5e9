//! Oriented FAST and rotated BRIEF: points that are found again in a copy, and 256 bits that tell
//! them apart (Rublee et al., "ORB: an efficient alternative to SIFT or SURF", 2011).

use std::cmp::Reverse;

use super::{
    brief,
    fast::{self, Corner},
    grey::Grey,
    harris,
};

/// Each level of the pyramid is smaller than the one before by this.
pub const FACTOR: f64 = 1.2;
/// Pixels of a level's margin in which no point is looked for.
const EDGE: usize = 8;
/// The shorter side of a level is at least so many pixels.
const LEAST_SIDE: usize = 2 * EDGE + 1;
/// A normal distribution of standard deviation 2, in 1/256.
const BLUR: [u16; 7] = [18, 34, 48, 56, 48, 34, 18];
/// Harris's measure is dear and in most cases told from FAST's score: it is taken of so many corners
/// for each feature wanted.
const MEASURED: usize = 4;
/// Pixels a side of the cells that take turns in giving their strongest corner. Without turns the
/// corners crowd where the contrast is best, and a crop that lacks this place has none: 87 % of the
/// quarter crops were proven then, and 94 % with cells.
const CELL: usize = 16;

const _: () = assert!(EDGE >= fast::RADIUS && EDGE >= harris::REACH);

/// A point found again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// In pixels of the whole picture, whose first pixel has its centre at 0, 0.
    pub x: f32,
    pub y: f32,
    /// 256 comparisons.
    pub bits: [u64; 4],
}

/// Features from all over the picture, at most `most`, the coarser levels of the pyramid last.
///
/// The pyramid has at most `levels` levels, each smaller by 1.2 than the one before, and ends where
/// a level would be too small. A level may have `ratio` times as many features as the one before:
/// 1 / 1.2 spreads them over the levels by their sides, a larger one finds more of what is shown
/// smaller elsewhere.
pub fn features(picture: &Grey, most: usize, levels: usize, ratio: f64) -> Vec<Feature> {
    let mut features = Vec::with_capacity(most);
    let mut smaller: Option<Grey> = None;
    for (number, quota) in quotas(most, levels, ratio).into_iter().enumerate() {
        if number > 0 {
            let scale = FACTOR.powi(number as i32);
            let side = |side: usize| (side as f64 / scale).round() as usize;
            let (width, height) = (side(picture.width), side(picture.height));
            if width.min(height) < LEAST_SIDE {
                break;
            }
            let before = smaller.as_ref().unwrap_or(picture);
            let Ok(level) = before.resized(width, height) else {
                break;
            };
            smaller = Some(level);
        }
        let level = smaller.as_ref().unwrap_or(picture);
        if level.width.min(level.height) >= LEAST_SIDE {
            let scale = [
                picture.width as f32 / level.width as f32,
                picture.height as f32 / level.height as f32,
            ];
            level_features(level, quota, scale, &mut features);
        }
    }
    features.truncate(most);
    features
}

/// How many features each level may have, `most` in all.
fn quotas(most: usize, levels: usize, ratio: f64) -> Vec<usize> {
    let shares: Vec<f64> = (0..levels).map(|level| ratio.powi(level as i32)).collect();
    let sum: f64 = shares.iter().sum();
    let quota = |share: &f64| (most as f64 * share / sum).round() as usize;
    shares.iter().map(quota).collect()
}

fn level_features(level: &Grey, quota: usize, scale: [f32; 2], out: &mut Vec<Feature>) {
    let mut corners = fast::corners(level, EDGE);
    let measured = MEASURED * quota;
    if corners.len() > measured {
        corners.select_nth_unstable_by_key(measured, |c| (Reverse(c.score), c.y, c.x));
        corners.truncate(measured);
    }
    let corners = strongest(level, &corners, quota);
    let border = brief::REACH - EDGE;
    let padded = level.padded(border);
    let smooth = level.blurred(&BLUR).padded(border);
    let place = |c: &Corner| (usize::from(c.y) + border) * padded.width + usize::from(c.x) + border;
    let places: Vec<usize> = corners.iter().map(place).collect();
    let bits = brief::bits(&padded, &smooth, &places);
    out.extend(corners.iter().zip(bits).map(|(corner, bits)| Feature {
        // The centres of the outermost pixels move inwards.
        x: (f32::from(corner.x) + 0.5) * scale[0] - 0.5,
        y: (f32::from(corner.y) + 0.5) * scale[1] - 0.5,
        bits,
    }));
}

/// At most `quota` of the corners: the strongest one of each [`CELL`], then the second one of each,
/// and so on; of the last round the strongest ones.
fn strongest(level: &Grey, corners: &[Corner], quota: usize) -> Vec<Corner> {
    let strengths = harris::strengths(level, corners);
    let mut order: Vec<(Reverse<i64>, u32)> = strengths.into_iter().map(Reverse).zip(0..).collect();
    order.sort_unstable();
    let across = level.width.div_ceil(CELL);
    let mut taken = vec![0_usize; across * level.height.div_ceil(CELL)];
    // How many corners are the first of their cell, the second, and so on.
    let mut rounds = vec![0_usize];
    let ranked: Vec<(usize, Corner)> = order
        .iter()
        .map(|&(_, at)| {
            let corner = corners[at as usize];
            let cell = usize::from(corner.y) / CELL * across + usize::from(corner.x) / CELL;
            let round = taken[cell];
            taken[cell] += 1;
            rounds.resize(rounds.len().max(round + 1), 0);
            rounds[round] += 1;
            (round, corner)
        })
        .collect();
    let mut left = quota;
    let mut room = rounds
        .into_iter()
        .map(|count| {
            let room = count.min(left);
            left -= room;
            room
        })
        .collect::<Vec<_>>();
    let stays = |&(round, corner): &(usize, Corner)| {
        let room = &mut room[round];
        let stays = *room > 0;
        *room -= usize::from(stays);
        stays.then_some(corner)
    };
    ranked.iter().filter_map(stays).collect()
}

#[cfg(test)]
mod tests;
