//! Depthwise convolution: every channel with its own small kernel.

use super::{
    instructions::{InstructionSet, Kernel},
    lanes::{Block, Lanes},
    weights::Depthwise,
};

/// Convolves a band of rows that has its zero borders already, and clamps to `0..=6`.
pub struct Band<'a> {
    pub layer: &'a Depthwise,
    /// `[block of channels][row][place]`.
    pub source: &'a [Block],
    /// Places from one block of channels to the next.
    pub plane: usize,
    /// Places in a row, borders included.
    pub width: usize,
    /// `[block of channels][row][pixel]`, without borders.
    pub target: &'a mut [Block],
    /// Rows and pixels a row of the target.
    pub rows: usize,
    pub row: usize,
}

impl Band<'_> {
    /// Runs the loop nest compiled for this kernel size and stride.
    pub fn run(self, instructions: InstructionSet) {
        match (self.layer.kernel, self.layer.stride) {
            (3, 1) => instructions.run(Sized::<3, 1>(self)),
            (3, 2) => instructions.run(Sized::<3, 2>(self)),
            (5, 1) => instructions.run(Sized::<5, 1>(self)),
            (5, 2) => instructions.run(Sized::<5, 2>(self)),
            (kernel, stride) => {
                unreachable!("Depthwise::pack refuses a kernel of {kernel} at stride {stride}")
            }
        }
    }
}

/// A band whose kernel is `K` x `K` at stride `S`.
struct Sized<'a, const K: usize, const S: usize>(Band<'a>);

impl<const K: usize, const S: usize> Kernel for Sized<'_, K, S> {
    #[inline(always)]
    fn run<L: Lanes>(mut self, l: L) {
        let (rows, row) = (self.0.rows, self.0.row);
        let steps = row.div_ceil(L::STEP_PIXELS);
        let (step, longer) = (row / steps, row % steps);
        for block in 0..self.0.layer.bias.len() {
            for y in 0..rows {
                let mut x = 0;
                for i in 0..steps {
                    let pixels = step + usize::from(i < longer);
                    self.step_of(l, pixels, block, y, x);
                    x += pixels;
                }
            }
        }
    }
}

impl<const K: usize, const S: usize> Sized<'_, K, S> {
    /// Turns the step's length into a constant.
    #[inline(always)]
    fn step_of<L: Lanes>(&mut self, l: L, pixels: usize, block: usize, y: usize, x: usize) {
        match pixels {
            7 if L::STEP_PIXELS >= 7 => self.step::<L, 7>(l, block, y, x),
            6 if L::STEP_PIXELS >= 6 => self.step::<L, 6>(l, block, y, x),
            5 if L::STEP_PIXELS >= 5 => self.step::<L, 5>(l, block, y, x),
            4 if L::STEP_PIXELS >= 4 => self.step::<L, 4>(l, block, y, x),
            3 if L::STEP_PIXELS >= 3 => self.step::<L, 3>(l, block, y, x),
            2 => self.step::<L, 2>(l, block, y, x),
            _ => self.step::<L, 1>(l, block, y, x),
        }
    }

    /// `P` neighbouring pixels of one row, summed in registers.
    #[inline(always)]
    fn step<L: Lanes, const P: usize>(&mut self, l: L, block: usize, y: usize, x: usize) {
        let Band {
            layer,
            source,
            plane,
            width,
            rows,
            row,
            ..
        } = self.0;
        let mut sums = [l.load(&layer.bias[block]); P];
        let weights = &layer.weights[block * K * K..(block + 1) * K * K];
        for ky in 0..K {
            let at = block * plane + (y * S + ky) * width + x * S;
            let seen = &source[at..at + (P - 1) * S + K];
            for kx in 0..K {
                let weight = l.load(&weights[ky * K + kx]);
                for p in 0..P {
                    sums[p] = l.multiply_add(l.load(&seen[p * S + kx]), weight, sums[p]);
                }
            }
        }
        let (low, high) = (l.splat(0.0), l.splat(6.0));
        let at = (block * rows + y) * row + x;
        for (target, sum) in self.0.target[at..at + P].iter_mut().zip(sums) {
            l.store(target, l.clamp(sum, low, high));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        reference::{Numbers, assert_close, convolve, from_blocks, relu6, to_blocks},
        size::Size,
    };
    use super::*;

    #[test]
    fn it_is_the_convolution_over_all_odd_sizes() {
        let mut numbers = Numbers::new(4);
        for (kernel, stride) in [(3, 1), (3, 2), (5, 1), (5, 2)] {
            for (width, height, channels) in [
                (1, 1, 3),
                (2, 3, 16),
                (5, 2, 17),
                (6, 5, 24),
                (7, 1, 33),
                (11, 3, 40),
                (31, 2, 16),
            ] {
                // The source has its borders: it is a picture of which nothing is padded.
                let size = Size {
                    width: (width - 1) * stride + kernel,
                    height: (height - 1) * stride + kernel,
                };
                let convolution = numbers.convolution(channels, 1, kernel, stride, [0; 4]);
                let layer = Depthwise::pack(&convolution).unwrap();
                let map: Vec<f32> = numbers
                    .many(channels * size.pixels())
                    .iter()
                    .map(|v| v * 3.0)
                    .collect();
                let (expected, to) = convolve(&map, size, &convolution);
                let expected = relu6(expected);
                for set in InstructionSet::available() {
                    let mut target = vec![Block::ZERO; layer.bias.len() * to.pixels()];
                    let band = Band {
                        layer: &layer,
                        source: &to_blocks(&map, size.pixels()),
                        plane: size.pixels(),
                        width: size.width,
                        target: &mut target,
                        rows: to.height,
                        row: to.width,
                    };
                    band.run(set);
                    let computed = from_blocks(&target, to.pixels(), channels);
                    let what = format!("{set}: {kernel} by {stride} to {width} x {height}");
                    assert_close(&computed, &expected, &what);
                }
            }
        }
    }
}
