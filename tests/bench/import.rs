//! The whole import: the share of each stage by picture size, images a second through the program's
//! own worker, a query's answer meanwhile, opening a catalogue of 100,000, and taking a removal of
//! 10,000 of them back.
//!
//! `cargo bench --bench import`, or `-- undo` for the last alone; medians where nothing else is said.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use image::{DynamicImage, codecs::jpeg::JpegEncoder, imageops};
use image_search::{
    cli::session::Session,
    domain::{
        query::{Query, QuerySource},
        record::{ContentHash, Fields, RecordId},
    },
    engine::{
        catalogue::Catalogue,
        decode::{self, Limits, Wanted},
        describe::Describer,
        embed::{self, Embedder},
        files,
        index::{Codes, IndexConfig, IndexMeta, VectorIndex},
        store::{Batch, Done, NewRecord, Outcome, Store},
    },
    worker::{Command, Copies, Event, Lane, Options, SystemClock},
};

fn main() {
    let embedder = embed::default_model().expect("the built-in model");
    if !std::env::args().any(|argument| argument == "undo") {
        stages(embedder.as_ref());
        whole(embedder.clone());
        opening(embedder.clone());
    }
    undoing(embedder);
}

/// A real photo at so many megapixels, as a JPEG.
fn photo(megapixels: f64) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/photos/dress.jpg");
    let photo = image::open(path).expect("a photo of the tests");
    let scale = (megapixels * 1e6 / (f64::from(photo.width()) * f64::from(photo.height()))).sqrt();
    let side = |pixels: u32| (f64::from(pixels) * scale).round() as u32;
    let scaled = photo.resize_exact(
        side(photo.width()),
        side(photo.height()),
        imageops::FilterType::CatmullRom,
    );
    jpeg(&scaled)
}

fn jpeg(picture: &DynamicImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 88);
    picture
        .to_rgb8()
        .write_with_encoder(encoder)
        .expect("a JPEG");
    bytes
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Milliseconds and share of each stage for one picture on one core.
fn stages(embedder: &dyn Embedder) {
    const ROUNDS: usize = 15;
    println!("stage (ms a picture, share)      0.2 MP            2 MP             12 MP");
    let columns: Vec<Vec<(&str, Duration)>> = [0.2, 2.0, 12.0]
        .iter()
        .map(|size| stages_of(embedder, &photo(*size), ROUNDS))
        .collect();
    for row in 0..columns[0].len() {
        print!("{:<28}", columns[0][row].0);
        for column in &columns {
            let whole: Duration = column.iter().map(|(_, time)| *time).sum();
            let share = column[row].1.as_secs_f64() / whole.as_secs_f64();
            print!(
                "{:>9.2} {:>4.0} %  ",
                column[row].1.as_secs_f64() * 1e3,
                share * 100.0
            );
        }
        println!();
    }
}

fn stages_of(
    embedder: &dyn Embedder,
    bytes: &[u8],
    rounds: usize,
) -> Vec<(&'static str, Duration)> {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("photo.jpg");
    std::fs::write(&file, bytes).expect("a file");
    let mut store = Store::open(folder.path(), jiff::Timestamp::now()).expect("a store");
    store
        .set_model(embedder.id(), embedder.dimension())
        .expect("a model");
    let meta = IndexMeta {
        model_id: embedder.id().to_owned(),
        dimension: embedder.dimension(),
        sequence: 0,
    };
    let (mut index, _) = VectorIndex::open(folder.path(), meta, IndexConfig::default());
    let limits = Limits::default();
    let names = [
        "read",
        "hash",
        "decode, resize to input",
        "thumbnail",
        "network",
        "SQLite",
        "index",
    ];
    let mut times: Vec<Vec<Duration>> = vec![Vec::new(); names.len()];
    let mut serial = 0_u64;
    for _ in 0..rounds {
        let mut began = Instant::now();
        let mut lap = |stage: usize| {
            times[stage].push(began.elapsed());
            began = Instant::now();
        };
        let read = files::read(&file, &limits).expect("the file");
        lap(0);
        let hash = blake3::hash(&read.bytes);
        lap(1);
        let make = |thumbnail| {
            let wanted = Wanted {
                input: embedder.input(),
                thumbnail,
                region: None,
                pixels: None,
            };
            decode::with_scratch(|scratch| decode::picture(&read.bytes, &wanted, &limits, scratch))
                .expect("a picture")
        };
        let bare = Instant::now();
        drop(make(false));
        let bare = bare.elapsed();
        let both = Instant::now();
        let picture = make(true);
        let both = both.elapsed();
        lap(2);
        times[2].pop();
        times[2].push(bare);
        times[3].push(both.saturating_sub(bare));
        began = Instant::now();
        let mut descriptor = vec![0.0; embedder.dimension()];
        embedder
            .embed(&picture.input, &mut descriptor)
            .expect("a descriptor");
        times[4].push(began.elapsed());
        // Committed by the hundred, as an import does.
        let codes = Codes::quantise(&descriptor);
        let batch = batch(&mut serial, *hash.as_bytes(), &codes, &picture, read.len);
        began = Instant::now();
        store.commit_batch(&batch).expect("a commit");
        times[5].push(began.elapsed() / batch.done.len() as u32);
        began = Instant::now();
        index
            .insert(RecordId(serial as i64), &codes)
            .expect("an insert");
        times[6].push(began.elapsed());
    }
    names
        .into_iter()
        .zip(times.into_iter().map(median))
        .collect()
}

