//! The keys that paste.

use egui::{Event, Key};

/// Notices the paste keys even if the clipboard holds only files: egui then makes no event of the
/// press, and only the release is seen.
#[derive(Default)]
pub struct PasteKeys {
    pressed: bool,
}

impl PasteKeys {
    /// Whether an event is the release of paste keys whose press was swallowed.
    pub fn swallowed(&mut self, event: &Event) -> bool {
        match event {
            Event::Key {
                key: Key::V,
                pressed: true,
                ..
            }
            | Event::Paste(_)
            | Event::PasteImage(_) => self.pressed = true,
            Event::Key {
                key: Key::V,
                pressed: false,
                modifiers,
                ..
            } => {
                return !std::mem::take(&mut self.pressed) && modifiers.command;
            }
            _ => {}
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use egui::Modifiers;

    use super::*;

    fn key(pressed: bool, modifiers: Modifiers) -> Event {
        Event::Key {
            key: Key::V,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers,
        }
    }

    #[test]
    fn paste_keys_without_an_event_are_noticed_by_their_release() {
        let mut keys = PasteKeys::default();
        assert!(keys.swallowed(&key(false, Modifiers::COMMAND)));
        assert!(!keys.swallowed(&Event::Paste("text".to_owned())));
        assert!(
            !keys.swallowed(&key(false, Modifiers::COMMAND)),
            "the paste was an event"
        );
        assert!(!keys.swallowed(&key(true, Modifiers::NONE)));
        assert!(
            !keys.swallowed(&key(false, Modifiers::NONE)),
            "a letter was typed"
        );
    }
}
