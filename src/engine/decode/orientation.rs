//! How a stored picture is turned to stand upright.

use image::metadata::Orientation;

/// One of the eight ways a picture can lie, as a map from the upright picture to the stored one:
/// swap the coordinates if `transpose`, then count `flip_x` and `flip_y` from the far side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    pub transpose: bool,
    pub flip_x: bool,
    pub flip_y: bool,
}

impl Turn {
    const fn new(transpose: bool, flip_x: bool, flip_y: bool) -> Self {
        Self {
            transpose,
            flip_x,
            flip_y,
        }
    }

    /// Clockwise by `quarters` quarter turns.
    pub fn clockwise(quarters: u8) -> Self {
        match quarters % 4 {
            0 => Self::default(),
            1 => Self::new(true, false, true),
            2 => Self::new(false, true, true),
            _ => Self::new(true, true, false),
        }
    }

    /// The upright picture mirrored left to right.
    pub const MIRROR: Self = Self::new(false, true, false);

    /// The upright picture mirrored top to bottom.
    pub const FLIP: Self = Self::new(false, false, true);

    /// First `self`, then `next`.
    pub fn then(self, next: Self) -> Self {
        let (next_x, next_y) = if self.transpose {
            (next.flip_y, next.flip_x)
        } else {
            (next.flip_x, next.flip_y)
        };
        Self {
            transpose: self.transpose ^ next.transpose,
            flip_x: self.flip_x ^ next_x,
            flip_y: self.flip_y ^ next_y,
        }
    }

    /// Width and height of the upright picture, or back: those of the stored one.
    pub fn size(self, width: u32, height: u32) -> (u32, u32) {
        if self.transpose {
            (height, width)
        } else {
            (width, height)
        }
    }

    /// Turns rows of RGB triples upright; `width` and `height` are the stored ones.
    pub fn upright(self, rgb: Vec<u8>, width: u32, height: u32) -> Vec<u8> {
        if self == Self::default() {
            return rgb;
        }
        let (width, height) = (width as usize, height as usize);
        let (out_width, out_height) = if self.transpose {
            (height, width)
        } else {
            (width, height)
        };
        let mut upright = Vec::with_capacity(rgb.len());
        for y in 0..out_height {
            for x in 0..out_width {
                let (across, down) = if self.transpose { (y, x) } else { (x, y) };
                let across = if self.flip_x {
                    width - 1 - across
                } else {
                    across
                };
                let down = if self.flip_y { height - 1 - down } else { down };
                let at = (down * width + across) * 3;
                upright.extend_from_slice(&rgb[at..at + 3]);
            }
        }
        upright
    }
}

impl From<Orientation> for Turn {
    fn from(orientation: Orientation) -> Self {
        match orientation {
            Orientation::NoTransforms => Self::default(),
            Orientation::Rotate90 => Self::clockwise(1),
            Orientation::Rotate180 => Self::clockwise(2),
            Orientation::Rotate270 => Self::clockwise(3),
            Orientation::FlipHorizontal => Self::MIRROR,
            Orientation::FlipVertical => Self::FLIP,
            Orientation::Rotate90FlipH => Self::clockwise(1).then(Self::MIRROR),
            Orientation::Rotate270FlipH => Self::clockwise(3).then(Self::MIRROR),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Orientation; 8] = [
        Orientation::NoTransforms,
        Orientation::Rotate90,
        Orientation::Rotate180,
        Orientation::Rotate270,
        Orientation::FlipHorizontal,
        Orientation::FlipVertical,
        Orientation::Rotate90FlipH,
        Orientation::Rotate270FlipH,
    ];

    /// Five by three pixels, no two alike.
    fn sample() -> image::RgbImage {
        image::RgbImage::from_fn(5, 3, |x, y| image::Rgb([x as u8, y as u8, (x * y) as u8]))
    }

    #[test]
    fn every_orientation_agrees_with_the_image_crate() {
        for orientation in ALL {
            let mut expected = image::DynamicImage::ImageRgb8(sample());
            expected.apply_orientation(orientation);
            let turn = Turn::from(orientation);
            let upright = turn.upright(sample().into_raw(), 5, 3);
            assert_eq!(upright, expected.as_bytes(), "{orientation:?}");
            assert_eq!(turn.size(5, 3), (expected.width(), expected.height()));
        }
    }

    #[test]
    fn two_turns_in_a_row_are_one_turn() {
        for first in ALL.map(Turn::from) {
            for second in ALL.map(Turn::from) {
                let (width, height) = first.size(5, 3);
                let once = first.upright(sample().into_raw(), 5, 3);
                let twice = second.upright(once, width, height);
                let at_once = first.then(second).upright(sample().into_raw(), 5, 3);
                assert_eq!(twice, at_once, "{first:?} then {second:?}");
            }
        }
    }
}
