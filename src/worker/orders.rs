//! The subscription's commands, and what follows when a period has ended for good.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    command::{RequestId, Target},
    deadline::Deadline,
    event::{Event, FailureKind},
    export,
    options::Options,
    outbox::Outbox,
    shared::Shared,
};
use crate::{
    domain::{
        message::Severity,
        path::shown,
        subscription::{
            Account, ClockAnswer, ClockDoubt, LEDGER_HEADER, Order, Phase, Quote, Refusal, Wish,
        },
        words::{instant, pictures},
    },
    engine::store::{Store, StoreError},
};

/// Why an order was not placed.
#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How often the account looks at the clock: a month begins, a period ends, a catalogue is released.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The desk of the subscription.
#[derive(Default)]
pub struct Orders {
    next_look: Option<Instant>,
    /// The clock's reading that was doubted when it was last told.
    doubted: bool,
    /// A pending change of the whole folder, which restarts the worker.
    set_aside: Option<SetAsideOrder>,
}

impl Orders {
    /// Work that needs the catalogue closed.
    pub fn take_set_aside(&mut self) -> Option<SetAsideOrder> {
        self.set_aside.take()
    }

    /// Whether there is such work.
    pub fn is_setting_aside(&self) -> bool {
        self.set_aside.is_some()
    }

    /// Checks for a new billing month, an end or a release.
    pub fn tick(&mut self, shared: &mut Shared, now: Instant) -> Deadline {
        if let Some(at) = self.next_look.filter(|at| *at > now) {
            return Deadline::at(at);
        }
        self.next_look = Some(now + LOOK_EVERY);
        let at = shared.now();
        if let Err(error) = shared.door.read_meter(&shared.catalogue, at) {
            shared.warn(error);
        }
        shared.door.remember_clock(&mut shared.catalogue);
        self.tell_doubt(shared);
        self.release_if_due(shared);
        Deadline::after(now, LOOK_EVERY)
    }

    /// Begins the free month; `true` where it was ordered.
    pub fn start_trial(&mut self, shared: &mut Shared, request: RequestId) -> bool {
        let now = shared.now();
        let mut account = shared.door.account.clone();
        let checked = shared.door.check_clock();
        let ordered = checked.and_then(|()| account.trial(now));
        let ordered = ordered.map_err(OrderError::from).and_then(|order| {
            shared
                .door
                .append_trial(&mut shared.catalogue, &order, now)?;
            shared.door.account = account;
            Ok(order)
        });
        settle(shared, request, ordered)
    }

    pub fn quote(&self, shared: &mut Shared, request: RequestId, wish: &Wish) {
        let now = shared.now();
        let checked = shared.door.check_clock();
        match checked.and_then(|()| shared.door.account.quote(wish, now)) {
            Ok(quote) => shared.out.send(Event::Quoted {
                request,
                quote: Box::new(quote),
            }),
            Err(refusal) => shared
                .out
                .failed(request, FailureKind::Subscription, refusal),
        }
    }

    /// Charges exactly what the quote showed; `true` where it was ordered.
    pub fn order(&mut self, shared: &mut Shared, request: RequestId, quote: &Quote) -> bool {
        let now = shared.now();
        let ordered = place(shared, |account| account.confirm(quote, now));
        if let Err(OrderError::Refused(
            Refusal::QuoteExpired { fresh } | Refusal::QuoteOutdated { fresh },
        )) = &ordered
        {
            // The new figure follows the refusal, so that the dialog can ask again with it.
            shared.out.send(Event::Quoted {
                request,
                quote: fresh.clone(),
            });
        }
        settle(shared, request, ordered)
    }

    /// Makes the ledger of a lost catalogue this one's; `true` where it is.
    pub fn take_over(&self, shared: &mut Shared, request: RequestId) -> bool {
        match shared.door.take_over_ledger(&mut shared.catalogue) {
            Ok(true) => {
                account_changed(shared);
                let text = "The subscription of the lost catalogue is this one's now";
                shared.log(Severity::Info, format!("{text}."), None);
                shared.out.done(request, text, false);
                true
            }
            Ok(false) => {
                let text = "There is no subscription of a lost catalogue to take over.";
                shared.out.failed(request, FailureKind::Input, text);
                false
            }
            Err(error) => {
                shared.out.failed(request, FailureKind::System, error);
                false
            }
        }
    }

    /// Takes the answer which date is right, and records it; `true` where it was taken.
    pub fn answer_clock(
        &self,
        shared: &mut Shared,
        request: RequestId,
        answer: ClockAnswer,
    ) -> bool {
        shared.now();
        let Some(doubt) = shared.door.clock_doubt() else {
            let text = "The computer's clock and the catalogue's time agree: there is nothing to \
                        answer.";
            shared.out.failed(request, FailureKind::Input, text);
            return false;
        };
        match shared.door.answer_clock(&mut shared.catalogue, answer) {
            Ok(true) => {
                let text = answered(&doubt, answer);
                shared.log(Severity::Info, text.clone(), None);
                account_changed(shared);
                shared.out.done(request, text, false);
                true
            }
            Ok(false) => {
                let text = "Orders were placed at that date since, so the catalogue's time stays \
                            ahead of the clock and runs on with it.";
                shared.out.failed(request, FailureKind::Input, text);
                false
            }
            Err(error) => {
                shared.out.failed(request, FailureKind::System, error);
                false
            }
        }
    }

    /// Says once that the clock is doubted.
    fn tell_doubt(&mut self, shared: &mut Shared) {
        let refused = shared.door.check_clock();
        let doubted = refused.is_err();
        if let (Err(refusal), false) = (refused, self.doubted) {
            // The window asks, and a verb is refused: this is for Activity.
            shared.log(Severity::Info, refusal.to_string(), None);
        }
        if doubted != self.doubted {
            shared.changes.at_once = true;
        }
        self.doubted = doubted;
    }

