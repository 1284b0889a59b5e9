//! Weights in the order the kernels read them.

use super::{
    Unsupported,
    architecture::{Convolution, Linear},
    lanes::{Block, LANES},
};

/// Inputs a step of the matrix product takes; half a block.
pub const INPUT_STEP: usize = 8;

/// A layer in which every output sees every input.
#[derive(Clone, Debug)]
pub struct Dense {
    /// Inputs, filled up with zero weights to a multiple of [`INPUT_STEP`].
    pub inputs: usize,
    /// `[block of outputs][input]`.
    pub weights: Vec<Block>,
    /// `[block of outputs]`.
    pub bias: Vec<Block>,
}

impl Dense {
    /// Packs `weight(output, input)`.
    pub fn pack(inputs: usize, bias: &[f32], weight: impl Fn(usize, usize) -> f32) -> Self {
        let padded_inputs = inputs.next_multiple_of(INPUT_STEP);
        let mut weights = vec![Block::ZERO; Block::count(bias.len()) * padded_inputs];
        for output in 0..bias.len() {
            for input in 0..inputs {
                let block = output / LANES * padded_inputs + input;
                weights[block].0[output % LANES] = weight(output, input);
            }
        }
        Self {
            inputs: padded_inputs,
            weights,
            bias: pack_bias(bias),
        }
    }

    /// Packs a pointwise convolution.
    pub fn pack_pointwise(layer: &Convolution) -> Self {
        Self::pack(layer.inputs, &layer.bias, |o, i| {
            layer.weights[o * layer.inputs + i]
        })
    }

    /// Packs a convolution over patches `[y][x][input]`, each weight multiplied by `scale`.
    pub fn pack_patches(layer: &Convolution, scale: f32) -> Self {
        let Convolution { kernel, inputs, .. } = *layer;
        Self::pack(kernel * kernel * inputs, &layer.bias, |output, place| {
            let (position, input) = (place / inputs, place % inputs);
            layer.weights[(output * inputs + input) * kernel * kernel + position] * scale
        })
    }

    /// Packs a matrix `[input][output]`.
    pub fn pack_linear(layer: &Linear) -> Self {
        let outputs = layer.bias.len();
        Self::pack(layer.inputs, &layer.bias, |o, i| {
            layer.weights[i * outputs + o]
        })
    }

    /// Multiplications and additions a pixel, zeros included.
    pub fn multiply_adds(&self) -> usize {
        self.weights.len() * LANES
    }
}

/// A layer in which every channel sees only itself.
#[derive(Clone, Debug)]
pub struct Depthwise {
    /// Side of the square kernel, 3 or 5.
    pub kernel: usize,
    /// 1 or 2.
    pub stride: usize,
    /// `[block of channels][y][x]`.
    pub weights: Vec<Block>,
    /// `[block of channels]`.
    pub bias: Vec<Block>,
}

impl Depthwise {
    /// # Errors
    ///
    /// Where no kernel is compiled for the layer's size and stride.
    pub fn pack(layer: &Convolution) -> Result<Self, Unsupported> {
        let Convolution { kernel, stride, .. } = *layer;
        if !matches!((kernel, stride), (3 | 5, 1 | 2)) {
            return Err(Unsupported(format!(
                "it has a depthwise convolution of {kernel} x {kernel} at stride {stride}"
            )));
        }
        let places = kernel * kernel;
        let mut weights = vec![Block::ZERO; Block::count(layer.bias.len()) * places];
        for channel in 0..layer.bias.len() {
            for place in 0..places {
                weights[channel / LANES * places + place].0[channel % LANES] =
                    layer.weights[channel * places + place];
            }
        }
        Ok(Self {
            kernel,
            stride,
            weights,
            bias: pack_bias(&layer.bias),
        })
    }

    /// Multiplications and additions a pixel, zeros included.
    pub fn multiply_adds(&self) -> usize {
        self.weights.len() * LANES
    }
}

fn pack_bias(bias: &[f32]) -> Vec<Block> {
    let mut packed = vec![Block::ZERO; Block::count(bias.len())];
    for (channel, &value) in bias.iter().enumerate() {
        packed[channel / LANES].0[channel % LANES] = value;
    }
    packed
}
