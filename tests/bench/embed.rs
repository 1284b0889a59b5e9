//! The default model's speed: every instruction set, rten on the same file, and two threads.
//!
//! What one thread needs is measured in processor time where the system tells it (Linux), so that the turns of
//! other programs do not count; two threads are measured by the clock and want a quiet computer.
//!
//! `cargo bench --bench embed` prints medians of interleaved rounds.
//! With `-- --serve` it takes turns with `tests/bench/compare_onnxruntime.py`: it prints the names of its engines, then
//! answers the number of an engine, a line each, with the milliseconds a picture took.

use std::{
    hint::black_box,
    io::{BufRead, stdin},
    sync::Arc,
    time::Instant,
};

use image_search::engine::embed::{
    Embedder, MODEL_FILE, default_model, default_model_with, efficientnet::InstructionSet,
};
use rten::{Model, RunOptions, ThreadPool, Value};

const ROUNDS: usize = 15;

type Describe = dyn Fn(&[u8]);

/// Something that describes a picture.
struct Engine {
    name: String,
    describe: Box<Describe>,
}

fn main() {
    let pictures = pictures();
    let engines = engines();
    if std::env::args().any(|argument| argument == "--serve") {
        serve(&engines, &pictures);
    } else {
        print_engines(&engines, &pictures);
        print_threads(&pictures);
    }
}

fn pictures() -> Vec<Vec<u8>> {
    let file = include_bytes!("../data/embed/pictures.webp");
    let strip = image::load_from_memory(file).expect("the pictures decode");
    let rgb = strip.into_rgb8().into_raw();
    rgb.chunks_exact(224 * 224 * 3)
        .map(<[u8]>::to_vec)
        .collect()
}

/// Each on one thread.
fn engines() -> Vec<Engine> {
    let dedicated = InstructionSet::available().into_iter().map(|set| {
        let model = default_model_with(set).expect("the default model loads");
        Engine {
            name: set.to_string(),
            describe: Box::new(move |rgb| describe(&*model, rgb)),
        }
    });
    dedicated.chain([rten()]).collect()
}

fn describe(model: &dyn Embedder, rgb: &[u8]) {
    let mut descriptor = [0.0; 384];
    model
        .embed(rgb, &mut descriptor)
        .expect("the picture is described");
    black_box(&descriptor);
}

fn rten() -> Engine {
    let model = Model::load(MODEL_FILE.to_vec()).expect("rten loads the file");
    let pool = Arc::new(ThreadPool::with_num_threads(1));
    let describe = move |rgb: &[u8]| {
        let pixels = rgb.as_chunks::<3>().0;
        let planes = (0..3).flat_map(|c| pixels.iter().map(move |pixel| f32::from(pixel[c])));
        let planes: Vec<f32> = planes.collect();
        let input =
            Value::from_shape([1, 3, 224, 224], planes).expect("the shape is the picture's");
        let options = RunOptions::default().with_thread_pool(Some(pool.clone()));
        black_box(
            model
                .run_one(input.into(), Some(options))
                .expect("rten runs"),
        );
    };
    Engine {
        name: "rten".into(),
        describe: Box::new(describe),
    }
}

/// Milliseconds a picture.
fn round(engine: &Engine, pictures: &[Vec<u8>]) -> f64 {
    let (start, on_processor) = (Instant::now(), processor_seconds());
    for picture in pictures {
        (engine.describe)(picture);
    }
    let seconds = match (on_processor, processor_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed().as_secs_f64(),
    };
    seconds * 1000.0 / pictures.len() as f64
}

/// Seconds all threads of this program have run, from Linux's scheduler, which counts nanoseconds.
fn processor_seconds() -> Option<f64> {
    let mut nanoseconds = 0;
    for thread in std::fs::read_dir("/proc/self/task").ok()? {
        let times = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
        nanoseconds += times.split(' ').next()?.parse::<u64>().ok()?;
    }
    Some(nanoseconds as f64 / 1e9)
}

fn serve(engines: &[Engine], pictures: &[Vec<u8>]) {
    let names: Vec<_> = engines.iter().map(|engine| engine.name.as_str()).collect();
    println!("{}", names.join("|"));
    for line in stdin().lock().lines() {
        let number: usize = line
            .expect("a line")
            .parse()
            .expect("the number of an engine");
        println!("{}", round(&engines[number], pictures));
    }
}

fn print_engines(engines: &[Engine], pictures: &[Vec<u8>]) {
    let mut times = vec![Vec::new(); engines.len()];
    for _ in 0..ROUNDS {
        for (engine, times) in engines.iter().zip(&mut times) {
            times.push(round(engine, pictures));
        }
    }
    println!(
        "ms a picture on one thread, {ROUNDS} rounds of {} pictures",
        pictures.len()
    );
    for (engine, times) in engines.iter().zip(&mut times) {
        let (median, least) = median_and_least(times);
        println!("{:8} median {median:6.2}  least {least:6.2}", engine.name);
    }
}

/// Pictures a second of one thread and of two, in turns.
fn print_threads(pictures: &[Vec<u8>]) {
    let model = default_model().expect("the default model loads");
    let a_second = |threads: usize| {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let work = || {
                    pictures
                        .iter()
                        .for_each(|picture| describe(&*model, picture))
                };
                scope.spawn(work);
            }
        });
        (threads * pictures.len()) as f64 / start.elapsed().as_secs_f64()
    };
    let (mut one, mut two, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(a_second(1));
        two.push(a_second(2));
        ratios.push(two[two.len() - 1] / one[one.len() - 1]);
    }
    let [one, two, ratio] = [one, two, ratios].map(|mut values| median_and_least(&mut values).0);
    println!("one thread {one:.0} pictures/s, two {two:.0}: {ratio:.2} times as many");
}

fn median_and_least(values: &mut [f64]) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    (values[values.len() / 2], values[0])
}
