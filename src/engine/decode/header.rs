//! What is read of a picture without decoding it.

/// What a picture's first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The format's name for people: "JPEG".
    pub format: &'static str,
    /// Pixels, orientation applied.
    pub width: u32,
    pub height: u32,
}
