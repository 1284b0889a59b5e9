//! Where a query's pixels are, and their descriptors, made on a pool.

use std::{path::PathBuf, sync::Arc};

use rayon::prelude::*;

use crate::{
    domain::{
        path::{shown, shown_name},
        picture,
        proof::Part,
        query::{QueryPicture, QuerySource, QueryView, Region, TookMs},
        record::{ContentHash, Record, RecordId},
    },
    engine::{
        catalogue::{Catalogue, QueryVectors},
        decode::{self, Limits, Pixels},
        describe::Describe,
        files::ReadFiles,
        proof::{QueryLook, Rgb},
    },
};

/// Message for an unknown id.
pub const GONE: &str = "That picture is no longer in the catalogue.";

/// Where a query's pixels are.
pub enum Resolved {
    /// The same picture under several paths: the first readable one is used.
    Files {
        name: String,
        paths: Vec<PathBuf>,
    },
    Bytes {
        name: String,
        bytes: Arc<[u8]>,
    },
    /// Its stored descriptor.
    Vectors {
        vectors: QueryVectors,
        record: Record,
    },
}

impl Resolved {
    /// Resolves a query's source; uses its stored vectors if they answer the query.
    ///
    /// # Errors
    ///
    /// A sentence for the user.
    pub fn of(picture: &QueryPicture, catalogue: &Catalogue) -> Result<Self, String> {
        match &picture.source {
            QuerySource::Record(id) if picture.view.is_stored() => {
                match stored_vectors(*id, catalogue)? {
                    Some((vectors, record)) => Ok(Self::Vectors { vectors, record }),
                    None => Self::pixels_of(&picture.source, catalogue),
                }
            }
            source => Self::pixels_of(source, catalogue),
        }
    }

    /// Where the source's bytes are.
    ///
    /// # Errors
    ///
    /// A sentence for the user.
    pub fn pixels_of(source: &QuerySource, catalogue: &Catalogue) -> Result<Self, String> {
        match source {
            QuerySource::File(path) => {
                let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
                Ok(Self::Files {
                    name: shown_name(&path),
                    paths: vec![path],
                })
            }
            QuerySource::Bytes { name, bytes } => Ok(Self::Bytes {
                name: name.clone(),
                bytes: bytes.clone(),
            }),
            QuerySource::Record(id) => {
                let record = catalogue.store().record(*id).map_err(|e| e.to_string())?;
                let record = record.ok_or(GONE)?;
                Ok(Self::Files {
                    name: record.title(),
                    paths: record.paths,
                })
            }
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Files { name, .. } | Self::Bytes { name, .. } => name,
            Self::Vectors { vectors, .. } => &vectors.name,
        }
    }

    /// The picture's bytes.
    ///
    /// # Errors
    ///
    /// A sentence for the user that names the file.
    pub fn bytes(&self, files: &dyn ReadFiles) -> Result<Arc<[u8]>, String> {
        let paths = match self {
            Self::Bytes { bytes, .. } => return Ok(bytes.clone()),
            Self::Files { paths, .. } => paths,
            Self::Vectors { record, .. } => &record.paths,
        };
        let mut reason = "This picture has no file to read.".to_owned();
        for path in paths {
            match files.read(path) {
                Ok(read) => return Ok(read.bytes.into()),
                Err(error) => reason = format!("{}: {error}", shown(path)),
            }
        }
        Err(reason)
    }
}

/// Descriptor and facts of an indexed picture; `None` where its descriptor is of another model.
fn stored_vectors(
    id: RecordId,
    catalogue: &Catalogue,
) -> Result<Option<(QueryVectors, Record)>, String> {
    let record = catalogue.store().record(id).map_err(|e| e.to_string())?;
    let record = record.ok_or(GONE)?;
    let Some(vector) = catalogue.vector(id) else {
        return Ok(None);
    };
    let vectors = QueryVectors {
        name: record.title(),
        width: record.width,
        height: record.height,
        hash: Some(record.hash),
        turned: vec![(0, vector)],
        crops: Vec::new(),
        look: None,
        took_ms: TookMs::default(),
    };
    Ok(Some((vectors, record)))
}

/// Reads, decodes and embeds a query; for a pool.
///
/// # Errors
///
/// A sentence for the user.
pub fn describe(
    source: &Resolved,
    view: QueryView,
    describer: &dyn Describe,
    files: &dyn ReadFiles,
) -> Result<Fresh, String> {
    let bytes = source.bytes(files)?;
    let query = describer
        .describe_query(&bytes, view)
        .map_err(|error| format!("{}: {error}", source.name()))?;
    let hash = view.region.is_none().then(|| ContentHash::of(&bytes));
    let vectors = QueryVectors {
        name: source.name().to_owned(),
        width: query.width,
        height: query.height,
        hash,
        turned: query.turned,
        crops: Vec::new(),
        look: None,
        took_ms: TookMs {
            decode: query.decode_ms,
            embed: query.embed_ms,
            ..TookMs::default()
        },
    };
    let kept = query.pixels.map(|pixels| Kept {
        part: part(view.region, query.width, query.height),
        size: [query.width, query.height],
        pixels,
    });
    Ok(Fresh { vectors, kept })
}

