//! Why a picture could not be read, worded for people.

use thiserror::Error;

/// Why a picture could not be read.
///
/// `Display` is one or two sentences for the user that name the cause and the remedy. They do not
/// name the file: whoever shows them puts its name in front (`cat.jpg: This file is empty. …`).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// No bytes at all.
    #[error("This file is empty. Copy or download it again.")]
    Empty,
    /// The first bytes belong to no format known here.
    #[error(
        "This is not a picture in a format this program knows. \
         It reads JPEG, PNG, GIF, BMP, WebP, TIFF, PNM, HEIC, AVIF and JPEG XL."
    )]
    NotAPicture,
    /// A format recognised by its first bytes, but not read here.
    #[error("{format} files are not supported. Save the picture as JPEG or PNG and add that file.")]
    UnsupportedFormat { format: &'static str },
    /// The format is known, but was left out when the program was built.
    #[error(
        "This build of the program lacks {format}. \
         Use a build with it, or save the picture as JPEG or PNG and add that file."
    )]
    LeftOut { format: &'static str },
    /// A kind of the format (a colour model, a compression) that the decoder does not know.
    #[error(
        "This kind of {format} file is not supported ({detail}). \
         Save the picture as a plain JPEG or PNG and add that file."
    )]
    UnsupportedKind {
        format: &'static str,
        detail: String,
    },
    /// The file is larger than [`super::Limits::max_file_bytes`].
    #[error(
        "The file has {} MB, more than the {} MB allowed for one picture. Save a smaller copy and add that.",
        mega(*.bytes),
        mega(*.limit)
    )]
    FileTooLarge { bytes: u64, limit: u64 },
    /// More pixels than [`super::Limits`] allows for the format.
    #[error(
        "The picture claims {width} x {height} pixels, more than the {} million allowed{}. \
         Save a smaller copy and add that.",
        limit / 1_000_000,
        if *.progressive { " for a progressive JPEG" } else { "" }
    )]
    TooManyPixels {
        width: u32,
        height: u32,
        limit: u64,
        progressive: bool,
    },
    /// Decoding would need more memory than [`super::Limits::max_alloc_bytes`].
    #[error(
        "Decoding this {format} picture would take more than the {} MB of memory allowed. \
         Save a smaller copy, or one with 8 bits a colour, and add that.",
        mega(*.limit)
    )]
    TooMuchMemory { format: &'static str, limit: u64 },
    /// A progressive JPEG made to keep a decoder busy.
    #[error(
        "This JPEG is stored in {scans} passes, more than the {limit} allowed: it looks made to stall \
         programs. Open it in an image editor and save it again if you trust it."
    )]
    TooManyScans { scans: u32, limit: u32 },
    /// The file ends before the picture is complete (formats other than JPEG).
    #[error("The {format} file is cut off before the picture ends. Copy or download it again.")]
    Truncated { format: &'static str },
    /// The data contradict the format.
    #[error(
        "The {format} data are damaged ({detail}). \
         Copy or download the file again, or resave it in an image editor."
    )]
    Damaged {
        format: &'static str,
        detail: String,
    },
    /// The decoder stopped in a way it never should; the picture is left out, the rest goes on.
    #[error(
        "The {format} decoder failed on this file, which is probably damaged. \
         Copy or download the file again, or resave it in an image editor."
    )]
    Failed { format: &'static str },
    /// Nothing of the asked region lies inside the picture.
    #[error(
        "The chosen region lies outside the picture, which has {width} x {height} pixels. \
         Choose a region inside it."
    )]
    EmptyRegion { width: u32, height: u32 },
}

/// Whole megabytes, rounded up so that a file just over a limit never reads as equal to it.
fn mega(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}
