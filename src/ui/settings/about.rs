//! Version and licences.

use egui::{Label, ScrollArea, Ui};

use crate::ui::{
    fonts,
    model::Model,
    tokens::{Tokens, body, small, space},
    widgets::{Button, label_value},
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Licence {
    Model,
    Fonts,
}

impl Licence {
    const ALL: [Self; 2] = [Self::Model, Self::Fonts];

    fn label(self) -> &'static str {
        match self {
            Self::Model => "Licence of the model",
            Self::Fonts => "Licence of the typeface",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::Model => include_str!("../../../assets/model/LICENSE-efficientnet-lite0"),
            Self::Fonts => fonts::LICENCE,
        }
    }
}

/// Which licence is unfolded.
#[derive(Default)]
pub struct AboutView {
    shown: Option<Licence>,
}

pub fn about_ui(view: &mut AboutView, model: &Model, ui: &mut Ui) {
    let tokens = Tokens::of(ui);
    ui.add(Label::new(body(
        "Index pictures and find them again by picture. Nothing leaves this computer, and no \
         payment provider is contacted: orders are recorded here only.",
    ).color(tokens.dim)).wrap());
    label_value(ui, 96.0, "Version", env!("CARGO_PKG_VERSION"));
    if let Some(state) = &model.state {
        label_value(ui, 96.0, "Model", &state.model.name);
    }
    label_value(ui, 96.0, "Program", "Under the Apache License 2.0");
    label_value(
        ui,
        96.0,
        "Typeface",
        "Inter, under the SIL Open Font License 1.1",
    );
    label_value(
        ui,
        96.0,
        "Symbols",
        "Material Symbols, under the Apache License 2.0",
    );
    ui.horizontal_wrapped(|ui| {
        for licence in Licence::ALL {
            let open = view.shown == Some(licence);
            let button = Button::secondary(licence.label()).small().selected(open);
            if ui.add(button).clicked() {
                view.shown = if open { None } else { Some(licence) };
            }
        }
    });
    if let Some(licence) = view.shown {
        ui.add_space(space::XS);
        ScrollArea::vertical()
            .id_salt("licence")
            .max_height(240.0)
            .show(ui, |ui| {
                let text = small(licence.text()).color(tokens.dim).line_height(None);
                ui.add(Label::new(text).wrap().selectable(true));
            });
    }
}
