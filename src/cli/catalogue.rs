//! The verbs of the catalogue.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Instant,
};

use serde_json::{Value, json};

use super::{
    arguments::{Format, SearchArgs},
    compare::{proof_json, rounded},
    failed::Failed,
    place::Place,
    print,
    resolve::resolve,
    session::{Session, User},
};
use crate::{
    domain::{
        catalogue::State,
        filter::Filter,
        import::FileFailure,
        job::{HeldBy, Job, JobState},
        path::{self, shown},
        query::{Answer, Cut, Query, QueryPicture, QuerySource, QueryView},
        record::Record,
        words::{grouped, pictures},
    },
    exit::Exit,
    worker::{Command, Event, ExportFormat, Lane},
};

pub fn index(place: &Place, roots: Vec<PathBuf>, as_json: bool) -> Result<Exit, Failed> {
    let started = Instant::now();
    let mut session = Session::open(place, User::Import)?;
    let followed = follow(&mut session, Command::Import { roots })?;
    let failed = failures(&mut session, &followed.job)?;
    let exit = report_index(&followed, &failed, started.elapsed().as_secs_f64(), as_json)?;
    session.back_up();
    Ok(exit)
}

/// A job at its end, or held.
struct Followed {
    job: Job,
    /// Interrupted jobs of earlier starts that were finished before it.
    resumed: Vec<Job>,
}

/// Starts a job and follows it to its end, or until it is held.
fn follow(session: &mut Session, command: Command) -> Result<Followed, Failed> {
    let id = session.ask(command, |asked, event| match event {
        Event::JobStarted { request, job, .. } if request == asked => Some(job),
        _ => None,
    })?;
    let progress = print::Progress::new();
    let mut resumed = Vec::new();
    loop {
        match session.next_event()? {
            Event::JobEnded { job } | Event::JobHeld { job } if job.id == id => {
                progress.clear();
                return Ok(Followed { job: *job, resumed });
            }
            Event::JobEnded { job } => resumed.push(*job),
            Event::State(state) => {
                if let Some(job) = state.jobs.first() {
                    progress.show(&progress_line(job));
                }
            }
            _ => {}
        }
    }
}

fn failures(session: &mut Session, job: &Job) -> Result<Vec<FileFailure>, Failed> {
    session.ask(Command::JobFailures(job.id), |asked, event| match event {
        Event::JobFailures {
            request, failures, ..
        } if request == asked => Some(failures),
        _ => None,
    })
}

fn print_failures(failed: &[FileFailure]) {
    for failure in failed {
        print::error(&format!("{}: {}", shown(&failure.path), failure.reason));
    }
}

fn progress_line(job: &Job) -> String {
    format!(
        "{}: {} of {} · {:.0} a second",
        job.title,
        grouped(job.done()),
        grouped(job.total),
        job.images_per_sec
    )
}

fn counts(job: &Job) -> Value {
    json!({
        "found": job.total,
        "indexed": job.indexed,
        "unchanged": job.unchanged,
        "refused": job.refused,
    })
}

fn report_index(
    Followed { job, resumed }: &Followed,
    failed: &[FileFailure],
    seconds: f64,
    as_json: bool,
) -> Result<Exit, Failed> {
    if as_json {
        let mut report = counts(job);
        report["failed"] = json!(failed);
        report["seconds"] = json!((seconds * 1e3).round() / 1e3);
        let resumed = resumed.iter().map(|job| {
            let mut counts = counts(job);
            counts["title"] = json!(job.title);
            counts["failed"] = json!(job.failed);
            counts
        });
        report["resumed"] = resumed.collect();
        print::json(&report)?;
    } else {
        for job in resumed {
            print::line(&format!(
                "First the interrupted import of {} was finished: {} found, {} indexed, {} \
                 unchanged, {} refused, {} failed in all",
                job.title,
                grouped(job.total),
                grouped(job.indexed),
                grouped(job.unchanged),
                grouped(job.refused),
                grouped(job.failed)
            ))?;
        }
        print::line(&format!(
            "{} found, {} indexed, {} unchanged, {} refused, {} failed in {seconds:.1} s",
            grouped(job.total),
            grouped(job.indexed),
            grouped(job.unchanged),
            grouped(job.refused),
            grouped(failed.len() as u64)
        ))?;
        print_failures(failed);
    }
    if let Some(because) = &job.because {
        print::error(because);
    }
    Ok(match job.state {
        JobState::Held if job.held_by == Some(HeldBy::Subscription) => Exit::Refused,
        JobState::Held | JobState::Failed | JobState::Cancelled => Exit::Failed,
        _ if !failed.is_empty() => Exit::Failed,
        _ => Exit::Done,
    })
}

