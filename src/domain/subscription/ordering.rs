//! Quoting and placing orders.
//!
//! The private `*_at` functions compute for an exact instant; the public ones let the clock
//! through [`Account::clock`] first, so that it never goes back.

use jiff::Timestamp;

use super::{
    Account, MAX_MONTHS,
    balance::balance,
    calendar::{QUOTE_VALID, whole_second},
    order::{Order, OrderKind},
    quote::Quote,
    refusal::Refusal,
    standing::Phase,
    term::Term,
};
use crate::domain::{
    money::Cents,
    plan::{Plan, PlanId, price_list},
};

impl Account {
    /// Whether [`Self::trial`] would start one.
    pub fn trial_offered(&self, now: Timestamp) -> bool {
        self.check_trial(self.clock(now)).is_ok()
    }

    /// Starts the free month and appends it to the ledger.
    ///
    /// # Errors
    /// When a trial was ever started, a package is in force, or one that ended waits for its renewal.
    pub fn trial(&mut self, now: Timestamp) -> Result<Order, Refusal> {
        let now = self.observe(now);
        self.check_trial(now)?;
        let start = whole_second(now);
        let plan = price_list().trial();
        let term = Term::new(plan, start, 1).ok_or(Refusal::TooFarAhead)?;
        self.append(Order {
            number: self.next_number(),
            at: start,
            kind: OrderKind::Trial,
            from: None,
            plan: plan.id.clone(),
            months: 1,
            amount: Cents::ZERO,
            period_start: start,
            period_end: term.end,
        })
    }

    /// A package for 1 to 36 months from now on.
    ///
    /// # Errors
    /// With a package in force (one at a time, one purchase a billing month).
    pub fn quote_purchase(
        &self,
        plan: &PlanId,
        months: u32,
        now: Timestamp,
    ) -> Result<Quote, Refusal> {
        self.purchase_at(plan, months, whole_second(self.clock(now)))
    }

    /// An upgrade or a downgrade to `plan` at once, for the rest of the running period.
    ///
    /// # Errors
    /// With no package in force, or for the one that is.
    pub fn quote_change(&self, plan: &PlanId, now: Timestamp) -> Result<Quote, Refusal> {
        self.change_at(plan, whole_second(self.clock(now)))
    }

    /// 1 to 36 more months, of the same or another package: from the end of everything paid, or
    /// from now on while overdue. The free month is renewed at the package's price.
    ///
    /// # Errors
    /// When there is nothing to renew: no package ever, or released since.
    pub fn quote_renewal(
        &self,
        plan: &PlanId,
        months: u32,
        now: Timestamp,
    ) -> Result<Quote, Refusal> {
        self.renewal_at(plan, months, whole_second(self.clock(now)))
    }

    /// Places the order that was quoted and charges exactly what was shown.
    ///
    /// # Errors
    /// After ten minutes, or when anything the quote rests on has changed, with a fresh quote; or
    /// as quoting again would refuse it.
    pub fn confirm(&mut self, quote: &Quote, now: Timestamp) -> Result<Order, Refusal> {
        let now = self.observe(now);
        let fresh = self.again(quote, whole_second(now))?;
        if now > quote.valid_until {
            return Err(Refusal::QuoteExpired {
                fresh: Box::new(fresh),
            });
        }
        // A quote is nothing but its inputs: it holds if they still lead to it.
        let unchanged = now >= quote.at
            && self
                .again(quote, quote.at)
                .is_ok_and(|again| again == *quote)
            && self.running(now) == self.running(quote.at)
            && self.phase(now) == self.phase(quote.at);
        if !unchanged {
            return Err(Refusal::QuoteOutdated {
                fresh: Box::new(fresh),
            });
        }
        self.append(Order {
            number: self.next_number(),
            at: whole_second(now),
            kind: quote.kind,
            from: quote.from.clone(),
            plan: quote.to.clone(),
            months: quote.months,
            amount: quote.amount,
            period_start: quote.period_start,
            period_end: quote.period_end,
        })
    }

    fn again(&self, quote: &Quote, at: Timestamp) -> Result<Quote, Refusal> {
        match quote.kind {
            OrderKind::Trial | OrderKind::Purchase => self.purchase_at(&quote.to, quote.months, at),
            OrderKind::Upgrade | OrderKind::Downgrade => self.change_at(&quote.to, at),
            OrderKind::Renewal => self.renewal_at(&quote.to, quote.months, at),
        }
    }

