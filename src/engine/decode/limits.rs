//! Bounds that keep a file from taking the computer's memory or time, whatever it claims.

use super::{DecodeError, format::Format};

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
    /// it can be told beforehand. Default 1 GiB: a 48-megapixel HEIC needs three quarters of it.
    pub max_alloc_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_pixels: 150_000_000,
            max_progressive_pixels: 100_000_000,
            max_file_bytes: 512 << 20,
            max_alloc_bytes: 1 << 30,
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

    /// Refuses a picture whose decoding takes `bytes_per_pixel` for each pixel and thereby more
    /// than allowed.
    #[cfg(any(feature = "heic", feature = "avif", feature = "jxl"))]
    pub(super) fn check_memory(
        &self,
        format: Format,
        width: u32,
        height: u32,
        bytes_per_pixel: u64,
    ) -> Result<(), DecodeError> {
        let pixels = u64::from(width) * u64::from(height);
        if pixels.saturating_mul(bytes_per_pixel) > self.max_alloc_bytes {
            return Err(self.too_much_memory(format));
        }
        Ok(())
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
