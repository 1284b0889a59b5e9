//! Looks of pictures, kept so that the same ones need not be made for the next query.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::look::{PictureLook, Rgb};
use crate::{
    domain::record::ContentHash,
    engine::decode::{self, Limits, THUMBNAIL_SIDE},
};

/// Bytes that kept looks take at the most; one takes some 300 KB.
const MOST_BYTES: usize = 96 << 20;

/// Looks by the bytes of their thumbnails. Shared by all threads.
#[derive(Default)]
pub struct Looks {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    looks: HashMap<ContentHash, (u64, Arc<PictureLook>)>,
    bytes: usize,
    /// Counts uses: a look's number is that of its last one.
    uses: u64,
}

impl Looks {
    /// The look of a picture by its thumbnail; `None` where that is no picture. `size` are the
    /// pixels of the picture itself.
    pub fn get(&self, thumbnail: &[u8], size: [u32; 2]) -> Option<Arc<PictureLook>> {
        let key = ContentHash::of(thumbnail);
        if let Some(look) = self.lock().used(key) {
            return Some(look);
        }
        let limits = Limits::default();
        let (pixels, ..) = decode::preview(thumbnail, THUMBNAIL_SIDE, &limits).ok()?;
        let look = Arc::new(PictureLook::new(Rgb::new(&pixels, size)));
        self.lock().keep(key, look.clone());
        Some(look)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        // What a panic left behind is whole: every change is one insertion or removal.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn used(&mut self, key: ContentHash) -> Option<Arc<PictureLook>> {
        self.uses += 1;
        let (used, look) = self.looks.get_mut(&key)?;
        *used = self.uses;
        Some(look.clone())
    }

    fn keep(&mut self, key: ContentHash, look: Arc<PictureLook>) {
        self.bytes += look.bytes();
        if let Some((_, former)) = self.looks.insert(key, (self.uses, look)) {
            self.bytes -= former.bytes();
        }
        while self.bytes > MOST_BYTES {
            let oldest = self.looks.iter().min_by_key(|(_, (used, _))| *used);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                return;
            };
            if let Some((_, look)) = self.looks.remove(&oldest) {
                self.bytes -= look.bytes();
            }
        }
    }
}

#[cfg(test)]
mod tests;
