//! What a frame of the window costs the window's thread over a catalogue of 100,000 pictures.
//!
//! ```text
//! cargo bench --bench frame                  p50, p99 and the longest, in milliseconds
//! cargo bench --bench frame -- 1000000       over that many pictures
//! ```
//!
//! Each frame is drawn at 1,440 x 900 points while the grid is scrolled by the wheel, with the
//! caches served as the worker serves them. *UI* is the time in the panels' code and the events
//! applied before it; *whole* adds the toolkit's part up to the triangles handed to the GPU. On
//! Linux it is the thread's processor time, which other programs do not lengthen; elsewhere the
//! time that passed.

#[path = "../support/pictures.rs"]
mod pictures;

use std::{env, io::Cursor, sync::Arc, time::Duration};

use egui::{
    Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, Pos2, RawInput, Rect, TouchPhase,
    vec2,
};
use image_search::{
    domain::{catalogue::Listing, query::QuerySource, record::RecordId, verdict::Thresholds},
    ui::{
        self,
        action::{Action, CatalogueAction, SearchAction},
        catalogue::CatalogueView,
        model::{Model, Settings},
        room::Room as _,
        search::SearchView,
    },
};

const FRAMES: usize = 1_200;
/// Frames before it counts: fonts, the first listing and the first thumbnails come with them.
const WARM_UP: usize = 60;
/// Between frames, for the threads that decode thumbnails; less than a screen's, to save time.
const PAUSE: Duration = Duration::from_millis(4);
/// At 60 frames a second, ten published states a second.
const FRAMES_A_STATE: usize = 6;
/// Points the wheel scrolls a frame: a fast flick.
const SCROLL: f32 = 240.0;

fn main() {
    let count = env::args()
        .filter_map(|arg| arg.parse().ok())
        .next()
        .unwrap_or(100_000);
    println!("{FRAMES} frames over {count} pictures, in milliseconds");
    println!(
        "{:<34}{:>8}{:>8}{:>8}{:>12}{:>8}",
        "", "UI p50", "p99", "longest", "whole p50", "p99"
    );
    Bench::new(count).run("catalogue, scrolling", Scene::Catalogue, false);
    Bench::new(count).run("catalogue, scrolling and importing", Scene::Catalogue, true);
    Bench::new(count).run("search, scrolling", Scene::Search, false);
    Bench::new(count).run("search, scrolling and importing", Scene::Search, true);
}

#[derive(Clone, Copy, PartialEq)]
enum Scene {
    Catalogue,
    Search,
}

struct Bench {
    ctx: Context,
    model: Model,
    catalogue: CatalogueView,
    search: SearchView,
    count: i64,
    generation: u64,
    thumbnail: Arc<[u8]>,
    /// A listing the worker has made, to be taken over with the next frame.
    listing: Option<(Arc<Listing>, u64)>,
    actions: Vec<Action>,
}

impl Bench {
    fn new(count: i64) -> Self {
        let ctx = Context::default();
        ui::install(&ctx);
        let mut model = Model::new(Settings::default());
        model.publish(Arc::new(pictures::state(count as u64)));
        Self {
            ctx,
            model,
            catalogue: CatalogueView::default(),
            search: SearchView::default(),
            count,
            generation: 1,
            thumbnail: thumbnail(),
            listing: None,
            actions: Vec::new(),
        }
    }

    fn run(mut self, name: &str, scene: Scene, importing: bool) {
        if scene == Scene::Search {
            let source = QuerySource::Record(RecordId(1));
            self.search
                .ask([source], Thresholds::default(), &mut self.actions);
        }
        for frame in 0..WARM_UP {
            self.serve();
            self.frame(scene, frame, false);
            std::thread::sleep(PAUSE);
        }
        let (mut panels, mut whole) = (Vec::new(), Vec::new());
        for frame in WARM_UP..WARM_UP + FRAMES {
            std::thread::sleep(PAUSE);
            self.serve();
            if importing && frame % FRAMES_A_STATE == 0 {
                self.import();
            }
            let (panel, all) = self.frame(scene, frame, true);
            panels.push(panel);
            whole.push(all);
        }
        let (panels, whole) = (sorted_ms(panels), sorted_ms(whole));
        println!(
            "{name:<34}{:>8.3}{:>8.3}{:>8.3}{:>12.3}{:>8.3}",
            at(&panels, 0.50),
            at(&panels, 0.99),
            at(&panels, 1.0),
            at(&whole, 0.50),
            at(&whole, 0.99)
        );
    }

