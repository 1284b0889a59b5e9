//! Made-up pictures that belong together and are no copies of each other.
#![allow(dead_code)] // each test program uses its own part

use image::{DynamicImage, Rgb, RgbImage, imageops};

/// Numbers without order, the same at every run.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (((self.0 >> 32) * u64::from(end)) >> 32) as u32
    }
}

/// A glyph of an alphabet of 26: strokes on 5 x 7 dots.
fn glyph(letter: u32) -> [u8; 7] {
    let mut draw = Draw::new(u64::from(letter) + 77);
    let mut rows = [0_u8; 7];
    // Upright and level strokes, as letters have them.
    for _ in 0..2 {
        let column = draw.below(5);
        rows.iter_mut().for_each(|row| *row |= 1 << column);
        rows[[0, 3, 6][draw.below(3) as usize]] |= 0b11111 >> draw.below(3);
    }
    rows
}

fn write(page: &mut RgbImage, x: u32, y: u32, dot: u32, letter: u32, ink: Rgb<u8>) {
    for (row, bits) in glyph(letter).into_iter().enumerate() {
        for column in (0..5).filter(|column| bits >> column & 1 == 1) {
            for (dx, dy) in (0..dot * dot).map(|at| (at % dot, at / dot)) {
                let (x, y) = (x + column * dot + dx, y + row as u32 * dot + dy);
                if x < page.width() && y < page.height() {
                    page.put_pixel(x, y, ink);
                }
            }
        }
    }
}

/// A page of a book: the same letters, margins and head, other words.
pub fn page_of_text(number: u64) -> DynamicImage {
    let mut page = RgbImage::from_pixel(620, 877, Rgb([252, 252, 248]));
    let ink = Rgb([30, 30, 34]);
    let mut head = Draw::new(4_242);
    for letter in 0..22 {
        write(&mut page, 60 + letter * 14, 36, 2, head.below(26), ink);
    }
    let mut draw = Draw::new(number + 1);
    let mut y = 84;
    while y < 820 {
        let mut x = 60;
        while x < 540 {
            for _ in 0..2 + draw.below(8) {
                if x < 556 {
                    write(&mut page, x, y, 2, draw.below(26), ink);
                }
                x += 13;
            }
            x += 12;
        }
        y += 22;
    }
    page.into()
}

/// A form of the same labels and rules; of 24 fields eight are filled in otherwise in each.
pub fn form(number: u64) -> DynamicImage {
    let mut page = RgbImage::from_pixel(620, 877, Rgb([252, 252, 248]));
    let (ink, pen) = (Rgb([30, 30, 34]), Rgb([20, 20, 120]));
    let (mut same, mut own) = (Draw::new(31), Draw::new(number + 500));
    for row in 0..24 {
        let y = 90 + row * 30;
        for at in 0..3 + same.below(8) {
            write(&mut page, 60 + at * 13, y, 2, same.below(26), ink);
        }
        for x in 240..560 {
            page.put_pixel(x, y + 16, Rgb([90; 3]));
        }
        let draw = if row % 3 == 0 { &mut own } else { &mut same };
        for at in 0..10 + draw.below(9) {
            write(&mut page, 246 + at * 13, y, 2, draw.below(26), pen);
        }
    }
    page.into()
}

/// The same place with another thing in it: `thing` in the middle, 45 % a side.
pub fn before_background(background: &DynamicImage, thing: &DynamicImage) -> DynamicImage {
    placed(background, thing, 45, [27, 27])
}

/// With `thing` on it, `side` per cent of its sides, from `corner` per cent of them.
pub fn placed(
    background: &DynamicImage,
    thing: &DynamicImage,
    side: u32,
    corner: [u32; 2],
) -> DynamicImage {
    let mut picture = background.clone();
    let (width, height) = (picture.width(), picture.height());
    let [x, y] = corner;
    let thing = thing.resize_exact(
        width * side / 100,
        height * side / 100,
        imageops::FilterType::Triangle,
    );
    let (x, y) = (i64::from(width * x / 100), i64::from(height * y / 100));
    imageops::overlay(&mut picture, &thing, x, y);
    picture
}

/// With three discs on it, each picture of a series with its own.
pub fn with_discs(background: &DynamicImage, number: u64) -> DynamicImage {
    let mut picture = background.to_rgb8();
    let (width, height) = picture.dimensions();
    let mut draw = Draw::new(number + 9);
    for _ in 0..3 {
        let middle = [width, height].map(|side| side * (15 + draw.below(70)) / 100);
        let radius = width.min(height) * (5 + draw.below(10)) / 100;
        let ink = Rgb([0; 3].map(|_: u8| draw.below(255) as u8));
        for (x, y, pixel) in picture.enumerate_pixels_mut() {
            if x.abs_diff(middle[0]).pow(2) + y.abs_diff(middle[1]).pow(2) < radius.pow(2) {
                *pixel = ink;
            }
        }
    }
    picture.into()
}

