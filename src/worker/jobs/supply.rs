//! A job's pending files, from the store a portion at a time.

use std::collections::VecDeque;

use crate::{
    domain::job::JobId,
    engine::store::{PendingFile, Store, StoreError},
};

/// Files taken from the store at once.
const PORTION: usize = 500;

/// Files in the order of their listing.
#[derive(Default)]
pub struct Supply {
    /// The last item taken from the store.
    cursor: i64,
    queue: VecDeque<PendingFile>,
    /// The store has no pending file behind the cursor.
    exhausted: bool,
}

impl Supply {
    /// The next file; `None` once all listed files were handed out.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the list cannot be read.
    pub fn next(&mut self, store: &Store, job: JobId) -> Result<Option<PendingFile>, StoreError> {
        if self.queue.is_empty() && !self.exhausted {
            let files = store.next_files(job, self.cursor, PORTION)?;
            self.exhausted = files.is_empty();
            if let Some(last) = files.last() {
                self.cursor = last.item;
            }
            self.queue.extend(files);
        }
        Ok(self.queue.pop_front())
    }

    /// Puts the file back as the next one.
    pub fn put_back(&mut self, file: PendingFile) {
        self.queue.push_front(file);
    }

    /// More files were listed meanwhile.
    pub fn refill(&mut self) {
        self.exhausted = false;
    }

    pub fn is_empty(&self) -> bool {
        self.exhausted && self.queue.is_empty()
    }
}
