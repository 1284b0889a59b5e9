//! From a picture's bytes to its descriptor: decode, thumbnail, network.

use std::{sync::Arc, time::Instant};

use super::{
    decode::{self, DecodeError, Limits, Pixels, Wanted},
    embed::{EmbedError, Embedder},
};
use crate::domain::query::{QueryView, Region};

/// Pixels of the longer side that are kept of a query: parts of half of it have the usual model's
/// input twice.
const KEPT_SIDE: u32 = 896;

/// A picture ready to be stored.
#[derive(Clone, Debug)]
pub struct Described {
    pub format: &'static str,
    /// Pixels, oriented.
    pub width: u32,
    pub height: u32,
    pub partial: bool,
    /// Unit length.
    pub descriptor: Vec<f32>,
    /// JPEG, 256 pixels on its longest side.
    pub thumbnail: Option<Vec<u8>>,
}

/// A query's descriptors, one for each requested rotation.
#[derive(Clone, Debug)]
pub struct DescribedQuery {
    pub width: u32,
    pub height: u32,
    /// Clockwise rotation of the query in degrees, and its descriptor of unit length.
    pub turned: Vec<(u16, Vec<f32>)>,
    /// What was described, as large as it was decoded and at most 896 pixels a side: for
    /// the descriptors of its parts, and to prove copies by. `None` where none can be.
    pub pixels: Option<Pixels>,
    pub decode_ms: f64,
    pub embed_ms: f64,
}

/// Why a picture has no descriptor; `Display` is a sentence for the user without the file's name.
#[derive(Debug, thiserror::Error)]
pub enum DescribeError {
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Embed(#[from] EmbedError),
}

/// Describes pictures; shared by all threads.
pub trait Describe: Send + Sync {
    /// Id of the model: descriptors of different ids do not compare.
    fn model_id(&self) -> &str;
    fn model_name(&self) -> &str;
    fn dimension(&self) -> usize;

    /// # Errors
    ///
    /// [`DescribeError`] where the bytes are no picture that can be read.
    fn describe(&self, bytes: &[u8]) -> Result<Described, DescribeError>;

    /// Describes a view of a query.
    ///
    /// # Errors
    ///
    /// As [`Self::describe`]; also where the region lies outside the picture.
    fn describe_query(
        &self,
        bytes: &[u8],
        view: QueryView,
    ) -> Result<DescribedQuery, DescribeError>;

    /// The descriptor, of unit length, of a part of a query's pixels.
    ///
    /// # Errors
    ///
    /// [`DescribeError`] where nothing of the part lies in them.
    fn describe_part(&self, pixels: &Pixels, part: Region) -> Result<Vec<f32>, DescribeError>;
}

/// The production implementation: the decoders and an [`Embedder`].
pub struct Describer {
    embedder: Arc<dyn Embedder>,
    limits: Limits,
}

impl Describer {
    pub fn new(embedder: Arc<dyn Embedder>, limits: Limits) -> Self {
        Self { embedder, limits }
    }

    fn decode(&self, bytes: &[u8], wanted: Wanted) -> Result<decode::Picture, DecodeError> {
        decode::with_scratch(|scratch| decode::picture(bytes, &wanted, &self.limits, scratch))
    }

    fn embed(&self, rgb: &[u8]) -> Result<Vec<f32>, EmbedError> {
        let mut descriptor = vec![0.0; self.embedder.dimension()];
        self.embedder.embed(rgb, &mut descriptor)?;
        Ok(descriptor)
    }
}

impl Describe for Describer {
    fn model_id(&self) -> &str {
        self.embedder.id()
    }

    fn model_name(&self) -> &str {
        self.embedder.name()
    }

    fn dimension(&self) -> usize {
        self.embedder.dimension()
    }

    fn describe(&self, bytes: &[u8]) -> Result<Described, DescribeError> {
        let wanted = Wanted {
            input: self.embedder.input(),
            thumbnail: true,
            region: None,
            pixels: None,
        };
        let picture = self.decode(bytes, wanted)?;
        Ok(Described {
            format: picture.format,
            width: picture.width,
            height: picture.height,
            partial: picture.partial,
            descriptor: self.embed(&picture.input)?,
            thumbnail: picture.thumbnail,
        })
    }

    fn describe_query(
        &self,
        bytes: &[u8],
        view: QueryView,
    ) -> Result<DescribedQuery, DescribeError> {
        let started = Instant::now();
        let wanted = Wanted {
            input: self.embedder.input(),
            thumbnail: false,
            region: view.region,
            pixels: Some(KEPT_SIDE),
        };
        let picture = self.decode(bytes, wanted)?;
        let decoded = Instant::now();
        let side = self.embedder.input();
        let mut turned = vec![(0, self.embed(&picture.input)?)];
        // The input of a turned picture is its input turned, as long as the input is square.
        if view.rotations && side.width == side.height {
            for quarter in 1..4_u8 {
                let input = decode::turn(&picture.input, side.width, side.height, quarter);
                turned.push((u16::from(quarter) * 90, self.embed(&input)?));
            }
        }
        Ok(DescribedQuery {
            width: picture.width,
            height: picture.height,
            turned,
            pixels: picture.pixels,
            decode_ms: (decoded - started).as_secs_f64() * 1e3,
            embed_ms: decoded.elapsed().as_secs_f64() * 1e3,
        })
    }

    fn describe_part(&self, pixels: &Pixels, part: Region) -> Result<Vec<f32>, DescribeError> {
        Ok(self.embed(&decode::input_of(pixels, part, self.embedder.input())?)?)
    }
}
