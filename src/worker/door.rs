//! The one place that asks the subscription whether and when a call may be made.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{
    clock::Clock,
    error::OpenError,
    ledger::{Agreed, LedgerKeeper, uncopied},
    options::Options,
};
use crate::{
    domain::{
        catalogue::LostLedger,
        path::shown,
        quota::{CallKind, SlidingWindow},
        subscription::{Account, ClockAnswer, ClockDoubt, Order, Refusal, Timeline},
        usage::{self, Admission, Wanted},
    },
    engine::{catalogue::Catalogue, store::StoreError, trial_mark::TrialMark},
};

/// Keys of the account's values in the store.
const TIMELINE: &str = "timeline";
const TRIAL_USED: &str = "trial_used";
/// What catalogues had before they had a [`TIMELINE`].
const LATEST_SEEN: &str = "latest_seen";

/// How far the account's time may run before it is stored again.
const REMEMBER_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Account and meters, as far as they decide about calls.
pub struct Door {
    pub account: Account,
    timeline: Timeline,
    /// The running time at the latest reading of the clock.
    ran: Duration,
    trial_mark: TrialMark,
    ledger: LedgerKeeper,
    lost_ledger: Option<LostLedger>,
    /// What did not add up on opening, a sentence each.
    notices: Vec<String>,
    /// Uploads of the billing month in force.
    pub uploaded: u64,
    /// Pictures that are not committed yet, but have their place under the cap.
    pub claimed: Wanted,
    /// The billing month `uploaded` counts, to notice when another begins.
    month: Option<(Timestamp, Timestamp)>,
    windows: [SlidingWindow; 3],
    totals: [u64; 3],
    /// As it was last written to the store.
    remembered: Timeline,
}

impl Door {
    /// Replays the ledger of the catalogue.
    ///
    /// # Errors
    ///
    /// [`OpenError`] where the ledger is damaged, or it or the meters cannot be read.
    pub fn open(catalogue: &mut Catalogue, options: &Options) -> Result<Self, OpenError> {
        let config_dir = &options.config_dir;
        let (
            ledger,
            Agreed {
                orders,
                mut notices,
            },
        ) = LedgerKeeper::open(catalogue.store_mut(), config_dir, &options.data_dir)?;
        let store = catalogue.store();
        let timeline = read_timeline(catalogue)?;
        let clock = options.clock.now();
        let trial_mark = TrialMark::new(config_dir);
        let used_here = store.account_value(TRIAL_USED)?;
        // Where the mark cannot be read, beginning it says so.
        let marked = trial_mark.is_set().unwrap_or(false);
        let damaged = trial_mark.is_damaged();
        if damaged {
            notices.push(format!(
                "{} was damaged. The free month counts as used.",
                shown(trial_mark.file())
            ));
        }
        if let (Some(began), true) = (&used_here, damaged || !marked) {
            // Lost, or never set after the order: without it a new data folder grants another.
            let _ = trial_mark.set(began.parse().unwrap_or(clock));
        }
        let trial_used = used_here.is_some() || marked;
        let account = Account::from_orders(orders, trial_used, timeline.now())?;
        // Calls are noted by the computer's clock, which may have been set back since.
        let now_ms = clock.min(timeline.now()).as_millisecond();
        let mut windows: [SlidingWindow; 3] = Default::default();
        for (window, kind) in windows.iter_mut().zip(CallKind::ALL) {
            *window = SlidingWindow::resume(store.recent_calls(kind, now_ms - 60_000)?);
        }
        let totals = store.call_totals()?.map(|(_, total)| total);
        let mut door = Self {
            account,
            remembered: timeline.clone(),
            timeline,
            ran: options.clock.running().unwrap_or_default(),
            trial_mark,
            ledger,
            lost_ledger: None,
            notices,
            uploaded: 0,
            claimed: Wanted::default(),
            month: None,
            windows,
            totals,
        };
        let now = door.observe(options.clock.as_ref());
        door.lost_ledger = door.ledger.lost(&door.account, now);
        door.read_meter(catalogue, now)?;
        Ok(door)
    }

