//! An observer for the time each layer takes.

use std::fmt;

/// A part of the network's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Bytes to numbers.
    Picture,
    Stem,
    Expand,
    Depthwise,
    Project,
    Head,
    /// Pooling and the descriptor's projection.
    Descriptor,
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Picture => "picture",
            Self::Stem => "stem",
            Self::Expand => "expand",
            Self::Depthwise => "depthwise",
            Self::Project => "project",
            Self::Head => "head",
            Self::Descriptor => "descriptor",
        })
    }
}

/// Called after each piece of work; for a layer that runs in bands, once a band.
pub trait Observer {
    /// `multiply_adds`: multiplications that each come with an addition, those by the zeros that
    /// fill up a block included.
    fn finished(&mut self, stage: usize, part: Part, multiply_adds: usize);
}

/// No observer; costs nothing.
pub struct Unobserved;

impl Observer for Unobserved {
    #[inline(always)]
    fn finished(&mut self, _: usize, _: Part, _: usize) {}
}
