//! Sixteen channels of one pixel as one value: the source every kernel is written in, once for
//! AVX-512, AVX2, NEON and plain Rust.

use pulp::Simd;

/// Channels in a [`Block`].
pub const LANES: usize = 16;

/// Sixteen channels of one pixel, one cache line: the unit of every buffer and of every weight.
///
/// Layers of another number of channels are filled up with zeros.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(C, align(64))]
pub struct Block(pub [f32; LANES]);

impl Block {
    pub const ZERO: Self = Self([0.0; LANES]);

    /// Blocks that hold `channels` channels.
    pub const fn count(channels: usize) -> usize {
        channels.div_ceil(LANES)
    }
}

/// `N` blocks from place `at`.
#[inline(always)]
pub fn window<const N: usize>(blocks: &[Block], at: usize) -> &[Block; N] {
    // A slice of N blocks is an array of N blocks.
    blocks[at..at + N].try_into().expect("N blocks were sliced")
}

/// Arithmetic on sixteen lanes held in registers, and how many registers there are to fill.
pub trait Lanes: Copy {
    type Vector: Copy;

    /// Pixels in one tile of the matrix product, at most 7.
    const TILE_PIXELS: usize;
    /// Blocks of outputs in one tile of the matrix product, 1 or 2.
    const TILE_BLOCKS: usize;
    /// Pixels a depthwise step computes, at most 7.
    const STEP_PIXELS: usize;

    fn splat(self, value: f32) -> Self::Vector;
    fn load(self, from: &Block) -> Self::Vector;
    fn store(self, to: &mut Block, value: Self::Vector);
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// `a * b + c`.
    fn multiply_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    fn clamp(self, value: Self::Vector, low: Self::Vector, high: Self::Vector) -> Self::Vector;
}

/// A block as `N` vectors of a processor's instruction set.
#[derive(Clone, Copy)]
pub struct Vectors<S: Simd, const N: usize>(pub S);

impl<S: Simd, const N: usize> Lanes for Vectors<S, N> {
    type Vector = [S::f32s; N];

    // The sums of one tile take 14 of AVX-512's 32 registers, 12 of AVX2's 16, 24 of NEON's 32;
    // those of a depthwise step 7, 10 and 28.
    const TILE_PIXELS: usize = if N == 1 { 7 } else { 6 };
    const TILE_BLOCKS: usize = if N == 1 { 2 } else { 1 };
    const STEP_PIXELS: usize = if N == 2 { 5 } else { 7 };

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Vector {
        [self.0.splat_f32s(value); N]
    }

    #[inline(always)]
    fn load(self, from: &Block) -> Self::Vector {
        let vectors = S::as_simd_f32s(&from.0).0;
        core::array::from_fn(|i| vectors[i])
    }

    #[inline(always)]
    fn store(self, to: &mut Block, value: Self::Vector) {
        S::as_mut_simd_f32s(&mut to.0).0.copy_from_slice(&value);
    }

    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        core::array::from_fn(|i| self.0.add_f32s(a[i], b[i]))
    }

    #[inline(always)]
    fn multiply_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        core::array::from_fn(|i| self.0.mul_add_e_f32s(a[i], b[i], c[i]))
    }

    #[inline(always)]
    fn clamp(self, value: Self::Vector, low: Self::Vector, high: Self::Vector) -> Self::Vector {
        core::array::from_fn(|i| self.0.min_f32s(self.0.max_f32s(value[i], low[i]), high[i]))
    }
}

/// Plain Rust, which the compiler vectorises with what every processor of the target has.
#[derive(Clone, Copy)]
pub struct Plain;

impl Lanes for Plain {
    type Vector = [f32; LANES];

    const TILE_PIXELS: usize = 2;
    const TILE_BLOCKS: usize = 1;
    const STEP_PIXELS: usize = 2;

    #[inline(always)]
    fn splat(self, value: f32) -> Self::Vector {
        [value; LANES]
    }

    #[inline(always)]
    fn load(self, from: &Block) -> Self::Vector {
        from.0
    }

    #[inline(always)]
    fn store(self, to: &mut Block, value: Self::Vector) {
        to.0 = value;
    }

    #[inline(always)]
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        core::array::from_fn(|i| a[i] + b[i])
    }

    #[inline(always)]
    fn multiply_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector {
        // `f32::mul_add` is a call into the C library where the target has no such instruction.
        core::array::from_fn(|i| a[i] * b[i] + c[i])
    }

    #[inline(always)]
    fn clamp(self, value: Self::Vector, low: Self::Vector, high: Self::Vector) -> Self::Vector {
        core::array::from_fn(|i| {
            // Written so that it compiles to one maximum and one minimum.
            let raised = if value[i] > low[i] { value[i] } else { low[i] };
            if raised < high[i] { raised } else { high[i] }
        })
    }
}
