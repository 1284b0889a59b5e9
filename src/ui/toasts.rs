//! Brief messages about what was done in the background, with an undo where possible.

use std::time::Duration;

use egui::{
    Align, Align2, Area, Context, Frame, Id, Label, Layout, Margin, Order, Role, Stroke, Ui, Vec2,
};
use egui_material_icons::{
    MaterialIcon,
    icons::{ICON_CHECK_CIRCLE, ICON_CLOSE, ICON_ERROR, ICON_WARNING},
};

use super::{
    action::Action,
    tokens::{Tokens, body, radius, size, space},
    widgets::{icon_button, link},
};
use crate::domain::message::Severity;

/// Characters of a message beside which its action stands; of a longer one, it stands below.
const MOST_BESIDE: usize = 60;

/// Most messages shown at once; older ones make room.
const MOST: usize = 4;
const WIDTH: f32 = 400.0;
/// Seconds a message that all is well stays; what went wrong stays longer.
const INFO_SECS: f64 = 6.0;
const TROUBLE_SECS: f64 = 14.0;

/// A short message with at most one thing to do about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    pub severity: Severity,
    pub text: String,
    /// The link's label, and what it asks for.
    pub offer: Option<(String, Action)>,
}

impl Toast {
    pub fn info(text: impl Into<String>) -> Self {
        Self {
            severity: Severity::Info,
            text: text.into(),
            offer: None,
        }
    }

    pub fn warning(text: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::info(text)
        }
    }

    pub fn error(text: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            ..Self::info(text)
        }
    }

    pub fn offering(mut self, label: impl Into<String>, action: impl Into<Action>) -> Self {
        self.offer = Some((label.into(), action.into()));
        self
    }
}

struct Shown {
    toast: Toast,
    /// Seconds left on the screen; paused while the pointer rests on the messages.
    secs_left: f64,
}

/// The messages on the screen, the newest lowest.
#[derive(Default)]
pub struct Toasts {
    shown: Vec<Shown>,
    last_frame: Option<f64>,
    /// The pointer rested on them in the last frame.
    held: bool,
    /// Their height together in the last frame, in points.
    height: Option<f32>,
}

impl Toasts {
    pub fn add(&mut self, toast: Toast) {
        // A repeated sentence restarts its message.
        self.shown.retain(|shown| shown.toast.text != toast.text);
        let secs_left = match toast.severity {
            Severity::Info => INFO_SECS,
            Severity::Warning | Severity::Error => TROUBLE_SECS,
        };
        self.shown.push(Shown { toast, secs_left });
        let excess = self.shown.len().saturating_sub(MOST);
        self.shown.drain(..excess);
    }

    /// The newest message on the screen.
    pub fn last(&self) -> Option<&Toast> {
        self.shown.last().map(|shown| &shown.toast)
    }

    /// Removes messages that offer an action, when it can no longer be done.
    pub fn withdraw(&mut self, action: &Action) {
        self.shown.retain(|shown| {
            shown
                .toast
                .offer
                .as_ref()
                .is_none_or(|(_, offered)| offered != action)
        });
    }

    /// Draws the messages over the lower edge; `above` points are kept free below them.
    pub fn ui(&mut self, ctx: &Context, above: f32, actions: &mut Vec<Action>) {
        let now = ctx.input(|input| input.time);
        let passed = now - self.last_frame.replace(now).unwrap_or(now);
        if !self.held {
            self.let_pass(passed);
        }
        if self.shown.is_empty() {
            self.held = false;
            return;
        }
        let window = ctx.content_rect();
        let width = WIDTH.min(window.width() - 2.0 * space::M);
        let mut closed = Vec::new();
        let area = Area::new(Id::unique("toasts"))
            .order(Order::Tooltip)
            .anchor(Align2::CENTER_BOTTOM, Vec2::new(0.0, -above))
            .role(Role::Status)
            .show(ctx, |ui| {
                ui.spacing_mut().item_spacing.y = space::S;
                for (at, shown) in self.shown.iter().enumerate() {
                    if toast_ui(&shown.toast, width, ui, actions) {
                        closed.push(at);
                    }
                }
            });
        let height = area.response.rect.height();
        if self.height.replace(height) != Some(height) {
            // The area is anchored by the size it had: without a second pass the messages
            // are misplaced for one frame, and a click aimed at them misses.
            ctx.request_discard("the messages changed their height");
        }
        self.held = area.response.contains_pointer();
        for at in closed.into_iter().rev() {
            self.shown.remove(at);
        }
        let soonest = self.shown.iter().map(|shown| shown.secs_left);
        if let Some(soonest) = soonest.reduce(f64::min) {
            ctx.request_repaint_after(Duration::from_secs_f64(soonest.max(0.05)));
        }
    }

    /// Lets `secs` pass and removes messages whose time is up.
    fn let_pass(&mut self, secs: f64) {
        self.shown.retain_mut(|shown| {
            shown.secs_left -= secs;
            shown.secs_left > 0.0
        });
    }
}

/// Draws one message; returns true if it was dismissed.
fn toast_ui(toast: &Toast, width: f32, ui: &mut Ui, actions: &mut Vec<Action>) -> bool {
    let tokens = Tokens::of(ui);
    let (icon, colour): (MaterialIcon, _) = match toast.severity {
        Severity::Info => (ICON_CHECK_CIRCLE, tokens.accent),
        Severity::Warning => (ICON_WARNING, tokens.warning),
        Severity::Error => (ICON_ERROR, tokens.bad),
    };
    let mut done = false;
    Frame::new()
        .fill(tokens.card)
        .stroke(Stroke::new(1.0, tokens.strong_line))
        .corner_radius(radius::CARD)
        .inner_margin(Margin {
            left: 14,
            right: 6,
            top: 6,
            bottom: 6,
        })
        .shadow(ui.visuals().popup_shadow)
        .show(ui, |ui| {
            ui.set_width(width - 20.0);
            ui.horizontal(|ui| {
                ui.label(icon.rich_text().size(size::ICON).color(colour));
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if icon_button(ui, ICON_CLOSE, "Dismiss", "").clicked() {
                        done = true;
                    }
                    let mut offer_ui = |ui: &mut Ui| {
                        if let Some((label, action)) = &toast.offer
                            && link(ui, label).clicked()
                        {
                            actions.push(action.clone());
                            done = true;
                        }
                    };
                    let text = Label::new(body(&toast.text).color(tokens.text)).wrap();
                    if toast.text.chars().count() > MOST_BESIDE {
                        ui.with_layout(Layout::top_down(Align::Min), |ui| {
                            ui.add(text);
                            offer_ui(ui);
                        });
                    } else {
                        offer_ui(ui);
                        ui.with_layout(Layout::left_to_right(Align::Center), |ui| ui.add(text));
                    }
                });
            });
        });
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_sentence_is_shown_once() {
        let mut toasts = Toasts::default();
        toasts.add(Toast::info("Removed 3 pictures"));
        toasts.add(Toast::info("Copied"));
        toasts.add(Toast::info("Removed 3 pictures"));
        assert_eq!(toasts.shown.len(), 2);
        assert_eq!(toasts.last().unwrap().text, "Removed 3 pictures");
    }

    #[test]
    fn the_oldest_make_room() {
        let mut toasts = Toasts::default();
        for n in 0..10 {
            toasts.add(Toast::info(format!("message {n}")));
        }
        assert_eq!(toasts.shown.len(), MOST);
        assert_eq!(toasts.shown[0].toast.text, "message 6");
    }
}
