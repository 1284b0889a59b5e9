//! The vectors themselves, in memory: the truth every route answers from.
//!
//! Rows are dense (another row takes the place of a removed one) and stored in blocks behind
//! `Arc`s, so that a background thread gets a snapshot of millions of rows in microseconds; a block changed
//! while a snapshot holds it is copied first. The rows the graph knows come first, the *tail* the
//! graph does not know yet comes after them.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    ops::Range,
    sync::Arc,
};

use super::codes::Codes;
use crate::domain::record::RecordId;

/// Rows a block: 384 KiB of codes, little enough to copy within a fraction of a millisecond.
pub(super) const BLOCK: usize = 1024;

#[derive(Clone, Default)]
struct Block {
    ids: Vec<RecordId>,
    scales: Vec<f32>,
    codes: Vec<i8>,
}

/// An immutable state of the rows.
#[derive(Clone)]
pub(super) struct Snapshot {
    dimension: usize,
    len: usize,
    linked: usize,
    /// No row is longer than this (Euclidean).
    longest: f32,
    blocks: Vec<Arc<Block>>,
}

impl Snapshot {
    pub fn len(&self) -> usize {
        self.len
    }

    /// Rows `0..linked` are in the graph, the others are the tail.
    pub fn linked(&self) -> usize {
        self.linked
    }

    pub fn tail(&self) -> Range<usize> {
        self.linked..self.len
    }

    pub fn longest(&self) -> f32 {
        self.longest
    }

    pub fn id(&self, row: usize) -> RecordId {
        self.blocks[row / BLOCK].ids[row % BLOCK]
    }

    pub fn scale(&self, row: usize) -> f32 {
        self.blocks[row / BLOCK].scales[row % BLOCK]
    }

    pub fn codes(&self, row: usize) -> &[i8] {
        let start = row % BLOCK * self.dimension;
        &self.blocks[row / BLOCK].codes[start..start + self.dimension]
    }

    /// The part of `rows` that lies in one block, from its start: codes and scales.
    pub fn run(&self, rows: Range<usize>) -> (&[i8], &[f32]) {
        let block = &self.blocks[rows.start / BLOCK];
        let start = rows.start % BLOCK;
        let end = BLOCK.min(start + rows.len());
        let codes = &block.codes[start * self.dimension..end * self.dimension];
        (codes, &block.scales[start..end])
    }

    fn push(&mut self, id: RecordId, codes: &Codes) {
        if self.len.is_multiple_of(BLOCK) {
            self.blocks.push(Arc::new(Block {
                ids: Vec::with_capacity(BLOCK),
                scales: Vec::with_capacity(BLOCK),
                codes: Vec::with_capacity(BLOCK * self.dimension),
            }));
        }
        let block = Arc::make_mut(&mut self.blocks[self.len / BLOCK]);
        block.ids.push(id);
        block.scales.push(codes.scale());
        block.codes.extend_from_slice(codes.values());
        self.longest = self.longest.max(codes.norm());
        self.len += 1;
    }

    /// Copies row `from` over row `to`.
    fn copy(&mut self, from: usize, to: usize) {
        let (id, codes) = (self.id(from), self.get(from));
        self.set(to, id, &codes);
    }

    fn set(&mut self, row: usize, id: RecordId, codes: &Codes) {
        let start = row % BLOCK * self.dimension;
        let block = Arc::make_mut(&mut self.blocks[row / BLOCK]);
        block.ids[row % BLOCK] = id;
        block.scales[row % BLOCK] = codes.scale();
        block.codes[start..start + self.dimension].copy_from_slice(codes.values());
    }

    pub fn get(&self, row: usize) -> Codes {
        Codes::from_parts(self.codes(row), self.scale(row))
    }

    fn pop(&mut self) {
        self.len -= 1;
        if self.len.is_multiple_of(BLOCK) {
            self.blocks.pop();
            return;
        }
        let block = Arc::make_mut(&mut self.blocks[self.len / BLOCK]);
        block.ids.pop();
        block.scales.pop();
        block.codes.truncate(block.ids.len() * self.dimension);
    }
}

