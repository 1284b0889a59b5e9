//! The ledger's chain: each order's link covers the order and the link before it, so that a change
//! of one shows in all that follow.

use crate::domain::subscription::Order;

/// BLAKE3 of the link before and the order's text.
pub(super) type Link = [u8; 32];

/// The link before the first order of a catalogue.
pub(super) fn seed(catalogue_id: &str) -> Link {
    *blake3::hash(catalogue_id.as_bytes()).as_bytes()
}

/// The link of an order, by its text in the ledger.
pub(super) fn link(before: &Link, order: &str) -> Link {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before).update(order.as_bytes());
    *hasher.finalize().as_bytes()
}

/// The orders of a ledger as they are stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Ledger {
    pub orders: Vec<Order>,
    /// The number of the first order whose link does not fit, or that cannot be read; `orders` ends
    /// before one that cannot be read.
    pub broken_at: Option<u64>,
}
