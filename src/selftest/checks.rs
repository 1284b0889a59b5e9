//! The checks, each with an empty folder of its own.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use image::{DynamicImage, ImageFormat};
use jiff::Timestamp;

use super::{Outcome, pictures};
use crate::{
    cli::session::{Failed, Session},
    domain::{
        import::{Job, JobState},
        plan::{self, PlanId},
        query::{Answer, Query, QuerySource, Route},
        quota::SlidingWindow,
        record::RecordId,
        subscription::Account,
    },
    engine::{
        decode::{self, Limits, Wanted},
        describe::{Describe, Describer},
        embed::{self, InputSpec},
        index::{Ask, Codes, IndexConfig, IndexMeta, VectorIndex},
        store::Store,
    },
    worker::{Command, Event, Lane, ManualClock, Options},
};

/// Descriptors of three photos as the program made them when they were last checked against other
/// means (`tests/reference/descriptors.py`).
const REFERENCE: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/assets/selftest/descriptors.json"
));
/// A change of decoder, resizer or runtime that matters moves a descriptor by more.
const LEAST_COSINE: f32 = 0.9999;

fn text(error: impl ToString) -> String {
    error.to_string()
}

fn expect(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

fn instant(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|error: jiff::Error| error.to_string())
}

pub fn price_list(_: &Path) -> Outcome {
    plan::check().map_err(text)?;
    let count = plan::price_list().plans.len();
    expect(count == 15, || format!("{count} packages instead of 15"))?;
    Ok(format!("{count} packages"))
}

/// 2.5M/5 bought on 1 November for a month, changed to 5M/10 at half of it: $1,050.00 to pay.
pub fn worked_example(_: &Path) -> Outcome {
    let mut account = Account::default();
    let start = instant("2026-11-01T00:00:00Z")?;
    let half = instant("2026-11-16T00:00:00Z")?;
    let purchase = account
        .quote_purchase(&PlanId("2.5m-5".to_owned()), 1, start)
        .map_err(text)?;
    account.confirm(&purchase, start).map_err(text)?;
    let change = account
        .quote_change(&PlanId("5m-10".to_owned()), half)
        .map_err(text)?;
    expect(change.amount.0 == 105_000, || {
        format!("{} instead of $1,050.00", change.amount)
    })?;
    expect(change.period_end == purchase.period_end, || {
        "the period's end moved".to_owned()
    })?;
    Ok(change.amount.to_string())
}

pub fn calls_a_second(_: &Path) -> Outcome {
    let mut window = SlidingWindow::default();
    let mut now = 0;
    let mut instants = Vec::new();
    for step in 0..500 {
        now += step % 37;
        now = window.earliest(now, 5);
        window.record(now);
        instants.push(now);
    }
    let most = instants
        .iter()
        .map(|from| {
            instants
                .iter()
                .filter(|at| (*from..from + 1_000).contains(*at))
                .count()
        })
        .max()
        .unwrap_or(0);
    expect(most == 5, || {
        format!("{most} calls in a second under a quota of 5")
    })?;
    Ok(format!(
        "{} calls, at most {most} in any second",
        instants.len()
    ))
}

fn input_of(bytes: &[u8], input: &InputSpec) -> Result<decode::Picture, String> {
    let wanted = Wanted {
        input,
        thumbnail: true,
        region: None,
    };
    decode::with_scratch(|scratch| decode::picture(bytes, &wanted, &Limits::default(), scratch))
        .map_err(text)
}

pub fn formats(_: &Path) -> Outcome {
    let picture = DynamicImage::ImageRgb8(pictures::made_up(1, 96, 64));
    let formats = [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::Bmp,
        ImageFormat::WebP,
        ImageFormat::Tiff,
        ImageFormat::Pnm,
    ];
    for format in formats {
        let bytes = pictures::encoded(&picture, format)?;
        let read = decode::header(&bytes).map_err(|error| format!("{format:?}: {error}"))?;
        expect((read.width, read.height) == (96, 64), || {
            format!("{format:?}: wrong size")
        })?;
        let input = InputSpec {
            width: 32,
            height: 32,
            fit: embed::Fit::Squash,
        };
        let made = input_of(&bytes, &input).map_err(|error| format!("{format:?}: {error}"))?;
        expect(made.input.len() == input.bytes(), || {
            format!("{format:?}: wrong input")
        })?;
    }
    Ok(format!("{} formats", formats.len()))
}

