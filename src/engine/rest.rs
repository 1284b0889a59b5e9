//! What of a query is asked besides its whole: descriptors of its crops, and the look by which
//! copies are proven.

use std::sync::Arc;

use rayon::prelude::*;

use super::{
    decode::{self, Pixels, THUMBNAIL_SIDE},
    describe::Describe,
    proof::{PictureLook, QueryLook, Rgb},
};
use crate::domain::{proof::Part, query::Region};

/// The pixels of a query.
pub struct Kept {
    pixels: Pixels,
    part: Part,
    size: [u32; 2],
}

impl Kept {
    /// Of the `region`, or all, of a picture of `size` (width and height, upright).
    pub fn new(pixels: Pixels, region: Option<Region>, size: [u32; 2]) -> Self {
        Self {
            pixels,
            part: part(region, size),
            size,
        }
    }

    /// As if it were in the catalogue.
    pub fn picture_look(&self) -> PictureLook {
        PictureLook::new(self.rgb().reduced_to(THUMBNAIL_SIDE))
    }

    fn rgb(&self) -> Rgb {
        Rgb::new(&self.pixels, self.size).of_part(self.part)
    }
}

/// What of a query comes after its first answer.
pub struct Rest {
    /// As [`super::catalogue::QueryVectors::crops`].
    pub crops: Vec<Vec<f32>>,
    /// As [`super::catalogue::QueryVectors::nominating`].
    pub nominating: Vec<(u16, Vec<f32>)>,
    pub look: Option<Arc<QueryLook>>,
}

impl Rest {
    pub const NONE: Self = Self {
        crops: Vec::new(),
        nominating: Vec::new(),
        look: None,
    };
}

/// Share of a side, and the places, of the crops that are asked besides the whole: corners and
/// middle, and for pictures that take a small part of the query nine smaller ones.
const CROPS: [(f64, &[f64], &[f64]); 3] = [
    (0.63, &[0.0, 0.37], &[0.0, 0.37]),
    (0.63, &[0.185], &[0.185]),
    (0.5, &[0.0, 0.25, 0.5], &[0.0, 0.25, 0.5]),
];

/// Levels by which the pixels of a plain part may differ.
const PLAIN: u8 = 8;

/// The crops' vectors and the look; uses the threads of the pool it runs on.
pub fn rest(kept: &Kept, describer: &dyn Describe) -> Rest {
    let (width, height) = (f64::from(kept.pixels.width), f64::from(kept.pixels.height));
    let mut regions = Vec::new();
    for (share, across, down) in CROPS {
        let places = across.iter().flat_map(|x| down.iter().map(move |y| (x, y)));
        regions.extend(places.map(|(x, y)| Region {
            x: (x * width) as u32,
            y: (y * height) as u32,
            width: (share * width).ceil() as u32,
            height: (share * height).ceil() as u32,
        }));
    }
    // A part that shows nothing is like every picture that shows nothing.
    regions.retain(|region| !is_plain(&kept.pixels, region));
    let crop = |region: &Region| describer.describe_part(&kept.pixels, *region).ok();
    let turn = |quarter: u8| {
        let pixels = turned(&kept.pixels, quarter);
        let descriptor = describer.describe_part(&pixels, whole(&pixels)).ok()?;
        Some((u16::from(quarter) * 90, descriptor))
    };
    let ((crops, nominating), look) = rayon::join(
        || {
            rayon::join(
                || regions.par_iter().filter_map(crop).collect(),
                || (1..4_u8).into_par_iter().filter_map(turn).collect(),
            )
        },
        || QueryLook::new(kept.rgb()),
    );
    Rest {
        crops,
        nominating,
        look: Some(Arc::new(look)),
    }
}

/// Whether nearly all of a part has one colour; every fourth pixel of every fourth row is looked at.
fn is_plain(pixels: &Pixels, part: &Region) -> bool {
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    let columns = part.x as usize..((part.x + part.width) as usize).min(width);
    let rows = part.y as usize..((part.y + part.height) as usize).min(height);
    let at = |x: usize, y: usize| -> [u8; 3] {
        let at = (y * width + x) * 3;
        [0, 1, 2].map(|channel| pixels.rgb[at + channel])
    };
    let (mut low, mut high) = ([u8::MAX; 3], [0; 3]);
    for y in rows.step_by(4) {
        for x in columns.clone().step_by(4) {
            for (channel, level) in at(x, y).into_iter().enumerate() {
                low[channel] = level.min(low[channel]);
                high[channel] = level.max(high[channel]);
            }
        }
    }
    let mut ranges = low.iter().zip(high);
    ranges.all(|(low, high)| high.saturating_sub(*low) <= PLAIN)
}

/// What of the picture a view shows; the region's part outside is not there.
fn part(region: Option<Region>, [width, height]: [u32; 2]) -> Part {
    let Some(region) = region else {
        return Part::WHOLE;
    };
    let edge = |at: u32, side: u32| at.min(side) as f32 / side.max(1) as f32;
    let (x, y) = (edge(region.x, width), edge(region.y, height));
    let right = edge(region.x.saturating_add(region.width), width);
    let bottom = edge(region.y.saturating_add(region.height), height);
    Part {
        x,
        y,
        w: right - x,
        h: bottom - y,
    }
}

fn turned(pixels: &Pixels, quarter: u8) -> Pixels {
    let (width, height) = match quarter % 2 {
        0 => (pixels.width, pixels.height),
        _ => (pixels.height, pixels.width),
    };
    let rgb = decode::turn(&pixels.rgb, pixels.width, pixels.height, quarter);
    Pixels { width, height, rgb }
}

fn whole(pixels: &Pixels) -> Region {
    let (x, y) = (0, 0);
    Region {
        x,
        y,
        width: pixels.width,
        height: pixels.height,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_plain_where_nothing_is_in_it() {
        let (width, height) = (64, 48);
        let mut rgb = vec![250; (width * height * 3) as usize];
        // A dark spot in the lower right part.
        for y in 30..40 {
            for x in 40..50 {
                rgb[((y * width + x) * 3) as usize] = 10;
            }
        }
        let pixels = Pixels { width, height, rgb };
        let part = |x, y| Region {
            x,
            y,
            width: 32,
            height: 24,
        };
        assert!(is_plain(&pixels, &part(0, 0)));
        assert!(!is_plain(&pixels, &part(32, 24)));
        assert!(is_plain(&pixels, &part(64, 48)), "nothing lies there");
        assert!(!is_plain(&pixels, &whole(&pixels)));
    }
}
