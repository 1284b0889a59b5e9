//! What a result is to the query, and the evidence for it.

use serde::{Deserialize, Serialize};

/// Cosines from which a verdict is given, `0..=1`.
///
/// The defaults are the false-positive rates measured for the default model over 3,247 photos:
/// one in a thousand unrelated pictures reaches 0.67, one in twenty 0.60.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    pub edited_copy: f32,
    pub likely_copy: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            edited_copy: 0.67,
            likely_copy: 0.60,
        }
    }
}

/// In the order of certainty, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    SameFile,
    EditedCopy,
    LikelyCopy,
    Similar,
}

impl Verdict {
    pub fn new(same_bytes: bool, score: f32, thresholds: Thresholds) -> Self {
        if same_bytes {
            Self::SameFile
        } else if score >= thresholds.edited_copy {
            Self::EditedCopy
        } else if score >= thresholds.likely_copy {
            Self::LikelyCopy
        } else {
            Self::Similar
        }
    }

    /// As shown on a badge.
    pub fn label(self) -> &'static str {
        match self {
            Self::SameFile => "Same file",
            Self::EditedCopy => "Edited copy",
            Self::LikelyCopy => "Likely copy",
            Self::Similar => "Similar",
        }
    }

    /// As written by the headless verbs.
    pub fn id(self) -> &'static str {
        match self {
            Self::SameFile => "same_file",
            Self::EditedCopy => "edited_copy",
            Self::LikelyCopy => "likely_copy",
            Self::Similar => "similar",
        }
    }
}

/// The evidence for a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Evidence {
    /// The files' bytes have the same BLAKE3 hash.
    pub same_bytes: bool,
    /// Cosine of the descriptors as the exact f32 re-ranking gives it, clamped to `0..=1`.
    pub score: f32,
    /// Degrees clockwise the query was turned by for this match: 0, 90, 180 or 270.
    pub query_turned_degrees: u16,
    pub thresholds: Thresholds,
}
