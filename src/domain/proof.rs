//! How two pictures show that one is a copy of the other.

use std::sync::Arc;

use serde::Serialize;

/// A part of an upright picture as shares of its width and height, `0..=1`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Part {
    pub x: f32,
    pub y: f32,
    pub w: f32,
    pub h: f32,
}

impl Part {
    pub const WHOLE: Self = Self {
        x: 0.0,
        y: 0.0,
        w: 1.0,
        h: 1.0,
    };

    /// Share of the picture's area, `0..=1`.
    pub fn area(&self) -> f32 {
        self.w * self.h
    }
}

/// An affine map from a point of the query to the point of the picture that shows the same; both
/// as shares of the upright picture's width and height: `x' = a x + b y + c`, `y' = d x + e y + f`,
/// in the order a to f.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShareMap(pub [f32; 6]);

impl ShareMap {
    pub fn apply(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [a, b, c, d, e, f] = self.0;
        [a * x + b * y + c, d * x + e * y + f]
    }
}

/// What was done to one of two pictures that show the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Another number of pixels for the same part.
    Resized,
    /// The query shows a part of the picture.
    Cropped,
    Turned,
    Mirrored,
    /// Brightness, contrast or colours differ.
    Colours,
    /// Something lies over a part of one of them.
    Covered,
    /// The picture is a part of the query.
    Inset,
}

impl Change {
    /// As written by the headless verbs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Resized => "resized",
            Self::Cropped => "cropped",
            Self::Turned => "turned",
            Self::Mirrored => "mirrored",
            Self::Colours => "colours",
            Self::Covered => "covered",
            Self::Inset => "inset",
        }
    }
}

/// Geometry that two pictures have in common, and how much of them agrees under it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Proof {
    /// Points of both pictures that fit the map; 0 where the pictures were laid over each other
    /// whole, as those with little texture are.
    pub inliers: u32,
    /// Share of the textured blocks in the common part that agree, `0..=1`.
    pub agreement: f32,
    /// The common part, as the rectangle around it.
    pub query_part: Part,
    pub picture_part: Part,
    /// Pixels of the query for one of the picture, on a side.
    pub scale: f32,
    /// Degrees clockwise, `0..360`, by which the query has to be turned (after it was mirrored, if
    /// it is) to lie as the picture does.
    pub turned_degrees: u16,
    pub mirrored: bool,
    /// Empty where only encoding or metadata differ.
    pub changes: Vec<Change>,
    #[serde(skip)]
    pub map: ShareMap,
    /// Parts of the picture in which the query shows something else, the largest first.
    #[serde(skip)]
    pub covered: Vec<Part>,
}

/// What trying to prove that a picture is a copy came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Trial {
    /// Not yet, or not at all.
    #[default]
    NotTried,
    /// The picture has no thumbnail to try it with.
    NoThumbnail,
    /// One of the two shows too little to tell.
    LittleTexture,
    /// Both show enough, and they are not the same.
    Fails,
    /// They have geometry in common, and do not agree under it.
    SameScene(Arc<Proof>),
    Proven(Arc<Proof>),
}

impl Trial {
    pub fn proof(&self) -> Option<&Arc<Proof>> {
        match self {
            Self::SameScene(proof) | Self::Proven(proof) => Some(proof),
            _ => None,
        }
    }

    /// Why there is no proof although nothing speaks against a copy, as the headless verbs write
    /// it.
    pub fn unproven_because(&self) -> Option<&'static str> {
        match self {
            Self::NotTried => Some("not_tried"),
            Self::NoThumbnail => Some("no_thumbnail"),
            Self::LittleTexture => Some("little_texture"),
            Self::Fails | Self::SameScene(_) | Self::Proven(_) => None,
        }
    }
}
