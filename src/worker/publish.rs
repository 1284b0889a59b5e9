//! The state the window shows, published whole and seldom.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{Timestamp, civil::Date};

use super::{event::Event, run::Worker};
use crate::{
    domain::{
        catalogue::{CallSeconds, SetAside, State},
        import::Job,
        quota::CallKind,
        usage::Usage,
    },
    engine::store::{Store, StoreError},
};

/// Ten times a second at the most.
const AT_MOST_EVERY: Duration = Duration::from_millis(100);
/// The clock moves on the dashboard even where nothing happens.
const AT_LEAST_EVERY: Duration = Duration::from_secs(20);
/// What takes a query over the whole catalogue is read anew so often at the most.
const COUNTED_EVERY: Duration = Duration::from_secs(2);
/// Seconds of calls shown, and days of uploads.
const CALL_SECONDS: usize = 60;
const UPLOAD_DAYS: u32 = 90;

/// When to publish, and what need not be read anew each time.
#[derive(Default)]
pub struct Publisher {
    dirty: bool,
    published: Option<Instant>,
    second: Option<Instant>,
    counted: Option<(Instant, u64)>,
    categories: Arc<[(String, u64)]>,
    uploads: Option<Arc<[(Date, u64)]>>,
    set_aside: Option<Arc<[SetAside]>>,
    calls_lately: bool,
}

impl Publisher {
    /// Something that is shown has changed.
    pub fn touch(&mut self) {
        self.dirty = true;
    }

    pub fn uploads_changed(&mut self) {
        self.uploads = None;
    }

    pub fn set_aside_changed(&mut self) {
        self.set_aside = None;
        self.dirty = true;
    }

    /// Once a second.
    pub fn second_passed(&mut self, now: Instant) -> bool {
        let passed = self
            .second
            .is_none_or(|at| now.duration_since(at) >= Duration::from_secs(1));
        if passed {
            self.second = Some(now);
            // The plot of calls a second moves on while there is something in it.
            self.dirty |= self.calls_lately;
        }
        passed
    }

    fn is_due(&self, now: Instant) -> bool {
        match self.published {
            None => true,
            Some(at) => {
                let since = now.duration_since(at);
                since >= AT_LEAST_EVERY || (self.dirty && since >= AT_MOST_EVERY)
            }
        }
    }
}

impl Worker<'_> {
    pub fn tick_publish(&mut self, now: Instant) {
        // A running import changes its rate and its time left with every moment.
        if self.importer.is_busy() || self.reindex.is_some() {
            self.publisher.touch();
        }
        if self.publisher.is_due(now) {
            self.publish_now();
        }
    }

    pub fn publish_now(&mut self) {
        self.publisher.dirty = false;
        self.publisher.published = Some(Instant::now());
        match self.state() {
            Ok(state) => self.out.send(Event::State(Arc::new(state))),
            Err(error) => self.warn(error.to_string()),
        }
    }

    fn state(&mut self) -> Result<State, StoreError> {
        let now = self.now();
        let categories = self.categories()?;
        let uploads_by_day = self.uploads_by_day(now)?;
        let set_aside = self.set_aside_list()?;
        let jobs = self.shown_jobs()?;
        let calls = self.call_seconds(now)?;
        self.publisher.calls_lately = calls
            .iter()
            .any(|call| call.waiting > 0 || call.per_second.iter().any(|n| *n > 0));
        let stored = self.catalogue.stored();
        let usage = Usage::new(
            &self.door.account,
            self.door.uploaded,
            stored,
            &uploads_by_day,
            now,
        );
        Ok(State {
            now,
            data_dir: self.options.data_dir.clone(),
            stored,
            generation: self.catalogue.generation(),
            categories,
            index: self.catalogue.index_state(),
            model: self.catalogue.model().clone(),
            account: Arc::new(self.door.account.clone()),
            usage,
            calls,
            uploads_by_day,
            jobs,
            undo: self.catalogue.store().undo_label()?,
            set_aside,
        })
    }

    fn categories(&mut self) -> Result<Arc<[(String, u64)]>, StoreError> {
        let generation = self.catalogue.generation();
        let fresh = self
            .publisher
            .counted
            .is_some_and(|(at, counted)| counted == generation || at.elapsed() < COUNTED_EVERY);
        if !fresh {
            self.publisher.categories = self.catalogue.store().categories()?.into();
            self.publisher.counted = Some((Instant::now(), generation));
        }
        Ok(self.publisher.categories.clone())
    }

    fn uploads_by_day(&mut self, now: Timestamp) -> Result<Arc<[(Date, u64)]>, StoreError> {
        if let Some(uploads) = &self.publisher.uploads {
            return Ok(uploads.clone());
        }
        let uploads: Arc<[_]> = self
            .catalogue
            .store()
            .uploads_by_day(UPLOAD_DAYS, now)?
            .into();
        self.publisher.uploads = Some(uploads.clone());
        Ok(uploads)
    }

    fn set_aside_list(&mut self) -> Result<Arc<[SetAside]>, StoreError> {
        if let Some(list) = &self.publisher.set_aside {
            return Ok(list.clone());
        }
        let list: Arc<[_]> = Store::set_asides(&self.options.data_dir)?.into();
        self.publisher.set_aside = Some(list.clone());
        Ok(list)
    }

    /// The open jobs, the one in work first and with its counters of this moment.
    fn shown_jobs(&mut self) -> Result<Arc<[Job]>, StoreError> {
        let current = self.importer.current();
        let mut jobs = self.catalogue.store().open_jobs()?;
        if let Some(current) = current {
            jobs.retain(|job| job.id != current.id);
            jobs.insert(0, current);
        }
        if let Some(reindex) = &self.reindex {
            jobs.insert(0, reindex.as_job());
        }
        Ok(jobs.into())
    }

    fn call_seconds(&mut self, now: Timestamp) -> Result<Arc<[CallSeconds]>, StoreError> {
        let second = now.as_second();
        CallKind::ALL
            .into_iter()
            .map(|kind| {
                let since_ms = (second - CALL_SECONDS as i64 + 1) * 1_000;
                let mut per_second = vec![0; CALL_SECONDS];
                for at_ms in self.catalogue.store().recent_calls(kind, since_ms)? {
                    let place = (at_ms - since_ms).div_euclid(1_000);
                    if let Some(count) = usize::try_from(place)
                        .ok()
                        .and_then(|place| per_second.get_mut(place))
                    {
                        *count += 1;
                    }
                }
                let waiting = match kind {
                    CallKind::Query => self.searches.waiting(),
                    CallKind::Add => u32::from(self.importer.waits_for_turn()),
                    CallKind::Delete => self.removals.waiting(),
                };
                Ok(CallSeconds {
                    kind,
                    per_second,
                    waiting,
                    total: self.door.total(kind),
                })
            })
            .collect()
    }
}
