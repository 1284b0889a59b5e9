//! The settings beside a model's file.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::super::{EmbedError, Fit};

/// What an ONNX file does not say about its input: `clip.json` beside `clip.onnx`.
///
/// Every field may be left out, and so may the file. The descriptors of a model change with its
/// settings, so these are part of its id.
///
/// ```json
/// { "width": 224, "height": 224, "fit": "crop",
///   "mean": [0.48145466, 0.4578275, 0.40821073], "std": [0.26862954, 0.26130258, 0.27577711],
///   "output": "image_embeds" }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What to call the model; the file's name without its ending.
    pub name: Option<String>,
    /// Pixels of the input picture, where the file leaves them open; 224.
    pub width: Option<usize>,
    pub height: Option<usize>,
    /// `squash`, `crop` or `pad`; `squash`.
    pub fit: Fit,
    /// `nchw` or `nhwc`, where the file's input shape leaves it open; `nchw`.
    pub layout: Option<Layout>,
    /// `rgb` or `bgr`; `rgb`.
    pub channels: Channels,
    /// What white becomes before mean and deviation: 1 or 255; 1.
    pub range: Option<f32>,
    /// Subtracted from each channel, in the order red, green, blue; ImageNet's 0.485, 0.456,
    /// 0.406, which torchvision's and timm's models are trained with.
    pub mean: Option<[f32; 3]>,
    /// Each channel is divided by it afterwards; ImageNet's 0.229, 0.224, 0.225.
    pub std: Option<[f32; 3]>,
    /// The output that is the vector; needed where the model has several.
    pub output: Option<String>,
}

/// The order of a picture's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// One colour after another.
    Nchw,
    /// One pixel after another.
    Nhwc,
}

/// The order of the colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channels {
    #[default]
    Rgb,
    Bgr,
}

impl Settings {
    /// Where the settings of the model `path` are looked for.
    pub fn path(model: &Path) -> PathBuf {
        model.with_extension("json")
    }

    /// Reads the settings of the model `path`; the defaults where there are none.
    ///
    /// # Errors
    ///
    /// [`EmbedError::Sidecar`] where there are settings that cannot be used.
    pub fn beside(model: &Path) -> Result<Self, EmbedError> {
        let path = Self::path(model);
        let refused = |reason: String| EmbedError::Sidecar {
            path: path.clone(),
            reason,
        };
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(refused(error.to_string())),
        };
        let settings: Self =
            serde_json::from_slice(&text).map_err(|error| refused(error.to_string()))?;
        settings.check().map_err(refused)?;
        Ok(settings)
    }

    /// What the descriptors depend on, in one form however the file is written; empty for the
    /// defaults.
    pub fn signature(&self) -> String {
        let deciding = Self {
            name: None,
            ..self.clone()
        };
        if deciding == Self::default() {
            return String::new();
        }
        serde_json::json!(deciding).to_string()
    }

    fn check(&self) -> Result<(), String> {
        let numbers = self
            .mean
            .iter()
            .chain(&self.std)
            .flatten()
            .chain(&self.range);
        if numbers.into_iter().any(|number| !number.is_finite()) {
            return Err("range, mean and std must be finite".into());
        }
        if self.std.iter().flatten().any(|&std| std <= 0.0) {
            return Err("std must be above 0".into());
        }
        if self
            .range
            .is_some_and(|range| range != 1.0 && range != 255.0)
        {
            return Err("range must be 1 or 255".into());
        }
        Ok(())
    }
}
