//! What colours of one picture become in another one that shows the same.

/// Variance, in squared levels of 255, below which colours do not tell how they are stretched:
/// ridge regression towards no change (Hoerl and Kennard, "Ridge Regression", 1970).
const RIDGE: f32 = 36.0;

/// Mean levels by which colours miss those of one tone, at the most.
const TONED_TO: f32 = 5.0;
/// Levels between the channels of a tone: sepia has 70.
const TINT: f32 = 90.0;
/// Where one colour fills most of a picture the other one is no tone, but that of a thing.
const GRAPHIC_TINT: f32 = 16.0;
/// Levels that a knot of a curve takes together.
const KNOT: f32 = 8.0;
/// Levels of which none were clipped.
const UNCLIPPED: std::ops::Range<f32> = 4.0..251.0;

type Colour = [f32; 3];

/// An affine map of colours.
#[derive(Clone, Copy, Debug)]
struct Map {
    /// A row for each channel that comes out.
    matrix: [Colour; 3],
    from: Colour,
    to: Colour,
    /// By how much it stretches greys.
    gain: f32,
}

/// How the colours of one picture become those of another one.
#[derive(Clone, Debug)]
enum Way {
    Map(Map),
    Curve(Curve),
}

/// The ways between the colours of two pictures, there and back: what was made grey or clipped can
/// be told from the other one alone.
#[derive(Clone, Debug)]
pub struct Recolour {
    there: Vec<Way>,
    back: Vec<Way>,
}

impl Recolour {
    /// From colours of the same places, in pictures that are mostly of one colour or not.
    pub fn between(pairs: &[(Colour, Colour)], is_graphic: bool) -> Self {
        let back: Vec<_> = pairs.iter().map(|&(a, b)| (b, a)).collect();
        let tint = if is_graphic { GRAPHIC_TINT } else { TINT };
        let toned = (is_toned(pairs, tint), is_toned(&back, tint));
        let ways = |pairs: &[_]| match toned {
            // Of few colours each could be given any other one.
            (false, false) | (true, true) if is_graphic => vec![Way::Curve(Curve::of(pairs))],
            (false, false) => vec![
                Way::Map(Map::by_channel(pairs)),
                Way::Map(Map::saturating(pairs)),
            ],
            (true, true) => vec![
                Way::Map(Map::by_channel(pairs)),
                Way::Map(Map::mixing(pairs)),
            ],
            // Elsewhere any mixture could as well give one thing another colour.
            _ => vec![Way::Map(Map::mixing(pairs))],
        };
        Self {
            there: ways(pairs),
            back: ways(&back),
        }
    }

    /// How far two colours are from being those of the same thing, in levels.
    pub fn differ(&self, a: &Colour, b: &Colour) -> f32 {
        let there = self.there.iter().map(|way| way.misses(a, b));
        let back = self.back.iter().map(|way| way.misses(b, a));
        there.chain(back).fold(f32::INFINITY, f32::min)
    }
}

impl Way {
    fn misses(&self, a: &Colour, b: &Colour) -> f32 {
        match self {
            Self::Map(map) => map.misses(a, b),
            Self::Curve(curve) => distance(&a.map(|level| curve.at(level)), b),
        }
    }
}

/// One curve of levels for all channels, as more contrast has: straight between knots, each the
/// mean level of a [`KNOT`] and the median of what it became.
#[derive(Clone, Debug)]
struct Curve(Vec<(f32, f32)>);

impl Curve {
    fn of(pairs: &[(Colour, Colour)]) -> Self {
        let mut levels: Vec<(f32, f32)> = pairs
            .iter()
            .flat_map(|(a, b)| a.iter().copied().zip(b.iter().copied()))
            .collect();
        levels.sort_by(|a, b| a.0.total_cmp(&b.0));
        let same_knot = |a: &(f32, f32), b: &(f32, f32)| (a.0 / KNOT) as u8 == (b.0 / KNOT) as u8;
        let knots = levels.chunk_by_mut(same_knot).map(|knot| {
            knot.sort_by(|a, b| a.1.total_cmp(&b.1));
            let sum: f32 = knot.iter().map(|level| level.0).sum();
            (sum / knot.len() as f32, knot[knot.len() / 2].1)
        });
        Self(knots.collect())
    }

    fn at(&self, level: f32) -> f32 {
        let above = self.0.partition_point(|knot| knot.0 < level);
        match (above.checked_sub(1).map(|at| self.0[at]), self.0.get(above)) {
            (Some(below), Some(above)) => {
                let share = (level - below.0) / (above.0 - below.0);
                below.1 + share * (above.1 - below.1)
            }
            (Some(end), None) => end.1,
            (None, Some(end)) => end.1,
            (None, None) => level,
        }
    }
}

/// Whether the first colours are shades of one tone, as in a grey picture or one in sepia.
fn is_toned(pairs: &[(Colour, Colour)], most_tint: f32) -> bool {
    let tint =
        |colour: &Colour| distance(colour, &[colour.iter().copied().fold(255.0, f32::min); 3]);
    if pairs.iter().any(|(a, _)| tint(a) > most_tint) {
        return false;
    }
    let toned: Vec<_> = pairs.iter().map(|(a, _)| ([mean(a); 3], *a)).collect();
    let map = Map::by_channel(&toned);
    let off: f32 = toned.iter().map(|(grey, a)| map.misses(grey, a)).sum();
    off <= TONED_TO * pairs.len() as f32
}

