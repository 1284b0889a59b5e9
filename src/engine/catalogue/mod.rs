//! Store and index as one: what is in SQLite is in the index, and a search asks both.

mod search;

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::{
    describe::Describe,
    index::{
        self, Codes, CodesError, IndexConfig, IndexError, IndexEvent, IndexMeta, Opened,
        VectorIndex,
    },
    store::{Batch, Changed, Committed, Outcome, Restored, Store, StoreError, UndoRest, Undone},
};
use crate::domain::{
    catalogue::{IndexState, ModelInfo},
    record::RecordId,
};

pub use search::{QueryVectors, Ranking, SearchError};

/// Why the catalogue cannot do what was asked; `Display` is a sentence for the user.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("The index refused a descriptor: {0}")]
    Index(#[from] IndexError),
    #[error("A descriptor is damaged: {0}. Re-index the catalogue to compute it again.")]
    Codes(#[from] CodesError),
}

impl CatalogueError {
    /// See [`StoreError::is_disk`].
    pub fn is_disk(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_disk())
    }
}

/// The catalogue of one data folder. Used by one thread.
pub struct Catalogue {
    store: Store,
    index: VectorIndex,
    dir: PathBuf,
    model: ModelInfo,
    /// Pictures stored.
    stored: u64,
    /// Descriptors that could not be loaded.
    damaged: u64,
    /// Grows with every change a listing could show.
    generation: u64,
}

impl Catalogue {
    /// Opens or creates the catalogue in `dir` for the model of `describer`.
    ///
    /// A catalogue indexed with another model opens too: it can be looked at and re-indexed, and
    /// [`ModelInfo::catalogue_differs`] says so. One that never had a picture takes any model.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the database cannot be opened. A damaged descriptor is no error: see
    /// [`Self::damaged_descriptors`].
    pub fn open(
        dir: &Path,
        describer: &dyn Describe,
        config: IndexConfig,
        now: Timestamp,
    ) -> Result<Self, CatalogueError> {
        let mut store = Store::open(dir, now)?;
        let indexed_with = match store.sequence()? {
            0 => None,
            _ => store.model_id()?,
        };
        let catalogue_differs = match indexed_with {
            Some(id) if id != describer.model_id() => Some(id),
            Some(_) => None,
            None => {
                store.set_model(describer.model_id(), describer.dimension())?;
                None
            }
        };
        let model = ModelInfo {
            id: describer.model_id().to_owned(),
            name: describer.model_name().to_owned(),
            dimension: describer.dimension(),
            catalogue_differs,
        };
        let (index, damaged) = load_index(&store, dir, &model, config)?;
        let stored = store.count()?;
        Ok(Self {
            store,
            index,
            dir: dir.to_owned(),
            model,
            stored,
            damaged,
            generation: 0,
        })
    }

