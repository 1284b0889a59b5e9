//! From a picture's own colours to sRGB, with the transforms kept from picture to picture.

use std::sync::Arc;

use moxcms::{
    CicpColorPrimaries, CicpProfile, ColorProfile, DataColorSpace, Layout as CmsLayout,
    MatrixCoefficients, TransferCharacteristics, Transform8BitExecutor, TransformOptions,
};

use super::raw::{Colours, Layout};

/// Profiles remembered by a thread. A folder of photos has a handful of them; building a transform
/// takes about as long as decoding a small picture.
const REMEMBERED: usize = 16;

type Transform = Arc<Transform8BitExecutor>;

/// Transforms to sRGB by the layout they take and the profile's hash.
#[derive(Default)]
pub struct Transforms {
    /// The most recently used last. No transform where the profile cannot be used: its picture
    /// is then shown as if it had none.
    known: Vec<((Layout, blake3::Hash), Option<Transform>)>,
}

impl Transforms {
    /// Rows of RGB triples in sRGB for `pixels` in `layout` and `colours`.
    pub fn srgb(&mut self, pixels: Vec<u8>, layout: Layout, colours: &Colours) -> Vec<u8> {
        if let Some(transform) = self.transform(layout, colours) {
            let mut rgb = vec![0; pixels.len() / layout.bytes() * 3];
            if transform.transform(&pixels, &mut rgb).is_ok() {
                return rgb;
            }
        }
        match layout {
            Layout::Rgb => pixels,
            Layout::Grey => pixels.iter().flat_map(|&grey| [grey; 3]).collect(),
            Layout::Cmyk => pixels.chunks_exact(4).flat_map(ink_on_paper).collect(),
        }
    }

    fn transform(&mut self, layout: Layout, colours: &Colours) -> Option<Transform> {
        let key = match colours {
            Colours::Plain => return None,
            Colours::Icc(profile) => blake3::hash(profile),
            Colours::Cicp {
                primaries,
                transfer,
            } => blake3::hash(&[*primaries, *transfer]),
        };
        let key = (layout, key);
        let entry = match self.known.iter().position(|(known, _)| *known == key) {
            Some(at) => self.known.remove(at),
            None => (key, build(layout, colours)),
        };
        if self.known.len() == REMEMBERED {
            self.known.remove(0);
        }
        let transform = entry.1.clone();
        self.known.push(entry);
        transform
    }
}

fn build(layout: Layout, colours: &Colours) -> Option<Transform> {
    let profile = match colours {
        Colours::Plain => return None,
        Colours::Icc(bytes) => ColorProfile::new_from_slice(bytes).ok()?,
        Colours::Cicp {
            primaries,
            transfer,
        } => from_cicp(*primaries, *transfer)?,
    };
    let from = match (layout, profile.color_space) {
        (Layout::Rgb, DataColorSpace::Rgb) => CmsLayout::Rgb,
        (Layout::Grey, DataColorSpace::Gray) => CmsLayout::Gray,
        // Four inks travel in the layout of four channels.
        (Layout::Cmyk, DataColorSpace::Cmyk) => CmsLayout::Rgba,
        _ => return None,
    };
    profile
        .create_transform_8bit(
            from,
            &ColorProfile::new_srgb(),
            CmsLayout::Rgb,
            TransformOptions::default(),
        )
        .ok()
}

/// A profile for numbers of ITU-T H.273, or none where they mean sRGB or nothing known.
fn from_cicp(primaries: u8, transfer: u8) -> Option<ColorProfile> {
    // 2 is "unspecified"; 1 are the primaries of BT.709 and sRGB.
    let primaries = if primaries == 2 { 1 } else { primaries };
    // The video curves 1, 6, 14 and 15 and "unspecified" are displayed with sRGB's, as browsers do.
    let transfer = match transfer {
        1 | 2 | 6 | 14 | 15 => 13,
        other => other,
    };
    if (primaries, transfer) == (1, 13) {
        return None;
    }
    Some(ColorProfile::new_from_cicp(CicpProfile {
        color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
        transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
        // Pixels are RGB by now.
        matrix_coefficients: MatrixCoefficients::Identity,
        full_range: true,
    }))
}

/// Ink without a profile: each ink and black take their share of the light.
fn ink_on_paper(cmyk: &[u8]) -> [u8; 3] {
    let paper = 255 - u32::from(cmyk[3]);
    [cmyk[0], cmyk[1], cmyk[2]].map(|ink| (((255 - u32::from(ink)) * paper + 127) / 255) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn icc(profile: ColorProfile) -> Colours {
        Colours::Icc(profile.encode().unwrap())
    }

    #[test]
    fn adobe_rgb_green_is_beyond_srgb_and_clamps_to_its_green() {
        let colours = icc(ColorProfile::new_adobe_rgb());
        let rgb = Transforms::default().srgb(vec![0, 255, 0], Layout::Rgb, &colours);
        assert_eq!(rgb[1], 255);
        let grey = Transforms::default().srgb(vec![128; 3], Layout::Rgb, &colours);
        // Adobe RGB has a gamma of 2.2, close to sRGB's curve: neutral colours hardly move.
        assert!(grey.iter().all(|&v| v.abs_diff(128) <= 2), "{grey:?}");
    }

    #[test]
    fn display_p3_by_number_is_display_p3_by_profile() {
        let by_number = Colours::Cicp {
            primaries: 12,
            transfer: 13,
        };
        let by_profile = icc(ColorProfile::new_display_p3());
        let pixel = vec![200, 100, 50];
        let mut transforms = Transforms::default();
        let first = transforms.srgb(pixel.clone(), Layout::Rgb, &by_number);
        let second = transforms.srgb(pixel.clone(), Layout::Rgb, &by_profile);
        assert_ne!(first, pixel);
        for (a, b) in first.iter().zip(&second) {
            assert!(a.abs_diff(*b) <= 1, "{first:?} {second:?}");
        }
    }

    #[test]
    fn a_broken_profile_leaves_the_colours_alone() {
        let colours = Colours::Icc(vec![7; 200]);
        let rgb = Transforms::default().srgb(vec![1, 2, 3], Layout::Rgb, &colours);
        assert_eq!(rgb, [1, 2, 3]);
    }

    #[test]
    fn a_profile_of_another_kind_of_picture_is_not_applied() {
        let colours = icc(ColorProfile::new_adobe_rgb());
        let rgb = Transforms::default().srgb(vec![9], Layout::Grey, &colours);
        assert_eq!(rgb, [9, 9, 9]);
    }

    #[test]
    fn no_ink_is_white_and_full_black_is_black() {
        let pixels = vec![0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0];
        let rgb = Transforms::default().srgb(pixels, Layout::Cmyk, &Colours::Plain);
        assert_eq!(rgb, [255, 255, 255, 0, 0, 0, 0, 255, 255]);
    }

    #[test]
    fn the_oldest_profile_is_forgotten_first() {
        let mut transforms = Transforms::default();
        for byte in 0..40 {
            transforms.srgb(vec![0; 3], Layout::Rgb, &Colours::Icc(vec![byte; 8]));
        }
        assert_eq!(transforms.known.len(), REMEMBERED);
        let newest = blake3::hash(&[39; 8]);
        assert!(
            transforms
                .known
                .iter()
                .any(|((_, hash), _)| *hash == newest)
        );
    }
}
