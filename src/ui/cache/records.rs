//! The records drawn recently.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use super::ASK_AGAIN_SECS;
use crate::domain::record::{Record, RecordId};

/// Records kept; the least recently drawn go first. A screen shows a few hundred at most.
const KEPT: usize = 4_096;
/// Records asked for at once.
const ASKED_AT_ONCE: usize = 256;

#[derive(Default)]
struct Entry {
    record: Option<Arc<Record>>,
    /// May be out of date: still shown while it is requested again.
    stale: bool,
    asked_at: Option<Instant>,
    last_used: u64,
}

/// Records by id, asked for as they are drawn.
#[derive(Default)]
pub struct RecordCache {
    entries: HashMap<RecordId, Entry>,
    wanted: Vec<RecordId>,
    /// Grows with every use; orders the entries by their last one.
    uses: u64,
}

impl RecordCache {
    /// The cached record; an unknown one is requested.
    pub fn get(&mut self, id: RecordId) -> Option<Arc<Record>> {
        self.uses += 1;
        let entry = self.entries.entry(id).or_default();
        entry.last_used = self.uses;
        let ask_after = Duration::from_secs(ASK_AGAIN_SECS);
        let waiting = entry
            .asked_at
            .is_some_and(|asked_at| asked_at.elapsed() < ask_after);
        if (entry.record.is_none() || entry.stale) && !waiting {
            entry.asked_at = Some(Instant::now());
            self.wanted.push(id);
        }
        entry.record.clone()
    }

    /// The cached record, without requesting an unknown one.
    pub fn peek(&self, id: RecordId) -> Option<&Arc<Record>> {
        self.entries.get(&id)?.record.as_ref()
    }

    /// The newest state known: the cached one, or `fallback` (an answer's) where there is none.
    pub fn newest(&self, fallback: &Arc<Record>) -> Arc<Record> {
        self.peek(fallback.id).unwrap_or(fallback).clone()
    }

    /// As [`RecordCache::get`] for a record that came with an answer: it is requested only after it
    /// was invalidated, for instance by an edit.
    pub fn get_known(&mut self, known: &Arc<Record>) -> Arc<Record> {
        if self.entries.contains_key(&known.id) {
            return self.get(known.id).unwrap_or_else(|| known.clone());
        }
        known.clone()
    }

    pub fn insert(&mut self, records: impl IntoIterator<Item = Arc<Record>>) {
        for record in records {
            self.uses += 1;
            let last_used = self.uses;
            let entry = Entry {
                record: Some(record.clone()),
                last_used,
                ..Entry::default()
            };
            self.entries.insert(record.id, entry);
        }
        self.evict();
    }

    /// The records drawn but unknown, in drawing order, at most one batch a call.
    pub fn take_wanted(&mut self) -> Vec<RecordId> {
        let rest = self.wanted.split_off(self.wanted.len().min(ASKED_AT_ONCE));
        std::mem::replace(&mut self.wanted, rest)
    }

    /// Marks these stale: the next draw requests them again and shows the old values meanwhile.
    pub fn forget(&mut self, ids: &[RecordId]) {
        for id in ids {
            // A record known only from an answer gets an entry, so that it is requested too.
            let entry = self.entries.entry(*id).or_default();
            entry.stale = true;
            entry.asked_at = None;
        }
    }

    /// As [`RecordCache::forget`] for all records, when it is unknown which ones changed.
    pub fn forget_all(&mut self) {
        for entry in self.entries.values_mut() {
            entry.stale = true;
            entry.asked_at = None;
        }
    }

    fn evict(&mut self) {
        // A quarter of slack keeps the sort rare.
        if self.entries.len() <= KEPT + KEPT / 4 {
            return;
        }
        let mut uses: Vec<u64> = self.entries.values().map(|entry| entry.last_used).collect();
        let cut = uses.len() - KEPT;
        let (_, oldest_kept, _) = uses.select_nth_unstable(cut);
        let oldest_kept = *oldest_kept;
        self.entries
            .retain(|_, entry| entry.last_used >= oldest_kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{ContentHash, Fields};

    fn record(id: i64, name: &str) -> Arc<Record> {
        Arc::new(Record {
            id: RecordId(id),
            hash: ContentHash([0; 32]),
            fields: Fields {
                name: name.to_owned(),
                ..Fields::default()
            },
            paths: vec!["a.jpg".into()],
            width: 1,
            height: 1,
            file_bytes: 1,
            format: "JPEG".to_owned(),
            partial: false,
            indexed_at: jiff::Timestamp::UNIX_EPOCH,
        })
    }

    #[test]
    fn a_missing_record_is_asked_for_once() {
        let mut cache = RecordCache::default();
        assert!(cache.get(RecordId(7)).is_none());
        assert!(cache.get(RecordId(7)).is_none());
        assert_eq!(cache.take_wanted(), [RecordId(7)]);
        assert!(cache.take_wanted().is_empty());
        cache.insert([record(7, "seven")]);
        assert_eq!(
            cache.get(RecordId(7)).map(|one| one.title()),
            Some("seven".to_owned())
        );
        assert!(cache.take_wanted().is_empty());
    }

    #[test]
    fn a_forgotten_record_is_shown_until_its_successor_arrives() {
        let mut cache = RecordCache::default();
        cache.insert([record(7, "old")]);
        cache.forget(&[RecordId(7)]);
        assert_eq!(
            cache.get(RecordId(7)).map(|one| one.title()),
            Some("old".to_owned())
        );
        assert_eq!(cache.take_wanted(), [RecordId(7)]);
        cache.insert([record(7, "new")]);
        assert_eq!(
            cache.get(RecordId(7)).map(|one| one.title()),
            Some("new".to_owned())
        );
    }

    #[test]
    fn the_least_recently_drawn_records_are_dropped() {
        let mut cache = RecordCache::default();
        cache.insert([record(-1, "drawn all the time")]);
        for id in 0..10_000 {
            cache.get(RecordId(-1));
            cache.insert([record(id, "one of many")]);
        }
        assert!(cache.entries.len() <= KEPT + KEPT / 4);
        assert!(cache.peek(RecordId(-1)).is_some());
        assert!(cache.peek(RecordId(9_999)).is_some());
        assert!(cache.peek(RecordId(0)).is_none());
    }

    #[test]
    fn wanted_records_come_in_batches() {
        let mut cache = RecordCache::default();
        (0..300).for_each(|id| drop(cache.get(RecordId(id))));
        assert_eq!(cache.take_wanted().len(), ASKED_AT_ONCE);
        assert_eq!(cache.take_wanted().len(), 300 - ASKED_AT_ONCE);
    }
}
