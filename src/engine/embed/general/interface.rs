//! How a picture becomes a model's input tensor.

use rten::{DataType, Dimension, Model, NodeId, ValueType};

use super::super::InputSpec;
use super::settings::{Channels, Layout, Settings};

/// Side of the input where neither the file nor the settings give it: what most encoders take.
const DEFAULT_SIDE: usize = 224;
/// The largest side that is taken for a picture's, against files that ask for all the memory.
const MAX_SIDE: usize = 4096;
/// Mean and deviation of ImageNet's pictures, white being 1 (torchvision's documentation).
const IMAGENET_MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const IMAGENET_STD: [f32; 3] = [0.229, 0.224, 0.225];

/// Shape and meaning of a model's input.
#[derive(Debug)]
pub struct Interface {
    pub spec: InputSpec,
    layout: Layout,
    channels: Channels,
    /// The shape starts with the number of pictures.
    batched: bool,
    /// `value * scale + shift` of red, green, blue; none for a model that takes bytes.
    normalise: Option<[(f32, f32); 3]>,
}

/// A picture in a model's own form.
#[derive(Debug, PartialEq)]
pub enum Values {
    Floats(Vec<f32>),
    Bytes(Vec<u8>),
}

/// Why a model and its settings take no picture, as the end of a sentence about one of them.
#[derive(Debug, PartialEq)]
pub enum Misfit {
    Model(String),
    Settings(String),
}

impl Interface {
    /// Reads what `model` says of its input, and the rest from `settings`.
    pub fn new(model: &Model, input: NodeId, settings: &Settings) -> Result<Self, Misfit> {
        let info = model.node_info(input);
        let shape = info.as_ref().and_then(|info| info.shape());
        let open = || Dimension::Symbolic(String::new());
        let shape = shape.unwrap_or_else(|| vec![open(), open(), open(), open()]);
        let fixed: Vec<Option<usize>> = shape
            .iter()
            .map(|size| match size {
                Dimension::Fixed(size) => Some(*size),
                Dimension::Symbolic(_) => None,
            })
            .collect();
        let (batched, picture) = match fixed[..] {
            [None | Some(1), a, b, c] => (true, [a, b, c]),
            [a, b, c] => (false, [a, b, c]),
            [Some(pictures), _, _, _] => {
                return Err(Misfit::Model(format!(
                    "it takes {pictures} pictures at once"
                )));
            }
            _ => {
                let count = fixed.len();
                return Err(Misfit::Model(format!(
                    "its input has {count} dimensions, not 3 or 4"
                )));
            }
        };
        let layout = layout_of(picture, settings.layout);
        let (colours, height, width) = match layout {
            Layout::Nchw => (picture[0], picture[1], picture[2]),
            Layout::Nhwc => (picture[2], picture[0], picture[1]),
        };
        if let Some(colours) = colours.filter(|&colours| colours != 3) {
            return Err(Misfit::Model(format!(
                "it takes {colours} channels instead of 3 colours"
            )));
        }
        let spec = InputSpec {
            width: side("width", width, settings.width)?,
            height: side("height", height, settings.height)?,
            fit: settings.fit,
        };
        let normalise = normalise(info.and_then(|info| info.dtype()), settings)?;
        Ok(Self {
            spec,
            layout,
            channels: settings.channels,
            batched,
            normalise,
        })
    }

    /// The tensor's shape.
    pub fn shape(&self) -> Vec<usize> {
        let (width, height) = (self.spec.width as usize, self.spec.height as usize);
        let picture = match self.layout {
            Layout::Nchw => [3, height, width],
            Layout::Nhwc => [height, width, 3],
        };
        let batch = self.batched.then_some(1);
        batch.into_iter().chain(picture).collect()
    }

    /// Lays out the picture `rgb` as the tensor has it.
    pub fn values(&self, rgb: &[u8]) -> Values {
        match self.normalise {
            Some(normalise) => Values::Floats(self.arrange(rgb, |colour, value| {
                let (scale, shift) = normalise[colour];
                f32::from(value) * scale + shift
            })),
            None => Values::Bytes(self.arrange(rgb, |_, value| value)),
        }
    }

    /// `number(colour, value)` of every value, in the tensor's order.
    fn arrange<T>(&self, rgb: &[u8], number: impl Fn(usize, u8) -> T) -> Vec<T> {
        let pixels = rgb.as_chunks::<3>().0;
        let colours = match self.channels {
            Channels::Rgb => [0, 1, 2],
            Channels::Bgr => [2, 1, 0],
        };
        let mut numbers = Vec::with_capacity(rgb.len());
        match self.layout {
            Layout::Nchw => {
                for colour in colours {
                    numbers.extend(pixels.iter().map(|pixel| number(colour, pixel[colour])));
                }
            }
            Layout::Nhwc => {
                for pixel in pixels {
                    numbers.extend(colours.map(|colour| number(colour, pixel[colour])));
                }
            }
        }
        numbers
    }
}

/// The dimension of 3 is the colours'; where that does not decide, the settings do.
fn layout_of([first, _, last]: [Option<usize>; 3], settings: Option<Layout>) -> Layout {
    match (first, last) {
        (Some(3), Some(3)) | (None, None) => settings.unwrap_or(Layout::Nchw),
        (_, Some(3)) => Layout::Nhwc,
        _ => Layout::Nchw,
    }
}

fn side(name: &str, file: Option<usize>, settings: Option<usize>) -> Result<u32, Misfit> {
    if let (Some(file), Some(settings)) = (file, settings)
        && file != settings
    {
        return Err(Misfit::Settings(format!(
            "they give the {name} {settings}, but the model takes {file}"
        )));
    }
    let length = file.or(settings).unwrap_or(DEFAULT_SIDE);
    match u32::try_from(length) {
        Ok(side) if (1..=MAX_SIDE).contains(&length) => Ok(side),
        _ => {
            let reason = format!("a {name} of {length} pixels is not between 1 and {MAX_SIDE}");
            Err(if file.is_some() {
                Misfit::Model(reason)
            } else {
                Misfit::Settings(reason)
            })
        }
    }
}

/// Scale and shift of each colour; none where the model takes bytes.
fn normalise(
    kind: Option<ValueType>,
    settings: &Settings,
) -> Result<Option<[(f32, f32); 3]>, Misfit> {
    match kind {
        None | Some(ValueType::Tensor(DataType::Float)) => {
            let mean = settings.mean.unwrap_or(IMAGENET_MEAN);
            let std = settings.std.unwrap_or(IMAGENET_STD);
            let white = settings.range.unwrap_or(1.0);
            let colour = |i: usize| (white / 255.0 / std[i], -mean[i] / std[i]);
            Ok(Some([colour(0), colour(1), colour(2)]))
        }
        Some(ValueType::Tensor(DataType::UInt8)) => {
            if settings.mean.is_some() || settings.std.is_some() || settings.range.is_some() {
                let reason = "they give range, mean or std, but the model takes bytes as they are";
                return Err(Misfit::Settings(reason.into()));
            }
            Ok(None)
        }
        Some(_) => Err(Misfit::Model("it takes neither f32 nor u8 numbers".into())),
    }
}
