//! One process at work for long: memory and files stop growing.
//!
//! `IMAGE_SEARCH_SOAK_MINUTES=20 cargo test --test soak -- --ignored --nocapture`
#![cfg(target_os = "linux")]

mod support;

use std::{
    collections::{BTreeMap, VecDeque},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use image_search::{
    domain::{
        catalogue::{ExportFormat, ListRequest},
        job::JobState,
        query::{Query, QuerySource, QueryView},
        record::RecordId,
        subscription::Wish,
    },
    engine::{
        decode::Limits,
        describe::Describer,
        embed,
        files::{Disk, guard::InChild},
        index::IndexConfig,
        store::Store,
    },
    worker::{self, Command, Copies, Event, Handle, Lane, Options, RequestId, SystemClock, Target},
};

/// Pictures in the folder.
const PICTURES: usize = 60;
/// Of them replaced in each turn.
const REPLACED: usize = 4;
/// Removed and brought back in each turn.
const TAKEN_BACK: usize = 25;

/// What the last third may have more than the first: a share, and bytes.
const MORE_SHARE: f64 = 0.2;
const MORE_BYTES: u64 = 20_000_000;

/// Longest wait for one answer.
const PATIENCE: Duration = Duration::from_secs(120);

struct Desk {
    worker: Handle,
}

impl Desk {
    fn open(folder: &Path) -> Self {
        let data_dir = folder.join("data");
        let limits = Limits::default();
        let options = Options {
            lock: Store::lock(&data_dir).unwrap(),
            data_dir,
            config_dir: folder.join("config"),
            clock: Arc::new(SystemClock::start()),
            describer: Arc::new(Describer::new(embed::default_model().unwrap(), limits)),
            files: Arc::new(Disk { limits }),
            limits,
            index: IndexConfig::default(),
            threads: 2,
            trial: Arc::new(InChild::new(support::PROGRAM.into())),
            resume_jobs: true,
            copies: Copies::InBackground,
            notices: Vec::new(),
        };
        Self {
            worker: worker::start(options, Box::new(|| {})).unwrap(),
        }
    }

    fn next<T>(&self, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let event = self.worker.events().recv_deadline(deadline);
            if let Some(found) = wanted(event.expect("an event in time")) {
                return found;
            }
        }
    }

    fn ask<T>(&self, command: Command, mut answer: impl FnMut(RequestId, Event) -> Option<T>) -> T {
        let asked = self.worker.send(command);
        self.next(|event| match event {
            Event::Failed { request, failure } if request == asked => panic!("{failure:?}"),
            event => answer(asked, event),
        })
    }

    fn done(&self, command: Command) -> String {
        self.ask(command, |asked, event| match event {
            Event::Done { request, text, .. } if request == asked => Some(text),
            _ => None,
        })
    }

    fn buy(&self) {
        let wish = Wish::Purchase {
            plan: image_search::domain::plan::PlanId("2.5m-5".to_owned()),
            months: 1,
        };
        let quote = self.ask(Command::Quote(wish), |asked, event| match event {
            Event::Quoted { request, quote } if request == asked => Some(quote),
            _ => None,
        });
        self.ask(Command::Order(quote), |asked, event| match event {
            Event::Ordered { request, .. } if request == asked => Some(()),
            _ => None,
        });
    }

    fn import(&self, root: &Path) {
        let roots = vec![root.to_owned()];
        let id = self.ask(Command::Import { roots }, |asked, event| match event {
            Event::JobStarted { request, job, .. } if request == asked => Some(job),
            _ => None,
        });
        let job = self.next(|event| match event {
            Event::JobEnded { job } | Event::JobHeld { job } if job.id == id => Some(job),
            _ => None,
        });
        assert_eq!((job.state, job.failed), (JobState::Done, 0), "{job:?}");
    }

    fn listed(&self, text: &str) -> Vec<RecordId> {
        let list = ListRequest {
            text: text.to_owned(),
            ..ListRequest::default()
        };
        self.ask(Command::List(list), |asked, event| match event {
            Event::Listed {
                request, listing, ..
            } if request == asked => Some(listing.ids.clone()),
            _ => None,
        })
    }

    fn at(&self, path: &Path) -> Vec<RecordId> {
        self.ask(
            Command::RecordAt(path.to_owned()),
            |asked, event| match event {
                Event::Records { request, records } if request == asked => {
                    Some(records.iter().map(|record| record.id).collect())
                }
                _ => None,
            },
        )
    }

    /// The picture that is most like a file, with or without turning it.
    fn found(&self, path: &Path, rotations: bool) -> PathBuf {
        let mut query = Query::new(QuerySource::File(path.to_owned()));
        query.picture.view = QueryView {
            rotations,
            ..QueryView::default()
        };
        let command = Command::Search {
            lane: Lane::default(),
            query: Box::new(query),
        };
        self.ask(command, |asked, event| match event {
            Event::Answered { request, answer } if request == asked => {
                Some(answer.hits[0].record.paths[0].clone())
            }
            _ => None,
        })
    }

    fn verify(&self) {
        let problems = self.ask(Command::Verify, |asked, event| match event {
            Event::Verified {
                request, problems, ..
            } if request == asked => Some(problems),
            _ => None,
        });
        assert_eq!(problems, Vec::<String>::new());
    }

    fn export(&self, path: PathBuf) {
        let command = Command::ExportCatalogue {
            to: Target {
                path,
                replace: true,
            },
            format: ExportFormat::Csv,
        };
        let rows = self.ask(command, |asked, event| match event {
            Event::Exported { request, rows, .. } if request == asked => Some(rows),
            _ => None,
        });
        assert_eq!(rows, PICTURES as u64);
    }

    fn thumbnails(&self, ids: Vec<RecordId>) {
        self.ask(Command::Thumbnails(ids), |asked, event| match event {
            Event::Thumbnails { request, .. } if request == asked => Some(()),
            _ => None,
        });
    }
}