/// Ids are dense small numbers of our own making: one multiplication spreads them, and is several
/// times faster than the standard hasher where a filter looks up a hundred thousand.
#[derive(Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_i64(i64::from(byte));
        }
    }

    fn write_i64(&mut self, id: i64) {
        let mixed = (self.0 ^ id as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// A map from record ids with a hasher made for them.
pub(super) type IdMap<T> = HashMap<RecordId, T, BuildHasherDefault<IdHasher>>;

/// The rows and where each record's is.
pub(super) struct Rows {
    now: Snapshot,
    places: IdMap<u32>,
}

impl Rows {
    pub fn new(dimension: usize) -> Self {
        Self {
            now: Snapshot {
                dimension,
                len: 0,
                linked: 0,
                longest: 0.0,
                blocks: Vec::new(),
            },
            places: IdMap::default(),
        }
    }

    pub fn now(&self) -> &Snapshot {
        &self.now
    }

    pub fn place(&self, id: RecordId) -> Option<usize> {
        self.places.get(&id).map(|&row| row as usize)
    }

    /// Appends to the tail. The record must not be there yet.
    pub fn push(&mut self, id: RecordId, codes: &Codes) {
        self.places.insert(id, self.now.len as u32);
        self.now.push(id, codes);
    }

    pub fn remove(&mut self, id: RecordId) -> bool {
        let Some(mut hole) = self.places.remove(&id).map(|row| row as usize) else {
            return false;
        };
        if hole < self.now.linked {
            self.now.linked -= 1;
            self.fill(hole, self.now.linked);
            hole = self.now.linked;
        }
        self.fill(hole, self.now.len - 1);
        self.now.pop();
        true
    }

    fn fill(&mut self, hole: usize, from: usize) {
        if hole != from {
            self.places.insert(self.now.id(from), hole as u32);
            self.now.copy(from, hole);
        }
    }

    fn swap(&mut self, a: usize, b: usize) {
        if a == b {
            return;
        }
        let (id, codes) = (self.now.id(a), self.now.get(a));
        self.fill(a, b);
        self.now.set(b, id, &codes);
        self.places.insert(id, b as u32);
    }

    /// Moves a row of the tail among the linked.
    pub fn link(&mut self, id: RecordId) {
        if let Some(row) = self.place(id).filter(|&row| row >= self.now.linked) {
            self.swap(row, self.now.linked);
            self.now.linked += 1;
        }
    }

    /// Makes every row linked save those of `tail`.
    pub fn link_all_but(&mut self, tail: impl IntoIterator<Item = RecordId>) {
        let mut tail: Vec<usize> = tail.into_iter().filter_map(|id| self.place(id)).collect();
        // From the last row down, so that rows appended since are mostly where they belong.
        tail.sort_unstable_by(|a, b| b.cmp(a));
        tail.dedup();
        self.now.linked = self.now.len;
        for row in tail {
            self.now.linked -= 1;
            self.swap(row, self.now.linked);
        }
    }

    pub fn unlink_all(&mut self) {
        self.now.linked = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(number: i64) -> Rows {
        let mut rows = Rows::new(2);
        for id in 0..number {
            rows.push(RecordId(id), &codes(id));
        }
        rows
    }

    fn codes(id: i64) -> Codes {
        Codes::quantise(&[1.0, id as f32 / 10_000.0])
    }

    fn check(rows: &Rows) {
        for row in 0..rows.now().len() {
            let id = rows.now().id(row);
            assert_eq!(rows.place(id), Some(row));
            assert_eq!(rows.now().get(row), codes(id.0));
        }
        assert_eq!(rows.places.len(), rows.now().len());
    }

    fn tail(rows: &Rows) -> Vec<i64> {
        let mut ids: Vec<i64> = rows.now().tail().map(|row| rows.now().id(row).0).collect();
        ids.sort_unstable();
        ids
    }

    #[test]
    fn rows_stay_dense_and_findable_when_some_are_removed() {
        let mut rows = rows(3_000);
        rows.link_all_but([RecordId(5), RecordId(2_999), RecordId(1_500)]);
        for id in [0, 5, 1_024, 2_998, 1_500] {
            assert!(rows.remove(RecordId(id)));
            assert!(!rows.remove(RecordId(id)));
        }
        assert_eq!(rows.now().len(), 2_995);
        assert_eq!(tail(&rows), [2_999]);
        check(&rows);
    }

    #[test]
    fn linking_moves_rows_out_of_the_tail() {
        let mut rows = rows(2_100);
        rows.link(RecordId(2_050));
        rows.link(RecordId(2_050));
        rows.link(RecordId(9_999));
        assert_eq!(rows.now().linked(), 1);
        assert!(!tail(&rows).contains(&2_050));
        check(&rows);
    }

    #[test]
    fn a_snapshot_does_not_see_later_changes() {
        let mut rows = rows(10);
        let before = rows.now().clone();
        rows.remove(RecordId(0));
        rows.push(RecordId(77), &codes(77));
        let ids: Vec<i64> = (0..before.len()).map(|row| before.id(row).0).collect();
        assert_eq!(ids, (0..10).collect::<Vec<_>>());
    }
}
