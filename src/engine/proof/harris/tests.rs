use proptest::prelude::*;

use super::*;
use crate::engine::proof::painted;

/// From gradients of each pixel, one by one.
fn naive_strength(picture: &Grey, x: usize, y: usize) -> i64 {
    let value = |x: usize, y: usize| i64::from(picture.pixels[y * picture.width + x]);
    let (mut xx, mut xy, mut yy) = (0, 0, 0);
    for y in y - 3..=y + 3 {
        for x in x - 3..=x + 3 {
            let column = |x: usize| value(x, y - 1) + 2 * value(x, y) + value(x, y + 1);
            let row = |y: usize| value(x - 1, y) + 2 * value(x, y) + value(x + 1, y);
            let (across, down) = (column(x + 1) - column(x - 1), row(y + 1) - row(y - 1));
            xx += across * across;
            xy += across * down;
            yy += down * down;
        }
    }
    25 * (xx * yy - xy * xy) - (xx + yy) * (xx + yy)
}

fn strength_at(picture: &Grey, x: usize, y: usize) -> i64 {
    let corner = Corner {
        x: x as u16,
        y: y as u16,
        score: 0,
    };
    strengths(picture, &[corner])[0]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn strength_is_that_of_the_definition(x in REACH..30, y in REACH..20, seed: u64) {
        let picture = painted::noise(30 + REACH, 20 + REACH, seed);
        prop_assert_eq!(strength_at(&picture, x, y), naive_strength(&picture, x, y));
    }
}

#[test]
fn a_corner_is_one_an_edge_is_none_and_plain_is_nothing() {
    let mut picture = Grey {
        width: 60,
        height: 60,
        pixels: vec![0; 3600],
    };
    for row in picture.pixels.chunks_exact_mut(60).skip(30) {
        row[30..].fill(255);
    }
    assert!(strength_at(&picture, 30, 30) > 0);
    assert!(strength_at(&picture, 30, 45) < 0);
    assert_eq!(strength_at(&picture, 10, 10), 0);
}