    /// Puts a backup in place of a catalogue that is damaged or lost; see
    /// [`Store::restore_backup`].
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was replaced.
    pub fn restore_backup(
        dir: &Path,
        copy: Option<&Path>,
        now: Timestamp,
    ) -> Result<Restored, StoreError> {
        // A graph saved of the catalogue that goes must not pass for one of that which comes.
        index::forget(dir).map_err(|error| StoreError::io(dir, error))?;
        Store::restore_backup(dir, copy, now)
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// For what has no effect on vectors or listings (account, jobs, messages).
    pub fn store_mut(&mut self) -> &mut Store {
        &mut self.store
    }

    pub fn model(&self) -> &ModelInfo {
        &self.model
    }

    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Pictures stored.
    pub fn stored(&self) -> u64 {
        self.stored
    }

    /// Pictures that are not found because their descriptors are damaged.
    pub fn damaged_descriptors(&self) -> u64 {
        self.damaged
    }

    pub fn index_state(&self) -> IndexState {
        self.index.state()
    }

    /// Has a message whenever [`Self::tick`] has something to take over.
    pub fn wake(&self) -> crossbeam_channel::Receiver<()> {
        self.index.wake()
    }

    /// Takes over the index's background results.
    pub fn tick(&mut self) -> Vec<IndexEvent> {
        self.index.tick()
    }

    /// Commits a batch of an import and makes its new pictures searchable.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing of the batch was committed.
    pub fn commit(&mut self, batch: &Batch) -> Result<Vec<Committed>, CatalogueError> {
        let committed = self.store.commit_batch(batch)?;
        for (done, result) in batch.done.iter().zip(&committed) {
            if let Some(gone) = result.replaced {
                self.index.remove(gone);
                self.stored -= 1;
            }
            let (Outcome::New(new), true, Some(id)) = (&done.outcome, result.new, result.record)
            else {
                continue;
            };
            let codes = Codes::from_bytes(&new.descriptor, self.model.dimension)?;
            self.index.insert(id, &codes)?;
            self.stored += 1;
        }
        if committed.iter().any(|one| one.record.is_some()) {
            self.generation += 1;
        }
        Ok(committed)
    }

    /// Removes pictures; [`Self::undo`] brings them back, with those of the `earlier` parts of the
    /// same removal. The count of those that were there, of all parts.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was removed.
    pub fn remove(
        &mut self,
        earlier: Changed,
        ids: &[RecordId],
        now: Timestamp,
    ) -> Result<Changed, CatalogueError> {
        let removed = self.store.remove(earlier, ids, now)?;
        for id in ids {
            self.index.remove(*id);
        }
        self.stored -= removed.pictures - earlier.pictures;
        self.generation += 1;
        Ok(removed)
    }

    /// Undoes `most` pictures of the latest removal or edit, or of the one that `rest` is of.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was undone.
    pub fn undo(
        &mut self,
        rest: Option<UndoRest>,
        most: usize,
        now: Timestamp,
    ) -> Result<Option<Undone>, CatalogueError> {
        let Some(undone) = self.store.undo(rest, most, now)? else {
            return Ok(None);
        };
        for id in &undone.restored {
            let blob = self.store.descriptor(*id)?.unwrap_or_default();
            match Codes::from_bytes(&blob, self.model.dimension) {
                Ok(codes) => self.index.restore(*id, &codes)?,
                // It is back; that it is not found is said when the catalogue is opened.
                Err(_) => self.damaged += 1,
            }
        }
        self.stored += undone.restored.len() as u64;
        self.generation += 1;
        Ok(Some(undone))
    }

    /// Marks listings stale after fields changed.
    pub fn fields_changed(&mut self) {
        self.generation += 1;
    }

    /// The descriptor of an indexed picture.
    pub fn vector(&self, id: RecordId) -> Option<Vec<f32>> {
        self.index.get(id).map(|codes| codes.dequantise())
    }

    /// Writes the graph to disk in the background, so that the next start need not build it.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the change counter cannot be read.
    pub fn dump_index(&mut self) -> Result<bool, CatalogueError> {
        let sequence = self.store.sequence()?;
        Ok(self.index.dump(sequence))
    }

    /// Ends all background work and returns the store, so that its files can be moved.
    pub fn close(mut self) -> Store {
        self.index.stop();
        self.store
    }

    /// Reloads the index from the store after its descriptors were replaced.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn reload_index(&mut self, config: IndexConfig) -> Result<(), CatalogueError> {
        self.index.stop();
        self.model.catalogue_differs = self.store.model_id()?.filter(|id| *id != self.model.id);
        (self.index, self.damaged) = load_index(&self.store, &self.dir, &self.model, config)?;
        self.generation += 1;
        Ok(())
    }
}

/// The index of what is in the store, and how many descriptors are damaged and not in it.
fn load_index(
    store: &Store,
    dir: &Path,
    model: &ModelInfo,
    config: IndexConfig,
) -> Result<(VectorIndex, u64), CatalogueError> {
    let meta = IndexMeta {
        model_id: model.id.clone(),
        dimension: model.dimension,
        sequence: store.sequence()?,
    };
    let (mut index, _opened): (VectorIndex, Opened) = VectorIndex::open(dir, meta, config);
    if model.catalogue_differs.is_some() {
        return Ok((index, 0));
    }
    let (mut failed, mut damaged) = (None, 0);
    store.each_descriptor(&mut |id, blob| {
        match Codes::from_bytes(blob, model.dimension) {
            Ok(codes) => failed = index.insert_loaded(id, &codes).err(),
            Err(_) => damaged += 1,
        }
        failed.is_none()
    })?;
    if let Some(error) = failed {
        return Err(error.into());
    }
    index.loaded();
    Ok((index, damaged))
}