/// A picture with its EXIF orientation is read as the picture that was meant.
pub fn orientations(_: &Path) -> Outcome {
    let meant = DynamicImage::ImageRgb8(pictures::made_up(2, 90, 60));
    let input = InputSpec {
        width: 30,
        height: 20,
        fit: embed::Fit::Squash,
    };
    let straight = input_of(&pictures::jpeg(&meant, 95)?, &input)?;
    for orientation in 1..=8_u8 {
        // What a camera held so had stored: the inverse of what the reader will do.
        let stored = match orientation {
            2 => meant.fliph(),
            3 => meant.rotate180(),
            4 => meant.flipv(),
            5 => meant.rotate90().fliph(),
            6 => meant.rotate270(),
            7 => meant.rotate270().fliph(),
            8 => meant.rotate90(),
            _ => meant.clone(),
        };
        let bytes = with_orientation(&pictures::jpeg(&stored, 95)?, orientation);
        let read = input_of(&bytes, &input)?;
        expect((read.width, read.height) == (90, 60), || {
            format!(
                "orientation {orientation}: {} x {}",
                read.width, read.height
            )
        })?;
        let apart = read
            .input
            .iter()
            .zip(&straight.input)
            .map(|(a, b)| a.abs_diff(*b))
            .max();
        expect(apart.is_some_and(|apart| apart < 24), || {
            format!("orientation {orientation}: {apart:?} levels apart")
        })?;
    }
    Ok("8 of 8".to_owned())
}

/// `jpeg` with an EXIF segment that says the orientation and nothing else.
fn with_orientation(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    let length = exif.len() as u16 + 2;
    let mut bytes = jpeg[..2].to_vec();
    bytes.extend([0xFF, 0xE1]);
    bytes.extend(length.to_be_bytes());
    bytes.extend(exif);
    bytes.extend(&jpeg[2..]);
    bytes
}

pub fn damaged(_: &Path) -> Outcome {
    let picture = DynamicImage::ImageRgb8(pictures::made_up(3, 200, 150));
    let png = pictures::encoded(&picture, ImageFormat::Png)?;
    let input = InputSpec {
        width: 32,
        height: 32,
        fit: embed::Fit::Squash,
    };
    let mut refused = 0;
    for bytes in [&[][..], b"not a picture at all", &png[..png.len() / 3]] {
        expect(input_of(bytes, &input).is_err(), || {
            "a damaged file was accepted".to_owned()
        })?;
        refused += 1;
    }
    Ok(format!("{refused} of 3 refused with a sentence"))
}

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

/// A catalogue of its own whose clock stands still until it is moved.
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
            limits,
            index: IndexConfig::default(),
            threads: 0,
            resume_jobs: true,
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
            Event::ImportStarted { request, job } if request == asked => Some(job),
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
            Event::Answered { request, answer } if request == asked => Some(answer),
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

pub fn copies(folder: &Path) -> Outcome {
    let mut bench = indexed_photos(folder)?;
    let (mut asked, mut found) = (0_u32, 0_u32);
    let mut missed = Vec::new();
    for (name, bytes) in pictures::PHOTOS {
        let photo = image::load_from_memory(bytes).map_err(text)?;
        for (number, transform) in pictures::TRANSFORMS.iter().enumerate() {
            let copy = pictures::transformed(&photo, number)?;
            let answer = bench.search(Query {
                number: 1,
                ..Query::new(QuerySource::Bytes {
                    name: (*name).to_owned(),
                    bytes: copy.into(),
                })
            })?;
            asked += 1;
            if answer
                .hits
                .first()
                .is_some_and(|hit| hit.record.fields.name == *name)
            {
                found += 1;
            } else {
                missed.push(format!("{name} ({transform})"));
            }
        }
    }
    expect(f64::from(found) >= 0.95 * f64::from(asked), || {
        format!("{found} of {asked}; not found: {}", missed.join(", "))
    })?;
    Ok(format!("{found} of {asked} come first"))
}

