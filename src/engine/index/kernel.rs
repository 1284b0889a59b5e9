//! Dot products, compiled for the widest vector unit the processor has.
//!
//! Plain loops that the compiler vectorises: `pulp` picks the instruction set once, so that one
//! binary runs everywhere and still uses AVX2 or AVX-512 where they are.

use pulp::Arch;

/// Accumulators of [`score`]: their fixed number makes the sum the same on every machine.
const LANES: usize = 16;

#[inline(always)]
fn wide_dot(query: &[i16], codes: &[i8]) -> i32 {
    query
        .iter()
        .zip(codes)
        .map(|(&q, &c)| i32::from(q) * i32::from(c))
        .sum()
}

/// Dot product of a 16-bit query with one row of codes.
pub(super) fn dot_wide(query: &[i16], codes: &[i8]) -> i32 {
    Arch::new().dispatch(
        #[inline(always)]
        || wide_dot(query, codes),
    )
}

/// Dot products of a 16-bit query with `out.len()` rows of codes that lie one after the other.
pub(super) fn dots_wide(query: &[i16], codes: &[i8], out: &mut [i32]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (dot, row) in out.iter_mut().zip(codes.chunks_exact(query.len())) {
                *dot = wide_dot(query, row);
            }
        },
    );
}

/// Dot product of two rows of codes.
pub(super) fn dot_codes(a: &[i8], b: &[i8]) -> i32 {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            a.iter()
                .zip(b)
                .map(|(&a, &b)| i32::from(a) * i32::from(b))
                .sum()
        },
    )
}

/// The score of a row: the f32 query against the dequantised codes, clamped to `-1..=1`.
pub(super) fn score(query: &[f32], codes: &[i8], scale: f32) -> f32 {
    let dot = Arch::new().dispatch(
        #[inline(always)]
        || {
            let mut sums = [0.0_f32; LANES];
            let mut query = query.chunks_exact(LANES);
            let mut codes = codes.chunks_exact(LANES);
            for (q, c) in query.by_ref().zip(codes.by_ref()) {
                for lane in 0..LANES {
                    sums[lane] += q[lane] * f32::from(c[lane]);
                }
            }
            let rest = query.remainder().iter().zip(codes.remainder());
            sums.iter().sum::<f32>() + rest.map(|(q, &c)| q * f32::from(c)).sum::<f32>()
        },
    );
    (dot * scale).clamp(-1.0, 1.0)
}
