//! From whatever samples a decoder gives to 8 bits without alpha, in the same buffer.

use image::ColorType;

use super::raw::Layout;

/// Makes `pixels`, which hold samples of `colour`, 8-bit grey or RGB on white. None where the
/// kind of sample is not known.
pub fn to_opaque_8_bit(pixels: &mut Vec<u8>, colour: ColorType) -> Option<Layout> {
    match colour {
        ColorType::L8 => Some(Layout::Grey),
        ColorType::Rgb8 => Some(Layout::Rgb),
        ColorType::La8 => Some(flatten::<1>(pixels, on_white)),
        ColorType::Rgba8 => Some(flatten::<3>(pixels, on_white)),
        ColorType::L16 => {
            narrow(pixels);
            Some(Layout::Grey)
        }
        ColorType::Rgb16 => {
            narrow(pixels);
            Some(Layout::Rgb)
        }
        ColorType::La16 => {
            narrow(pixels);
            Some(flatten::<1>(pixels, on_white))
        }
        ColorType::Rgba16 => {
            narrow(pixels);
            Some(flatten::<3>(pixels, on_white))
        }
        ColorType::Rgb32F => {
            narrow_float(pixels);
            Some(Layout::Rgb)
        }
        ColorType::Rgba32F => {
            narrow_float(pixels);
            Some(flatten::<3>(pixels, on_white))
        }
        _ => None,
    }
}

/// 16 bits in the machine's byte order to 8, rounded: `v / 257`.
fn narrow(pixels: &mut Vec<u8>) {
    let samples = pixels.len() / 2;
    for i in 0..samples {
        let wide = u32::from(u16::from_ne_bytes([pixels[2 * i], pixels[2 * i + 1]]));
        pixels[i] = ((wide + 128) / 257) as u8;
    }
    pixels.truncate(samples);
}

/// 32-bit floats in the machine's byte order, 0 to 1, to 8 bits; what lies outside is clamped.
fn narrow_float(pixels: &mut Vec<u8>) {
    let samples = pixels.len() / 4;
    for i in 0..samples {
        let at = 4 * i;
        let bytes = [pixels[at], pixels[at + 1], pixels[at + 2], pixels[at + 3]];
        // A cast from a float saturates, and takes "not a number" for 0.
        pixels[i] = (f32::from_ne_bytes(bytes) * 255.0 + 0.5) as u8;
    }
    pixels.truncate(samples);
}

/// Lays pixels of `COLOURS` samples and an alpha on white, each sample by `lay`.
fn flatten<const COLOURS: usize>(pixels: &mut Vec<u8>, lay: fn(u8, u8) -> u8) -> Layout {
    let count = pixels.len() / (COLOURS + 1);
    for i in 0..count {
        let from = i * (COLOURS + 1);
        let alpha = pixels[from + COLOURS];
        for c in 0..COLOURS {
            pixels[i * COLOURS + c] = lay(pixels[from + c], alpha);
        }
    }
    pixels.truncate(count * COLOURS);
    if COLOURS == 1 {
        Layout::Grey
    } else {
        Layout::Rgb
    }
}

/// Lays 8-bit pixels with an alpha on white. `premultiplied` colours already carry their alpha.
#[cfg(any(feature = "heic", feature = "avif", feature = "jxl"))]
pub fn lay_on_white(pixels: &mut Vec<u8>, layout: Layout, premultiplied: bool) {
    let lay = if premultiplied {
        premultiplied_on_white
    } else {
        on_white
    };
    match layout {
        Layout::Grey => flatten::<1>(pixels, lay),
        _ => flatten::<3>(pixels, lay),
    };
}

/// `value` at opacity `alpha` over white, rounded.
fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

#[cfg(any(feature = "heic", feature = "avif", feature = "jxl"))]
fn premultiplied_on_white(value: u8, alpha: u8) -> u8 {
    value.saturating_add(255 - alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_become_the_nearest_eight() {
        for wide in 0..=u16::MAX {
            let mut pixels = wide.to_ne_bytes().to_vec();
            narrow(&mut pixels);
            let nearest = (f64::from(wide) / 257.0).round() as u8;
            assert_eq!(pixels, [nearest], "{wide}");
        }
    }

    #[test]
    fn floats_outside_the_range_are_clamped() {
        let mut pixels = Vec::new();
        for value in [-1.0_f32, 0.0, 0.5, 1.0, 7.0, f32::NAN] {
            pixels.extend_from_slice(&value.to_ne_bytes());
        }
        narrow_float(&mut pixels);
        assert_eq!(pixels, [0, 0, 128, 255, 255, 0]);
    }

    #[test]
    fn what_is_clear_turns_white_and_what_is_opaque_stays() {
        let mut pixels = vec![10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 128];
        assert_eq!(
            to_opaque_8_bit(&mut pixels, ColorType::Rgba8),
            Some(Layout::Rgb)
        );
        assert_eq!(pixels, [10, 20, 30, 255, 255, 255, 127, 127, 127]);
    }

    #[test]
    fn grey_with_alpha_stays_grey() {
        let mut pixels = vec![100, 255, 100, 0];
        assert_eq!(
            to_opaque_8_bit(&mut pixels, ColorType::La8),
            Some(Layout::Grey)
        );
        assert_eq!(pixels, [100, 255]);
    }
}
