//! Pictures without a file: pasted, or dropped as bytes. They get one in the data folder.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    domain::{path::shown, record::ContentHash},
    engine::{
        decode,
        files::{
            private,
            whole::{self, Access},
        },
    },
    worker::{command::RequestId, shared::Shared, work::Work},
};

/// Folder of pasted pictures within the data folder.
const PASTED: &str = "pasted";

/// Keeps the bytes as a file named by their hash, on the pool; the path follows as a message.
pub fn save(shared: &Shared, request: RequestId, name: String, bytes: Arc<[u8]>) {
    let folder = shared.options.data_dir.join(PASTED);
    let work = shared.work.clone();
    shared.pools.pictures.spawn(move || {
        let result = write(&folder, &name, &bytes);
        // A worker that has ended imports nothing.
        let _ = work.send(Work::PastedSaved { request, result });
    });
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
    let header = decode::header(bytes).map_err(|error| format!("{name}: {error}"))?;
    let hash = ContentHash::of(bytes).to_string();
    let ending = header.format.to_ascii_lowercase().replace(' ', "-");
    let path = folder.join(format!("{}.{ending}", &hash[..16]));
    if !path.exists() {
        private::create_folder(folder, &[])
            .map_err(|error| format!("{} could not be made: {error}.", shown(folder)))?;
        whole::write(&path, Access::Private, bytes).map_err(|error| error.to_string())?;
    }
    Ok(path)
}
