//! A worker on a temporary folder whose clock and descriptors are the test's.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Condvar, Mutex},
    time::{Duration, Instant},
};

use image_search::{
    domain::{
        catalogue::{ListRequest, Listing},
        import::ImportPreview,
        job::{Job, JobId},
        plan::PlanId,
        query::{Answer, Query, QuerySource, QueryView, Region},
        subscription::{Order, Wish},
    },
    engine::{
        decode::{Limits, Pixels},
        describe::{Describe, DescribeError, Described, DescribedQuery},
        files::{Disk, ReadFiles, guard::InChild},
        index::IndexConfig,
        store::Store,
    },
    worker::{
        self, Clock, Command, Copies, Event, Failure, Handle, Lane, ManualClock, Options, RequestId,
    },
};
use jiff::Timestamp;

/// Descriptors made of a file's bytes without decoding them: the same bytes, the same vector.
#[derive(Default)]
pub struct MadeUp {
    /// Microseconds each description takes.
    pub pause_us: u64,
    pub model: Option<String>,
    /// Holds descriptions up.
    pub gate: Option<Arc<Gate>>,
    /// Queries have parts, whose descriptions this holds up.
    pub parts: Option<Arc<Gate>>,
}

/// Lets as many descriptions pass as it is told to; the others wait before it.
#[derive(Default)]
pub struct Gate {
    counts: Mutex<Counts>,
    changed: Condvar,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    may_pass: usize,
    came: usize,
    passed: usize,
}

impl Gate {
    fn pass(&self) {
        let mut counts = self.counts.lock().unwrap();
        counts.came += 1;
        self.changed.notify_all();
        counts = self
            .changed
            .wait_while(counts, |counts| counts.passed >= counts.may_pass)
            .unwrap();
        counts.passed += 1;
    }

    /// Lets this many more pass.
    pub fn let_pass(&self, more: usize) {
        let mut counts = self.counts.lock().unwrap();
        counts.may_pass = counts.may_pass.saturating_add(more);
        self.changed.notify_all();
    }

    /// Waits until all have passed that may, and this many stand before it.
    pub fn wait_for(&self, waiting: usize) {
        let counts = self.counts.lock().unwrap();
        let (_counts, late) = self
            .changed
            .wait_timeout_while(counts, PATIENCE, |counts| {
                counts.passed < counts.may_pass || counts.came - counts.passed < waiting
            })
            .unwrap();
        assert!(!late.timed_out(), "fewer than {waiting} came");
    }

    /// Those that passed and those that wait.
    pub fn came(&self) -> usize {
        self.counts.lock().unwrap().came
    }
}

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_secs(60);

pub const DIMENSION: usize = 32;

/// On which pictures are described.
pub const THREADS: usize = 2;

impl Describe for MadeUp {
    fn model_id(&self) -> &str {
        self.model.as_deref().unwrap_or("made-up")
    }

    fn model_name(&self) -> &str {
        "Made up"
    }

    fn dimension(&self) -> usize {
        DIMENSION
    }

    fn describe(&self, bytes: &[u8]) -> Result<Described, DescribeError> {
        if let Some(gate) = &self.gate {
            gate.pass();
        }
        if self.pause_us > 0 {
            std::thread::sleep(Duration::from_micros(self.pause_us));
        }
        Ok(Described {
            format: "JPEG",
            width: 4,
            height: 3,
            partial: false,
            descriptor: vector(bytes),
            thumbnail: None,
        })
    }

    fn describe_query(
        &self,
        bytes: &[u8],
        view: QueryView,
    ) -> Result<DescribedQuery, DescribeError> {
        let turns: &[u16] = if view.rotations {
            &[0, 90, 180, 270]
        } else {
            &[0]
        };
        Ok(DescribedQuery {
            width: 4,
            height: 3,
            turned: turns.iter().map(|turn| (*turn, vector(bytes))).collect(),
            pixels: self.parts.as_ref().map(|_| Pixels {
                width: 8,
                height: 8,
                rgb: vec![0; 8 * 8 * 3],
            }),
            decode_ms: 0.0,
            embed_ms: 0.0,
        })
    }

    fn describe_part(&self, pixels: &Pixels, _: Region) -> Result<Vec<f32>, DescribeError> {
        if let Some(gate) = &self.parts {
            gate.pass();
        }
        Ok(vector(&pixels.rgb))
    }
}

fn vector(bytes: &[u8]) -> Vec<f32> {
    let hash = blake3::hash(bytes);
    let mut vector: Vec<f32> = hash
        .as_bytes()
        .iter()
        .map(|byte| f32::from(*byte) - 127.5)
        .take(DIMENSION)
        .collect();
    let norm = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    vector.iter_mut().for_each(|value| *value /= norm);
    vector
}

/// A worker under test.
pub struct Desk {
    pub worker: Handle,
    pub clock: Arc<ManualClock>,
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

impl Desk {
    pub fn open(folder: &Path, now: &str) -> Self {
        Self::with(folder, now, MadeUp::default())
    }

    pub fn with(folder: &Path, now: &str, describer: MadeUp) -> Self {
        Self::reading(folder, now, describer, Arc::new(Disk::default()))
    }

    pub fn reading(folder: &Path, now: &str, describer: MadeUp, files: Arc<dyn ReadFiles>) -> Self {
        let clock = Arc::new(ManualClock::new(at(now)));
        let worker = Self::start(folder, clock.clone(), describer, files);
        Self { worker, clock }
    }

