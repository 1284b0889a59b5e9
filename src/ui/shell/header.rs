//! The header: the program's name, the field that finds everything, the subscription in a pill.

use egui::{
    Align, Align2, CursorIcon, FontId, Frame, Layout, Margin, Panel, Rect, Role, Sense, Stroke,
    StrokeKind, Ui, Vec2, WidgetInfo, pos2,
};
use egui_material_icons::icons::{ICON_ADD, ICON_SEARCH};

use crate::ui::{
    action::Action,
    command::UiCommand,
    model::Model,
    subscription::{
        self,
        pill::{Pill, Tone, pill},
    },
    text::elided,
    tokens::{CONTROL_HEIGHT, Tokens, large, radius, size, space},
    widgets::{self, Button},
    width::Width,
};

const HEIGHT: f32 = 56.0;
const FIELD_WIDTH: f32 = 520.0;

/// Draws the header along the upper edge.
pub fn header_ui(model: &Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let window = Width::of(ui);
    let margin = if window == Width::Narrow { 8 } else { 16 };
    Panel::top("header")
        .frame(
            Frame::new()
                .fill(tokens.panel)
                .inner_margin(Margin::symmetric(margin, 0)),
        )
        .exact_size(HEIGHT)
        .resizable(false)
        .show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = space::S;
                if window == Width::Wide {
                    ui.allocate_ui(Vec2::new(176.0, HEIGHT), |ui| {
                        ui.set_min_width(176.0);
                        ui.label(large("Image Search").color(tokens.text));
                    });
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if let Some(state) = &model.state {
                        pill_ui(&pill(state, model.clock), window, ui, actions);
                    }
                    add_ui(window, ui, actions);
                    let width = (ui.available_width()).min(FIELD_WIDTH);
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        find_ui(width, ui, actions);
                    });
                });
            });
        });
}

fn add_ui(window: Width, ui: &mut Ui, actions: &mut Vec<Action>) {
    let label = if window == Width::Narrow { "" } else { "Add" };
    let button = ui.add(Button::secondary(label).icon(ICON_ADD).name("Add pictures"));
    egui::Popup::menu(&button).show(|ui| {
        ui.set_min_width(220.0);
        for command in [
            UiCommand::AddPictures,
            UiCommand::AddFolder,
            UiCommand::Paste,
        ] {
            if menu_item(ui, command) {
                actions.push(command.into());
                ui.close();
            }
        }
    });
    button.on_hover_text("Add pictures or a folder to the catalogue");
}

/// A command in a menu, with its symbol and keys; returns true if it was chosen.
fn menu_item(ui: &mut Ui, command: UiCommand) -> bool {
    let keys = command.keys(ui.ctx()).unwrap_or_default();
    let symbol = command.icon().rich_text().size(size::ICON);
    let button = egui::Button::new((symbol, command.label()))
        .shortcut_text(keys)
        .frame(true);
    ui.add_sized(Vec2::new(ui.available_width(), CONTROL_HEIGHT), button)
        .on_hover_text(command.tooltip())
        .clicked()
}

/// Looks like a field and opens the palette, which is one.
fn find_ui(width: f32, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let command = UiCommand::ShowPalette;
    let (rect, response) =
        ui.allocate_exact_size(Vec2::new(width.max(44.0), CONTROL_HEIGHT), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, command.label()));
    let border = if response.hovered() {
        tokens.faint
    } else {
        tokens.strong_line
    };
    let painter = ui.painter();
    let stroke = Stroke::new(1.0, border);
    painter.rect(
        rect,
        radius::CONTROL,
        tokens.background,
        stroke,
        StrokeKind::Inside,
    );
    let symbol = FontId::new(size::ICON, ICON_SEARCH.font_family());
    let at = pos2(rect.left() + 20.0, rect.center().y);
    painter.text(
        at,
        Align2::CENTER_CENTER,
        ICON_SEARCH.codepoint,
        symbol,
        tokens.dim,
    );
    let keys = command.keys(ui.ctx()).unwrap_or_default();
    let keys_room = if width > 260.0 { 52.0 } else { 0.0 };
    let room = rect.width() - 36.0 - 12.0 - keys_room;
    if room > 40.0 {
        let words = match room {
            room if room > 330.0 => "Find a picture by name, field or folder, or run a command",
            room if room > 170.0 => "Find a picture or a command",
            _ => "Find",
        };
        let font = FontId::proportional(size::BODY);
        let galley = elided(ui, words, font, tokens.faint, room);
        let at = pos2(rect.left() + 36.0, rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, tokens.faint);
    }
    if keys_room > 0.0 {
        let font = FontId::proportional(size::SMALL);
        let at = pos2(rect.right() - space::M, rect.center().y);
        ui.painter()
            .text(at, Align2::RIGHT_CENTER, keys, font, tokens.faint);
    }
    widgets::focus_ring(ui, &response, radius::CONTROL);
    if response.on_hover_cursor(CursorIcon::PointingHand).clicked() {
        actions.push(command.into());
    }
}

