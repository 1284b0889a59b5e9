//! The graph on disk: a cache that may be thrown away at any time.
//!
//! A dump is written into a folder of its own (a *generation*), made durable, and only then named
//! by the manifest, which is renamed into place. Until then the older generation remains in force.
//! A file that differs from the manifest by a byte is not loaded: `hnsw_rs` ends the process on
//! truncated files.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    config::IndexMeta,
    graph::{FILES, Graph, HnswGraph},
};
use crate::engine::files::{
    private,
    whole::{self, Access},
};

const MANIFEST: &str = "manifest.json";
const GENERATION: &str = "generation-";

/// Changes with the meaning of the files, which are in the machine's own byte order, and with how
/// well a graph is built.
const FORMAT: &str = if cfg!(target_endian = "little") {
    "hnsw_rs-0.3.5 i8 le 2"
} else {
    "hnsw_rs-0.3.5 i8 be 2"
};

/// A manifest is some 600 bytes: what is longer is none.
const MANIFEST_AT_MOST: u64 = 64 * 1024;

/// Names a generation and everything that must hold for it to be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Manifest {
    format: String,
    generation: u64,
    pub model_id: String,
    pub dimension: usize,
    /// The store's change counter when the dump was asked for.
    pub sequence: u64,
    /// Vectors of the catalogue then.
    pub rows: usize,
    /// Nodes of the graph, tombstones included.
    pub nodes: usize,
    files: Vec<FileSeal>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct FileSeal {
    name: String,
    bytes: u64,
    blake3: String,
}

/// Why the stored graph is not used; searches are answered by exact scans meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RebuildReason {
    #[error("There is no stored search graph yet.")]
    NoDump,
    #[error("The search graph's manifest cannot be read ({0}); the graph is rebuilt.")]
    Manifest(String),
    #[error("The stored search graph is of another version of the program; it is rebuilt.")]
    Format,
    #[error("The stored search graph belongs to another model; it is rebuilt.")]
    Model,
    #[error(
        "The stored search graph is of change {dumped} of the catalogue, which is at {current}; \
         it is rebuilt."
    )]
    Sequence { dumped: u64, current: u64 },
    #[error(
        "The stored search graph is of {dumped} pictures, the catalogue has {current}; it is \
         rebuilt."
    )]
    Rows { dumped: usize, current: usize },
    #[error("The search graph's file {file} is damaged ({detail}); the graph is rebuilt.")]
    File { file: String, detail: String },
    #[error("The stored search graph cannot be loaded ({0}); it is rebuilt.")]
    Load(String),
}

/// Why the graph was not stored. The catalogue is unharmed: the next start builds the graph.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    #[error(
        "The search graph could not be stored in {folder} ({detail}). Nothing is lost; the next \
         start takes longer. Check the free space and permissions of that folder."
    )]
    Write { folder: PathBuf, detail: String },
    #[error("Storing the search graph was broken off.")]
    Cancelled,
}

/// Reads the manifest and makes the cheap checks.
pub(super) fn find(dir: &Path, meta: &IndexMeta) -> Result<Manifest, RebuildReason> {
    let path = dir.join(MANIFEST);
    let unreadable = |error: &dyn std::fmt::Display| RebuildReason::Manifest(error.to_string());
    let length = match fs::metadata(&path) {
        Ok(metadata) => metadata.len(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(RebuildReason::NoDump),
        Err(error) => return Err(unreadable(&error)),
    };
    if length > MANIFEST_AT_MOST {
        return Err(unreadable(&"it is too long"));
    }
    let bytes = whole::read(&path).map_err(|error| unreadable(&error))?;
    let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))?;
    if manifest.format != FORMAT {
        return Err(RebuildReason::Format);
    }
    if manifest.model_id != meta.model_id || manifest.dimension != meta.dimension {
        return Err(RebuildReason::Model);
    }
    if manifest.sequence != meta.sequence {
        return Err(RebuildReason::Sequence {
            dumped: manifest.sequence,
            current: meta.sequence,
        });
    }
    if manifest.files.iter().map(|file| &file.name).ne(FILES) {
        return Err(unreadable(&"it names other files"));
    }
    for file in &manifest.files {
        let length = fs::metadata(generation(dir, manifest.generation).join(&file.name));
        let damaged = |detail| RebuildReason::File {
            file: file.name.clone(),
            detail,
        };
        match length {
            Ok(found) if found.len() == file.bytes => {}
            Ok(found) => {
                let (found, expected) = (found.len(), file.bytes);
                return Err(damaged(format!("{found} bytes instead of {expected}")));
            }
            Err(error) => return Err(damaged(error.to_string())),
        }
    }
    Ok(manifest)
}

