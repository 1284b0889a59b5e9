//! Destructive actions: a panel asks for one, and it runs only after it is confirmed.

use egui::{Align, Context, Layout, Ui, vec2};

use super::{
    import::job_words,
    model::Model,
    tokens::{CONTROL_HEIGHT, Tokens, body, small, space},
    widgets::{danger_button, dialog_sized, plural, secondary_button},
};
use crate::domain::{catalogue::SetAside, job::JobId, path::shown, record::RecordId};

/// Something to be destroyed.
#[derive(Clone, Debug, PartialEq)]
pub enum Deletion {
    /// Pictures leave the catalogue.
    Pictures(Vec<RecordId>),
    /// A job ends; what it indexed stays.
    Job(JobId),
    /// A catalogue that was set aside, for good.
    SetAside(SetAside),
}

impl Deletion {
    fn can_be_undone(&self) -> bool {
        match self {
            Self::Pictures(_) => true,
            Self::Job(_) | Self::SetAside(_) => false,
        }
    }
}

/// A deletion that may be carried out: the user agreed to it, or it can be undone. Only a
/// [`Confirmation`] can create one.
#[derive(Debug, PartialEq)]
pub struct Confirmed(Deletion);

impl Confirmed {
    pub fn into_deletion(self) -> Deletion {
        self.0
    }
}

/// Asks before something is destroyed for good.
#[derive(Default)]
pub struct Confirmation {
    asked: Option<Deletion>,
}

impl Confirmation {
    /// Confirms at once what can be undone, and asks about everything else.
    pub fn request(&mut self, deletion: Deletion) -> Option<Confirmed> {
        if deletion.can_be_undone() {
            return Some(Confirmed(deletion));
        }
        self.asked = Some(deletion);
        None
    }

    /// The name of the dialog that is open.
    pub fn dialog(&self) -> Option<&'static str> {
        match self.asked.as_ref()? {
            Deletion::Pictures(_) => None,
            Deletion::Job(_) => Some("cancel_job"),
            Deletion::SetAside(_) => Some("delete_set_aside"),
        }
    }

    /// Draws the dialog while a question is open; returns what the user agreed to.
    pub fn ui(&mut self, model: &Model, ctx: &Context) -> Option<Confirmed> {
        let agreed = match self.asked.as_ref()? {
            // What can be undone needs no question.
            Deletion::Pictures(_) => Some(true),
            Deletion::Job(id) => job_ui(*id, model, ctx),
            Deletion::SetAside(set_aside) => set_aside_ui(set_aside, ctx),
        }?;
        let deletion = self.asked.take()?;
        agreed.then_some(Confirmed(deletion))
    }
}

/// Asks before a job is ended; `None` until it is answered.
fn job_ui(id: JobId, model: &Model, ctx: &Context) -> Option<bool> {
    let Some(job) = model.jobs.iter().find(|job| job.id == id && !job.is_over()) else {
        // The job ended while the question was open.
        return Some(false);
    };
    let question = job_words::cancel_question(job);
    question_ui(ctx, "cancel job", question.heading, 480.0, |ui| {
        ui.label(body(question.consequence).color(Tokens::of(ui).dim));
        ui.add_space(space::S);
        buttons_ui(ui, question.yes, question.no)
    })
}

/// Asks before what was set aside is deleted; `None` until it is answered.
fn set_aside_ui(set_aside: &SetAside, ctx: &Context) -> Option<bool> {
    question_ui(ctx, "delete set aside", "Delete for good?", 560.0, |ui| {
        let tokens = Tokens::of(ui);
        let text = format!(
            "The index of {} and what was written to their fields is deleted and cannot be brought \
             back. Your own picture files are not touched.",
            plural(set_aside.pictures, "picture", "pictures")
        );
        ui.label(body(text).color(tokens.text));
        let folder = shown(&set_aside.folder).to_string();
        ui.add(egui::Label::new(small(folder).color(tokens.dim)).wrap());
        ui.add_space(space::S);
        buttons_ui(ui, "Delete for good", "Keep it")
    })
}

/// A dialog with a question; closing it means no.
fn question_ui(
    ctx: &Context,
    id: &str,
    heading: &str,
    width: f32,
    add: impl FnOnce(&mut Ui) -> Option<bool>,
) -> Option<bool> {
    let mut answer = None;
    let closed = dialog_sized(ctx, id, heading, width, |ui| answer = add(ui));
    answer.or(closed.then_some(false))
}

/// A row of its own height: a layout that is given none takes all there is.
fn buttons_ui(ui: &mut Ui, yes: &str, no: &str) -> Option<bool> {
    let size = vec2(ui.available_width(), CONTROL_HEIGHT);
    let row = ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        let yes = danger_button(ui, yes).clicked();
        let no = secondary_button(ui, no).clicked();
        (yes || no).then_some(yes)
    });
    row.inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_undone_is_confirmed_without_a_question() {
        let mut confirmation = Confirmation::default();
        let pictures = Deletion::Pictures(vec![RecordId(1)]);
        let confirmed = confirmation.request(pictures.clone());
        assert_eq!(confirmed.map(Confirmed::into_deletion), Some(pictures));
        assert_eq!(confirmation.dialog(), None);
    }

    #[test]
    fn what_is_for_good_is_asked_about() {
        let mut confirmation = Confirmation::default();
        assert_eq!(confirmation.request(Deletion::Job(JobId(1))), None);
        assert_eq!(confirmation.dialog(), Some("cancel_job"));
    }
}
