//! A record's fields, each saved when it is left.

use egui::{Key, Ui, vec2};

use super::{fields::Field, steady};
use crate::{
    domain::record::{FieldEdit, Fields, RecordId},
    ui::{
        tokens::{Tokens, body, small, space},
        widgets,
    },
};

const LABEL_WIDTH: f32 = 76.0;

/// The texts being typed, for one record.
#[derive(Default)]
pub struct Form {
    id: Option<RecordId>,
    /// The record's fields as last seen, to notice changes from elsewhere.
    seen: Fields,
    /// The fields as they will be once all pending edits are saved.
    saved: Fields,
    texts: [String; Field::ALL.len()],
    errors: [Option<String>; Field::ALL.len()],
    more: bool,
}

impl Form {
    /// Draws the fields; returns an edit for the field that was left with a new value.
    pub fn ui(&mut self, ui: &mut Ui, id: RecordId, fields: &Fields) -> Vec<(RecordId, FieldEdit)> {
        let mut edits = self.follow(id, fields);
        for at in 0..if self.more {
            Field::ALL.len()
        } else {
            Field::MAIN
        } {
            let edit = steady(ui, at, |ui| self.field_ui(ui, at));
            edits.extend(edit.map(|edit| (id, edit)));
            if at + 1 == Field::MAIN {
                self.more_ui(ui);
            }
        }
        edits
    }

    fn more_ui(&mut self, ui: &mut Ui) {
        let label = if self.more {
            "Fewer fields"
        } else {
            "More fields"
        };
        ui.add_space(space::XS);
        if widgets::link(ui, label).clicked() {
            self.more = !self.more;
        }
    }

    /// Loads the record's values if it is another record or was changed elsewhere; returns the
    /// unsaved edit of the record before.
    fn follow(&mut self, id: RecordId, fields: &Fields) -> Vec<(RecordId, FieldEdit)> {
        let mut edits = Vec::new();
        if self.id != Some(id) {
            if let Some(before) = self.id {
                let left = (0..Field::ALL.len()).filter_map(|at| self.left(at));
                edits = left.map(|edit| (before, edit)).collect();
            }
            self.id = Some(id);
            self.errors = Default::default();
            self.texts = Field::ALL.map(|field| field.text(fields));
            self.more = self.texts[Field::MAIN..]
                .iter()
                .any(|text| !text.is_empty());
            (self.seen, self.saved) = (fields.clone(), fields.clone());
        } else if self.seen != *fields {
            for (at, field) in Field::ALL.into_iter().enumerate() {
                let text = field.text(fields);
                if field.text(&self.saved) != text {
                    self.texts[at] = text;
                    self.errors[at] = None;
                }
            }
            (self.seen, self.saved) = (fields.clone(), fields.clone());
        }
        edits
    }

    fn field_ui(&mut self, ui: &mut Ui, at: usize) -> Option<FieldEdit> {
        let tokens = Tokens::of(ui);
        let field = Field::ALL[at];
        let response = ui
            .horizontal(|ui| {
                ui.allocate_ui(vec2(LABEL_WIDTH, 20.0), |ui| {
                    ui.set_width(LABEL_WIDTH);
                    ui.label(body(field.label()).color(tokens.dim))
                        .on_hover_text(format!("Called {} in filters", field.filter_name()));
                });
                let width = ui.available_width();
                widgets::text_field(ui, &mut self.texts[at], field.label(), "", width)
            })
            .inner;
        if let Some(error) = &self.errors[at] {
            ui.label(small(error.as_str()).color(tokens.bad));
        }
        if response.changed() {
            self.errors[at] = None;
        }
        if response.has_focus() {
            return None;
        }
        if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Escape)) {
            self.texts[at] = field.text(&self.saved);
            self.errors[at] = None;
        }
        self.left(at)
    }

    /// The edit for a field that was left; an error is kept beside it.
    fn left(&mut self, at: usize) -> Option<FieldEdit> {
        let field = Field::ALL[at];
        if self.errors[at].is_some() || self.texts[at].trim() == field.text(&self.saved).trim() {
            return None;
        }
        let mut edit = FieldEdit::default();
        match field.set(&mut edit, &self.texts[at]) {
            Ok(()) => {
                edit.apply(&mut self.saved);
                self.texts[at] = field.text(&self.saved);
                Some(edit)
            }
            Err(error) => {
                self.errors[at] = Some(error);
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_saved_when_another_picture_is_chosen() {
        let (mut form, fields) = (Form::default(), Fields::default());
        form.follow(RecordId(1), &fields);
        form.texts[1] = "BX-1".to_owned();
        let edits = form.follow(RecordId(2), &fields);
        let wanted = FieldEdit {
            product_id: Some("BX-1".to_owned()),
            ..FieldEdit::default()
        };
        assert_eq!(edits, [(RecordId(1), wanted)]);
        assert_eq!(form.texts[1], "");
    }

    #[test]
    fn a_saved_field_is_not_sent_again_while_its_record_is_on_its_way() {
        let (mut form, fields) = (Form::default(), Fields::default());
        form.follow(RecordId(1), &fields);
        form.texts[1] = "BX-1".to_owned();
        assert!(form.left(1).is_some());
        form.follow(RecordId(1), &fields);
        assert_eq!((form.left(1), form.texts[1].as_str()), (None, "BX-1"));
    }

    #[test]
    fn a_change_from_elsewhere_shows_and_leaves_other_fields_alone() {
        let (mut form, fields) = (Form::default(), Fields::default());
        form.follow(RecordId(1), &fields);
        form.texts[1] = "being typed".to_owned();
        let changed = Fields {
            category: "Hats".to_owned(),
            ..fields
        };
        form.follow(RecordId(1), &changed);
        assert_eq!(
            (form.texts[1].as_str(), form.texts[2].as_str()),
            ("being typed", "Hats")
        );
    }
}
