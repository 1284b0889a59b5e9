//! How colours changed between two pictures laid over each other, and what covers one of them.

use super::{
    affine::Affine,
    agreement::{BLOCK, Block, Blocks},
    look::Rgb,
    recolour::{Recolour, distance},
};
use crate::domain::proof::Part;

/// Pixels a side of the cells whose mean colours are compared.
const CELL: usize = 4;
const CELLS: usize = BLOCK / CELL;
/// Mean difference of agreeing blocks, in levels of 255, from which colours count as changed:
/// recompression moves a block's mean by 1 to 3.
const CHANGED_FROM: f32 = 7.0;
/// Difference from what the other picture's colour would become, from which something else is there.
const OTHER_FROM: f32 = 20.0;
/// The same where the texture agrees, as along the outline of a thing in another colour.
const AGREEING_FROM: f32 = 40.0;
/// Cells side by side that count as something.
const LEAST_CELLS: usize = 4;
/// A cover is plain: this share of its cells is within [`PLAIN`] levels of their median.
const PLAIN_SHARE: f32 = 0.7;
const PLAIN: f32 = 14.0;
/// Share of a cover's border at which it shows an edge, where it is plain.
const WHOLE_EDGE: f32 = 0.7;
/// Less is enough with as much more than the other picture shows there.
const HALF_EDGE: f32 = 0.45;
const MORE_EDGE: f32 = 0.2;
/// As much more where it is not plain.
const MUCH_MORE_EDGE: f32 = 0.6;
/// Where neither picture shows more of an edge nothing else begins.
const LEAST_EDGE: f32 = 0.4;
/// Below a cover no more of an edge is.
const MOST_BELOW: f32 = 0.6;
/// Jumps at a border that are no larger than this many of those beside it are texture.
const STEEP: f32 = 1.25;
/// A cover's are steeper than those below it by this factor.
const STEEPER: f32 = 1.3;
/// Share of the rectangle around a box of words that it fills.
const BOX_FILLS: f32 = 0.85;
/// Share of its cells that its ground takes alone, and with the letters on it.
const GROUND_SHARE: f32 = 0.4;
const LETTERED_SHARE: f32 = 0.9;
/// By how much more of an edge a box shows than what is below it.
const BOX_EDGE: f32 = 0.15;
/// Share of a part beside a cover's own colour that is looked at.
const BESIDE: f32 = 0.08;
/// Where both pictures show as much, each has a thing of its own.
const OUTLINED: f32 = 0.72;
/// Share of a logo, a form or line art that its ground takes at least.
const GRAPHIC_GROUND: f32 = 0.45;
/// Levels from which its cells differ: no photo of something plain is as even.
const EXACT: f32 = 4.0;
/// Share of the common part that covers take at the most.
const MOST_COVERED: f32 = 0.25;
/// Share of the common part that may show other things in both pictures. Another thing before the
/// same background takes more.
const MOST_OTHER: f32 = 0.03;
/// The same where both show an outline of their own. Covers lie on one of two copies alone: the
/// smaller ones of covers on both sides count twice.
const MOST_OUTLINED: f32 = 0.015;
/// Share of the common part that a covered part has at least.
const LEAST_COVERED: f32 = 0.01;

/// What was found.
pub struct Colours {
    pub changed: bool,
    /// Parts of the picture where the query shows something else, the largest first.
    pub covered: Vec<Part>,
    /// The blocks outside of those.
    pub rest: Blocks,
    /// Too much of the common part shows other things for one to be a copy.
    pub is_other: bool,
    /// Both are mostly of one colour, as logos, forms and line art are.
    pub is_graphic: bool,
}

/// The colours of a cell in both pictures.
#[derive(Clone, Copy)]
struct Cell {
    query: [f32; 3],
    picture: [f32; 3],
    /// Its block has the same texture in both.
    agrees: bool,
}

/// The picture's cells, row by row; `None` outside of the query.
struct Cells {
    columns: usize,
    cells: Vec<Option<Cell>>,
}