fn batch(
    serial: &mut u64,
    hash: [u8; 32],
    codes: &Codes,
    picture: &decode::Picture,
    len: u64,
) -> Batch {
    let done = (0..100)
        .map(|_| {
            *serial += 1;
            let mut hash = hash;
            hash[..8].copy_from_slice(&serial.to_le_bytes());
            Done {
                item: 0,
                outcome: Outcome::New(Box::new(NewRecord {
                    hash: ContentHash(hash),
                    fields: Fields {
                        name: format!("{serial}.jpg"),
                        ..Fields::default()
                    },
                    path: PathBuf::from(format!("/photos/{}/{serial}.jpg", *serial / 500)),
                    width: picture.width,
                    height: picture.height,
                    file_bytes: len,
                    format: picture.format.to_owned(),
                    partial: false,
                    descriptor: codes.to_bytes(),
                    thumbnail: picture.thumbnail.clone(),
                    len,
                    modified_ns: 0,
                })),
            }
        })
        .collect();
    Batch {
        job: None,
        done,
        now: jiff::Timestamp::now(),
        calls: Vec::new(),
    }
}

/// Images a second through the worker, and a query's answer while it imports.
fn whole(embedder: Arc<dyn Embedder>) {
    const PICTURES: u32 = 400;
    let folder = tempfile::tempdir().expect("a folder");
    let photos = folder.path().join("photos");
    std::fs::create_dir_all(&photos).expect("a folder");
    let base = image::load_from_memory(&photo(0.5)).expect("a photo");
    for number in 0..PICTURES {
        let part = base.crop_imm(
            number % 40,
            number / 40,
            base.width() - 40,
            base.height() - 40,
        );
        std::fs::write(photos.join(format!("{number}.jpg")), jpeg(&part)).expect("a file");
    }
    let mut session = session(folder.path(), embedder);
    buy(&mut session);
    let began = Instant::now();
    let import = session.send(Command::Import {
        roots: vec![photos.clone()],
    });
    let (mut waits, mut asked_at, mut query) = (Vec::new(), None, None);
    loop {
        match session.next_event().expect("an event") {
            Event::JobEnded { job } => {
                let secs = began.elapsed().as_secs_f64();
                println!(
                    "\nwhole import of 0.5 MP photos: {:.0} images/s ({} in {secs:.1} s, {import:?})",
                    job.indexed as f64 / secs,
                    job.indexed
                );
                break;
            }
            Event::Answered { request, answer } if Some(request) == query => {
                let own = answer.took_ms.decode + answer.took_ms.embed + answer.took_ms.quota_wait;
                let asked: Instant = asked_at.take().expect("asked before");
                waits.push(asked.elapsed().as_secs_f64() * 1e3 - own);
                query = None;
            }
            Event::Indexed { .. } if query.is_none() => {
                let file = photos.join("7.jpg");
                asked_at = Some(Instant::now());
                query = Some(session.send(Command::Search {
                    lane: Lane::default(),
                    query: Box::new(Query::new(QuerySource::File(file))),
                }));
            }
            _ => {}
        }
    }
    waits.sort_by(f64::total_cmp);
    if let (Some(median), Some(most)) = (waits.get(waits.len() / 2), waits.last()) {
        println!(
            "a query meanwhile, beyond its own decode and embed: median {median:.1} ms, most {most:.1} ms over {} queries",
            waits.len()
        );
    }
}

fn buy(session: &mut Session) {
    let bought = Command::Quote(image_search::domain::subscription::Wish::Purchase {
        plan: "2.5m-10".into(),
        months: 1,
    });
    let quote = session
        .ask(bought, |asked, event| match event {
            Event::Quoted { request, quote } if request == asked => Some(quote),
            _ => None,
        })
        .expect("a quote");
    session
        .ask(Command::Order(quote), |asked, event| match event {
            Event::Ordered { request, .. } if request == asked => Some(()),
            _ => None,
        })
        .expect("an order");
}

