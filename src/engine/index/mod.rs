//! Vectors in memory, and the ways to find the similar ones among them.
//!
//! [`VectorIndex`] keeps the 8-bit codes of every vector (some 430 bytes each at 384 components,
//! its place in the maps included): they are the truth a search answers from. Few vectors, or few
//! that pass a filter, are scanned exactly; above that a graph proposes candidates, which are
//! scored from the codes as well. A graph takes some 3 KB more a vector.
//!
//! A vector inserted is found at once: until the graph has it, the *tail* it belongs to is scanned
//! beside the graph. Graphs are built, extended, loaded and stored by a background thread; the
//! owner calls [`VectorIndex::tick`] to take over what that finished.
//!
//! The index is a cache of the store: at open the owner hands over every vector, the stored graph
//! is adopted if it passes every check and rebuilt otherwise, while exact scans answer.

mod codes;
mod config;
mod dump;
mod graph;
mod keeper;
mod kernel;
mod rows;
mod scan;
mod search;

use std::{
    collections::HashSet,
    path::Path,
    sync::{Arc, OnceLock},
};

use crossbeam_channel::Receiver;

use crate::domain::{catalogue::IndexState, record::RecordId};

pub use codes::{Codes, CodesError};
pub use config::{IndexConfig, IndexMeta};
pub use dump::{DumpError, RebuildReason, forget};
pub use search::{Ask, Found};

use dump::{Label, Manifest};
use graph::Graph;
use keeper::{Done, Job, Keeper};
use rows::Rows;

/// Why the index refused a vector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    #[error(
        "A descriptor of {found} components does not fit this catalogue, whose model makes \
         {expected}."
    )]
    Dimension { expected: usize, found: usize },
}

/// What opening found on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// A stored graph fits; it is verified and adopted after [`VectorIndex::loaded`].
    DumpFound,
    /// A graph is built after [`VectorIndex::loaded`], if there are vectors enough for one.
    NeedsRebuild(RebuildReason),
}

/// Something the background thread finished, as [`VectorIndex::tick`] took it over.
#[derive(Debug)]
pub enum IndexEvent {
    /// A graph was built or loaded and serves from now on.
    GraphReady {
        nodes: usize,
    },
    /// Vectors of the tail were added to the graph.
    Linked {
        nodes: usize,
    },
    /// The stored graph was not what its manifest says; a new one is built.
    DumpRefused(RebuildReason),
    Dumped {
        sequence: u64,
    },
    DumpFailed(DumpError),
    /// No graph could be made; exact scans answer until the next start.
    GraphFailed(String),
}

/// The background thread's current job.
enum Flight {
    Graph { total: u64 },
    Link,
    Dump,
}

/// An index of the catalogue's vectors. See the module.
pub struct VectorIndex {
    meta: IndexMeta,
    config: IndexConfig,
    rows: Rows,
    graph: Option<Arc<dyn Graph>>,
    keeper: Keeper,
    /// One job at a time: results are taken over in the order of the changes they lack.
    flight: Option<Flight>,
    /// Records inserted, replaced or removed since the job in flight got its vectors.
    touched: HashSet<RecordId>,
    /// The dump to adopt once all vectors are in.
    manifest: Option<Manifest>,
    loaded: bool,
    dump_wanted: Option<Label>,
    graph_failed: bool,
    scan_pool: OnceLock<Option<rayon::ThreadPool>>,
}

impl VectorIndex {
    /// Opens the index whose graph is kept in `dir`; the vectors come by
    /// [`VectorIndex::insert_loaded`], after the last of them call [`VectorIndex::loaded`]. Reads
    /// no more than the manifest.
    pub fn open(dir: &Path, meta: IndexMeta, config: IndexConfig) -> (Self, Opened) {
        let found = dump::find(dir, &meta);
        let opened = match &found {
            Ok(_) => Opened::DumpFound,
            Err(reason) => Opened::NeedsRebuild(reason.clone()),
        };
        let index = Self {
            rows: Rows::new(meta.dimension),
            keeper: Keeper::start(dir.to_path_buf(), config.clone()),
            meta,
            config,
            graph: None,
            flight: None,
            touched: HashSet::new(),
            manifest: found.ok(),
            loaded: false,
            dump_wanted: None,
            graph_failed: false,
            scan_pool: OnceLock::new(),
        };
        (index, opened)
    }

