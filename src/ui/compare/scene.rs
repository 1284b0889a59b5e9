//! What a frame of a comparison is drawn by.

use egui::{Pos2, Vec2};

use super::{
    alignment::{Alignment, Quad},
    mode::Mode,
    places::Places,
    transform::Transform,
};

pub struct Scene {
    pub places: Places,
    pub mode: Mode,
    /// `None` where it is not known how one lies over the other.
    pub alignment: Option<Alignment>,
}

/// One of the two pictures and the canvas it is seen in.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    pub canvas: usize,
    pub is_query: bool,
    /// Its own pixels.
    pub size: Vec2,
}

impl Scene {
    /// The size that a fitted view shows: of both in their frame, or of the picture alone.
    pub fn extent(&self, seen: Seen) -> Vec2 {
        match &self.alignment {
            Some(alignment) => alignment.extent(self.mode.is_aligned()).size(),
            None => seen.size,
        }
    }

    /// Where a picture lies.
    pub fn quad(&self, view: Transform, seen: Seen) -> Quad {
        let place = self.places.canvases[seen.canvas];
        let Some(alignment) = &self.alignment else {
            return Quad::from_rect(view.picture_rect(place, seen.size));
        };
        let extent = alignment.extent(self.mode.is_aligned());
        match (seen.is_query, self.mode.is_aligned()) {
            (false, _) => alignment.picture_quad(view, place, extent),
            (true, true) => alignment.query_over(view, place, extent),
            (true, false) => alignment.query_beside(view, place, extent),
        }
    }

    /// A point of a canvas as the view counts it: by the picture's canvas.
    pub fn in_view(&self, view: Transform, seen: Seen, at: Pos2) -> Pos2 {
        let place = self.places.canvases[seen.canvas];
        match &self.alignment {
            Some(alignment) if seen.is_query && !self.mode.is_aligned() => {
                alignment.seen_in_picture(view, place, alignment.extent(false), at)
            }
            _ => at,
        }
    }

    /// Points on the screen for a pixel of a picture.
    pub fn points(&self, view: Transform, seen: Seen) -> f32 {
        let points = view.scale(self.places.canvases[seen.canvas], self.extent(seen));
        match &self.alignment {
            Some(alignment) if seen.is_query => points * alignment.scale(),
            _ => points,
        }
    }
}
