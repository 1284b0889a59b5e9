//! How wide the window is, in three steps.

use egui::{Context, Ui};

/// How much room the window leaves to what is always in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Navigation with words.
    Wide,
    /// Navigation of symbols alone.
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

    /// Points along the lower edge that the shell takes, with a gap: what floats keeps off them.
    pub fn below(self) -> f32 {
        match self {
            Self::Narrow => 100.0,
            Self::Wide | Self::Medium => 48.0,
        }
    }
}
