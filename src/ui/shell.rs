//! What is always in sight: header, navigation, status bar.

mod header;
mod navigation;
mod status;

pub use header::header_ui;
pub use navigation::{Dots, navigation_ui};
pub use status::{job_buttons_ui, status_ui};

use egui::{Context, Ui};

/// How much the window leaves to the shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Room {
    /// Navigation with words.
    Wide,
    /// Navigation of symbols alone.
    Medium,
    /// One column; navigation along the lower edge.
    Narrow,
}

impl Room {
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
