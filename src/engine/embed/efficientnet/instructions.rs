//! Which vector instructions the processor has: asked once, then one call a kernel.

use std::fmt;

use pulp::{Simd, WithSimd};

use super::lanes::{Lanes, Plain, Vectors};

/// A loop nest over any [`Lanes`].
///
/// Everything below [`Self::run`] is `#[inline(always)]`: a function that stayed on its own would
/// be compiled without the vector instructions its caller was given.
pub trait Kernel {
    fn run<L: Lanes>(self, lanes: L);
}

/// The instructions the kernels run with.
#[derive(Clone, Copy, Debug)]
pub enum InstructionSet {
    #[cfg(target_arch = "x86_64")]
    Avx512(pulp::x86::V4),
    #[cfg(target_arch = "x86_64")]
    Avx2(pulp::x86::V3),
    #[cfg(target_arch = "aarch64")]
    Neon(pulp::aarch64::Neon),
    Plain,
}

impl InstructionSet {
    /// What this processor can run, the fastest first; the last is always [`Self::Plain`].
    pub fn available() -> Vec<Self> {
        let mut sets = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            sets.extend(pulp::x86::V4::try_new().map(Self::Avx512));
            sets.extend(pulp::x86::V3::try_new().map(Self::Avx2));
        }
        #[cfg(target_arch = "aarch64")]
        sets.extend(pulp::aarch64::Neon::try_new().map(Self::Neon));
        sets.push(Self::Plain);
        sets
    }

    /// The fastest this processor can run.
    pub fn best() -> Self {
        Self::available()[0]
    }

    /// Runs `kernel` compiled for these instructions.
    pub fn run<K: Kernel>(self, kernel: K) {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(simd) => Simd::vectorize(simd, InVectors::<K, 1>(kernel)),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(simd) => Simd::vectorize(simd, InVectors::<K, 2>(kernel)),
            #[cfg(target_arch = "aarch64")]
            Self::Neon(simd) => Simd::vectorize(simd, InVectors::<K, 4>(kernel)),
            Self::Plain => kernel.run(Plain),
        }
    }
}

impl fmt::Display for InstructionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "AVX-512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "AVX2",
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => "NEON",
            Self::Plain => "plain",
        })
    }
}

/// A kernel whose blocks are `N` vectors each.
struct InVectors<K, const N: usize>(K);

impl<K: Kernel, const N: usize> WithSimd for InVectors<K, N> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.0.run(Vectors::<S, N>(simd));
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Block;
    use super::*;

    struct Arithmetic<'a>(&'a mut Block);

    impl Kernel for Arithmetic<'_> {
        fn run<L: Lanes>(self, l: L) {
            let ramp = Block(core::array::from_fn(|i| i as f32));
            let sum = l.multiply_add(l.load(&ramp), l.splat(2.0), l.splat(-5.0));
            let sum = l.add(sum, l.splat(0.5));
            l.store(self.0, l.clamp(sum, l.splat(0.0), l.splat(6.0)));
        }
    }

    #[test]
    fn every_instruction_set_computes_the_same() {
        let expected = core::array::from_fn(|i| (i as f32 * 2.0 - 4.5).clamp(0.0, 6.0));
        for set in InstructionSet::available() {
            let mut out = Block::ZERO;
            set.run(Arithmetic(&mut out));
            assert_eq!(out.0, expected, "{set}");
        }
    }

    #[test]
    fn plain_rust_is_always_there() {
        assert!(matches!(
            InstructionSet::available().last(),
            Some(InstructionSet::Plain)
        ));
    }
}
