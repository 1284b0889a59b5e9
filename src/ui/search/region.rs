//! The part of the query that is searched with: drawn, moved and resized on the picture, by
//! pointer or keyboard.

use egui::{
    CornerRadius, CursorIcon, EventFilter, Key, Pos2, Rect, Response, Role, Sense, Stroke,
    StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2,
};

use crate::{
    domain::query::Region,
    ui::{
        tokens::{Tokens, radius},
        widgets,
    },
};

/// How near the pointer must be to an edge to grab it, in points.
const GRIP: f32 = 8.0;
/// The smallest side of a region in pixels, if the picture is that large.
const SMALLEST: f32 = 16.0;
/// An arrow key moves by this share of the picture.
const KEY_STEP: f32 = 0.02;
/// Seconds without another key after which the search starts.
const KEY_PAUSE_SECS: f64 = 0.5;

/// Which sides of the region follow the pointer: -1 left or top, 1 right or bottom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Grip {
    New,
    Whole,
    Edge { x: i8, y: i8 },
}

/// The interaction in progress.
#[derive(Default)]
pub struct RegionEditor {
    /// What was grabbed, where, and the region before.
    drag: Option<(Grip, Pos2, Rect)>,
    /// The region while it is changed, in pixels; the query's own otherwise.
    draft: Option<Rect>,
    /// When a key last changed it.
    key_at: Option<f64>,
    /// It had the focus in the last frame.
    focused: bool,
}

impl RegionEditor {
    /// Whether the region has the keyboard focus.
    pub fn is_focused(&self) -> bool {
        self.focused
    }

    /// Draws the region over the picture at `place`, which has `size` pixels and is drawn with
    /// `corners`.
    ///
    /// Returns the new region once a change is finished.
    pub fn ui(
        &mut self,
        ui: &Ui,
        place: Rect,
        corners: CornerRadius,
        size: [u32; 2],
        region: Option<Region>,
    ) -> Option<Option<Region>> {
        let picture = vec2(size[0] as f32, size[1] as f32).max(vec2(1.0, 1.0));
        // A picture of a pixel's width is still grabbed.
        let target = place.expand2((vec2(2.0 * GRIP, 2.0 * GRIP) - place.size()).max(Vec2::ZERO));
        let id = ui.make_persistent_id("query region");
        let response = ui.interact(target, id, Sense::click_and_drag());
        let shown = self.draft.or(region.map(to_rect));
        response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, name(shown, picture)));
        let space = Space { place, picture };
        let mut finished = self.pointer_ui(ui, &space, &response, shown);
        finished = self.keys_ui(ui, &space, &response, shown).or(finished);
        let shown = self.draft.or(region.map(to_rect));
        paint(ui, &space, corners, shown);
        widgets::focus_ring(ui, &response, radius::CARD);
        self.focused = response.has_focus();
        match finished {
            Some(changed) => {
                *self = Self {
                    focused: self.focused,
                    ..Self::default()
                };
                let changed = changed.and_then(|rect| to_region(rect, picture));
                (changed != region).then_some(changed)
            }
            None => None,
        }
    }

    fn pointer_ui(
        &mut self,
        ui: &Ui,
        space: &Space,
        response: &Response,
        shown: Option<Rect>,
    ) -> Option<Option<Rect>> {
        if let Some(pointer) = response.hover_pos() {
            let grip = self
                .drag
                .map_or_else(|| space.grip(shown, pointer), |(grip, ..)| grip);
            ui.ctx().set_cursor_icon(cursor_of(grip));
        }
        if response.drag_started()
            && let Some(origin) = ui.input(|input| input.pointer.press_origin())
        {
            let grip = space.grip(shown, origin);
            self.drag = Some((grip, origin, shown.unwrap_or(Rect::ZERO)));
            response.request_focus();
        }
        let (grip, origin, before) = self.drag?;
        if let Some(pointer) = response.interact_pointer_pos() {
            self.draft = Some(space.dragged(grip, origin, before, pointer));
        }
        response.drag_stopped().then(|| self.draft.or(Some(before)))
    }

    fn keys_ui(
        &mut self,
        ui: &Ui,
        space: &Space,
        response: &Response,
        shown: Option<Rect>,
    ) -> Option<Option<Rect>> {
        let now = ui.input(|input| input.time);
        if let Some(at) = self.key_at {
            let left = KEY_PAUSE_SECS - (now - at);
            if left <= 0.0 || !response.has_focus() {
                return Some(self.draft);
            }
            ui.ctx().request_repaint_after_secs(left as f32);
        }
        if !response.has_focus() {
            return None;
        }
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            escape: shown.is_some(),
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let clear = [Key::Delete, Key::Backspace, Key::Escape];
        if shown.is_some() && clear.into_iter().any(|key| consume(ui, key)) {
            return Some(None);
        }
        let Some(rect) = shown else {
            if consume(ui, Key::Enter) || consume(ui, Key::Space) {
                self.draft = Some(Rect::from_center_size(
                    (space.picture / 2.0).to_pos2(),
                    space.picture * 0.6,
                ));
                self.key_at = Some(now);
            }
            return None;
        };
        if let Some(changed) = space.keyed(ui, rect) {
            self.draft = Some(changed);
            self.key_at = Some(now);
            ui.ctx().request_repaint_after_secs(KEY_PAUSE_SECS as f32);
        }
        None
    }
}