/// The folder as it changes.
struct Photos {
    folder: PathBuf,
    next: u64,
    there: VecDeque<PathBuf>,
}

impl Photos {
    fn add(&mut self) {
        let path = self.folder.join(format!("{:06}.png", self.next));
        image::RgbImage::from_fn(96, 96, |x, y| {
            // Fields of colour that differ from one picture to the next.
            let field = u64::from(x / 12 * 8 + y / 12);
            let mixed = (self.next * 64 + field + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let [.., red, green, blue] = (mixed ^ (mixed >> 29)).to_le_bytes();
            image::Rgb([red, green, blue])
        })
        .save(&path)
        .unwrap();
        self.next += 1;
        self.there.push_back(path);
    }

    /// Replaces the oldest pictures; those that went.
    fn change(&mut self) -> Vec<PathBuf> {
        let gone: Vec<_> = self.there.drain(..REPLACED).collect();
        for path in &gone {
            fs::remove_file(path).unwrap();
            self.add();
        }
        // One is found again under another name.
        let moved = self.folder.join(format!("moved-{:06}.png", self.next));
        let last = self.there.pop_back().unwrap();
        fs::rename(&last, &moved).unwrap();
        self.there.push_back(moved);
        gone
    }
}

fn turn(desk: &Desk, photos: &mut Photos, export: &Path) {
    for path in photos.change() {
        let ids = desk.at(&path);
        assert_eq!(ids.len(), 1, "{}", path.display());
        desk.done(Command::Remove(ids));
    }
    desk.import(&photos.folder);
    let ids = desk.listed("");
    assert_eq!(ids.len(), PICTURES);
    for (path, rotations) in photos.there.iter().step_by(PICTURES / 4).zip([false, true]) {
        assert_eq!(&desk.found(path, rotations), path);
    }
    desk.thumbnails(ids[..10].to_vec());
    desk.listed("moved");
    desk.done(Command::Remove(ids[..TAKEN_BACK].to_vec()));
    assert_eq!(desk.listed("").len(), PICTURES - TAKEN_BACK);
    desk.done(Command::Undo);
    desk.export(export.to_owned());
    desk.verify();
}

/// Bytes of memory in use, and of each file by its path in the data folder.
#[derive(Clone, Debug)]
struct Reading {
    memory: u64,
    files: BTreeMap<PathBuf, u64>,
}

fn read(data: &Path) -> Reading {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    let mut files = BTreeMap::new();
    sizes(data, data, &mut files);
    Reading {
        memory: kilobytes.parse::<u64>().unwrap() * 1_024,
        files,
    }
}

fn sizes(root: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, u64>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        // It may have gone meanwhile.
        let Ok(metadata) = entry.metadata() else {
            continue;
        };
        if metadata.is_dir() {
            sizes(root, &entry.path(), files);
        } else {
            let name = entry.path().strip_prefix(root).unwrap().to_owned();
            files.insert(name, metadata.len());
        }
    }
}

