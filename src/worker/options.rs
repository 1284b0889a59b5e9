//! Configuration of a worker.

use std::{path::PathBuf, sync::Arc};

use super::clock::Clock;
use crate::engine::{
    decode::Limits,
    describe::Describe,
    files::{ReadFiles, guard::TryFile},
    index::IndexConfig,
    store::DataLock,
};

/// When the daily copy of the catalogue is made, if one is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Copies {
    /// In the background, at a time when no job writes.
    InBackground,
    /// On [`super::Command::BackUp`]: a process that soon ends would break it off.
    WhenAsked,
}

/// Folders, clock and engines of a worker.
pub struct Options {
    /// Folder of catalogue, thumbnails, index dump and lock.
    pub data_dir: PathBuf,
    /// The account's own folder: it knows whether the free month was used, whatever the catalogue.
    pub config_dir: PathBuf,
    pub clock: Arc<dyn Clock>,
    pub describer: Arc<dyn Describe>,
    pub files: Arc<dyn ReadFiles>,
    /// Tries the files at which an earlier process ended.
    pub trial: Arc<dyn TryFile>,
    pub limits: Limits,
    pub index: IndexConfig,
    /// Threads for imports; 0 is all cores but one, which the window keeps.
    pub threads: usize,
    /// Go on with the jobs an earlier start left.
    pub resume_jobs: bool,
    /// When the daily copy is made.
    pub copies: Copies,
    /// What the user should know of how the program was started, a sentence each.
    pub notices: Vec<String>,
    /// The data folder's lock, taken before; kept as long as the worker runs.
    pub lock: DataLock,
}