/// Compares colours under the map from the query's pixels to the picture's. `None` where the map
/// flattens.
pub fn compare(query: &Rgb, picture: &Rgb, map: &Affine, blocks: &Blocks) -> Option<Colours> {
    let cells = Cells::of(query, picture, &map.inverse()?, blocks);
    let is_other = cells.other();
    let parts: Vec<Vec<usize>> = cells
        .parts(&is_other)
        .into_iter()
        .filter(|part| part.len() >= LEAST_CELLS)
        .collect();
    let inside = cells.cells.iter().flatten().count().max(1) as f32;
    let (mut on_query, mut on_picture, mut others, mut outlined) = (0.0, 0.0, 0.0, 0.0);
    for part in &parts {
        let share = part.len() as f32 / inside;
        match cells.kind(part, &is_other) {
            Kind::CoversQuery => on_query += share,
            Kind::CoversPicture => on_picture += share,
            Kind::Outlined => (others, outlined) = (others + share, outlined + share),
            Kind::Other => others += share,
            Kind::Shade => {}
        }
    }
    let covered: Vec<&Vec<usize>> = parts
        .iter()
        .filter(|part| part.len() as f32 >= inside * LEAST_COVERED)
        .collect();
    let without = covered.iter().flat_map(|part| part.iter().copied());
    let rest = blocks.without(without.map(|at| cells.block(at, blocks)));
    Some(Colours {
        changed: cells.change(blocks) > CHANGED_FROM,
        covered: covered
            .iter()
            .map(|part| cells.around(part, picture))
            .collect(),
        rest,
        is_graphic: cells.is_graphic(),
        is_other: others > MOST_OTHER
            || outlined + 2.0 * on_query.min(on_picture) > MOST_OUTLINED
            || on_query.max(on_picture) > MOST_COVERED,
    })
}

/// Across a part's border: a cell inside, one outside, three cells off, and one as far again
/// outside; what is mixed lies between the first two.
type Across = [Option<usize>; 3];

/// Which picture a part covers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    CoversQuery,
    CoversPicture,
    /// Both show something of their own.
    Other,
    /// The same, with an edge around it in both.
    Outlined,
    /// Of another colour alone: nothing ends at its border.
    Shade,
}

/// What one picture shows in a part where the other one shows something else.
struct Side {
    is_plain: bool,
    is_box: bool,
    edge: f32,
    steepness: f32,
}

impl Side {
    /// Whether this is a cover, and `below` what it covers.
    fn covers(&self, below: &Self) -> bool {
        let more = self.edge - below.edge;
        if self.covers_as_box(below) {
            return true;
        }
        if !self.is_plain {
            return self.edge >= HALF_EDGE && more >= MUCH_MORE_EDGE && below.edge < OUTLINED;
        }
        let is_edge_alone = below.edge < MOST_BELOW || below.edge < OUTLINED && more >= MORE_EDGE;
        self.edge >= WHOLE_EDGE && (is_edge_alone || self.is_beyond_texture(below))
            || self.edge >= HALF_EDGE && more >= MORE_EDGE && below.edge < OUTLINED
    }

    /// Where there are edges all over `below`, one more is none of its own.
    fn is_beyond_texture(&self, below: &Self) -> bool {
        below.steepness < STEEP && self.steepness > STEEPER * below.steepness
    }

    /// Whether this is a box of words with an edge all around that what is below it has not.
    fn covers_as_box(&self, below: &Self) -> bool {
        self.is_box
            && self.edge >= WHOLE_EDGE
            && self.edge - below.edge >= BOX_EDGE
            && self.is_beyond_texture(below)
    }
}

impl Cells {
    fn of(query: &Rgb, picture: &Rgb, back: &Affine, blocks: &Blocks) -> Self {
        let columns = picture.width.div_ceil(CELL);
        let rows = picture.height.div_ceil(CELL);
        let cells = (0..columns * rows)
            .map(|at| {
                let (column, row) = (at % columns, at / columns);
                let block = blocks.blocks[row / CELLS * blocks.columns + column / CELLS];
                if block == Block::Outside {
                    return None;
                }
                let (of_query, of_picture) =
                    means(query, picture, back, column * CELL, row * CELL)?;
                Some(Cell {
                    query: of_query,
                    picture: of_picture,
                    agrees: block == Block::Agrees,
                })
            })
            .collect();
        Self { columns, cells }
    }

