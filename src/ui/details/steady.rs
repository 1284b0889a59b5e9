//! Widgets that keep their identity whatever comes and goes above them.

use egui::{Ui, UiBuilder};

/// A part whose widgets are told apart by `salt` alone, not by how many were drawn before: the
/// keyboard stays in a field, and a menu open, when a notice appears above.
pub fn steady<R>(ui: &mut Ui, salt: impl egui::AsIdSalt, add: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.make_persistent_id(salt);
    ui.scope_builder(UiBuilder::new().scope_id(id), add).inner
}
