//! Terms: what was prepaid in one order, month by month, and which package served when.

use jiff::Timestamp;

use super::{
    balance::{BalanceLine, Value},
    calendar::months_after,
};
use crate::domain::{money::Cents, plan::Plan};

/// Prepaid months from a trial, a purchase or a renewal; `[start, end)`. Terms never overlap.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Term {
    /// The anchor of its billing months.
    pub start: Timestamp,
    pub end: Timestamp,
    pub months: u32,
    /// The free month: its own package costs nothing in it.
    pub free: bool,
    /// Of the package that the term before ends with: a change of that term, as long as it runs,
    /// takes this one along. A renewal with another package stands for itself.
    pub continues: bool,
    first: &'static Plan,
    /// Later packages with the instants they took over at, ascending, all within the term.
    changes: Vec<(Timestamp, &'static Plan)>,
}

impl Term {
    /// None where the end lies beyond the calendar.
    pub fn new(plan: &'static Plan, start: Timestamp, months: u32) -> Option<Self> {
        let end = months_after(start, months)?;
        let (free, continues, changes) = (false, false, Vec::new());
        Some(Self {
            start,
            end,
            months,
            free,
            continues,
            first: plan,
            changes,
        })
    }

    pub fn holds(&self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    pub fn plan_at(&self, at: Timestamp) -> &'static Plan {
        let change = self.changes.iter().rev().find(|(from, _)| *from <= at);
        change.map_or(self.first, |(_, plan)| plan)
    }

    /// The package it ends with.
    pub fn last_plan(&self) -> &'static Plan {
        self.plan_at(self.end)
    }

    /// Serves `plan` from `at` on, or from the start where that is still to come.
    pub fn change(&mut self, at: Timestamp, plan: &'static Plan) {
        if at <= self.start {
            self.first = plan;
            self.changes.clear();
        } else {
            self.changes.push((at, plan));
        }
    }

    /// In the free month, on its own package.
    pub fn is_free_at(&self, at: Timestamp) -> bool {
        self.free && self.price(self.plan_at(at)) == Cents::ZERO
    }

    pub fn billing_months(&self) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        (0..self.months).map_while(|month| {
            Some((
                months_after(self.start, month)?,
                months_after(self.start, month + 1)?,
            ))
        })
    }

    /// A line for each billing month that is not over at `from`, at the price of `plan`.
    pub fn lines(&self, plan: &Plan, from: Timestamp) -> Vec<BalanceLine> {
        self.billing_months()
            .filter(|(_, month_end)| *month_end > from)
            .map(|month| BalanceLine::new(month, from, self.price(plan)))
            .collect()
    }

    /// What was used up by `until`: every second at the price of the package that served in it.
    pub fn consumed(&self, until: Timestamp) -> Value {
        let served = std::iter::once((self.start, self.first)).chain(self.changes.iter().copied());
        let ends = self.changes.iter().map(|(from, _)| *from).chain([self.end]);
        served
            .zip(ends)
            .map(|((from, plan), to)| self.cost(plan, from, to.min(until)))
            .sum()
    }

    fn cost(&self, plan: &Plan, from: Timestamp, to: Timestamp) -> Value {
        let month_cost = |(month_start, month_end): (Timestamp, Timestamp)| {
            let secs = to.min(month_end).as_second() - from.max(month_start).as_second();
            let month_secs = month_end.as_second() - month_start.as_second();
            Value::of(self.price(plan), secs.max(0), month_secs)
        };
        self.billing_months().map(month_cost).sum()
    }

    /// Of a month of this term. Because the free month's package costs nothing in it, going up
    /// from the trial and back again costs nothing either.
    fn price(&self, plan: &Plan) -> Cents {
        let trial = &crate::domain::plan::price_list().trial().id;
        if self.free && plan.id == *trial {
            Cents::ZERO
        } else {
            plan.price
        }
    }
}
