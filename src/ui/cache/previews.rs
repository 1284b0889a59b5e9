//! Larger views of single pictures: the query, the details pane, the comparison.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, unbounded};
use egui::{ColorImage, Context, TextureHandle, TextureOptions, load::SizedTexture};

use super::{ASK_AGAIN_SECS, workshop::Workshop};
use crate::domain::{picture::Pixels, query::QuerySource};

/// Longest side for a strip of small pictures.
pub const STRIP_SIDE: u32 = 128;
/// Longest side of the pixels that are computed with; no view is made of them.
const MEASURED_SIDE: u32 = 512;
/// Longest side for a pane, at twice the pixels of its usual width.
pub const PANE_SIDE: u32 = 800;
/// Longest side for the comparison; within what every graphics driver takes as a texture.
pub const FULL_SIDE: u32 = 4_096;

/// Pixels kept over all views: 48 million take 192 MB.
const KEPT_PIXELS: usize = 48_000_000;
/// Views kept, whatever their size.
const KEPT: usize = 64;

/// What can be drawn of a picture.
#[derive(Clone, Debug)]
pub enum Preview {
    /// `size` is the whole picture's in pixels, the texture's may be smaller.
    Ready {
        texture: SizedTexture,
        size: [u32; 2],
    },
    /// Requested.
    Loading,
    /// The reason it cannot be shown, as a sentence.
    Failed(String),
}

/// The pixels of a picture, to compute with.
#[derive(Clone, Debug)]
pub enum Measured {
    Ready(Arc<Pixels>),
    /// Requested.
    Loading,
    /// The reason there are none, as a sentence.
    Failed(String),
}

enum Slot {
    Asked(Instant),
    Decoding,
    Ready {
        texture: TextureHandle,
        size: [u32; 2],
    },
    Measured(Arc<Pixels>),
    Failed(String),
}

struct Entry {
    source: QuerySource,
    max_side: u32,
    slot: Slot,
    last_used: u64,
}

struct Decoded {
    source: QuerySource,
    max_side: u32,
    image: ColorImage,
    size: [u32; 2],
}

/// Views by picture and size, asked for as they are drawn.
pub struct Previews {
    entries: Vec<Entry>,
    wanted: Vec<(QuerySource, u32)>,
    workshop: Workshop,
    decoded: (Sender<Decoded>, Receiver<Decoded>),
    uses: u64,
    ctx: Option<Context>,
}

impl Default for Previews {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            wanted: Vec::new(),
            workshop: Workshop::new("previews", 1),
            decoded: unbounded(),
            uses: 0,
            ctx: None,
        }
    }
}

impl Previews {
    /// The view, or a smaller one until it is ready; a missing view is requested.
    pub fn get(&mut self, ctx: &Context, source: &QuerySource, max_side: u32) -> Preview {
        self.upload(ctx);
        if let Some(larger) = self.larger(source, max_side) {
            return larger;
        }
        match self.ask(source, max_side) {
            Slot::Ready { texture, size } => return ready(texture, *size),
            Slot::Failed(why) => return Preview::Failed(why.clone()),
            Slot::Asked(_) | Slot::Decoding | Slot::Measured(_) => {}
        }
        self.smaller(source)
    }

    /// The pixels, no longer than 512 on a side; missing ones are requested.
    pub fn measured(&mut self, source: &QuerySource) -> Measured {
        match self.ask(source, MEASURED_SIDE) {
            Slot::Measured(pixels) => Measured::Ready(pixels.clone()),
            Slot::Failed(why) => Measured::Failed(why.clone()),
            Slot::Asked(_) | Slot::Decoding | Slot::Ready { .. } => Measured::Loading,
        }
    }

    /// What there is of a picture at a size; requested if it is missing.
    fn ask(&mut self, source: &QuerySource, max_side: u32) -> &Slot {
        self.uses += 1;
        let at = self
            .entries
            .iter()
            .position(|entry| entry.max_side == max_side && same_source(&entry.source, source));
        let is_new = at.is_none();
        let at = at.unwrap_or(self.entries.len());
        if is_new {
            self.entries.push(Entry {
                source: source.clone(),
                max_side,
                slot: Slot::Asked(Instant::now()),
                last_used: self.uses,
            });
        }
        let entry = &mut self.entries[at];
        entry.last_used = self.uses;
        let overdue = match entry.slot {
            Slot::Asked(asked) => asked.elapsed() > Duration::from_secs(ASK_AGAIN_SECS),
            _ => false,
        };
        if overdue {
            entry.slot = Slot::Asked(Instant::now());
        }
        if is_new || overdue {
            self.wanted.push((source.clone(), max_side));
        }
        &entry.slot
    }

