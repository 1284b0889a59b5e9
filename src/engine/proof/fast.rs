//! Corners by FAST (Rosten and Drummond, "Machine learning for high-speed corner detection",
//! 2006): 9 neighbours in a row of the 16 on a circle are all brighter, or all darker.

use std::ops::Range;

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

type Lanes = [u8; LANES];

#[inline(always)]
fn lanes(row: &[u8], x: usize) -> &Lanes {
    row[x..].first_chunk().expect("the block lies inside")
}

/// The largest threshold by which each pixel of `columns` in row `y` is a corner: by how much 9
/// neighbours in a row differ at least. Not told apart up to [`THRESHOLD`]. All of the circle must
/// lie inside, and `columns` be [`LANES`] at least.
#[inline(always)]
fn scores(picture: &Grey, y: usize, columns: Range<usize>, out: &mut [u8]) {
    let width = picture.width;
    let rows: [&[u8]; 7] =
        std::array::from_fn(|i| &picture.pixels[(y + i - RADIUS) * width..][..width]);
    let mut start = columns.start;
    while start < columns.end {
        // The last block lies over the one before it.
        let x = start.min(columns.end - LANES);
        let mut ring = [lanes(rows[RADIUS], x); 16];
        for (neighbours, (across, down)) in ring.iter_mut().zip(CIRCLE) {
            let row = rows[RADIUS.wrapping_add_signed(down)];
            *neighbours = lanes(row, x.wrapping_add_signed(across));
        }
        let out = out[x - columns.start..].first_chunk_mut();
        let out = out.expect("a score for each column");
        *out = block(lanes(rows[RADIUS], x), &ring);
        start = x + LANES;
    }
}

/// [`scores`] of one block: its pixels, and their neighbours at each place of the circle. One loop
/// over the pixels is vectorised and quick to compile; operations on whole blocks are not.
#[inline(always)]
fn block(centre: &Lanes, ring: &[&Lanes; 16]) -> Lanes {
    let mut scores = [0; LANES];
    for (i, score) in scores.iter_mut().enumerate() {
        // An arc of 9 has one of each two that face each other: in most places that says enough.
        let (mut darkest, mut brightest) = (u8::MAX, 0);
        for place in 0..8 {
            let (one, other) = (ring[place][i], ring[place + 8][i]);
            darkest = darkest.min(one.max(other));
            brightest = brightest.max(one.min(other));
        }
        *score = differs(centre[i], darkest, brightest).saturating_sub(THRESHOLD);
    }
    if !any(&scores) {
        return scores;
    }
    for (i, score) in scores.iter_mut().enumerate() {
        let mut values = [0; 16];
        for (value, neighbours) in values.iter_mut().zip(ring) {
            *value = neighbours[i];
        }
        let darkest = best_arc(&values, u8::min, u8::max);
        let brightest = best_arc(&values, u8::max, u8::min);
        *score = differs(centre[i], darkest, brightest);
    }
    scores
}

/// By how much the centre is darker than `darkest` or brighter than `brightest`.
#[inline(always)]
fn differs(centre: u8, darkest: u8, brightest: u8) -> u8 {
    let darker = darkest.saturating_sub(centre);
    darker.max(centre.saturating_sub(brightest))
}

/// The best by `outer` of the 16 arcs of 9 neighbours, each of which is worth its worst by `inner`.
#[inline(always)]
fn best_arc(ring: &[u8; 16], inner: impl Fn(u8, u8) -> u8, outer: impl Fn(u8, u8) -> u8) -> u8 {
    let [mut twos, mut fours, mut arcs] = [[0; 8]; 3];
    for i in 0..8 {
        twos[i] = inner(ring[2 * i + 1], ring[(2 * i + 2) % 16]);
    }
    for i in 0..8 {
        fours[i] = inner(twos[i], twos[(i + 1) % 8]);
    }
    for i in 0..8 {
        // Two arcs share this eight: one has the neighbour before it, one that after it.
        let eight = inner(fours[i], fours[(i + 2) % 8]);
        arcs[i] = inner(eight, outer(ring[2 * i], ring[(2 * i + 9) % 16]));
    }
    let mut best = arcs[0];
    for arc in arcs {
        best = outer(best, arc);
    }
    best
}

