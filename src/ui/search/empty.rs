//! The search view before the first query: one drop zone.

use egui::{
    Align2, CornerRadius, FontId, Rect, Shape, Stroke, Ui,
    epaint::{RoundedRect, tessellator::path::rounded_rectangle},
    pos2, vec2,
};
use egui_material_icons::icons::ICON_IMAGE_SEARCH;

use crate::ui::{
    action::Action,
    command::UiCommand,
    model::Model,
    tokens::{self, Tokens, body, radius, space, title},
    widgets,
};

const ZONE_WIDTH: f32 = 720.0;
const ZONE_HEIGHT: f32 = 340.0;

pub fn empty_ui(ui: &mut Ui, model: &Model, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let room = ui.available_rect_before_wrap().shrink(space::L);
    let size = vec2(
        ZONE_WIDTH.min(room.width()),
        ZONE_HEIGHT.min(room.height() - 48.0).max(200.0),
    );
    let zone = Rect::from_center_size(room.center() - vec2(0.0, space::L), size);
    dashed(ui, zone);
    let narrow = zone.width() < 460.0;
    let mut inside = ui.new_child(
        egui::UiBuilder::new()
            .max_rect(zone.shrink(space::XL))
            .layout(egui::Layout::top_down(egui::Align::Center)),
    );
    {
        let ui = &mut inside;
        ui.add_space(((zone.height() - if narrow { 280.0 } else { 220.0 }) / 2.0).max(0.0));
        let icon = ICON_IMAGE_SEARCH.rich_text().size(tokens::size::HERO_ICON);
        ui.label(icon.color(tokens.accent));
        ui.add_space(space::S);
        ui.label(title("Drop a picture to find it and everything like it").color(tokens.text));
        ui.label(body(how_else(ui, model)).color(tokens.dim));
        ui.add_space(space::M);
        let mut buttons = |ui: &mut Ui| {
            if widgets::primary_button(ui, "Choose a picture…").clicked() {
                actions.push(UiCommand::ChooseQuery.into());
            }
            if widgets::secondary_button(ui, "Add pictures to the catalogue…").clicked() {
                actions.push(UiCommand::AddPictures.into());
            }
        };
        if narrow {
            buttons(ui)
        } else {
            widgets::centred_row(ui, buttons)
        }
    }
    let words = standing_words(model);
    let font = FontId::proportional(tokens::size::BODY);
    let text = ui.painter().layout(words, font, tokens.dim, zone.width());
    let at = Align2::CENTER_TOP
        .anchor_size(pos2(zone.center().x, zone.bottom() + space::L), text.size());
    let response = ui.interact(at, ui.scope_id().with("standing"), egui::Sense::hover());
    let words = text.text().to_owned();
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &words));
    ui.painter().galley(at.min, text, tokens.dim);
}

fn how_else(ui: &Ui, model: &Model) -> String {
    let paste = UiCommand::Paste.keys(ui.ctx()).unwrap_or_default();
    if model.drops_unavailable {
        format!("Dropping does not work on this desktop: paste one with {paste}, or choose a file")
    } else {
        format!("or paste one with {paste}, or choose a file")
    }
}

fn standing_words(model: &Model) -> String {
    match model.stored() {
        0 => "Nothing is indexed yet. Everything stays on this computer.".to_owned(),
        stored => format!(
            "{} can be found.",
            widgets::plural(stored, "picture", "pictures")
        ),
    }
}

/// A round outline of dashes.
fn dashed(ui: &Ui, rect: Rect) {
    let stroke = Stroke::new(2.0, Tokens::of(ui).strong_line);
    let mut path = Vec::new();
    let corners = CornerRadius::same(radius::DIALOG);
    rounded_rectangle(&mut path, RoundedRect::new(rect, corners));
    path.extend(path.first().copied());
    ui.painter()
        .extend(Shape::dashed_line(&path, stroke, space::S, 6.0));
}
