//! Pointwise convolution: a matrix product of the pixels' channels with the weights.

use super::{
    instructions::Kernel,
    lanes::{Block, LANES, Lanes, window},
    weights::{Dense, INPUT_STEP},
};

/// What is done to a sum before it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    None,
    /// Clamped to `0..=6`.
    Relu6,
}

/// A part of a feature map: `[block of channels][pixel]`, of which a run of pixels is read.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    pub blocks: &'a [Block],
    /// Places from one block of channels to the next.
    pub plane: usize,
    /// The first pixel's place.
    pub first: usize,
}

/// Where the results go: `[block of channels][place]`, the pixels in rows that may have borders.
pub struct Target<'a> {
    pub blocks: &'a mut [Block],
    /// Places from one block of channels to the next.
    pub plane: usize,
    /// The first pixel's place.
    pub first: usize,
    /// Pixels in a row of the picture; used with `skip` alone.
    pub row: usize,
    /// Places between the end of a row and the start of the next.
    pub skip: usize,
}

impl<'a> Target<'a> {
    /// Pixels one after another.
    pub fn unbordered(blocks: &'a mut [Block], plane: usize, first: usize) -> Self {
        Self {
            blocks,
            plane,
            first,
            row: 0,
            skip: 0,
        }
    }
}

/// `target[o][p] = activation(bias[o] + sum over k of source[k][p] * weights[o][k] (+ residual))`.
pub struct Pointwise<'a> {
    pub source: Source<'a>,
    pub pixels: usize,
    pub layer: &'a Dense,
    pub target: Target<'a>,
    pub activation: Activation,
    /// Added before the activation; laid out as the target is.
    pub residual: Option<&'a [Block]>,
}

impl Kernel for Pointwise<'_> {
    #[inline(always)]
    fn run<L: Lanes>(mut self, l: L) {
        let blocks = self.layer.bias.len();
        // Tiles of nearly equal height: 49 pixels are 5s and 6s, never eight 6s and a 1.
        let tiles = self.pixels.div_ceil(L::TILE_PIXELS);
        let (height, taller) = (self.pixels / tiles, self.pixels % tiles);
        for block in (0..blocks).step_by(L::TILE_BLOCKS) {
            let mut pixel = 0;
            for tile in 0..tiles {
                let pixels = height + usize::from(tile < taller);
                if L::TILE_BLOCKS == 2 && block + 1 < blocks {
                    self.tile_of::<L, 2>(l, pixels, pixel, block);
                } else {
                    self.tile_of::<L, 1>(l, pixels, pixel, block);
                }
                pixel += pixels;
            }
        }
    }
}

