use proptest::prelude::*;

use super::*;
use crate::engine::proof::painted::Draw;

fn feature(bits: [u64; 4]) -> Feature {
    Feature {
        x: 0.0,
        y: 0.0,
        bits,
    }
}

/// Features, of which those of the second list are in part those of the first one with up to
/// `flips` bits changed.
fn lists(first: usize, second: usize, flips: usize, seed: u64) -> (Vec<Feature>, Vec<Feature>) {
    let mut draw = Draw(seed);
    let random = |draw: &mut Draw| feature(std::array::from_fn(|_| draw.next()));
    let first: Vec<Feature> = (0..first).map(|_| random(&mut draw)).collect();
    let second = (0..second).map(|_| {
        let mut feature = random(&mut draw);
        if !first.is_empty() && draw.below(3) > 0 {
            feature = first[draw.below(first.len())];
            for _ in 0..draw.below(flips + 1) {
                let bit = draw.below(256);
                feature.bits[bit / 64] ^= 1 << (bit % 64);
            }
        }
        feature
    });
    let second = second.collect();
    (first, second)
}

fn naive_matches(first: &[Feature], second: &[Feature]) -> Vec<Match> {
    let distance = |a: &Feature, b: &Feature| -> u32 {
        (0..256)
            .filter(|i| (a.bits[i / 64] ^ b.bits[i / 64]) >> (i % 64) & 1 == 1)
            .count() as u32
    };
    let mut kept: Vec<Match> = Vec::new();
    for (at, a) in first.iter().enumerate() {
        let mut order: Vec<(u32, usize)> = second.iter().map(|b| distance(a, b)).zip(0..).collect();
        order.sort_unstable();
        let [(bits, place), (next, _), ..] = order[..] else {
            continue;
        };
        if u64::from(bits) <= MOST_BITS && (bits as f32) < RATIO * next as f32 {
            kept.push(Match {
                first: at,
                second: place,
                bits,
            });
        }
    }
    kept.sort_by_key(|m| (m.second, m.bits, m.first));
    kept.dedup_by_key(|m| m.second);
    kept
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn matches_are_those_of_the_definition(
        first in 0..40_usize,
        second in 0..70_usize,
        flips in 0..120_usize,
        seed: u64,
    ) {
        let (first, second) = lists(first, second, flips, seed);
        prop_assert_eq!(matches(&first, &second), naive_matches(&first, &second));
    }
}

#[test]
fn a_point_that_has_two_equals_is_not_matched() {
    let (first, _) = lists(3, 0, 0, 1);
    let second = [first[0], first[0], first[1]];
    let matches = matches(&first, &second);
    assert_eq!(matches.len(), 1);
    assert_eq!((matches[0].first, matches[0].second), (1, 2));
}

#[test]
fn without_a_second_best_nothing_is_clear() {
    let (first, _) = lists(3, 0, 0, 1);
    assert!(matches(&first, &first[..1]).is_empty());
}
