//! The dialog that edits fields of several pictures at once.

use egui::{Context, Ui, vec2};

use crate::{
    domain::record::{FieldEdit, RecordId},
    ui::{
        details::{fields::Field, steady},
        tokens::{self, Tokens, body, small, space},
        widgets,
    },
};

const LABEL_WIDTH: f32 = 104.0;

/// What is being typed for a selection; a field that was not typed in is left as it is.
pub struct EditDialog {
    ids: Vec<RecordId>,
    texts: [String; Field::ALL.len()],
    changed: [bool; Field::ALL.len()],
    errors: [Option<String>; Field::ALL.len()],
    /// All fields are shown, not only those used most.
    more: bool,
}

impl EditDialog {
    pub fn new(ids: Vec<RecordId>) -> Self {
        Self {
            ids,
            texts: Default::default(),
            changed: Default::default(),
            errors: Default::default(),
            more: false,
        }
    }

    pub fn ids(&self) -> &[RecordId] {
        &self.ids
    }

    /// Draws the dialog; returns what to save once it is confirmed, and whether it closed.
    pub fn ui(&mut self, ctx: &Context) -> (Option<FieldEdit>, bool) {
        let (mut saved, mut cancelled) = (None, false);
        let count = widgets::plural(self.ids.len() as u64, "picture", "pictures");
        let heading = format!("Edit fields of {count}");
        let closed = widgets::dialog(ctx, "edit fields", &heading, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            let text = "Fields you do not tick stay as they are. A ticked field left empty is \
                        cleared.";
            ui.label(body(text).color(Tokens::of(ui).dim));
            ui.add_space(space::XS);
            for at in 0..if self.more {
                Field::ALL.len()
            } else {
                Field::MAIN
            } {
                // Errors appear and disappear; the focus must stay in its field.
                steady(ui, at, |ui| self.field_ui(ui, at));
            }
            if !self.more && widgets::link(ui, "More fields").clicked() {
                self.more = true;
            }
            ui.add_space(space::S);
            let row = vec2(ui.available_width(), tokens::CONTROL_HEIGHT);
            let from_the_right = egui::Layout::right_to_left(egui::Align::Center);
            ui.allocate_ui_with_layout(row, from_the_right, |ui| {
                let save = widgets::Button::primary("Save").name("Save fields");
                let any = self.changed.iter().any(|changed| *changed);
                if ui.add_enabled(any, save).clicked() {
                    saved = self.edit();
                }
                cancelled = widgets::secondary_button(ui, "Cancel").clicked();
            });
        });
        let done = saved.is_some();
        (saved, closed || cancelled || done)
    }

    fn field_ui(&mut self, ui: &mut Ui, at: usize) {
        let tokens = Tokens::of(ui);
        let field = Field::ALL[at];
        ui.horizontal(|ui| {
            ui.allocate_ui(vec2(LABEL_WIDTH, tokens::CONTROL_HEIGHT), |ui| {
                ui.set_width(LABEL_WIDTH);
                ui.checkbox(&mut self.changed[at], field.label())
                    .on_hover_text(format!("Change {}", field.label()));
            });
            let hint = if self.changed[at] {
                "empty"
            } else {
                "as it is"
            };
            let width = ui.available_width();
            let name = format!("New {}", field.label());
            let response = widgets::text_field(ui, &mut self.texts[at], &name, hint, width);
            if response.changed() {
                self.changed[at] = true;
                self.errors[at] = None;
            }
        });
        if let Some(error) = &self.errors[at] {
            ui.horizontal(|ui| {
                ui.add_space(LABEL_WIDTH + space::S);
                ui.label(small(error.as_str()).color(tokens.bad));
            });
        }
    }

    /// The edit if every ticked field is valid; errors are shown at their fields.
    fn edit(&mut self) -> Option<FieldEdit> {
        let mut edit = FieldEdit::default();
        for (at, field) in Field::ALL.into_iter().enumerate() {
            self.errors[at] = match self.changed[at] {
                true => field.set(&mut edit, &self.texts[at]).err(),
                false => None,
            };
        }
        self.errors.iter().all(Option::is_none).then_some(edit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ticked_fields_are_changed() {
        let mut dialog = EditDialog::new(vec![RecordId(1), RecordId(2)]);
        dialog.texts[2] = "Shoes".to_owned();
        dialog.changed[2] = true;
        dialog.texts[0] = "not ticked".to_owned();
        let edit = dialog.edit().expect("every field holds a value");
        let wanted = FieldEdit {
            category: Some("Shoes".to_owned()),
            ..FieldEdit::default()
        };
        assert_eq!(edit, wanted);
    }

    #[test]
    fn a_wrong_number_is_not_saved() {
        let mut dialog = EditDialog::new(vec![RecordId(1)]);
        dialog.texts[4] = "many".to_owned();
        dialog.changed[4] = true;
        assert_eq!(dialog.edit(), None);
        assert!(dialog.errors[4].is_some());
    }
}
