//! The names of a room, used wherever a room is mentioned.

use std::hash::{Hash, Hasher};

use egui::Key;
use egui_material_icons::MaterialIcon;

/// A room of the window: in the navigation, the palette, the sheet of keys and the settings.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its id in the settings and the state file, which stays the same when the label changes.
    pub id: &'static str,
    pub label: &'static str,
    /// One sentence more than the label.
    pub hint: &'static str,
    pub icon: MaterialIcon,
    /// Goes to the room, with Ctrl or Cmd.
    pub key: Key,
}

impl PartialEq for View {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for View {}

impl Hash for View {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