    /// All vectors of the store are in: adopts the stored graph or builds one, in the background.
    pub fn loaded(&mut self) {
        self.loaded = true;
        match self.manifest.take() {
            Some(manifest) => {
                let rows = self.rows.now().clone();
                let total = rows.len() as u64;
                self.launch(Job::Load(manifest, rows), Flight::Graph { total });
            }
            None => self.plan(),
        }
    }

    /// Adds one of the store's vectors, before [`VectorIndex::loaded`].
    ///
    /// # Failure
    /// A vector of another dimension.
    pub fn insert_loaded(&mut self, id: RecordId, codes: &Codes) -> Result<(), IndexError> {
        self.insert(id, codes)
    }

    /// Brings a removed record's vector back, with the codes the store kept.
    ///
    /// # Failure
    /// A vector of another dimension.
    pub fn restore(&mut self, id: RecordId, codes: &Codes) -> Result<(), IndexError> {
        self.insert(id, codes)
    }

    /// Adds a vector, or replaces the record's former one; the next search finds it.
    ///
    /// # Failure
    /// A vector of another dimension.
    pub fn insert(&mut self, id: RecordId, codes: &Codes) -> Result<(), IndexError> {
        self.check_dimension(codes.dimension())?;
        if let Some(row) = self.rows.place(id) {
            if self.rows.now().get(row) == *codes {
                return Ok(());
            }
            self.rows.remove(id);
        }
        self.rows.push(id, codes);
        self.changed(id);
        Ok(())
    }

    /// Removes a record's vector; no later search finds it. False if it was not there.
    pub fn remove(&mut self, id: RecordId) -> bool {
        let removed = self.rows.remove(id);
        if removed {
            self.changed(id);
        }
        removed
    }

    pub fn get(&self, id: RecordId) -> Option<Codes> {
        self.rows.place(id).map(|row| self.rows.now().get(row))
    }

