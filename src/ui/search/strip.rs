//! Several queries as a strip of small pictures.

use egui::{
    Color32, CornerRadius, Rect, Response, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, Vec2,
    WidgetInfo,
};
use egui_material_icons::icons::ICON_CLOSE;

use super::{SearchView, TabState};
use crate::{
    domain::query::QuerySource,
    ui::{
        action::Action,
        cache::{Preview, STRIP_SIDE},
        grid::covering,
        model::Model,
        tokens::{self, Tokens, radius, space},
        widgets,
    },
};

const SIDE: f32 = 48.0;

/// Draws the strip where there are several queries.
pub fn strip_ui(view: &mut SearchView, model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    if view.tabs.len() < 2 {
        view.strip_focus = None;
        return;
    }
    let (mut shown, mut closed, mut compared, mut focused) = (None, None, None, None);
    ScrollArea::horizontal()
        .id_salt("queries")
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = space::S;
                for at in 0..view.tabs.len() {
                    let id = view.tabs[at].id;
                    match one_ui(view, model, ui, at, &mut focused) {
                        Some(Clicked::Show) => shown = Some(id),
                        Some(Clicked::Close) => closed = Some(id),
                        Some(Clicked::Compare) => compared = Some([view.current, id]),
                        None => {}
                    }
                }
            });
            // Room for the scroll bar below the pictures.
            ui.add_space(space::S);
        });
    view.strip_focus = focused;
    let pair = view.shown_pair();
    if pair.is_some()
        && widgets::secondary_button(ui, "Compare these")
            .on_hover_text("Whether one of the two pictures is a copy of the other")
            .clicked()
    {
        compared = pair;
    }
    if let Some(id) = shown {
        view.show(id);
    }
    if let Some(pair) = compared {
        view.compare_queries(pair, actions);
    }
    if let Some(id) = closed {
        view.close(id);
    }
}

enum Clicked {
    Show,
    Close,
    /// With the query that is shown.
    Compare,
}

fn one_ui(
    view: &SearchView,
    model: &mut Model,
    ui: &mut Ui,
    at: usize,
    focused: &mut Option<u32>,
) -> Option<Clicked> {
    let tokens = Tokens::of(ui);
    let tab = &view.tabs[at];
    let chosen = tab.id == view.current;
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(SIDE), Sense::click());
    let name = format!("Query {}, {}", at + 1, tab.name);
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, chosen, &name));
    if response.has_focus() {
        *focused = Some(tab.id);
    }
    if ui.is_rect_visible(rect) {
        picture_ui(&tab.query.picture.source, model, ui, rect);
        let stroke = match chosen {
            true => Stroke::new(2.0, tokens.accent),
            false => Stroke::new(1.0, tokens.line),
        };
        ui.painter()
            .rect_stroke(rect, radius::CONTROL, stroke, StrokeKind::Inside);
        match tab.state {
            TabState::Searching => {
                let place = Rect::from_center_size(rect.center(), Vec2::splat(space::L));
                egui::Spinner::new().paint_at(ui, place);
            }
            TabState::Failed(_) => {
                ui.painter()
                    .circle_filled(rect.right_bottom() - Vec2::splat(8.0), 4.0, tokens.bad);
            }
            TabState::Answered => {}
        }
        widgets::focus_ring(ui, &response, radius::CONTROL);
    }
    let over = ui.rect_contains_pointer(rect);
    if over && close_ui(ui, rect, &name) {
        return Some(Clicked::Close);
    }
    let key = response.has_focus()
        && ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, egui::Key::Delete));
    if key || response.middle_clicked() {
        return Some(Clicked::Close);
    }
    let response = match chosen {
        true => response.on_hover_text(&tab.name),
        false => response.on_hover_text(format!("{}\nCompare it: Ctrl and click", tab.name)),
    };
    let mut clicked = menu_ui(&response, chosen);
    if response.clicked() {
        clicked = match !chosen && ui.input(|input| input.modifiers.command) {
            true => Some(Clicked::Compare),
            false => Some(Clicked::Show),
        };
    }
    clicked
}

fn menu_ui(response: &Response, chosen: bool) -> Option<Clicked> {
    let mut clicked = None;
    response.context_menu(|ui| {
        if !chosen && ui.button("Compare with the one shown").clicked() {
            clicked = Some(Clicked::Compare);
        }
        if ui.button("Close").clicked() {
            clicked = Some(Clicked::Close);
        }
    });
    clicked
}

fn picture_ui(source: &QuerySource, model: &mut Model, ui: &Ui, rect: Rect) {
    ui.painter()
        .rect_filled(rect, radius::CONTROL, Tokens::of(ui).well);
    let texture = match source {
        QuerySource::Record(id) => model.thumbnails.texture(ui.ctx(), *id),
        source => match model.previews.get(ui.ctx(), source, STRIP_SIDE) {
            Preview::Ready { texture, .. } => Some(texture),
            Preview::Loading | Preview::Failed(_) => None,
        },
    };
    if let Some(texture) = texture {
        ui.painter()
            .add(covering(rect, texture, CornerRadius::same(radius::CONTROL)));
    }
}

/// The cross in the corner of the picture under the pointer.
fn close_ui(ui: &Ui, rect: Rect, name: &str) -> bool {
    let tokens = Tokens::of(ui);
    let at = Rect::from_min_size(rect.right_top() + egui::vec2(-20.0, 2.0), Vec2::splat(18.0));
    let response = ui.interact(at, ui.scope_id().with(("close", name)), Sense::CLICK);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, format!("Close {name}")));
    let fill: Color32 = if response.hovered() {
        tokens.hover
    } else {
        tokens.panel
    };
    ui.painter().rect_filled(at, 6.0, fill);
    let font = egui::FontId::new(tokens::size::SMALL, ICON_CLOSE.font_family());
    let align = egui::Align2::CENTER_CENTER;
    ui.painter()
        .text(at.center(), align, ICON_CLOSE.codepoint, font, tokens.text);
    response.clicked()
}