/// `61,204 of 100,000 ▬▬▬ Free month · 18 days left`; in a narrow window the bar and the state.
fn pill_ui(pill: &Pill, window: Width, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let font = FontId::proportional(size::BODY);
    let ink = if is_urgent(pill) {
        pill.tone.colour(tokens)
    } else {
        tokens.dim
    };
    let used = elided(ui, &pill.used, font.clone(), tokens.text, 220.0);
    let state = elided(ui, &pill.state, font, ink, 240.0);
    let bar = pill
        .fraction
        .map_or(0.0, |_| if window == Width::Narrow { 40.0 } else { 92.0 });
    let (show_used, show_state) = match window {
        Width::Wide => (true, true),
        Width::Medium => (bar == 0.0 || ui.available_width() > 800.0, true),
        Width::Narrow => (false, bar == 0.0),
    };
    let mut parts: Vec<f32> = Vec::new();
    if show_used {
        parts.push(used.size().x);
    }
    if bar > 0.0 {
        parts.push(bar);
    }
    if show_state {
        parts.push(state.size().x);
    }
    let width = parts.iter().sum::<f32>() + 10.0 * parts.len().saturating_sub(1) as f32 + 26.0;
    let (rect, response) = ui.allocate_exact_size(Vec2::new(width, CONTROL_HEIGHT), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, &pill.sentence));
    let fill = if response.hovered() {
        tokens.hover
    } else {
        tokens.panel
    };
    let border = if is_urgent(pill) {
        ink
    } else {
        tokens.strong_line
    };
    let stroke = Stroke::new(1.0, border);
    ui.painter()
        .rect(rect, CONTROL_HEIGHT / 2.0, fill, stroke, StrokeKind::Inside);
    let mut x = rect.left() + 13.0;
    let middle = rect.center().y;
    if show_used {
        let size = used.size();
        ui.painter()
            .galley(pos2(x, middle - size.y / 2.0), used, tokens.text);
        x += size.x + 10.0;
    }
    if let Some(fraction) = pill.fraction {
        let track = Rect::from_min_size(pos2(x, middle - 3.0), Vec2::new(bar, 6.0));
        ui.painter().rect_filled(track, 3.0, tokens.well);
        if fraction > 0.0 {
            let width = (bar * fraction).max(6.0);
            let done = Rect::from_min_size(track.min, Vec2::new(width, 6.0));
            let colour = if is_urgent(pill) { ink } else { tokens.accent };
            ui.painter().rect_filled(done, 3.0, colour);
        }
        x += bar + 10.0;
    }
    if show_state {
        let size = state.size();
        ui.painter()
            .galley(pos2(x, middle - size.y / 2.0), state, ink);
    }
    widgets::focus_ring(ui, &response, 16);
    let response = response
        .on_hover_cursor(CursorIcon::PointingHand)
        .on_hover_text(&pill.sentence);
    if response.clicked() {
        actions.push(UiCommand::Go(subscription::VIEW).into());
    }
}

fn is_urgent(pill: &Pill) -> bool {
    matches!(pill.tone, Tone::Soon | Tone::Stopped)
}
