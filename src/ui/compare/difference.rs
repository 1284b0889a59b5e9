//! What is left of a picture when the other is taken from it.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};
use egui::{Color32, ColorImage, Context, TextureHandle, TextureOptions, load::SizedTexture};

use crate::{
    domain::{picture::Pixels, proof::ShareMap},
    ui::cache::Workshop,
};

/// How much stronger differences are shown than they are, to be seen.
pub const GAIN: u8 = 4;
/// Points of the query looked at for one of the picture, on a side, at most.
const MOST_SAMPLES: u32 = 4;

/// The difference of two pictures, made on a thread of its own.
pub struct Difference {
    /// The map it was made by, or is being made by.
    asked: Option<ShareMap>,
    texture: Option<TextureHandle>,
    made: (Sender<ColorImage>, Receiver<ColorImage>),
    workshop: Workshop,
}

impl Default for Difference {
    fn default() -> Self {
        Self {
            asked: None,
            texture: None,
            made: unbounded(),
            workshop: Workshop::new("difference", 1),
        }
    }
}

impl Difference {
    /// As large as the picture's pixels; `None` while it is being made. `back` maps the picture to
    /// the query.
    pub fn texture(
        &mut self,
        ctx: &Context,
        picture: &Arc<Pixels>,
        query: &Arc<Pixels>,
        back: &ShareMap,
    ) -> Option<SizedTexture> {
        if self.asked != Some(*back) {
            self.asked = Some(*back);
            self.texture = None;
            self.made = unbounded();
            let (made, ctx) = (self.made.0.clone(), ctx.clone());
            let (picture, query, back) = (picture.clone(), query.clone(), *back);
            self.workshop.run(move || {
                // The comparison may have been closed in the meantime.
                if made.send(difference(&picture, &query, &back)).is_ok() {
                    ctx.request_repaint();
                }
            });
        }
        if let Ok(image) = self.made.1.try_recv() {
            self.texture = Some(ctx.load_texture("difference", image, TextureOptions::LINEAR));
        }
        self.texture.as_ref().map(SizedTexture::from_handle)
    }
}

/// The absolute difference, [`GAIN`] times as strong; clear where the query shows nothing.
fn difference(picture: &Pixels, query: &Pixels, back: &ShareMap) -> ColorImage {
    let size = [picture.width as usize, picture.height as usize];
    let Some(sampler) = Sampler::new(picture, query, back) else {
        return ColorImage::filled([1, 1], Color32::TRANSPARENT);
    };
    let mut pixels = Vec::with_capacity(size[0] * size[1]);
    for (at, own) in picture.rgb.as_chunks::<3>().0.iter().enumerate() {
        let (x, y) = ((at % size[0]) as f32, (at / size[0]) as f32);
        pixels.push(sampler.at(x, y).map_or(Color32::TRANSPARENT, |other| {
            let [r, g, b] = [0, 1, 2].map(|channel| {
                let apart = (f32::from(own[channel]) - other[channel]).abs();
                (apart * f32::from(GAIN)).round() as u8
            });
            Color32::from_rgb(r, g, b)
        }));
    }
    ColorImage::new(size, pixels)
}

/// The query as the picture's pixels see it.
struct Sampler<'a> {
    query: &'a Pixels,
    /// From the picture's pixels to the query's.
    map: [f32; 6],
    samples: u32,
}

impl<'a> Sampler<'a> {
    /// `None` where pixels are missing.
    fn new(picture: &Pixels, query: &'a Pixels, back: &ShareMap) -> Option<Self> {
        let whole = |pixels: &Pixels| {
            let (width, height) = (pixels.width as usize, pixels.height as usize);
            width > 0 && height > 0 && pixels.rgb.len() == width * height * 3
        };
        if !whole(picture) || !whole(query) {
            return None;
        }
        let (from_x, from_y) = (picture.width as f32, picture.height as f32);
        let (to_x, to_y) = (query.width as f32, query.height as f32);
        let [a, b, c, d, e, f] = back.0;
        let map = [
            a * to_x / from_x,
            b * to_x / from_y,
            c * to_x,
            d * to_y / from_x,
            e * to_y / from_y,
            f * to_y,
        ];
        let step = (map[0] * map[4] - map[1] * map[3]).abs().sqrt();
        Some(Self {
            query,
            map,
            samples: (step.ceil() as u32).clamp(1, MOST_SAMPLES),
        })
    }

