//! Two pictures side by side: one zoom, one pan position, and the evidence of the verdict.

mod transform;

use egui::{
    Align2, Color32, CornerRadius, EventFilter, FontId, Key, Label, Rect, Role, Sense, Ui, Vec2,
    WidgetInfo, epaint::RectShape, pos2, vec2,
};
use egui_material_icons::icons::{
    ICON_ADD, ICON_ARROW_BACK, ICON_CHEVRON_LEFT, ICON_CHEVRON_RIGHT, ICON_REMOVE, ICON_SWAP_HORIZ,
};

use self::transform::Transform;
use super::{
    cache::{FULL_SIDE, PANE_SIDE, Preview, Previews},
    details::evidence::dimensions,
    grid::elide_middle,
    tokens::{self, Tokens, body, large, radius, space},
    widgets,
};
use crate::domain::{
    query::QuerySource,
    record::RecordId,
    verdict::{Evidence, Verdict},
};

/// One press of `+`.
const ZOOM_STEP: f32 = 1.4;
/// What an arrow key moves the pictures by, in points.
const PAN_STEP: f32 = 60.0;
/// Points of the wheel that zoom by the number e: three notches.
const WHEEL_POINTS: f32 = 200.0;
/// Below this width the pictures lie over each other.
const STACKED_BELOW: f32 = 560.0;

/// One of the two pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    pub source: QuerySource,
    pub title: String,
    /// Oriented pixels; zero until the picture is there.
    pub size: [u32; 2],
}

/// What is said of the two.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// `None` between two pictures of the catalogue, which are only measured.
    pub verdict: Option<Verdict>,
    pub words: String,
}

/// What the user asked for and the view has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOutput {
    Close,
    /// Compare with the next result, or the one before.
    Step(isize),
}

/// A comparison on the screen.
pub struct CompareView {
    pub left: Side,
    pub right: Side,
    /// The right picture's record.
    pub right_id: RecordId,
    /// None until it is measured.
    pub finding: Option<Finding>,
    /// Whether there are others to step to.
    pub steps: bool,
    swapped: bool,
    transform: Transform,
    /// Takes the keyboard with the first frame.
    opened: bool,
}

impl CompareView {
    pub fn new(left: Side, right: Side, right_id: RecordId, finding: Option<Finding>) -> Self {
        let transform = Transform::default();
        Self {
            left,
            right,
            right_id,
            finding,
            steps: false,
            swapped: false,
            transform,
            opened: true,
        }
    }

    /// The measured likeness of two pictures of the catalogue.
    pub fn on_compared(&mut self, evidence: &Evidence) {
        let words = if evidence.same_bytes {
            "Every byte is the same: it is one file in two places.".to_owned()
        } else {
            format!(
                "{} alike. The files differ.",
                widgets::percent(evidence.score)
            )
        };
        let verdict = Some(evidence.verdict());
        self.finding = Some(Finding { verdict, words });
    }

