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
fn each(a: &Lanes, b: &Lanes, work: impl Fn(u8, u8) -> u8) -> Lanes {
    let mut out = [0; LANES];
    for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
        *out = work(a, b);
    }
    out
}

#[inline(always)]
fn least(a: &Lanes, b: &Lanes) -> Lanes {
    each(a, b, u8::min)
}

#[inline(always)]
fn most(a: &Lanes, b: &Lanes) -> Lanes {
    each(a, b, u8::max)
}

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
        let mut ring = [[0; LANES]; 16];
        for (neighbours, (across, down)) in ring.iter_mut().zip(CIRCLE) {
            let row = rows[RADIUS.wrapping_add_signed(down)];
            *neighbours = *lanes(row, x.wrapping_add_signed(across));
        }
        let out = out[x - columns.start..].first_chunk_mut();
        let out = out.expect("a score for each column");
        *out = block(lanes(rows[RADIUS], x), &ring);
        start = x + LANES;
    }
}

/// [`scores`] of one block: its pixels, and their neighbours at each place of the circle.
#[inline(always)]
fn block(centre: &Lanes, ring: &[Lanes; 16]) -> Lanes {
    // An arc of 9 has one of each two that face each other: in most places that says enough.
    let [mut darkest, mut brightest] = [most(&ring[0], &ring[8]), least(&ring[0], &ring[8])];
    for i in 1..8 {
        darkest = least(&darkest, &most(&ring[i], &ring[i + 8]));
        brightest = most(&brightest, &least(&ring[i], &ring[i + 8]));
    }
    let bound = differs(centre, &darkest, &brightest);
    if !any(&each(&bound, &[THRESHOLD; LANES], u8::saturating_sub)) {
        return [0; LANES];
    }
    differs(
        centre,
        &best_arc(ring, least, most),
        &best_arc(ring, most, least),
    )
}

/// By how much the centre is darker than `darkest` or brighter than `brightest`.
#[inline(always)]
fn differs(centre: &Lanes, darkest: &Lanes, brightest: &Lanes) -> Lanes {
    let darker = each(darkest, centre, u8::saturating_sub);
    most(&darker, &each(centre, brightest, u8::saturating_sub))
}

/// The best by `outer` of the 16 arcs of 9 neighbours, each of which is worth its worst by `inner`.
#[inline(always)]
fn best_arc(
    ring: &[Lanes; 16],
    inner: impl Fn(&Lanes, &Lanes) -> Lanes,
    outer: impl Fn(&Lanes, &Lanes) -> Lanes,
) -> Lanes {
    let [mut twos, mut fours] = [[[0; LANES]; 8]; 2];
    for (i, two) in twos.iter_mut().enumerate() {
        *two = inner(&ring[2 * i + 1], &ring[(2 * i + 2) % 16]);
    }
    for (i, four) in fours.iter_mut().enumerate() {
        *four = inner(&twos[i], &twos[(i + 1) % 8]);
    }
    let mut best: Option<Lanes> = None;
    for i in 0..8 {
        // Two arcs share this eight: one has the neighbour before it, one that after it.
        let eight = inner(&fours[i], &fours[(i + 2) % 8]);
        let arcs = inner(&eight, &outer(&ring[2 * i], &ring[(2 * i + 9) % 16]));
        best = Some(best.map_or(arcs, |best| outer(&best, &arcs)));
    }
    best.unwrap_or([0; LANES])
}

#[inline(always)]
fn any(lanes: &Lanes) -> bool {
    lanes.iter().fold(0, |any, lane| any | lane) != 0
}

/// A corner: its pixel and its score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Corner {
    pub x: u16,
    pub y: u16,
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
        let three = |row: &[u8]| [0, 1, 2].map(|i| *lanes(row, start + i));
        let ([a, b, c], [before, score, after], [d, e, f]) =
            (three(above), three(row), three(below));
        // Of equal ones side by side the first stays.
        let before = most(&most(&a, &b), &most(&c, &before));
        let after = most(&most(&d, &e), &most(&f, &after));
        let mut kept = [0; LANES];
        for (i, kept) in kept.iter_mut().enumerate() {
            let stays = (score[i] > before[i]) & (score[i] >= after[i]) & (score[i] > THRESHOLD);
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
