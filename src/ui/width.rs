//! How wide the window is, in three steps.

use egui::{Context, Ui};

/// How much space the window has for its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Navigation with words.
    Wide,
    /// Navigation with symbols only.
    Medium,
    /// One column; navigation along the lower edge.
    Narrow,
}

impl Width {
    pub fn of(ui: &Ui) -> Self {
        Self::of_window(ui.ctx())
    }

    pub fn of_window(ctx: &Context) -> Self {
        match ctx.content_rect().width() {
            width if width >= 1_080.0 => Self::Wide,
            width if width >= 560.0 => Self::Medium,
            _ => Self::Narrow,
        }
    }

    /// Points along the lower edge that the shell takes, with a gap; floating widgets stay above.
    pub fn below(self) -> f32 {
        match self {
            Self::Narrow => 100.0,
            Self::Wide | Self::Medium => 48.0,
        }
    }
}
