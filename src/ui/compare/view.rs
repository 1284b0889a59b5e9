//! Draws a comparison.

use egui::{
    Align, Align2, Color32, EventFilter, FontId, Layout, Rect, Role, Sense, Ui, UiBuilder,
    WidgetInfo, vec2,
};

use super::{
    BLINK_SECS, CompareOutput, CompareView, Side,
    alignment::{Alignment, IDENTITY, Quad},
    canvas::{
        background_ui, covered_ui, matching_ui, measured_ui, painter, picture_ui, waiting_ui,
    },
    difference::GAIN,
    finding::{COVERED, Finding, MATCHING},
    mode::Mode,
    places::Places,
    scene::Scene,
};
use crate::{
    domain::verdict::Evidence,
    ui::{
        cache::{PANE_SIDE, Preview, Previews},
        details::evidence::dimensions,
        grid::elide_middle,
        tokens::{self, Tokens, body, space},
        widgets,
    },
};

impl CompareView {
    /// Draws the comparison over all the available space.
    pub fn ui(&mut self, ui: &mut Ui, previews: &mut Previews) -> Option<CompareOutput> {
        let mut output = None;
        let frame = egui::Frame::new().inner_margin(space::L);
        frame.show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::M);
            self.note_sizes(ui, previews);
            let room = ui.available_rect_before_wrap();
            let finding = self.finding();
            let mode = self.shown_mode();
            let scene = Scene {
                places: Places::new(room, finding.height(ui, room), mode.is_aligned()),
                mode,
                alignment: self.alignment(),
            };
            let stage = self.stage_ui(ui, &scene);
            output = self.keys_ui(ui, &scene, stage.has_focus());
            self.pointer_ui(ui, &scene, &stage);
            output = self.toolbar_ui(ui, &scene).or(output);
            match mode {
                Mode::SideBySide => self.beside_ui(ui, &scene, previews),
                _ => self.aligned_ui(ui, &scene, previews),
            }
            ui.advance_cursor_after_rect(scene.places.all);
            finding.ui(ui, room);
        });
        output
    }

    fn note_sizes(&mut self, ui: &Ui, previews: &mut Previews) {
        for side in [&mut self.left, &mut self.right] {
            if side.size == [0, 0]
                && let Preview::Ready { size, .. } = previews.get(ui.ctx(), &side.source, PANE_SIDE)
            {
                side.size = size;
            }
        }
    }

    fn finding(&self) -> Finding {
        let beside = self.shown_mode() == Mode::SideBySide;
        Finding {
            verdict: self.evidence.as_ref().map(Evidence::verdict),
            words: self.words(),
            failed: self.failed.is_some(),
            matching: beside && self.map().is_some(),
            covered: !self.covered().is_empty(),
        }
    }

    /// The area under both canvases, which takes the pointer and the focus for them.
    fn stage_ui(&mut self, ui: &Ui, scene: &Scene) -> egui::Response {
        let id = ui.make_persistent_id("compared pictures");
        let stage = ui.interact(scene.places.all, id, Sense::click_and_drag());
        stage.widget_info(|| WidgetInfo::labeled(Role::Group, true, "Compared pictures"));
        if std::mem::take(&mut self.opened) {
            stage.request_focus();
        }
        if stage.has_focus() {
            let filter = EventFilter {
                horizontal_arrows: true,
                vertical_arrows: true,
                escape: true,
                ..EventFilter::default()
            };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(id, filter));
        }
        stage
    }

    fn beside_ui(&self, ui: &Ui, scene: &Scene, previews: &mut Previews) {
        for (at, side) in self.sides().into_iter().enumerate() {
            let seen = self.seen(scene, at);
            let place = scene.places.canvases[at];
            let quad = scene.quad(self.transform, seen);
            background_ui(ui, place);
            let there = picture_ui(ui, place, quad, Color32::WHITE, &side.source, previews);
            if let Some(alignment) = &scene.alignment
                && there
            {
                self.marks_ui(ui, place, quad, alignment, seen.is_query);
            }
            let percent = scene.points(self.transform, seen) * ui.pixels_per_point() * 100.0;
            caption_ui(ui, scene.places.captions[at], side, percent);
        }
    }

    /// What the two share, and what they do not.
    fn marks_ui(&self, ui: &Ui, place: Rect, quad: Quad, alignment: &Alignment, is_query: bool) {
        let [in_picture, in_query] = alignment.matching();
        let (outline, map, at) = if is_query {
            (in_query, alignment.back(), &self.left)
        } else {
            (in_picture, &IDENTITY, &self.right)
        };
        for part in self.covered() {
            let name = format!("{COVERED}, {}", at.title);
            covered_ui(ui, place, quad, map, *part, &name);
        }
        let name = format!("{MATCHING}, {}", at.title);
        matching_ui(ui, place, quad, &outline, &name);
    }

    fn aligned_ui(&mut self, ui: &mut Ui, scene: &Scene, previews: &mut Previews) {
        let place = scene.places.canvases[0];
        background_ui(ui, place);
        let now = ui.input(|input| input.time);
        match (scene.mode, &scene.alignment) {
            (_, None) => {
                // A size is missing, which comes with the picture.
                waiting_ui(ui, place);
            }
            (Mode::Difference, Some(alignment)) => {
                self.difference_ui(ui, scene, alignment, previews);
            }
            (mode, Some(_)) => {
                let blinking = mode == Mode::Blink;
                let top = if blinking { self.turn(now) } else { 0 };
                let opacity = if blinking { 1.0 } else { self.opacity };
                self.layers_ui(ui, scene, previews, top, opacity);
                if blinking && self.held.is_none() {
                    let left = BLINK_SECS - now.rem_euclid(BLINK_SECS);
                    ui.ctx().request_repaint_after_secs(left as f32 + 0.005);
                }
            }
        }
        self.controls_ui(ui, scene, now);
    }

    /// One picture over the other.
    fn layers_ui(&self, ui: &Ui, scene: &Scene, previews: &mut Previews, top: usize, opacity: f32) {
        let place = scene.places.canvases[0];
        for (at, opacity) in [(1 - top, 1.0), (top, opacity)] {
            let quad = scene.quad(self.transform, self.seen(scene, at));
            let tint = Color32::WHITE.gamma_multiply(opacity);
            let side = self.sides()[at];
            if !picture_ui(ui, place, quad, tint, &side.source, previews) {
                return;
            }
        }
    }

    fn difference_ui(
        &mut self,
        ui: &Ui,
        scene: &Scene,
        alignment: &Alignment,
        previews: &mut Previews,
    ) {
        let place = scene.places.canvases[0];
        let sources = [&self.left.source, &self.right.source];
        let Some([query, picture]) = measured_ui(ui, place, sources, previews) else {
            return;
        };
        let at = usize::from(self.is_query(0));
        let quad = scene.quad(self.transform, self.seen(scene, at));
        let made = self
            .difference
            .texture(ui.ctx(), &picture, &query, alignment.back());
        match made {
            Some(texture) => {
                painter(ui, place).add(quad.shape(texture.id, Color32::WHITE));
                let [width, height] = [texture.size.x, texture.size.y];
                let name = format!("Difference, {width:.0} × {height:.0}");
                let response = ui.interact(place, ui.scope_id().with("difference"), Sense::empty());
                response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
            }
            None => waiting_ui(ui, place),
        }
    }

    /// What belongs to the way of comparing, under its canvas.
    fn controls_ui(&mut self, ui: &mut Ui, scene: &Scene, now: f64) {
        let caption = scene.places.captions[0];
        let row = caption.with_min_y(caption.top() + space::S);
        let layout = Layout::left_to_right(Align::Center);
        let mut row_ui = ui.new_child(UiBuilder::new().max_rect(row).layout(layout));
        let ui = &mut row_ui;
        let narrow = row.width() < 480.0;
        let [first, second] = self.sides().map(|side| side.title.clone());
        let words = match scene.mode {
            Mode::Overlay => {
                let width = if narrow { 96.0 } else { 180.0 };
                ui.allocate_ui(vec2(width, tokens::CONTROL_HEIGHT), |ui| {
                    ui.set_width(width);
                    let name = "Opacity of the upper picture";
                    widgets::slider_percent(ui, &mut self.opacity, 0.0..=1.0, name)
                        .on_hover_text(name);
                });
                let opacity = widgets::percent(self.opacity);
                match narrow {
                    true => format!("{opacity} of {first}"),
                    false => format!("{opacity} of {first} over {second}"),
                }
            }
            Mode::Blink => {
                self.hold_ui(ui, now);
                if self.turn(now) == 0 { first } else { second }
            }
            _ => format!("What differs, {GAIN} times as strong"),
        };
        let font = FontId::proportional(tokens::size::BODY);
        let shown = elide_middle(ui, &words, &font, ui.available_width() - space::S);
        let label = ui.label(body(&shown).color(Tokens::of(ui).text));
        if shown != words {
            label.on_hover_text(words);
        }
    }

    fn hold_ui(&mut self, ui: &mut Ui, now: f64) {
        let (label, tip) = match self.held {
            Some(_) => ("Resume", "Show both in turns again (Space)"),
            None => ("Hold", "Keep the picture that is in sight (Space)"),
        };
        if widgets::secondary_button(ui, label)
            .on_hover_text(tip)
            .clicked()
        {
            self.toggle_hold(now);
        }
    }
}

fn caption_ui(ui: &Ui, caption: Rect, side: &Side, percent: f32) {
    let tokens = Tokens::of(ui);
    let facts = match side.size {
        [0, 0] => String::new(),
        [width, height] => format!("{} · {percent:.0} %", dimensions(width, height)),
    };
    let font = FontId::proportional(tokens::size::SMALL);
    let align = Align2::RIGHT_CENTER;
    let facts_rect = ui
        .painter()
        .text(caption.right_center(), align, facts, font, tokens.dim);
    let font = FontId::new(tokens::size::BODY, tokens::medium_family());
    let room = (facts_rect.left() - caption.left() - space::M).max(0.0);
    let title = elide_middle(ui, &side.title, &font, room);
    let at = caption.left_center();
    ui.painter()
        .text(at, Align2::LEFT_CENTER, title, font, tokens.text);
    let name = format!("{}, {}", side.title, dimensions(side.size[0], side.size[1]));
    let response = ui.interact(
        caption,
        ui.scope_id().with(("caption", &name)),
        Sense::hover(),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &name));
}