    /// The mean of what the query shows over a pixel of the picture, in levels of `0..=255`.
    fn at(&self, x: f32, y: f32) -> Option<[f32; 3]> {
        let count = self.samples as f32;
        let mut sum = [0.0; 3];
        for down in 0..self.samples {
            for across in 0..self.samples {
                let x = x + (across as f32 + 0.5) / count;
                let y = y + (down as f32 + 0.5) / count;
                let one = self.between(x, y)?;
                sum = [0, 1, 2].map(|channel| sum[channel] + one[channel]);
            }
        }
        Some(sum.map(|channel| channel / (count * count)))
    }

    /// Interpolated between the four nearest pixels.
    fn between(&self, x: f32, y: f32) -> Option<[f32; 3]> {
        let [a, b, c, d, e, f] = self.map;
        let (x, y) = (a * x + b * y + c, d * x + e * y + f);
        let (width, height) = (self.query.width, self.query.height);
        if !(0.0..=width as f32).contains(&x) || !(0.0..=height as f32).contains(&y) {
            return None;
        }
        let (left, across) = nearest(x, width);
        let (top, down) = nearest(y, height);
        let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
        let [upper_left, upper_right] = [self.pixel(left, top), self.pixel(right, top)];
        let [lower_left, lower_right] = [self.pixel(left, bottom), self.pixel(right, bottom)];
        Some([0, 1, 2].map(|channel| {
            let upper = egui::lerp(upper_left[channel]..=upper_right[channel], across);
            let lower = egui::lerp(lower_left[channel]..=lower_right[channel], across);
            egui::lerp(upper..=lower, down)
        }))
    }

    fn pixel(&self, x: u32, y: u32) -> [f32; 3] {
        let at = (y as usize * self.query.width as usize + x as usize) * 3;
        [0, 1, 2].map(|channel| f32::from(self.query.rgb[at + channel]))
    }
}

/// The pixel whose middle is at or before a place, and the share of the next one.
fn nearest(at: f32, length: u32) -> (u32, f32) {
    let at = (at - 0.5).clamp(0.0, (length - 1) as f32);
    (at.floor() as u32, at.fract())
}

#[cfg(test)]
mod tests {
    use super::{super::alignment::IDENTITY, *};

    /// A slope of light from left to right, with a part that is lighter still.
    fn pixels(width: u32, height: u32, lighter: u8) -> Pixels {
        let rgb = (0..width * height)
            .flat_map(|at| {
                let share = (at % width) as f32 / width as f32;
                let level = (share * 200.0) as u8;
                let inside = at % width >= width / 2 && at / width >= height / 2;
                [level + if inside { lighter } else { 0 }; 3]
            })
            .collect();
        Pixels {
            width,
            height,
            rgb,
            full_width: width,
            full_height: height,
        }
    }

    #[test]
    fn the_same_is_black_and_what_differs_is_light() {
        let (plain, lit) = (pixels(40, 40, 0), pixels(40, 40, 10));
        let same = difference(&plain, &plain, &IDENTITY);
        assert!(same.pixels.iter().all(|pixel| *pixel == Color32::BLACK));
        let other = difference(&plain, &lit, &IDENTITY);
        assert_eq!(other.pixels[5 * 40 + 5], Color32::BLACK);
        assert_eq!(other.pixels[30 * 40 + 30], Color32::from_gray(40));
    }

    #[test]
    fn a_crop_is_laid_where_it_belongs_and_the_rest_is_clear() {
        let picture = pixels(40, 40, 0);
        let mut crop = pixels(20, 20, 0);
        crop.rgb = (0..400)
            .flat_map(|at| [((at % 20 + 20) as f32 / 40.0 * 200.0) as u8; 3])
            .collect();
        // The right lower quarter of the picture is the whole query.
        let back = ShareMap([2.0, 0.0, -1.0, 0.0, 2.0, -1.0]);
        let seen = difference(&picture, &crop, &back);
        assert_eq!(seen.pixels[5 * 40 + 5], Color32::TRANSPARENT);
        assert_eq!(seen.pixels[30 * 40 + 30], Color32::BLACK);
    }

    #[test]
    fn a_larger_query_is_averaged() {
        let (small, large) = (pixels(16, 16, 0), pixels(64, 64, 0));
        let seen = difference(&small, &large, &IDENTITY);
        let inner = &seen.pixels[16 * 8 + 4..16 * 8 + 12];
        assert!(
            inner.iter().all(|pixel| pixel.r() <= 6 * GAIN),
            "half a step of the slope at most: {inner:?}"
        );
    }

    #[test]
    fn missing_pixels_show_nothing() {
        let mut broken = pixels(4, 4, 0);
        broken.rgb.pop();
        let seen = difference(&pixels(4, 4, 0), &broken, &IDENTITY);
        assert_eq!(seen.size, [1, 1]);
    }
}
