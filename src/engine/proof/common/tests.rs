use proptest::prelude::*;

use super::*;

fn frame(width: f64, height: f64) -> Frame {
    let part = Part::WHOLE;
    Frame {
        width,
        height,
        part,
    }
}

fn near(part: Part, expected: [f64; 4]) -> bool {
    let Part { x, y, w, h } = part;
    let sides = [x, y, w, h].map(f64::from);
    sides
        .iter()
        .zip(expected)
        .all(|(a, b)| (a - b).abs() < 1e-5)
}

#[test]
fn the_same_frame_is_common_whole() {
    let common = Common::new(&Affine::IDENTITY, frame(40.0, 30.0), frame(40.0, 30.0)).unwrap();
    assert!(near(common.query_part, [0.0, 0.0, 1.0, 1.0]));
    assert!(near(common.picture_part, [0.0, 0.0, 1.0, 1.0]));
    assert!((common.query_share - 1.0).abs() < 1e-9);
    assert!((common.picture_share - 1.0).abs() < 1e-9);
}

#[test]
fn half_of_each_is_common_where_one_is_moved_by_half() {
    let moved = Affine([1.0, 0.0, 20.0, 0.0, 1.0, 0.0]);
    let common = Common::new(&moved, frame(40.0, 30.0), frame(40.0, 30.0)).unwrap();
    assert!(near(common.query_part, [0.0, 0.0, 0.5, 1.0]));
    assert!(near(common.picture_part, [0.5, 0.0, 0.5, 1.0]));
    assert!((common.picture_share - 0.5).abs() < 1e-9);
}

#[test]
fn nothing_is_common_outside_or_under_a_flat_map() {
    let (query, picture) = (frame(40.0, 30.0), frame(40.0, 30.0));
    let far = Affine([1.0, 0.0, 41.0, 0.0, 1.0, 0.0]);
    assert!(Common::new(&far, query, picture).is_none());
    let flat = Affine([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    assert!(Common::new(&flat, query, picture).is_none());
}

#[test]
fn a_frame_that_shows_a_part_counts_in_shares_of_the_whole() {
    let part = Part {
        x: 0.5,
        y: 0.25,
        w: 0.5,
        h: 0.5,
    };
    let query = Frame {
        part,
        ..frame(40.0, 30.0)
    };
    let common = Common::new(&Affine::IDENTITY, query, frame(40.0, 30.0)).unwrap();
    assert!(near(common.query_part, [0.5, 0.25, 0.5, 0.5]));
    assert!(near(common.picture_part, [0.0, 0.0, 1.0, 1.0]));
    assert!((common.query_share - 1.0).abs() < 1e-6);
}

proptest! {
    /// Shares by counting the pixels that lie in both.
    #[test]
    fn shares_are_those_of_the_pixels(
        degrees in 0.0_f64..360.0,
        scale in 0.4_f64..2.0,
        (x, y) in (-60.0_f64..120.0, -60.0_f64..120.0),
    ) {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let map = Affine([scale * cos, -scale * sin, x, scale * sin, scale * cos, y]);
        let sides = [100.0, 80.0];
        let back = map.inverse().unwrap();
        let inside = |[x, y]: [f64; 2]| (-0.5..sides[0] - 0.5).contains(&x) && (-0.5..sides[1] - 0.5).contains(&y);
        let places = (0..100 * 80).map(|at| [f64::from(at % 100), f64::from(at / 100)]);
        let counted = places.filter(|&place| inside(back.apply(place))).count() as f64 / 8_000.0;
        let common = Common::new(&map, frame(100.0, 80.0), frame(100.0, 80.0));
        let share = common.map_or(0.0, |common| common.picture_share);
        prop_assert!((share - counted).abs() < 0.02, "{share} is not {counted}");
    }
}
