//! Thumbnails as textures: a bounded number kept, decoded off the window's thread.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use egui::{ColorImage, Context, TextureHandle, TextureOptions, load::SizedTexture};

use super::{ASK_AGAIN_SECS, workshop::Workshop};
use crate::domain::record::RecordId;

/// Textures kept; the least recently drawn go first. A large screen shows about 200.
const KEPT: usize = 600;
/// Textures uploaded a frame: eight of 256 x 256 px cost well under a millisecond.
const UPLOADS_A_FRAME: usize = 8;
/// Thumbnails asked for at once.
const ASKED_AT_ONCE: usize = 64;
/// Decodings under way; a short queue lets what is on the screen now overtake older requests.
const DECODING_AT_ONCE: usize = 32;
/// JPEG files waiting to be decoded; older ones are dropped, and requested when drawn again.
const WAITING: usize = 600;
const THREADS: usize = 2;

/// What can be drawn of a thumbnail.
#[derive(Clone, Copy, Debug)]
pub enum Thumbnail {
    Ready(SizedTexture),
    /// Requested or being decoded.
    Loading,
    /// The catalogue has none for this picture.
    Missing,
}

/// The result of a decode; `None` if the bytes are not a JPEG file.
type Decoded = (RecordId, Option<ColorImage>);

enum Slot {
    Asked(Instant),
    /// The JPEG file has arrived and waits for a thread or for its upload.
    Decoding,
    Ready {
        texture: TextureHandle,
        last_used: u64,
    },
    Missing,
}

/// Thumbnails by record, asked for as they are drawn.
pub struct Thumbnails {
    slots: HashMap<RecordId, Slot>,
    ready: usize,
    wanted: Vec<RecordId>,
    waiting: VecDeque<(RecordId, Arc<[u8]>)>,
    decoding: usize,
    workshop: Workshop,
    decoded: (Sender<Decoded>, Receiver<Decoded>),
    /// The pass `decoded` was last looked at in.
    pass: Option<u64>,
    /// Grows with every use; orders the textures by their last one.
    uses: u64,
    ctx: Option<Context>,
}

impl Default for Thumbnails {
    fn default() -> Self {
        Self {
            slots: HashMap::new(),
            ready: 0,
            wanted: Vec::new(),
            waiting: VecDeque::new(),
            decoding: 0,
            workshop: Workshop::new("thumbnails", THREADS),
            decoded: unbounded(),
            pass: None,
            uses: 0,
            ctx: None,
        }
    }
}

impl Thumbnails {
    /// The texture if it is ready; a missing one is requested.
    pub fn texture(&mut self, ctx: &Context, id: RecordId) -> Option<SizedTexture> {
        match self.get(ctx, id) {
            Thumbnail::Ready(texture) => Some(texture),
            Thumbnail::Loading | Thumbnail::Missing => None,
        }
    }

    /// As [`Thumbnails::texture`], and distinguishes a missing thumbnail from one still loading.
    pub fn get(&mut self, ctx: &Context, id: RecordId) -> Thumbnail {
        self.begin_pass(ctx);
        self.uses += 1;
        match self.slots.get_mut(&id) {
            Some(Slot::Ready { texture, last_used }) => {
                *last_used = self.uses;
                return Thumbnail::Ready(SizedTexture::from_handle(texture));
            }
            Some(Slot::Missing) => return Thumbnail::Missing,
            Some(Slot::Decoding) => return Thumbnail::Loading,
            Some(Slot::Asked(at)) if at.elapsed() < Duration::from_secs(ASK_AGAIN_SECS) => {
                return Thumbnail::Loading;
            }
            Some(Slot::Asked(_)) | None => {}
        }
        self.slots.insert(id, Slot::Asked(Instant::now()));
        self.wanted.push(id);
        Thumbnail::Loading
    }

