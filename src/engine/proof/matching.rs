//! Which point of one picture is which of another one.

use pulp::Arch;

use super::orb::Feature;

/// A match counts where its distance is less than this share of the second best one's.
const RATIO: f32 = 0.85;
/// Most bits of 256 in which two points may differ.
const MOST_BITS: u32 = 64;

/// A point of the first picture and its like in the second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
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
    let bits: Vec<[u64; 4]> = second.iter().map(|feature| feature.bits).collect();
    let mut nearest: Vec<Option<Match>> = vec![None; second.len()];
    let mut distances = vec![0_u16; bits.len()];
    for (at, feature) in first.iter().enumerate() {
        let (best, place, next) = Arch::new().dispatch(
            #[inline(always)]
            || two_nearest(&feature.bits, &bits, &mut distances),
        );
        if best > MOST_BITS || best as f32 >= RATIO * next as f32 {
            continue;
        }
        let slot = &mut nearest[place];
        if slot.is_none_or(|known| best < known.bits) {
            *slot = Some(Match {
                first: at,
                second: place,
                bits: best,
            });
        }
    }
    nearest.into_iter().flatten().collect()
}

/// The least distance, where it is, and the second least.
#[inline(always)]
fn two_nearest(bits: &[u64; 4], others: &[[u64; 4]], distances: &mut [u16]) -> (u32, usize, u32) {
    for (distance, other) in distances.iter_mut().zip(others) {
        let mut sum = 0;
        for i in 0..4 {
            sum += (bits[i] ^ other[i]).count_ones();
        }
        *distance = sum as u16;
    }
    let best = distances.iter().copied().min().unwrap_or(u16::MAX);
    let place = distances.iter().position(|&d| d == best).unwrap_or(0);
    let mut next = u16::MAX;
    for (at, &distance) in distances.iter().enumerate() {
        next = next.min(if at == place { u16::MAX } else { distance });
    }
    (best.into(), place, next.into())
}