fn consume(ui: &Ui, key: Key) -> bool {
    ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key))
}

/// The picture on the screen, and its pixels.
struct Space {
    place: Rect,
    picture: Vec2,
}

impl Space {
    fn to_screen(&self, rect: Rect) -> Rect {
        let scale = self.place.size() / self.picture;
        Rect::from_min_size(
            self.place.min + rect.min.to_vec2() * scale,
            rect.size() * scale,
        )
    }

    fn to_picture(&self, at: Pos2) -> Pos2 {
        let share = (at - self.place.min) / self.place.size().max(vec2(1.0, 1.0));
        let at = share * self.picture;
        pos2(
            at.x.clamp(0.0, self.picture.x),
            at.y.clamp(0.0, self.picture.y),
        )
    }

    fn smallest(&self) -> Vec2 {
        self.picture.min(Vec2::splat(SMALLEST))
    }

    fn grip(&self, region: Option<Rect>, at: Pos2) -> Grip {
        let Some(region) = region.map(|rect| self.to_screen(rect)) else {
            return Grip::New;
        };
        if !region.expand(GRIP).contains(at) {
            return Grip::New;
        }
        // The middle of a small region can still be grabbed.
        let reach = vec2(
            GRIP.min(region.width() / 3.0),
            GRIP.min(region.height() / 3.0),
        );
        let side = |at: f32, low: f32, high: f32, reach: f32| -> i8 {
            if at < low + reach {
                -1
            } else if at > high - reach {
                1
            } else {
                0
            }
        };
        let x = side(at.x, region.left(), region.right(), reach.x);
        let y = side(at.y, region.top(), region.bottom(), reach.y);
        if (x, y) == (0, 0) {
            Grip::Whole
        } else {
            Grip::Edge { x, y }
        }
    }

    fn dragged(&self, grip: Grip, origin: Pos2, before: Rect, pointer: Pos2) -> Rect {
        let (from, to) = (self.to_picture(origin), self.to_picture(pointer));
        match grip {
            Grip::New => self.clamped(Rect::from_two_pos(from, to)),
            Grip::Whole => self.moved(before, to - from),
            Grip::Edge { x, y } => self.stretched(before, x, y, to),
        }
    }

    fn stretched(&self, before: Rect, x: i8, y: i8, to: Pos2) -> Rect {
        let smallest = self.smallest();
        let mut rect = before;
        match x {
            -1 => rect.min.x = to.x.min(rect.max.x - smallest.x),
            1 => rect.max.x = to.x.max(rect.min.x + smallest.x),
            _ => {}
        }
        match y {
            -1 => rect.min.y = to.y.min(rect.max.y - smallest.y),
            1 => rect.max.y = to.y.max(rect.min.y + smallest.y),
            _ => {}
        }
        self.clamped(rect)
    }

    fn moved(&self, rect: Rect, by: Vec2) -> Rect {
        let room = (self.picture - rect.size()).max(Vec2::ZERO);
        let to = rect.min + by;
        let min = pos2(to.x.clamp(0.0, room.x), to.y.clamp(0.0, room.y));
        Rect::from_min_size(min, rect.size())
    }