    pub fn len(&self) -> usize {
        self.rows.now().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn state(&self) -> IndexState {
        match &self.flight {
            _ if self.graph.is_some() && self.len() > self.config.exact_up_to => IndexState::Graph,
            Some(Flight::Graph { total }) => IndexState::Building {
                done: self.keeper.progress().min(*total),
                total: *total,
            },
            _ => IndexState::Exact,
        }
    }

    /// Receives a message whenever [`VectorIndex::tick`] has something to do. It reads as
    /// disconnected once the index is dropped.
    pub fn wake(&self) -> Receiver<()> {
        self.keeper.wake()
    }

    /// Takes over what the background thread finished and gives it its next job. Call it on
    /// [`VectorIndex::wake`]; takes microseconds, some milliseconds when a graph is swapped while
    /// many vectors arrive.
    pub fn tick(&mut self) -> Vec<IndexEvent> {
        let mut events = Vec::new();
        while let Some(done) = self.keeper.next_done() {
            self.flight = None;
            events.push(self.take_over(done));
            self.touched.clear();
        }
        self.plan();
        events
    }

    fn take_over(&mut self, done: Done) -> IndexEvent {
        match done {
            Done::Graph(graph, unlinked) => {
                self.rows.link_all_but(self.touched.drain().chain(unlinked));
                let nodes = graph.nodes();
                let former = self.graph.replace(graph);
                self.keeper.send(Job::Free(former));
                IndexEvent::GraphReady { nodes }
            }
            Done::Linked(ids) => {
                for id in ids {
                    if !self.touched.contains(&id) {
                        self.rows.link(id);
                    }
                }
                let nodes = self.graph.as_ref().map_or(0, |graph| graph.nodes());
                IndexEvent::Linked { nodes }
            }
            Done::Refused(reason) => IndexEvent::DumpRefused(reason),
            Done::Dumped(sequence, Ok(())) => IndexEvent::Dumped { sequence },
            Done::Dumped(_, Err(error)) => IndexEvent::DumpFailed(error),
            Done::Failed(detail) => {
                self.graph_failed = true;
                self.drop_graph();
                IndexEvent::GraphFailed(detail)
            }
        }
    }

    /// Asks for the graph to be stored, as of the store's change `sequence`; a later call replaces
    /// one that still waits. The outcome comes as an event. False where there is no graph to store
    /// and none is being built.
    pub fn dump(&mut self, sequence: u64) -> bool {
        let building = matches!(self.flight, Some(Flight::Graph { .. }));
        if self.graph.is_none() && !building {
            return false;
        }
        self.dump_wanted = Some(Label {
            meta: IndexMeta {
                sequence,
                ..self.meta.clone()
            },
            rows: self.len(),
        });
        self.plan();
        true
    }

    /// Cancels all background work and waits for its end: call it before moving the folder.
    /// A graph being written is finished first, which takes seconds for a million vectors.
    /// Searches, inserts and removals still work afterwards.
    ///
    /// Dropping the index also cancels, but does not wait.
    pub fn stop(&mut self) {
        self.keeper.stop();
        self.flight = None;
    }

    fn check_dimension(&self, found: usize) -> Result<(), IndexError> {
        let expected = self.meta.dimension;
        if found == expected {
            return Ok(());
        }
        Err(IndexError::Dimension { expected, found })
    }

    fn changed(&mut self, id: RecordId) {
        if matches!(self.flight, Some(Flight::Graph { .. } | Flight::Link)) {
            self.touched.insert(id);
        }
        self.plan();
    }

    /// Starts the next job if the thread is idle.
    fn plan(&mut self) {
        if !self.loaded || self.flight.is_some() {
            return;
        }
        let rows = self.rows.now();
        let Some(graph) = &self.graph else {
            if rows.len() > self.config.exact_up_to && !self.graph_failed {
                self.build();
            }
            return;
        };
        // Half, so that a catalogue near the threshold does not rebuild repeatedly.
        if rows.len() <= self.config.exact_up_to / 2 {
            self.drop_graph();
            return;
        }
        let nodes = graph.nodes();
        let dead = nodes.saturating_sub(rows.linked());
        if dead as f32 > self.config.rebuild_at_dead * nodes as f32 {
            self.build();
        } else if rows.tail().len() >= self.config.link_from {
            let batch = rows.tail().take(self.config.link_at_most);
            let nodes = batch.map(|row| (rows.id(row), rows.get(row))).collect();
            self.launch(Job::Link(graph.clone(), nodes), Flight::Link);
        } else if let Some(label) = self.dump_wanted.take() {
            self.launch(Job::Dump(graph.clone(), label), Flight::Dump);
        }
    }

    fn build(&mut self) {
        let rows = self.rows.now().clone();
        let total = rows.len() as u64;
        self.launch(Job::Build(rows), Flight::Graph { total });
    }

    fn launch(&mut self, job: Job, flight: Flight) {
        self.keeper.reset_progress();
        if self.keeper.send(job) {
            self.flight = Some(flight);
        }
    }

    fn drop_graph(&mut self) {
        self.rows.unlink_all();
        let former = self.graph.take();
        self.keeper.send(Job::Free(former));
    }
}

impl Drop for VectorIndex {
    fn drop(&mut self) {
        let graph = self.graph.take();
        self.keeper.send(Job::Free(graph));
        self.keeper.cancel();
    }
}

#[cfg(test)]
mod tests;
