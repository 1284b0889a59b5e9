//! The standing of an account at an instant.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    Account,
    calendar::{days_until, release_after},
    refusal::Refusal,
    term::Term,
};
use crate::domain::plan::{Plan, PlanId};

/// A stage of a subscription's life.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    /// Nothing was ever ordered.
    #[default]
    None,
    /// The free month, on its own package; upgraded, it is active.
    Trial,
    Active,
    /// The period is over; the instance is kept until `release_at`.
    Overdue {
        release_at: Timestamp,
    },
    /// The instance was released.
    Released {
        at: Timestamp,
    },
}

impl Phase {
    /// In one word: `none`, `trial`, `active`, `overdue`, `released`.
    pub fn id(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Trial => "trial",
            Self::Active => "active",
            Self::Overdue { .. } => "overdue",
            Self::Released { .. } => "released",
        }
    }
}

/// What holds at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Standing {
    #[serde(flatten)]
    pub phase: Phase,
    /// The package in force, or the one that ran out while overdue; none otherwise.
    pub plan: Option<Plan>,
    /// The effective period: from the first of the terms that follow each other without a gap to
    /// the end of the last one paid. While overdue, the one that ended.
    pub period: Option<(Timestamp, Timestamp)>,
    /// The month the upload meter counts in; only with a package in force.
    pub billing_month: Option<(Timestamp, Timestamp)>,
    /// Days to the end of the period, or to the release while overdue; a begun day counts whole.
    pub days_left: i64,
    /// The first queued renewal with another package: that package, and from when to when.
    pub upcoming: Option<(PlanId, Timestamp, Timestamp)>,
}

impl Standing {
    /// Images allowed a month and stored; 0 with no package in force.
    pub fn cap(&self) -> u64 {
        match (self.phase, &self.plan) {
            (Phase::Trial | Phase::Active, Some(plan)) => plan.images,
            _ => 0,
        }
    }
}

impl Account {
    /// What holds at `now`, or at the latest instant seen where the clock was set back.
    pub fn standing(&self, now: Timestamp) -> Standing {
        let now = self.clock(now);
        match self.running(now) {
            Some(index) => self.running_standing(index, now),
            None => self.ended_standing(now),
        }
    }

    /// The package that may be used: queried, added to and deleted from.
    ///
    /// # Errors
    /// With no package in force, in words that say how to get one.
    pub fn package_in_force(&self, now: Timestamp) -> Result<&'static Plan, Refusal> {
        let now = self.clock(now);
        match self.running(now) {
            Some(index) => Ok(self.terms[index].plan_at(now)),
            None => Err(self.nothing_in_force(now)),
        }
    }

    /// Why nothing may be used although something was: none, overdue or released.
    pub(super) fn nothing_in_force(&self, now: Timestamp) -> Refusal {
        let Some(last) = self.terms.last() else {
            return Refusal::NoPackage {
                trial_offered: !self.trial_used(),
            };
        };
        let release_at = release_after(last.end);
        if now < release_at {
            let plan = last.last_plan().clone();
            Refusal::Overdue {
                plan,
                ended: last.end,
                release_at,
            }
        } else {
            Refusal::Released {
                at: release_at,
                trial_offered: !self.trial_used(),
            }
        }
    }

    /// The index of the term that holds `at`.
    pub(super) fn running(&self, at: Timestamp) -> Option<usize> {
        self.terms.iter().rposition(|term| term.holds(at))
    }

    /// The terms a change of the running package would take along: itself and the renewals of it.
    pub(super) fn span(&self, index: usize) -> &[Term] {
        let renewals = self.terms[index + 1..]
            .iter()
            .take_while(|term| term.continues)
            .count();
        &self.terms[index..=index + renewals]
    }

    pub(super) fn phase(&self, now: Timestamp) -> Phase {
        let Some(last) = self.terms.last() else {
            return Phase::None;
        };
        let release_at = release_after(last.end);
        match self.running(now) {
            Some(index) if self.terms[index].is_free_at(now) => Phase::Trial,
            Some(_) => Phase::Active,
            None if now < release_at => Phase::Overdue { release_at },
            None => Phase::Released { at: release_at },
        }
    }

    fn running_standing(&self, index: usize, now: Timestamp) -> Standing {
        let term = &self.terms[index];
        let end = self.terms.last().map_or(term.end, |last| last.end);
        let next = self.terms[index + 1..]
            .iter()
            .position(|term| !term.continues);
        let upcoming = next.map(|offset| {
            let span = self.span(index + 1 + offset);
            let until = span.last().map_or(end, |last| last.end);
            (span[0].last_plan().id.clone(), span[0].start, until)
        });
        Standing {
            phase: self.phase(now),
            plan: Some(term.plan_at(now).clone()),
            period: Some((self.effective_start(index), end)),
            billing_month: term
                .billing_months()
                .find(|(_, month_end)| now < *month_end),
            days_left: days_until(end, now),
            upcoming,
        }
    }

    fn ended_standing(&self, now: Timestamp) -> Standing {
        let phase = self.phase(now);
        let (Phase::Overdue { release_at }, Some(last)) = (phase, self.terms.last()) else {
            return Standing {
                phase,
                ..Standing::default()
            };
        };
        Standing {
            phase,
            plan: Some(last.last_plan().clone()),
            period: Some((self.effective_start(self.terms.len() - 1), last.end)),
            days_left: days_until(release_at, now),
            ..Standing::default()
        }
    }

    /// The start of the first term of those that lead to this one without a gap.
    fn effective_start(&self, index: usize) -> Timestamp {
        let mut start = self.terms[index].start;
        for earlier in self.terms[..index].iter().rev() {
            if earlier.end != start {
                break;
            }
            start = earlier.start;
        }
        start
    }
}
