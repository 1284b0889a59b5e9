//! The background thread that builds, extends, loads and stores graphs.
//!
//! One thread runs one job after the other, so that a graph is never dumped while it grows. The
//! index hands over snapshots and collects results on each tick; neither waits for the other.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
};

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use super::{
    codes::Codes,
    config::IndexConfig,
    dump::{self, DumpError, Label, Manifest, RebuildReason},
    graph::{Graph, HnswGraph},
    rows::{IdMap, Snapshot},
};
use crate::{domain::record::RecordId, engine::priority};

/// Nodes a thread adds before it takes more work and checks for cancellation.
const STRIDE: usize = 16;

/// The first nodes of a graph are added one by one: threads that start from an empty graph do not
/// see each other's nodes and leave them unconnected.
const SERIAL_START: usize = 256;

pub(super) enum Job {
    Build(Snapshot),
    Load(Manifest, Snapshot),
    Link(Arc<dyn Graph>, Vec<(RecordId, Codes)>),
    Dump(Arc<dyn Graph>, Label),
    /// Freeing a million nodes takes a while; on this thread it delays nothing.
    Free(Option<Arc<dyn Graph>>),
}

pub(super) enum Done {
    /// A graph of the snapshot's rows, save those named.
    Graph(Arc<dyn Graph>, Vec<RecordId>),
    Refused(RebuildReason),
    Linked(Vec<RecordId>),
    Dumped(u64, Result<(), DumpError>),
    /// The graph could not be made: a panic's message.
    Failed(String),
}

/// The index's end of the thread.
pub(super) struct Keeper {
    /// `None` when stopped, or where no thread could be started.
    jobs: Option<Sender<Job>>,
    done: Receiver<Done>,
    wake: Receiver<()>,
    /// Held so that a receiver given out never reads as disconnected while the index lives.
    _waker: Sender<()>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    /// Nodes the job in work has added.
    progress: AtomicU64,
}

impl Keeper {
    pub fn start(dir: PathBuf, config: IndexConfig) -> Self {
        let (jobs, jobs_in) = unbounded();
        let (done_out, done) = unbounded();
        let (waker, wake) = bounded(1);
        let shared = Arc::new(Shared::default());
        let worker = Worker {
            dir,
            config,
            shared: shared.clone(),
        };
        let ring = waker.clone();
        let run = move || {
            priority::lower();
            while let Ok(job) = jobs_in.recv() {
                let Some(result) = worker.guarded(job) else {
                    continue;
                };
                if done_out.send(result).is_err() {
                    break;
                }
                // Full means that a wake-up is already waiting.
                let _ = ring.try_send(());
            }
        };
        let thread = thread::Builder::new()
            .name("index-keeper".into())
            .spawn(run);
        Self {
            jobs: thread.is_ok().then_some(jobs),
            done,
            wake,
            _waker: waker,
            shared,
            thread: thread.ok(),
        }
    }

    /// Returns false if the thread is gone.
    pub fn send(&self, job: Job) -> bool {
        self.jobs
            .as_ref()
            .is_some_and(|jobs| jobs.send(job).is_ok())
    }

    pub fn next_done(&self) -> Option<Done> {
        self.done.try_recv().ok()
    }

    pub fn wake(&self) -> Receiver<()> {
        self.wake.clone()
    }

    pub fn reset_progress(&self) {
        self.shared.progress.store(0, Ordering::Relaxed);
    }

    pub fn progress(&self) -> u64 {
        self.shared.progress.load(Ordering::Relaxed)
    }

    /// Cancels the current job without waiting.
    pub fn cancel(&mut self) {
        self.shared.cancelled.store(true, Ordering::Relaxed);
        self.jobs = None;
    }

    /// Cancels the current job and joins the thread.
    pub fn stop(&mut self) {
        self.cancel();
        if let Some(thread) = self.thread.take() {
            // Its panics are caught and reported as results.
            let _ = thread.join();
        }
    }
}

struct Worker {
    dir: PathBuf,
    config: IndexConfig,
    shared: Arc<Shared>,
}

