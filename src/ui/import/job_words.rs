//! A job in words.

use crate::{
    domain::job::{Job, JobKind, JobState},
    ui::widgets::{duration, grouped, plural},
};

/// `Indexing “Winter shoot”`
pub fn title(job: &Job) -> String {
    let doing = match (job.state, job.kind) {
        (JobState::Proposed | JobState::Listing, _) => "Looking through",
        (JobState::Running, JobKind::Import) => "Indexing",
        (JobState::Running, JobKind::Reindex) => "Re-indexing",
        (JobState::Paused, _) => "Paused:",
        (JobState::Held, _) => "Waiting:",
        (JobState::Done, JobKind::Import) => "Indexed",
        (JobState::Done, JobKind::Reindex) => "Re-indexed",
        (JobState::Failed, _) => "Stopped:",
        (JobState::Cancelled, _) => "Cancelled:",
    };
    format!("{doing} {}", subject(job))
}

/// What a job is about.
fn subject(job: &Job) -> String {
    match job.kind {
        JobKind::Import => format!("“{}”", job.title),
        JobKind::Reindex => "the catalogue".to_owned(),
    }
}

/// Once a job is over: `“Winter shoot” is done: 12,400 indexed`
pub fn ended(job: &Job) -> String {
    let words = outcome(job);
    match (job.state, job.kind) {
        (JobState::Cancelled, JobKind::Import) => format!("{} cancelled: {words}", subject(job)),
        (JobState::Cancelled, JobKind::Reindex) => {
            "Re-indexing cancelled: the catalogue is as it was".to_owned()
        }
        (JobState::Failed, _) => format!(
            "{} has stopped: {}",
            subject(job),
            job.because.as_deref().unwrap_or(&words)
        ),
        (_, JobKind::Import) => format!("{} is done: {words}", subject(job)),
        (_, JobKind::Reindex) => format!("Re-indexing is done: {words}"),
    }
}

/// Once a job is held: `“Winter shoot” waits: The package is full.`
pub fn held(job: &Job) -> String {
    let because = job.because.as_deref().unwrap_or("see Activity.");
    match job.kind {
        JobKind::Import => format!("{} waits: {because}", subject(job)),
        JobKind::Reindex => format!("Re-indexing waits: {because}"),
    }
}

/// `4,712 of 12,400 · 96 a second · 1 min 20 s left`
pub fn progress(job: &Job) -> String {
    let mut parts = Vec::new();
    match job.state {
        JobState::Listing => parts.push(format!("{} found", plural(job.total, "file", "files"))),
        _ => parts.push(format!("{} of {}", grouped(job.done()), grouped(job.total))),
    }
    match job.state {
        JobState::Running => {
            if job.images_per_sec > 0.0 {
                parts.push(format!("{} a second", rate(job.images_per_sec)));
            }
            if let Some(secs) = job.secs_left {
                parts.push(format!("{} left", duration(secs)));
            }
        }
        JobState::Held => parts.extend(job.because.clone()),
        _ => {}
    }
    if job.failed > 0 {
        parts.push(format!("{} failed", grouped(job.failed)));
    }
    parts.join(" · ")
}

/// The outcome of a job: `12,400 indexed · 312 already there · 6 failed`.
pub fn outcome(job: &Job) -> String {
    if (job.state, job.kind) == (JobState::Cancelled, JobKind::Reindex) {
        return "The catalogue is as it was".to_owned();
    }
    let done = match job.kind {
        JobKind::Import => "indexed",
        JobKind::Reindex => "re-indexed",
    };
    let mut parts = vec![format!("{} {done}", grouped(job.indexed))];
    let counted = [
        (job.unchanged, "already there"),
        (job.refused, "waiting for room in the package"),
        (job.failed, "failed"),
    ];
    for (number, what) in counted {
        if number > 0 {
            parts.push(format!("{} {what}", grouped(number)));
        }
    }
    parts.join(" · ")
}

/// The question before a job is cancelled.
pub struct CancelQuestion {
    pub heading: &'static str,
    pub consequence: String,
    pub yes: &'static str,
    pub no: &'static str,
}

