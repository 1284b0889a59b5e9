//! Pictures without a file: pasted, or dropped as bytes. They get one in the data folder.

use std::{path::PathBuf, sync::Arc};

use super::Worker;
use crate::{
    engine::decode,
    worker::{command::RequestId, event::FailureKind, export::write_whole, work::Work},
};

/// Folder of pasted pictures within the data folder.
const PASTED: &str = "pasted";

impl Worker<'_> {
    /// Keeps the bytes as a file named by their hash, then imports it.
    pub fn import_bytes(&mut self, request: RequestId, name: &str, bytes: Arc<[u8]>) {
        if self.refused(request) {
            return;
        }
        let folder = self.options.data_dir.join(PASTED);
        let name = name.to_owned();
        let work = self.work.clone();
        self.pools.background.spawn(move || {
            let result = save(&folder, &name, &bytes);
            // A worker that has gone imports nothing.
            let _ = work.send(Work::PastedSaved { request, result });
        });
    }

    pub fn pasted_saved(&mut self, request: RequestId, result: Result<PathBuf, String>) {
        match result {
            Ok(path) => self.start_import(request, &[path]),
            Err(reason) => self.out.failed(request, FailureKind::Input, reason),
        }
    }
}

fn save(folder: &std::path::Path, name: &str, bytes: &[u8]) -> Result<PathBuf, String> {
    let header = decode::header(bytes).map_err(|error| format!("{name}: {error}"))?;
    let hash = blake3::hash(bytes).to_hex();
    let ending = header.format.to_ascii_lowercase().replace(' ', "-");
    let path = folder.join(format!("{}.{ending}", &hash[..16]));
    if !path.exists() {
        std::fs::create_dir_all(folder)
            .map_err(|error| format!("{} could not be made: {error}.", folder.display()))?;
        write_whole(&path, |out| out.write_all(bytes)).map_err(|error| error.to_string())?;
    }
    Ok(path)
}