    /// The worker's answers to what the last frame wanted; its own time is not counted.
    fn serve(&mut self) {
        let records: Vec<_> = self
            .model
            .records
            .take_wanted()
            .into_iter()
            .map(|id| pictures::record(id.0))
            .collect();
        self.model.records.insert(records);
        for id in self.model.thumbnails.take_wanted() {
            self.model.thumbnails.insert(id, self.thumbnail.clone());
        }
        self.model.previews.take_wanted();
        for action in std::mem::take(&mut self.actions) {
            match action {
                Action::Catalogue(CatalogueAction::List(_)) => {
                    self.listing = Some((Arc::new(listing(self.count)), self.generation));
                }
                Action::Search(SearchAction::Run { tab, serial, query }) => {
                    let answer = pictures::answer(&query.cut, &scores());
                    self.search.on_answered(tab, serial, answer);
                }
                Action::Search(SearchAction::Refine { tab, serial, cut }) => {
                    let answer = pictures::answer(&cut, &scores());
                    self.search.on_answered(tab, serial, answer);
                }
                _ => {}
            }
        }
    }

    /// A batch of pictures was indexed: the state, and what is shown of it.
    fn import(&mut self) {
        self.generation += 1;
        self.count += 50;
        let mut state = pictures::state(self.count as u64);
        state.generation = self.generation;
        let ids: Vec<RecordId> = (self.count - 50..self.count).map(RecordId).collect();
        self.model.publish(Arc::new(state));
        self.model.note_indexed(&ids);
    }

    /// One frame: the panels' time, and with the toolkit's.
    fn frame(&mut self, scene: Scene, frame: usize, scroll: bool) -> (Duration, Duration) {
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(1_440.0, 900.0));
        let middle = Event::PointerMoved(screen.center());
        // Down for a while, then up again, so that pictures come back into view too.
        let delta = vec2(
            0.0,
            if (frame / 200).is_multiple_of(2) {
                -SCROLL
            } else {
                SCROLL
            },
        );
        let wheel = Event::MouseWheel {
            unit: MouseWheelUnit::Point,
            delta,
            phase: TouchPhase::Move,
            source: MouseWheelSource::Unknown,
            modifiers: Modifiers::NONE,
        };
        let input = RawInput {
            screen_rect: Some(screen),
            time: Some(frame as f64 / 60.0),
            events: if scroll {
                vec![middle, wheel]
            } else {
                vec![middle]
            },
            ..RawInput::default()
        };
        let mut panels = Duration::ZERO;
        let Self {
            ctx,
            model,
            catalogue,
            search,
            listing,
            actions,
            ..
        } = self;
        let started = processor_time();
        let mut output = ctx.run_ui(input, |ui| {
            let started = processor_time();
            if let Some((listing, generation)) = listing.take() {
                catalogue.on_listed(listing, generation);
            }
            match scene {
                Scene::Catalogue => catalogue.ui(model, ui, actions),
                Scene::Search => search.ui(model, ui, actions),
            }
            panels += processor_time() - started;
        });
        let triangles = ctx.tessellate(output.shapes, output.pixels_per_point);
        let whole = processor_time() - started;
        // There is no GPU to take the textures.
        output.textures_delta.clear();
        assert!(!triangles.is_empty(), "a frame shows something");
        (panels, whole)
    }
}

/// The newest first, under a heading a hundred pictures.
fn listing(count: i64) -> Listing {
    let ids: Vec<RecordId> = (1..=count).rev().map(RecordId).collect();
    let groups = (0..ids.len())
        .step_by(100)
        .map(|at| (format!("Day {at}"), at))
        .collect();
    Listing { ids, groups }
}

/// As many results as may be asked for, all above the threshold.
fn scores() -> Vec<f32> {
    (0..10_000).map(|at| 1.0 - at as f32 / 20_000.0).collect()
}

fn thumbnail() -> Arc<[u8]> {
    let picture = image::RgbImage::from_fn(256, 192, |x, y| image::Rgb([x as u8, y as u8, 90]));
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .expect("a picture in memory is written");
    bytes.into_inner().into()
}

/// What this thread has used of a processor.
#[cfg(target_os = "linux")]
fn processor_time() -> Duration {
    #[repr(C)]
    struct Timespec {
        seconds: std::ffi::c_long,
        nanoseconds: std::ffi::c_long,
    }
    unsafe extern "C" {
        fn clock_gettime(clock: std::ffi::c_int, time: *mut Timespec) -> std::ffi::c_int;
    }
    const CLOCK_THREAD_CPUTIME_ID: std::ffi::c_int = 3;
    let mut time = Timespec {
        seconds: 0,
        nanoseconds: 0,
    };
    // SAFETY: the C library writes two longs, which `Timespec` holds in its order.
    let failed = unsafe { clock_gettime(CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(failed, 0, "every thread has this clock");
    Duration::new(time.seconds as u64, time.nanoseconds as u32)
}

/// The time that passed.
#[cfg(not(target_os = "linux"))]
fn processor_time() -> Duration {
    static START: std::sync::LazyLock<std::time::Instant> =
        std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed()
}

fn sorted_ms(times: Vec<Duration>) -> Vec<f64> {
    let mut times: Vec<f64> = times
        .into_iter()
        .map(|time| time.as_secs_f64() * 1e3)
        .collect();
    times.sort_by(f64::total_cmp);
    times
}

/// The value below which this share of the sorted ones lies.
fn at(sorted: &[f64], share: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}
