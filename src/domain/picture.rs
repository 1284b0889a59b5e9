//! Pixels to show.

/// A decoded picture: RGB8 rows from the top, oriented, sRGB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pixels {
    pub width: u32,
    pub height: u32,
    /// `width * height * 3` bytes.
    pub rgb: Vec<u8>,
    /// The whole picture's size, where `width` and `height` are those of a smaller view.
    pub full_width: u32,
    pub full_height: u32,
}
