//! Where two pictures lie when the map between them is known.
//!
//! The frame of both is the picture's: its pixels, and on beyond its edges where the query shows
//! more.

use egui::{Color32, Mesh, Pos2, Rect, Shape, TextureId, Vec2, pos2, vec2};

use super::transform::Transform;
use crate::domain::proof::{Part, ShareMap};

pub const IDENTITY: ShareMap = ShareMap([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]);

/// Lines of a hatching, however far it is zoomed in.
const MOST_LINES: f32 = 400.0;

const CORNERS: [[f32; 2]; 4] = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];

/// The map back; `None` where a map leaves nothing of an area.
pub fn inverse(map: &ShareMap) -> Option<ShareMap> {
    let [a, b, c, d, e, f] = map.0;
    let det = a * e - b * d;
    if !det.is_finite() || det.abs() < 1e-6 {
        return None;
    }
    let (a, b, d, e) = (e / det, -b / det, -d / det, a / det);
    Some(ShareMap([a, b, -(a * c + b * f), d, e, -(d * c + e * f)]))
}

/// A picture on the screen: a parallelogram.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quad {
    origin: Pos2,
    /// From the left edge to the right one.
    across: Vec2,
    /// From the upper edge to the lower one.
    down: Vec2,
}

impl Quad {
    pub fn from_rect(rect: Rect) -> Self {
        Self {
            origin: rect.min,
            across: vec2(rect.width(), 0.0),
            down: vec2(0.0, rect.height()),
        }
    }

    /// Where another picture lies whose points this one shows by `map`.
    fn through(&self, map: &ShareMap) -> Self {
        let origin = self.at(map.apply([0.0, 0.0]));
        Self {
            origin,
            across: self.at(map.apply([1.0, 0.0])) - origin,
            down: self.at(map.apply([0.0, 1.0])) - origin,
        }
    }

    /// The place of a point given as shares of the picture.
    pub fn at(&self, [x, y]: [f32; 2]) -> Pos2 {
        self.origin + self.across * x + self.down * y
    }

    /// The point at a place, as shares of the picture; not for one without an area.
    fn shares(&self, at: Pos2) -> [f32; 2] {
        let by = at - self.origin;
        let det = self.across.x * self.down.y - self.across.y * self.down.x;
        [
            (by.x * self.down.y - by.y * self.down.x) / det,
            (self.across.x * by.y - self.across.y * by.x) / det,
        ]
    }

    /// Its longer side, in points.
    pub fn longest(&self) -> f32 {
        self.across.length().max(self.down.length())
    }

    /// The picture itself, drawn in a colour that lets as much through as is wanted.
    pub fn shape(&self, texture: TextureId, tint: Color32) -> Shape {
        let mut mesh = Mesh::with_texture(texture);
        for corner in CORNERS {
            mesh.vertices.push(egui::epaint::Vertex {
                pos: self.at(corner),
                uv: pos2(corner[0], corner[1]),
                color: tint,
            });
        }
        mesh.indices = vec![0, 1, 2, 0, 2, 3];
        Shape::mesh(mesh)
    }
}

/// Two pictures that lie over each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Alignment {
    map: ShareMap,
    back: ShareMap,
    query: Vec2,
    picture: Vec2,
    /// Both whole, in the frame.
    both: Rect,
    /// What must be in view of the frame so that both are seen whole beside each other.
    beside: Rect,
    /// Pixels of the picture for one of the query, on a side.
    scale: f32,
}

impl Alignment {
    /// `None` where the map is none, or a size is not known.
    pub fn new(map: ShareMap, query: Vec2, picture: Vec2) -> Option<Self> {
        let back = inverse(&map)?;
        if query.min_elem() < 1.0 || picture.min_elem() < 1.0 {
            return None;
        }
        let bounds = |map: &ShareMap, size: Vec2| {
            let whole = Rect::from_min_size(Pos2::ZERO, size);
            let points = CORNERS.map(|corner| scaled(map.apply(corner), size));
            whole.union(Rect::from_points(&points))
        };
        let [a, b, _, d, e, _] = map.0;
        let areas = (picture.x * picture.y) / (query.x * query.y);
        let scale = ((a * e - b * d).abs() * areas).sqrt();
        let both = bounds(&map, picture);
        let size = both.size().max(bounds(&back, query).size() * scale);
        Some(Self {
            map,
            back,
            query,
            picture,
            both,
            beside: Rect::from_center_size(both.center(), size),
            scale,
        })
    }