    /// Within the picture, and no smaller than can be searched with.
    fn clamped(&self, rect: Rect) -> Rect {
        let size = rect.size().max(self.smallest()).min(self.picture);
        self.moved(Rect::from_min_size(rect.min, size), Vec2::ZERO)
    }

    /// Arrows move it, with Shift they move its right and lower edges.
    fn keyed(&self, ui: &Ui, rect: Rect) -> Option<Rect> {
        let step = (self.picture * KEY_STEP).max(vec2(1.0, 1.0)).round();
        let arrows = [
            (Key::ArrowLeft, vec2(-step.x, 0.0)),
            (Key::ArrowRight, vec2(step.x, 0.0)),
            (Key::ArrowUp, vec2(0.0, -step.y)),
            (Key::ArrowDown, vec2(0.0, step.y)),
        ];
        let mut changed = None;
        for (key, by) in arrows {
            let from = changed.unwrap_or(rect);
            let shift = egui::Modifiers::SHIFT;
            // Keys without modifiers match whatever Shift does, so Shift comes first.
            if ui.input_mut(|input| input.consume_key(shift, key)) {
                let size = (from.size() + by).max(self.smallest());
                let room = self.picture - from.min.to_vec2();
                changed = Some(Rect::from_min_size(from.min, size.min(room)));
            } else if consume(ui, key) {
                changed = Some(self.moved(from, by));
            }
        }
        changed
    }
}

fn cursor_of(grip: Grip) -> CursorIcon {
    match grip {
        Grip::New => CursorIcon::Crosshair,
        Grip::Whole => CursorIcon::Move,
        Grip::Edge { x: 0, .. } => CursorIcon::ResizeVertical,
        Grip::Edge { y: 0, .. } => CursorIcon::ResizeHorizontal,
        Grip::Edge { x, y } if x == y => CursorIcon::ResizeNwSe,
        Grip::Edge { .. } => CursorIcon::ResizeNeSw,
    }
}

fn to_rect(region: Region) -> Rect {
    let min = pos2(region.x as f32, region.y as f32);
    Rect::from_min_size(min, vec2(region.width as f32, region.height as f32))
}

/// Whole pixels; none where the region is the whole picture.
fn to_region(rect: Rect, picture: Vec2) -> Option<Region> {
    let (min, max) = (rect.min.round(), rect.max.round());
    let whole = Rect::from_min_size(Pos2::ZERO, picture);
    if min == whole.min && max == whole.max {
        return None;
    }
    Some(Region {
        x: min.x.min(picture.x - 1.0) as u32,
        y: min.y.min(picture.y - 1.0) as u32,
        width: (max.x - min.x).max(1.0) as u32,
        height: (max.y - min.y).max(1.0) as u32,
    })
}

/// The share of the picture a region takes, `0..=1`.
pub fn share(region: Region, size: [u32; 2]) -> f32 {
    let whole = (f64::from(size[0]) * f64::from(size[1])).max(1.0);
    (f64::from(region.width) * f64::from(region.height) / whole) as f32
}

fn name(region: Option<Rect>, picture: Vec2) -> String {
    match region.and_then(|rect| to_region(rect, picture)) {
        Some(Region {
            x,
            y,
            width,
            height,
        }) => {
            format!("Region of the query, {width} × {height} px at {x}, {y}")
        }
        None => "Region of the query, the whole picture".to_owned(),
    }
}

