//! One zoom and one pan position for two pictures of any size.

use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// How far a picture may be enlarged over its fitted size.
const FACTOR_RANGE: std::ops::RangeInclusive<f32> = 0.05..=64.0;

/// Which part of both pictures is shown.
///
/// Positions are fractions of each picture's own size, so that a small copy and its large original
/// show the same part at the same size on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transform {
    /// 1 shows the whole picture as large as fits.
    factor: f32,
    /// The share of the picture, both ways, in the middle of its place.
    centre: Pos2,
}

impl Default for Transform {
    fn default() -> Self {
        Self {
            factor: 1.0,
            centre: pos2(0.5, 0.5),
        }
    }
}

impl Transform {
    pub fn is_fit(&self) -> bool {
        *self == Self::default()
    }

    /// Where a picture of `size` lies when it is shown in `place`.
    pub fn picture_rect(&self, place: Rect, size: Vec2) -> Rect {
        let shown = size * fit_scale(place, size) * self.factor;
        let offset = vec2(
            (0.5 - self.centre.x) * shown.x,
            (0.5 - self.centre.y) * shown.y,
        );
        Rect::from_center_size(place.center() + offset, shown)
    }

    /// Screen points a pixel of the picture takes.
    pub fn scale(&self, place: Rect, size: Vec2) -> f32 {
        fit_scale(place, size) * self.factor
    }

    /// Zooms so that the point of the picture under `pointer` stays there.
    pub fn zoom_at(&mut self, factor: f32, pointer: Pos2, place: Rect, size: Vec2) {
        let before = self.picture_rect(place, size);
        self.factor = (self.factor * factor).clamp(*FACTOR_RANGE.start(), *FACTOR_RANGE.end());
        let shown = size * fit_scale(place, size) * self.factor;
        if before.width() <= 0.0 || before.height() <= 0.0 {
            return;
        }
        let share = (pointer - before.min) / before.size();
        let centre = share + (place.center() - pointer) / shown;
        self.set_centre(pos2(centre.x, centre.y), place, size);
    }

    /// Keeps what is in the middle when another part becomes what is shown as a whole.
    pub fn reframe(&mut self, from: Rect, to: Rect) {
        if from == to || self.is_fit() || to.width() <= 0.0 || to.height() <= 0.0 {
            return;
        }
        let middle = from.lerp_inside(self.centre.to_vec2());
        let share = (middle - to.min) / to.size();
        self.centre = pos2(share.x.clamp(0.0, 1.0), share.y.clamp(0.0, 1.0));
    }

    /// Moves the picture by screen points.
    pub fn pan(&mut self, by: Vec2, place: Rect, size: Vec2) {
        let shown = size * self.scale(place, size);
        if shown.x > 0.0 && shown.y > 0.0 {
            self.set_centre(self.centre - by / shown, place, size);
        }
    }

    /// A picture narrower than its place stays in the middle; a wider one fills it.
    fn set_centre(&mut self, centre: Pos2, place: Rect, size: Vec2) {
        let shown = size * self.scale(place, size);
        let bound = |centre: f32, shown: f32, place: f32| {
            let half = place / shown / 2.0;
            if half >= 0.5 {
                0.5
            } else {
                centre.clamp(half, 1.0 - half)
            }
        };
        self.centre = pos2(
            bound(centre.x, shown.x, place.width()),
            bound(centre.y, shown.y, place.height()),
        );
    }
}

fn fit_scale(place: Rect, size: Vec2) -> f32 {
    let size = size.max(vec2(1.0, 1.0));
    (place.width() / size.x)
        .min(place.height() / size.y)
        .max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Vec2 = vec2(400.0, 200.0);

    fn place() -> Rect {
        Rect::from_min_size(pos2(100.0, 100.0), vec2(200.0, 200.0))
    }

    /// Shows a pixel of the picture as so many screen points.
    fn set_scale(transform: &mut Transform, scale: f32) {
        let now = transform.scale(place(), SIZE);
        transform.zoom_at(scale / now, place().center(), place(), SIZE);
    }

    #[test]
    fn fitted_shows_the_whole_picture() {
        let rect = Transform::default().picture_rect(place(), SIZE);
        assert_eq!(
            rect,
            Rect::from_min_size(pos2(100.0, 150.0), vec2(200.0, 100.0))
        );
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let mut transform = Transform::default();
        let pointer = pos2(150.0, 175.0);
        let share = |transform: &Transform| {
            let rect = transform.picture_rect(place(), SIZE);
            (pointer - rect.min) / rect.size()
        };
        let before = share(&transform);
        transform.zoom_at(8.0, pointer, place(), SIZE);
        assert!((share(&transform) - before).length() < 1e-5);
        assert_eq!(transform.factor, 8.0);
    }

    #[test]
    fn one_to_one_is_a_pixel_a_point() {
        let mut transform = Transform::default();
        set_scale(&mut transform, 1.0);
        assert_eq!(transform.scale(place(), SIZE), 1.0);
        assert_eq!(transform.picture_rect(place(), SIZE).size(), SIZE);
    }

    #[test]
    fn a_picture_cannot_be_lost_by_panning() {
        let mut transform = Transform::default();
        transform.pan(vec2(1e6, -1e6), place(), SIZE);
        assert!(transform.is_fit(), "a whole picture stays in the middle");
        set_scale(&mut transform, 4.0);
        transform.pan(vec2(1e6, 0.0), place(), SIZE);
        assert_eq!(transform.picture_rect(place(), SIZE).left(), place().left());
    }

    #[test]
    fn both_pictures_show_the_same_part_whatever_their_sizes() {
        let (mut transform, small) = (Transform::default(), SIZE / 4.0);
        transform.zoom_at(4.0, pos2(150.0, 175.0), place(), SIZE);
        assert_eq!(
            transform.picture_rect(place(), SIZE),
            transform.picture_rect(place(), small)
        );
    }

    #[test]
    fn another_whole_keeps_the_middle() {
        let whole = Rect::from_min_size(Pos2::ZERO, SIZE);
        let wider = whole.expand2(vec2(200.0, 0.0));
        let mut transform = Transform::default();
        transform.reframe(whole, wider);
        assert!(transform.is_fit());
        transform.zoom_at(8.0, pos2(120.0, 180.0), place(), SIZE);
        let middle = whole.lerp_inside(transform.centre.to_vec2());
        transform.reframe(whole, wider);
        let now = wider.lerp_inside(transform.centre.to_vec2());
        assert!((middle - now).length() < 1e-3);
    }

    #[test]
    fn a_picture_of_one_pixel_width_has_a_place() {
        let rect = Transform::default().picture_rect(place(), vec2(1.0, 5_000.0));
        assert!(rect.height() <= 200.0 && rect.width() > 0.0);
    }
}
