//! 256 bits that tell one point from another, whichever way the picture is turned: rotated BRIEF
//! (Rublee et al., "ORB: an efficient alternative to SIFT or SURF", 2011).

use pulp::{Arch, Simd, WithSimd};

use super::{grey::Grey, pattern::PATTERN};

/// Pixels around a point that are looked at: a rotated pair of [`PATTERN`] reaches 13 √2.
pub const REACH: usize = 19;

/// Radius of the disc whose centre of intensity orients a point.
const DISC: usize = 15;
const ROWS: usize = 2 * DISC + 1;
const COLUMNS: usize = ROWS + 1;

/// All bits set in the disc, none around it.
static MASK: [[i16; COLUMNS]; ROWS] = {
    let mut mask = [[0; COLUMNS]; ROWS];
    let mut i = 0;
    while i < ROWS * COLUMNS {
        let (x, y) = ((i % COLUMNS).abs_diff(DISC), (i / COLUMNS).abs_diff(DISC));
        // Up to half a pixel beyond the radius.
        if x * x + y * y <= DISC * (DISC + 1) {
            mask[i / COLUMNS][i % COLUMNS] = -1;
        }
        i += 1;
    }
    mask
};

/// [`PATTERN`] with x and y apart, of the first and of the second points.
static POINTS: [[[f32; 256]; 2]; 2] = {
    let mut points = [[[0.0; 256]; 2]; 2];
    let mut i = 0;
    while i < 4 * 256 {
        let (end, axis) = (i / 512, i / 256 % 2);
        points[end][axis][i % 256] = PATTERN[end][i % 256][axis] as f32;
        i += 1;
    }
    points
};

/// The bits of the points at `places` (in the order of the pixels) of a picture, which lie at least
/// [`REACH`] pixels from its edge. `smooth` is the same picture, blurred.
pub fn bits(picture: &Grey, smooth: &Grey, places: &[usize]) -> Vec<[u64; 4]> {
    Arch::new().dispatch(Describe {
        picture,
        smooth,
        places,
    })
}

/// [`describe`], compiled for the widest vector unit the processor has.
struct Describe<'a> {
    picture: &'a Grey,
    smooth: &'a Grey,
    places: &'a [usize],
}

impl WithSimd for Describe<'_> {
    type Output = Vec<[u64; 4]>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<[u64; 4]> {
        let mut bits = Vec::with_capacity(self.places.len());
        // A closure given to an iterator would not be compiled for the vector unit.
        for &at in self.places {
            let direction = direction(self.picture, at);
            bits.push(describe(self.smooth, at, direction));
        }
        bits
    }
}

/// Sine and cosine of the direction from a point to the centre of intensity around it.
#[inline(always)]
fn direction(picture: &Grey, at: usize) -> (f32, f32) {
    // Neither sum leaves 16 bits: 31 x 255, and 120 x 255 on one side.
    let mut columns = [0_i16; COLUMNS];
    let mut down = [0_i16; COLUMNS];
    for (row, mask) in MASK.iter().enumerate() {
        let start = at + row * picture.width - DISC * picture.width - DISC;
        let pixels: &[u8; COLUMNS] = picture.pixels[start..]
            .first_chunk()
            .expect("far enough from the edge");
        let y = row as i16 - DISC as i16;
        for i in 0..COLUMNS {
            let value = i16::from(pixels[i]) & mask[i];
            columns[i] += value;
            down[i] += y * value;
        }
    }
    let down: i32 = down.iter().map(|&sum| i32::from(sum)).sum();
    let mut across = 0;
    for (x, &sum) in (-(DISC as i32)..).zip(&columns) {
        across += x * i32::from(sum);
    }
    let (across, down) = (across as f32, down as f32);
    let length = (across * across + down * down).sqrt();
    if length == 0.0 {
        return (0.0, 1.0);
    }
    (down / length, across / length)
}

/// One bit for each pair of the pattern, turned: whether the first point is the darker one.
#[inline(always)]
fn describe(smooth: &Grey, at: usize, (sin, cos): (f32, f32)) -> [u64; 4] {
    let reach = REACH * smooth.width + REACH;
    let window = &smooth.pixels[at - reach..=at + reach];
    let mut values = [[0_u8; 256]; 2];
    for (values, [x, y]) in values.iter_mut().zip(&POINTS) {
        let mut places = [0_i32; 256];
        for i in 0..256 {
            let across = rounded(x[i] * cos - y[i] * sin);
            let down = rounded(x[i] * sin + y[i] * cos);
            places[i] = down * smooth.width as i32 + across + reach as i32;
        }
        for (value, &place) in values.iter_mut().zip(&places) {
            *value = window[place as usize];
        }
    }
    let [first, second] = &values;
    let mut darker = [0_u8; 256];
    for i in 0..256 {
        darker[i] = u8::from(first[i] < second[i]);
    }
    let mut bits = [0_u64; 4];
    for (i, eight) in darker.as_chunks::<8>().0.iter().enumerate() {
        // Gathers the lowest bit of each byte in the highest byte, the first one lowest.
        let byte = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits[i / 8] |= byte << (8 * (i % 8));
    }
    bits
}

/// To the nearest whole number, for small ones. A cast would not be vectorised.
#[inline(always)]
fn rounded(x: f32) -> i32 {
    // From here on neighbouring floats are 1 apart.
    const WHOLE: f32 = 12_582_912.0;
    (x + WHOLE).to_bits() as i32 - WHOLE.to_bits() as i32
}
