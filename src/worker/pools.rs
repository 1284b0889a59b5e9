//! The threads that read, decode and embed, so that the worker's own thread never does.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use crate::engine::priority;

/// Walks under way at once; a slow network drive leaves the other to the disks.
const WALKS: usize = 2;

/// A pool for each kind of work, so that a query never waits behind an import, nor a picture to
/// show behind a walk.
pub struct Pools {
    /// Imports, and what else a job does: low priority.
    pub imports: ThreadPool,
    /// Interactive queries: all cores.
    pub queries: ThreadPool,
    /// Pictures to show.
    pub pictures: ThreadPool,
    /// Folders looked through: low priority.
    pub walks: ThreadPool,
    pub import_threads: usize,
}

impl Pools {
    /// `threads` for imports; 0 is all cores but one.
    ///
    /// # Errors
    ///
    /// Where the system gives no threads.
    pub fn new(threads: usize) -> Result<Self, ThreadPoolBuildError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let import_threads = match threads {
            0 => (cores - 1).max(1),
            asked => asked.min(256),
        };
        Ok(Self {
            imports: low(builder("import", import_threads))?,
            queries: builder("query", cores).build()?,
            pictures: builder("picture", 1).build()?,
            walks: low(builder("walk", WALKS))?,
            import_threads,
        })
    }
}

fn builder(name: &'static str, threads: usize) -> ThreadPoolBuilder {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(move |number| format!("{name}-{number}"))
}

fn low(builder: ThreadPoolBuilder) -> Result<ThreadPool, ThreadPoolBuildError> {
    builder.start_handler(|_| priority::lower()).build()
}
