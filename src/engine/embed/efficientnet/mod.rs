//! A dedicated executor for EfficientNet-Lite with a descriptor on top: the default model.
//!
//! Feature maps are `[channel / 16][y][x]` of [`lanes::Block`]s of 16 channels, the same on every
//! processor. A pointwise convolution is a matrix product over them (`pointwise`), a depthwise
//! one slides along rows (`depthwise`); bias, activation and residual are part of both. Each
//! stage runs in bands of rows that stay in the cache (`stage`).
//!
//! [`graph`] reads the file, [`architecture`] makes sure that it describes this network,
//! `weights` packs it, `network` runs it.

pub mod architecture;
mod depthwise;
pub mod graph;
pub mod instructions;
pub mod lanes;
mod network;
pub mod observer;
mod pointwise;
mod pooling;
#[cfg(test)]
mod reference;
mod size;
mod stage;
mod stem;
mod weights;

pub use instructions::InstructionSet;
pub use network::{Network, Scratch};

/// Why a file cannot be run here, as the end of a sentence about it.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error("{0}")]
pub struct Unsupported(pub String);