pub fn search(place: &Place, args: SearchArgs) -> Result<Exit, Failed> {
    let filter = match &args.filter {
        Some(text) => Some(Filter::parse(text).map_err(|error| {
            Failed::usage(format!(
                "{error}\n  {text}\n  {:>1$}",
                "^",
                error.position + 1
            ))
        })?),
        None => None,
    };
    let query = Query {
        picture: QueryPicture {
            source: QuerySource::File(args.image),
            view: QueryView {
                region: args.region,
                rotations: args.rotations,
            },
        },
        cut: Cut {
            number: args.top.into(),
            start: args.start,
            min_score: args.threshold,
            filter,
            distinct_product: args.distinct_product,
            exact: args.exact,
            ..Cut::default()
        },
        quick: args.quick,
    };
    let mut session = Session::open(place, User::Verb)?;
    let command = Command::Search {
        lane: Lane::default(),
        query: Box::new(query),
    };
    let answer = session.ask(command, |asked, event| match event {
        Event::Answered { request, answer } if request == asked && answer.settled => Some(answer),
        _ => None,
    })?;
    if args.json {
        print::json(&answer_json(&answer))?
    } else {
        print_answer(&answer)?
    }
    Ok(Exit::Done)
}

fn answer_json(answer: &Answer) -> Value {
    let results: Vec<Value> = answer
        .hits
        .iter()
        .map(|hit| {
            let path = hit.record.paths.first();
            let mut row = json!({
                "rank": hit.rank,
                "id": hit.record.id,
                "path": path.map(|path| path::lossy(path)),
                "score": rounded(hit.score()),
                "verdict": hit.verdict.id(),
                "unproven_because": hit.evidence.unproven_because(),
                "proof": proof_json(&hit.evidence),
                "turned_degrees": hit.evidence.query_turned_degrees,
                "missed_by_graph": hit.missed_by_graph,
            });
            if let Some(bytes) = path.and_then(|path| path::bytes_if_lossy(path)) {
                row["path_bytes"] = bytes.into();
            }
            row
        })
        .collect();
    let ms = |ms: f64| (ms * 1e3).round() / 1e3;
    let took = &answer.took_ms;
    json!({
        "results": results,
        "took_ms": {
            "decode": ms(took.decode),
            "embed": ms(took.embed),
            "search": ms(took.search),
            "quota_wait": ms(took.quota_wait),
        },
        "among": answer.among,
        "route": answer.route,
        "more": answer.more,
        "recall": answer.recall,
    })
}

fn print_answer(answer: &Answer) -> Result<(), Failed> {
    for hit in &answer.hits {
        let path = hit.record.paths.first().map(|path| shown(path).to_string());
        print::line(&format!(
            "{:>4}  {:.4}  {:<11}  {}",
            hit.rank,
            hit.score(),
            hit.verdict.label(),
            path.unwrap_or_default()
        ))?;
    }
    let took = &answer.took_ms;
    eprintln!(
        "{} of {}; decoded in {:.1} ms, embedded in {:.1} ms, searched in {:.1} ms",
        grouped(answer.hits.len() as u64),
        pictures(answer.among),
        took.decode,
        took.embed,
        took.search
    );
    if let Some(recall) = answer.recall {
        eprintln!(
            "The graph alone had found {:.1} % of these.",
            recall * 100.0
        );
    }
    Ok(())
}

pub fn list(place: &Place, as_json: bool) -> Result<Exit, Failed> {
    let mut session = Session::open(place, User::Verb)?;
    let mut before = None;
    loop {
        let records = session.ask(Command::Page { before }, |asked, event| match event {
            Event::Records { request, records } if request == asked => Some(records),
            _ => None,
        })?;
        let Some(last) = records.last() else {
            return Ok(Exit::Done);
        };
        before = Some(last.id);
        for record in records {
            if as_json {
                print::json(&*record)?
            } else {
                print::line(&list_line(&record))?
            }
        }
    }
}

fn list_line(record: &Record) -> String {
    let path = record
        .paths
        .first()
        .map(|path| shown(path).to_string())
        .unwrap_or_default();
    format!(
        "{:>8}  {:>5} x {:<5}  {path}",
        record.id, record.width, record.height
    )
}