    /// Mean difference of the blocks that agree, in levels: of whole blocks, which tells less of
    /// detail that was lost than of colours.
    fn change(&self, blocks: &Blocks) -> f32 {
        let mut means = vec![(0.0, [0.0; 3]); blocks.blocks.len()];
        for (at, cell) in self.cells.iter().enumerate() {
            let Some(cell) = cell.as_ref().filter(|cell| cell.agrees) else {
                continue;
            };
            let (count, difference) = &mut means[self.block(at, blocks)];
            *count += 1.0;
            for (sum, (a, b)) in difference
                .iter_mut()
                .zip(cell.query.iter().zip(cell.picture))
            {
                *sum += a - b;
            }
        }
        let (mut count, mut sum) = (0.0_f32, 0.0);
        for (cells, difference) in means.into_iter().filter(|(cells, _)| *cells > 0.0) {
            count += 1.0;
            sum += distance(&difference.map(|sum| sum / cells), &[0.0; 3]);
        }
        sum / count.max(1.0)
    }

    fn block(&self, at: usize, blocks: &Blocks) -> usize {
        let (column, row) = (at % self.columns, at / self.columns);
        row / CELLS * blocks.columns + column / CELLS
    }

    /// Whether one colour fills most of both pictures.
    fn is_graphic(&self) -> bool {
        let ground = |colour: fn(&Cell) -> [f32; 3]| {
            let colours: Vec<_> = self.cells.iter().flatten().map(colour).collect();
            near_share(&colours, EXACT) >= GRAPHIC_GROUND
        };
        ground(|cell| cell.query) && ground(|cell| cell.picture)
    }

    /// Where the pictures show something else, however the colours changed.
    fn other(&self) -> Vec<bool> {
        let pair = |cell: &Cell| (cell.query, cell.picture);
        let sure: Vec<_> = self
            .cells
            .iter()
            .flatten()
            .filter(|cell| cell.agrees)
            .map(pair)
            .collect();
        let is_graphic = self.is_graphic();
        let first = Recolour::between(&sure, is_graphic);
        // What is plain in both agrees with no texture, and tells colours none the less.
        let all = self.cells.iter().flatten().map(pair);
        let alike: Vec<_> = all
            .filter(|(a, b)| first.differ(a, b) < OTHER_FROM)
            .collect();
        let recolour = Recolour::between(&alike, is_graphic);
        self.cells
            .iter()
            .map(|cell| {
                cell.is_some_and(|cell| {
                    let from = if cell.agrees {
                        AGREEING_FROM
                    } else {
                        OTHER_FROM
                    };
                    recolour.differ(&cell.query, &cell.picture) > from
                })
            })
            .collect()
    }

    fn beside(&self, at: usize) -> impl Iterator<Item = usize> {
        let (column, columns) = (at % self.columns, self.columns);
        let left = (column > 0).then(|| at - 1);
        let right = (column + 1 < columns).then(|| at + 1);
        let above = at.checked_sub(columns);
        let below = (at + columns < self.cells.len()).then(|| at + columns);
        [left, right, above, below].into_iter().flatten()
    }

    /// Cells of `is_other` side by side; the largest group first.
    fn parts(&self, is_other: &[bool]) -> Vec<Vec<usize>> {
        let mut seen = vec![false; is_other.len()];
        let mut parts = Vec::new();
        for start in 0..is_other.len() {
            let mut part = Vec::new();
            let mut next = vec![start];
            while let Some(at) = next.pop() {
                if !is_other[at] || std::mem::replace(&mut seen[at], true) {
                    continue;
                }
                part.push(at);
                next.extend(self.beside(at));
            }
            if !part.is_empty() {
                parts.push(part);
            }
        }
        parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
        parts
    }

    /// Share of a border at which a picture shows an edge, `0..=1`.
    fn edge(&self, border: &[Across], colour: fn(&Cell) -> [f32; 3]) -> f32 {
        let jumps = border
            .iter()
            .filter_map(|&[inner, outer, _]| self.jump(inner, outer, colour));
        let (edges, count) = jumps.fold((0.0_f32, 0.0_f32), |(edges, count), jump| {
            (edges + f32::from(jump > OTHER_FROM), count + 1.0)
        });
        edges / count.max(1.0)
    }