impl Reading {
    fn print(&self, passed: Duration, turns: u64) {
        let files: Vec<_> = self
            .files
            .iter()
            .filter(|(_, bytes)| **bytes > 0)
            .map(|(name, bytes)| format!("{} {}", name.display(), bytes / 1_000))
            .collect();
        println!(
            "{:4.1} min, {turns} turns: {:.1} MB of memory; in kB: {}",
            passed.as_secs_f64() / 60.0,
            self.memory as f64 / 1e6,
            files.join(", ")
        );
    }

    fn total(&self) -> u64 {
        self.files.values().sum()
    }

    /// What has grown beyond the bound since `first`.
    fn grown(&self, first: &Self) -> Vec<String> {
        let bound = |bytes: u64| (bytes as f64 * (1.0 + MORE_SHARE)) as u64 + MORE_BYTES;
        let mut pairs = vec![
            ("memory".to_owned(), first.memory, self.memory),
            ("all files".to_owned(), first.total(), self.total()),
        ];
        for (name, bytes) in &self.files {
            let before = first.files.get(name).copied().unwrap_or(0);
            pairs.push((name.display().to_string(), before, *bytes));
        }
        pairs.retain(|(_, before, now)| *now > bound(*before));
        pairs
            .into_iter()
            .map(|(what, before, now)| format!("{what}: {before} bytes, then {now}"))
            .collect()
    }
}

#[test]
#[ignore = "takes as many minutes as IMAGE_SEARCH_SOAK_MINUTES says"]
fn memory_and_files_stop_growing_in_a_process_at_work_for_long() {
    let minutes = std::env::var("IMAGE_SEARCH_SOAK_MINUTES").map_or(20.0, |text| {
        text.parse::<f64>().expect("a number of minutes")
    });
    let length = Duration::from_secs_f64(minutes * 60.0);
    let folder = tempfile::tempdir().unwrap();
    let (data, export) = (folder.path().join("data"), folder.path().join("all.csv"));
    let mut photos = Photos {
        folder: folder.path().join("photos"),
        next: 0,
        there: VecDeque::new(),
    };
    fs::create_dir(&photos.folder).unwrap();
    (0..PICTURES).for_each(|_| photos.add());
    let desk = Desk::open(folder.path());
    desk.buy();
    desk.import(&photos.folder);

    let begun = Instant::now();
    let (mut turns, mut next_minute, mut first) = (0, Duration::ZERO, None);
    while begun.elapsed() < length {
        turn(&desk, &mut photos, &export);
        turns += 1;
        let passed = begun.elapsed();
        if passed >= next_minute {
            read(&data).print(passed, turns);
            next_minute = passed + Duration::from_secs(60);
        }
        if first.is_none() && passed >= length / 3 {
            let reading = read(&data);
            reading.print(passed, turns);
            first = Some(reading);
        }
    }
    let last = read(&data);
    last.print(begun.elapsed(), turns);
    let first = first.expect("a third of the time takes at least a turn");
    assert_eq!(last.grown(&first), Vec::<String>::new());
    drop(desk);
    let verified = support::program(folder.path(), &["verify"]);
    assert!(verified.status.success(), "{verified:?}");
}
