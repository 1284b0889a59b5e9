//! The part that two pictures have in common, and how it lies in each of them.

use super::affine::Affine;
use crate::domain::proof::Part;

/// The pixels that a map is in, and the part of the picture that they show.
#[derive(Clone, Copy, Debug)]
pub struct Frame {
    pub width: f64,
    pub height: f64,
    pub part: Part,
}

impl Frame {
    /// From shares of the whole picture to pixels, whose centres have whole coordinates.
    fn pixels(self) -> Affine {
        let [x, y, w, h] = self.edges();
        let (across, down) = (self.width / w, self.height / h);
        Affine([across, 0.0, -x * across - 0.5, 0.0, down, -y * down - 0.5])
    }

    fn edges(self) -> [f64; 4] {
        let Part { x, y, w, h } = self.part;
        [x, y, w, h].map(f64::from)
    }

    fn corners(self) -> [[f64; 2]; 4] {
        let [x, y, w, h] = self.edges();
        [[x, y], [x + w, y], [x + w, y + h], [x, y + h]]
    }
}

/// The common part of a query and a picture.
#[derive(Clone, Debug)]
pub struct Common {
    /// From shares of the query to shares of the picture.
    pub map: Affine,
    pub query_part: Part,
    pub picture_part: Part,
    /// Share of the area that the query shows and of the picture's, `0..=1`.
    pub query_share: f64,
    pub picture_share: f64,
}

impl Common {
    /// By the map from the query's pixels to the picture's; `None` where they have nothing in
    /// common, or the map flattens.
    pub fn new(map: &Affine, query: Frame, picture: Frame) -> Option<Self> {
        let map = query.pixels().then(map).then(&picture.pixels().inverse()?);
        let back = map.inverse()?;
        let corners = query.corners().map(|corner| map.apply(corner));
        let in_picture = clipped(corners.to_vec());
        let picture_share = area(&in_picture);
        if picture_share <= 0.0 {
            return None;
        }
        let in_query: Vec<[f64; 2]> = in_picture.iter().map(|&point| back.apply(point)).collect();
        Some(Self {
            map,
            query_part: around(&in_query),
            picture_part: around(&in_picture),
            query_share: (area(&in_query) / f64::from(query.part.area())).min(1.0),
            picture_share: picture_share.min(1.0),
        })
    }
}

/// What of a polygon lies in the unit square (Sutherland and Hodgman, 1974).
fn clipped(mut polygon: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    for (axis, edge, sign) in [(0, 0.0, 1.0), (0, 1.0, -1.0), (1, 0.0, 1.0), (1, 1.0, -1.0)] {
        let inside = |point: &[f64; 2]| sign * (point[axis] - edge);
        let mut kept = Vec::with_capacity(polygon.len() + 1);
        for (at, point) in polygon.iter().enumerate() {
            let next = &polygon[(at + 1) % polygon.len()];
            let (here, there) = (inside(point), inside(next));
            if here >= 0.0 {
                kept.push(*point);
            }
            if (here > 0.0 && there < 0.0) || (here < 0.0 && there > 0.0) {
                let share = here / (here - there);
                kept.push([0, 1].map(|i| point[i] + share * (next[i] - point[i])));
            }
        }
        polygon = kept;
    }
    polygon
}

fn area(polygon: &[[f64; 2]]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    let twice: f64 = polygon
        .iter()
        .zip(next)
        .map(|(a, b)| a[0] * b[1] - b[0] * a[1])
        .sum();
    twice.abs() / 2.0
}

/// The rectangle around points, cut to the unit square.
fn around(points: &[[f64; 2]]) -> Part {
    let range = |axis: usize| {
        let values = points.iter().map(|point| point[axis].clamp(0.0, 1.0));
        let (low, high) = values.fold((1.0_f64, 0.0_f64), |(low, high), v| {
            (low.min(v), high.max(v))
        });
        (low as f32, (high - low) as f32)
    };
    let ((x, w), (y, h)) = (range(0), range(1));
    Part { x, y, w, h }
}

#[cfg(test)]
mod tests;
