use proptest::prelude::*;

use super::*;

fn near([x, y]: [f64; 2], [u, v]: [f64; 2]) -> bool {
    (x - u).hypot(y - v) < 1e-6
}

/// Maps that do not flatten: turn, stretch, turn, shift, and sometimes mirror.
fn maps() -> impl Strategy<Value = Affine> {
    let turn = -3.0..3.0_f64;
    let stretch = 0.2..5.0_f64;
    let parts = (turn.clone(), stretch.clone(), stretch, turn, any::<bool>());
    (parts, -99.0..99.0_f64, -99.0..99.0_f64).prop_map(|((t, a, b, u, mirrors), x, y)| {
        let turn = |t: f64| Affine([t.cos(), -t.sin(), 0.0, t.sin(), t.cos(), 0.0]);
        let b = if mirrors { -b } else { b };
        turn(t)
            .then(&Affine([a, 0.0, 0.0, 0.0, b, 0.0]))
            .then(&turn(u))
            .then(&Affine([1.0, 0.0, x, 0.0, 1.0, y]))
    })
}

fn points() -> impl Strategy<Value = [f64; 2]> {
    [-300.0..300.0, -300.0..300.0]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn then_applies_one_after_the_other(a in maps(), b in maps(), point in points()) {
        prop_assert!(near(a.then(&b).apply(point), b.apply(a.apply(point))));
    }

    #[test]
    fn the_inverse_leads_back(map in maps(), point in points()) {
        let back = map.inverse().unwrap();
        prop_assert!(near(back.apply(map.apply(point)), point));
    }

    #[test]
    fn stretches_bound_every_length(map in maps(), a in points(), b in points()) {
        let length = |[x, y]: [f64; 2], [u, v]: [f64; 2]| (x - u).hypot(y - v);
        let [most, least] = map.stretches();
        let (before, after) = (length(a, b), length(map.apply(a), map.apply(b)));
        prop_assert!(after <= most * before + 1e-6 && after >= least * before - 1e-6);
        prop_assert!((most * least - map.determinant().abs()).abs() < 1e-6);
    }

    #[test]
    fn fit_finds_the_map_again(map in maps(), points in prop::collection::vec(points(), 5..30)) {
        let pairs = points.iter().map(|&point| (point, map.apply(point)));
        let fitted = Affine::fit(pairs).unwrap();
        for point in points {
            prop_assert!((fitted.apply(point)[0] - map.apply(point)[0]).abs() < 1e-4);
            prop_assert!((fitted.apply(point)[1] - map.apply(point)[1]).abs() < 1e-4);
        }
    }

    #[test]
    fn no_other_map_is_nearer_than_the_fit(
        pairs in prop::collection::vec((points(), points()), 6..20),
        nudges in prop::array::uniform6(-0.01..0.01),
    ) {
        let error = |map: &Affine| -> f64 {
            let square = |&(from, [u, v]): &Pair| {
                let [x, y] = map.apply(from);
                (x - u).powi(2) + (y - v).powi(2)
            };
            pairs.iter().map(square).sum()
        };
        let fitted = Affine::fit(pairs.iter().copied()).unwrap();
        let other = Affine(std::array::from_fn(|i| fitted.0[i] + nudges[i]));
        prop_assert!(error(&fitted) <= error(&other) * (1.0 + 1e-9));
    }
}

#[test]
fn two_points_or_one_line_fit_no_map() {
    let line = [0.0, 1.0, 2.0, 7.0].map(|x| ([x, 3.0 * x + 1.0], [x, x]));
    assert_eq!(Affine::fit(line.into_iter()), None);
    assert_eq!(Affine::fit(line.into_iter().take(2)), None);
}

#[test]
fn what_flattens_has_no_inverse() {
    assert_eq!(Affine([1.0, 2.0, 3.0, 2.0, 4.0, 5.0]).inverse(), None);
}

#[test]
fn a_mirroring_map_has_a_negative_determinant() {
    assert!(Affine([-1.0, 0.0, 50.0, 0.0, 1.0, 0.0]).determinant() < 0.0);
    assert_eq!(Affine::IDENTITY.determinant(), 1.0);
}
