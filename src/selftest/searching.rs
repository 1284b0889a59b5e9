//! The descriptor's reference, and a catalogue of real photos that is searched.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use image::DynamicImage;

use super::{
    outcome::{Outcome, expect, instant, text},
    pictures,
};
use crate::{
    cli::{failed::Failed, session::Session},
    domain::{
        job::{Job, JobState},
        query::{Answer, Hit, Query, QuerySource},
        verdict::Verdict,
    },
    engine::{
        decode::Limits,
        describe::{Describe, Describer},
        embed,
        files::{Disk, guard::InChild},
        index::IndexConfig,
        store::Store,
    },
    worker::{Command, Copies, Event, Lane, ManualClock, Options},
};

/// Descriptors of three photos recorded when they were last checked against other implementations
/// (`tests/reference/descriptors.py`).
const REFERENCE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/selftest/descriptors.json"
));
/// A change of decoder, resizer or runtime that matters moves a descriptor by more.
const LEAST_COSINE: f32 = 0.9999;

fn describer() -> Result<Arc<Describer>, String> {
    Ok(Arc::new(Describer::new(
        embed::default_model().map_err(text)?,
        Limits::default(),
    )))
}

pub fn descriptor_reference(_: &Path) -> Outcome {
    let references: std::collections::BTreeMap<String, Vec<f32>> =
        serde_json::from_str(REFERENCE).map_err(text)?;
    let describer = describer()?;
    let mut least = 1.0_f32;
    for (name, reference) in &references {
        let (_, bytes) = pictures::PHOTOS
            .iter()
            .find(|(photo, _)| photo == name)
            .ok_or_else(|| format!("{name} is missing"))?;
        let ours = describer.describe(bytes).map_err(text)?.descriptor;
        least = least.min(ours.iter().zip(reference).map(|(a, b)| a * b).sum());
    }
    expect(least >= LEAST_COSINE, || {
        format!("cosine {least:.6}, below {LEAST_COSINE}")
    })?;
    Ok(format!(
        "cosine at least {least:.6} over {} photos",
        references.len()
    ))
}

/// A catalogue in a folder of its own, with a clock that the checks move.
pub struct Bench {
    pub session: Session,
    clock: Arc<ManualClock>,
}

impl Bench {
    /// Opens the catalogue in `folder` with a package of 10 calls a second in force.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let clock = Arc::new(ManualClock::new(instant("2026-11-01T00:00:00Z")?));
        let limits = Limits::default();
        let data_dir = folder.join("data");
        let options = Options {
            lock: Store::lock(&data_dir).map_err(text)?,
            data_dir,
            config_dir: folder.join("config"),
            clock: clock.clone(),
            describer: describer()?,
            files: Arc::new(Disk { limits }),
            trial: Arc::new(InChild::new(std::env::current_exe().unwrap_or_default())),
            limits,
            index: IndexConfig::default(),
            threads: 0,
            resume_jobs: true,
            copies: Copies::InBackground,
            notices: Vec::new(),
        };
        let mut session = Session::start(options).map_err(|failed| failed.text)?;
        if session.state.account.orders().is_empty() {
            let trial = session.ask(Command::StartTrial, |asked, event| match event {
                Event::Ordered { request, .. } if request == asked => Some(()),
                _ => None,
            });
            trial.map_err(|failed| failed.text)?;
        }
        Ok(Self { session, clock })
    }

    pub fn import(&mut self, roots: Vec<PathBuf>) -> Result<Job, String> {
        let id = self.ask(Command::Import { roots }, |asked, event| match event {
            Event::JobStarted { request, job, .. } if request == asked => Some(job),
            _ => None,
        })?;
        loop {
            if let Event::JobEnded { job } = self.session.next_event().map_err(|one| one.text)?
                && job.id == id
            {
                expect(job.state == JobState::Done, || {
                    format!("the import is {:?}", job.state)
                })?;
                return Ok(*job);
            }
        }
    }

    pub fn search(&mut self, query: Query) -> Result<Arc<Answer>, String> {
        self.clock.advance_ms(1_000);
        let command = Command::Search {
            lane: Lane::default(),
            query: Box::new(query),
        };
        self.ask(command, |asked, event| match event {
            Event::Answered { request, answer } if request == asked && answer.settled => {
                Some(answer)
            }
            _ => None,
        })
    }

    fn ask<T>(
        &mut self,
        command: Command,
        answer: impl FnMut(crate::worker::RequestId, Event) -> Option<T>,
    ) -> Result<T, String> {
        self.session
            .ask(command, answer)
            .map_err(|failed: Failed| failed.text)
    }
}

