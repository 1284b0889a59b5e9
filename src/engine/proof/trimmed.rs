//! A picture without its plain borders: what pictures with little texture are compared by.

use super::{affine::Affine, grey::Grey};

/// Grey levels by which a border's pixels may differ from its corner's.
const PLAIN: u8 = 12;
/// Pixels a side of the small picture that sorts out what cannot be the same.
const SMALL: usize = 16;
/// Correlation of two small pictures from which it is worth to look closer.
const ALIKE: f32 = 0.8;
/// By how much something turned or mirrored must be more alike than it is as it is.
const SYMMETRIC: f32 = 0.02;
/// By how much the sides' ratio may differ.
const MOST_UNEVEN: f64 = 1.06;

/// The part inside the plain borders, in pixels.
#[derive(Clone, Debug)]
pub struct Trimmed {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
    /// [`SMALL`] x [`SMALL`] values, their mean 0 and their length 1.
    small: Vec<f32>,
}

impl Trimmed {
    /// `None` where the picture is all plain.
    pub fn of(picture: &Grey) -> Option<Self> {
        let (width, height) = (picture.width, picture.height);
        let at = |x: usize, y: usize| picture.pixels[y * width + x];
        let plain = |colour: u8, value: u8| colour.abs_diff(value) <= PLAIN;
        let row_is_plain = |y: usize| (0..width).all(|x| plain(at(0, y), at(x, y)));
        let column_is_plain = |x: usize| (0..height).all(|y| plain(at(x, 0), at(x, y)));
        let top = (0..height).find(|&y| !row_is_plain(y))?;
        let bottom = (0..height).rfind(|&y| !row_is_plain(y))? + 1;
        let left = (0..width).find(|&x| !column_is_plain(x))?;
        let right = (0..width).rfind(|&x| !column_is_plain(x))? + 1;
        let part = Grey {
            width: right - left,
            height: bottom - top,
            pixels: (top..bottom)
                .flat_map(|y| &picture.pixels[y * width + left..y * width + right])
                .copied()
                .collect(),
        };
        let small = part.resized(SMALL, SMALL).ok()?;
        Some(Self {
            left: left as f64,
            top: top as f64,
            width: part.width as f64,
            height: part.height as f64,
            small: normalised(&small)?,
        })
    }

    /// The maps from this part's pixels to the other one's that may show the same: turned by
    /// quarters and mirrored, the most alike first, and as it is before those hardly more alike.
    pub fn maps_to(&self, other: &Self) -> Vec<Affine> {
        let mut maps: Vec<(f32, Affine)> = (0..8)
            .filter_map(|number| {
                let (quarters, mirrored) = (number % 4, number >= 4);
                let (width, height) = match quarters % 2 {
                    0 => (self.width, self.height),
                    _ => (self.height, self.width),
                };
                let uneven = (width * other.height) / (height * other.width);
                if uneven.max(1.0 / uneven) > MOST_UNEVEN {
                    return None;
                }
                let changed = if number == 0 { 0.0 } else { SYMMETRIC };
                let alike = self.alike(other, quarters, mirrored) - changed;
                (alike >= ALIKE).then(|| (alike, self.map(other, quarters, mirrored)))
            })
            .collect();
        maps.sort_by(|a, b| b.0.total_cmp(&a.0));
        maps.into_iter().map(|(_, map)| map).collect()
    }

    fn alike(&self, other: &Self, quarters: usize, mirrored: bool) -> f32 {
        let turn = unit_turn(quarters, mirrored);
        let middle = |at: usize| (at as f64 + 0.5) / SMALL as f64;
        let place = |share: f64| ((share * SMALL as f64) as usize).min(SMALL - 1);
        let mut sum = 0.0;
        for y in 0..SMALL {
            for x in 0..SMALL {
                let [u, v] = turn.apply([middle(x), middle(y)]);
                sum += self.small[y * SMALL + x] * other.small[place(v) * SMALL + place(u)];
            }
        }
        sum
    }

    fn map(&self, other: &Self, quarters: usize, mirrored: bool) -> Affine {
        let to_unit = Affine([
            1.0 / self.width,
            0.0,
            (0.5 - self.left) / self.width,
            0.0,
            1.0 / self.height,
            (0.5 - self.top) / self.height,
        ]);
        let from_unit = Affine([
            other.width,
            0.0,
            other.left - 0.5,
            0.0,
            other.height,
            other.top - 0.5,
        ]);
        to_unit
            .then(&unit_turn(quarters, mirrored))
            .then(&from_unit)
    }
}

/// Of the unit square onto itself: mirrored left to right, then turned clockwise.
fn unit_turn(quarters: usize, mirrored: bool) -> Affine {
    let mirror = Affine([-1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
    let quarter = Affine([0.0, -1.0, 1.0, 1.0, 0.0, 0.0]);
    let start = if mirrored { mirror } else { Affine::IDENTITY };
    (0..quarters).fold(start, |map, _| map.then(&quarter))
}

/// `None` where all values are the same.
fn normalised(picture: &Grey) -> Option<Vec<f32>> {
    let mean =
        picture.pixels.iter().map(|&p| f32::from(p)).sum::<f32>() / picture.pixels.len() as f32;
    let values: Vec<f32> = picture
        .pixels
        .iter()
        .map(|&p| f32::from(p) - mean)
        .collect();
    let length = values.iter().map(|v| v * v).sum::<f32>().sqrt();
    (length > 0.0).then(|| values.iter().map(|v| v / length).collect())
}