pub fn cancel_question(job: &Job) -> CancelQuestion {
    match job.kind {
        JobKind::Import => CancelQuestion {
            heading: "Cancel the import?",
            consequence: format!(
                "{} of {} pictures are indexed and stay in the catalogue. The rest is not added.",
                grouped(job.indexed),
                grouped(job.total)
            ),
            yes: "Cancel the import",
            no: "Go on indexing",
        },
        JobKind::Reindex => CancelQuestion {
            heading: "Cancel the re-indexing?",
            consequence: format!(
                "{} of {} pictures are re-indexed; this is lost. The catalogue stays as it was, for \
                 the model it was indexed with.",
                grouped(job.indexed),
                grouped(job.total)
            ),
            yes: "Cancel the re-indexing",
            no: "Go on re-indexing",
        },
    }
}

fn rate(per_sec: f64) -> String {
    if per_sec < 9.95 {
        format!("{per_sec:.1}")
    } else {
        grouped(per_sec.round() as u64)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::job::{HeldBy, JobId};

    fn job() -> Job {
        Job {
            id: JobId(1),
            kind: JobKind::Import,
            title: "Winter shoot".to_owned(),
            state: JobState::Running,
            held_by: None,
            because: None,
            total: 12_400,
            indexed: 4_700,
            unchanged: 12,
            refused: 0,
            failed: 0,
            images_per_sec: 96.2,
            secs_left: Some(80.0),
            started_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
        }
    }

    #[test]
    fn a_running_job_tells_count_rate_and_time_left() {
        assert_eq!(title(&job()), "Indexing “Winter shoot”");
        assert_eq!(
            progress(&job()),
            "4,712 of 12,400 · 96 a second · 1 min 20 s left"
        );
    }

    #[test]
    fn a_held_job_tells_why() {
        let because = Some("The package is full.".to_owned());
        let job = Job {
            state: JobState::Held,
            held_by: Some(HeldBy::Subscription),
            because,
            ..job()
        };
        assert_eq!(progress(&job), "4,712 of 12,400 · The package is full.");
    }

    #[test]
    fn each_kind_of_job_says_what_it_does_and_what_came_of_it() {
        let reindex = Job {
            kind: JobKind::Reindex,
            ..job()
        };
        assert_eq!(title(&reindex), "Re-indexing the catalogue");
        let done = Job {
            state: JobState::Done,
            unchanged: 0,
            ..reindex.clone()
        };
        assert_eq!(ended(&done), "Re-indexing is done: 4,700 re-indexed");
        let cancelled = Job {
            state: JobState::Cancelled,
            ..reindex
        };
        assert_eq!(
            ended(&cancelled),
            "Re-indexing cancelled: the catalogue is as it was"
        );
        assert_eq!(
            ended(&Job {
                state: JobState::Done,
                ..job()
            }),
            "“Winter shoot” is done: 4,700 indexed · 12 already there"
        );
    }

    #[test]
    fn a_held_job_is_never_said_to_be_done() {
        let held_job = Job {
            state: JobState::Held,
            held_by: Some(HeldBy::Disk),
            because: Some("There is no space left.".to_owned()),
            ..job()
        };
        assert_eq!(
            held(&held_job),
            "“Winter shoot” waits: There is no space left."
        );
    }

    #[test]
    fn a_failed_job_says_why() {
        let failed = Job {
            state: JobState::Failed,
            because: Some("The catalogue is damaged.".to_owned()),
            ..job()
        };
        assert_eq!(title(&failed), "Stopped: “Winter shoot”");
        assert_eq!(
            ended(&failed),
            "“Winter shoot” has stopped: The catalogue is damaged."
        );
    }

    #[test]
    fn an_outcome_leaves_out_what_did_not_happen() {
        assert_eq!(outcome(&job()), "4,700 indexed · 12 already there");
        let job = Job {
            failed: 6,
            unchanged: 0,
            ..job()
        };
        assert_eq!(outcome(&job), "4,700 indexed · 6 failed");
    }
}