fn indexed_photos(folder: &Path) -> Result<Bench, String> {
    let photos = folder.join("photos");
    std::fs::create_dir_all(&photos).map_err(text)?;
    pictures::write_photos(&photos)?;
    for seed in 0..40 {
        let picture = DynamicImage::ImageRgb8(pictures::made_up(seed + 100, 320, 240));
        let bytes = pictures::jpeg(&picture, 90)?;
        std::fs::write(photos.join(format!("made-up-{seed}.jpg")), bytes).map_err(text)?;
    }
    let mut bench = Bench::open(folder)?;
    let job = bench.import(vec![photos])?;
    let expected = pictures::PHOTOS.len() as u64 + 40;
    expect(job.indexed == expected, || {
        format!("{} indexed, not {expected}", job.indexed)
    })?;
    Ok(bench)
}

/// Returns the one picture most like this.
fn best_of(name: &str, bytes: Arc<[u8]>) -> Query {
    let mut query = Query::new(QuerySource::Bytes {
        name: name.to_owned(),
        bytes,
    });
    query.cut.number = 20;
    query
}

pub fn copies(folder: &Path) -> Outcome {
    let mut bench = indexed_photos(folder)?;
    let (mut asked, mut found, mut proven, mut others) = (0_u32, 0_u32, 0_u32, 0);
    let mut missed = Vec::new();
    for (name, bytes) in pictures::PHOTOS {
        let photo = image::load_from_memory(bytes).map_err(text)?;
        for (number, transform) in pictures::TRANSFORMS.iter().enumerate() {
            let copy = pictures::transformed(&photo, number)?;
            let answer = bench.search(best_of(name, copy.into()))?;
            asked += 1;
            let first = answer.hits.first();
            if first.is_some_and(|hit| hit.record.fields.name == *name) {
                found += 1;
                proven += u32::from(first.is_some_and(|hit| hit.verdict == Verdict::EditedCopy));
                others += copies_among(&answer.hits[1..]);
            } else {
                missed.push(format!("{name} ({transform})"));
            }
        }
    }
    expect(f64::from(found) >= 0.95 * f64::from(asked), || {
        format!("{found} of {asked}; not found: {}", missed.join(", "))
    })?;
    expect(f64::from(proven) >= 0.95 * f64::from(found), || {
        format!("{proven} of {found} were proven to be copies")
    })?;
    expect(others == 0, || {
        format!("{others} unrelated pictures were called copies")
    })?;
    Ok(format!(
        "{found} of {asked} come first, {proven} are proven"
    ))
}

fn copies_among(hits: &[Hit]) -> usize {
    let copies = hits.iter().filter(|hit| hit.verdict == Verdict::EditedCopy);
    copies.count()
}

pub fn remove_and_undo(folder: &Path) -> Outcome {
    let mut bench = indexed_photos(folder)?;
    let (name, bytes) = pictures::PHOTOS[0];
    let query = || best_of(name, bytes.into());
    let first = |answer: &Answer| answer.hits.first().map(|hit| hit.record.id);
    let before = bench.search(query())?;
    let id = first(&before).ok_or("the photo was not found")?;
    bench
        .session
        .ask_done(Command::Remove(vec![id]))
        .map_err(|failed| failed.text)?;
    let without = bench.search(query())?;
    expect(first(&without) != Some(id), || {
        "a removed picture was found".to_owned()
    })?;
    bench
        .session
        .ask_done(Command::Undo)
        .map_err(|failed| failed.text)?;
    let after = bench.search(query())?;
    expect(first(&after) == Some(id), || {
        "undo did not bring the picture back".to_owned()
    })?;
    Ok("found, gone, found again".to_owned())
}

pub fn one_process(folder: &Path) -> Outcome {
    let first = Store::lock(folder).map_err(text)?;
    let sentence = match Store::lock(folder) {
        Ok(_) => return Err("the folder was locked twice".to_owned()),
        Err(error) => error.to_string(),
    };
    drop(first);
    Store::lock(folder).map_err(|_| "the lock was not given back".to_owned())?;
    expect(sentence.contains("in use"), || sentence.clone())?;
    Ok("the second is refused".to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// Run after a change that is meant to move descriptors, then check the figures with
    /// `tests/reference/descriptors.py`.
    #[test]
    #[ignore = "rewrites the reference"]
    fn write_reference() {
        let describer = describer().unwrap();
        let old: BTreeMap<String, Vec<f32>> = serde_json::from_str(REFERENCE).unwrap();
        let new: BTreeMap<&str, Vec<f32>> = pictures::PHOTOS
            .iter()
            .filter(|(name, _)| old.contains_key(*name))
            .map(|(name, bytes)| (*name, describer.describe(bytes).unwrap().descriptor))
            .collect();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/selftest/descriptors.json");
        std::fs::write(file, serde_json::to_string(&new).unwrap() + "\n").unwrap();
    }
}
