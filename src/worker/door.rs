//! The one place that asks the subscription: may this call go, and when.

use std::path::Path;

use jiff::Timestamp;

use super::{
    command::RequestId,
    event::FailureKind,
    run::{OpenError, Worker},
};
use crate::{
    domain::{
        quota::{CallKind, SlidingWindow},
        subscription::{Account, Phase, Refusal, Standing},
        usage::{self, Admission},
    },
    engine::{catalogue::Catalogue, store::StoreError, trial_mark::TrialMark},
};

/// Keys of the account's values in the store.
const LATEST_SEEN: &str = "latest_seen";
const TRIAL_USED: &str = "trial_used";

/// Account and meters, as far as they decide about calls.
pub struct Door {
    pub account: Account,
    pub trial_mark: TrialMark,
    /// Uploads of the billing month in force.
    pub uploaded: u64,
    /// The billing month `uploaded` counts, to notice when another begins.
    month: Option<(Timestamp, Timestamp)>,
    windows: [SlidingWindow; 3],
    totals: [u64; 3],
    /// The latest instant written to the store.
    remembered: Timestamp,
}

impl Door {
    /// Replays the ledger of the catalogue.
    ///
    /// # Errors
    ///
    /// [`OpenError`] where the ledger is damaged, or it or the meters cannot be read.
    pub fn open(
        catalogue: &mut Catalogue,
        config_dir: &Path,
        now: Timestamp,
    ) -> Result<Self, OpenError> {
        let store = catalogue.store();
        let latest_seen = store
            .account_value(LATEST_SEEN)?
            .and_then(|text| text.parse().ok())
            .unwrap_or(Timestamp::UNIX_EPOCH);
        let trial_mark = TrialMark::new(config_dir);
        let trial_used = store.account_value(TRIAL_USED)?.is_some() || trial_mark.is_set();
        let mut account = Account::from_orders(store.orders()?, trial_used, latest_seen)?;
        let now = account.observe(now);
        let now_ms = now.as_millisecond();
        let mut windows: [SlidingWindow; 3] = Default::default();
        for (window, kind) in windows.iter_mut().zip(CallKind::ALL) {
            *window = SlidingWindow::resume(store.recent_calls(kind, now_ms - 60_000)?);
        }
        let totals = store.call_totals()?.map(|(_, total)| total);
        let mut door = Self {
            account,
            trial_mark,
            uploaded: 0,
            month: None,
            windows,
            totals,
            remembered: latest_seen,
        };
        door.read_meter(catalogue, now)?;
        Ok(door)
    }

    /// The instant as the rules see it: never before the latest one seen.
    pub fn observe(&mut self, now: Timestamp) -> Timestamp {
        self.account.observe(now)
    }

    /// Reads the month's meter anew where another billing month is in force.
    pub fn read_meter(&mut self, catalogue: &Catalogue, now: Timestamp) -> Result<(), StoreError> {
        let month = self.account.standing(now).billing_month;
        if self.month == month && month.is_some() {
            return Ok(());
        }
        self.uploaded = match month {
            Some((start, _)) => catalogue.store().uploads_since(start)?,
            None => 0,
        };
        self.month = month;
        Ok(())
    }

    /// Calls a second the package in force allows; 0 without one.
    pub fn quota(&self, kind: CallKind, now: Timestamp) -> u32 {
        self.account
            .standing(now)
            .plan
            .as_ref()
            .map_or(0, |plan| plan.quota(kind))
    }

    /// Milliseconds until the next call of `kind` may go; `None` where it may go now. `now` is the
    /// computer's clock as it is: the window itself copes with one that was set back.
    pub fn wait_ms(&mut self, kind: CallKind, now: Timestamp) -> Option<u64> {
        let quota = self.quota(kind, now);
        let now_ms = now.as_millisecond();
        let earliest = self.windows[kind as usize].earliest(now_ms, quota);
        u64::try_from(earliest.saturating_sub(now_ms))
            .ok()
            .filter(|wait| *wait > 0)
    }

