//! Widgets that keep their ids when others appear or disappear above them.

use egui::{Ui, UiBuilder};

/// A scope whose widget ids depend on `salt` alone, not on the widgets drawn before it: a field
/// keeps the focus, and a menu stays open, when a notice appears above.
pub fn steady<R>(ui: &mut Ui, salt: impl egui::AsIdSalt, add: impl FnOnce(&mut Ui) -> R) -> R {
    let id = ui.make_persistent_id(salt);
    ui.scope_builder(UiBuilder::new().scope_id(id), add).inner
}
