//! What is wrong with a damaged ledger.

/// The ledger contradicts itself or the price list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "Order {number} of the subscription's ledger is damaged: {reason}. \
     Restore the data folder from a backup."
)]
pub struct LedgerError {
    /// Its place in the ledger, from 1.
    pub number: u64,
    pub reason: String,
}
