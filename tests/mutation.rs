//! Damaged files: thousands of real pictures, damaged at random but repeatably, go through the
//! decoders. None may panic, take long, or take much memory.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    fs,
    io::Cursor,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::{Duration, Instant},
};

use image::{ImageFormat, imageops::FilterType};
use image_search::engine::{
    decode::{DecodeError, Limits, Scratch, Wanted, header, picture},
    embed::{Fit, InputSpec},
};

/// Damaged files that are tried.
const FILES: u64 = 2_100;

/// Far more than a picture of these sizes needs, far less than what a lie could ask for.
const MAX_BYTES: usize = 768 << 20;

const SLOWEST: Duration = Duration::from_secs(5);

/// Counts what is allocated at one time.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every call goes to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller keeps the contract of `alloc_zeroed`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller keeps the contract of `realloc`.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

fn count(bytes: usize) {
    let live = LIVE.fetch_add(bytes, Relaxed) + bytes;
    PEAK.fetch_max(live, Relaxed);
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// Below `bound`, which is not 0.
    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn byte(&mut self) -> u8 {
        // The extremes and their neighbours break more than the middle does.
        *[
            0,
            1,
            0x7f,
            0x80,
            0xfe,
            0xff,
            self.next() as u8,
            self.next() as u8,
        ]
        .get(self.below(8))
        .unwrap_or(&0)
    }
}

/// Real files of every format: photos, the small files of the decode tests, and a photo in the
/// formats that can be written here.
fn real_files() -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut paths: Vec<_> = ["photos", "data/decode"]
        .iter()
        .flat_map(|folder| fs::read_dir(tests.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file() && header(&fs::read(path).unwrap()).is_ok())
        .collect();
    paths.sort();
    let mut files: Vec<_> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let photo = image::open(tests.join("photos/shoes.jpg")).unwrap();
    let photo = photo.resize(160, 160, FilterType::Triangle);
    for format in [
        ImageFormat::Png,
        ImageFormat::Gif,
        ImageFormat::Bmp,
        ImageFormat::WebP,
        ImageFormat::Tiff,
        ImageFormat::Pnm,
    ] {
        let mut bytes = Cursor::new(Vec::new());
        photo.write_to(&mut bytes, format).unwrap();
        // As often as the many small files of the other formats.
        files.extend(vec![bytes.into_inner(); 4]);
    }
    files
}

/// Damages `bytes` in one to three of the ways files get damaged, or are made to.
fn damage(bytes: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    for _ in 0..=random.below(3) {
        if bytes.is_empty() {
            return;
        }
        let at = random.below(bytes.len());
        let length = 1 + random.below(64.min(bytes.len() - at));
        match random.below(8) {
            // Bits flip, mostly all over the file, often in its header.
            0 => bytes[at] ^= 1 << random.below(8),
            1 | 2 => {
                let at = random.below(bytes.len().min(200));
                bytes[at] = random.byte();
            }
            3 => bytes[at..at + length].fill_with(|| random.byte()),
            4 => bytes.truncate(at),
            5 => drop(bytes.drain(at..at + length)),
            6 => {
                let copy = bytes[at..at + length].to_vec();
                let to = random.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            // The first part of one file and the last of another.
            _ => {
                bytes.truncate(at);
                bytes.extend_from_slice(&other[at.min(other.len())..]);
            }
        }
    }
}

#[derive(Default)]
struct Outcome {
    decoded: u64,
    refused: u64,
    panicked: Vec<u64>,
    slowest: (Duration, u64),
}

impl Outcome {
    fn with(mut self, mut other: Self) -> Self {
        self.decoded += other.decoded;
        self.refused += other.refused;
        self.panicked.append(&mut other.panicked);
        self.slowest = self.slowest.max(other.slowest);
        self
    }
}

/// Decodes the damaged file number `seed`.
fn attempt(seed: u64, files: &[Vec<u8>], scratch: &mut Scratch, outcome: &mut Outcome) {
    let input = InputSpec {
        width: 64,
        height: 64,
        fit: Fit::Squash,
    };
    let wanted = Wanted {
        input: &input,
        // Made of the pixels that the input is made of: now and then is enough.
        thumbnail: seed.is_multiple_of(8),
        region: None,
        pixels: None,
    };
    let mut random = Random(seed);
    let mut bytes = files[seed as usize % files.len()].clone();
    let other = random.below(files.len());
    damage(&mut bytes, &files[other], &mut random);

    let start = Instant::now();
    let told = header(&bytes);
    let result = picture(&bytes, &wanted, &Limits::default(), scratch);
    let mut took = start.elapsed();
    if took >= SLOWEST {
        // A computer busy with other things gets a second try.
        let start = Instant::now();
        let _ = picture(&bytes, &wanted, &Limits::default(), scratch);
        took = start.elapsed();
    }
    outcome.slowest = outcome.slowest.max((took, seed));
    let panicked = [told.err(), result.as_ref().err().cloned()]
        .iter()
        .any(|error| matches!(error, Some(DecodeError::Failed { .. })));
    match result {
        _ if panicked => outcome.panicked.push(seed),
        Ok(_) => outcome.decoded += 1,
        Err(_) => outcome.refused += 1,
    }
}

/// How many files: another number can be asked for, to search longer than a test may.
fn how_many() -> u64 {
    std::env::var("DAMAGED_FILES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(FILES)
}

/// All seeds, spread over the cores.
fn attempt_all(files: &[Vec<u8>]) -> Outcome {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let outcomes = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads as u64)
            .map(|first| {
                scope.spawn(move || {
                    let mut scratch = Scratch::default();
                    let mut outcome = Outcome::default();
                    for seed in (first..how_many()).step_by(threads) {
                        attempt(seed, files, &mut scratch, &mut outcome);
                    }
                    outcome
                })
            })
            .collect();
        let done = workers.into_iter().map(|worker| worker.join().unwrap());
        done.collect::<Vec<_>>()
    });
    outcomes.into_iter().fold(Outcome::default(), Outcome::with)
}

#[test]
fn damaged_files_neither_panic_nor_stall_nor_fill_the_memory() {
    let files = real_files();
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    let outcome = attempt_all(&files);
    let peak = PEAK.load(Relaxed) - before;
    let (slowest, slowest_seed) = outcome.slowest;
    println!(
        "{} decoded, {} refused, slowest {slowest:?} (seed {slowest_seed}), peak {} MiB",
        outcome.decoded,
        outcome.refused,
        peak >> 20
    );
    assert_eq!(outcome.panicked, [0_u64; 0], "seeds that panicked");
    assert!(slowest < SLOWEST, "seed {slowest_seed} took {slowest:?}");
    assert!(peak < MAX_BYTES, "{} MiB at one time", peak >> 20);
    // The damage is neither always deadly nor without effect.
    assert!(outcome.decoded > 0 && outcome.refused > 0);
}
