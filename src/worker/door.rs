//! The one place that asks the subscription whether and when a call may be made.

use std::path::Path;

use jiff::Timestamp;

use super::error::OpenError;
use crate::{
    domain::{
        quota::{CallKind, SlidingWindow},
        subscription::{Account, Order},
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
    trial_mark: TrialMark,
    /// Uploads of the billing month in force.
    pub uploaded: u64,
    /// New pictures that are not committed yet, but have their place under the cap.
    pub claimed: u64,
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
        let used_here = store.account_value(TRIAL_USED)?;
        // Where the mark cannot be read, beginning it says so.
        let marked = trial_mark.is_set().unwrap_or(false);
        if let (Some(began), false) = (&used_here, marked) {
            // Lost, or never set after the order: without it a new data folder grants another.
            let _ = trial_mark.set(began.parse().unwrap_or(now));
        }
        let trial_used = used_here.is_some() || marked;
        let mut account = Account::from_orders(store.orders()?, trial_used, latest_seen)?;
        // Calls are noted by the computer's clock, which may have been set back since.
        let clock = now;
        let now = account.observe(now);
        let now_ms = clock.min(now).as_millisecond();
        let mut windows: [SlidingWindow; 3] = Default::default();
        for (window, kind) in windows.iter_mut().zip(CallKind::ALL) {
            *window = SlidingWindow::resume(store.recent_calls(kind, now_ms - 60_000)?);
        }
        let totals = store.call_totals()?.map(|(_, total)| total);
        let mut door = Self {
            account,
            trial_mark,
            uploaded: 0,
            claimed: 0,
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

    /// Reads the month's meter again where another billing month is in force.
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

    /// How many of `wanted` new pictures fit under the cap, beside the `stored` ones.
    pub fn admission(&self, stored: u64, wanted: u64, now: Timestamp) -> Admission {
        usage::admit(
            &self.account,
            self.uploaded + self.claimed,
            stored + self.claimed,
            wanted,
            now,
        )
    }

    /// Calls a second the package in force allows; 0 without one.
    pub fn quota(&self, kind: CallKind, now: Timestamp) -> u32 {
        self.account
            .standing(now)
            .plan
            .as_ref()
            .map_or(0, |plan| plan.quota(kind))
    }

    /// Milliseconds until `calls` calls of `kind` may all go; `None` where they may go now. `now` is
    /// the computer's clock as it is: the window itself copes with one that was set back.
    pub fn wait_ms(&mut self, kind: CallKind, calls: u32, now: Timestamp) -> Option<u64> {
        // With the quota lowered by the other calls, one more fits exactly where all do.
        let spare = self
            .quota(kind, now)
            .saturating_sub(calls.saturating_sub(1));
        let now_ms = now.as_millisecond();
        let earliest = self.windows[kind as usize].earliest(now_ms, spare);
        u64::try_from(earliest.saturating_sub(now_ms))
            .ok()
            .filter(|wait| *wait > 0)
    }

    /// Records a call made now; returns the instant to write to the meter.
    pub fn note_call(&mut self, kind: CallKind, now: Timestamp) -> i64 {
        let at_ms = now.as_millisecond();
        self.windows[kind as usize].record(at_ms);
        self.totals[kind as usize] += 1;
        at_ms
    }

    pub fn total(&self, kind: CallKind) -> u64 {
        self.totals[kind as usize]
    }

    /// Stores the latest instant seen, so that setting the clock back gains nothing.
    pub fn remember_clock(&mut self, catalogue: &mut Catalogue, now: Timestamp) {
        const MINUTE: i64 = 60;
        if now.as_second() - self.remembered.as_second() < MINUTE {
            return;
        }
        self.remembered = now;
        // Failing for want of space loses a minute of the clock's memory and nothing else.
        let _ = catalogue
            .store_mut()
            .set_account_value(LATEST_SEEN, &now.to_string());
    }

    /// Records the order of the free month, and marks it as used in the catalogue and with the
    /// account: all of it, or nothing.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the account or the catalogue cannot be written.
    pub fn append_trial(
        &self,
        catalogue: &mut Catalogue,
        order: &Order,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.trial_mark.begin(now)?;
        let store = catalogue.store_mut();
        store.append_order_with(order, TRIAL_USED, &now.to_string())?;
        // The next start sets it where this fails: the catalogue knows.
        let _ = self.trial_mark.set(now);
        Ok(())
    }
}
