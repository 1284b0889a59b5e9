//! Pictures to descriptors.
//!
//! An [`Embedder`] turns a small RGB picture into a vector of unit length; the cosine of two such
//! vectors says how alike their pictures are.

#![forbid(unsafe_code)]

mod builtin;
pub mod efficientnet;
mod general;
mod spec;

use std::path::PathBuf;

use crate::domain::path::shown;

pub use builtin::{MODEL_FILE, default_model, default_model_with};
pub use general::open_model;
pub use spec::{Fit, InputSpec};

/// A network that describes a picture by a vector. One value serves any number of threads.
pub trait Embedder: Send + Sync {
    /// BLAKE3 of the model file and its settings, in hexadecimal: descriptors of different ids do
    /// not compare.
    fn id(&self) -> &str;

    /// What to call the model in the window.
    fn name(&self) -> &str;

    /// Numbers in a descriptor.
    fn dimension(&self) -> usize;

    /// The input picture.
    fn input(&self) -> &InputSpec;

    /// Describes the picture `rgb` (8-bit sRGB, [`InputSpec::bytes`] long) in `out`, which is
    /// [`Self::dimension`] long and of unit length afterwards.
    ///
    /// # Errors
    ///
    /// [`EmbedError::PictureSize`] and [`EmbedError::DescriptorSize`] for slices of another
    /// length, [`EmbedError::Run`] where the model itself fails.
    fn embed(&self, rgb: &[u8], out: &mut [f32]) -> Result<(), EmbedError>;
}

/// Why there is no model, or no descriptor.
#[derive(Debug, thiserror::Error)]
pub enum EmbedError {
    /// The model's file could not be read.
    #[error("The model {path} could not be read: {source}. Check that the file exists and that you may read it.", path = shown(.path))]
    Read {
        path: PathBuf,
        source: std::io::Error,
    },

    /// The file holds no ONNX model that can be run.
    #[error("{path} cannot be used as a model: {reason}. Choose an ONNX file with an image encoder.", path = shown(.path))]
    NotAModel { path: PathBuf, reason: String },

    /// An ONNX model, but not one that turns one picture into one vector.
    #[error("The model {path} does not fit: {reason}.", path = shown(.path))]
    Unfit { path: PathBuf, reason: String },

    /// The settings beside the model do not make sense.
    #[error("The model's settings {path} are not usable: {reason}.", path = shown(.path))]
    Sidecar { path: PathBuf, reason: String },

    /// The built-in model is damaged: only a broken build gives this.
    #[error("The built-in model is damaged: {reason}. Install the program again.")]
    BuiltIn { reason: String },

    /// The picture does not have the size of the model's input.
    #[error("The model takes a picture of {expected} bytes and was given {given}.")]
    PictureSize { expected: usize, given: usize },

    /// The output slice does not have the model's dimension.
    #[error("The model's descriptor has {expected} numbers; there was place for {given}.")]
    DescriptorSize { expected: usize, given: usize },

    /// The model failed on a picture.
    #[error("The model {name} failed on a picture: {reason}.")]
    Run { name: String, reason: String },
}

/// Refuses a picture or a descriptor of another size than `model`'s.
fn check_lengths(model: &dyn Embedder, rgb: &[u8], out: &[f32]) -> Result<(), EmbedError> {
    let expected = model.input().bytes();
    if rgb.len() != expected {
        return Err(EmbedError::PictureSize {
            expected,
            given: rgb.len(),
        });
    }
    let expected = model.dimension();
    if out.len() != expected {
        return Err(EmbedError::DescriptorSize {
            expected,
            given: out.len(),
        });
    }
    Ok(())
}