    /// How much larger a picture's jumps at a border are than those beside it.
    fn steepness(&self, border: &[Across], colour: fn(&Cell) -> [f32; 3]) -> f32 {
        let (mut at_border, mut beside, mut count) = (0.0, 0.0, 0.0_f32);
        for &[inner, outer, further] in border {
            let jump = self.jump(inner, outer, colour);
            if let (Some(jump), Some(next)) = (jump, self.jump(outer, further, colour)) {
                at_border += jump;
                beside += next;
                count += 1.0;
            }
        }
        (at_border + count) / (beside + count).max(1.0)
    }

    /// A part's border, all around.
    fn border(&self, part: &[usize], is_other: &[bool]) -> Vec<Across> {
        let (columns, rows) = (
            self.columns as isize,
            (self.cells.len() / self.columns) as isize,
        );
        let steps = [(1, 0), (-1, 0), (0, 1), (0, -1)];
        let mut border = Vec::new();
        for &at in part {
            let (column, row) = (at as isize % columns, at as isize / columns);
            for (across, down) in steps {
                let cell = |steps: isize| {
                    let (column, row) = (column + steps * across, row + steps * down);
                    let is_in = (0..columns).contains(&column) && (0..rows).contains(&row);
                    is_in.then(|| (row * columns + column) as usize)
                };
                if cell(1).is_some_and(|out| !is_other[out]) {
                    border.push([cell(-1), cell(2), cell(5)]);
                }
            }
        }
        border
    }

    fn jump(
        &self,
        from: Option<usize>,
        to: Option<usize>,
        colour: fn(&Cell) -> [f32; 3],
    ) -> Option<f32> {
        let colour = |at: Option<usize>| self.cells[at?].as_ref().map(colour);
        Some(distance(&colour(from)?, &colour(to)?))
    }

    /// A cover ends where it ends: the picture below shows no edge there, or at least not one all
    /// around.
    fn kind(&self, part: &[usize], is_other: &[bool]) -> Kind {
        // Cells at the border show some of both.
        let is_inner = |at: &&usize| self.beside(**at).all(|at| is_other[at]);
        let inner: Vec<usize> = part.iter().filter(is_inner).copied().collect();
        let inner = if inner.is_empty() { part } else { &inner };
        let border = self.border(part, is_other);
        let is_box = self.is_box(part);
        let side = |colour: fn(&Cell) -> [f32; 3]| {
            let cells = inner.iter().filter_map(|at| self.cells[*at].as_ref());
            let colours: Vec<[f32; 3]> = cells.map(colour).collect();
            Side {
                is_plain: is_plain(&colours),
                is_box: is_box && is_lettered(&colours),
                edge: self.edge(&border, colour),
                steepness: self.steepness(&border, colour),
            }
        };
        let query = side(|cell| cell.query);
        let picture = side(|cell| cell.picture);
        if query.edge.max(picture.edge) < LEAST_EDGE {
            return Kind::Shade;
        }
        let pairs: Vec<_> = inner.iter().filter_map(|at| self.cells[*at]).collect();
        let two = |cover: fn(&Cell) -> [f32; 3], below: fn(&Cell) -> [f32; 3]| {
            let covers: Vec<_> = pairs.iter().map(cover).collect();
            let median = median(&covers);
            let beside = pairs.iter().zip(&covers);
            let beside = beside.filter(|(_, colour)| distance(colour, &median) > PLAIN);
            let beside: Vec<_> = beside.map(|(cell, _)| below(cell)).collect();
            !is_box && beside.len() as f32 >= BESIDE * pairs.len() as f32 && is_plain(&beside)
        };
        match (query.covers(&picture), picture.covers(&query)) {
            // Where the cover is not, the other picture has a plain thing too.
            (true, _) if two(|cell| cell.query, |cell| cell.picture) => Kind::Outlined,
            (_, true) if two(|cell| cell.picture, |cell| cell.query) => Kind::Outlined,
            (true, true) if query.edge >= picture.edge => Kind::CoversQuery,
            (true, false) => Kind::CoversQuery,
            (_, true) => Kind::CoversPicture,
            _ if query.edge.min(picture.edge) >= OUTLINED => Kind::Outlined,
            _ => Kind::Other,
        }
    }

