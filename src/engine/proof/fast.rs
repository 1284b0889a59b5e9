//! Corners by FAST (Rosten and Drummond, "Machine learning for high-speed corner detection",
//! 2006): 9 neighbours in a row of the 16 on a circle are all brighter, or all darker.

use pulp::{Arch, Simd, WithSimd};

use super::grey::Grey;

/// The circle of radius 3, clockwise from the top.
const CIRCLE: [(isize, isize); 16] = [
    (0, -3),
    (1, -3),
    (2, -2),
    (3, -1),
    (3, 0),
    (3, 1),
    (2, 2),
    (1, 3),
    (0, 3),
    (-1, 3),
    (-2, 2),
    (-3, 1),
    (-3, 0),
    (-3, -1),
    (-2, -2),
    (-1, -3),
];

/// Pixels of the circle's radius.
pub const RADIUS: usize = 3;

/// Least difference of a corner to its circle, of 255.
const THRESHOLD: u8 = 7;

/// Pixels looked at together.
const LANES: usize = 32;

/// The largest threshold by which each pixel of `columns` in row `y` is a corner: by how much 9
/// neighbours in a row differ at least. 0 where it is none. All of the circle must lie inside, and
/// `columns` be [`LANES`] at least.
#[inline(always)]
fn scores(picture: &Grey, y: usize, columns: std::ops::Range<usize>, out: &mut [u8]) {
    let width = picture.width;
    let rows: [&[u8]; 7] =
        std::array::from_fn(|i| &picture.pixels[(y + i - RADIUS) * width..][..width]);
    let mut start = columns.start;
    while start < columns.end {
        // The last block lies over the one before it.
        let x = start.min(columns.end - LANES);
        let centre = lanes(rows[RADIUS], x);
        let ring = |i: usize| {
            let (across, down) = CIRCLE[i % 16];
            lanes(
                rows[RADIUS.wrapping_add_signed(down)],
                x.wrapping_add_signed(across),
            )
        };
        let out = out[x - columns.start..].first_chunk_mut();
        let out = out.expect("a score for each column");
        *out = longest_arc(|i| each(ring(i), centre, u8::saturating_sub));
        let darker = longest_arc(|i| each(centre, ring(i), u8::saturating_sub));
        *out = each(out, &darker, u8::max);
        start = x + LANES;
    }
}

type Lanes = [u8; LANES];

#[inline(always)]
fn each(a: &Lanes, b: &Lanes, work: impl Fn(u8, u8) -> u8) -> Lanes {
    let mut out = [0; LANES];
    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
        *out = work(a, b);
    }
    out
}

/// The least of the best 9 in a row of the 16 on the circle, each given by its place.
#[inline(always)]
fn longest_arc(value: impl Fn(usize) -> Lanes) -> Lanes {
    let least = |a: &Lanes, b: &Lanes| each(a, b, |a, b| a.min(b));
    let most = |a: &Lanes, b: &Lanes| each(a, b, |a, b| a.max(b));
    let ones: [Lanes; 16] = std::array::from_fn(&value);
    // An arc of 9 has one of each two that face each other: in most places that says enough.
    let facing: [Lanes; 8] = std::array::from_fn(|i| most(&ones[i], &ones[i + 8]));
    let bound = facing.iter().skip(1).fold(facing[0], |a, b| least(&a, b));
    if bound.iter().all(|&bound| bound <= THRESHOLD) {
        return [0; LANES];
    }
    let twos: [Lanes; 16] = std::array::from_fn(|i| least(&ones[i], &ones[(i + 1) % 16]));
    let fours: [Lanes; 16] = std::array::from_fn(|i| least(&twos[i], &twos[(i + 2) % 16]));
    let mut best = [0; LANES];
    for i in 0..16 {
        let eight = least(&fours[i], &fours[(i + 4) % 16]);
        best = most(&best, &least(&eight, &ones[(i + 8) % 16]));
    }
    best
}

#[inline(always)]
fn lanes(row: &[u8], x: usize) -> &[u8; LANES] {
    row[x..].first_chunk().expect("the block lies inside")
}

/// A corner: its pixel and its score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corner {
    pub x: u16,
    pub y: u16,
    pub score: u8,
}

/// The corners that score more than [`THRESHOLD`] and no less than the eight pixels around them, in
/// reading order; none nearer than `border` (at least [`RADIUS`]) to the picture's edge. None in a picture narrower
/// than a block of [`LANES`] inside its borders.
pub fn corners(picture: &Grey, border: usize) -> Vec<Corner> {
    let (width, height) = (picture.width, picture.height);
    if width < 2 * border + LANES || height <= 2 * border {
        return Vec::new();
    }
    let mut corners = Vec::new();
    Arch::new().dispatch(Find {
        picture,
        border,
        corners: &mut corners,
    });
    corners
}

/// [`find`], compiled for the widest vector unit the processor has.
struct Find<'a> {
    picture: &'a Grey,
    border: usize,
    corners: &'a mut Vec<Corner>,
}

impl WithSimd for Find<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        find(self.picture, self.border, self.corners);
    }
}

#[inline(always)]
fn find(picture: &Grey, border: usize, corners: &mut Vec<Corner>) {
    let (height, columns) = (picture.height, border..picture.width - border);
    // Three rows at a time, with a zero on each side.
    let mut rows = [(); 3].map(|()| vec![0_u8; columns.len() + 2]);
    for y in border..=height - border {
        rows.rotate_left(1);
        let [.., row] = &mut rows;
        match y < height - border {
            true => {
                let end = columns.len() + 1;
                scores(picture, y, columns.clone(), &mut row[1..end]);
            }
            false => row.fill(0),
        }
        if y > border {
            pick(&rows, border, y - 1, corners);
        }
    }
}

/// The corners of the middle one of three rows of scores.
#[inline(always)]
fn pick(rows: &[Vec<u8>; 3], border: usize, y: usize, corners: &mut Vec<Corner>) {
    let [above, row, below] = rows;
    for at in 1..row.len() - 1 {
        let score = row[at];
        if score <= THRESHOLD {
            continue;
        }
        // Of equal ones side by side the first stays.
        let before = above[at - 1]
            .max(above[at])
            .max(above[at + 1])
            .max(row[at - 1]);
        let after = below[at - 1]
            .max(below[at])
            .max(below[at + 1])
            .max(row[at + 1]);
        if score > before && score >= after {
            corners.push(Corner {
                x: (border + at - 1) as u16,
                y: y as u16,
                score,
            });
        }
    }
}