    /// The thumbnails drawn without a texture, the last drawn first: those are on the screen, the
    /// others may have been scrolled away. At most one batch a call.
    pub fn take_wanted(&mut self) -> Vec<RecordId> {
        let batch = self
            .wanted
            .split_off(self.wanted.len().saturating_sub(ASKED_AT_ONCE));
        // Thumbnails skipped by a fast scroll are requested when they are drawn again.
        if self.wanted.len() > WAITING {
            let dropped = self.wanted.len() - WAITING;
            for id in self.wanted.drain(..dropped) {
                self.slots.remove(&id);
            }
        }
        batch
    }

    /// Whether any drawn thumbnail is still loading.
    pub fn is_loading(&self) -> bool {
        self.slots
            .values()
            .any(|slot| matches!(slot, Slot::Asked(_) | Slot::Decoding))
    }

    /// The JPEG file of a thumbnail; empty where the catalogue has none.
    pub fn insert(&mut self, id: RecordId, jpeg: Arc<[u8]>) {
        self.drop_slot(id);
        if jpeg.is_empty() {
            self.slots.insert(id, Slot::Missing);
            return;
        }
        self.slots.insert(id, Slot::Decoding);
        self.waiting.push_back((id, jpeg));
        if self.waiting.len() > WAITING
            && let Some((oldest, _)) = self.waiting.pop_front()
        {
            self.slots.remove(&oldest);
        }
        self.feed();
    }

    /// Requests these again when they are next drawn.
    pub fn forget(&mut self, ids: &[RecordId]) {
        ids.iter().for_each(|&id| self.drop_slot(id));
    }

    fn drop_slot(&mut self, id: RecordId) {
        if let Some(Slot::Ready { .. }) = self.slots.remove(&id) {
            self.ready -= 1;
        }
    }

    /// Once a pass: uploads some of the decoded images and starts more decodes.
    fn begin_pass(&mut self, ctx: &Context) {
        let pass = ctx.cumulative_pass_nr();
        if self.pass == Some(pass) {
            return;
        }
        self.pass = Some(pass);
        if self.ctx.is_none() {
            self.ctx = Some(ctx.clone());
        }
        let mut uploads = 0;
        while uploads < UPLOADS_A_FRAME
            && let Ok((id, image)) = self.decoded.1.try_recv()
        {
            self.decoding = self.decoding.saturating_sub(1);
            uploads += usize::from(self.upload(ctx, id, image));
        }
        if !self.decoded.1.is_empty() {
            ctx.request_repaint();
        }
        self.evict();
        self.feed();
    }

    fn upload(&mut self, ctx: &Context, id: RecordId, image: Option<ColorImage>) -> bool {
        // Invalidated in the meantime: the decoded image is out of date.
        if !matches!(self.slots.get(&id), Some(Slot::Decoding)) {
            return false;
        }
        let Some(image) = image else {
            self.slots.insert(id, Slot::Missing);
            return false;
        };
        let texture = ctx.load_texture("thumbnail", image, TextureOptions::LINEAR);
        self.uses += 1;
        self.slots.insert(
            id,
            Slot::Ready {
                texture,
                last_used: self.uses,
            },
        );
        self.ready += 1;
        true
    }

    /// Keeps the threads busy with the newest waiting files.
    fn feed(&mut self) {
        while self.decoding < DECODING_AT_ONCE
            && let Some((id, jpeg)) = self.waiting.pop_back()
        {
            self.decoding += 1;
            let decoded = self.decoded.0.clone();
            let ctx = self.ctx.clone();
            self.workshop.run(move || {
                // The cache may have been dropped in the meantime.
                if decoded.send((id, decode(&jpeg))).is_ok()
                    && let Some(ctx) = ctx
                {
                    ctx.request_repaint();
                }
            });
        }
    }

