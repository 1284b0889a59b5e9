//! The input picture of a model.

use serde::{Deserialize, Serialize};

/// The picture a model takes: 8-bit sRGB, `width` x `height` pixels, three bytes a pixel, row by
/// row from the top left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct InputSpec {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// How a picture with another aspect ratio is fitted.
    pub fit: Fit,
}

impl InputSpec {
    /// Bytes of one input picture.
    pub fn bytes(&self) -> usize {
        self.width as usize * self.height as usize * 3
    }
}

/// How a picture with another aspect ratio becomes `width` x `height`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fit {
    /// Both sides are resized on their own; the aspect is ignored.
    #[default]
    Squash,
    /// Resized until it covers the input; what sticks out on both sides is cut off.
    Crop,
    /// Resized until it lies within the input, centred; the rest is black.
    Pad,
}
