//! A picture, or a part of one, to look at.

/// sRGB on white, 8 bits, rows of RGB triples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
}