    /// Draws the comparison over all the available space.
    pub fn ui(&mut self, ui: &mut Ui, previews: &mut Previews) -> Option<CompareOutput> {
        let mut output = None;
        let frame = egui::Frame::new().inner_margin(space::L);
        frame.show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::S, space::M);
            let places = Places::new(ui, self.finding_height(ui));
            self.note_sizes(ui, previews);
            let stage = self.stage_ui(ui, &places);
            output = self.keys_ui(ui, &places, stage.has_focus());
            self.pointer_ui(ui, &places, &stage);
            output = self.toolbar_ui(ui, &places).or(output);
            self.canvases_ui(ui, &places, previews);
            ui.advance_cursor_after_rect(places.all);
            self.finding_ui(ui);
        });
        output
    }

    /// Both pictures as shown.
    fn sides(&self) -> [&Side; 2] {
        if self.swapped {
            [&self.right, &self.left]
        } else {
            [&self.left, &self.right]
        }
    }

    /// Pixels of the picture shown at this place; one at least.
    fn size_of(&self, at: usize) -> Vec2 {
        let [width, height] = self.sides()[at].size;
        vec2(width as f32, height as f32).max(vec2(1.0, 1.0))
    }

    /// The size of the larger picture: 100 % is its own, so that no pixel of either is lost.
    fn larger_size(&self) -> Vec2 {
        let (left, right) = (self.size_of(0), self.size_of(1));
        if left.x * left.y >= right.x * right.y {
            left
        } else {
            right
        }
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

    /// The area under both canvases, which takes the pointer and the focus for them.
    fn stage_ui(&mut self, ui: &Ui, places: &Places) -> egui::Response {
        let id = ui.make_persistent_id("compared pictures");
        let stage = ui.interact(places.all, id, Sense::click_and_drag());
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

    fn keys_ui(&mut self, ui: &Ui, places: &Places, focused: bool) -> Option<CompareOutput> {
        let layer = ui.layer_id();
        let elsewhere = ui.ctx().text_edit_focused() || egui::Popup::is_any_open(ui.ctx());
        if elsewhere || !ui.memory(|memory| memory.allows_interaction(layer)) {
            return None;
        }
        let (size, place) = (self.larger_size(), places.canvases[0]);
        let pressed = |key| ui.input_mut(|i| i.consume_key(egui::Modifiers::NONE, key));
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
            self.transform
                .zoom_at(ZOOM_STEP, place.center(), place, size);
        }
        if pressed(Key::Minus) {
            self.transform
                .zoom_at(1.0 / ZOOM_STEP, place.center(), place, size);
        }
        if pressed(Key::Num0) {
            self.transform = Transform::default();
        }
        if pressed(Key::Num1) {
            self.full_size(ui, place);
        }
        if pressed(Key::S) {
            self.swapped = !self.swapped;
        }
        let arrows = [
            (Key::ArrowLeft, vec2(PAN_STEP, 0.0)),
            (Key::ArrowRight, vec2(-PAN_STEP, 0.0)),
            (Key::ArrowUp, vec2(0.0, PAN_STEP)),
            (Key::ArrowDown, vec2(0.0, -PAN_STEP)),
        ];
        for (key, by) in arrows {
            if focused && pressed(key) {
                self.transform.pan(by, place, size);
            }
        }
        None
    }

    fn pointer_ui(&mut self, ui: &Ui, places: &Places, stage: &egui::Response) {
        let Some(pointer) = stage.hover_pos().or(stage.interact_pointer_pos()) else {
            return;
        };
        let at = usize::from(places.canvases[1].contains(pointer));
        let (place, size) = (places.canvases[at], self.size_of(at));
        if stage.dragged() {
            self.transform.pan(stage.drag_delta(), place, size);
        }
        if !stage.hovered() {
            return;
        }
        let (wheel, pinch) = ui.input(|i| (i.smooth_scroll_delta().y, i.zoom_delta()));
        let factor = pinch * (wheel / WHEEL_POINTS).exp();
        if factor != 1.0 {
            self.transform.zoom_at(factor, pointer, place, size);
        }
        if stage.double_clicked() {
            if self.transform.is_fit() {
                let now = self.transform.scale(place, size) * ui.pixels_per_point();
                self.transform.zoom_at(1.0 / now, pointer, place, size);
            } else {
                self.transform = Transform::default();
            }
        }
    }

    fn full_size(&mut self, ui: &Ui, place: Rect) {
        let size = self.larger_size();
        self.transform
            .set_scale(1.0 / ui.pixels_per_point(), place, size);
    }

    fn toolbar_ui(&mut self, ui: &mut Ui, places: &Places) -> Option<CompareOutput> {
        let mut output = None;
        let place = places.canvases[0];
        let mut toolbar = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(places.toolbar)
                .layout(egui::Layout::left_to_right(egui::Align::Center)),
        );
        let ui = &mut toolbar;
        let roomy = places.toolbar.width() > 640.0;
        let back = if roomy { "Back" } else { "" };
        let back = widgets::Button::quiet(back)
            .icon(ICON_ARROW_BACK)
            .name("Back");
        if ui.add(back).on_hover_text("Back (Esc)").clicked() {
            output = Some(CompareOutput::Close);
        }
        if self.steps {
            for (icon, name, keys, step) in [
                (ICON_CHEVRON_LEFT, "Previous result", "Page Up", -1),
                (ICON_CHEVRON_RIGHT, "Next result", "Page Down", 1),
            ] {
                let tip = format!("{name} ({keys})");
                if widgets::icon_button(ui, icon, name, &tip).clicked() {
                    output = Some(CompareOutput::Step(step));
                }
            }
        }
        if roomy {
            ui.label(large("Compare").color(Tokens::of(ui).text));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if widgets::icon_button(ui, ICON_SWAP_HORIZ, "Swap sides", "Swap sides (S)").clicked() {
                self.swapped = !self.swapped;
            }
            // Where they have no place, the wheel, two fingers and the keys zoom.
            if places.toolbar.width() > 400.0 {
                self.zoom_buttons_ui(ui, place);
            }
            let full = widgets::quiet_button(ui, "100 %");
            if full
                .on_hover_text("One pixel of the larger picture a screen pixel (1)")
                .clicked()
            {
                self.full_size(ui, place);
            }
            let fit = widgets::Button::quiet("Fit").selected(self.transform.is_fit());
            if ui.add(fit).on_hover_text("Show both whole (0)").clicked() {
                self.transform = Transform::default();
            }
        });
        output
    }

    fn zoom_buttons_ui(&mut self, ui: &mut Ui, place: Rect) {
        let size = self.larger_size();
        if widgets::icon_button(ui, ICON_ADD, "Zoom in", "Zoom in (+)").clicked() {
            self.transform
                .zoom_at(ZOOM_STEP, place.center(), place, size);
        }
        if widgets::icon_button(ui, ICON_REMOVE, "Zoom out", "Zoom out (-)").clicked() {
            self.transform
                .zoom_at(1.0 / ZOOM_STEP, place.center(), place, size);
        }
    }

    fn canvases_ui(&self, ui: &Ui, places: &Places, previews: &mut Previews) {
        for (at, side) in self.sides().into_iter().enumerate() {
            self.canvas_ui(ui, places.canvases[at], side, self.size_of(at), previews);
            self.caption_ui(
                ui,
                places.captions[at],
                places.canvases[at],
                side,
                self.size_of(at),
            );
        }
    }

    fn canvas_ui(&self, ui: &Ui, place: Rect, side: &Side, size: Vec2, previews: &mut Previews) {
        let tokens = Tokens::of(ui);
        ui.painter().rect_filled(place, radius::CARD, tokens.well);
        // The large view is made only when its pixels would be seen.
        let shown = (size * self.transform.scale(place, size)).max_elem();
        let pixels = shown * ui.pixels_per_point();
        let max_side = if pixels > PANE_SIDE as f32 {
            FULL_SIDE
        } else {
            PANE_SIDE
        };
        let inner = place.shrink(1.0);
        match previews.get(ui.ctx(), &side.source, max_side) {
            Preview::Ready { texture, .. } => {
                let rect = self.transform.picture_rect(inner, size);
                let uv = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                let shape = RectShape::filled(rect, CornerRadius::ZERO, Color32::WHITE)
                    .with_texture(texture.id, uv);
                ui.painter()
                    .with_clip_rect(inner.intersect(ui.clip_rect()))
                    .add(shape);
            }
            Preview::Loading => {
                egui::Spinner::new().size(space::XXL).paint_at(
                    ui,
                    Rect::from_center_size(place.center(), Vec2::splat(space::XXL)),
                );
            }
            Preview::Failed(why) => {
                let font = FontId::proportional(tokens::size::BODY);
                let width = place.width() - 2.0 * space::L;
                let text = ui
                    .painter()
                    .layout(why, font, tokens.warning, width.max(1.0));
                ui.painter()
                    .galley(place.center() - text.size() / 2.0, text, tokens.warning);
            }
        }
    }

    fn caption_ui(&self, ui: &Ui, caption: Rect, place: Rect, side: &Side, size: Vec2) {
        let tokens = Tokens::of(ui);
        let percent = self.transform.scale(place, size) * ui.pixels_per_point() * 100.0;
        let facts = match side.size {
            [0, 0] => String::new(),
            [width, height] => format!("{} · {percent:.0} %", dimensions(width, height)),
        };
        let font = FontId::proportional(tokens::size::SMALL);
        let facts_rect = ui.painter().text(
            caption.right_center(),
            Align2::RIGHT_CENTER,
            facts,
            font,
            tokens.dim,
        );
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

    fn finding_height(&self, ui: &Ui) -> f32 {
        if ui.available_width() < STACKED_BELOW {
            84.0
        } else {
            44.0
        }
    }

    fn finding_ui(&self, ui: &mut Ui) {
        let tokens = Tokens::of(ui);
        let Some(finding) = &self.finding else {
            ui.label(body("Measuring how alike they are…").color(tokens.dim));
            return;
        };
        ui.horizontal_wrapped(|ui| {
            if let Some(verdict) = finding.verdict {
                widgets::verdict_badge(ui, verdict);
            }
            ui.add(Label::new(body(&finding.words).color(tokens.text)).wrap());
        });
    }
}

