//! Reads one picture in a process of its own, which may end on it.

use std::path::Path;

use crate::{
    engine::{
        decode::{self, Limits},
        files,
    },
    exit::Exit,
};

/// Bytes of memory this process may take: what all decoders share, four times.
#[cfg(unix)]
const MEMORY_BYTES: u64 = 4 << 30;
/// Seconds of a core.
#[cfg(unix)]
const SECONDS: u64 = 60;

/// Decodes the picture as an import would. One that is refused has done no harm.
pub fn run(path: &Path) -> Exit {
    limit();
    let limits = Limits::default();
    if let Ok(file) = files::read(path, &limits) {
        // Whatever is wrong with it, it was said rather than died of.
        let _ = decode::thumbnail(&file.bytes, &limits);
        let _ = decode::preview(&file.bytes, 4_096, &limits);
    }
    Exit::Done
}

#[cfg(unix)]
fn limit() {
    use rustix::process::{Resource, Rlimit, setrlimit};

    let limits = [
        (Resource::As, MEMORY_BYTES),
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
fn limit() {}
