//! How fast a job goes, over its last ten seconds.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use crate::engine::store::Store;

const SPAN: Duration = Duration::from_secs(10);

/// Key in the store: pictures a second of the last long import.
const PACE: &str = "import_pace";
/// New pictures of an import that was long enough to tell the pace of the next.
const LONG_ENOUGH: u64 = 50;

/// Files done, by the instant they were.
#[derive(Default)]
pub struct Rate {
    samples: VecDeque<(Instant, u64)>,
}

impl Rate {
    pub fn add(&mut self, files: u64) {
        let now = Instant::now();
        if self.samples.is_empty() {
            // The work on the first files began about here.
            self.samples.push_back((now, 0));
        }
        self.samples.push_back((now, files));
        while self.samples.front().is_some_and(|(at, _)| now - *at > SPAN) {
            self.samples.pop_front();
        }
    }

    /// Files a second; 0 before the first were done.
    pub fn per_sec(&self) -> f64 {
        let Some((first, _)) = self.samples.front() else {
            return 0.0;
        };
        let secs = first.elapsed().as_secs_f64();
        let files: u64 = self.samples.iter().skip(1).map(|(_, files)| files).sum();
        if secs < 0.2 { 0.0 } else { files as f64 / secs }
    }

    /// Seconds for `files` more at this pace.
    pub fn secs_for(&self, files: u64) -> Option<f64> {
        let pace = self.per_sec();
        (pace > 0.0).then(|| files as f64 / pace)
    }

    /// Keeps how fast a long import of `indexed` pictures went, for the next preview to foretell
    /// its time.
    pub fn remember(&self, store: &mut Store, indexed: u64) {
        let pace = self.per_sec();
        if indexed >= LONG_ENOUGH && pace > 0.0 {
            // Failing to keep it makes the next preview's time a guess, and nothing else.
            let _ = store.set_account_value(PACE, &pace.to_string());
        }
    }
}

/// Pictures a second of the last long import.
pub fn remembered(store: &Store) -> Option<f64> {
    let kept = store.account_value(PACE).ok().flatten()?;
    kept.parse().ok().filter(|pace| *pace > 0.0)
}