/// What of the picture a view shows; the region's part outside is not there.
fn part(region: Option<Region>, width: u32, height: u32) -> Part {
    let Some(region) = region else {
        return Part::WHOLE;
    };
    let edge = |at: u32, side: u32| at.min(side) as f32 / side.max(1) as f32;
    let (x, y) = (edge(region.x, width), edge(region.y, height));
    let right = edge(region.x.saturating_add(region.width), width);
    let bottom = edge(region.y.saturating_add(region.height), height);
    Part {
        x,
        y,
        w: right - x,
        h: bottom - y,
    }
}

/// A described query: its vectors, and what more can be made of its pixels.
pub struct Fresh {
    pub vectors: QueryVectors,
    pub kept: Option<Kept>,
}

/// The pixels of a query.
pub struct Kept {
    pixels: Pixels,
    part: Part,
    size: [u32; 2],
}

/// What of a query comes after its first answer.
pub struct Rest {
    /// As [`QueryVectors::crops`].
    pub crops: Vec<Vec<f32>>,
    pub look: Option<Arc<QueryLook>>,
}

impl Rest {
    pub const NONE: Self = Self {
        crops: Vec::new(),
        look: None,
    };
}

/// Share of a side, and the places, of the crops that are asked besides the whole: corners and
/// middle, and for pictures that take a small part of the query nine smaller ones.
const CROPS: [(f64, &[f64], &[f64]); 3] = [
    (0.63, &[0.0, 0.37], &[0.0, 0.37]),
    (0.63, &[0.185], &[0.185]),
    (0.5, &[0.0, 0.25, 0.5], &[0.0, 0.25, 0.5]),
];

/// The crops' vectors and the look; uses the threads of the pool it runs on.
pub fn rest(kept: &Kept, describer: &dyn Describe) -> Rest {
    let (width, height) = (f64::from(kept.pixels.width), f64::from(kept.pixels.height));
    let mut regions = Vec::new();
    for (share, across, down) in CROPS {
        let places = across.iter().flat_map(|x| down.iter().map(move |y| (x, y)));
        regions.extend(places.map(|(x, y)| Region {
            x: (x * width) as u32,
            y: (y * height) as u32,
            width: (share * width).ceil() as u32,
            height: (share * height).ceil() as u32,
        }));
    }
    let crop = |region: &Region| describer.describe_part(&kept.pixels, *region).ok();
    let (crops, look) = rayon::join(
        || regions.par_iter().filter_map(crop).collect(),
        || QueryLook::new(Rgb::new(&kept.pixels, kept.size).of_part(kept.part)),
    );
    Rest {
        crops,
        look: Some(Arc::new(look)),
    }
}

/// Pixels and descriptor of an indexed picture: from its file where that is what was indexed, else
/// from its thumbnail.
pub fn kept_of(
    record: &Record,
    thumbnail: Option<&[u8]>,
    describer: &dyn Describe,
    files: &dyn ReadFiles,
) -> Option<(Option<Kept>, Vec<f32>)> {
    let read = |path: &PathBuf| files.read(path).ok().map(|read| read.bytes);
    let is_it = |bytes: &Vec<u8>| ContentHash::of(bytes) == record.hash;
    let bytes = record.paths.iter().filter_map(read).find(is_it);
    let bytes = bytes.or_else(|| thumbnail.map(<[u8]>::to_vec))?;
    let query = describer
        .describe_query(&bytes, QueryView::default())
        .ok()?;
    let (_, descriptor) = query.turned.into_iter().next()?;
    let kept = query.pixels.map(|pixels| Kept {
        pixels,
        part: Part::WHOLE,
        size: [record.width, record.height],
    });
    Some((kept, descriptor))
}

/// For display: at most `max_side` wide and high.
///
/// # Errors
///
/// A sentence for the user.
pub fn pixels(bytes: &[u8], max_side: u32, limits: &Limits) -> Result<picture::Pixels, String> {
    let (shown, full_width, full_height, _) =
        decode::preview(bytes, max_side, limits).map_err(|error| error.to_string())?;
    Ok(picture::Pixels {
        width: shown.width,
        height: shown.height,
        rgb: shown.rgb,
        full_width,
        full_height,
    })
}