    /// The views drawn before they were ready, in drawing order.
    pub fn take_wanted(&mut self) -> Vec<(QuerySource, u32)> {
        std::mem::take(&mut self.wanted)
    }

    /// Whether any drawn view is still loading.
    pub fn is_loading(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| matches!(entry.slot, Slot::Asked(_) | Slot::Decoding))
    }

    /// The pixels asked for as `source` at `max_side`.
    pub fn insert(&mut self, source: &QuerySource, max_side: u32, pixels: Arc<Pixels>) {
        if max_side == MEASURED_SIDE {
            self.set(source, max_side, Slot::Measured(pixels));
            self.evict();
            if let Some(ctx) = &self.ctx {
                ctx.request_repaint();
            }
            return;
        }
        self.set(source, max_side, Slot::Decoding);
        let (decoded, ctx) = (self.decoded.0.clone(), self.ctx.clone());
        let source = source.clone();
        self.workshop.run(move || {
            let size = [pixels.full_width, pixels.full_height];
            let image = to_image(&pixels);
            // The cache may have been dropped in the meantime.
            if decoded
                .send(Decoded {
                    source,
                    max_side,
                    image,
                    size,
                })
                .is_ok()
                && let Some(ctx) = ctx
            {
                ctx.request_repaint();
            }
        });
    }

    /// The picture cannot be shown; `why` is a sentence for the user.
    pub fn fail(&mut self, source: &QuerySource, max_side: u32, why: impl Into<String>) {
        self.set(source, max_side, Slot::Failed(why.into()));
    }

    fn find(&mut self, source: &QuerySource, max_side: u32) -> Option<&mut Entry> {
        self.entries
            .iter_mut()
            .find(|entry| entry.max_side == max_side && same_source(&entry.source, source))
    }

    fn set(&mut self, source: &QuerySource, max_side: u32, slot: Slot) {
        self.uses += 1;
        let last_used = self.uses;
        match self.find(source, max_side) {
            Some(entry) => entry.slot = slot,
            None => {
                self.entries.push(Entry {
                    source: source.clone(),
                    max_side,
                    slot,
                    last_used,
                });
            }
        }
    }

    /// A view that is ready and larger than asked for.
    fn larger(&mut self, source: &QuerySource, max_side: u32) -> Option<Preview> {
        self.uses += 1;
        let uses = self.uses;
        self.entries
            .iter_mut()
            .filter(|entry| entry.max_side > max_side && same_source(&entry.source, source))
            .find_map(|entry| match &entry.slot {
                Slot::Ready { texture, size } => {
                    entry.last_used = uses;
                    Some(ready(texture, *size))
                }
                _ => None,
            })
    }

    /// The largest view of the picture that is ready.
    fn smaller(&self, source: &QuerySource) -> Preview {
        self.entries
            .iter()
            .filter(|entry| same_source(&entry.source, source))
            .filter_map(|entry| match &entry.slot {
                Slot::Ready { texture, size } => Some((entry.max_side, ready(texture, *size))),
                _ => None,
            })
            .max_by_key(|(side, _)| *side)
            .map_or(Preview::Loading, |(_, preview)| preview)
    }

    fn upload(&mut self, ctx: &Context) {
        if self.ctx.is_none() {
            self.ctx = Some(ctx.clone());
        }
        if let Ok(Decoded {
            source,
            max_side,
            image,
            size,
        }) = self.decoded.1.try_recv()
        {
            let texture = ctx.load_texture("preview", image, TextureOptions::LINEAR);
            self.set(&source, max_side, Slot::Ready { texture, size });
            self.evict();
            ctx.request_repaint();
        }
    }

    fn evict(&mut self) {
        self.entries
            .sort_by_key(|entry| std::cmp::Reverse(entry.last_used));
        let (mut pixels, mut count) = (0, 0);
        self.entries.retain(|entry| {
            pixels += match &entry.slot {
                Slot::Ready { texture, .. } => texture.size()[0] * texture.size()[1],
                Slot::Measured(pixels) => pixels.rgb.len() / 3,
                Slot::Asked(_) | Slot::Decoding | Slot::Failed(_) => 0,
            };
            count += 1;
            // The newest stays even if it alone is over the budget.
            count == 1 || (pixels <= KEPT_PIXELS && count <= KEPT)
        });
    }
}

