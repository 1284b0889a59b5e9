//! Sizes of feature maps.

use super::{
    Unsupported,
    architecture::{Convolution, Pads},
};

/// A picture's or feature map's size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Size {
    pub width: usize,
    pub height: usize,
}

impl Size {
    pub fn pixels(self) -> usize {
        self.width * self.height
    }

    /// With the borders a convolution needs.
    pub fn padded(self, pads: Pads) -> Self {
        Self {
            width: self.width + pads.left + pads.right,
            height: self.height + pads.top + pads.bottom,
        }
    }

    /// What a convolution makes of it.
    pub fn convolved(self, layer: &Convolution) -> Result<Self, Unsupported> {
        let padded = self.padded(layer.pads);
        let side = |length: usize| match length.checked_sub(layer.kernel) {
            Some(steps) => Ok(steps / layer.stride + 1),
            None => Err(Unsupported("its picture is smaller than a kernel".into())),
        };
        Ok(Self {
            width: side(padded.width)?,
            height: side(padded.height)?,
        })
    }
}
