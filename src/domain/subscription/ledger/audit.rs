//! Computes every order of a ledger again from its own inputs.

use jiff::SignedDuration;

use super::LedgerError;
use crate::domain::{
    money::Cents,
    plan::{PlanId, price_list},
    subscription::{
        Account,
        balance::balance,
        calendar::QUOTE_VALID,
        order::{
            Order,
            OrderKind::{self, Downgrade, Purchase, Renewal, Trial, Upgrade},
        },
        term::Term,
    },
};

/// What in these orders does not follow from the orders before them: an amount, a package changed
/// from, an instant. Whatever may be wrong with the ledger is said, one error an order; an order
/// that cannot be replayed ends the audit.
pub fn audit(orders: &[Order]) -> Vec<LedgerError> {
    let mut account = Account::default();
    let mut errors = Vec::new();
    for (order, number) in orders.iter().zip(1..) {
        let found = account.deviation(order).map(|reason| LedgerError {
            number,
            reason: reason.to_owned(),
        });
        match account.apply(order.clone()) {
            Ok(()) => errors.extend(found),
            Err(error) => {
                errors.push(error);
                break;
            }
        }
    }
    errors
}

impl Account {
    /// How an order differs from the one the rules would have made next.
    fn deviation(&self, order: &Order) -> Option<&'static str> {
        if !self.is_in_time(order) {
            return Some("it does not begin when it was ordered");
        }
        let (kind, from, amount) = self.computed(order)?;
        if kind != order.kind {
            Some("it is of another kind than its packages make it")
        } else if from != order.from {
            Some("it names another package before it than was in force")
        } else if amount != order.amount {
            Some("its amount is not what its packages and instants come to")
        } else {
            None
        }
    }

    /// Kind, package before and amount of an order by the rules; none where replaying it fails too.
    fn computed(&self, order: &Order) -> Option<(OrderKind, Option<PlanId>, Cents)> {
        match order.kind {
            Upgrade | Downgrade => {
                let quote = self.change_at(&order.plan, order.period_start).ok()?;
                Some((quote.kind, quote.from, quote.amount))
            }
            Trial => Some((Trial, None, Cents::ZERO)),
            Purchase | Renewal => {
                let plan = price_list().get(&order.plan)?;
                let term = Term::new(plan, order.period_start, order.months)?;
                let price = balance(&term.lines(plan, order.period_start));
                let before = self.terms.last().map(|last| last.last_plan().id.clone());
                let from = before.filter(|_| order.kind == Renewal);
                Some((order.kind, from, price))
            }
        }
    }

    /// Orders take effect when they were quoted, up to ten minutes before they were confirmed; a
    /// renewal in time at the end of what is paid.
    fn is_in_time(&self, order: &Order) -> bool {
        let end = self.terms.last().map(|last| last.end);
        let queued = order.kind == Renewal && end.is_some_and(|end| order.at < end);
        if queued {
            return Some(order.period_start) == end;
        }
        let waited = order.at.duration_since(order.period_start);
        (SignedDuration::ZERO..=QUOTE_VALID).contains(&waited)
    }
}
