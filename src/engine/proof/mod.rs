//! The proof that two pictures show the same: points that fit one map, and what agrees under it.
//!
//! It works on 256-pixel thumbnails, which the store has, so that nothing has to be kept for it.
//! [`QueryLook`] and [`PictureLook`] are what it needs of a picture; [`prove()`] tries a pair.

mod affine;
mod agreement;
mod brief;
mod cache;
mod colours;
mod common;
mod fast;
mod grey;
mod harris;
mod look;
mod matching;
mod orb;
#[cfg(test)]
mod painted;
mod pattern;
mod prove;
mod ransac;
mod recolour;
mod trimmed;

pub use self::{
    cache::Looks,
    look::{PictureLook, QueryLook, Rgb},
    prove::prove,
};
