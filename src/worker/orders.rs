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
        subscription::{Account, LEDGER_HEADER, Order, Phase, Quote, Refusal, Wish},
        words::pictures,
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
    /// A pending change of the whole folder, which restarts the worker.
    set_aside: Option<SetAsideOrder>,
}

impl Orders {
    /// Work that needs the catalogue closed.
    pub fn take_set_aside(&mut self) -> Option<SetAsideOrder> {
        self.set_aside.take()
    }

    /// Checks for a new billing month, an end or a release.
    pub fn tick(&mut self, shared: &mut Shared, now: Instant) -> Deadline {
        if let Some(at) = self.next_look.filter(|at| *at > now) {
            return Deadline::at(at);
        }
        self.next_look = Some(now + LOOK_EVERY);
        let instant = shared.now();
        if let Err(error) = shared.door.read_meter(&shared.catalogue, instant) {
            shared.warn(error);
        }
        shared.door.remember_clock(&mut shared.catalogue, instant);
        self.release_if_due(shared);
        Deadline::after(now, LOOK_EVERY)
    }

    /// Begins the free month; `true` where it was ordered.
    pub fn start_trial(&mut self, shared: &mut Shared, request: RequestId) -> bool {
        let now = shared.now();
        let mut account = shared.door.account.clone();
        let ordered = account.trial(now).map_err(OrderError::from);
        let ordered = ordered.and_then(|order| {
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
        match shared.door.account.quote(wish, now) {
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
        if released && shared.catalogue.stored() > 0 {
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

/// Makes an order and records it: both, or neither.
fn place(
    shared: &mut Shared,
    order: impl FnOnce(&mut Account) -> Result<Order, Refusal>,
) -> Result<Order, OrderError> {
    let mut account = shared.door.account.clone();
    let order = order(&mut account)?;
    shared.catalogue.store_mut().append_order(&order)?;
    shared.door.account = account;
    Ok(order)
}

/// Reports the outcome of an order.
fn settle(shared: &mut Shared, request: RequestId, ordered: Result<Order, OrderError>) -> bool {
    match ordered {
        Ok(order) => {
            let now = shared.now();
            if let Err(error) = shared.door.read_meter(&shared.catalogue, now) {
                shared.warn(error);
            }
            let text = format!("{}: {}, {}", order.kind.label(), order.plan, order.amount);
            shared.log(Severity::Info, text, None);
            shared.out.send(Event::Ordered {
                request,
                order: Box::new(order),
            });
            shared.changes.at_once = true;
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
