//! A job in words.

use crate::{
    domain::import::{Job, JobState},
    ui::widgets::{duration, grouped, plural},
};

/// `Indexing “Winter shoot”`
pub fn title(job: &Job) -> String {
    let doing = match job.state {
        JobState::Listing => "Looking through",
        JobState::Running => "Indexing",
        JobState::Paused => "Paused:",
        JobState::Held => "Waiting:",
        JobState::Done => "Indexed",
        JobState::Cancelled => "Cancelled:",
    };
    format!("{doing} “{}”", job.title)
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
        JobState::Held => parts.extend(job.held_because.clone()),
        _ => {}
    }
    if job.failed > 0 {
        parts.push(format!("{} failed", grouped(job.failed)));
    }
    parts.join(" · ")
}

/// What came of a job: `12,400 indexed · 312 already there · 6 failed`.
pub fn outcome(job: &Job) -> String {
    let mut parts = vec![format!("{} indexed", grouped(job.indexed))];
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
    use crate::domain::import::JobId;

    fn job() -> Job {
        Job {
            id: JobId(1),
            title: "Winter shoot".to_owned(),
            state: JobState::Running,
            held_because: None,
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
            held_because: because,
            ..job()
        };
        assert_eq!(progress(&job), "4,712 of 12,400 · The package is full.");
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
