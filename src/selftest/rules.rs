//! The price list, the worked example of a change, the quota of calls.

use std::path::Path;

use super::outcome::{Outcome, expect, instant, text};
use crate::domain::{
    plan::{self, PlanId},
    quota::SlidingWindow,
    subscription::Account,
};

pub fn price_list(_: &Path) -> Outcome {
    plan::check().map_err(text)?;
    let count = plan::price_list().plans.len();
    expect(count == 15, || format!("{count} packages instead of 15"))?;
    Ok(format!("{count} packages"))
}

/// 2.5M/5 bought on 1 November for a month, changed to 5M/10 at half of it: $1,050.00 to pay.
pub fn worked_example(_: &Path) -> Outcome {
    let mut account = Account::default();
    let start = instant("2026-11-01T00:00:00Z")?;
    let half = instant("2026-11-16T00:00:00Z")?;
    let purchase = account
        .quote_purchase(&PlanId("2.5m-5".to_owned()), 1, start)
        .map_err(text)?;
    account.confirm(&purchase, start).map_err(text)?;
    let change = account
        .quote_change(&PlanId("5m-10".to_owned()), half)
        .map_err(text)?;
    expect(change.amount.0 == 105_000, || {
        format!("{} instead of $1,050.00", change.amount)
    })?;
    expect(change.period_end == purchase.period_end, || {
        "the period's end moved".to_owned()
    })?;
    Ok(change.amount.to_string())
}

pub fn calls_a_second(_: &Path) -> Outcome {
    let mut window = SlidingWindow::default();
    let mut now = 0;
    let mut instants = Vec::new();
    for step in 0..500 {
        now += step % 37;
        now = window.earliest(now, 5);
        window.record(now);
        instants.push(now);
    }
    let most = instants
        .iter()
        .map(|from| {
            instants
                .iter()
                .filter(|at| (*from..from + 1_000).contains(*at))
                .count()
        })
        .max()
        .unwrap_or(0);
    expect(most == 5, || {
        format!("{most} calls in a second under a quota of 5")
    })?;
    Ok(format!(
        "{} calls, at most {most} in any second",
        instants.len()
    ))
}
