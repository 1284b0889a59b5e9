//! Which part of a picture fills which part of the model's input, and the resizing itself.

use fast_image_resize::{
    FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer,
    images::{CroppedImage, Image, ImageRef},
};

use super::{
    DecodeError, Scratch,
    colour::Transforms,
    pixels::Pixels,
    raw::{Layout, Raw},
};
use crate::{
    domain::query::Region,
    engine::embed::{Fit, InputSpec},
};

/// A side this many times longer than what is made of it is first reduced to [`REDUCED`] times by
/// averaging whole pixels: the resampler's filter and the rows between its two passes take memory
/// by the ratio, gigabytes for a picture of one row. No picture of usual proportions has such a side
/// within the limit of pixels.
const REDUCE_ABOVE: u32 = 128;
const REDUCED: u32 = 64;

/// Longest side that is made of a picture, for the memory of resampling.
const LONGEST_MADE: u64 = 4_096;

/// Bytes that resampling a picture of `bytes` and `height` rows takes, at most.
pub fn resampling(bytes: u64, height: u32) -> u64 {
    let rows = u64::from(height).min(LONGEST_MADE * u64::from(REDUCE_ABOVE));
    // A picture that is reduced first is copied, smaller by half or more; between the two passes
    // stand all rows at their new length.
    bytes.min(LONGEST_MADE * 3 * rows)
}

/// A rectangle with fractions of pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Window {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// The part of `region` that lies in a picture of `width` x `height`.
///
/// # Errors
/// [`DecodeError::EmptyRegion`] where nothing does.
pub fn clamp(region: Option<Region>, width: u32, height: u32) -> Result<Region, DecodeError> {
    let Some(region) = region else {
        return Ok(Region {
            x: 0,
            y: 0,
            width,
            height,
        });
    };
    let right = region.x.saturating_add(region.width).min(width);
    let bottom = region.y.saturating_add(region.height).min(height);
    if region.x >= right || region.y >= bottom {
        return Err(DecodeError::EmptyRegion { width, height });
    }
    Ok(Region {
        x: region.x,
        y: region.y,
        width: right - region.x,
        height: bottom - region.y,
    })
}

/// The model's input picture: `region` (in oriented pixels, inside the picture) fitted as `input`
/// asks, upright, sRGB.
pub fn input(
    raw: &Raw,
    region: Region,
    input: &InputSpec,
    scratch: &mut Scratch,
) -> Result<Vec<u8>, DecodeError> {
    let (window, width, height) = fitted(region, input);
    let rgb = upright(raw, window, width, height, scratch)?;
    Ok(filled(rgb, width, height, input))
}

/// The model's input picture of a part that lies in `pixels`.
pub fn input_of(
    pixels: &Pixels,
    part: Region,
    input: &InputSpec,
    scratch: &mut Scratch,
) -> Result<Vec<u8>, DecodeError> {
    let (window, width, height) = fitted(part, input);
    let from = Buffer {
        width: pixels.width,
        height: pixels.height,
        layout: Layout::Rgb,
        pixels: &pixels.rgb,
        format: "RGB",
    };
    let rgb = resize(&from, window, width, height, &mut scratch.resizer)?;
    Ok(filled(rgb, width, height, input))
}

/// What of `region` is shown, and how wide and high within the input.
fn fitted(region: Region, input: &InputSpec) -> (Window, u32, u32) {
    let aspect = f64::from(input.width) / f64::from(input.height);
    let mut window = Window::of(region);
    let (mut width, mut height) = (input.width, input.height);
    match input.fit {
        Fit::Squash => {}
        Fit::Crop => window = window.cropped_to(aspect),
        Fit::Pad => {
            let ratio = window.width / window.height;
            if ratio > aspect {
                height = at_least_one(f64::from(width) / ratio);
            } else {
                width = at_least_one(f64::from(height) * ratio);
            }
        }
    }
    (window, width, height)
}

/// As large as the input, black where the picture does not reach.
fn filled(rgb: Vec<u8>, width: u32, height: u32, input: &InputSpec) -> Vec<u8> {
    if (width, height) == (input.width, input.height) {
        return rgb;
    }
    centred_on_black(&rgb, width, height, input)
}

/// The whole picture with its longest side at most `max_side`, upright, sRGB. Never enlarged.
pub fn whole(raw: &Raw, max_side: u32, scratch: &mut Scratch) -> Result<Pixels, DecodeError> {
    let (width, height) = raw.oriented_size();
    let (x, y) = (0, 0);
    let region = Region {
        x,
        y,
        width,
        height,
    };
    let window = Window::of(region);
    let scale = f64::from(max_side) / f64::from(width.max(height));
    scaled(raw, window, scale, scratch)
}

