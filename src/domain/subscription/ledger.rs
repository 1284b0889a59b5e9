//! The append-only ledger: orders folded into terms, and rows for export.

mod audit;
mod error;

pub use audit::audit;
pub use error::LedgerError;

use super::{
    Account, MAX_MONTHS,
    order::{Order, OrderKind},
    term::Term,
};
use crate::domain::{
    money::Cents,
    plan::{Plan, price_list},
};

/// Headings of [`LedgerRow::fields`].
pub const LEDGER_HEADER: [&str; 11] = [
    "number",
    "at",
    "order",
    "from",
    "package",
    "months",
    "amount",
    "total",
    "currency",
    "period_start",
    "period_end",
];

/// An order with the sum of the ledger up to and including it.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerRow<'a> {
    pub order: &'a Order,
    pub total: Cents,
}

impl LedgerRow<'_> {
    /// One cell for each of [`LEDGER_HEADER`]; amounts as plain decimals, instants as RFC 3339.
    pub fn fields(&self) -> [String; 11] {
        let order = self.order;
        [
            order.number.to_string(),
            order.at.to_string(),
            order.kind.id().to_owned(),
            order
                .from
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            order.plan.to_string(),
            order.months.to_string(),
            order.amount.decimal(),
            self.total.decimal(),
            price_list().currency.clone(),
            order.period_start.to_string(),
            order.period_end.to_string(),
        ]
    }
}

impl Account {
    /// Every order with its running total, oldest first.
    pub fn ledger_rows(&self) -> Vec<LedgerRow<'_>> {
        let mut total = Cents::ZERO;
        let mut rows = Vec::with_capacity(self.orders.len());
        for order in &self.orders {
            total = total + order.amount;
            rows.push(LedgerRow { order, total });
        }
        rows
    }

    /// Appends an order and folds it into the terms.
    pub(super) fn apply(&mut self, order: Order) -> Result<(), LedgerError> {
        self.fold(&order).map_err(|reason| LedgerError {
            number: self.orders.len() as u64 + 1,
            reason: reason.to_owned(),
        })?;
        self.trial_used |= order.kind == OrderKind::Trial;
        self.latest_seen = self.latest_seen.max(order.at);
        self.orders.push(order);
        Ok(())
    }

    fn fold(&mut self, order: &Order) -> Result<(), &'static str> {
        if order.number != self.orders.len() as u64 + 1 {
            return Err("its number does not follow the one before");
        }
        if self.orders.last().is_some_and(|last| order.at < last.at) {
            return Err("it is dated before the one it follows");
        }
        if order.kind == OrderKind::Trial && self.orders.iter().any(|o| o.kind == OrderKind::Trial)
        {
            return Err("it is a second trial");
        }
        let plan = price_list()
            .get(&order.plan)
            .ok_or("its package is not on the price list")?;
        if order.kind.is_change() {
            self.fold_change(order, plan)
        } else {
            self.fold_term(order, plan)
        }
    }

    fn fold_change(&mut self, order: &Order, plan: &'static Plan) -> Result<(), &'static str> {
        let at = order.period_start;
        if self.orders.last().is_some_and(|last| at < last.at) {
            return Err("it takes effect before the one it follows");
        }
        let index = self
            .running(at)
            .ok_or("it changes a package when none was in force")?;
        let span = self.span(index);
        if span.last().is_none_or(|last| last.end != order.period_end) {
            return Err("it moves the end of the period");
        }
        let count = span.len();
        for term in &mut self.terms[index..index + count] {
            term.change(at, plan);
        }
        Ok(())
    }

    fn fold_term(&mut self, order: &Order, plan: &'static Plan) -> Result<(), &'static str> {
        if !(1..=MAX_MONTHS).contains(&order.months) {
            return Err("its months are not between 1 and 36");
        }
        let term = Term::new(plan, order.period_start, order.months);
        let mut term = term
            .filter(|term| term.end == order.period_end)
            .ok_or("its period is not as long as its months")?;
        term.free = order.kind == OrderKind::Trial;
        if let Some(last) = self.terms.last() {
            if term.start < last.end {
                return Err("its period overlaps the one before");
            }
            term.continues = last.last_plan().id == plan.id;
        }
        self.terms.push(term);
        Ok(())
    }
}
