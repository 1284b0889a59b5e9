//! The two meters that a package's cap holds for.

use serde::Serialize;

/// What is counted against the cap.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Gauge {
    /// Images accepted since the billing month began; removing gives none back.
    Uploaded,
    /// Images in the catalogue now.
    Stored,
}

impl Gauge {
    pub const ALL: [Self; 2] = [Self::Uploaded, Self::Stored];

    /// As headed: `Uploaded this month`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Uploaded => "Uploaded this month",
            Self::Stored => "Stored",
        }
    }

    /// After "100 of 200 images": `uploaded this month`.
    pub fn done(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded this month",
            Self::Stored => "stored",
        }
    }

    /// In keys and JSON: `uploaded`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Uploaded => "uploaded",
            Self::Stored => "stored",
        }
    }
}