    /// On a clock of the test's own; [`Self::clock`] is none of it then.
    pub fn with_clock(folder: &Path, clock: Arc<dyn Clock>) -> Self {
        let own = Arc::new(ManualClock::new(clock.now()));
        let worker = Self::start(folder, clock, MadeUp::default(), Arc::new(Disk::default()));
        Self { worker, clock: own }
    }

    fn start(
        folder: &Path,
        clock: Arc<dyn Clock>,
        describer: MadeUp,
        files: Arc<dyn ReadFiles>,
    ) -> Handle {
        let data_dir = folder.join("data");
        let options = Options {
            lock: Store::lock(&data_dir).unwrap(),
            data_dir,
            config_dir: folder.join("config"),
            clock,
            describer: Arc::new(describer),
            files,
            limits: Limits::default(),
            // The graph has its own tests; here it would only take the cores.
            index: IndexConfig {
                exact_up_to: usize::MAX,
                ..IndexConfig::default()
            },
            threads: THREADS,
            trial: Arc::new(InChild::new(env!("CARGO_BIN_EXE_image-search").into())),
            resume_jobs: true,
            copies: Copies::InBackground,
            notices: Vec::new(),
        };
        worker::start(options, Box::new(|| {})).unwrap()
    }

    /// The next event of interest.
    pub fn next<T>(&self, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let event = self
                .worker
                .events()
                .recv_deadline(deadline)
                .expect("an event in time");
            if let Some(found) = wanted(event) {
                return found;
            }
        }
    }

    /// Sends a command and waits for its answer or its refusal.
    pub fn ask<T>(
        &self,
        command: Command,
        mut answer: impl FnMut(RequestId, Event) -> Option<T>,
    ) -> Result<T, Failure> {
        let asked = self.worker.send(command);
        self.next(|event| match event {
            Event::Failed { request, failure } if request == asked => Some(Err(failure)),
            event => answer(asked, event).map(Ok),
        })
    }

    pub fn done(&self, command: Command) -> Result<String, Failure> {
        self.ask(command, |asked, event| match event {
            Event::Done { request, text, .. } if request == asked => Some(text),
            _ => None,
        })
    }

    pub fn order(&self, command: Command) -> Result<Order, Failure> {
        self.ask(command, |asked, event| match event {
            Event::Ordered { request, order } if request == asked => Some(*order),
            _ => None,
        })
    }

    pub fn trial(&self) -> Order {
        self.order(Command::StartTrial).unwrap()
    }

    pub fn quoted_order(&self, wish: Wish) -> Result<Order, Failure> {
        let quote = self.ask(Command::Quote(wish), |asked, event| match event {
            Event::Quoted { request, quote } if request == asked => Some(quote),
            _ => None,
        })?;
        self.order(Command::Order(quote))
    }

    pub fn start_import(&self, roots: Vec<PathBuf>) -> Result<JobId, Failure> {
        self.ask(Command::Import { roots }, |asked, event| match event {
            Event::JobStarted { request, job, .. } if request == asked => Some(job),
            _ => None,
        })
    }

    /// Waits for the preview of `roots` to its end.
    pub fn preview(&self, roots: Vec<PathBuf>) -> ImportPreview {
        let preview = self.ask(Command::Preview { roots }, |asked, event| match event {
            Event::Preview { request, preview } if request == asked && preview.complete => {
                Some(*preview)
            }
            _ => None,
        });
        preview.unwrap()
    }

    /// Waits until a job is over or held.
    pub fn ended(&self, id: JobId) -> Job {
        self.next(|event| match event {
            Event::JobEnded { job } | Event::JobHeld { job } if job.id == id => Some(*job),
            _ => None,
        })
    }

    pub fn import(&self, root: &Path) -> Job {
        let id = self.start_import(vec![root.to_owned()]).unwrap();
        self.ended(id)
    }

    pub fn search(&self, query: Query) -> Result<Arc<Answer>, Failure> {
        let command = Command::Search {
            lane: Lane::default(),
            query: Box::new(query),
        };
        self.ask(command, |asked, event| match event {
            Event::Answered { request, answer } if request == asked => Some(answer),
            _ => None,
        })
    }

    /// Every picture, the newest first.
    pub fn listing(&self) -> Arc<Listing> {
        let command = Command::List(ListRequest::default());
        let listing = self.ask(command, |asked, event| match event {
            Event::Listed {
                request, listing, ..
            } if request == asked => Some(listing),
            _ => None,
        });
        listing.unwrap()
    }

    /// Waits for a published state that holds.
    pub fn state_where(
        &self,
        holds: impl Fn(&image_search::domain::catalogue::State) -> bool,
    ) -> Arc<image_search::domain::catalogue::State> {
        self.next(|event| match event {
            Event::State(state) if holds(&state) => Some(state),
            _ => None,
        })
    }
}

/// A folder of `count` files that are pictures by name, with contents from `first` on.
pub fn files(folder: &Path, first: usize, count: usize) -> PathBuf {
    std::fs::create_dir_all(folder).unwrap();
    for number in first..first + count {
        std::fs::write(folder.join(format!("{number:06}.jpg")), number.to_string()).unwrap();
    }
    folder.to_owned()
}

pub fn query_of(number: usize) -> Query {
    Query::new(QuerySource::Bytes {
        name: "query".to_owned(),
        bytes: number.to_string().into_bytes().into(),
    })
}

pub fn plan(id: &str) -> PlanId {
    PlanId(id.to_owned())
}