    fn evict(&mut self) {
        // A tenth of slack keeps the selection rare while scrolling.
        if self.ready <= KEPT + KEPT / 10 {
            return;
        }
        let mut uses: Vec<u64> = self
            .slots
            .values()
            .filter_map(|slot| match slot {
                Slot::Ready { last_used, .. } => Some(*last_used),
                _ => None,
            })
            .collect();
        let cut = uses.len() - KEPT;
        let (_, oldest_kept, _) = uses.select_nth_unstable(cut);
        let oldest_kept = *oldest_kept;
        self.slots.retain(
            |_, slot| !matches!(slot, Slot::Ready { last_used, .. } if *last_used < oldest_kept),
        );
        self.ready = KEPT;
    }
}

/// `None` if the bytes are not a JPEG file.
fn decode(jpeg: &[u8]) -> Option<ColorImage> {
    let image = image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).ok()?;
    let rgb = image.into_rgb8();
    let size = [rgb.width() as usize, rgb.height() as usize];
    Some(ColorImage::from_rgb(size, rgb.as_raw()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u32, height: u32) -> Arc<[u8]> {
        let mut bytes = std::io::Cursor::new(Vec::new());
        image::RgbImage::from_pixel(width, height, image::Rgb([200, 30, 60]))
            .write_to(&mut bytes, image::ImageFormat::Jpeg)
            .expect("a picture in memory is written");
        bytes.into_inner().into()
    }

    /// Draws passes until `id` is no longer loading.
    fn settle(thumbnails: &mut Thumbnails, ctx: &Context, id: RecordId) -> Thumbnail {
        for _ in 0..500 {
            let mut seen = Thumbnail::Loading;
            let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
                seen = thumbnails.get(ui.ctx(), id)
            });
            // There is no GPU to take the textures.
            output.textures_delta.clear();
            if !matches!(seen, Thumbnail::Loading) {
                return seen;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the thumbnail never came");
    }

    #[test]
    fn a_thumbnail_is_asked_for_decoded_and_kept() {
        let (ctx, mut thumbnails) = (Context::default(), Thumbnails::default());
        assert!(thumbnails.texture(&ctx, RecordId(1)).is_none());
        assert_eq!(thumbnails.take_wanted(), [RecordId(1)]);
        thumbnails.insert(RecordId(1), jpeg(40, 20));
        let Thumbnail::Ready(texture) = settle(&mut thumbnails, &ctx, RecordId(1)) else {
            panic!("it is a picture");
        };
        assert_eq!(texture.size, egui::vec2(40.0, 20.0));
        assert!(thumbnails.take_wanted().is_empty());
    }

    #[test]
    fn an_empty_or_broken_thumbnail_is_missing_and_not_asked_for_again() {
        let (ctx, mut thumbnails) = (Context::default(), Thumbnails::default());
        thumbnails.insert(RecordId(1), Arc::from([]));
        thumbnails.insert(RecordId(2), Arc::from(*b"no picture"));
        for id in [RecordId(1), RecordId(2)] {
            assert!(matches!(
                settle(&mut thumbnails, &ctx, id),
                Thumbnail::Missing
            ));
        }
        assert!(thumbnails.take_wanted().is_empty());
    }

    #[test]
    fn no_more_textures_are_kept_than_allowed() {
        let (ctx, mut thumbnails) = (Context::default(), Thumbnails::default());
        for id in 0..1_000 {
            thumbnails.insert(RecordId(id), jpeg(2, 2));
            settle(&mut thumbnails, &ctx, RecordId(id));
        }
        assert!(thumbnails.ready <= KEPT + KEPT / 10 + 1);
        let held = thumbnails
            .slots
            .values()
            .filter(|slot| matches!(slot, Slot::Ready { .. }));
        assert_eq!(held.count(), thumbnails.ready);
    }

    #[test]
    fn what_was_drawn_last_is_asked_for_first() {
        let (ctx, mut thumbnails) = (Context::default(), Thumbnails::default());
        for id in 0..100 {
            assert!(thumbnails.texture(&ctx, RecordId(id)).is_none());
        }
        assert!(thumbnails.take_wanted().contains(&RecordId(99)));
        assert!(thumbnails.take_wanted().contains(&RecordId(0)));
    }
}
