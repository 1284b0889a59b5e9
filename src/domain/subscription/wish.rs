//! An order the customer wants, before it has a price.

use jiff::Timestamp;

use super::{Account, OrderKind, Quote, Refusal};
use crate::domain::plan::PlanId;

/// An order that a price is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Purchase { plan: PlanId, months: u32 },
    Change { plan: PlanId },
    Renewal { plan: PlanId, months: u32 },
}

impl Wish {
    /// Whether a quote is the price of this wish.
    pub fn is_answered_by(&self, quote: &Quote) -> bool {
        match self {
            Self::Purchase { plan, months } => {
                quote.kind == OrderKind::Purchase && quote.to == *plan && quote.months == *months
            }
            Self::Change { plan } => quote.kind.is_change() && quote.to == *plan,
            Self::Renewal { plan, months } => {
                quote.kind == OrderKind::Renewal && quote.to == *plan && quote.months == *months
            }
        }
    }
}

impl Account {
    /// What a wish would cost, held for ten minutes.
    ///
    /// # Errors
    /// As [`Self::quote_purchase`], [`Self::quote_change`] and [`Self::quote_renewal`].
    pub fn quote(&self, wish: &Wish, now: Timestamp) -> Result<Quote, Refusal> {
        match wish {
            Wish::Purchase { plan, months } => self.quote_purchase(plan, *months, now),
            Wish::Change { plan } => self.quote_change(plan, now),
            Wish::Renewal { plan, months } => self.quote_renewal(plan, *months, now),
        }
    }
}
