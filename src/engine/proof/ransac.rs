//! The affine map that most matches agree on (Fischler and Bolles, "Random sample consensus",
//! 1981).

use super::affine::{Affine, Pair};

/// Most samples tried.
const ROUNDS: usize = 500;
/// Samples are drawn until a better map is left out with this probability at most.
const MISSED: f64 = 0.01;
/// Pixels by which a match may miss the map, in the second picture.
const TOLERANCE: f64 = 4.0;
/// By how much a map may stretch, and by how much more in one direction than in the other.
const STRETCH: std::ops::RangeInclusive<f64> = 0.15..=6.0;
const MOST_UNEVEN: f64 = 2.2;
/// The least-squares map of the matches that agree makes more of them agree, seldom after this.
const REFINEMENTS: usize = 4;

/// A map and the matches that it explains.
#[derive(Clone, Debug, PartialEq)]
pub struct Consensus {
    /// From the first picture's pixels to the second one's.
    pub map: Affine,
    /// Places in the list of pairs.
    pub inliers: Vec<usize>,
}

/// `None` where fewer than `least` of the pairs agree on a plausible map. The same pairs give the
/// same answer.
pub fn consensus(pairs: &[Pair], least: usize) -> Option<Consensus> {
    let least = least.max(3);
    if pairs.len() < least {
        return None;
    }
    let mut draw = Draw(0x9E37_79B9_7F4A_7C15);
    let mut best: Option<(usize, Affine)> = None;
    let mut rounds = ROUNDS;
    let mut round = 0;
    while round < rounds {
        round += 1;
        let sample = draw.three(pairs.len()).map(|at| pairs[at]);
        let Some(map) = Affine::fit(sample.iter().copied()).filter(is_plausible) else {
            continue;
        };
        let agreeing = count(pairs, &map);
        if best.is_none_or(|(most, _)| agreeing > most) {
            best = Some((agreeing, map));
            let share = agreeing as f64 / pairs.len() as f64;
            let needed = MISSED.ln() / (1.0 - share.powi(3)).max(1e-9).ln();
            rounds = rounds.min(needed.ceil().max(1.0) as usize);
        }
    }
    let (_, mut map) = best?;
    let mut inliers = agreeing(pairs, &map);
    for _ in 0..REFINEMENTS {
        let refined = Affine::fit(inliers.iter().map(|&at| pairs[at])).filter(is_plausible);
        let Some(refined) = refined else { break };
        let now = agreeing(pairs, &refined);
        if now.len() < inliers.len() {
            break;
        }
        let settled = now == inliers;
        (map, inliers) = (refined, now);
        if settled {
            break;
        }
    }
    (inliers.len() >= least).then_some(Consensus { map, inliers })
}

fn is_plausible(map: &Affine) -> bool {
    let [most, least] = map.stretches();
    STRETCH.contains(&most)
        && STRETCH.contains(&least)
        && most <= MOST_UNEVEN * least
        && map.determinant() > 0.0
}

fn agrees(&(from, to): &Pair, map: &Affine) -> bool {
    let [x, y] = map.apply(from);
    let (across, down) = (x - to[0], y - to[1]);
    across * across + down * down <= TOLERANCE * TOLERANCE
}

fn count(pairs: &[Pair], map: &Affine) -> usize {
    pairs.iter().filter(|pair| agrees(pair, map)).count()
}

fn agreeing(pairs: &[Pair], map: &Affine) -> Vec<usize> {
    let agreeing = pairs
        .iter()
        .enumerate()
        .filter(|(_, pair)| agrees(pair, map));
    agreeing.map(|(at, _)| at).collect()
}

/// Numbers without order (Marsaglia, "Xorshift RNGs", 2003).
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 32) as usize * end) >> 32
    }

    /// Three different numbers below `end`, which is at least 3.
    fn three(&mut self, end: usize) -> [usize; 3] {
        loop {
            let drawn = [self.below(end), self.below(end), self.below(end)];
            if drawn[0] != drawn[1] && drawn[1] != drawn[2] && drawn[0] != drawn[2] {
                return drawn;
            }
        }
    }
}

#[cfg(test)]
mod tests;
