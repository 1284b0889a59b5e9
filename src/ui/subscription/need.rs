//! What the catalogue needs, derived from what is stored and the pace of its growth.

use jiff::Timestamp;

use super::words::short_title;
use crate::{
    domain::{
        catalogue::State,
        usage::{Recommendation, recommend},
        words::grouped,
    },
    ui::widgets::date,
};

const DAY_SECS: f64 = 86_400.0;

/// A need in pictures and calls a second, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    pub images: u64,
    pub qps: u32,
    /// After the number: `foreseen for 10 Dec 2026 at the pace of the last 14 days`.
    pub because: String,
}

impl Need {
    /// What both gauges will show at the end of the period at the present pace; the speed stays
    /// that of the package in force. Without a forecast, what they show now.
    pub fn of(state: &State, now: Timestamp) -> Self {
        let usage = &state.usage;
        let standing = state.account.standing(now);
        let qps = standing.plan.as_ref().map_or(1, |plan| plan.query_qps);
        let grown = |used: u64, until: Timestamp, per_day: f64| {
            let days = (until.as_second() - now.as_second()).max(0) as f64 / DAY_SECS;
            used + (days * per_day).ceil() as u64
        };
        let ends = (usage.billing_month, standing.period);
        if let (Some(forecast), (Some((_, month_end)), Some((_, end)))) = (&usage.forecast, ends) {
            let uploaded = grown(usage.uploaded, month_end, forecast.per_day);
            let stored = grown(usage.stored, end, forecast.per_day);
            let because = format!("foreseen for {} at the pace of the last 14 days", date(end));
            return Self {
                images: uploaded.max(stored),
                qps,
                because,
            };
        }
        let images = usage.uploaded.max(usage.stored);
        Self {
            images,
            qps,
            because: "stored or uploaded this month".to_owned(),
        }
    }

    pub fn recommendation(&self) -> Recommendation {
        recommend(self.images, self.qps)
    }
}

/// The recommendation under the table's heading: which package, and why.
pub fn reason(
    state: &State,
    need: &Need,
    recommendation: &Recommendation,
    now: Timestamp,
) -> String {
    let pictures = format!("the {} pictures {}", grouped(need.images), need.because);
    let Some(plan) = &recommendation.fits else {
        return format!("No package holds {pictures}: ask for a custom quote.");
    };
    let title = short_title(plan);
    if need.images == 0 {
        return format!("Recommended to begin with: {title}, the cheapest package.");
    }
    let yours = state
        .account
        .package_in_force(now)
        .is_ok_and(|current| current.id == plan.id);
    if yours {
        return format!(
            "Your package fits: it is the cheapest at {} QPS for {pictures}.",
            need.qps
        );
    }
    format!(
        "Recommended: {title}, the cheapest at {} QPS for {pictures}.",
        need.qps
    )
}
