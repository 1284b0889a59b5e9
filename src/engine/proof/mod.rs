//! The proof that two pictures show the same: points that fit one map, and what agrees under it.

mod affine;
mod agreement;
mod fast;
mod grey;
mod matching;
mod orb;
mod pattern;
mod ransac;