    /// Whether `calls` calls of `kind` may all go now.
    pub fn has_room_for(&mut self, kind: CallKind, calls: usize, now: Timestamp) -> bool {
        let quota = self.quota(kind, now);
        let Some(spare) = (quota as usize).checked_sub(calls.saturating_sub(1)) else {
            return false;
        };
        // With the quota lowered by the other calls, one more fits exactly where all do.
        let now_ms = now.as_millisecond();
        self.windows[kind as usize].earliest(now_ms, spare as u32) <= now_ms
    }

    /// Notes a call that goes now; the instant to write to the meter.
    pub fn note_call(&mut self, kind: CallKind, now: Timestamp) -> i64 {
        let at_ms = now.as_millisecond();
        self.windows[kind as usize].record(at_ms);
        self.totals[kind as usize] += 1;
        at_ms
    }

    pub fn total(&self, kind: CallKind) -> u64 {
        self.totals[kind as usize]
    }
}

impl Worker<'_> {
    /// The clock as the rules see it.
    pub fn now(&mut self) -> Timestamp {
        let now = self.options.clock.now();
        self.door.observe(now)
    }

    pub fn standing(&mut self) -> Standing {
        let now = self.now();
        self.door.account.standing(now)
    }

    /// Calls go while the trial or a package is in force.
    ///
    /// # Errors
    ///
    /// [`Refusal`] with what to do: none yet, overdue, or released.
    pub fn may_call(&mut self) -> Result<(), Refusal> {
        let now = self.now();
        self.door.account.package_in_force(now).map(|_| ())
    }

    /// Adds need a package in force; whether they fit is asked picture by picture.
    ///
    /// # Errors
    ///
    /// As [`Self::may_call`].
    pub fn may_add(&mut self) -> Result<(), Refusal> {
        self.may_call()
    }

    /// How many of `wanted` new pictures fit under the cap now.
    pub fn admission(&mut self, wanted: u64) -> Admission {
        let now = self.now();
        let claimed = self.importer.claimed();
        let stored = self.catalogue.stored();
        let uploaded = self.door.uploaded;
        usage::admit(
            &self.door.account,
            uploaded + claimed,
            stored + claimed,
            wanted,
            now,
        )
    }

    /// Whether one more new picture fits: 0 or 1.
    pub fn room(&mut self) -> u64 {
        self.admission(1).accepted
    }

    /// Why no further picture fits, with what would help.
    pub fn cap_refusal(&mut self) -> String {
        let refused = self.importer.current().map_or(1, |job| job.refused.max(1));
        match self.admission(refused).refusal {
            Some(refusal) => refusal.to_string(),
            None => "The package's cap was reached; there is room again now.".to_owned(),
        }
    }

    /// Looks whether time has brought a new billing month, an end or a release.
    pub fn tick_account(&mut self, now: std::time::Instant) {
        if !self.publisher.second_passed(now) {
            return;
        }
        let instant = self.now();
        if let Err(error) = self.door.read_meter(&self.catalogue, instant) {
            self.warn(error.to_string());
        }
        self.remember_clock();
        self.release_if_due();
        self.look_for_raise();
    }

    /// Keeps the latest instant seen, so that a clock set back at the next start gains nothing.
    pub fn remember_clock(&mut self) {
        const MINUTE: i64 = 60;
        let now = self.now();
        if now.as_second() - self.door.remembered.as_second() < MINUTE {
            return;
        }
        self.door.remembered = now;
        // Failing for want of space loses a minute of the clock's memory and nothing else.
        let _ = self
            .catalogue
            .store_mut()
            .set_account_value(LATEST_SEEN, &now.to_string());
    }

    /// Marks the free month as used, in the catalogue and with the account.
    pub fn mark_trial(&mut self) -> Result<(), StoreError> {
        let now = self.now();
        self.catalogue
            .store_mut()
            .set_account_value(TRIAL_USED, &now.to_string())?;
        self.door.trial_mark.set(now)
    }

    /// Refuses a request for want of a package in force; `true` where it was refused.
    pub fn refused(&mut self, request: RequestId) -> bool {
        match self.may_call() {
            Ok(()) => false,
            Err(refusal) => {
                self.out.failed(request, FailureKind::Subscription, refusal);
                true
            }
        }
    }

    pub fn phase(&mut self) -> Phase {
        self.standing().phase
    }
}
