//! Bounds that keep a file from taking the computer's memory or time, whatever it claims.

use super::{
    DecodeError,
    format::Format,
    memory::{self, BUDGET_BYTES, Reservation},
};

/// Bounds that no picture passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Pixels of any picture. Default 150 million.
    pub max_pixels: u64,
    /// Pixels of a progressive JPEG, whose coefficients all stay in memory: 15,000 x 15,000 took
    /// 1.29 GiB. Default 100 million.
    pub max_progressive_pixels: u64,
    /// Bytes of a file. Default 512 MiB.
    pub max_file_bytes: u64,
    /// Bytes of memory that decoding one picture may take, the decoded picture included, as far as
    /// it can be told beforehand. Default, and at most, what all decoders share.
    pub max_alloc_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pixels: 150_000_000,
            max_progressive_pixels: 100_000_000,
            max_file_bytes: 512 << 20,
            max_alloc_bytes: BUDGET_BYTES,
        }
    }
}

/// What a decoder may allocate before the header is read. A PNG's colour profile inflates up to
/// this much; the largest profiles in use have 4 MB.
pub(super) const HEADER_ALLOC_BYTES: u64 = 64 << 20;

impl Limits {
    pub(super) fn check_file(&self, bytes: &[u8]) -> Result<(), DecodeError> {
        let len = bytes.len() as u64;
        if len > self.max_file_bytes {
            return Err(DecodeError::FileTooLarge {
                bytes: len,
                limit: self.max_file_bytes,
            });
        }
        Ok(())
    }

    pub(super) fn check_pixels(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        check_pixels(width, height, self.max_pixels, false)
    }

    pub(super) fn check_progressive(&self, width: u32, height: u32) -> Result<(), DecodeError> {
        let limit = self.max_progressive_pixels.min(self.max_pixels);
        check_pixels(width, height, limit, true)
    }

    /// Takes what decoding and resampling a picture of `bytes_per_pixel` need of the memory that
    /// all decoders share, and waits until it is free.
    ///
    /// # Errors
    ///
    /// [`DecodeError::TooMuchMemory`] where that is more than allowed.
    #[cfg(any(feature = "heic", feature = "jxl"))]
    pub(super) fn reserve_pixels(
        &self,
        format: Format,
        width: u32,
        height: u32,
        bytes_per_pixel: u64,
    ) -> Result<Reservation, DecodeError> {
        let pixels = u64::from(width) * u64::from(height);
        self.reserve(format, pixels.saturating_mul(bytes_per_pixel), 0)
    }

    /// The same where `needed` bytes are certain, and `more` may be taken beside them: a picture
    /// that takes more than all there is then decodes alone.
    pub(super) fn reserve(
        &self,
        format: Format,
        needed: u64,
        more: u64,
    ) -> Result<Reservation, DecodeError> {
        let too_much = || self.too_much_memory(format);
        if needed > self.max_alloc_bytes {
            return Err(too_much());
        }
        let bytes = needed.saturating_add(more).min(BUDGET_BYTES);
        memory::reserve(bytes).ok_or_else(too_much)
    }

    pub(super) fn too_much_memory(&self, format: Format) -> DecodeError {
        DecodeError::TooMuchMemory {
            format: format.name(),
            limit: self.max_alloc_bytes,
        }
    }
}

fn check_pixels(width: u32, height: u32, limit: u64, progressive: bool) -> Result<(), DecodeError> {
    if u64::from(width) * u64::from(height) > limit {
        return Err(DecodeError::TooManyPixels {
            width,
            height,
            limit,
            progressive,
        });
    }
    Ok(())
}