    /// What did not add up on opening, a sentence each.
    pub fn take_notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }

    /// Reads the clock; the instant as the rules see it.
    pub fn observe(&mut self, clock: &dyn Clock) -> Timestamp {
        let reading = clock.now();
        match clock.running() {
            None => self.timeline.set(reading),
            Some(running) => {
                let ran = running.saturating_sub(std::mem::replace(&mut self.ran, running));
                let ran = SignedDuration::try_from(ran).unwrap_or_default();
                self.timeline.observe(reading, ran, &self.account);
            }
        }
        self.follow_timeline()
    }

    fn follow_timeline(&mut self) -> Timestamp {
        let now = self.timeline.now();
        if now < self.account.latest_seen() {
            self.account.go_back(now);
        }
        self.account.observe(now)
    }

    /// What the user has to be asked about the clock.
    pub fn clock_doubt(&self) -> Option<ClockDoubt> {
        self.timeline.doubt()
    }

    /// Calls and orders go while the date is beyond doubt.
    ///
    /// # Errors
    ///
    /// [`Refusal::ClockDoubted`].
    pub fn check_clock(&self) -> Result<(), Refusal> {
        match self.clock_doubt().filter(ClockDoubt::holds_up) {
            Some(doubt) => Err(Refusal::ClockDoubted(doubt)),
            None => Ok(()),
        }
    }

    /// Takes the user's answer to [`Self::clock_doubt`] and stores what follows from it; false
    /// where it cannot be taken.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where it cannot be stored: nothing was answered then.
    pub fn answer_clock(
        &mut self,
        catalogue: &mut Catalogue,
        answer: ClockAnswer,
    ) -> Result<bool, StoreError> {
        let mut timeline = self.timeline.clone();
        if !timeline.answer(answer, &self.account) {
            return Ok(false);
        }
        store_timeline(catalogue, &timeline)?;
        self.remembered = timeline.clone();
        self.timeline = timeline;
        self.follow_timeline();
        Ok(true)
    }

    /// The subscription of a catalogue that is gone, for one that never had an order.
    pub fn lost_ledger(&self) -> Option<&LostLedger> {
        let unused = self.account.orders().is_empty();
        self.lost_ledger.as_ref().filter(|_| unused)
    }

    /// Makes the ledger of the lost catalogue this one's; false where none is offered.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where it cannot be read or stored.
    pub fn take_over_ledger(&mut self, catalogue: &mut Catalogue) -> Result<bool, StoreError> {
        let Some(lost) = self.lost_ledger().cloned() else {
            return Ok(false);
        };
        let orders = self.ledger.take_over(catalogue.store_mut(), &lost)?;
        let (used, now) = (self.account.trial_used(), self.timeline.now());
        // It was replayed before it was offered.
        if let Ok(account) = Account::from_orders(orders, used, now) {
            self.account = account;
        }
        self.lost_ledger = None;
        Ok(true)
    }

    /// Brings the copy beside the account to the ledger; the sentence for what is in its way.
    pub fn copy_ledger(&self) -> Result<(), String> {
        let copied = self.ledger.copy(self.account.orders());
        copied.map_err(|error| uncopied(&error))
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

    /// How many of `wanted` pictures fit under the cap, beside the `stored` ones.
    pub fn admission(&self, stored: u64, wanted: Wanted, now: Timestamp) -> Admission {
        let Wanted { uploads, replacing } = self.claimed;
        usage::admit(
            &self.account,
            self.uploaded + uploads,
            stored + uploads - replacing.min(uploads),
            wanted,
            now,
        )
    }

    /// Calls a second the package in force allows; 0 without one.
    pub fn quota(&self, kind: CallKind) -> u32 {
        self.account
            .standing(self.timeline.now())
            .plan
            .as_ref()
            .map_or(0, |plan| plan.quota(kind))
    }

    /// Milliseconds until `calls` calls of `kind` may all go; `None` where they may go now. `now` is
    /// the computer's clock as it is: the window itself copes with one that was set back.
    pub fn wait_ms(&mut self, kind: CallKind, calls: u32, now: Timestamp) -> Option<u64> {
        // With the quota lowered by the other calls, one more fits exactly where all do.
        let spare = self.quota(kind).saturating_sub(calls.saturating_sub(1));
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

    /// Stores the account's time, so that setting the clock back gains nothing.
    pub fn remember_clock(&mut self, catalogue: &mut Catalogue) {
        let ran_on = self.timeline.differs_from(&self.remembered, REMEMBER_EVERY);
        // Failing for want of space loses a minute of the clock's memory and nothing else.
        if ran_on && store_timeline(catalogue, &self.timeline).is_ok() {
            self.remembered = self.timeline.clone();
        }
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

fn read_timeline(catalogue: &Catalogue) -> Result<Timeline, StoreError> {
    let store = catalogue.store();
    if let Some(kept) = store.account_value(TIMELINE)?
        && let Ok(timeline) = serde_json::from_str(&kept)
    {
        return Ok(timeline);
    }
    let latest = store.account_value(LATEST_SEEN)?;
    Ok(Timeline::from_instant(
        latest.and_then(|text| text.parse().ok()),
    ))
}

fn store_timeline(catalogue: &mut Catalogue, timeline: &Timeline) -> Result<(), StoreError> {
    let text = serde_json::to_string(timeline).unwrap_or_default();
    catalogue.store_mut().set_account_value(TIMELINE, &text)
}
