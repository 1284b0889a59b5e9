//! What is said under two compared pictures: the verdict, its words, and what the marks mean.

use std::sync::Arc;

use egui::{
    Color32, FontId, Galley, Label, Rect, ScrollArea, Sense, Shape, Stroke, StrokeKind, Ui, vec2,
};

use super::places::STACKED_BELOW;
use crate::{
    domain::verdict::Verdict,
    ui::{
        tokens::{self, Tokens, body, small, space},
        widgets,
    },
};

const BADGE: f32 = 20.0;
const LEGEND: f32 = 20.0;
/// Share of the room that the words take at most.
const MOST: f32 = 0.35;

/// Names of the marks, in the pictures and below them.
pub const MATCHING: &str = "Matching part";
pub const COVERED: &str = "Shows something else";

/// What is said of two pictures.
pub struct Finding {
    pub verdict: Option<Verdict>,
    pub words: String,
    /// There is a failure to report.
    pub failed: bool,
    /// The marks that are in the pictures.
    pub matching: bool,
    pub covered: bool,
}

impl Finding {
    /// The height of all of it, in points.
    pub fn height(&self, ui: &Ui, room: Rect) -> f32 {
        let mut height = self.words_height(ui, room);
        if self.matching {
            height += LEGEND + space::XS;
        }
        // With what lies between it and the pictures.
        height + space::M
    }

    fn words_height(&self, ui: &Ui, room: Rect) -> f32 {
        let stacked = room.width() < STACKED_BELOW;
        let mut width = room.width();
        let mut above = 0.0;
        if self.verdict.is_some() {
            match stacked {
                true => above = BADGE + space::XS,
                // As wide as the badge can be.
                false => width -= 130.0,
            }
        }
        let words = self.galley(ui, width - space::S).size().y.max(BADGE);
        (above + words).min(room.height() * MOST)
    }

    fn galley(&self, ui: &Ui, width: f32) -> Arc<Galley> {
        let font = FontId::proportional(tokens::size::BODY);
        let words = self.words.clone();
        ui.painter()
            .layout(words, font, Color32::PLACEHOLDER, width.max(1.0))
    }

    pub fn ui(&self, ui: &mut Ui, room: Rect) {
        ui.spacing_mut().item_spacing.y = space::XS;
        if self.matching {
            self.legend_ui(ui);
        }
        let stacked = room.width() < STACKED_BELOW;
        let height = self.words_height(ui, room);
        ScrollArea::vertical()
            .id_salt("finding")
            .max_height(height)
            .auto_shrink([false, true])
            .show(ui, |ui| match stacked {
                true => {
                    ui.vertical(|ui| self.parts_ui(ui));
                }
                false => {
                    ui.horizontal_top(|ui| self.parts_ui(ui));
                }
            });
    }

    fn parts_ui(&self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        if let Some(verdict) = self.verdict {
            widgets::verdict_badge(ui, verdict);
        }
        let ink = match (self.failed, self.verdict) {
            (true, _) => tokens.warning,
            (false, Some(_)) => tokens.text,
            (false, None) => tokens.dim,
        };
        ui.add(Label::new(body(&self.words).color(ink)).wrap());
    }

    fn legend_ui(&self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        ui.horizontal(|ui| {
            ui.set_height(LEGEND);
            mark_ui(ui, tokens.accent, false, MATCHING);
            if self.covered {
                ui.add_space(space::S);
                mark_ui(ui, tokens.warning, true, COVERED);
            }
        });
    }
}

fn mark_ui(ui: &mut Ui, colour: Color32, hatched: bool, name: &str) {
    let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
    let rect = rect.shrink(1.0);
    if hatched {
        let line = Stroke::new(1.0, colour);
        for [from, to] in [
            [rect.center_top(), rect.left_center()],
            [rect.right_top(), rect.left_bottom()],
            [rect.right_center(), rect.center_bottom()],
        ] {
            ui.painter().add(Shape::line_segment([from, to], line));
        }
    }
    let outline = Stroke::new(1.5, colour);
    ui.painter()
        .rect_stroke(rect, 2.0, outline, StrokeKind::Inside);
    ui.label(small(name).color(Tokens::of(ui).dim));
}
