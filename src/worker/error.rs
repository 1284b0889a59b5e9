//! Why the worker could not start.

use crate::{
    domain::subscription::LedgerError,
    engine::{catalogue::CatalogueError, store::StoreError},
};

/// A sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("No threads could be started: {0}. Close other programs and try again.")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl OpenError {
    /// See [`StoreError::restorable`].
    pub fn restorable(&self) -> bool {
        matches!(self, Self::Catalogue(CatalogueError::Store(error)) if error.restorable())
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Catalogue(error.into())
    }
}
