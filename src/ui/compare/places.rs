//! Where the parts of a comparison lie.

use egui::{Rect, pos2};

use crate::ui::tokens::{CONTROL_HEIGHT, space};

/// Below this width the pictures lie over each other.
pub const STACKED_BELOW: f32 = 560.0;
/// Below this width the ways to compare have a row of their own.
pub const ONE_ROW_FROM: f32 = 900.0;

const CAPTION: f32 = 28.0;
/// The caption of one canvas for both holds a control.
const ALIGNED_CAPTION: f32 = CONTROL_HEIGHT + space::S;

pub struct Places {
    pub toolbar: Rect,
    /// The row for the ways to compare, where they have one.
    pub modes: Option<Rect>,
    /// All canvases with their captions.
    pub all: Rect,
    /// Two, or one for both pictures.
    pub canvases: Vec<Rect>,
    pub captions: Vec<Rect>,
}

impl Places {
    /// `below` is left free under the pictures.
    pub fn new(room: Rect, below: f32, aligned: bool) -> Self {
        let (toolbar, mut rest) = room.split_top_bottom_at_y(room.top() + CONTROL_HEIGHT);
        let mut modes = None;
        if room.width() < ONE_ROW_FROM {
            rest = rest.with_min_y(rest.top() + space::S);
            let (row, under) = rest.split_top_bottom_at_y(rest.top() + CONTROL_HEIGHT);
            modes = Some(row);
            rest = under;
        }
        let top = rest.top() + space::S;
        let all = Rect::from_min_max(
            pos2(rest.left(), top),
            pos2(
                rest.right(),
                (rest.bottom() - below).max(top + 2.0 * CAPTION),
            ),
        );
        let (parts, caption) = match aligned {
            true => (vec![all], ALIGNED_CAPTION),
            false => (halves(all).to_vec(), CAPTION),
        };
        let (canvases, captions) = parts
            .into_iter()
            .map(|part| part.split_top_bottom_at_y((part.bottom() - caption).max(part.top())))
            .unzip();
        Self {
            toolbar,
            modes,
            all,
            canvases,
            captions,
        }
    }

    /// Which canvas a point is in or near.
    pub fn at(&self, point: egui::Pos2) -> usize {
        self.canvases
            .iter()
            .position(|canvas| canvas.contains(point))
            .unwrap_or(0)
    }
}

fn halves(all: Rect) -> [Rect; 2] {
    if all.width() >= STACKED_BELOW {
        let (left, right) = all.split_left_right_at_fraction(0.5);
        [
            left.with_max_x(left.right() - space::S),
            right.with_min_x(right.left() + space::S),
        ]
    } else {
        let (top, bottom) = all.split_top_bottom_at_fraction(0.5);
        [top, bottom]
    }
}
