//! Imports: a file is read, looked up by its content, described, and committed in a batch with
//! its place in the job.

mod batch;
mod stages;
mod task;

pub use task::Import;
