//! The subscription's commands, and what follows when a period has ended for good.

use std::path::{Path, PathBuf};

use super::{
    Options,
    changes::pictures,
    command::RequestId,
    event::{Event, FailureKind},
    outbox::Outbox,
    run::Worker,
};
use crate::{
    domain::{
        catalogue::Severity,
        subscription::{Account, LEDGER_HEADER, Order, Phase, Quote, Refusal, Wish},
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

impl Worker<'_> {
    pub fn start_trial(&mut self, request: RequestId) {
        let now = self.now();
        let ordered = self.place(|account| account.trial(now)).and_then(|order| {
            self.mark_trial()?;
            Ok(order)
        });
        self.ordered(request, ordered);
    }

    pub fn quote(&mut self, request: RequestId, wish: &Wish) {
        let now = self.now();
        match self.door.account.quote(wish, now) {
            Ok(quote) => self.out.send(Event::Quoted {
                request,
                quote: Box::new(quote),
            }),
            Err(refusal) => self.out.failed(request, FailureKind::Subscription, refusal),
        }
    }

    /// Charges exactly what the quote showed.
    pub fn order(&mut self, request: RequestId, quote: &Quote) {
        let now = self.now();
        let ordered = self.place(|account| account.confirm(quote, now));
        if let Err(OrderError::Refused(
            Refusal::QuoteExpired { fresh } | Refusal::QuoteOutdated { fresh },
        )) = &ordered
        {
            // The new figure follows the refusal, so that the dialog can ask again with it.
            self.out.send(Event::Quoted {
                request,
                quote: fresh.clone(),
            });
        }
        self.ordered(request, ordered);
    }

    /// Makes an order and writes it down: both, or neither.
    fn place(
        &mut self,
        order: impl FnOnce(&mut Account) -> Result<Order, Refusal>,
    ) -> Result<Order, OrderError> {
        let mut account = self.door.account.clone();
        let order = order(&mut account)?;
        self.catalogue.store_mut().append_order(&order)?;
        self.door.account = account;
        Ok(order)
    }

    fn ordered(&mut self, request: RequestId, ordered: Result<Order, OrderError>) {
        match ordered {
            Ok(order) => {
                let now = self.now();
                if let Err(error) = self.door.read_meter(&self.catalogue, now) {
                    self.warn(error.to_string());
                }
                let text = format!("{}: {}, {}", order.kind.label(), order.plan, order.amount);
                self.say(Severity::Info, text, None);
                self.out.send(Event::Ordered {
                    request,
                    order: Box::new(order),
                });
                self.release_held();
                self.publish_now();
            }
            Err(OrderError::Refused(refusal)) => {
                self.out.failed(request, FailureKind::Subscription, refusal);
            }
            Err(OrderError::Store(error)) => {
                self.out.failed(request, FailureKind::System, error);
            }
        }
    }

    pub fn export_ledger(&mut self, request: RequestId, to: PathBuf) {
        let rows = self.door.account.ledger_rows();
        let count = rows.len() as u64;
        let written = super::export::write_whole(&to, |out| {
            let mut csv = csv::Writer::from_writer(out);
            csv.write_record(LEDGER_HEADER)?;
            for row in &rows {
                csv.write_record(row.fields())?;
            }
            csv.flush()
        });
        match written {
            Ok(()) => self.out.send(Event::Exported {
                request,
                to,
                rows: count,
            }),
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    /// Fifteen days after the end the catalogue is released: set aside whole, never destroyed.
    pub fn release_if_due(&mut self) {
        if matches!(self.phase(), Phase::Released { .. }) && self.catalogue.stored() > 0 {
            self.set_aside = Some(SetAsideOrder::Release {
                pictures: self.catalogue.stored(),
            });
        }
    }

    /// Puts a released catalogue back, once a package is in force again. What was indexed since is
    /// set aside in its turn.
    pub fn restore_set_aside(&mut self, request: RequestId, folder: PathBuf) {
        if self.refused(request) {
            return;
        }
        self.set_aside = Some(SetAsideOrder::Restore { request, folder });
    }

    pub fn delete_set_aside(&mut self, request: RequestId, folder: &Path) {
        if self.refused(request) {
            return;
        }
        match Store::delete_aside(&self.options.data_dir, folder) {
            Ok(()) => {
                self.publisher.set_aside_changed();
                self.out.done(request, "Deleted what was set aside", false);
            }
            Err(error) => self.out.failed(request, FailureKind::System, error),
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
                    folder.display()
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
                            kept.display()
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
