//! The state the window shows, published whole and seldom.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{Timestamp, civil::Date};

use super::{deadline::Deadline, event::Event, shared::Shared};
use crate::{
    domain::{
        catalogue::{CallSeconds, IndexState, SetAside, State},
        job::Job,
        quota::CallKind,
        usage::Usage,
    },
    engine::store::{Store, StoreError},
};

/// Ten times a second at the most.
const AT_MOST_EVERY: Duration = Duration::from_millis(100);
/// The clock moves on the dashboard even where nothing happens.
const AT_LEAST_EVERY: Duration = Duration::from_secs(20);
/// Interval for what moves by itself: the plot of calls, the building of the graph.
const SECOND: Duration = Duration::from_secs(1);
/// Shortest interval between two reads that scan the whole catalogue.
const COUNTED_EVERY: Duration = Duration::from_secs(2);
/// Seconds of calls shown, and days of uploads.
const CALL_SECONDS: usize = 60;
const UPLOAD_DAYS: u32 = 90;

/// The work in progress of the desks of jobs, queries and changes.
pub struct UnderWay {
    /// The open jobs; the running one comes first, with its current counters.
    pub jobs: Vec<Job>,
    /// Calls waiting for their turn, in the order of [`CallKind::ALL`].
    pub waiting: [u32; 3],
    /// The share done of a check, 0 to 1.
    pub verifying: Option<f32>,
}

/// When to publish, and cached parts of the state.
#[derive(Default)]
pub struct Publisher {
    published: Option<Instant>,
    counted: Option<(Instant, u64)>,
    categories: Arc<[(String, u64)]>,
    uploads: Option<Arc<[(Date, u64)]>>,
    set_aside: Option<Arc<[SetAside]>>,
    /// Something shown moves by itself.
    moving: bool,
    /// Why the state was not published.
    failed: Option<StoreError>,
    /// Why it was not published when that was last told.
    told: Option<String>,
}

impl Publisher {
    /// Publishes the state where it is due; `under_way` is asked for only then.
    pub fn tick(
        &mut self,
        shared: &mut Shared,
        now: Instant,
        under_way: impl FnOnce(&Shared) -> Result<UnderWay, StoreError>,
    ) -> Deadline {
        if self.due_at(shared).is_none_or(|at| at <= now) {
            let changes = std::mem::take(&mut shared.changes);
            if changes.uploads {
                self.uploads = None;
            }
            if changes.set_aside {
                self.set_aside = None;
            }
            self.published = Some(now);
            let state = under_way(shared).and_then(|under_way| self.state(shared, under_way));
            match state {
                Ok(state) => {
                    self.told = None;
                    shared.out.send(Event::State(Arc::new(state)));
                }
                Err(error) => {
                    // It is tried again soon: told once, however often it fails for one reason.
                    let told = error.to_string();
                    if self.told.as_deref() != Some(&*told) {
                        shared.warn(&told);
                    }
                    self.told = Some(told);
                    self.failed = Some(error);
                }
            }
        }
        self.due_at(shared)
            .map_or(Deadline::at_once(now), Deadline::at)
    }

    /// Why nothing was published the last time; none where it was.
    pub fn take_failure(&mut self) -> Option<StoreError> {
        self.failed.take()
    }

    /// `None` means at once.
    fn due_at(&self, shared: &Shared) -> Option<Instant> {
        let published = self.published.filter(|_| !shared.changes.at_once)?;
        let changed = shared.changes;
        let every = if changed.shown || changed.uploads || changed.set_aside {
            AT_MOST_EVERY
        } else if self.moving {
            SECOND
        } else {
            AT_LEAST_EVERY
        };
        Some(published + every)
    }

    fn state(&mut self, shared: &mut Shared, under_way: UnderWay) -> Result<State, StoreError> {
        let now = shared.now();
        let uploads_by_day = self.uploads_by_day(shared, now)?;
        let calls = call_seconds(shared, &under_way.waiting, now)?;
        let index = shared.catalogue.index_state();
        self.moving = matches!(index, IndexState::Building { .. })
            || calls
                .iter()
                .any(|call| call.waiting > 0 || call.per_second.iter().any(|n| *n > 0));
        let stored = shared.catalogue.stored();
        let usage = Usage::new(
            &shared.door.account,
            shared.door.uploaded,
            stored,
            &uploads_by_day,
            now,
        );
        Ok(State {
            now,
            data_dir: shared.options.data_dir.clone(),
            stored,
            generation: shared.catalogue.generation(),
            categories: self.categories(shared)?,
            index,
            model: shared.catalogue.model().clone(),
            account: Arc::new(shared.door.account.clone()),
            usage,
            calls,
            uploads_by_day,
            jobs: under_way.jobs.into(),
            undo: shared.catalogue.store().undo_label()?,
            verifying: under_way.verifying,
            set_aside: self.set_aside_list(shared)?,
            lost_ledger: shared.door.lost_ledger().cloned().map(Arc::new),
            clock_doubt: shared.door.clock_doubt(),
        })
    }

    fn categories(&mut self, shared: &Shared) -> Result<Arc<[(String, u64)]>, StoreError> {
        let generation = shared.catalogue.generation();
        let fresh = self
            .counted
            .is_some_and(|(at, counted)| counted == generation || at.elapsed() < COUNTED_EVERY);
        if !fresh {
            self.categories = shared.catalogue.store().categories()?.into();
            self.counted = Some((Instant::now(), generation));
        }
        Ok(self.categories.clone())
    }

    fn uploads_by_day(
        &mut self,
        shared: &Shared,
        now: Timestamp,
    ) -> Result<Arc<[(Date, u64)]>, StoreError> {
        if let Some(uploads) = &self.uploads {
            return Ok(uploads.clone());
        }
        let uploads: Arc<[_]> = shared
            .catalogue
            .store()
            .uploads_by_day(UPLOAD_DAYS, now)?
            .into();
        self.uploads = Some(uploads.clone());
        Ok(uploads)
    }

    fn set_aside_list(&mut self, shared: &Shared) -> Result<Arc<[SetAside]>, StoreError> {
        if let Some(list) = &self.set_aside {
            return Ok(list.clone());
        }
        let list: Arc<[_]> = Store::set_asides(&shared.options.data_dir)?.into();
        self.set_aside = Some(list.clone());
        Ok(list)
    }
}

fn call_seconds(
    shared: &Shared,
    waiting: &[u32; 3],
    now: Timestamp,
) -> Result<Arc<[CallSeconds]>, StoreError> {
    let since_ms = (now.as_second() - CALL_SECONDS as i64 + 1) * 1_000;
    CallKind::ALL
        .into_iter()
        .zip(waiting)
        .map(|(kind, waiting)| {
            let mut per_second = vec![0; CALL_SECONDS];
            for at_ms in shared.catalogue.store().recent_calls(kind, since_ms)? {
                let place = (at_ms - since_ms).div_euclid(1_000);
                if let Some(count) = usize::try_from(place)
                    .ok()
                    .and_then(|place| per_second.get_mut(place))
                {
                    *count += 1;
                }
            }
            Ok(CallSeconds {
                kind,
                per_second,
                waiting: *waiting,
                total: shared.door.total(kind),
            })
        })
        .collect()
}
