//! What every room of the window can do.

use egui::Ui;

use super::{action::Action, command::UiCommand, model::Model};

/// A room with what it remembers between frames. Only drawing is asked of every room.
pub trait Room {
    /// Draws the room over all the available space.
    fn ui(&mut self, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>);

    /// Whether a command about pictures would do something here.
    fn offers(&self, _command: UiCommand) -> bool {
        false
    }

    /// Runs a command about the pictures it shows; returns false for other commands.
    fn command(
        &mut self,
        _command: UiCommand,
        _model: &mut Model,
        _actions: &mut Vec<Action>,
    ) -> bool {
        false
    }

    /// Whether it needs attention: shown as a dot beside its symbol.
    fn wants_attention(&self, _model: &Model) -> bool {
        false
    }

    /// The name of the dialog open over it, which disables shortcuts.
    fn dialog(&self) -> Option<&'static str> {
        None
    }
}