/// Compares the files with their checksums, then loads the graph.
pub(super) fn load(dir: &Path, manifest: &Manifest) -> Result<HnswGraph, RebuildReason> {
    let folder = generation(dir, manifest.generation);
    for file in &manifest.files {
        let damaged = |detail| RebuildReason::File {
            file: file.name.clone(),
            detail,
        };
        let found = seal(&folder, &file.name).map_err(|error| damaged(error.to_string()))?;
        if found != *file {
            return Err(damaged("its checksum differs".into()));
        }
    }
    let graph = HnswGraph::read(&folder).map_err(RebuildReason::Load)?;
    if graph.nodes() != manifest.nodes {
        return Err(RebuildReason::Load("its number of nodes differs".into()));
    }
    Ok(graph)
}

/// What a dump was made from.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub meta: IndexMeta,
    pub rows: usize,
}

/// Writes the graph as a new generation, names it, and removes the older ones.
///
/// # Failure
/// The existing dump is unharmed.
pub(super) fn write(
    dir: &Path,
    graph: &dyn Graph,
    label: &Label,
    cancelled: &dyn Fn() -> bool,
) -> Result<(), DumpError> {
    let failed = |detail: String| DumpError::Write {
        folder: dir.to_path_buf(),
        detail,
    };
    let number = next_generation(dir).map_err(|error| failed(error.to_string()))?;
    let folder = generation(dir, number);
    let sealed = write_files(&folder, graph);
    let named = match sealed {
        _ if cancelled() => Err(DumpError::Cancelled),
        Err(detail) => Err(failed(detail)),
        Ok(files) => {
            let manifest = Manifest {
                format: FORMAT.into(),
                generation: number,
                model_id: label.meta.model_id.clone(),
                dimension: label.meta.dimension,
                sequence: label.meta.sequence,
                rows: label.rows,
                nodes: graph.nodes(),
                files,
            };
            name(dir, &manifest).map_err(|error| failed(error.to_string()))
        }
    };
    let keep = named.is_ok().then_some(number);
    match keep {
        Some(_) => sweep(dir, keep),
        // A partial dump is useless, and failing to remove it does no harm.
        None => drop(fs::remove_dir_all(&folder)),
    }
    named
}

fn write_files(folder: &Path, graph: &dyn Graph) -> Result<Vec<FileSeal>, String> {
    private::create_folder(folder, &[]).map_err(|error| error.to_string())?;
    graph.write(folder)?;
    let sealed = FILES.iter().map(|file| {
        // Opened for writing, which Windows wants of a file that is to be flushed.
        let opened = File::options().write(true).open(folder.join(file))?;
        opened.sync_all()?;
        seal(folder, file)
    });
    let sealed: io::Result<Vec<FileSeal>> = sealed.collect();
    sealed
        .and_then(|sealed| whole::sync_folder(folder).map(|()| sealed))
        .map_err(|error| error.to_string())
}

fn name(dir: &Path, manifest: &Manifest) -> io::Result<()> {
    let written = whole::write_with(&dir.join(MANIFEST), Access::Private, |out| {
        Ok(serde_json::to_writer_pretty(out, manifest)?)
    });
    written.map_err(|error| error.source)
}

fn seal(folder: &Path, name: &str) -> io::Result<FileSeal> {
    let file = File::open(folder.join(name))?;
    let bytes = file.metadata()?.len();
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(file)?;
    Ok(FileSeal {
        name: name.into(),
        bytes,
        blake3: hasher.finalize().to_hex().to_string(),
    })
}

fn generation(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{GENERATION}{number}"))
}

fn generations(dir: &Path) -> io::Result<Vec<u64>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir)? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(GENERATION));
        found.extend(number.and_then(|number| number.parse::<u64>().ok()));
    }
    Ok(found)
}

fn next_generation(dir: &Path) -> io::Result<u64> {
    private::create_folder(dir, &[MANIFEST])?;
    let last = generations(dir)?.into_iter().max().unwrap_or(0);
    Ok(last.saturating_add(1))
}

/// Deletes the stored graph; one that is not there is deleted already.
///
/// # Errors
///
/// Where its manifest cannot be deleted.
pub fn forget(dir: &Path) -> io::Result<()> {
    match fs::remove_file(dir.join(MANIFEST)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => sweep(dir, None),
    }
    Ok(())
}

/// Removes the generations other than `keep`. One that cannot be removed (still open on Windows)
/// is left for the next dump.
pub(super) fn sweep(dir: &Path, keep: Option<u64>) {
    for number in generations(dir).unwrap_or_default() {
        if Some(number) != keep {
            drop(fs::remove_dir_all(generation(dir, number)));
        }
    }
}