fn session(folder: &Path, embedder: Arc<dyn Embedder>) -> Session {
    let data_dir = folder.join("data");
    let limits = Limits::default();
    Session::start(Options {
        lock: Store::lock(&data_dir).expect("the folder"),
        data_dir,
        config_dir: folder.join("config"),
        clock: Arc::new(SystemClock::start()),
        describer: Arc::new(Describer::new(embedder, limits)),
        files: Arc::new(files::Disk { limits }),
        limits,
        index: IndexConfig::default(),
        threads: 0,
        trial: Arc::new(files::guard::InChild::new(
            env!("CARGO_BIN_EXE_image-search").into(),
        )),
        resume_jobs: true,
        copies: Copies::InBackground,
        notices: Vec::new(),
    })
    .map_err(|failed| failed.text)
    .expect("a catalogue")
}

/// Opening a catalogue of 100,000 pictures until it can answer.
fn opening(embedder: Arc<dyn Embedder>) {
    let folder = tempfile::tempdir().expect("a folder");
    fill(folder.path(), embedder.as_ref());
    let describer = Describer::new(embedder, Limits::default());
    let now = jiff::Timestamp::now();
    let mut times = Vec::new();
    for _ in 0..5 {
        let began = Instant::now();
        let catalogue = Catalogue::open(folder.path(), &describer, IndexConfig::default(), now)
            .expect("opened");
        times.push(began.elapsed());
        assert_eq!(catalogue.stored(), PICTURES);
        drop(catalogue);
    }
    println!(
        "\nopen of {PICTURES} pictures: {:.2} s",
        median(times).as_secs_f64()
    );
}

/// Taking a removal back in the window's worker, and the queries it answers meanwhile.
fn undoing(embedder: Arc<dyn Embedder>) {
    const REMOVED: i64 = 10_000;
    let folder = tempfile::tempdir().expect("a folder");
    fill(&folder.path().join("data"), embedder.as_ref());
    let file = folder.path().join("query.jpg");
    std::fs::write(&file, photo(0.2)).expect("a file");
    let mut session = session(folder.path(), embedder);
    buy(&mut session);
    let done = |asked, event| match event {
        Event::Done { request, .. } if request == asked => Some(()),
        _ => None,
    };
    let ids = (1..=REMOVED).map(|number| RecordId(number * 10)).collect();
    session.ask(Command::Remove(ids), done).expect("a removal");
    let query = || Command::Search {
        lane: Lane::default(),
        query: Box::new(Query::new(QuerySource::File(file.clone()))),
    };
    let began = Instant::now();
    let undo = session.send(Command::Undo);
    let (mut asked_at, mut asked) = (Instant::now(), session.send(query()));
    let mut waits = Vec::new();
    loop {
        match session.next_event().expect("an event") {
            Event::Done { request, .. } if request == undo => break,
            Event::Answered { request, answer } if request == asked => {
                let own = answer.took_ms.decode + answer.took_ms.embed + answer.took_ms.quota_wait;
                waits.push(asked_at.elapsed().as_secs_f64() * 1e3 - own);
                (asked_at, asked) = (Instant::now(), session.send(query()));
            }
            _ => {}
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    waits.sort_by(f64::total_cmp);
    println!(
        "\nundo of {REMOVED} removals among {PICTURES}: {seconds:.2} s; queries answered meanwhile, \
         beyond their own decode, embed and quota: {waits:.0?} ms"
    );
}

/// Pictures of a large catalogue.
const PICTURES: u64 = 100_000;

/// A catalogue of [`PICTURES`].
fn fill(data_dir: &Path, embedder: &dyn Embedder) {
    let now = jiff::Timestamp::now();
    let mut store = Store::open(data_dir, now).expect("a store");
    store
        .set_model(embedder.id(), embedder.dimension())
        .expect("a model");
    let picture = decode::Picture {
        format: "JPEG",
        width: 600,
        height: 400,
        partial: false,
        input: Vec::new(),
        thumbnail: None,
        pixels: None,
    };
    let mut serial = 0;
    while serial < PICTURES {
        let vector: Vec<f32> = (0..embedder.dimension())
            .map(|i| ((serial * 31 + i as u64 * 7) as f32).sin())
            .collect();
        let batch = batch(&mut serial, [7; 32], &Codes::quantise(&vector), &picture, 1);
        store.commit_batch(&batch).expect("a commit");
    }
}