    pub fn back(&self) -> &ShareMap {
        &self.back
    }

    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// What of the frame a fitted view shows.
    pub fn extent(&self, aligned: bool) -> Rect {
        if aligned { self.both } else { self.beside }
    }

    /// Where the picture lies in a place that shows a view of `extent`.
    pub fn picture_quad(&self, view: Transform, place: Rect, extent: Rect) -> Quad {
        let shown = view.picture_rect(place, extent.size());
        let points = view.scale(place, extent.size());
        let min = shown.min - extent.min.to_vec2() * points;
        Quad::from_rect(Rect::from_min_size(min, self.picture * points))
    }

    /// Where the query lies over it.
    pub fn query_over(&self, view: Transform, place: Rect, extent: Rect) -> Quad {
        self.picture_quad(view, place, extent).through(&self.map)
    }

    /// Where the query lies in a place of its own, upright, with the same in its middle.
    pub fn query_beside(&self, view: Transform, place: Rect, extent: Rect) -> Quad {
        let over = self.query_over(view, place, extent);
        let size = self.query * view.scale(place, extent.size()) * self.scale;
        let [x, y] = over.shares(place.center());
        let min = place.center() - vec2(x * size.x, y * size.y);
        Quad::from_rect(Rect::from_min_size(min, size))
    }

    /// A place in the query's canvas, as the place in the picture's that shows the same.
    pub fn seen_in_picture(&self, view: Transform, place: Rect, extent: Rect, at: Pos2) -> Pos2 {
        let beside = self.query_beside(view, place, extent);
        self.query_over(view, place, extent).at(beside.shares(at))
    }

    /// The outline of what both show, in shares of the picture and of the query.
    pub fn matching(&self) -> [Vec<[f32; 2]>; 2] {
        let in_picture = clipped(CORNERS.map(|corner| self.map.apply(corner)).to_vec());
        let in_query = in_picture
            .iter()
            .map(|point| self.back.apply(*point))
            .collect();
        [in_picture, in_query]
    }
}

fn scaled([x, y]: [f32; 2], size: Vec2) -> Pos2 {
    pos2(x * size.x, y * size.y)
}

/// What of a convex outline lies within the picture (Sutherland and Hodgman).
fn clipped(mut outline: Vec<[f32; 2]>) -> Vec<[f32; 2]> {
    // How far a point is within each edge.
    let edges: [fn([f32; 2]) -> f32; 4] =
        [|[x, _]| x, |[x, _]| 1.0 - x, |[_, y]| y, |[_, y]| 1.0 - y];
    for inside in edges {
        let mut kept = Vec::with_capacity(outline.len() + 1);
        for (at, &to) in outline.iter().enumerate() {
            let from = outline[(at + outline.len() - 1) % outline.len()];
            let (before, after) = (inside(from), inside(to));
            if (before < 0.0) != (after < 0.0) {
                let share = before / (before - after);
                kept.push([
                    from[0] + (to[0] - from[0]) * share,
                    from[1] + (to[1] - from[1]) * share,
                ]);
            }
            if after >= 0.0 {
                kept.push(to);
            }
        }
        outline = kept;
    }
    outline
}

/// Slanted lines over a part, as pairs of points in shares of the picture; `size` is the part's on
/// the screen, and the lines start `step` apart there.
pub fn hatching(part: Part, size: Vec2, step: f32) -> Vec<[[f32; 2]; 2]> {
    let size = size.max(vec2(1.0, 1.0));
    let count = ((size.x + size.y) / step.max(1.0)).min(MOST_LINES) as u32;
    // On the screen the lines are x + y = c.
    (1..=count)
        .map(|number| {
            let c = number as f32 * (size.x + size.y) / (count + 1) as f32;
            let from = [(c - size.y).max(0.0) / size.x, c.min(size.y) / size.y];
            let to = [c.min(size.x) / size.x, (c - size.x).max(0.0) / size.y];
            [from, to].map(|[x, y]| [part.x + x * part.w, part.y + y * part.h])
        })
        .collect()
}

