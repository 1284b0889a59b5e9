//! What every room of the window can do.

use egui::Ui;

use super::{action::Action, command::UiCommand, model::Model};

/// A room with what it remembers between frames. Only drawing is asked of every room.
pub trait Room {
    /// Draws the room in all the place there is.
    fn ui(&mut self, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>);

    /// Whether a command about pictures would do something here.
    fn offers(&self, _command: UiCommand) -> bool {
        false
    }

    /// Does a command about the pictures it shows; returns whether it was one.
    fn command(
        &mut self,
        _command: UiCommand,
        _model: &mut Model,
        _actions: &mut Vec<Action>,
    ) -> bool {
        false
    }

    /// Something in it wants to be looked at: a dot beside its symbol.
    fn wants_attention(&self, _model: &Model) -> bool {
        false
    }

    /// The name of the dialog that is open over it: shortcuts rest meanwhile.
    fn dialog(&self) -> Option<&'static str> {
        None
    }
}
