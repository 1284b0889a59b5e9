//! Meters against the package's cap: what fits, what is left, when it will be full.

mod admission;
mod alert;
mod forecast;
mod gauge;
mod recommend;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;

pub use admission::{Admission, Wanted, admit};
pub use alert::{Alert, AlertKind};
pub use forecast::{Forecast, forecast};
pub use gauge::Gauge;
pub use recommend::{Neighbour, Recommendation, recommend};

use super::subscription::Account;

/// The meters and what follows from them at one instant.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Usage {
    pub uploaded: u64,
    pub stored: u64,
    /// Of the package in force; 0 with none.
    pub cap: u64,
    /// The month `uploaded` counts in.
    pub billing_month: Option<(Timestamp, Timestamp)>,
    pub forecast: Option<Forecast>,
    /// The most severe first.
    pub alerts: Vec<Alert>,
}

impl Usage {
    /// `uploaded` since the billing month began, `uploads_by_day` in UTC with the oldest first and
    /// days without any left out.
    pub fn new(
        account: &Account,
        uploaded: u64,
        stored: u64,
        uploads_by_day: &[(Date, u64)],
        now: Timestamp,
    ) -> Self {
        let standing = account.standing(now);
        Self {
            uploaded,
            stored,
            cap: standing.cap(),
            billing_month: standing.billing_month,
            forecast: forecast(uploads_by_day, uploaded, stored, &standing, now),
            alerts: alert::alerts(uploaded, stored, &standing, now),
        }
    }

    pub fn used(&self, gauge: Gauge) -> u64 {
        match gauge {
            Gauge::Uploaded => self.uploaded,
            Gauge::Stored => self.stored,
        }
    }

    /// The share of the cap that is used; above 1 after a downgrade below it, 0 with no package.
    pub fn share(&self, gauge: Gauge) -> f32 {
        if self.cap == 0 {
            0.0
        } else {
            (self.used(gauge) as f64 / self.cap as f64) as f32
        }
    }
}