/// The corners of a part in order around it.
pub fn corners(part: Part) -> [[f32; 2]; 4] {
    CORNERS.map(|[x, y]| [part.x + x * part.w, part.y + y * part.h])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The query is the middle of the picture, 70 % a side.
    const CROP: ShareMap = ShareMap([0.7, 0.0, 0.15, 0.0, 0.7, 0.15]);
    /// The query has to be turned clockwise by a quarter to lie as the picture does.
    const TURNED: ShareMap = ShareMap([0.0, -1.0, 1.0, 1.0, 0.0, 0.0]);

    fn place() -> Rect {
        Rect::from_min_size(pos2(50.0, 20.0), vec2(300.0, 200.0))
    }

    fn near(a: Pos2, b: Pos2) -> bool {
        (a - b).length() < 1e-2
    }

    #[test]
    fn there_and_back_is_where_it_was() {
        for map in [CROP, TURNED, ShareMap([0.5, 0.2, 0.1, -0.3, 0.8, 0.2])] {
            let back = inverse(&map).expect("it has an area");
            let [x, y] = back.apply(map.apply([0.3, 0.8]));
            assert!((x - 0.3).abs() < 1e-5 && (y - 0.8).abs() < 1e-5);
        }
        assert_eq!(inverse(&ShareMap([1.0, 1.0, 0.0, 1.0, 1.0, 0.0])), None);
    }

    #[test]
    fn the_same_point_is_in_the_middle_of_both_canvases() {
        let mut view = Transform::default();
        let (query, picture) = (vec2(280.0, 210.0), vec2(800.0, 600.0));
        let both = Alignment::new(CROP, query, picture).expect("it has an area");
        let extent = both.extent(false);
        view.zoom_at(3.0, pos2(120.0, 60.0), place(), extent.size());
        let beside = both.query_beside(view, place(), extent);
        let over = both.query_over(view, place(), extent);
        let middle = beside.shares(place().center());
        assert!(near(over.at(middle), place().center()));
        // The query has half the picture's pixels for the same, and is drawn twice as large.
        assert!((both.scale() - 2.0).abs() < 1e-4);
        assert!((beside.longest() - over.longest()).abs() < 1e-2);
    }

    #[test]
    fn zooming_at_a_point_of_the_query_keeps_it_there() {
        let mut view = Transform::default();
        let both =
            Alignment::new(TURNED, vec2(600.0, 800.0), vec2(800.0, 600.0)).expect("it has an area");
        let extent = both.extent(false);
        view.zoom_at(8.0, place().center(), place(), extent.size());
        let pointer = pos2(180.0, 100.0);
        let before = both.query_beside(view, place(), extent).shares(pointer);
        let at = both.seen_in_picture(view, place(), extent, pointer);
        view.zoom_at(1.5, at, place(), extent.size());
        let after = both.query_beside(view, place(), extent).at(before);
        assert!(near(after, pointer), "{after:?}");
    }

    #[test]
    fn both_are_seen_whole_when_they_fit() {
        for map in [CROP, TURNED, inverse(&CROP).expect("it has an area")] {
            let both = Alignment::new(map, vec2(400.0, 300.0), vec2(300.0, 400.0))
                .expect("it has an area");
            let extent = both.extent(false);
            let view = Transform::default();
            for quad in [
                both.picture_quad(view, place(), extent),
                both.query_beside(view, place(), extent),
            ] {
                for corner in CORNERS {
                    assert!(place().expand(0.1).contains(quad.at(corner)), "{map:?}");
                }
            }
        }
    }

    #[test]
    fn the_matching_part_ends_at_the_edges() {
        let inset = inverse(&CROP).expect("it has an area");
        let both = Alignment::new(inset, vec2(10.0, 10.0), vec2(10.0, 10.0)).expect("as above");
        let [picture, query] = both.matching();
        let bounds = |points: &[[f32; 2]]| {
            Rect::from_points(&points.iter().map(|[x, y]| pos2(*x, *y)).collect::<Vec<_>>())
        };
        assert!(near(bounds(&picture).max, pos2(1.0, 1.0)));
        assert!(near(bounds(&query).min, pos2(0.15, 0.15)));
        let away = Alignment::new(
            ShareMap([1.0, 0.0, 5.0, 0.0, 1.0, 0.0]),
            vec2(10.0, 10.0),
            vec2(10.0, 10.0),
        );
        assert!(away.expect("it has an area").matching()[0].is_empty());
    }

    #[test]
    fn hatching_stays_within_its_part() {
        let part = Part {
            x: 0.2,
            y: 0.5,
            w: 0.4,
            h: 0.1,
        };
        let lines = hatching(part, vec2(90.0, 10.0), 10.0);
        assert_eq!(lines.len(), 10);
        assert!(hatching(part, vec2(1e6, 1e6), 10.0).len() <= 400);
        for [x, y] in lines.into_iter().flatten() {
            assert!((0.199..=0.601).contains(&x) && (0.499..=0.601).contains(&y));
        }
    }
}
