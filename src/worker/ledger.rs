//! The ledger in the catalogue and its copy beside the account, made to agree.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::error::OpenError;
use crate::{
    domain::{
        catalogue::LostLedger,
        path::shown,
        subscription::{Account, LedgerError, Order, audit},
        words::plural,
    },
    engine::{
        ledger_copies::{LedgerCopies, LedgerCopy},
        store::{Store, StoreError},
    },
};

/// The copy of this catalogue's ledger.
pub struct LedgerKeeper {
    copies: LedgerCopies,
    catalogue_id: String,
    data_dir: PathBuf,
}

/// A ledger as it counts.
pub struct Agreed {
    pub orders: Vec<Order>,
    /// What did not add up, a sentence each.
    pub notices: Vec<String>,
}

impl LedgerKeeper {
    /// Reads the ledger. What one of the two places has lost, or has damaged, is taken from the
    /// other; what cannot be mended is said.
    ///
    /// # Errors
    ///
    /// [`OpenError`] where neither can be replayed, or the catalogue refuses.
    pub fn open(
        store: &mut Store,
        config_dir: &Path,
        data_dir: &Path,
    ) -> Result<(Self, Agreed), OpenError> {
        let keeper = Self {
            copies: LedgerCopies::new(config_dir),
            catalogue_id: store.catalogue_id()?,
            data_dir: data_dir.to_owned(),
        };
        let damaged = keeper.copies.damaged();
        let mut agreed = keeper.agree(store)?;
        let own = keeper.copies.file(&keeper.catalogue_id);
        agreed.notices.extend(damaged.iter().map(|file| {
            let file_shown = shown(file);
            match *file == own {
                true => format!("The account's copy of the ledger, {file_shown}, was damaged."),
                false => format!(
                    "{file_shown}, the account's copy of another catalogue's ledger, is damaged. It \
                     is mended when that catalogue is opened; if it is lost, delete the file."
                ),
            }
        }));
        let deviations = audit(&agreed.orders);
        agreed
            .notices
            .extend(deviations.iter().map(LedgerError::to_string));
        Ok((keeper, agreed))
    }

    fn agree(&self, store: &mut Store) -> Result<Agreed, OpenError> {
        let ledger = store.ledger()?;
        let replayed = replay(&ledger.orders);
        let copy = self
            .copies
            .read(&self.catalogue_id)
            .filter(|copy| replay(&copy.orders).is_ok());
        let mut agreed = Agreed {
            orders: ledger.orders,
            notices: Vec::new(),
        };
        let damaged_at = match (ledger.broken_at, &replayed) {
            (Some(number), _) => Some(number),
            (None, Err(error)) => Some(error.number),
            (None, Ok(())) => None,
        };
        match (damaged_at, copy) {
            _ if store.is_read_only() => replayed?,
            (None, Some(copy)) => self.compare(store, copy, &mut agreed)?,
            (None, None) => self.copy_or_say(&mut agreed),
            (Some(number), Some(copy)) => {
                store.replace_ledger(&self.catalogue_id, &copy.orders)?;
                agreed.notices.push(format!(
                    "The subscription's ledger was damaged from order {number} on. It was replaced \
                     by the account's copy, which has {}.",
                    plural(copy.orders.len() as u64, "order", "orders")
                ));
                agreed.orders = copy.orders;
            }
            (Some(number), None) => {
                replayed?;
                agreed.notices.push(format!(
                    "Order {number} of the subscription's ledger is not as it was written, and the \
                     account has no copy to compare it with. It counts as it reads now. To go back \
                     to an earlier state, use \"image-search restore-backup\"."
                ));
            }
        }
        Ok(agreed)
    }

    /// Brings two sound ledgers together: the longer one counts where it goes on from the other.
    fn compare(
        &self,
        store: &mut Store,
        copy: LedgerCopy,
        agreed: &mut Agreed,
    ) -> Result<(), StoreError> {
        if let Some(missing) = copy.orders.strip_prefix(&*agreed.orders) {
            if !missing.is_empty() {
                store.append_orders(missing)?;
                agreed.notices.push(format!(
                    "The catalogue lacked {} of the subscription, which were taken from the \
                     account's copy.",
                    plural(missing.len() as u64, "order", "orders")
                ));
                agreed.orders = copy.orders;
            }
            if copy.data_dir != self.data_dir {
                self.copy_or_say(agreed);
            }
        } else if agreed.orders.starts_with(&copy.orders) {
            self.copy_or_say(agreed);
        } else {
            let same = agreed.orders.iter().zip(&copy.orders);
            let first = 1 + same.take_while(|(here, there)| here == there).count();
            agreed.notices.push(format!(
                "The subscription's ledger and the account's copy of it differ from order {first} \
                 on. The ledger of the catalogue counts. If it is right, delete {}.",
                shown(&self.copies.file(&self.catalogue_id))
            ));
        }
        Ok(())
    }

    fn copy_or_say(&self, agreed: &mut Agreed) {
        if let Err(error) = self.copy(&agreed.orders) {
            agreed.notices.push(uncopied(&error));
        }
    }

    /// Brings the copy to these orders.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the account's folder cannot be written.
    pub fn copy(&self, orders: &[Order]) -> Result<(), StoreError> {
        if orders.is_empty() {
            return Ok(());
        }
        self.copies.write(&LedgerCopy {
            catalogue_id: self.catalogue_id.clone(),
            data_dir: self.data_dir.clone(),
            orders: orders.to_vec(),
        })
    }

    /// The subscription of a lost catalogue that lasts longest, for one without any.
    pub fn lost(&self, account: &Account, now: Timestamp) -> Option<LostLedger> {
        if !account.orders().is_empty() {
            return None;
        }
        let lost = self.copies.lost().unwrap_or_default();
        let offers = lost.into_iter().filter_map(|copy| {
            let account = Account::from_orders(copy.orders, false, now).ok()?;
            let standing = account.standing(now);
            Some(LostLedger {
                catalogue_id: copy.catalogue_id,
                data_dir: copy.data_dir,
                plan: standing.plan?.id,
                until: standing.period?.1,
            })
        });
        offers.max_by_key(|offer| offer.until)
    }

    /// Makes a lost catalogue's ledger this one's, which had none; returns its orders.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the catalogue refuses, and where the copy is gone meanwhile.
    pub fn take_over(
        &mut self,
        store: &mut Store,
        lost: &LostLedger,
    ) -> Result<Vec<Order>, StoreError> {
        let Some(copy) = self.copies.read(&lost.catalogue_id) else {
            let path = self.copies.file(&lost.catalogue_id);
            return Err(StoreError::Note { path });
        };
        store.replace_ledger(&copy.catalogue_id, &copy.orders)?;
        self.catalogue_id = copy.catalogue_id;
        Ok(copy.orders)
    }
}

/// What is said where the copy cannot be written.
pub fn uncopied(error: &StoreError) -> String {
    format!(
        "The account's copy of the subscription's ledger was not written: {error} It is tried again \
         at the next start."
    )
}

fn replay(orders: &[Order]) -> Result<(), LedgerError> {
    Account::from_orders(orders.to_vec(), false, Timestamp::MIN).map(drop)
}
