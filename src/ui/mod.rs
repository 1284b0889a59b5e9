//! Panels and widgets: they read a [`model::Model`], draw, and send [`action::Action`]s.
//!
//! The panel of a whole room is a [`room::Room`], and listed in [`rooms`]. What destroys something
//! goes through a [`deletion::Confirmation`].
//!
//! Nothing here knows the engine or the worker, reads a file or waits for anything.

pub mod action;
pub mod activity;
pub mod cache;
pub mod catalogue;
pub mod clock_question;
pub mod command;
pub mod compare;
pub mod deletion;
pub mod details;
pub mod drop_overlay;
pub mod first_run;
pub mod fonts;
pub mod grid;
pub mod import;
pub mod model;
pub mod opening;
pub mod palette;
pub mod room;
pub mod rooms;
pub mod search;
pub mod settings;
pub mod shell;
pub mod shortcuts;
pub mod subscription;
pub mod text;
pub mod toasts;
pub mod tokens;
pub mod view;
pub mod widgets;
pub mod width;

/// Installs fonts and styles; before the first frame.
pub fn install(ctx: &egui::Context) {
    fonts::install(ctx);
    tokens::install(ctx);
    // Ctrl with + and - sizes the pictures of the grid, not the whole window.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
}
