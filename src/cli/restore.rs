//! The verb that puts a backup in place of the catalogue.

use std::path::PathBuf;

use super::{failed::Failed, place::Place, print, session::folders};
use crate::{
    engine::{catalogue::Catalogue, store::Store},
    exit::Exit,
};

/// Restores `copy`, or the newest sound backup.
pub fn run(place: &Place, copy: Option<PathBuf>) -> Result<Exit, Failed> {
    let (data_dir, _) = folders(place)?;
    let _lock = Store::lock(&data_dir).map_err(Failed::new)?;
    let now = place.clock().now();
    let restored = Catalogue::restore_backup(&data_dir, copy.as_deref(), now);
    print::line(&restored.map_err(Failed::new)?.to_string())?;
    Ok(Exit::Done)
}