fn ready(texture: &TextureHandle, size: [u32; 2]) -> Preview {
    Preview::Ready {
        texture: SizedTexture::from_handle(texture),
        size,
    }
}

/// Whether both name one picture. Pasted ones are compared by the address of their bytes: each
/// is shared from its paste on, and comparing megabytes in every frame would be slow.
fn same_source(a: &QuerySource, b: &QuerySource) -> bool {
    match (a, b) {
        (QuerySource::Bytes { bytes: a, .. }, QuerySource::Bytes { bytes: b, .. }) => {
            Arc::ptr_eq(a, b)
        }
        (a, b) => a == b,
    }
}

/// An image of the pixels, grey where they are fewer than their size says.
fn to_image(pixels: &Pixels) -> ColorImage {
    let size = [pixels.width as usize, pixels.height as usize];
    if pixels.rgb.len() == size[0] * size[1] * 3 {
        ColorImage::from_rgb(size, &pixels.rgb)
    } else {
        ColorImage::filled([1, 1], egui::Color32::GRAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixels(width: u32, height: u32) -> Arc<Pixels> {
        let rgb = vec![90; (width * height * 3) as usize];
        Arc::new(Pixels {
            width,
            height,
            rgb,
            full_width: width * 4,
            full_height: height * 4,
        })
    }

    fn settle(previews: &mut Previews, source: &QuerySource, side: u32) -> ([u32; 2], f32) {
        let ctx = Context::default();
        for _ in 0..500 {
            if let Preview::Ready { texture, size } = previews.get(&ctx, source, side) {
                return (size, texture.size.x);
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        panic!("the view never came");
    }

    #[test]
    fn a_smaller_view_stands_in_while_the_larger_one_is_made() {
        let mut previews = Previews::default();
        let source = QuerySource::File("a.jpg".into());
        previews.insert(&source, PANE_SIDE, pixels(8, 6));
        assert_eq!(settle(&mut previews, &source, PANE_SIDE), ([32, 24], 8.0));
        assert_eq!(settle(&mut previews, &source, FULL_SIDE), ([32, 24], 8.0));
        assert_eq!(previews.take_wanted(), [(source, FULL_SIDE)]);
    }

    #[test]
    fn a_failure_is_said_and_not_asked_for_again() {
        let (ctx, mut previews) = (Context::default(), Previews::default());
        let source = QuerySource::File("gone.jpg".into());
        previews.fail(&source, PANE_SIDE, "The file is gone.");
        let seen = previews.get(&ctx, &source, PANE_SIDE);
        assert!(matches!(seen, Preview::Failed(why) if why == "The file is gone."));
        assert!(previews.take_wanted().is_empty());
    }

    #[test]
    fn pixels_to_compute_with_are_kept_as_they_come() {
        let mut previews = Previews::default();
        let source = QuerySource::File("a.jpg".into());
        assert!(matches!(previews.measured(&source), Measured::Loading));
        assert_eq!(previews.take_wanted(), [(source.clone(), MEASURED_SIDE)]);
        previews.insert(&source, MEASURED_SIDE, pixels(8, 6));
        let Measured::Ready(kept) = previews.measured(&source) else {
            panic!("the pixels are there");
        };
        assert_eq!((kept.width, kept.height), (8, 6));
        let view = previews.get(&Context::default(), &source, PANE_SIDE);
        assert!(matches!(view, Preview::Loading), "they are no view");
    }

    #[test]
    fn large_views_are_dropped_when_they_are_too_many() {
        let mut previews = Previews::default();
        for number in 0..100 {
            let source = QuerySource::File(format!("{number}.jpg").into());
            previews.insert(&source, PANE_SIDE, pixels(2, 2));
            settle(&mut previews, &source, PANE_SIDE);
        }
        assert!(previews.entries.len() <= KEPT);
    }
}
