//! The ways in which two pictures are compared.

use egui::Key;

/// How the pictures lie to each other on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    SideBySide,
    /// One over the other, and the upper one can be seen through.
    Overlay,
    /// One in the other's place, in turns.
    Blink,
    /// What is left when one is taken from the other.
    Difference,
}

impl Mode {
    pub const ALL: [Self; 4] = [
        Self::SideBySide,
        Self::Overlay,
        Self::Blink,
        Self::Difference,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::SideBySide => "Side by side",
            Self::Overlay => "Overlay",
            Self::Blink => "Blink",
            Self::Difference => "Difference",
        }
    }

    /// For where there is no room for the label.
    pub fn short_label(self) -> &'static str {
        match self {
            Self::SideBySide => "Beside",
            Self::Difference => "Differ.",
            Self::Overlay | Self::Blink => self.label(),
        }
    }

    pub fn key(self) -> Key {
        match self {
            Self::SideBySide => Key::P,
            Self::Overlay => Key::O,
            Self::Blink => Key::B,
            Self::Difference => Key::D,
        }
    }

    pub fn tip(self) -> &'static str {
        match self {
            Self::SideBySide => "Both, each in its own place (P)",
            Self::Overlay => "One over the other, seen through (O)",
            Self::Blink => "In turns in the same place (B)",
            Self::Difference => "What differs is light, what is the same is black (D)",
        }
    }

    /// Whether both lie in one canvas, which takes a map from one to the other.
    pub fn is_aligned(self) -> bool {
        self != Self::SideBySide
    }
}