pub fn remove(place: &Place, what: &[OsString]) -> Result<Exit, Failed> {
    let mut session = Session::open(place, User::Verb)?;
    let mut ids = Vec::new();
    let mut unknown = false;
    for one in what {
        match resolve(&mut session, one)? {
            Some(id) => ids.push(id),
            None => {
                unknown = true;
                let path = shown(Path::new(one));
                eprintln!("{path}: There is no such picture in the catalogue.");
            }
        }
    }
    if !ids.is_empty() {
        let text = session.ask_done(Command::Remove(ids))?;
        print::line(&text)?;
        session.back_up();
    }
    Ok(if unknown { Exit::Failed } else { Exit::Done })
}

pub fn undo(place: &Place) -> Result<Exit, Failed> {
    let mut session = Session::open(place, User::Verb)?;
    let text = session.ask_done(Command::Undo)?;
    print::line(&text)?;
    session.back_up();
    Ok(Exit::Done)
}

pub fn export(
    place: &Place,
    format: Format,
    file: Option<PathBuf>,
    force: bool,
) -> Result<Exit, Failed> {
    let format = match format {
        Format::Csv => ExportFormat::Csv,
        Format::Jsonl => ExportFormat::JsonLines,
    };
    let mut session = Session::open(place, User::Verb)?;
    session.export(file, force, ("row", "rows"), |to| {
        Command::ExportCatalogue { to, format }
    })
}

pub fn status(place: &Place, as_json: bool) -> Result<Exit, Failed> {
    let session = Session::open(place, User::Verb)?;
    let state = &session.state;
    let standing = state.account.standing(state.now);
    if as_json {
        let calls: serde_json::Map<String, Value> = state
            .calls
            .iter()
            .map(|call| (call.kind.id().to_owned(), call.total.into()))
            .collect();
        print::json(&json!({
            "now": state.now,
            "data_dir": path::lossy(&state.data_dir),
            "stored": state.stored,
            "index": state.index,
            "model": state.model,
            "subscription": standing,
            "usage": state.usage,
            "calls": calls,
            "jobs": jobs_json(state)?,
            "undo": state.undo,
            "set_aside": *state.set_aside,
        }))?;
        return Ok(Exit::Done);
    }
    print::line(&format!(
        "{} in {}",
        pictures(state.stored),
        shown(&state.data_dir)
    ))?;
    print::line(&format!("Model: {} ({})", state.model.name, state.model.id))?;
    super::subscription::print_standing(state)?;
    for job in &*state.jobs {
        let state = match is_interrupted(job) {
            true => ", interrupted; the next index goes on with it, and so does the window",
            false => "",
        };
        print::line(&format!(
            "Import “{}”: {} of {}{state}",
            job.title,
            grouped(job.done()),
            grouped(job.total)
        ))?;
    }
    Ok(Exit::Done)
}

/// Where no job is gone on with, one that is not paused or held was interrupted.
fn is_interrupted(job: &Job) -> bool {
    matches!(job.state, JobState::Listing | JobState::Running)
}

fn jobs_json(state: &State) -> Result<Vec<Value>, Failed> {
    let jobs = state.jobs.iter().map(|job| {
        let mut row = serde_json::to_value(job).map_err(Failed::new)?;
        if is_interrupted(job) {
            row["state"] = "interrupted".into();
        }
        Ok(row)
    });
    jobs.collect()
}

pub fn verify(place: &Place) -> Result<Exit, Failed> {
    let mut session = Session::open(place, User::Verb)?;
    let progress = print::Progress::new();
    let (problems, checked) = session.ask(Command::Verify, |asked, event| match event {
        Event::Verified {
            request,
            problems,
            pictures,
        } if request == asked => Some((problems, pictures)),
        Event::State(state) => {
            if let Some(share) = state.verifying {
                progress.show(&format!("Checking the catalogue: {:.0} %", share * 100.0));
            }
            None
        }
        _ => None,
    })?;
    progress.clear();
    for problem in &problems {
        print::error(problem);
    }
    if problems.is_empty() {
        print::line(&format!("{}, no problem found", pictures(checked)))?;
        Ok(Exit::Done)
    } else {
        Ok(Exit::Failed)
    }
}

pub fn reindex(place: &Place) -> Result<Exit, Failed> {
    let mut session = Session::open(place, User::Verb)?;
    let Followed { job, .. } = follow(&mut session, Command::Reindex)?;
    let failed = failures(&mut session, &job)?;
    print::line(&format!(
        "{} of {} pictures re-indexed, {} failed",
        job.indexed, job.total, job.failed
    ))?;
    print_failures(&failed);
    if let Some(because) = &job.because {
        print::error(because);
    }
    session.back_up();
    Ok(match job.state {
        JobState::Done if failed.is_empty() => Exit::Done,
        _ => Exit::Failed,
    })
}
