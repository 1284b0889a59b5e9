//! The threads that decode and embed, so that the worker never does.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// Three pools, so that a query never waits behind an import, nor a preview before a query.
pub struct Pools {
    /// Imports: all cores but one.
    pub imports: ThreadPool,
    /// Interactive queries.
    pub queries: ThreadPool,
    /// Pictures to show, previews and other reading.
    pub background: ThreadPool,
    pub import_threads: usize,
}

impl Pools {
    /// `threads` for imports; 0 is all cores but one.
    ///
    /// # Errors
    ///
    /// Where the system gives no threads.
    pub fn new(threads: usize) -> Result<Self, ThreadPoolBuildError> {
        let import_threads = match threads {
            0 => std::thread::available_parallelism()
                .map_or(1, |cores| cores.get() - 1)
                .max(1),
            asked => asked.min(256),
        };
        Ok(Self {
            imports: pool("import", import_threads)?,
            queries: pool("query", 1)?,
            background: pool("background", 1)?,
            import_threads,
        })
    }
}

fn pool(name: &'static str, threads: usize) -> Result<ThreadPool, ThreadPoolBuildError> {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(move |number| format!("{name}-{number}"))
        .build()
}
