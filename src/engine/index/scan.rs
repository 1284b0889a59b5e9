//! The exact scan: every candidate is compared, none can be missed.
//!
//! A first pass compares the codes with the query in 16 bits, in integers. How far that can be
//! from the score (the f32 query against the dequantised codes) is bounded, so every row that may
//! belong to the best is kept and scored; the answer is the exact one, not nearly so.

use std::{cmp::Reverse, collections::BinaryHeap, ops::Range};

use super::{kernel, rows::BLOCK, rows::Snapshot};
use crate::domain::record::RecordId;

/// A result: the record and its score.
pub(super) type Hit = (RecordId, f32);

/// Largest share of `i32` a dot product with 8-bit codes may take.
const WIDE_LIMIT: f32 = 2.0e9;

/// A prepared query: unit length, in f32 and in 16 bits.
pub(super) struct Query {
    pub vector: Vec<f32>,
    wide: Vec<i16>,
    wide_scale: f32,
    /// Length of what the 16-bit form lacks.
    error: f32,
}

impl Query {
    /// `None` for a query that is not finite: nothing is similar to it.
    pub fn new(vector: &[f32]) -> Option<Self> {
        let norm = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if !norm.is_finite() {
            return None;
        }
        let unit = if norm > 0.0 { 1.0 / norm } else { 0.0 };
        let unit = if unit.is_finite() { unit } else { 0.0 };
        let vector: Vec<f32> = vector.iter().map(|x| x * unit).collect();
        // The widest codes with which a sum over all components still fits an i32.
        let most = (WIDE_LIMIT / (128.0 * vector.len().max(1) as f32)).clamp(1.0, 32_767.0);
        let largest = vector
            .iter()
            .fold(f32::MIN_POSITIVE, |max, x| max.max(x.abs()));
        let wide_scale = largest / most.floor();
        let wide: Vec<i16> = vector
            .iter()
            .map(|x| (x / wide_scale).round() as i16)
            .collect();
        let missing = |(x, w): (&f32, &i16)| (x - f32::from(*w) * wide_scale).powi(2);
        let error = vector.iter().zip(&wide).map(missing).sum::<f32>().sqrt();
        Some(Self {
            vector,
            wide,
            wide_scale,
            error,
        })
    }

    /// How far an integer score may be from the true one, for rows no longer than `longest`;
    /// the last term covers the rounding of f32 sums.
    fn slack(&self, longest: f32) -> f32 {
        (self.error * 1.001 + 2.0e-6) * longest.max(1.0)
    }

    pub fn score(&self, rows: &Snapshot, row: usize) -> f32 {
        kernel::score(&self.vector, rows.codes(row), rows.scale(row))
    }
}

/// The parameters of a scan.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub k: usize,
    pub min_score: f32,
}

/// A score among others; scores are never NaN here.
#[derive(Clone, Copy, PartialEq)]
struct Ordered(f32);

impl Eq for Ordered {}

impl PartialOrd for Ordered {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ordered {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Collects the rows that may be among the best `k`.
struct Best<'a> {
    query: &'a Query,
    rows: &'a Snapshot,
    wanted: Wanted,
    slack: f32,
    /// Rows below this can no longer belong to the answer.
    threshold: f32,
    top: BinaryHeap<Reverse<Ordered>>,
    pool: Vec<(f32, u32)>,
    /// Length of the pool at which it is thinned; doubled when most of it had to stay, so that
    /// many equal scores do not make the scan quadratic.
    limit: usize,
}

impl<'a> Best<'a> {
    fn new(query: &'a Query, rows: &'a Snapshot, wanted: Wanted) -> Self {
        let slack = query.slack(rows.longest());
        // Scores are clamped to -1..=1, so a row can be wanted whose product lies beyond.
        let threshold = wanted.min_score.min(1.0) - slack;
        Self {
            query,
            rows,
            wanted,
            slack,
            threshold,
            top: BinaryHeap::new(),
            pool: Vec::new(),
            limit: 4 * wanted.k.min(rows.len()) + 4096,
        }
    }

