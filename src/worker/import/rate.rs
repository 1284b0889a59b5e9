//! How fast a job goes, over its last ten seconds.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

const SPAN: Duration = Duration::from_secs(10);

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
}