/// Unit vectors around `centres` centres, as photos of the same things are.
fn clustered(count: usize, centres: usize, dimension: usize) -> Vec<Vec<f32>> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f32 / (1_u32 << 24) as f32 - 0.5
    };
    let middle: Vec<Vec<f32>> = (0..centres)
        .map(|_| (0..dimension).map(|_| next()).collect())
        .collect();
    (0..count)
        .map(|number| {
            let mut vector: Vec<f32> = middle[number % centres]
                .iter()
                .map(|value| value + 0.7 * next())
                .collect();
            let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
            vector.iter_mut().for_each(|value| *value /= norm);
            vector
        })
        .collect()
}

fn small_graph() -> IndexConfig {
    IndexConfig {
        exact_up_to: 1_000,
        ..IndexConfig::default()
    }
}

fn filled(folder: &Path, vectors: &[Vec<f32>]) -> Result<VectorIndex, String> {
    let meta = IndexMeta {
        model_id: "self-test".to_owned(),
        dimension: 384,
        sequence: 1,
    };
    let (mut index, _) = VectorIndex::open(folder, meta, small_graph());
    for (number, vector) in vectors.iter().enumerate() {
        index
            .insert_loaded(RecordId(number as i64 + 1), &Codes::quantise(vector))
            .map_err(text)?;
    }
    index.loaded();
    Ok(index)
}

/// Waits until the graph serves.
fn await_graph(index: &mut VectorIndex) -> Result<(), String> {
    let wake = index.wake();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(40);
    while index.state() != crate::domain::catalogue::IndexState::Graph {
        wake.recv_deadline(deadline)
            .map_err(|_| "the graph was not built in time".to_owned())?;
        index.tick();
    }
    Ok(())
}

pub fn index_recall(folder: &Path) -> Outcome {
    let vectors = clustered(4_000, 400, 384);
    let mut index = filled(folder, &vectors)?;
    await_graph(&mut index)?;
    let (mut same, mut all) = (0, 0);
    for query in vectors.iter().step_by(40) {
        let graph = index.search(query, &Ask::top(10)).map_err(text)?;
        expect(graph.route == Route::Graph, || {
            "the graph did not answer".to_owned()
        })?;
        let exact = index
            .search(
                query,
                &Ask {
                    exact: true,
                    ..Ask::top(10)
                },
            )
            .map_err(text)?;
        all += exact.hits.len();
        same += exact
            .hits
            .iter()
            .filter(|hit| graph.hits.contains(hit))
            .count();
    }
    let recall = same as f64 / all as f64;
    expect(recall >= 0.99, || format!("recall@10 {recall:.4}"))?;
    Ok(format!(
        "recall@10 {recall:.4} over {} vectors",
        vectors.len()
    ))
}

/// A dump that was damaged on disk is noticed, and the answers stay right.
pub fn damaged_index(folder: &Path) -> Outcome {
    let vectors = clustered(1_500, 150, 384);
    let mut index = filled(folder, &vectors)?;
    await_graph(&mut index)?;
    index.dump(1);
    let wake = index.wake();
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !index
        .tick()
        .iter()
        .any(|event| matches!(event, crate::engine::index::IndexEvent::Dumped { .. }))
    {
        wake.recv_deadline(deadline)
            .map_err(|_| "the dump was not written".to_owned())?;
    }
    index.stop();
    drop(index);
    let mut damaged = 0;
    for file in files_below(folder).map_err(text)? {
        let mut bytes = std::fs::read(&file).map_err(text)?;
        bytes.truncate(bytes.len() / 2);
        std::fs::write(&file, bytes).map_err(text)?;
        damaged += 1;
    }
    expect(damaged > 0, || "no dump was written".to_owned())?;
    let index = filled(folder, &vectors)?;
    let found = index.search(&vectors[7], &Ask::top(1)).map_err(text)?;
    expect(
        found.hits.first().is_some_and(|hit| hit.0 == RecordId(8)),
        || "wrong answer beside a damaged dump".to_owned(),
    )?;
    Ok(format!("{damaged} files cut in half, answers right"))
}

fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    Ok(files)
}

pub fn remove_and_undo(folder: &Path) -> Outcome {
    let mut bench = indexed_photos(folder)?;
    let (name, bytes) = pictures::PHOTOS[0];
    let query = || Query {
        number: 1,
        ..Query::new(QuerySource::Bytes {
            name: name.to_owned(),
            bytes: bytes.into(),
        })
    };
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
    #[ignore = "writes the reference anew"]
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