/// With the same words across it, half transparent.
pub fn watermarked(photo: &DynamicImage) -> DynamicImage {
    let mut picture = photo.to_rgb8();
    let mut mark = RgbImage::new(picture.width(), picture.height());
    let (step, dot) = (picture.height() / 6, 4);
    for line in 0..6 {
        let mut draw = Draw::new(99);
        for letter in 0..14 {
            let x = letter * 28 + line % 2 * 12;
            write(
                &mut mark,
                x,
                line * step + 12,
                dot,
                draw.below(26),
                Rgb([255; 3]),
            );
        }
    }
    for (pixel, mark) in picture.pixels_mut().zip(mark.pixels()) {
        if mark[0] > 0 {
            pixel.0 = pixel.0.map(|value| ((u16::from(value) + 255) / 2) as u8);
        }
    }
    picture.into()
}

/// In the same ornate frame, 12 % of each side.
pub fn framed(photo: &DynamicImage) -> DynamicImage {
    let (width, height) = (480, 600);
    let mut draw = Draw::new(7);
    let mut frame = RgbImage::from_pixel(width, height, Rgb([120, 84, 40]));
    for _ in 0..1_400 {
        let (x, y) = (draw.below(width), draw.below(height));
        let ink = Rgb([
            draw.below(255) as u8,
            draw.below(200) as u8,
            draw.below(90) as u8,
        ]);
        write(&mut frame, x, y, 2, draw.below(26), ink);
    }
    let (inner_width, inner_height) = (width * 76 / 100, height * 76 / 100);
    let photo = photo.resize_exact(inner_width, inner_height, imageops::FilterType::Triangle);
    let mut frame = DynamicImage::from(frame);
    imageops::overlay(
        &mut frame,
        &photo,
        i64::from(width) * 12 / 100,
        i64::from(height) * 12 / 100,
    );
    frame
}

/// One product on white with another print on it.
pub fn printed_product(number: u64) -> DynamicImage {
    let mut picture = RgbImage::from_pixel(500, 500, Rgb([255; 3]));
    let body = Rgb([196, 60, 52]);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let is_body = (140..360).contains(&x) && (90..430).contains(&y);
        let is_sleeve = (70..430).contains(&x) && (90..200).contains(&y);
        if is_body || is_sleeve {
            *pixel = body;
        }
    }
    let mut draw = Draw::new(number + 31);
    for row in 0..3 {
        for column in 0..3 {
            let ink = Rgb([draw.below(255) as u8, 240, draw.below(255) as u8]);
            write(
                &mut picture,
                165 + column * 62,
                150 + row * 80,
                9,
                draw.below(26),
                ink,
            );
        }
    }
    picture.into()
}

/// A logo: a few plain shapes on white.
pub fn logo(number: u64) -> DynamicImage {
    let mut picture = RgbImage::from_pixel(400, 300, Rgb([255; 3]));
    let mut draw = Draw::new(number + 501);
    for _ in 0..4 {
        let ink = Rgb([
            draw.below(220) as u8,
            draw.below(220) as u8,
            draw.below(220) as u8,
        ]);
        let (x, y) = (60 + draw.below(180), 40 + draw.below(140));
        let (width, height) = (30 + draw.below(110), 30 + draw.below(90));
        let is_round = draw.below(2) == 0;
        for (dx, dy) in (0..width * height).map(|at| (at % width, at / width)) {
            let (u, v) = (
                f64::from(dx) / f64::from(width) * 2.0 - 1.0,
                f64::from(dy) / f64::from(height) * 2.0 - 1.0,
            );
            if !is_round || u * u + v * v <= 1.0 {
                picture.put_pixel(x + dx, y + dy, ink);
            }
        }
    }
    picture.into()
}

/// Every kind of series, `most` pictures of each, by what its pictures have in common.
pub fn all(photos: &[DynamicImage], most: usize) -> Vec<(&'static str, Vec<DynamicImage>)> {
    let numbers = 0..most as u64;
    let (background, things) = (&photos[0], &photos[1..photos.len().min(most + 1)]);
    let of_things = |make: &dyn Fn(usize, &DynamicImage) -> DynamicImage| -> Vec<DynamicImage> {
        let numbered = things.iter().enumerate();
        numbered
            .map(|(number, thing)| make(number, thing))
            .collect()
    };
    vec![
        ("pages of text", numbers.clone().map(page_of_text).collect()),
        ("forms", numbers.clone().map(form).collect()),
        (
            "one product, other prints",
            numbers.clone().map(printed_product).collect(),
        ),
        ("logos", numbers.clone().map(logo).collect()),
        (
            "one background",
            of_things(&|_, thing| before_background(background, thing)),
        ),
        (
            "things all over one background",
            of_things(&|number, thing| {
                let mut draw = Draw::new(number as u64 + 3);
                placed(background, thing, 30, [0; 2].map(|_| draw.below(70)))
            }),
        ),
        (
            "discs on one background",
            numbers
                .map(|number| with_discs(background, number))
                .collect(),
        ),
        ("one watermark", of_things(&|_, thing| watermarked(thing))),
        ("one frame", of_things(&|_, thing| framed(thing))),
        (
            "one wide frame",
            of_things(&|_, thing| placed(&framed(background), thing, 50, [25; 2])),
        ),
    ]
}
