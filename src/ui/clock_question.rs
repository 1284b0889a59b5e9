//! Asks which is right where the computer's clock and the catalogue's time do not fit.

use egui::{Align, Context, Layout, Ui, vec2};

use super::{
    model::Model,
    tokens::{CONTROL_HEIGHT, Tokens, body, small, space},
    widgets::{date_time, dialog, primary_button, secondary_button},
};
use crate::domain::subscription::{ClockAnswer, ClockDoubt, FARTHEST_JUMP};

/// Below this width the two answers stand under each other.
const BESIDE: f32 = 420.0;

/// The question, asked once while the dates do not fit.
#[derive(Default)]
pub struct ClockQuestion {
    /// Answered or put off; asked again when another doubt arises.
    put_off: bool,
}

impl ClockQuestion {
    /// Asks although it was put off.
    pub fn ask(&mut self) {
        self.put_off = false;
    }

    /// Whether the dialog is open.
    pub fn is_open(&self, model: &Model) -> bool {
        doubt(model).is_some() && !self.put_off
    }

    /// Draws the dialog while there is something to answer; returns the answer.
    pub fn ui(&mut self, model: &Model, ctx: &Context) -> Option<ClockAnswer> {
        let Some(doubt) = doubt(model) else {
            self.put_off = false;
            return None;
        };
        if self.put_off {
            return None;
        }
        let mut answer = None;
        let closed = dialog(ctx, "clock", "Which date is right?", |ui| {
            answer = question_ui(&doubt, ui);
        });
        self.put_off = closed || answer.is_some();
        answer
    }
}

fn doubt(model: &Model) -> Option<ClockDoubt> {
    model.state.as_ref()?.clock_doubt
}

fn question_ui(doubt: &ClockDoubt, ui: &mut Ui) -> Option<ClockAnswer> {
    let tokens = Tokens::of(ui);
    let (clock, trusted) = (date_time(doubt.clock), date_time(doubt.trusted));
    let (text, consequence) = if doubt.holds_up() {
        (
            format!(
                "The computer's clock says {clock}. When the catalogue was last used it was \
                 {trusted}. {}",
                if doubt.clock.duration_since(doubt.trusted) > FARTHEST_JUMP {
                    "That is very long ago."
                } else {
                    "Between the two the subscription's period would end, or the catalogue be \
                     released."
                }
            ),
            "Until this is settled nothing ends, and searching, adding and ordering wait. If the \
             clock is wrong, set it in the computer's settings: then everything goes on by itself.",
        )
    } else {
        (
            format!(
                "You said that a later date was right, and the catalogue's time is {trusted} since. \
                 Now the computer's clock says {clock}."
            ),
            "If the clock was wrong then, the catalogue's time goes back to where it was before.",
        )
    };
    ui.add(egui::Label::new(body(text).color(tokens.text)).wrap());
    ui.add(egui::Label::new(small(consequence).color(tokens.dim)).wrap());
    ui.add_space(space::S);
    buttons_ui(ui, &clock, &trusted)
}

fn buttons_ui(ui: &mut Ui, clock: &str, trusted: &str) -> Option<ClockAnswer> {
    let (right, wrong) = (format!("It is {clock}"), format!("It is {trusted}"));
    let answer = |right: bool, wrong: bool| match (right, wrong) {
        (true, _) => Some(ClockAnswer::Clock),
        (_, true) => Some(ClockAnswer::Trusted),
        _ => None,
    };
    if ui.available_width() < BESIDE {
        let wrong = secondary_button(ui, &wrong).clicked();
        return answer(primary_button(ui, &right).clicked(), wrong);
    }
    let size = vec2(ui.available_width(), CONTROL_HEIGHT);
    let row = ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
        let right = primary_button(ui, &right).clicked();
        answer(right, secondary_button(ui, &wrong).clicked())
    });
    row.inner
}
