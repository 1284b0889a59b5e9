//! What a result is to the query, and the evidence for it.

use serde::{Deserialize, Serialize};

use super::proof::Trial;

/// Cosines from which a verdict is given, `0..=1`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// From here on a copy is likely where it can be neither proven nor refuted.
    pub likely_copy: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { likely_copy: 0.60 }
    }
}

/// In the order of certainty, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The same bytes.
    SameFile,
    /// Proven.
    EditedCopy,
    /// So alike that it may be one, and it could not be tried.
    LikelyCopy,
    /// The same things from elsewhere, or other things before the same background.
    SameScene,
    Similar,
}

impl Verdict {
    /// Whether it is certain that both are the same picture.
    pub fn is_copy(self) -> bool {
        matches!(self, Self::SameFile | Self::EditedCopy)
    }

    pub const ALL: [Self; 5] = [
        Self::SameFile,
        Self::EditedCopy,
        Self::LikelyCopy,
        Self::SameScene,
        Self::Similar,
    ];

    /// What texture on both sides and no proof make no copy, however alike they are.
    pub fn new(same_bytes: bool, trial: &Trial, score: f32, thresholds: Thresholds) -> Self {
        match trial {
            _ if same_bytes => Self::SameFile,
            Trial::Proven(_) => Self::EditedCopy,
            Trial::SameScene(_) => Self::SameScene,
            Trial::Fails => Self::Similar,
            Trial::NotTried | Trial::NoThumbnail | Trial::LittleTexture => {
                match score >= thresholds.likely_copy {
                    true => Self::LikelyCopy,
                    false => Self::Similar,
                }
            }
        }
    }

    /// As shown on a badge.
    pub fn label(self) -> &'static str {
        match self {
            Self::SameFile => "Same file",
            Self::EditedCopy => "Edited copy",
            Self::LikelyCopy => "Likely copy",
            Self::SameScene => "Same scene",
            Self::Similar => "Similar",
        }
    }

    /// As written by the headless verbs.
    pub fn id(self) -> &'static str {
        match self {
            Self::SameFile => "same_file",
            Self::EditedCopy => "edited_copy",
            Self::LikelyCopy => "likely_copy",
            Self::SameScene => "same_scene",
            Self::Similar => "similar",
        }
    }
}

/// The evidence for a verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The files' bytes have the same BLAKE3 hash.
    pub same_bytes: bool,
    /// Largest cosine over the descriptors of the query and of its crops, as the exact f32
    /// re-ranking gives it, clamped to `0..=1`.
    pub score: f32,
    /// Degrees clockwise the query was turned by for this match: 0, 90, 180 or 270.
    pub query_turned_degrees: u16,
    pub trial: Trial,
    pub thresholds: Thresholds,
}

impl Evidence {
    pub fn verdict(&self) -> Verdict {
        Verdict::new(self.same_bytes, &self.trial, self.score, self.thresholds)
    }

    /// Why a likely copy is not proven, as the headless verbs write it.
    pub fn unproven_because(&self) -> Option<&'static str> {
        match self.verdict() {
            Verdict::LikelyCopy => self.trial.unproven_because(),
            _ => None,
        }
    }
}
