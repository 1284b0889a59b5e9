//! A picture as its decoder left it: stored orientation, its own colours, perhaps scaled down.

use super::{format::Format, memory::Reservation, orientation::Turn};

/// What a pixel is made of, one byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    Grey,
    Rgb,
    /// Amount of ink: 0 is none.
    Cmyk,
}

impl Layout {
    /// Bytes of a pixel.
    pub fn bytes(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

/// What the numbers of a pixel mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Colours {
    /// sRGB, or grey or ink with no profile.
    Plain,
    /// An embedded ICC profile.
    Icc(Vec<u8>),
    /// Colour primaries and transfer function by their numbers in ITU-T H.273.
    #[cfg_attr(not(any(feature = "heic", feature = "avif", test)), expect(dead_code))]
    Cicp { primaries: u8, transfer: u8 },
}

impl From<Option<Vec<u8>>> for Colours {
    fn from(profile: Option<Vec<u8>>) -> Self {
        profile.map_or(Self::Plain, Self::Icc)
    }
}

/// A decoded picture whose pixels lie in [`super::Scratch::pixels`], row after row without gaps.
#[derive(Debug)]
pub struct Raw {
    /// Its part of the memory that all decoders share.
    #[expect(dead_code, reason = "given back when the picture is dropped")]
    pub memory: Reservation,
    pub format: Format,
    /// Pixels in the buffer.
    pub width: u32,
    pub height: u32,
    /// Pixels of the stored picture before it was scaled down while decoding.
    pub full_width: u32,
    pub full_height: u32,
    pub layout: Layout,
    pub colours: Colours,
    /// What still has to be done to stand it upright.
    pub turn: Turn,
    /// The file ended early.
    pub partial: bool,
}

impl Raw {
    /// Width and height of the upright picture in full.
    pub fn oriented_size(&self) -> (u32, u32) {
        self.turn.size(self.full_width, self.full_height)
    }
}
