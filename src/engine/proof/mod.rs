//! The proof that two pictures show the same: points that fit one map, and what agrees under it.

mod affine;
mod agreement;
mod brief;
mod fast;
mod grey;
mod harris;
mod matching;
mod orb;
#[cfg(test)]
mod painted;
mod pattern;
mod ransac;