/// `region` (in oriented pixels, inside the picture) with its longest side at most `max_side`,
/// upright, sRGB. Not enlarged beyond what was decoded.
pub fn part(
    raw: &Raw,
    region: Region,
    max_side: u32,
    scratch: &mut Scratch,
) -> Result<Pixels, DecodeError> {
    let window = Window::of(region);
    let scale = f64::from(max_side) / f64::from(region.width.max(region.height));
    let (full, _) = raw.oriented_size();
    let (decoded, _) = raw.turn.size(raw.width, raw.height);
    let most = f64::from(decoded) / f64::from(full);
    scaled(raw, window, scale.min(most), scratch)
}

fn scaled(
    raw: &Raw,
    window: Window,
    scale: f64,
    scratch: &mut Scratch,
) -> Result<Pixels, DecodeError> {
    let scale = scale.min(1.0);
    let width = at_least_one(window.width * scale);
    let height = at_least_one(window.height * scale);
    let rgb = upright(raw, window, width, height, scratch)?;
    Ok(Pixels { width, height, rgb })
}

impl Window {
    fn of(region: Region) -> Self {
        Self {
            x: region.x.into(),
            y: region.y.into(),
            width: region.width.into(),
            height: region.height.into(),
        }
    }

    /// The largest window of `aspect` (width / height) in the middle of this one.
    fn cropped_to(self, aspect: f64) -> Self {
        let (width, height) = if self.width / self.height > aspect {
            (self.height * aspect, self.height)
        } else {
            (self.width, self.width / aspect)
        };
        Self {
            x: self.x + (self.width - width) / 2.0,
            y: self.y + (self.height - height) / 2.0,
            width,
            height,
        }
    }

    /// The same part of the picture in the pixels of the decoded buffer.
    fn in_buffer(self, raw: &Raw) -> Self {
        let mut stored = self;
        if raw.turn.transpose {
            stored = Self {
                x: self.y,
                y: self.x,
                width: self.height,
                height: self.width,
            };
        }
        let (full_width, full_height) = (f64::from(raw.full_width), f64::from(raw.full_height));
        if raw.turn.flip_x {
            stored.x = full_width - stored.x - stored.width;
        }
        if raw.turn.flip_y {
            stored.y = full_height - stored.y - stored.height;
        }
        let across = f64::from(raw.width) / full_width;
        let down = f64::from(raw.height) / full_height;
        // Rounding may put an edge a hair outside, which the resizer would refuse.
        let x = (stored.x * across).clamp(0.0, f64::from(raw.width));
        let y = (stored.y * down).clamp(0.0, f64::from(raw.height));
        Self {
            x,
            y,
            width: (stored.width * across).min(f64::from(raw.width) - x),
            height: (stored.height * down).min(f64::from(raw.height) - y),
        }
    }
}

/// Resizes `window` (oriented full pixels) to `width` x `height` upright pixels in sRGB. Colours
/// and orientation are mended on the small picture, where they cost next to nothing.
fn upright(
    raw: &Raw,
    window: Window,
    width: u32,
    height: u32,
    scratch: &mut Scratch,
) -> Result<Vec<u8>, DecodeError> {
    let (stored_width, stored_height) = raw.turn.size(width, height);
    let from = Buffer {
        width: raw.width,
        height: raw.height,
        layout: raw.layout,
        pixels: &scratch.pixels,
        format: raw.format.name(),
    };
    let window = window.in_buffer(raw);
    let small = resize(
        &from,
        window,
        stored_width,
        stored_height,
        &mut scratch.resizer,
    )?;
    let transforms: &mut Transforms = &mut scratch.transforms;
    let rgb = transforms.srgb(small, raw.layout, &raw.colours);
    Ok(raw.turn.upright(rgb, stored_width, stored_height))
}

/// Pixels in memory, and the name of the format they came from.
struct Buffer<'a> {
    width: u32,
    height: u32,
    layout: Layout,
    pixels: &'a [u8],
    format: &'static str,
}