impl Worker {
    fn cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Relaxed)
    }

    /// Runs a job; a panic in `hnsw_rs` costs the graph, not the program.
    fn guarded(&self, job: Job) -> Option<Done> {
        let loading = matches!(job, Job::Load(..));
        let dumping = match &job {
            Job::Dump(_, label) => Some(label.meta.sequence),
            _ => None,
        };
        catch_unwind(AssertUnwindSafe(|| self.run(job))).unwrap_or_else(|panic| {
            let detail = message(panic.as_ref());
            Some(match dumping {
                _ if loading => Done::Refused(RebuildReason::Load(detail)),
                None => Done::Failed(detail),
                Some(sequence) => {
                    let folder = self.dir.clone();
                    Done::Dumped(sequence, Err(DumpError::Write { folder, detail }))
                }
            })
        })
    }

    /// `None` where there is nothing to report: freed, or broken off.
    fn run(&self, job: Job) -> Option<Done> {
        if self.cancelled() && !matches!(job, Job::Free(_)) {
            return None;
        }
        match job {
            Job::Build(rows) => {
                let graph = HnswGraph::new(&self.config, rows.len());
                self.insert(&graph, rows.len(), &|row| (rows.id(row), rows.get(row)));
                (!self.cancelled()).then(|| Done::Graph(Arc::new(graph), Vec::new()))
            }
            Job::Link(graph, nodes) => {
                self.insert(graph.as_ref(), nodes.len(), &|i| nodes[i].clone());
                let linked = || nodes.iter().map(|node| node.0).collect();
                (!self.cancelled()).then(|| Done::Linked(linked()))
            }
            Job::Load(manifest, rows) => Some(match self.load(&manifest, &rows) {
                Ok((graph, unlinked)) => Done::Graph(Arc::new(graph), unlinked),
                Err(reason) => Done::Refused(reason),
            }),
            Job::Dump(graph, label) => {
                let cancelled = || self.cancelled();
                let written = dump::write(&self.dir, graph.as_ref(), &label, &cancelled);
                Some(Done::Dumped(label.meta.sequence, written))
            }
            Job::Free(graph) => {
                drop(graph);
                None
            }
        }
    }

    fn load(
        &self,
        manifest: &Manifest,
        rows: &Snapshot,
    ) -> Result<(HnswGraph, Vec<RecordId>), RebuildReason> {
        if manifest.rows != rows.len() {
            return Err(RebuildReason::Rows {
                dumped: manifest.rows,
                current: rows.len(),
            });
        }
        let graph = dump::load(&self.dir, manifest)?;
        graph.find_strays(&|| self.cancelled());
        // A node counts only if it was placed by the very codes its record has today.
        let mut unlinked: IdMap<u32> = (0..rows.len())
            .map(|row| (rows.id(row), row as u32))
            .collect();
        graph.each(&mut |id, codes| {
            if let Some(&row) = unlinked.get(&id)
                && rows.get(row as usize) == codes
            {
                unlinked.remove(&id);
            }
        });
        Ok((graph, unlinked.into_keys().collect()))
    }

    /// Adds `number` nodes with all the threads a build may use, then looks for strays; returns
    /// early when cancelled.
    fn insert(
        &self,
        graph: &dyn Graph,
        number: usize,
        node: &(dyn Fn(usize) -> (RecordId, Codes) + Sync),
    ) {
        let add = |i| {
            let (id, codes) = node(i);
            graph.insert(id, &codes);
            self.shared.progress.fetch_add(1, Ordering::Relaxed);
        };
        let serial = SERIAL_START.saturating_sub(graph.nodes()).min(number);
        (0..serial).take_while(|_| !self.cancelled()).for_each(add);
        let next = AtomicUsize::new(serial);
        let work = || {
            priority::lower();
            while !self.cancelled() {
                let start = next.fetch_add(STRIDE, Ordering::Relaxed);
                if start >= number {
                    break;
                }
                (start..number.min(start + STRIDE)).for_each(add);
            }
        };
        thread::scope(|scope| {
            for _ in 1..self.threads() {
                // If no further thread can be started, this one does all the work.
                let spawned = thread::Builder::new().name("index-build".into());
                drop(spawned.spawn_scoped(scope, work));
            }
            work();
        });
        graph.find_strays(&|| self.cancelled());
    }

    fn threads(&self) -> usize {
        match self.config.build_threads {
            0 => thread::available_parallelism().map_or(1, |cores| (cores.get() - 1).max(1)),
            threads => threads,
        }
    }
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "an unknown failure".into())
}
