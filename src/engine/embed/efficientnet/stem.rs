//! The first convolution, from the picture's bytes.

use super::{
    Unsupported,
    architecture::{Architecture, Pads},
    lanes::{Block, LANES},
    size::Size,
    weights::Dense,
};

/// Side of the stem's kernel.
const KERNEL: usize = 3;
/// Red, green, blue.
const COLOURS: usize = 3;
/// Numbers in a patch: what one output pixel sees.
const PATCH: usize = KERNEL * KERNEL * COLOURS;
/// Blocks of a patch.
pub const PATCH_BLOCKS: usize = Block::count(PATCH);

/// The stem as a matrix product over patches.
#[derive(Debug)]
pub struct Stem {
    picture: Size,
    pads: Pads,
    /// The picture with its borders.
    padded: Size,
    stride: usize,
    mean: f32,
    /// Over `[y][x][colour]`, with the picture's scale folded in.
    pub layer: Dense,
    /// The feature map it makes.
    pub to: Size,
}

impl Stem {
    pub fn new(network: &Architecture) -> Result<Self, Unsupported> {
        let stem = &network.stem;
        if stem.kernel != KERNEL {
            return Err(Unsupported(format!(
                "its stem has a kernel of {}",
                stem.kernel
            )));
        }
        let picture = Size {
            width: network.width,
            height: network.height,
        };
        Ok(Self {
            picture,
            pads: stem.pads,
            padded: picture.padded(stem.pads),
            stride: stem.stride,
            mean: network.mean,
            layer: Dense::pack_patches(stem, network.scale),
            to: picture.convolved(stem)?,
        })
    }

    /// Numbers in the padded picture.
    pub fn padded_len(&self) -> usize {
        self.padded.pixels() * COLOURS
    }

    /// Writes the picture, less the mean, inside the borders of `padded`, which stay zero.
    pub fn enter(&self, rgb: &[u8], padded: &mut [f32]) {
        let row = self.picture.width * COLOURS;
        let padded_row = self.padded.width * COLOURS;
        let first = self.pads.top * padded_row + self.pads.left * COLOURS;
        let rows = padded[first..].chunks_mut(padded_row);
        for (row, to) in rgb.chunks_exact(row).zip(rows) {
            for (value, to) in row.iter().zip(to) {
                *to = f32::from(*value) - self.mean;
            }
        }
    }

    /// Lays out the patches that `rows` output rows from row `first` see, `[block][pixel]` with
    /// `plane` places a block. The lanes behind a patch's end are left alone: no weight sees them.
    pub fn gather(
        &self,
        padded: &[f32],
        first: usize,
        rows: usize,
        patches: &mut [Block],
        plane: usize,
    ) {
        let row = self.padded.width * COLOURS;
        let (low, high) = patches.split_at_mut(plane);
        let mut patch = [0.0; PATCH];
        for y in 0..rows {
            let top = (first + y) * self.stride * row;
            for x in 0..self.to.width {
                for (ky, part) in patch
                    .as_chunks_mut::<{ KERNEL * COLOURS }>()
                    .0
                    .iter_mut()
                    .enumerate()
                {
                    let at = top + ky * row + x * self.stride * COLOURS;
                    part.copy_from_slice(&padded[at..at + KERNEL * COLOURS]);
                }
                let pixel = y * self.to.width + x;
                low[pixel].0.copy_from_slice(&patch[..LANES]);
                high[pixel].0[..PATCH - LANES].copy_from_slice(&patch[LANES..]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{
        architecture::Linear,
        instructions::InstructionSet,
        pointwise::{Activation, Pointwise, Source, Target},
        reference::{Numbers, assert_close, convolve, from_blocks},
    };
    use super::*;

    /// A network of which only the stem matters.
    fn network(
        numbers: &mut Numbers,
        width: usize,
        height: usize,
        pads: [usize; 4],
    ) -> Architecture {
        Architecture {
            width,
            height,
            mean: 127.0,
            scale: 1.0 / 128.0,
            stem: numbers.convolution(24, COLOURS, KERNEL, 2, pads),
            stages: Vec::new(),
            head: numbers.convolution(1, 1, 1, 1, [0; 4]),
            pool_floor: 0.0,
            projection: Linear {
                inputs: 0,
                weights: Vec::new(),
                bias: Vec::new(),
            },
        }
    }

    #[test]
    fn it_is_the_convolution_of_the_normalised_picture() {
        let mut numbers = Numbers::new(5);
        for (width, height, pads) in [
            (8, 6, [0, 0, 1, 1]),
            (9, 7, [1, 1, 1, 1]),
            (5, 11, [0, 1, 2, 0]),
            (3, 3, [0; 4]),
        ] {
            let network = network(&mut numbers, width, height, pads);
            let stem = Stem::new(&network).unwrap();
            let pixels = width * height;
            let rgb: Vec<u8> = numbers
                .many(pixels * 3)
                .iter()
                .map(|v| (v * 127.0 + 128.0) as u8)
                .collect();
            let planes: Vec<f32> = (0..3 * pixels)
                .map(|i| (f32::from(rgb[i % pixels * 3 + i / pixels]) - 127.0) / 128.0)
                .collect();
            let (expected, to) = convolve(&planes, stem.picture, &network.stem);

            let mut padded = vec![0.0; stem.padded_len()];
            stem.enter(&rgb, &mut padded);
            let mut patches = vec![Block::ZERO; PATCH_BLOCKS * to.pixels()];
            stem.gather(&padded, 0, to.height, &mut patches, to.pixels());
            for set in InstructionSet::available() {
                let mut target = vec![Block::ZERO; 2 * to.pixels()];
                set.run(Pointwise {
                    source: Source {
                        blocks: &patches,
                        plane: to.pixels(),
                        first: 0,
                    },
                    pixels: to.pixels(),
                    layer: &stem.layer,
                    target: Target::unbordered(&mut target, to.pixels(), 0),
                    activation: Activation::None,
                    residual: None,
                });
                let computed = from_blocks(&target, to.pixels(), 24);
                assert_close(&computed, &expected, &format!("{set}: {width} x {height}"));
            }
        }
    }

    #[test]
    fn any_run_of_rows_is_gathered() {
        let network = network(&mut Numbers::new(6), 12, 12, [0, 0, 1, 1]);
        let stem = Stem::new(&network).unwrap();
        let padded: Vec<f32> = (0..stem.padded_len()).map(|i| i as f32).collect();
        let (row, all) = (stem.to.width, stem.to.pixels());
        let mut whole = vec![Block::ZERO; PATCH_BLOCKS * all];
        stem.gather(&padded, 0, stem.to.height, &mut whole, all);
        let mut part = vec![Block::ZERO; PATCH_BLOCKS * all];
        stem.gather(&padded, 2, 3, &mut part, all);
        for block in 0..PATCH_BLOCKS {
            let at = block * all;
            assert_eq!(part[at..at + 3 * row], whole[at + 2 * row..at + 5 * row]);
        }
    }
}
