//! The kinds of jobs: what differs between them apart from their work.

use super::{import::Import, reindex::Reindex, run::Run};
use crate::{
    domain::{
        job::{Job, JobId, JobKind, JobState},
        message::Severity,
        words::{grouped, pictures},
    },
    engine::store::{Store, StoreError},
    worker::shared::Shared,
};

/// Starts or resumes work on a job.
///
/// # Errors
///
/// [`StoreError`] if its position cannot be read.
pub fn start(shared: &mut Shared, job: &mut Job) -> Result<Box<dyn Run>, StoreError> {
    Ok(match job.kind {
        JobKind::Import => Box::new(Import::default()),
        JobKind::Reindex => Box::new(Reindex::start(shared, job)?),
    })
}

/// Only adds need a subscription in force.
pub fn needs_subscription(kind: JobKind) -> bool {
    kind == JobKind::Import
}

/// Cancels a job; its finished work is kept where it is useful.
///
/// # Errors
///
/// [`StoreError`]: the job is as it was.
pub fn cancel(
    store: &mut Store,
    kind: JobKind,
    job: JobId,
    now: jiff::Timestamp,
) -> Result<(), StoreError> {
    match kind {
        JobKind::Import => store.set_job_state(job, JobState::Cancelled, now),
        JobKind::Reindex => store.cancel_reindex(job, now),
    }
}

/// A line for Activity, once a job is over.
pub fn summary(job: &Job) -> (Severity, String) {
    let counts = match job.kind {
        JobKind::Import => format!(
            "{} indexed, {} already known, {} failed",
            grouped(job.indexed),
            grouped(job.unchanged),
            grouped(job.failed)
        ),
        JobKind::Reindex => format!(
            "{} re-indexed, {} failed",
            grouped(job.indexed),
            grouped(job.failed)
        ),
    };
    let title = &job.title;
    let text = match (job.state, job.kind) {
        (JobState::Cancelled, _) => format!("“{title}” was cancelled: {counts}."),
        (JobState::Failed, _) => format!(
            "“{title}” has stopped: {counts}. {}",
            job.because.as_deref().unwrap_or_default()
        ),
        (_, JobKind::Import) => format!("“{title}” is indexed: {counts}."),
        (_, JobKind::Reindex) if job.failed > 0 => format!(
            "Re-indexed {}. {} could not be read again and cannot be found by picture until \
             the catalogue is re-indexed with their files in place.",
            pictures(job.indexed),
            pictures(job.failed)
        ),
        (_, JobKind::Reindex) => format!("Re-indexed {}.", pictures(job.indexed)),
    };
    let severity = match job.state {
        JobState::Failed => Severity::Error,
        _ if job.failed > 0 => Severity::Warning,
        _ => Severity::Info,
    };
    (severity, text)
}
