//! Planar YCbCr of 8 to 16 bits to RGB of 8, by ITU-T H.273.

/// One plane of samples, in rows.
pub struct Plane<'a> {
    /// Samples of one byte, or of two in the machine's byte order where `bits` is over 8.
    pub bytes: &'a [u8],
    /// Bytes from a row to the next.
    pub stride: usize,
}

/// A decoded picture's planes.
pub struct Planes<'a> {
    pub width: usize,
    pub height: usize,
    /// Bits of a sample.
    pub bits: u32,
    pub luma: Plane<'a>,
    /// None for a grey picture.
    pub chroma: Option<[Plane<'a>; 2]>,
    /// How often the chroma planes are coarser, as powers of two: (1, 1) is 4:2:0.
    pub subsampling: (u32, u32),
    pub full_range: bool,
}

/// How the planes make a colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Matrix {
    /// Green, blue and red as they are.
    Identity,
    YCgCo,
    /// The weights of red and blue in luma.
    Weights {
        red: f32,
        blue: f32,
    },
}

impl Matrix {
    /// The matrix with number `matrix` in H.273, table 4; none where it is not known here.
    pub fn by_number(matrix: u8) -> Option<Self> {
        let (red, blue) = match matrix {
            0 => return Some(Self::Identity),
            8 => return Some(Self::YCgCo),
            1 => (0.2126, 0.0722),
            4 => (0.30, 0.11),
            // Unspecified: BT.601, as libavif takes it.
            2 | 5 | 6 => (0.299, 0.114),
            7 => (0.212, 0.087),
            9 => (0.2627, 0.0593),
            _ => return None,
        };
        Some(Self::Weights { red, blue })
    }
}

/// Fills `rgb` with rows of RGB triples. Coarse chroma is repeated, not interpolated: the pictures
/// are made small right after.
pub fn to_rgb(planes: &Planes, matrix: Matrix, rgb: &mut Vec<u8>) {
    rgb.resize(planes.width * planes.height * 3, 0);
    let scale = Scale::new(planes.bits, planes.full_range);
    let (across, down) = planes.subsampling;
    for (y, row) in rgb.chunks_exact_mut(planes.width * 3).enumerate() {
        let luma = planes.luma.row(y);
        let chroma = planes.chroma.as_ref().map(|planes| {
            let y = y >> down;
            [planes[0].row(y), planes[1].row(y)]
        });
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let grey = sample(luma, x, planes.bits);
            let colour = match chroma {
                None => [scale.luma(grey); 3],
                Some([cb, cr]) => {
                    let x = x >> across;
                    let (cb, cr) = (sample(cb, x, planes.bits), sample(cr, x, planes.bits));
                    scale.rgb(matrix, grey, cb, cr)
                }
            };
            // A cast from a float saturates at 0 and 255.
            pixel.copy_from_slice(&colour.map(|value| (value + 0.5) as u8));
        }
    }
}

/// The samples of `plane` as 8 bits, row by row: an alpha plane.
pub fn to_8_bit(planes: &Planes) -> Vec<u8> {
    let scale = Scale::new(planes.bits, planes.full_range);
    let mut samples = Vec::with_capacity(planes.width * planes.height);
    for y in 0..planes.height {
        let row = planes.luma.row(y);
        let levels = (0..planes.width).map(|x| scale.luma(sample(row, x, planes.bits)));
        samples.extend(levels.map(|value| (value + 0.5) as u8));
    }
    samples
}

impl Plane<'_> {
    fn row(&self, y: usize) -> &[u8] {
        &self.bytes[y * self.stride..]
    }
}

fn sample(row: &[u8], x: usize, bits: u32) -> f32 {
    if bits > 8 {
        u16::from_ne_bytes([row[2 * x], row[2 * x + 1]]).into()
    } else {
        row[x].into()
    }
}

/// From coded levels to 0..=255 for luma and -127.5..=127.5 for chroma.
struct Scale {
    black: f32,
    luma: f32,
    middle: f32,
    chroma: f32,
}

impl Scale {
    fn new(bits: u32, full_range: bool) -> Self {
        let unit = (1_u32 << (bits - 8)) as f32;
        let middle = 128.0 * unit;
        if full_range {
            let top = ((1_u32 << bits) - 1) as f32;
            return Self {
                black: 0.0,
                luma: 255.0 / top,
                middle,
                chroma: 255.0 / top,
            };
        }
        // Video levels: 16 to 235 for luma, 16 to 240 for chroma.
        Self {
            black: 16.0 * unit,
            luma: 255.0 / (219.0 * unit),
            middle,
            chroma: 255.0 / (224.0 * unit),
        }
    }

    fn luma(&self, level: f32) -> f32 {
        (level - self.black) * self.luma
    }

    fn rgb(&self, matrix: Matrix, luma: f32, cb: f32, cr: f32) -> [f32; 3] {
        let y = self.luma(luma);
        if matrix == Matrix::Identity {
            return [self.luma(cr), y, self.luma(cb)];
        }
        let cb = (cb - self.middle) * self.chroma;
        let cr = (cr - self.middle) * self.chroma;
        match matrix {
            Matrix::Identity => [0.0; 3],
            Matrix::YCgCo => [y - cb + cr, y + cb, y - cb - cr],
            Matrix::Weights { red, blue } => {
                let green = 1.0 - red - blue;
                let (from_cr, from_cb) = (2.0 * (1.0 - red), 2.0 * (1.0 - blue));
                [
                    y + from_cr * cr,
                    y - (from_cr * red * cr + from_cb * blue * cb) / green,
                    y + from_cb * cb,
                ]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_pixel(levels: [u16; 3], bits: u32, full_range: bool, matrix: u8) -> [u8; 3] {
        let bytes = levels.map(|level| {
            if bits > 8 {
                level.to_ne_bytes().to_vec()
            } else {
                vec![level as u8]
            }
        });
        let [luma, cb, cr] = bytes.each_ref().map(|bytes| Plane { bytes, stride: 2 });
        let planes = Planes {
            width: 1,
            height: 1,
            bits,
            luma,
            chroma: Some([cb, cr]),
            subsampling: (1, 1),
            full_range,
        };
        let mut rgb = Vec::new();
        to_rgb(&planes, Matrix::by_number(matrix).unwrap(), &mut rgb);
        rgb.try_into().unwrap()
    }

    #[test]
    fn black_and_white_of_both_ranges() {
        assert_eq!(one_pixel([16, 128, 128], 8, false, 1), [0; 3]);
        assert_eq!(one_pixel([235, 128, 128], 8, false, 1), [255; 3]);
        assert_eq!(one_pixel([0, 512, 512], 10, true, 9), [0; 3]);
        assert_eq!(one_pixel([1023, 512, 512], 10, true, 9), [255; 3]);
    }

    #[test]
    fn pure_red_of_bt_601() {
        // JFIF, the same matrix in full range: Y 76, Cb 85, Cr 255.
        let rgb = one_pixel([76, 85, 255], 8, true, 6);
        assert!(rgb[0] >= 253 && rgb[1] <= 2 && rgb[2] <= 2, "{rgb:?}");
    }

    #[test]
    fn identity_keeps_green_blue_red() {
        assert_eq!(one_pixel([10, 20, 30], 8, true, 0), [30, 10, 20]);
    }

    #[test]
    fn an_unknown_matrix_is_none() {
        assert_eq!(Matrix::by_number(14), None);
    }
}
