//! Memory that a thread keeps from picture to picture.

use std::cell::Cell;

use fast_image_resize::Resizer;

use super::colour::Transforms;

/// Bytes of pixels kept between pictures, at most: enough for 21 megapixels of RGB.
const KEPT_BYTES: usize = 64 << 20;

/// Buffers reused from picture to picture: allocating them each time costs a 12-megapixel decode a
/// third of its time in page faults.
#[derive(Default)]
pub struct Scratch {
    /// The decoded picture, as its decoder left it.
    pub(super) pixels: Vec<u8>,
    pub(super) resizer: Resizer,
    pub(super) transforms: Transforms,
}

impl Scratch {
    /// Gives back what a huge picture took.
    pub(super) fn trim(&mut self) {
        if self.pixels.capacity() > KEPT_BYTES {
            self.pixels.truncate(KEPT_BYTES);
            self.pixels.shrink_to(KEPT_BYTES);
        }
    }
}

thread_local! {
    static KEPT: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Runs `work` with this thread's own [`Scratch`].
///
/// A decoder that waits for others of its thread pool may be handed another picture meanwhile, on
/// the same thread: that one then gets a fresh `Scratch`.
pub fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    let mut scratch = KEPT.take().unwrap_or_default();
    let result = work(&mut scratch);
    KEPT.set(Some(scratch));
    result
}
