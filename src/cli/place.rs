//! Options of every verb and of the window: folders, clock and model.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use jiff::Timestamp;

use crate::worker::{Clock, StartedAt, SystemClock};

/// Folders, clock and model.
#[derive(Clone, Debug, Default, Args)]
pub struct Place {
    /// Folder of the catalogue
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Folder of the account, which knows whether the free month was used
    #[arg(
        long,
        value_name = "DIR",
        global = true,
        env = "IMAGE_SEARCH_CONFIG_DIR"
    )]
    pub config_dir: Option<PathBuf>,
    /// Start the clock at this instant, for tests (2026-11-16T00:00:00Z)
    #[arg(long, value_name = "RFC3339", global = true)]
    pub now: Option<Timestamp>,
    /// Use an ONNX image encoder of your own; its settings lie beside it
    #[arg(long, value_name = "FILE", global = true)]
    pub model: Option<PathBuf>,
}

impl Place {
    pub fn clock(&self) -> Arc<dyn Clock> {
        match self.now {
            Some(at) => Arc::new(StartedAt::new(at)),
            None => Arc::new(SystemClock::start()),
        }
    }
}
