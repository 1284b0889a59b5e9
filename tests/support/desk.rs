//! A view with its model on a desk of its own: drawn, driven by label, its actions collected.
#![allow(dead_code)] // each test program uses its own part

use std::{sync::Arc, time::Duration};

use egui::vec2;
use egui_kittest::{Harness, kittest::Queryable as _};
use image_search::{
    domain::{picture::Pixels, query::QuerySource, record::Record},
    ui::{
        self,
        action::Action,
        model::{Model, Settings},
        room::Room,
    },
};

use super::pictures;

pub struct Desk<V> {
    pub view: V,
    pub model: Model,
    /// What the view asked for and nobody has taken yet.
    pub sent: Vec<Action>,
    /// Oriented pixels of every picture shown large.
    pub picture_size: [u32; 2],
    /// What these pictures show; all others are grey.
    pub pictures: Vec<(QuerySource, Arc<Pixels>)>,
}

/// A view in a window of this size in points, over a catalogue of so many pictures.
pub fn harness<V: Room + 'static>(
    size: [f32; 2],
    stored: u64,
    view: V,
) -> Harness<'static, Desk<V>> {
    let mut model = Model::new(Settings::default());
    model.publish(Arc::new(pictures::state(stored)));
    let desk = Desk {
        view,
        model,
        sent: Vec::new(),
        picture_size: [400, 400],
        pictures: Vec::new(),
    };
    Harness::builder()
        .with_size(vec2(size[0], size[1]))
        .with_step_dt(0.1)
        // The machine's own fonts are not looked at.
        .allow_missing_glyphs()
        .with_context_setup(ui::install)
        .build_ui_state(
            move |ui, desk: &mut Desk<V>| {
                let mut actions = Vec::new();
                desk.view.ui(&mut desk.model, ui, &mut actions);
                desk.sent.append(&mut actions);
                serve(desk);
            },
            desk,
        )
}

/// Gives the caches what they want, as the worker would.
fn serve<V>(desk: &mut Desk<V>) {
    let model = &mut desk.model;
    let records: Vec<Arc<Record>> = model
        .records
        .take_wanted()
        .into_iter()
        .map(|id| pictures::record(id.0))
        .collect();
    model.records.insert(records);
    for id in model.thumbnails.take_wanted() {
        model.thumbnails.insert(id, Arc::from([]));
    }
    let [full_width, full_height] = desk.picture_size;
    let grey = Arc::new(Pixels {
        width: 2,
        height: 2,
        rgb: vec![90; 12],
        full_width,
        full_height,
    });
    for (source, side) in model.previews.take_wanted() {
        let own = desk.pictures.iter().find(|(of, _)| *of == source);
        let pixels = own.map_or(&grey, |(_, pixels)| pixels);
        model.previews.insert(&source, side, pixels.clone());
    }
}

/// Draws until a widget of this name is there; pictures are made on other threads.
pub fn wait_for<V>(harness: &mut Harness<'_, Desk<V>>, label: &str) {
    for _ in 0..500 {
        harness.step();
        if harness.query_all_by_label_contains(label).next().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("nothing is called “{label}”");
}

/// The field of this name; its label beside it has the same.
pub fn field<'h, V>(harness: &'h Harness<'_, Desk<V>>, name: &'h str) -> egui_kittest::Node<'h> {
    harness.get_by_role_and_label(egui::Role::TextInput, name)
}

/// Draws a second of frames.
pub fn settle<V>(harness: &mut Harness<'_, Desk<V>>) {
    harness.run_steps(10);
}

pub fn shows<V>(harness: &Harness<'_, Desk<V>>, label: &str) -> bool {
    harness.query_all_by_label_contains(label).next().is_some()
}

/// Presses, moves over the points, and releases at the last.
pub fn drag<V>(harness: &mut Harness<'_, Desk<V>>, points: &[egui::Pos2]) {
    let (Some(&from), Some(&to)) = (points.first(), points.last()) else {
        return;
    };
    harness.hover_at(from);
    harness.step();
    harness.drag_at(from);
    harness.step();
    for &point in &points[1..] {
        harness.hover_at(point);
        harness.step();
    }
    harness.drop_at(to);
    harness.step();
}
