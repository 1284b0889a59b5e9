//! Zooming and panning two compared pictures in step, by keyboard and by pointer.

use egui::{Key, Modifiers, Pos2, Ui, Vec2, vec2};

use super::{CompareOutput, CompareView, Mode, Transform, scene::Scene, scene::Seen};

/// One press of `+`.
const ZOOM_STEP: f32 = 1.4;
/// What an arrow key moves the pictures by, in points.
const PAN_STEP: f32 = 60.0;
/// Points of the wheel that zoom by the number e: three notches.
const WHEEL_POINTS: f32 = 200.0;

impl CompareView {
    /// The picture shown at this place; both are in one canvas where they are aligned.
    pub(super) fn seen(&self, scene: &Scene, at: usize) -> Seen {
        Seen {
            canvas: at.min(scene.places.canvases.len() - 1),
            is_query: self.is_query(at),
            size: self.size_of(at),
        }
    }

    /// The one whose pixels are the smaller on the screen: no pixel of either is lost at 100 %.
    fn finer(&self, scene: &Scene) -> Seen {
        let [first, second] = [0, 1].map(|at| self.seen(scene, at));
        let is_first = match scene.alignment {
            Some(_) => scene.points(self.transform, first) <= scene.points(self.transform, second),
            None => first.size == self.larger_size(),
        };
        if is_first { first } else { second }
    }

    pub(super) fn fit(&mut self) {
        self.transform = Transform::default();
    }

    /// One pixel of the finer picture becomes a pixel of the screen.
    pub(super) fn full_size(&mut self, ui: &Ui, scene: &Scene) {
        let finer = self.finer(scene);
        let factor = 1.0 / (scene.points(self.transform, finer) * ui.pixels_per_point());
        let middle = scene.places.canvases[finer.canvas].center();
        self.zoom(scene, finer, factor, middle);
    }

    /// Zooms in or out by `steps` presses of a key.
    pub(super) fn zoom_step(&mut self, scene: &Scene, steps: i32) {
        let first = self.seen(scene, 0);
        let middle = scene.places.canvases[first.canvas].center();
        self.zoom(scene, first, ZOOM_STEP.powi(steps), middle);
    }

    /// The point of the picture at `at` of its canvas stays there.
    fn zoom(&mut self, scene: &Scene, seen: Seen, factor: f32, at: Pos2) {
        if factor.is_finite() {
            let at = scene.in_view(self.transform, seen, at);
            let place = scene.places.canvases[seen.canvas];
            self.transform
                .zoom_at(factor, at, place, scene.extent(seen));
        }
    }

    fn pan(&mut self, scene: &Scene, seen: Seen, by: Vec2) {
        let place = scene.places.canvases[seen.canvas];
        let [from, to] =
            [place.center(), place.center() + by].map(|at| scene.in_view(self.transform, seen, at));
        self.transform.pan(to - from, place, scene.extent(seen));
    }

    pub(super) fn keys_ui(
        &mut self,
        ui: &Ui,
        scene: &Scene,
        focused: bool,
    ) -> Option<CompareOutput> {
        let layer = ui.layer_id();
        let elsewhere = ui.ctx().text_edit_focused() || egui::Popup::is_any_open(ui.ctx());
        if elsewhere || !ui.memory(|memory| memory.allows_interaction(layer)) {
            return None;
        }
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        if pressed(Key::Escape) {
            return Some(CompareOutput::Close);
        }
        if self.steps && pressed(Key::PageDown) {
            return Some(CompareOutput::Step(1));
        }
        if self.steps && pressed(Key::PageUp) {
            return Some(CompareOutput::Step(-1));
        }
        if pressed(Key::Plus) || pressed(Key::Equals) {
            self.zoom_step(scene, 1);
        }
        if pressed(Key::Minus) {
            self.zoom_step(scene, -1);
        }
        if pressed(Key::Num0) {
            self.fit();
        }
        if pressed(Key::Num1) {
            self.full_size(ui, scene);
        }
        if pressed(Key::S) {
            self.swapped = !self.swapped;
        }
        let chosen = Mode::ALL.into_iter().find(|mode| pressed(mode.key()));
        if let Some(mode) = chosen
            && (self.map().is_some() || !mode.is_aligned())
        {
            self.set_mode(mode);
        }
        self.stage_keys(ui, scene, focused);
        None
    }

    /// The keys that the pictures take while they, or nothing else, have the focus.
    fn stage_keys(&mut self, ui: &Ui, scene: &Scene, focused: bool) {
        let pressed = |key| ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
        let free = focused || ui.memory(|memory| memory.focused().is_none());
        if free && scene.mode == Mode::Blink && pressed(Key::Space) {
            self.toggle_hold(ui.input(|input| input.time));
        }
        let arrows = [
            (Key::ArrowLeft, vec2(PAN_STEP, 0.0)),
            (Key::ArrowRight, vec2(-PAN_STEP, 0.0)),
            (Key::ArrowUp, vec2(0.0, PAN_STEP)),
            (Key::ArrowDown, vec2(0.0, -PAN_STEP)),
        ];
        for (key, by) in arrows {
            if focused && pressed(key) {
                self.pan(scene, self.seen(scene, 0), by);
            }
        }
    }

    pub(super) fn pointer_ui(&mut self, ui: &Ui, scene: &Scene, stage: &egui::Response) {
        let Some(pointer) = stage.hover_pos().or(stage.interact_pointer_pos()) else {
            return;
        };
        let seen = self.seen(scene, scene.places.at(pointer));
        if stage.dragged() {
            self.pan(scene, seen, stage.drag_delta());
        }
        if !stage.hovered() {
            return;
        }
        let (wheel, pinch) = ui.input(|i| (i.smooth_scroll_delta().y, i.zoom_delta()));
        let factor = pinch * (wheel / WHEEL_POINTS).exp();
        if factor != 1.0 {
            self.zoom(scene, seen, factor, pointer);
        }
        if stage.double_clicked() {
            if self.transform.is_fit() {
                let now = scene.points(self.transform, seen) * ui.pixels_per_point();
                self.zoom(scene, seen, 1.0 / now, pointer);
            } else {
                self.fit();
            }
        }
    }
}
