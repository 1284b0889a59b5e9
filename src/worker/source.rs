//! Where a query's pixels are, and their descriptors, made on a pool.

use std::{path::PathBuf, sync::Arc};

use crate::{
    domain::{
        path::{shown, shown_name},
        picture,
        query::{QueryPicture, QuerySource, QueryView, TookMs},
        record::{ContentHash, Record, RecordId},
    },
    engine::{
        catalogue::{Catalogue, QueryVectors},
        decode::{self, Limits},
        describe::Describe,
        files::ReadFiles,
        rest::Kept,
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
    /// With its stored descriptor.
    Stored(Box<(QueryVectors, Record)>),
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
                    Some(stored) => Ok(Self::Stored(Box::new(stored))),
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
                Ok(Self::files_of(&record))
            }
        }
    }

    /// The files of an indexed picture.
    pub fn files_of(record: &Record) -> Self {
        Self::Files {
            name: record.title(),
            paths: record.paths.clone(),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Self::Files { name, .. } | Self::Bytes { name, .. } => name,
            Self::Stored(stored) => &stored.0.name,
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
            Self::Stored(stored) => &stored.1.paths,
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
        nominating: Vec::new(),
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
        nominating: Vec::new(),
        look: None,
        took_ms: TookMs {
            decode: query.decode_ms,
            embed: query.embed_ms,
            ..TookMs::default()
        },
    };
    let size = [query.width, query.height];
    let kept = query
        .pixels
        .map(|pixels| Kept::new(pixels, view.region, size));
    Ok(Fresh { vectors, kept })
}

/// A described query: its vectors, and what more can be made of its pixels.
pub struct Fresh {
    pub vectors: QueryVectors,
    pub kept: Option<Kept>,
}

/// An indexed picture described: from its file where that is what was indexed, else from its
/// thumbnail.
pub fn describe_indexed(
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
    let size = [record.width, record.height];
    let kept = query.pixels.map(|pixels| Kept::new(pixels, None, size));
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