    fn check_trial(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.trial_used() {
            let Plan { id, price, .. } = price_list().trial().clone();
            return Err(Refusal::TrialUsed {
                cheapest: id,
                price,
            });
        }
        if matches!(self.phase(now), Phase::Overdue { .. }) {
            return Err(self.nothing_in_force(now));
        }
        self.check_none_in_force(now)
    }

    fn check_none_in_force(&self, now: Timestamp) -> Result<(), Refusal> {
        match (self.running(now), self.terms.last()) {
            (Some(index), Some(last)) => Err(Refusal::PackageInForce {
                plan: self.terms[index].plan_at(now).clone(),
                until: last.end,
            }),
            _ => Ok(()),
        }
    }

    fn purchase_at(&self, plan: &PlanId, months: u32, at: Timestamp) -> Result<Quote, Refusal> {
        let plan = known(plan)?;
        self.check_none_in_force(at)?;
        self.term_quote(OrderKind::Purchase, None, plan, months, at, at)
    }

    fn renewal_at(&self, plan: &PlanId, months: u32, at: Timestamp) -> Result<Quote, Refusal> {
        let plan = known(plan)?;
        let start = match (self.phase(at), self.terms.last()) {
            (Phase::Trial | Phase::Active, Some(last)) => last.end,
            (Phase::Overdue { .. }, _) => at,
            _ => return Err(self.nothing_in_force(at)),
        };
        let from = self.terms.last().map(|last| last.last_plan().id.clone());
        self.term_quote(OrderKind::Renewal, from, plan, months, start, at)
    }

    fn term_quote(
        &self,
        kind: OrderKind,
        from: Option<PlanId>,
        plan: &'static Plan,
        months: u32,
        start: Timestamp,
        at: Timestamp,
    ) -> Result<Quote, Refusal> {
        if !(1..=MAX_MONTHS).contains(&months) {
            return Err(Refusal::Months { months });
        }
        let term = Term::new(plan, start, months).ok_or(Refusal::TooFarAhead)?;
        let new_lines = term.lines(plan, start);
        let price = balance(&new_lines);
        Ok(Quote {
            kind,
            from,
            to: plan.id.clone(),
            at,
            valid_until: valid_until(at)?,
            months,
            old_balance: Cents::ZERO,
            new_balance: price,
            amount: price,
            period_start: start,
            period_end: term.end,
            old_lines: Vec::new(),
            new_lines,
            after_order: self.orders.len() as u64,
        })
    }

    pub(super) fn change_at(&self, plan: &PlanId, at: Timestamp) -> Result<Quote, Refusal> {
        let new = known(plan)?;
        let index = self.running(at).ok_or_else(|| self.nothing_in_force(at))?;
        let old = self.terms[index].plan_at(at);
        if old.id == new.id {
            return Err(Refusal::SamePackage {
                plan: new.id.clone(),
            });
        }
        let span = self.span(index);
        let lines =
            |plan: &Plan| -> Vec<_> { span.iter().flat_map(|term| term.lines(plan, at)).collect() };
        let (old_lines, new_lines) = (lines(old), lines(new));
        let (old_balance, new_balance) = (balance(&old_lines), balance(&new_lines));
        Ok(Quote {
            kind: if new.rank() > old.rank() {
                OrderKind::Upgrade
            } else {
                OrderKind::Downgrade
            },
            from: Some(old.id.clone()),
            to: new.id.clone(),
            at,
            valid_until: valid_until(at)?,
            months: 0,
            old_balance,
            new_balance,
            amount: new_balance - old_balance,
            period_start: at,
            period_end: span.last().map_or(at, |last| last.end),
            old_lines,
            new_lines,
            after_order: self.orders.len() as u64,
        })
    }

    fn next_number(&self) -> u64 {
        self.orders.len() as u64 + 1
    }

    /// Appends an order that the rules have made.
    fn append(&mut self, order: Order) -> Result<Order, Refusal> {
        // The ledger refuses only what contradicts it, and these orders were computed from it.
        self.apply(order.clone())?;
        Ok(order)
    }
}

fn known(id: &PlanId) -> Result<&'static Plan, Refusal> {
    price_list().get(id).ok_or_else(|| Refusal::UnknownPackage {
        id: id.0.clone(),
        known: price_list()
            .plans
            .iter()
            .map(|plan| plan.id.0.clone())
            .collect(),
    })
}

fn valid_until(at: Timestamp) -> Result<Timestamp, Refusal> {
    at.checked_add(QUOTE_VALID)
        .map_err(|_| Refusal::TooFarAhead)
}
