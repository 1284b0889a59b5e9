//! The search view, driven as a person does it: by what its widgets are called.

#[path = "support/desk.rs"]
mod desk;
#[path = "support/pictures.rs"]
mod pictures;

mod ui_search {
    mod compare;
    mod query;
    mod results;
    mod streaming;
}

use std::sync::Arc;

use desk::Desk;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use image_search::{
    domain::{
        query::{Answer, Query, QuerySource},
        verdict::Thresholds,
    },
    ui::{
        action::{Action, SearchAction},
        search::SearchView,
    },
};

type Search = Harness<'static, Desk<SearchView>>;

const WIDE: [f32; 2] = [1_240.0, 800.0];

fn file(name: &str) -> QuerySource {
    QuerySource::File(name.into())
}

/// The view after a search with these pictures, not answered yet.
fn asked(size: [f32; 2], sources: &[&str]) -> Search {
    let mut harness = desk::harness(size, 61_204, SearchView::default());
    let Desk { view, sent, .. } = harness.state_mut();
    view.ask(
        sources.iter().map(|name| file(name)),
        Thresholds::default(),
        sent,
    );
    harness
}

/// What was asked of the worker since, as (is a call, tab, serial, query).
fn take_asked(harness: &mut Search) -> Vec<(bool, u32, u32, Box<Query>)> {
    let sent = std::mem::take(&mut harness.state_mut().sent);
    let mut asked = Vec::new();
    for action in sent {
        match action {
            Action::Search(SearchAction::Run { tab, serial, query }) => {
                asked.push((true, tab, serial, query));
            }
            Action::Search(SearchAction::Refine { tab, serial, cut }) => {
                let shown = harness.state().view.tab().expect("a query is shown");
                let picture = shown.query.picture.clone();
                let query = Box::new(Query {
                    picture,
                    cut: *cut,
                    quick: false,
                });
                asked.push((false, tab, serial, query));
            }
            other => harness.state_mut().sent.push(other),
        }
    }
    asked
}

/// Answers all that was asked with pictures of these scores; what was asked last.
fn answer(harness: &mut Search, scores: &[f32]) -> Option<(bool, Box<Query>)> {
    answer_with(harness, |query| pictures::answer(&query.cut, scores))
}

fn answer_with(
    harness: &mut Search,
    make: impl Fn(&Query) -> Arc<Answer>,
) -> Option<(bool, Box<Query>)> {
    let asked = take_asked(harness);
    let mut last = None;
    for (is_call, tab, serial, query) in asked {
        harness
            .state_mut()
            .view
            .on_answered(tab, serial, make(&query));
        last = Some((is_call, query));
    }
    harness.step();
    last
}

const SCORES: [f32; 6] = [1.0, 0.94, 0.66, 0.58, 0.50, 0.30];

/// A wide view with the answer [`SCORES`].
fn answered() -> Search {
    let mut harness = asked(WIDE, &["query.jpg"]);
    answer(&mut harness, &SCORES);
    harness
}

fn selected(harness: &Search) -> Vec<i64> {
    let tab = harness.state().view.tab().expect("there is a query");
    tab.grid
        .selection
        .in_order(tab.ids())
        .into_iter()
        .map(|id| id.0)
        .collect()
}

/// Replaces what a field holds.
fn type_over(harness: &mut Search, field: &str, text: &str) {
    desk::field(harness, field).focus();
    harness.step();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.step();
    desk::field(harness, field).type_text(text);
    harness.step();
}
