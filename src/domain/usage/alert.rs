//! Alerts the user must see unasked.

use jiff::Timestamp;
use serde::Serialize;

use super::Gauge;
use crate::domain::{
    message::Severity,
    subscription::{Phase, Standing, calendar::days_until},
    words::{grouped, long_date},
};

/// Percent of the cap at which an alert is given.
const PERCENTS: [u64; 3] = [100, 95, 80];

/// Days before the end at which an alert is given.
const DAYS: [i64; 3] = [1, 3, 7];

#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "alert", rename_all = "snake_case")]
pub enum AlertKind {
    /// At least `percent` (80, 95 or 100) of the cap is used.
    Cap {
        gauge: Gauge,
        percent: u64,
    },
    /// The period ends within `days` (7, 3 or 1).
    Ends {
        days: i64,
    },
    /// The catalogue is released at this instant unless renewed.
    Overdue {
        release_at: Timestamp,
    },
    Released {
        at: Timestamp,
    },
}

/// A warning, true at the instant it was made for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Alert {
    /// The same as long as it is the same warning, so that it is announced once: it names the
    /// threshold and the month, cap or end it stands for.
    pub key: String,
    #[serde(flatten)]
    pub kind: AlertKind,
    pub severity: Severity,
    /// One sentence with the remedy.
    pub text: String,
}

/// All that holds at `now`, the gravest first; of each gauge and of the end only the highest
/// threshold passed.
pub(super) fn alerts(
    uploaded: u64,
    stored: u64,
    standing: &Standing,
    now: Timestamp,
) -> Vec<Alert> {
    let mut alerts = match standing.phase {
        Phase::None => Vec::new(),
        Phase::Overdue { release_at } => vec![overdue(release_at, now)],
        Phase::Released { at } => vec![released(at)],
        Phase::Trial | Phase::Active => [
            ends(standing, now),
            gauge(Gauge::Uploaded, uploaded, standing),
            gauge(Gauge::Stored, stored, standing),
        ]
        .into_iter()
        .flatten()
        .collect(),
    };
    alerts.sort_by_key(|alert| std::cmp::Reverse(alert.severity));
    alerts
}

fn gauge(gauge: Gauge, used: u64, standing: &Standing) -> Option<Alert> {
    let cap = standing.cap();
    let reached = |percent: &u64| u128::from(used) * 100 >= u128::from(cap) * u128::from(*percent);
    let percent = PERCENTS.into_iter().find(reached)?;
    // The monthly gauge warns again every month, the other one again for every cap.
    let scope = match gauge {
        Gauge::Uploaded => date_key(standing.billing_month?.0),
        Gauge::Stored => "always".to_owned(),
    };
    let count = format!(
        "{} of {} images are {}",
        grouped(used),
        grouped(cap),
        gauge.done()
    );
    let text = match (percent, gauge) {
        (100, Gauge::Uploaded) => {
            format!("{count}. Upgrade, or wait for the next month, to add more.")
        }
        (100, Gauge::Stored) => format!("{count}. Upgrade, or remove some, to add more."),
        _ => format!("{percent} % of the package is used: {count}."),
    };
    Some(Alert {
        key: format!("{}-{percent}-{scope}-{cap}", gauge.id()),
        kind: AlertKind::Cap { gauge, percent },
        severity: if percent == 100 {
            Severity::Error
        } else {
            Severity::Warning
        },
        text,
    })
}

fn ends(standing: &Standing, now: Timestamp) -> Option<Alert> {
    let (_, end) = standing.period?;
    let left = days_until(end, now);
    let days = DAYS.into_iter().find(|days| left <= *days)?;
    let what = if standing.phase == Phase::Trial {
        "The free trial"
    } else {
        "The period"
    };
    let left = if left == 1 {
        "within a day".to_owned()
    } else {
        format!("in {left} days")
    };
    Some(Alert {
        key: format!("ends-{days}-{}", date_key(end)),
        kind: AlertKind::Ends { days },
        severity: Severity::Warning,
        text: format!(
            "{what} ends {left}, on {}. Renew it to go on.",
            long_date(end)
        ),
    })
}

fn overdue(release_at: Timestamp, now: Timestamp) -> Alert {
    let left = match days_until(release_at, now) {
        1 => "within a day".to_owned(),
        days => format!("in {days} days"),
    };
    Alert {
        key: format!("overdue-{}", date_key(release_at)),
        kind: AlertKind::Overdue { release_at },
        severity: Severity::Error,
        text: format!(
            "The period has ended. The catalogue is released {left}, on {}. \
             Renew to search and add again.",
            long_date(release_at)
        ),
    }
}

fn released(at: Timestamp) -> Alert {
    Alert {
        key: format!("released-{}", date_key(at)),
        kind: AlertKind::Released { at },
        severity: Severity::Error,
        text: format!(
            "The catalogue was released on {} and set aside. Buy a package to restore it.",
            long_date(at)
        ),
    }
}

fn date_key(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}
