//! What of a picture a proof needs.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{Image, ImageRef},
};

use super::{
    agreement,
    grey::Grey,
    orb::{self, Feature},
    trimmed::Trimmed,
};
use crate::{domain::proof::Part, engine::decode::Pixels};

/// Pixels of the query's longer side: at twice the thumbnail's a crop to a quarter still has the
/// thumbnail's size.
const QUERY_SIDE: usize = 512;
/// A small query is enlarged this much at the most.
const MOST_ENLARGED: f64 = 4.0;
const QUERY_FEATURES: usize = 1_000;
/// The levels of a query reach from its full size to that of a thumbnail's smallest level.
const QUERY_LEVELS: usize = 12;
/// As many features on each of them, nearly: which part of the query the picture is is unknown.
const QUERY_RATIO: f64 = 0.95;
const PICTURE_FEATURES: usize = 500;
const PICTURE_LEVELS: usize = 8;
const PICTURE_RATIO: f64 = 1.0 / 1.2;
/// Fewer features than this are too little texture to refute a copy by.
const TEXTURED_FROM: usize = 60;

/// A picture in colours: rows of RGB triples.
#[derive(Clone, Debug)]
pub struct Rgb {
    pub width: usize,
    pub height: usize,
    pub pixels: Vec<u8>,
    /// The part of the upright picture that it shows.
    pub part: Part,
    /// Pixels of the whole upright picture.
    pub size: [u32; 2],
}

impl Rgb {
    /// With at most `side` pixels on the longer side.
    pub fn reduced_to(self, side: u32) -> Self {
        match self.width.max(self.height) > side as usize {
            true => self.with_side(side as usize),
            false => self,
        }
    }

    /// With `side` pixels on the longer side, but not enlarged more than [`MOST_ENLARGED`].
    fn with_side(self, side: usize) -> Self {
        let longest = self.width.max(self.height).max(1);
        let scale = (side as f64 / longest as f64).min(MOST_ENLARGED);
        let scaled = |side: usize| ((side as f64 * scale).round() as usize).max(1);
        let (width, height) = (scaled(self.width), scaled(self.height));
        let kind = PixelType::U8x3;
        let mut to = Image::new(width as u32, height as u32, kind);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear));
        let resized = ImageRef::new(self.width as u32, self.height as u32, &self.pixels, kind)
            .is_ok_and(|from| Resizer::new().resize(&from, &mut to, &options).is_ok());
        if !resized {
            return self;
        }
        Self {
            width,
            height,
            pixels: to.into_vec(),
            ..self
        }
    }

    /// From the pixels of a whole picture of `size` (width and height, upright).
    pub fn new(pixels: &Pixels, size: [u32; 2]) -> Self {
        Self {
            width: pixels.width as usize,
            height: pixels.height as usize,
            pixels: pixels.rgb.clone(),
            part: Part::WHOLE,
            size,
        }
    }

    /// It shows this part of the picture alone.
    pub fn of_part(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// Pixels of the whole picture for one of these, on a side.
    pub(super) fn reduction(&self) -> f64 {
        f64::from(self.size[0]) * f64::from(self.part.w) / self.width.max(1) as f64
    }

    fn grey(&self) -> Grey {
        Grey::from_rgb(&self.pixels, self.width, self.height)
    }
}

/// The picture that is asked for.
#[derive(Debug)]
pub struct QueryLook {
    pub(super) rgb: Rgb,
    /// In grey, from the full size on each level smaller by 1.2.
    pub(super) levels: Vec<Grey>,
    pub(super) features: Vec<Feature>,
    /// Of the picture with left and right changed.
    pub(super) mirrored: Vec<Feature>,
    pub(super) trimmed: Option<Trimmed>,
}

impl QueryLook {
    /// From a picture of any size; two threads of the pool it runs on are used.
    pub fn new(rgb: Rgb) -> Self {
        let rgb = rgb.with_side(QUERY_SIDE);
        let grey = rgb.grey();
        let features = |grey: &Grey| orb::features(grey, QUERY_FEATURES, QUERY_LEVELS, QUERY_RATIO);
        let flipped = grey.mirrored();
        let (features, mirrored) = rayon::join(|| features(&grey), || features(&flipped));
        Self {
            trimmed: Trimmed::of(&grey),
            levels: levels(grey),
            features,
            mirrored,
            rgb,
        }
    }

    pub(super) fn has_texture(&self) -> bool {
        self.features.len() >= TEXTURED_FROM * QUERY_FEATURES / PICTURE_FEATURES
    }
}

/// Ever smaller, as long as a side is more than a few blocks long.
fn levels(grey: Grey) -> Vec<Grey> {
    let mut levels = vec![grey];
    while let Some(last) = levels.last() {
        let side = |side: usize| (side as f64 / orb::FACTOR).round() as usize;
        let (width, height) = (side(last.width), side(last.height));
        if width.min(height) < 2 * agreement::BLOCK || levels.len() == QUERY_LEVELS {
            break;
        }
        match last.resized(width, height) {
            Ok(smaller) => levels.push(smaller),
            Err(_) => break,
        }
    }
    levels
}

/// A picture of the catalogue, by its thumbnail.
#[derive(Debug)]
pub struct PictureLook {
    pub(super) rgb: Rgb,
    /// In grey, smoothed as agreement wants it.
    pub(super) smooth: Grey,
    pub(super) features: Vec<Feature>,
    pub(super) trimmed: Option<Trimmed>,
}

impl PictureLook {
    pub fn new(rgb: Rgb) -> Self {
        let grey = rgb.grey();
        Self {
            smooth: grey.blurred(&agreement::BLUR),
            features: orb::features(&grey, PICTURE_FEATURES, PICTURE_LEVELS, PICTURE_RATIO),
            trimmed: Trimmed::of(&grey),
            rgb,
        }
    }

    /// Bytes it takes, to bound what is kept.
    pub fn bytes(&self) -> usize {
        self.rgb.pixels.len() + self.smooth.pixels.len() + size_of_val(&*self.features)
    }

    pub(super) fn has_texture(&self) -> bool {
        self.features.len() >= TEXTURED_FROM
    }
}
