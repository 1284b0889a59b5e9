//! Which point of one picture is which of another one.

use pulp::{Arch, Simd, WithSimd};

use super::orb::Feature;

/// A match counts where its distance is less than this share of the second best one's.
const RATIO: f32 = 0.85;
/// Most bits of 256 in which two points may differ.
const MOST_BITS: u64 = 64;

/// A point of the first picture and its like in the second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// Places in the two lists of features.
    pub first: usize,
    pub second: usize,
    /// Bits in which they differ.
    pub bits: u32,
}

/// For each point of `first` that has one clearly nearest point in `second`, that one; each point
/// of `second` at most once.
pub fn matches(first: &[Feature], second: &[Feature]) -> Vec<Match> {
    if second.len() < 2 {
        return Vec::new();
    }
    let mut nearest: Vec<Option<Match>> = vec![None; second.len()];
    let pairs = Arch::new().dispatch(Compare { first, second });
    for found in pairs {
        let slot = &mut nearest[found.second];
        if slot.is_none_or(|known| found.bits < known.bits) {
            *slot = Some(found);
        }
    }
    nearest.into_iter().flatten().collect()
}

/// Farther than any two points are from each other, in bits.
const FAR: u64 = 1 << 16;

/// Points compared together.
const LANES: usize = 16;

/// [`compare`], compiled for the widest vector unit the processor has.
struct Compare<'a> {
    first: &'a [Feature],
    second: &'a [Feature],
}

impl WithSimd for Compare<'_> {
    type Output = Vec<Match>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<Match> {
        compare(self.first, self.second)
    }
}

/// For each point of `first` that has one clearly nearest point in `second`, that one.
#[inline(always)]
fn compare(first: &[Feature], second: &[Feature]) -> Vec<Match> {
    let blocks: Vec<Block> = second.chunks(LANES).map(block).collect();
    let mut distances = vec![[FAR; LANES]; blocks.len()];
    let mut matches = Vec::new();
    for (at, feature) in first.iter().enumerate() {
        let (best, next) = two_least(&feature.bits, &blocks, second.len(), &mut distances);
        if best <= MOST_BITS && (best as f32) < RATIO * next as f32 {
            let mut places = distances.as_flattened().iter();
            matches.extend(
                places
                    .position(|&distance| distance == best)
                    .map(|place| Match {
                        first: at,
                        second: place,
                        bits: best as u32,
                    }),
            );
        }
    }
    matches
}

/// Bits of [`LANES`] points, those of one place in a row.
type Block = [[u64; LANES]; 4];

#[inline(always)]
fn block(features: &[Feature]) -> Block {
    let mut block = [[0; LANES]; 4];
    for (i, feature) in features.iter().enumerate() {
        for (word, &bits) in block.iter_mut().zip(&feature.bits) {
            word[i] = bits;
        }
    }
    block
}

/// The least and the second least of the distances, which it leaves in `distances`; there are
/// `count`.
#[inline(always)]
fn two_least(
    bits: &[u64; 4],
    blocks: &[Block],
    count: usize,
    distances: &mut [[u64; LANES]],
) -> (u64, u64) {
    // As wide as the words: to narrow them would take longer than to count.
    let [mut best, mut next] = [[FAR; LANES]; 2];
    let mut left = count;
    for (block, distances) in blocks.iter().zip(distances) {
        for i in 0..LANES {
            let mut distance = 0;
            for (word, &bits) in block.iter().zip(bits) {
                distance += u64::from((word[i] ^ bits).count_ones());
            }
            distances[i] = distance;
        }
        // What fills the last block up is no point.
        distances[left.min(LANES)..].fill(FAR);
        left = left.saturating_sub(LANES);
        for i in 0..LANES {
            next[i] = next[i].min(best[i].max(distances[i]));
            best[i] = best[i].min(distances[i]);
        }
    }
    let mut least = (FAR, FAR);
    for (&best, &next) in best.iter().zip(&next) {
        least = (least.0.min(best), least.1.min(next).min(least.0.max(best)));
    }
    least
}

#[cfg(test)]
mod tests;