#[inline(always)]
fn any(lanes: &Lanes) -> bool {
    lanes.iter().fold(0, |any, lane| any | lane) != 0
}

/// A corner: its pixel and its score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corner {
    /// Pixels from the left.
    pub x: u16,
    /// Pixels from the top.
    pub y: u16,
    /// The largest threshold, in grey levels, by which it is a corner.
    pub score: u8,
}

/// The corners that score more than [`THRESHOLD`] and no less than the eight pixels around them, in
/// reading order; none nearer than `border` pixels (at least [`RADIUS`]) to the picture's edge.
pub fn corners(picture: &Grey, border: usize) -> Vec<Corner> {
    let (width, height) = (picture.width, picture.height);
    let mut corners = Vec::new();
    if width <= 2 * border || height <= 2 * border {
        return corners;
    }
    let wide = (width < 2 * border + LANES).then(|| widened(picture, 2 * border + LANES));
    Arch::new().dispatch(Find {
        picture: wide.as_ref().unwrap_or(picture),
        width,
        border,
        corners: &mut corners,
    });
    corners
}

/// With black columns on the right, `width` in all.
fn widened(picture: &Grey, width: usize) -> Grey {
    let mut pixels = vec![0; width * picture.height];
    let rows = pixels.chunks_exact_mut(width);
    for (to, from) in rows.zip(picture.pixels.chunks_exact(picture.width)) {
        to[..picture.width].copy_from_slice(from);
    }
    Grey {
        width,
        height: picture.height,
        pixels,
    }
}

/// [`find`], compiled for the widest vector unit the processor has.
struct Find<'a> {
    picture: &'a Grey,
    /// Pixels of a row that are the picture's.
    width: usize,
    border: usize,
    corners: &'a mut Vec<Corner>,
}

impl WithSimd for Find<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        find(self);
    }
}

#[inline(always)]
fn find(job: Find<'_>) {
    let (picture, border, corners) = (job.picture, job.border, job.corners);
    let (height, columns) = (picture.height, border..picture.width - border);
    let real = job.width - 2 * border;
    // Three rows of scores at a time, with a zero before and zeros after them.
    let room = columns.len().next_multiple_of(LANES) + 2;
    let mut rows = [(); 3].map(|()| vec![0_u8; room]);
    for y in border..=height - border {
        rows.rotate_left(1);
        let [.., row] = &mut rows;
        if y < height - border {
            scores(picture, y, columns.clone(), &mut row[1..=columns.len()]);
            row[1 + real..].fill(0);
        } else {
            row.fill(0);
        }
        if y > border {
            pick(&rows, border, y - 1, corners);
        }
    }
}

/// The corners of the middle one of three rows of scores.
#[inline(always)]
fn pick([above, row, below]: &[Vec<u8>; 3], border: usize, y: usize, corners: &mut Vec<Corner>) {
    for start in (0..row.len() - 2).step_by(LANES) {
        let mut kept = [0; LANES];
        let three = |row| [0, 1, 2].map(|i| lanes(row, start + i));
        let ([a, b, c], [d, score, e], [f, g, h]) = (three(above), three(row), three(below));
        for (i, kept) in kept.iter_mut().enumerate() {
            // Of equal ones side by side the first stays.
            let before = a[i].max(b[i]).max(c[i]).max(d[i]);
            let after = e[i].max(f[i]).max(g[i]).max(h[i]);
            let stays = (score[i] > before) & (score[i] >= after) & (score[i] > THRESHOLD);
            *kept = u8::from(stays);
        }
        for (part, kept) in kept.as_chunks::<8>().0.iter().enumerate() {
            let mut left = u64::from_le_bytes(*kept);
            while left != 0 {
                let at = 8 * part + left.trailing_zeros() as usize / 8;
                left &= left - 1;
                corners.push(Corner {
                    x: (border + start + at) as u16,
                    y: y as u16,
                    score: score[at],
                });
            }
        }
    }
}

#[cfg(test)]
mod tests;