/// Where the parts of a comparison lie.
struct Places {
    toolbar: Rect,
    /// Both canvases with their captions.
    all: Rect,
    canvases: [Rect; 2],
    captions: [Rect; 2],
}

const CAPTION: f32 = 28.0;

impl Places {
    fn new(ui: &Ui, below: f32) -> Self {
        let room = ui.available_rect_before_wrap();
        let (toolbar, rest) = room.split_top_bottom_at_y(room.top() + tokens::CONTROL_HEIGHT);
        let all = Rect::from_min_max(
            pos2(rest.left(), rest.top() + space::S),
            pos2(
                rest.right(),
                (rest.bottom() - below).max(rest.top() + 2.0 * CAPTION),
            ),
        );
        let halves = if all.width() >= STACKED_BELOW {
            let (left, right) = all.split_left_right_at_fraction(0.5);
            [
                left.with_max_x(left.right() - space::S),
                right.with_min_x(right.left() + space::S),
            ]
        } else {
            let (top, bottom) = all.split_top_bottom_at_fraction(0.5);
            [top, bottom]
        };
        let split = |half: Rect| half.split_top_bottom_at_y(half.bottom() - CAPTION);
        let (first, second) = (split(halves[0]), split(halves[1]));
        Self {
            toolbar,
            all,
            canvases: [first.0, second.0],
            captions: [first.1, second.1],
        }
    }
}
