use proptest::prelude::*;

use super::*;
use crate::engine::proof::painted::Draw;

/// `right` pairs under the map, off by half a pixel at most, and `wrong` ones without order.
fn pairs(map: &Affine, right: usize, wrong: usize, seed: u64) -> Vec<Pair> {
    let mut draw = Draw(seed);
    let mut point = || [256.0 * draw.share().abs(), 192.0 * draw.share().abs()];
    let mut pairs = Vec::new();
    for _ in 0..right {
        let (from, [x, y]) = (point(), point());
        let [u, v] = map.apply(from);
        pairs.push((from, [u + x / 512.0 - 0.25, v + y / 512.0 - 0.25]));
    }
    pairs.extend((0..wrong).map(|_| (point(), point())));
    pairs
}

fn turned(degrees: f64, stretch: [f64; 2]) -> Affine {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let stretch = Affine([stretch[0], 0.0, 0.0, 0.0, stretch[1], 0.0]);
    stretch.then(&Affine([cos, -sin, 20.0, sin, cos, -10.0]))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_map_is_found_among_as_many_wrong_pairs(
        degrees in -180.0..180.0,
        across in 0.4..2.0_f64,
        uneven in 0.6..1.6_f64,
        seed: u64,
    ) {
        let map = turned(degrees, [across, across * uneven]);
        let found = consensus(&pairs(&map, 40, 40, seed), 7).unwrap();
        prop_assert!((0..40).all(|right| found.inliers.contains(&right)));
        for corner in [[0.0, 0.0], [256.0, 0.0], [0.0, 192.0], [256.0, 192.0]] {
            let ([x, y], [u, v]) = (map.apply(corner), found.map.apply(corner));
            prop_assert!((x - u).hypot(y - v) < 4.0, "{:?}", corner);
        }
    }

    #[test]
    fn the_inliers_are_all_that_agree(seed: u64, wrong in 0..60_usize) {
        let pairs = pairs(&turned(10.0, [0.8, 0.8]), 20, wrong, seed);
        if let Some(found) = consensus(&pairs, 7) {
            for (at, (from, [u, v])) in pairs.iter().enumerate() {
                let [x, y] = found.map.apply(*from);
                let agrees = (x - u).hypot(y - v) <= TOLERANCE;
                prop_assert_eq!(agrees, found.inliers.contains(&at));
            }
        }
    }

    #[test]
    fn the_same_pairs_give_the_same_answer(seed: u64) {
        let pairs = pairs(&turned(40.0, [0.7, 0.7]), 15, 40, seed);
        prop_assert_eq!(consensus(&pairs, 7), consensus(&pairs, 7));
    }
}

#[test]
fn implausible_maps_are_refused() {
    for stretch in [[0.1, 0.1], [8.0, 8.0], [1.0, 4.0], [-1.0, 1.0]] {
        let pairs = pairs(&turned(15.0, stretch), 40, 0, 1);
        // A plausible map may come near to some of them.
        assert_eq!(consensus(&pairs, 20), None, "{stretch:?}");
    }
}

#[test]
fn too_few_that_agree_are_no_consensus() {
    let map = turned(15.0, [1.0, 1.0]);
    assert_eq!(consensus(&pairs(&map, 6, 0, 1), 7), None);
    assert!(consensus(&pairs(&map, 7, 0, 1), 7).is_some());
    assert_eq!(consensus(&[], 0), None);
}

#[test]
fn pairs_without_order_are_no_consensus() {
    for seed in 0..20 {
        let wrong = pairs(&Affine::IDENTITY, 0, 60, seed);
        assert_eq!(consensus(&wrong, 10), None);
    }
}