impl Pointwise<'_> {
    /// Turns the tile's height into a constant.
    #[inline(always)]
    fn tile_of<L: Lanes, const B: usize>(
        &mut self,
        l: L,
        pixels: usize,
        pixel: usize,
        block: usize,
    ) {
        match pixels {
            7 if L::TILE_PIXELS >= 7 => self.tile::<L, 7, B>(l, pixel, block),
            6 if L::TILE_PIXELS >= 6 => self.tile::<L, 6, B>(l, pixel, block),
            5 if L::TILE_PIXELS >= 5 => self.tile::<L, 5, B>(l, pixel, block),
            4 if L::TILE_PIXELS >= 4 => self.tile::<L, 4, B>(l, pixel, block),
            3 if L::TILE_PIXELS >= 3 => self.tile::<L, 3, B>(l, pixel, block),
            2 => self.tile::<L, 2, B>(l, pixel, block),
            _ => self.tile::<L, 1, B>(l, pixel, block),
        }
    }

    /// `P` pixels by `B` blocks of outputs, summed in registers.
    #[inline(always)]
    fn tile<L: Lanes, const P: usize, const B: usize>(&mut self, l: L, pixel: usize, block: usize) {
        let sums = self.sums::<L, P, B>(l, pixel, block);
        // Stored before the places are worked out: a register cannot be indexed at run time.
        let mut tile = [[Block::ZERO; P]; B];
        for b in 0..B {
            for p in 0..P {
                l.store(&mut tile[b][p], sums[b][p]);
            }
        }
        self.finish(l, &tile, pixel, block);
    }

    #[inline(always)]
    fn sums<L: Lanes, const P: usize, const B: usize>(
        &self,
        l: L,
        pixel: usize,
        block: usize,
    ) -> [[L::Vector; P]; B] {
        let Dense {
            inputs,
            weights,
            bias,
        } = self.layer;
        let mut sums: [[L::Vector; P]; B] = core::array::from_fn(|b| [l.load(&bias[block + b]); P]);
        let weights: [&[[Block; INPUT_STEP]]; B] = core::array::from_fn(|b| {
            weights[(block + b) * inputs..(block + b + 1) * inputs]
                .as_chunks()
                .0
        });
        for step in 0..inputs / INPUT_STEP {
            let steps_a_block = LANES / INPUT_STEP;
            let plane = step / steps_a_block * self.source.plane;
            let pixels = window::<P>(self.source.blocks, self.source.first + pixel + plane);
            let weights: [&[Block; INPUT_STEP]; B] = core::array::from_fn(|b| &weights[b][step]);
            for k in 0..INPUT_STEP {
                let weights: [L::Vector; B] = core::array::from_fn(|b| l.load(&weights[b][k]));
                for p in 0..P {
                    let half = &pixels[p].0.as_chunks::<INPUT_STEP>().0[step % steps_a_block];
                    let value = l.splat(half[k]);
                    for b in 0..B {
                        sums[b][p] = l.multiply_add(value, weights[b], sums[b][p]);
                    }
                }
            }
        }
        sums
    }

    /// Adds the residual, activates, and writes each pixel into its place.
    #[inline(always)]
    fn finish<L: Lanes, const P: usize, const B: usize>(
        &mut self,
        l: L,
        tile: &[[Block; P]; B],
        pixel: usize,
        block: usize,
    ) {
        let (low, high) = (l.splat(0.0), l.splat(6.0));
        let Target {
            plane,
            first,
            row,
            skip,
            ..
        } = self.target;
        let bordered = skip > 0;
        let start = first + pixel + if bordered { pixel / row * skip } else { 0 };
        let row_left = if bordered {
            row - pixel % row
        } else {
            usize::MAX
        };
        for (b, sums) in tile.iter().enumerate() {
            for (p, sum) in sums.iter().enumerate() {
                let skipped = if p >= row_left {
                    (1 + (p - row_left) / row) * skip
                } else {
                    0
                };
                let place = (block + b) * plane + start + p + skipped;
                let mut value = l.load(sum);
                if let Some(residual) = self.residual {
                    value = l.add(value, l.load(&residual[place]));
                }
                if self.activation == Activation::Relu6 {
                    value = l.clamp(value, low, high);
                }
                l.store(&mut self.target.blocks[place], value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        instructions::InstructionSet,
        reference::{Numbers, assert_close, convolve, from_blocks, to_blocks},
        size::Size,
    };
    use super::*;

    /// What no kernel computes: it shows where nothing was written.
    const UNTOUCHED: Block = Block([-77.0; LANES]);

    #[test]
    fn it_is_the_convolution_over_all_odd_sizes() {
        let mut numbers = Numbers::new(1);
        for (inputs, outputs) in [(3, 5), (8, 16), (16, 32), (24, 40), (40, 96), (47, 17)] {
            let convolution = numbers.convolution(outputs, inputs, 1, 1, [0; 4]);
            let layer = Dense::pack_pointwise(&convolution);
            for pixels in [1, 2, 3, 5, 6, 7, 8, 11, 13, 14, 15, 29, 49] {
                let map = numbers.many(inputs * pixels);
                let size = Size {
                    width: pixels,
                    height: 1,
                };
                let (expected, _) = convolve(&map, size, &convolution);
                let source = to_blocks(&map, pixels);
                for set in InstructionSet::available() {
                    let mut target = vec![UNTOUCHED; layer.bias.len() * pixels];
                    set.run(Pointwise {
                        source: Source {
                            blocks: &source,
                            plane: pixels,
                            first: 0,
                        },
                        pixels,
                        layer: &layer,
                        target: Target::unbordered(&mut target, pixels, 0),
                        activation: Activation::None,
                        residual: None,
                    });
                    let computed = from_blocks(&target, pixels, outputs);
                    let what = format!("{set}: {inputs} to {outputs} at {pixels}");
                    assert_close(&computed, &expected, &what);
                }
            }
        }
    }

    #[test]
    fn rows_go_between_their_borders_and_nowhere_else() {
        let mut numbers = Numbers::new(2);
        let layer = Dense::pack_pointwise(&numbers.convolution(48, 8, 1, 1, [0; 4]));
        for (row, rows, skip) in [(1, 9, 2), (2, 5, 1), (3, 5, 4), (5, 3, 2), (13, 2, 3)] {
            let pixels = row * rows;
            let source = to_blocks(&numbers.many(8 * pixels), pixels);
            let plane = rows * (row + skip) + 1;
            for set in InstructionSet::available() {
                let mut flat = vec![UNTOUCHED; 3 * pixels];
                let mut bordered = vec![UNTOUCHED; 3 * plane];
                let places = [
                    Target::unbordered(&mut flat, pixels, 0),
                    Target {
                        blocks: &mut bordered,
                        plane,
                        first: 1,
                        row,
                        skip,
                    },
                ];
                for target in places {
                    set.run(Pointwise {
                        source: Source {
                            blocks: &source,
                            plane: pixels,
                            first: 0,
                        },
                        pixels,
                        layer: &layer,
                        target,
                        activation: Activation::None,
                        residual: None,
                    });
                }
                let mut expected = vec![UNTOUCHED; 3 * plane];
                for block in 0..3 {
                    for pixel in 0..pixels {
                        let place = 1 + pixel + pixel / row * skip;
                        expected[block * plane + place] = flat[block * pixels + pixel];
                    }
                }
                assert!(
                    bordered == expected,
                    "{set}: {rows} rows of {row}, {skip} between"
                );
            }
        }
    }

    #[test]
    fn it_reads_a_run_of_pixels_and_writes_it_elsewhere() {
        let mut numbers = Numbers::new(3);
        let convolution = numbers.convolution(16, 24, 1, 1, [0; 4]);
        let layer = Dense::pack_pointwise(&convolution);
        let map = numbers.many(24 * 20);
        let (expected, _) = convolve(
            &map,
            Size {
                width: 20,
                height: 1,
            },
            &convolution,
        );
        for set in InstructionSet::available() {
            let mut target = vec![UNTOUCHED; 30];
            set.run(Pointwise {
                source: Source {
                    blocks: &to_blocks(&map, 20),
                    plane: 20,
                    first: 4,
                },
                pixels: 9,
                layer: &layer,
                target: Target::unbordered(&mut target, 30, 11),
                activation: Activation::None,
                residual: None,
            });
            for channel in 0..16 {
                let computed: Vec<_> = target[11..20].iter().map(|b| b.0[channel]).collect();
                assert_close(
                    &computed,
                    &expected[channel * 20 + 4..][..9],
                    &set.to_string(),
                );
            }
            assert!(
                target[..11]
                    .iter()
                    .chain(&target[20..])
                    .all(|block| *block == UNTOUCHED)
            );
        }
    }

    #[test]
    fn the_residual_is_added_before_the_activation() {
        let mut layer = Dense::pack(8, &[1.0; 16], |_, _| 0.0);
        layer.bias[0].0[3] = -2.0;
        let residual = [Block([1.5; LANES]), Block([9.0; LANES])];
        for set in InstructionSet::available() {
            let mut target = [UNTOUCHED; 2];
            set.run(Pointwise {
                source: Source {
                    blocks: &[Block::ZERO; 2],
                    plane: 2,
                    first: 0,
                },
                pixels: 2,
                layer: &layer,
                target: Target::unbordered(&mut target, 2, 0),
                activation: Activation::Relu6,
                residual: Some(&residual),
            });
            assert_eq!((target[0].0[0], target[0].0[3]), (2.5, 0.0), "{set}");
            assert_eq!((target[1].0[0], target[1].0[3]), (6.0, 6.0), "{set}");
        }
    }
}