    pub fn export_ledger(&self, shared: &Shared, request: RequestId, to: Target) {
        let rows = shared.door.account.ledger_rows();
        let count = rows.len() as u64;
        let written = export::write_whole(shared, &to, |out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(LEDGER_HEADER)?;
            for row in &rows {
                csv.write_record(row.fields())?;
            }
            csv.flush()
        });
        match written {
            Ok(()) => shared.out.exported(request, to.path, count),
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }

    /// Fifteen days after the end the catalogue is released: set aside whole, never destroyed.
    fn release_if_due(&mut self, shared: &mut Shared) {
        let released = matches!(shared.standing().phase, Phase::Released { .. });
        let is_read_only = shared.catalogue.store().is_read_only();
        if released && shared.catalogue.stored() > 0 && !is_read_only {
            self.set_aside = Some(SetAsideOrder::Release {
                pictures: shared.catalogue.stored(),
            });
        }
    }

    /// Puts a released catalogue back, once a package is in force again. What was indexed since is
    /// set aside in its turn.
    pub fn restore_set_aside(&mut self, shared: &mut Shared, request: RequestId, folder: PathBuf) {
        if !shared.refused(request) {
            self.set_aside = Some(SetAsideOrder::Restore { request, folder });
        }
    }

    pub fn delete_set_aside(&self, shared: &mut Shared, request: RequestId, folder: &Path) {
        if shared.refused(request) {
            return;
        }
        match Store::delete_aside(&shared.options.data_dir, folder) {
            Ok(()) => {
                shared.changes.set_aside = true;
                shared
                    .out
                    .done(request, "Deleted what was set aside", false);
            }
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }
}

/// What is recorded of an answer about the clock.
fn answered(doubt: &ClockDoubt, answer: ClockAnswer) -> String {
    let (clock, trusted) = (instant(doubt.clock), instant(doubt.trusted));
    match (answer, doubt.holds_up()) {
        (ClockAnswer::Clock, true) => {
            format!("The computer's clock was called right: it is {clock}, not {trusted}.")
        }
        (ClockAnswer::Clock, false) => format!(
            "The clock had been wrong when {trusted} was called right: it is {clock}, and time \
             goes on from there. If the catalogue was released meanwhile, it can be restored."
        ),
        (ClockAnswer::Trusted, true) => format!(
            "The computer's clock was called wrong: it says {clock}, but it is {trusted}. Set it \
             right; until then nothing ends, and nothing that needs the date is done."
        ),
        (ClockAnswer::Trusted, false) => {
            format!("The computer's clock was called wrong: it says {clock}, but it is {trusted}.")
        }
    }
}

/// Makes an order and records it: both, or neither.
fn place(
    shared: &mut Shared,
    order: impl FnOnce(&mut Account) -> Result<Order, Refusal>,
) -> Result<Order, OrderError> {
    shared.door.check_clock()?;
    let mut account = shared.door.account.clone();
    let order = order(&mut account)?;
    shared.catalogue.store_mut().append_order(&order)?;
    shared.door.account = account;
    Ok(order)
}

/// Brings the meter, the copy beside the account and what is shown to a changed account.
fn account_changed(shared: &mut Shared) {
    let now = shared.now();
    if let Err(error) = shared.door.read_meter(&shared.catalogue, now) {
        shared.warn(error);
    }
    if let Err(text) = shared.door.copy_ledger() {
        shared.warn(text);
    }
    shared.changes.at_once = true;
}

/// Reports the outcome of an order.
fn settle(shared: &mut Shared, request: RequestId, ordered: Result<Order, OrderError>) -> bool {
    match ordered {
        Ok(order) => {
            account_changed(shared);
            let text = format!("{}: {}, {}", order.kind.label(), order.plan, order.amount);
            shared.log(Severity::Info, text, None);
            shared.out.send(Event::Ordered {
                request,
                order: Box::new(order),
            });
            true
        }
        Err(OrderError::Refused(refusal)) => {
            shared
                .out
                .failed(request, FailureKind::Subscription, refusal);
            false
        }
        Err(OrderError::Store(error)) => {
            shared.out.failed(request, FailureKind::System, error);
            false
        }
    }
}

/// A change of the data folder as a whole, made with the catalogue closed.
pub enum SetAsideOrder {
    Release { pictures: u64 },
    Restore { request: RequestId, folder: PathBuf },
}

impl SetAsideOrder {
    /// Moves the files; the worker then opens what is there, and says the sentence that is returned.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where a release cannot be carried out: the catalogue is as it was. A restore
    /// that fails is answered, and leaves both catalogues as they were.
    pub fn carry_out(
        self,
        store: Store,
        options: &Options,
        out: &Outbox,
    ) -> Result<Option<String>, StoreError> {
        match self {
            Self::Release { pictures: count } => {
                let folder = store.set_aside(options.clock.now())?;
                let text = format!(
                    "The subscription ended more than 15 days ago, so the catalogue was released. \
                     Its {} are set aside in {}; your own files were not touched. After a new \
                     purchase you can restore it.",
                    pictures(count),
                    shown(&folder)
                );
                Ok(Some(text))
            }
            Self::Restore { request, folder } => {
                match store.restore_aside(&folder, options.clock.now()) {
                    Ok(None) => out.done(request, "The released catalogue is restored", false),
                    Ok(Some(kept)) => {
                        let text = format!(
                            "The released catalogue is restored; what was indexed since is set aside \
                             in {}",
                            shown(&kept)
                        );
                        out.done(request, text, false);
                    }
                    Err(error) => out.failed(request, FailureKind::System, error),
                }
                Ok(None)
            }
        }
    }
}