/// The bilinear filter with antialiasing that the default model was measured with; box and
/// Lanczos change a descriptor by .01 to .05.
fn resize(
    from: &Buffer,
    window: Window,
    width: u32,
    height: u32,
    resizer: &mut Resizer,
) -> Result<Vec<u8>, DecodeError> {
    let kind = match from.layout {
        Layout::Grey => PixelType::U8,
        Layout::Rgb => PixelType::U8x3,
        // Four plain channels: the fourth is ink, and must not be taken for opacity.
        Layout::Cmyk => PixelType::U8x4,
    };
    let failed = || DecodeError::Failed {
        format: from.format,
    };
    let source = ImageRef::new(from.width, from.height, from.pixels, kind).map_err(|_| failed())?;
    // The resizer's own crop blends in the neighbours outside of it: whole pixels are cut first.
    let left = window.x.floor().min(f64::from(from.width - 1)) as u32;
    let top = window.y.floor().min(f64::from(from.height - 1)) as u32;
    let right = ((window.x + window.width).ceil() as u32).clamp(left + 1, from.width);
    let bottom = ((window.y + window.height).ceil() as u32).clamp(top + 1, from.height);
    let (part_width, part_height) = (right - left, bottom - top);
    let window = Window {
        x: window.x - f64::from(left),
        y: window.y - f64::from(top),
        ..window
    };
    let across = reduction(part_width, width);
    let down = reduction(part_height, height);
    let mut small = Image::new(width, height, kind);
    let options = |window: Window| {
        ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
            .use_alpha(false)
            .crop(window.x, window.y, window.width, window.height)
    };
    if across == 1 && down == 1 {
        let part = CroppedImage::new(&source, left, top, part_width, part_height);
        let part = part.map_err(|_| failed())?;
        resizer
            .resize(&part, &mut small, &options(window))
            .map_err(|_| failed())?;
        return Ok(small.into_vec());
    }
    let part = [left, top, part_width, part_height];
    let cells = reduce(
        from.pixels,
        from.width,
        from.layout.bytes(),
        part,
        across,
        down,
    );
    let (cells_across, cells_down) = (part_width.div_ceil(across), part_height.div_ceil(down));
    let reduced = ImageRef::new(cells_across, cells_down, &cells, kind).map_err(|_| failed())?;
    let (x, y) = (window.x / f64::from(across), window.y / f64::from(down));
    let window = Window {
        x,
        y,
        width: (window.width / f64::from(across)).min(f64::from(cells_across) - x),
        height: (window.height / f64::from(down)).min(f64::from(cells_down) - y),
    };
    resizer
        .resize(&reduced, &mut small, &options(window))
        .map_err(|_| failed())?;
    Ok(small.into_vec())
}

/// How many pixels of a side are averaged to one before it is resampled to `made`.
fn reduction(side: u32, made: u32) -> u32 {
    match side / made {
        ratio if ratio > REDUCE_ABOVE => ratio / REDUCED,
        _ => 1,
    }
}

/// The part of a picture (left, top, width and height) with each `across` x `down` pixels averaged
/// to one; the last of a row or column has what is left. `row` is the picture's width.
fn reduce(
    pixels: &[u8],
    row: u32,
    channels: usize,
    [left, top, width, height]: [u32; 4],
    across: u32,
    down: u32,
) -> Vec<u8> {
    let cells = width.div_ceil(across) as usize;
    let mut reduced = Vec::with_capacity(cells * height.div_ceil(down) as usize * channels);
    let mut sums = vec![0_u64; cells * channels];
    for band in (0..height).step_by(down as usize) {
        let rows = down.min(height - band);
        sums.fill(0);
        for y in top + band..top + band + rows {
            let start = (y as usize * row as usize + left as usize) * channels;
            let line = &pixels[start..start + width as usize * channels];
            let blocks = line.chunks(across as usize * channels);
            for (sums, block) in sums.chunks_exact_mut(channels).zip(blocks) {
                for pixel in block.chunks_exact(channels) {
                    sums.iter_mut()
                        .zip(pixel)
                        .for_each(|(sum, value)| *sum += u64::from(*value));
                }
            }
        }
        for (cell, sums) in sums.chunks_exact(channels).enumerate() {
            let columns = across.min(width - cell as u32 * across);
            let count = u64::from(columns) * u64::from(rows);
            // An average of bytes is a byte.
            reduced.extend(sums.iter().map(|sum| ((sum + count / 2) / count) as u8));
        }
    }
    reduced
}

fn centred_on_black(rgb: &[u8], width: u32, height: u32, input: &InputSpec) -> Vec<u8> {
    let mut padded = vec![0; input.bytes()];
    let left = ((input.width - width) / 2) as usize;
    let top = ((input.height - height) / 2) as usize;
    let row = width as usize * 3;
    for (y, line) in rgb.chunks_exact(row).enumerate() {
        let at = ((top + y) * input.width as usize + left) * 3;
        padded[at..at + row].copy_from_slice(line);
    }
    padded
}

fn at_least_one(pixels: f64) -> u32 {
    (pixels.round() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_reduced_only_where_it_is_far_longer_than_what_is_made_of_it() {
        assert_eq!(
            reduction(12_247, 224),
            1,
            "the side of a square of 150 megapixels"
        );
        assert_eq!(reduction(1, 224), 1);
        assert_eq!(reduction(140_000_000, 224), 140_000_000 / 224 / 64);
    }

    #[test]
    fn a_cell_is_the_average_of_its_pixels_and_the_last_of_what_is_left() {
        // Three rows of five grey pixels, of which the first column is left out.
        let pixels = [
            9, 10, 20, 30, 40, //
            9, 30, 40, 50, 60, //
            9, 1, 2, 3, 5,
        ];
        let cells = reduce(&pixels, 5, 1, [1, 0, 4, 3], 3, 2);
        assert_eq!(cells, [30, 50, 2, 5]);
        let coloured = [0, 100, 200, 10, 110, 210];
        assert_eq!(reduce(&coloured, 2, 3, [0, 0, 2, 1], 2, 1), [5, 105, 205]);
    }
}
