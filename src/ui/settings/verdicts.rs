//! What the verdicts mean, and from which likeness on they are given.

use egui::{Label, Ui};

use crate::{
    domain::verdict::{Thresholds, Verdict},
    ui::{
        action::{Action, SettingsAction},
        model::Model,
        tokens::{Tokens, Weight, body, small, space},
        widgets::{link, percent, slider_percent, verdict_badge},
    },
};

pub fn verdicts_ui(model: &mut Model, ui: &mut Ui, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let before = model.settings.thresholds;
    let mut thresholds = before;
    explain(
        ui,
        Verdict::SameFile,
        "The same bytes, wherever the file lies.",
    );
    let words = "Other bytes of the same picture, and proven to be: the two were laid over each \
                 other, and they agree. Cropped, resized, turned, recoloured, covered in part.";
    explain(ui, Verdict::EditedCopy, words);
    let words = "So alike that it may be a copy, but it could not be proven: it shows too little, \
                 or its thumbnail is missing. Look for yourself.";
    explain(ui, Verdict::LikelyCopy, words);
    share_ui(ui, &mut thresholds.likely_copy, "Likely copy from");
    let words = "Parts fit, the whole does not: the same place, thing or background in another \
                 picture.";
    explain(ui, Verdict::SameScene, words);
    explain(
        ui,
        Verdict::Similar,
        "Everything else, in the order of likeness.",
    );
    if thresholds != Thresholds::default() && link(ui, "Back to the measured values").clicked() {
        thresholds = Thresholds::default();
    }
    if thresholds == Thresholds::default() {
        let words = "Measured over 3,247 photos; change them only if your pictures differ much.";
        ui.label(small(words).color(tokens.dim));
    }
    if thresholds != before {
        model.settings.thresholds = thresholds;
        actions.push(Action::Settings(SettingsAction::Thresholds(thresholds)));
    }
}

fn explain(ui: &mut Ui, verdict: Verdict, words: &str) {
    let tokens = Tokens::of(ui);
    ui.add_space(space::XS);
    ui.horizontal_top(|ui| {
        ui.allocate_ui(egui::vec2(96.0, 20.0), |ui| {
            ui.set_min_width(96.0);
            verdict_badge(ui, verdict);
        });
        ui.add(Label::new(body(words).color(tokens.dim)).wrap());
    });
}

fn share_ui(ui: &mut Ui, share: &mut f32, label: &str) {
    let tokens = Tokens::of(ui);
    ui.horizontal(|ui| {
        let lead = if ui.available_width() < 420.0 {
            0.0
        } else {
            104.0
        };
        ui.add_space(lead);
        ui.scope(|ui| {
            ui.set_max_width((ui.available_width() - 64.0).min(320.0));
            slider_percent(ui, share, 0.3..=0.95, label);
        });
        ui.label(body(percent(*share)).medium().color(tokens.text));
    });
}
