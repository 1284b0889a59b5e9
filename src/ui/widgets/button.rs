//! Buttons and links.

use std::sync::Arc;

use egui::{
    Align2, Color32, CursorIcon, FontId, FontSelection, Galley, Response, Role, Sense, Stroke,
    StrokeKind, TextWrapMode, Ui, Vec2, Widget, WidgetInfo, WidgetText,
};
use egui_material_icons::MaterialIcon;

use super::focus_ring;
use crate::ui::tokens::{
    CONTROL_HEIGHT, SMALL_CONTROL_HEIGHT, Tokens, Weight, body, radius, size, small, space,
};

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The primary action of a view.
    Primary,
    Secondary,
    /// Without a border until the pointer is over it.
    Quiet,
    /// Destroys something for good.
    Danger,
}

/// A button with a label, a symbol, or both.
///
/// `ui.add_enabled(..)` disables it. The label is shortened where space is short.
#[must_use]
pub struct Button<'a> {
    label: &'a str,
    kind: Kind,
    icon: Option<MaterialIcon>,
    small: bool,
    selected: bool,
    name: Option<&'a str>,
}

impl<'a> Button<'a> {
    fn of(kind: Kind, label: &'a str) -> Self {
        Self {
            label,
            kind,
            icon: None,
            small: false,
            selected: false,
            name: None,
        }
    }

    pub fn primary(label: &'a str) -> Self {
        Self::of(Kind::Primary, label)
    }

    pub fn secondary(label: &'a str) -> Self {
        Self::of(Kind::Secondary, label)
    }

    pub fn quiet(label: &'a str) -> Self {
        Self::of(Kind::Quiet, label)
    }

    pub fn danger(label: &'a str) -> Self {
        Self::of(Kind::Danger, label)
    }

    pub fn icon(mut self, icon: MaterialIcon) -> Self {
        self.icon = Some(icon);
        self
    }

    /// 24 points high, for rows.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    pub fn selected(mut self, selected: bool) -> Self {
        self.selected = selected;
        self
    }

    /// The name read to people who do not see the label, where the label alone says too little.
    pub fn name(mut self, name: &'a str) -> Self {
        self.name = Some(name);
        self
    }

    fn colours(&self, tokens: &Tokens, hovered: bool) -> (Color32, Color32, Color32) {
        let clear = Color32::TRANSPARENT;
        match self.kind {
            _ if self.selected => (tokens.accent_surface, clear, tokens.accent_text),
            Kind::Primary if hovered => (tokens.accent_hover, clear, tokens.on_accent),
            Kind::Primary => (tokens.accent, clear, tokens.on_accent),
            Kind::Secondary if hovered => (tokens.hover, tokens.strong_line, tokens.text),
            Kind::Secondary => (tokens.card, tokens.strong_line, tokens.text),
            Kind::Quiet if hovered => (tokens.hover, clear, tokens.text),
            Kind::Quiet => (clear, clear, tokens.dim),
            Kind::Danger if hovered => (tokens.bad, tokens.bad, tokens.on_bad),
            Kind::Danger => (tokens.bad_surface, tokens.bad, tokens.bad),
        }
    }

    fn label_galley(&self, ui: &Ui, room: f32) -> Option<Arc<Galley>> {
        if self.label.is_empty() {
            return None;
        }
        let text = if self.small {
            small(self.label)
        } else {
            body(self.label)
        };
        // The colour is given when painting.
        let text = WidgetText::from(text.medium().line_height(None).color(Color32::PLACEHOLDER));
        let font = FontSelection::Default;
        Some(text.into_galley(ui, Some(TextWrapMode::Truncate), room.max(24.0), font))
    }
}

