//! The first start: an introduction, one click to begin, and a drop zone.

use egui::{Align, Label, Layout, Rect, Ui, UiBuilder, pos2, vec2};
use egui_material_icons::icons::ICON_ADD_PHOTO_ALTERNATE;

use super::{
    action::{Action, SubscriptionAction},
    command::UiCommand,
    model::Model,
    subscription,
    tokens::{Tokens, body, size, space, title},
    widgets::{self, Button},
};
use crate::domain::subscription::Phase;

const ZONE: egui::Vec2 = vec2(720.0, 340.0);

/// Whether the window explains itself: no package was ever in force and nothing is indexed.
pub fn is_first_run(model: &Model) -> bool {
    model.state.as_ref().is_some_and(|state| {
        state.stored == 0
            && !state.account.trial_used()
            && matches!(state.account.standing(model.clock).phase, Phase::None)
    })
}

/// Draws the first start over all the available space.
pub fn first_run_ui(model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let room = ui.available_rect_before_wrap().shrink(space::L);
    let narrow = room.width() < 520.0;
    let height = if narrow { 400.0 } else { ZONE.y };
    let size = vec2(
        ZONE.x.min(room.width()),
        height.min((room.height() - 72.0).max(220.0)),
    );
    let middle = room.center() - vec2(0.0, space::XL);
    let zone = Rect::from_center_size(
        pos2(middle.x, middle.y.max(room.top() + size.y / 2.0)),
        size,
    );
    widgets::dashed_outline(ui, zone);
    let inside = UiBuilder::new()
        .max_rect(zone.shrink(space::XL))
        .layout(Layout::top_down(Align::Center));
    ui.scope_builder(inside, |ui| {
        zone_ui(model, narrow, zone.height(), ui, actions)
    });
    let below = Rect::from_min_max(
        pos2(zone.left(), zone.bottom() + space::L),
        pos2(zone.right(), room.bottom().max(zone.bottom() + 60.0)),
    );
    let footer = UiBuilder::new()
        .max_rect(below)
        .layout(Layout::top_down(Align::Center));
    ui.scope_builder(footer, |ui| {
        let words = "The first month is free, for up to 100,000 pictures. \
                     Everything stays on this computer.";
        ui.add(Label::new(body(words).color(tokens.dim)).wrap());
        let lost = model
            .state
            .as_ref()
            .and_then(|state| state.lost_ledger.as_ref());
        let link = match lost {
            Some(_) => "A subscription of yours is not in use: see it",
            None => "See all packages",
        };
        if widgets::link(ui, link).clicked() {
            actions.push(UiCommand::Go(subscription::VIEW).into());
        }
    });
}

fn zone_ui(model: &Model, narrow: bool, height: f32, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let content = if narrow { 300.0 } else { 216.0 };
    ui.add_space(((height - 2.0 * space::XL - content) / 2.0).max(0.0));
    ui.label(
        ICON_ADD_PHOTO_ALTERNATE
            .rich_text()
            .size(size::HERO_ICON)
            .color(tokens.accent),
    );
    ui.add_space(space::S);
    let heading = "Drop your pictures here, then find any of them by picture";
    ui.add(Label::new(title(heading).color(tokens.text)).wrap());
    let else_words = if model.drops_unavailable {
        "This desktop gives no drops to the window: choose them instead".to_owned()
    } else {
        "Folders or files, or choose them".to_owned()
    };
    ui.add(Label::new(body(else_words).color(tokens.dim)).wrap());
    ui.add_space(space::M);
    let buttons = |ui: &mut Ui| {
        if ui.add(Button::primary("Start the free month")).clicked() {
            actions.push(Action::Subscription(SubscriptionAction::StartTrial));
        }
        if widgets::secondary_button(ui, "Add a folder…").clicked() {
            actions.push(UiCommand::AddFolder.into());
        }
        if widgets::secondary_button(ui, "Add pictures…").clicked() {
            actions.push(UiCommand::AddPictures.into());
        }
    };
    if narrow {
        ui.vertical_centered(buttons);
    } else {
        widgets::centred_row(ui, buttons);
    }
}