fn mean(colour: &Colour) -> f32 {
    colour.iter().sum::<f32>() / 3.0
}

/// The largest difference of a channel.
pub fn distance(a: &Colour, b: &Colour) -> f32 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

impl Map {
    /// The channels mixed, as where a picture was made grey: by least squares, drawn towards no
    /// change where the colours say little.
    fn mixing(pairs: &[(Colour, Colour)]) -> Self {
        let count = pairs.len().max(1) as f32;
        let mean = |pick: fn(&(Colour, Colour)) -> Colour| -> Colour {
            std::array::from_fn(|channel| {
                pairs.iter().map(|pair| pick(pair)[channel]).sum::<f32>() / count
            })
        };
        let (from, to) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let ridge = RIDGE * count;
        let start = [[ridge, 0.0, 0.0], [0.0, ridge, 0.0], [0.0, 0.0, ridge]];
        let (mut square, mut cross) = (start, start);
        for (a, b) in pairs {
            for (i, j) in (0..9).map(|at| (at / 3, at % 3)) {
                square[i][j] += (a[i] - from[i]) * (a[j] - from[j]);
                cross[i][j] += (b[i] - to[i]) * (a[j] - from[j]);
            }
        }
        Self::new(times(&cross, &inverse(&square)), from, to)
    }

    /// Each channel by itself, as where there is more contrast: by those that were not clipped.
    fn by_channel(pairs: &[(Colour, Colour)]) -> Self {
        let (mut matrix, mut from, mut to) = ([[0.0; 3]; 3], [0.0; 3], [0.0; 3]);
        for channel in 0..3 {
            let all: Vec<(f32, f32)> = pairs
                .iter()
                .map(|(a, b)| (a[channel], b[channel]))
                .collect();
            let is_whole = |(a, b): &&(f32, f32)| UNCLIPPED.contains(a) && UNCLIPPED.contains(b);
            let whole: Vec<(f32, f32)> = all.iter().filter(is_whole).copied().collect();
            let whole = if whole.is_empty() { all } else { whole };
            let count = whole.len().max(1) as f32;
            let sum = whole
                .iter()
                .fold((0.0, 0.0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
            (from[channel], to[channel]) = (sum.0 / count, sum.1 / count);
            let start = (RIDGE * count, RIDGE * count);
            let (square, cross) = whole.iter().fold(start, |(square, cross), (a, b)| {
                let (a, b) = (a - from[channel], b - to[channel]);
                (square + a * a, cross + a * b)
            });
            matrix[channel][channel] = cross / square;
        }
        Self::new(matrix, from, to)
    }

    /// The channels alike, with more or less of what tells them apart.
    fn saturating(pairs: &[(Colour, Colour)]) -> Self {
        let greys: Vec<_> = pairs
            .iter()
            .map(|(a, b)| ([mean(a); 3], [mean(b); 3]))
            .collect();
        let grey = Self::by_channel(&greys);
        let gain = grey.matrix[0][0];
        let ridge = RIDGE * pairs.len() as f32;
        let start = (ridge, ridge * gain);
        let (square, cross) = pairs.iter().fold(start, |mut sums, (a, b)| {
            let (grey_a, grey_b) = (mean(a), mean(b));
            for (a, b) in a.iter().zip(b) {
                sums.0 += (a - grey_a) * (a - grey_a);
                sums.1 += (a - grey_a) * (b - grey_b);
            }
            sums
        });
        let saturation = cross / square;
        let matrix = std::array::from_fn(|row| {
            std::array::from_fn(|column| {
                let own = if row == column { saturation } else { 0.0 };
                own + (gain - saturation) / 3.0
            })
        });
        Self::new(matrix, grey.from, grey.to)
    }

    fn new(matrix: [Colour; 3], from: Colour, to: Colour) -> Self {
        let gain = matrix.iter().flatten().sum::<f32>() / 3.0;
        Self {
            matrix,
            from,
            to,
            gain,
        }
    }

    fn misses(&self, a: &Colour, b: &Colour) -> f32 {
        let expected: Colour = std::array::from_fn(|row| {
            let sum: f32 = (0..3)
                .map(|channel| self.matrix[row][channel] * (a[channel] - self.from[channel]))
                .sum();
            (self.to[row] + sum).clamp(0.0, 255.0)
        });
        // Where colours are drawn together so are those of other things.
        distance(&expected, b) / self.gain.clamp(0.1, 1.0)
    }
}

fn times(a: &[Colour; 3], b: &[Colour; 3]) -> [Colour; 3] {
    std::array::from_fn(|row| {
        std::array::from_fn(|column| (0..3).map(|at| a[row][at] * b[at][column]).sum())
    })
}

/// Of a matrix that is positive definite.
fn inverse(m: &[Colour; 3]) -> [Colour; 3] {
    let cofactor = |row: usize, column: usize| {
        let (r, s) = ((row + 1) % 3, (row + 2) % 3);
        let (c, d) = ((column + 1) % 3, (column + 2) % 3);
        m[r][c] * m[s][d] - m[r][d] * m[s][c]
    };
    let determinant: f32 = (0..3)
        .map(|column| m[0][column] * cofactor(0, column))
        .sum();
    std::array::from_fn(|row| std::array::from_fn(|column| cofactor(column, row) / determinant))
}

#[cfg(test)]
mod tests;
