//! Trying a picture or a model in a process of its own, which may end on it.

use std::path::Path;

use super::failed::Failed;
use crate::{
    engine::{
        decode::{self, Limits},
        embed, files,
    },
    exit::Exit,
};

/// Bytes of memory a process that reads one picture may take: what all decoders share, four times.
const PICTURE_BYTES: u64 = 4 << 30;
/// Bytes that one with a model may take beside the model's file, and as a multiple of it: the file,
/// its weights as they are run, and what running takes.
const MODEL_BYTES: u64 = 2 << 30;
const MODEL_FILES: u64 = 4;
/// Seconds of a core.
const SECONDS: u64 = 60;

/// Decodes the picture as an import would. One that is refused has done no harm.
pub fn picture(path: &Path) -> Exit {
    limit(PICTURE_BYTES);
    let limits = Limits::default();
    if let Ok(file) = files::read(path, &limits) {
        // Whatever is wrong with it, it was said rather than died of.
        let _ = decode::thumbnail(&file.bytes, &limits);
        let _ = decode::preview(&file.bytes, 4_096, &limits);
    }
    Exit::Done
}

/// Opens the model and describes a picture with it.
///
/// # Errors
///
/// What is wrong with the model.
pub fn model(path: &Path) -> Result<Exit, Failed> {
    let len = path.metadata().map_or(0, |metadata| metadata.len());
    limit(MODEL_BYTES.saturating_add(len.saturating_mul(MODEL_FILES)));
    let model = embed::open_model(path).map_err(Failed::new)?;
    // Not one grey: some numbers are only lost where a picture has contrast.
    let picture: Vec<u8> = (0..model.input().bytes())
        .map(|at| (at * 97) as u8)
        .collect();
    let mut descriptor = vec![0.0; model.dimension()];
    model
        .embed(&picture, &mut descriptor)
        .map_err(Failed::new)?;
    Ok(Exit::Done)
}

#[cfg(unix)]
fn limit(bytes: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let limits = [
        (Resource::As, bytes),
        (Resource::Cpu, SECONDS),
        (Resource::Core, 0),
    ];
    for (resource, most) in limits {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        // Where it is refused, the parent's patience is the limit.
        let _ = setrlimit(resource, limit);
    }
}

#[cfg(not(unix))]
fn limit(_bytes: u64) {}