impl Widget for Button<'_> {
    fn ui(self, ui: &mut Ui) -> Response {
        let height = if self.small {
            SMALL_CONTROL_HEIGHT
        } else {
            CONTROL_HEIGHT
        };
        let icon_only = self.label.is_empty();
        let padding = match (icon_only, self.small) {
            (true, _) => 0.0,
            (false, true) => space::S,
            (false, false) => 14.0,
        };
        let icon_width = if self.icon.is_some() { size::ICON } else { 0.0 };
        let gap = if self.icon.is_some() && !icon_only {
            6.0
        } else {
            0.0
        };
        let fixed = 2.0 * padding + icon_width + gap;
        let room = ui.available_width().max(height);
        let galley = self.label_galley(ui, room - fixed);
        let content = icon_width + gap + galley.as_ref().map_or(0.0, |g| g.size().x);
        let width = if icon_only {
            height
        } else {
            content + 2.0 * padding
        };
        let desired = Vec2::new(width, height);
        let (rect, response) = ui.allocate_exact_size(desired, Sense::click());
        let name = self.name.unwrap_or(self.label);
        let (enabled, selected) = (ui.is_enabled(), self.selected);
        response.widget_info(|| {
            if selected {
                WidgetInfo::selected(Role::Button, enabled, true, name)
            } else {
                WidgetInfo::labeled(Role::Button, enabled, name)
            }
        });
        if ui.is_rect_visible(rect) {
            let tokens = Tokens::of(ui);
            let hovered = response.hovered() || response.is_pointer_button_down_on();
            let (fill, border, ink) = self.colours(tokens, hovered && enabled);
            let corner = if self.small { 6 } else { radius::CONTROL };
            let stroke = Stroke::new(1.0, border);
            ui.painter()
                .rect(rect, corner, fill, stroke, StrokeKind::Inside);
            let mut x = rect.center().x - content / 2.0;
            if let Some(icon) = self.icon {
                let font = FontId::new(size::ICON, icon.font_family());
                let at = egui::pos2(x + icon_width / 2.0, rect.center().y);
                ui.painter()
                    .text(at, Align2::CENTER_CENTER, icon.codepoint, font, ink);
                x += icon_width + gap;
            }
            if let Some(galley) = galley {
                let at = egui::pos2(x, rect.center().y - galley.size().y / 2.0);
                ui.painter().galley(at, galley, ink);
            }
            focus_ring(ui, &response, corner);
        }
        response.on_hover_cursor(CursorIcon::PointingHand)
    }
}

/// The primary action of a view or dialog.
pub fn primary_button(ui: &mut Ui, label: &str) -> Response {
    ui.add(Button::primary(label))
}

pub fn secondary_button(ui: &mut Ui, label: &str) -> Response {
    ui.add(Button::secondary(label))
}

/// Without a border until the pointer is over it.
pub fn quiet_button(ui: &mut Ui, label: &str) -> Response {
    ui.add(Button::quiet(label))
}

/// Destroys something for good.
pub fn danger_button(ui: &mut Ui, label: &str) -> Response {
    ui.add(Button::danger(label))
}

/// A square icon button with an accessible name and a tooltip.
pub fn icon_button(
    ui: &mut Ui,
    icon: MaterialIcon,
    accessible_name: &str,
    tooltip: &str,
) -> Response {
    let response = ui.add(Button::quiet("").icon(icon).name(accessible_name));
    if tooltip.is_empty() {
        response
    } else {
        response.on_hover_text(tooltip)
    }
}

/// A text link, inside a sentence or at the end of a row.
pub fn link(ui: &mut Ui, label: &str) -> Response {
    let tokens = Tokens::of(ui);
    let galley = WidgetText::from(body(label).line_height(None).color(tokens.accent_text))
        .into_galley(
            ui,
            Some(TextWrapMode::Extend),
            f32::INFINITY,
            FontSelection::Default,
        );
    let (rect, response) = ui.allocate_exact_size(Vec2::new(galley.size().x, 20.0), Sense::click());
    let enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Link, enabled, label));
    if ui.is_rect_visible(rect) {
        let at = egui::pos2(rect.left(), rect.center().y - galley.size().y / 2.0);
        ui.painter().galley(at, galley, tokens.accent_text);
        if response.hovered() {
            let y = rect.center().y + 8.5;
            ui.painter()
                .hline(rect.x_range(), y, Stroke::new(1.0, tokens.accent_text));
        }
        focus_ring(ui, &response, 4);
    }
    response.on_hover_cursor(CursorIcon::PointingHand)
}