fn paint(ui: &Ui, space: &Space, corners: CornerRadius, region: Option<Rect>) {
    let Some(region) = region.map(|rect| space.to_screen(rect)) else {
        return;
    };
    let tokens = Tokens::of(ui);
    let (place, painter) = (space.place, ui.painter());
    // The shade has the picture's rounded corners: square ones would stick out.
    let upper = CornerRadius {
        sw: 0,
        se: 0,
        ..corners
    };
    let lower = CornerRadius {
        nw: 0,
        ne: 0,
        ..corners
    };
    let left = Rect::from_min_max(pos2(place.left(), region.top()), region.left_bottom());
    let right = Rect::from_min_max(region.right_top(), pos2(place.right(), region.bottom()));
    for (rect, corners) in [
        (place.with_max_y(region.top()), upper),
        (place.with_min_y(region.bottom()), lower),
        (left, CornerRadius::ZERO),
        (right, CornerRadius::ZERO),
    ] {
        painter.rect_filled(rect, corners, tokens.backdrop);
    }
    painter.rect_stroke(
        region,
        2.0,
        Stroke::new(2.0, tokens.accent),
        StrokeKind::Middle,
    );
    let corners = [
        region.left_top(),
        region.right_top(),
        region.left_bottom(),
        region.right_bottom(),
    ];
    for corner in corners {
        let handle = Rect::from_center_size(corner, Vec2::splat(GRIP));
        let stroke = Stroke::new(1.0, tokens.on_accent);
        painter.rect(handle, 2.0, tokens.accent, stroke, StrokeKind::Inside);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn space() -> Space {
        let place = Rect::from_min_size(pos2(50.0, 50.0), vec2(100.0, 200.0));
        Space {
            place,
            picture: vec2(400.0, 800.0),
        }
    }

    fn rect(x: f32, y: f32, width: f32, height: f32) -> Rect {
        Rect::from_min_size(pos2(x, y), vec2(width, height))
    }

    #[test]
    fn dragging_over_the_picture_draws_a_region_in_its_pixels() {
        let drawn = space().dragged(Grip::New, pos2(75.0, 100.0), Rect::ZERO, pos2(125.0, 150.0));
        assert_eq!(drawn, rect(100.0, 200.0, 200.0, 200.0));
        let out = space().dragged(Grip::New, pos2(75.0, 100.0), Rect::ZERO, pos2(900.0, 900.0));
        assert_eq!(
            out,
            rect(100.0, 200.0, 300.0, 600.0),
            "it ends with the picture"
        );
    }

    #[test]
    fn the_place_taken_tells_what_follows_the_pointer() {
        let region = Some(rect(100.0, 200.0, 200.0, 200.0));
        let space = space();
        assert_eq!(space.grip(region, pos2(100.0, 125.0)), Grip::Whole);
        assert_eq!(
            space.grip(region, pos2(76.0, 101.0)),
            Grip::Edge { x: -1, y: -1 }
        );
        assert_eq!(
            space.grip(region, pos2(125.0, 125.0)),
            Grip::Edge { x: 1, y: 0 }
        );
        assert_eq!(space.grip(region, pos2(60.0, 60.0)), Grip::New);
        assert_eq!(space.grip(None, pos2(100.0, 125.0)), Grip::New);
    }

    #[test]
    fn a_region_is_moved_within_the_picture() {
        let before = rect(100.0, 200.0, 200.0, 200.0);
        let moved = space().dragged(Grip::Whole, pos2(100.0, 125.0), before, pos2(0.0, 0.0));
        assert_eq!(moved, rect(0.0, 0.0, 200.0, 200.0));
    }

    #[test]
    fn an_edge_cannot_pass_its_opposite() {
        let before = rect(100.0, 200.0, 200.0, 200.0);
        let edge = Grip::Edge { x: 1, y: 0 };
        let narrow = space().dragged(edge, pos2(125.0, 125.0), before, pos2(50.0, 125.0));
        assert_eq!(narrow, rect(100.0, 200.0, SMALLEST, 200.0));
    }

    #[test]
    fn a_picture_of_one_pixel_width_takes_a_region() {
        let place = Rect::from_min_size(pos2(50.0, 50.0), vec2(1.0, 200.0));
        let space = Space {
            place,
            picture: vec2(1.0, 5_000.0),
        };
        let drawn = space.dragged(Grip::New, pos2(50.0, 60.0), Rect::ZERO, pos2(50.0, 160.0));
        let region = to_region(drawn, space.picture);
        assert_eq!(
            region,
            Some(Region {
                x: 0,
                y: 250,
                width: 1,
                height: 2_500
            })
        );
    }

    #[test]
    fn the_whole_picture_is_no_region() {
        assert_eq!(
            to_region(rect(0.0, 0.0, 400.0, 800.0), vec2(400.0, 800.0)),
            None
        );
    }
}