    /// The columns and the rows that some cells take, each from the first up to the last and on.
    fn spans(&self, part: &[usize]) -> [(usize, usize); 2] {
        let span = |of: fn(usize, usize) -> usize| {
            let taken = part.iter().map(|at| of(*at, self.columns));
            let first = taken.clone().min().unwrap_or(0);
            (first, taken.max().unwrap_or(0) + 1)
        };
        [
            span(|at, columns| at % columns),
            span(|at, columns| at / columns),
        ]
    }

    /// Whether some cells fill the rectangle around them.
    fn is_box(&self, part: &[usize]) -> bool {
        let [across, down] = self.spans(part).map(|(first, end)| end - first);
        part.len() as f32 >= BOX_FILLS * (across * down) as f32
    }

    /// Around some cells, in shares of the picture's pixels.
    fn around(&self, part: &[usize], picture: &Rgb) -> Part {
        let [columns, rows] = self.spans(part);
        let range = |(first, end): (usize, usize), side: usize| {
            let low = (first * CELL) as f32 / side as f32;
            (low, ((end * CELL) as f32 / side as f32).min(1.0) - low)
        };
        let (x, w) = range(columns, picture.width);
        let (y, h) = range(rows, picture.height);
        Part { x, y, w, h }
    }
}

/// Whether most colours are nearly the same.
fn is_plain(colours: &[[f32; 3]]) -> bool {
    near_share(colours, PLAIN) >= PLAIN_SHARE
}

/// Whether the colours are those of a plain ground and of one ink on it, mixed at the letters'
/// edges.
fn is_lettered(colours: &[[f32; 3]]) -> bool {
    let ground = median(colours);
    let apart =
        |colour: &[f32; 3]| -> [f32; 3] { std::array::from_fn(|at| colour[at] - ground[at]) };
    let dot = |a: &[f32; 3], b: &[f32; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    let ink = colours
        .iter()
        .map(apart)
        .max_by(|a, b| dot(a, a).total_cmp(&dot(b, b)));
    let ink = ink.unwrap_or_default();
    let length = dot(&ink, &ink).max(1.0);
    let mixed = colours.iter().map(apart).filter(|colour| {
        let share = dot(colour, &ink) / length;
        let beside: [f32; 3] = std::array::from_fn(|at| colour[at] - share * ink[at]);
        distance(&beside, &[0.0; 3]) <= PLAIN
    });
    mixed.count() as f32 >= LETTERED_SHARE * colours.len() as f32
        && near_share(colours, PLAIN) >= GROUND_SHARE
}

/// Share of the colours that are within so many levels of their median.
fn near_share(colours: &[[f32; 3]], levels: f32) -> f32 {
    let median = median(colours);
    let near = colours
        .iter()
        .filter(|colour| distance(colour, &median) <= levels);
    near.count() as f32 / colours.len().max(1) as f32
}

/// Of each channel.
fn median(colours: &[[f32; 3]]) -> [f32; 3] {
    std::array::from_fn(|channel| {
        let mut values: Vec<f32> = colours.iter().map(|colour| colour[channel]).collect();
        values.sort_by(f32::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or(0.0)
    })
}

/// Mean colours of the query's pixels that lie in a cell of the picture, and of the cell itself.
fn means(
    query: &Rgb,
    picture: &Rgb,
    back: &Affine,
    left: usize,
    top: usize,
) -> Option<([f32; 3], [f32; 3])> {
    let (mut count, mut of_query, mut of_picture) = (0.0_f32, [0.0_f32; 3], [0.0_f32; 3]);
    for y in top..(top + CELL).min(picture.height) {
        for x in left..(left + CELL).min(picture.width) {
            let [u, v] = back.apply([x as f64, y as f64]).map(f64::round);
            let is_inside =
                (0.0..query.width as f64).contains(&u) && (0.0..query.height as f64).contains(&v);
            if !is_inside {
                continue;
            }
            let from = (v as usize * query.width + u as usize) * 3;
            let to = (y * picture.width + x) * 3;
            count += 1.0;
            for channel in 0..3 {
                of_query[channel] += f32::from(query.pixels[from + channel]);
                of_picture[channel] += f32::from(picture.pixels[to + channel]);
            }
        }
    }
    (count > 0.0).then(|| {
        (
            of_query.map(|sum| sum / count),
            of_picture.map(|sum| sum / count),
        )
    })
}

#[cfg(test)]
mod tests;
