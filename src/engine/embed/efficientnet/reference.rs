//! The layers implemented by definition, for the tests of the kernels.

use super::{
    architecture::{Convolution, Pads},
    lanes::{Block, LANES},
    size::Size,
};

/// Numbers that look random and are the same every time, between -1 and 1.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(2).wrapping_add(1))
    }

    /// One number. (Knuth's multiplier for a linear congruential generator of 64 bits.)
    pub fn one(&mut self) -> f32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 40) as f32 / (1 << 23) as f32 - 1.0
    }

    pub fn many(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.one()).collect()
    }

    /// A convolution of `outputs` that each see `inputs` channels.
    pub fn convolution(
        &mut self,
        outputs: usize,
        inputs: usize,
        kernel: usize,
        stride: usize,
        pads: [usize; 4],
    ) -> Convolution {
        let [top, left, bottom, right] = pads;
        Convolution {
            inputs,
            kernel,
            stride,
            pads: Pads {
                top,
                left,
                bottom,
                right,
            },
            weights: self.many(outputs * inputs * kernel * kernel),
            bias: self.many(outputs),
        }
    }
}

/// A convolution of `map`, `[channel][y][x]`, by its definition. With one input channel an output
/// and more channels than one it is depthwise.
pub fn convolve(map: &[f32], size: Size, layer: &Convolution) -> (Vec<f32>, Size) {
    let Convolution {
        inputs,
        kernel,
        stride,
        pads,
        ..
    } = *layer;
    let channels = map.len() / size.pixels();
    let to = size.convolved(layer).unwrap();
    let at = |channel: usize, y: usize, x: usize| {
        let (y, x) = (y.checked_sub(pads.top)?, x.checked_sub(pads.left)?);
        let inside = y < size.height && x < size.width;
        inside.then(|| map[(channel * size.height + y) * size.width + x])
    };
    let mut out = Vec::new();
    for (output, &bias) in layer.bias.iter().enumerate() {
        for y in 0..to.height {
            for x in 0..to.width {
                let mut sum = f64::from(bias);
                for input in 0..inputs {
                    let channel = if channels == inputs { input } else { output };
                    for ky in 0..kernel {
                        for kx in 0..kernel {
                            let value = at(channel, y * stride + ky, x * stride + kx);
                            let weight = layer.weights
                                [((output * inputs + input) * kernel + ky) * kernel + kx];
                            sum += f64::from(value.unwrap_or(0.0)) * f64::from(weight);
                        }
                    }
                }
                out.push(sum as f32);
            }
        }
    }
    (out, to)
}

pub fn relu6(mut map: Vec<f32>) -> Vec<f32> {
    map.iter_mut()
        .for_each(|value| *value = value.clamp(0.0, 6.0));
    map
}

/// `[channel][pixel]` as `[block][pixel]`.
pub fn to_blocks(map: &[f32], pixels: usize) -> Vec<Block> {
    let channels = map.len() / pixels;
    let mut blocks = vec![Block::ZERO; Block::count(channels) * pixels];
    for channel in 0..channels {
        for pixel in 0..pixels {
            blocks[channel / LANES * pixels + pixel].0[channel % LANES] =
                map[channel * pixels + pixel];
        }
    }
    blocks
}

/// `[block][pixel]` as `[channel][pixel]` of the first `channels`.
pub fn from_blocks(blocks: &[Block], pixels: usize, channels: usize) -> Vec<f32> {
    let value = |i: usize| {
        let (channel, pixel) = (i / pixels, i % pixels);
        blocks[channel / LANES * pixels + pixel].0[channel % LANES]
    };
    (0..channels * pixels).map(value).collect()
}

/// Fails where two maps differ by more than rounding.
#[track_caller]
pub fn assert_close(computed: &[f32], expected: &[f32], what: &str) {
    assert_eq!(computed.len(), expected.len(), "{what}");
    for (i, (a, b)) in computed.iter().zip(expected).enumerate() {
        assert!(
            (a - b).abs() <= 2e-5 * b.abs().max(1.0),
            "{what}: {a} for {b} at {i}"
        );
    }
}