    #[inline(always)]
    fn offer(&mut self, approximate: f32, row: usize, allows: impl Fn(usize) -> bool) {
        if approximate >= self.threshold && allows(row) {
            self.keep(approximate.clamp(-1.0, 1.0), row);
        }
    }

    fn keep(&mut self, approximate: f32, row: usize) {
        self.pool.push((approximate, row as u32));
        self.top.push(Reverse(Ordered(approximate)));
        if self.top.len() > self.wanted.k {
            self.top.pop();
            if let Some(Reverse(Ordered(least))) = self.top.peek() {
                self.threshold = self.threshold.max(least - 2.0 * self.slack);
            }
        }
        if self.pool.len() > self.limit {
            let threshold = self.threshold;
            self.pool.retain(|&(score, _)| score >= threshold);
            self.limit = self.limit.max(2 * self.pool.len());
        }
    }

    fn finish(self) -> Vec<Hit> {
        let threshold = self.threshold;
        let pool = self.pool.into_iter();
        let rows = pool
            .filter(|&(score, _)| score >= threshold)
            .map(|(_, row)| row as usize);
        ranked(self.query, self.rows, rows, self.wanted)
    }
}

/// Scores `candidates` in f32 and keeps the best, by score descending, then by id.
pub(super) fn ranked(
    query: &Query,
    rows: &Snapshot,
    candidates: impl IntoIterator<Item = usize>,
    wanted: Wanted,
) -> Vec<Hit> {
    let hit = |row| (rows.id(row), query.score(rows, row));
    let hits = candidates.into_iter().map(hit);
    best(
        hits.filter(|hit| hit.1 >= wanted.min_score).collect(),
        wanted.k,
    )
}

/// The best `k`, by score descending, then by id.
pub(super) fn best(mut hits: Vec<Hit>, k: usize) -> Vec<Hit> {
    let order = |a: &Hit, b: &Hit| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if k < hits.len() && k > 0 {
        hits.select_nth_unstable_by(k - 1, order);
    }
    hits.truncate(k);
    hits.sort_unstable_by(order);
    hits
}

/// Scans those of a range of rows that `allows` lets pass, for each of the queries; it is asked of
/// few, as a row that cannot belong to the best is out before.
pub(super) fn range(
    queries: &[Query],
    rows: &Snapshot,
    range: Range<usize>,
    wanted: Wanted,
    allows: impl Fn(usize) -> bool,
) -> Vec<Vec<Hit>> {
    if wanted.k == 0 {
        return vec![Vec::new(); queries.len()];
    }
    let best = |query| Best::new(query, rows, wanted);
    let mut bests: Vec<Best> = queries.iter().map(best).collect();
    let mut dots = [0; BLOCK];
    let mut start = range.start;
    while start < range.end {
        let (codes, scales) = rows.run(start..range.end);
        let dots = &mut dots[..scales.len()];
        // The rows of a block stay in the cache for all queries.
        for best in &mut bests {
            kernel::dots_wide(&best.query.wide, codes, dots);
            let query_scale = best.query.wide_scale;
            for (i, (&dot, &scale)) in dots.iter().zip(scales).enumerate() {
                best.offer(dot as f32 * (query_scale * scale), start + i, &allows);
            }
        }
        start += scales.len();
    }
    bests.into_iter().map(Best::finish).collect()
}

/// Scans the given rows for each of the queries.
pub(super) fn chosen(
    queries: &[Query],
    rows: &Snapshot,
    chosen: impl IntoIterator<Item = usize>,
    wanted: Wanted,
) -> Vec<Vec<Hit>> {
    if wanted.k == 0 {
        return vec![Vec::new(); queries.len()];
    }
    let best = |query| Best::new(query, rows, wanted);
    let mut bests: Vec<Best> = queries.iter().map(best).collect();
    for row in chosen {
        for best in &mut bests {
            let dot = kernel::dot_wide(&best.query.wide, rows.codes(row));
            let score = dot as f32 * (best.query.wide_scale * rows.scale(row));
            best.offer(score, row, |_| true);
        }
    }
    bests.into_iter().map(Best::finish).collect()
}
