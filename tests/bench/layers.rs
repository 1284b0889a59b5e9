//! The default model layer by layer, as the share of what the core can multiply and add.
//!
//! `cargo bench --bench layers` prints, for every instruction set, the median time of each layer a picture,
//! and the peak it is measured against: multiply-adds in registers, in the same rounds.

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use image_search::engine::embed::{
    MODEL_FILE,
    efficientnet::{
        InstructionSet, Network,
        instructions::Kernel,
        lanes::{Block, LANES, Lanes},
        observer::{Observer, Part},
    },
};

const ROUNDS: usize = 40;
/// Multiply-adds a sum gets in one measurement of the peak.
const PEAK_STEPS: usize = 20_000;

type Layer = (usize, Part);

fn main() {
    for set in InstructionSet::available() {
        print_layers(set);
    }
}

fn print_layers(set: InstructionSet) {
    let network = Network::read(MODEL_FILE, set).expect("the default model loads");
    let (width, height) = network.picture();
    let rgb: Vec<u8> = (0..width * height * 3)
        .map(|i| (i * 7919 % 251) as u8)
        .collect();
    let mut scratch = network.scratch();
    let mut descriptor = vec![0.0; network.dimension()];
    let mut peaks = Vec::new();
    let mut layers: BTreeMap<Layer, (Vec<f64>, usize)> = BTreeMap::new();
    for _ in 0..ROUNDS {
        peaks.push(peak(set));
        let mut watch = Watch {
            since: Instant::now(),
            layers: BTreeMap::new(),
        };
        network.describe_observed(&rgb, &mut scratch, &mut descriptor, &mut watch);
        for (layer, (seconds, multiply_adds)) in watch.layers {
            let entry = layers.entry(layer).or_default();
            entry.0.push(seconds);
            entry.1 = multiply_adds;
        }
    }
    let peak = median(&mut peaks);
    println!(
        "\n{set}: peak {:.1} GFLOP/s\nstage  layer            ms    MFLOP  share of peak",
        peak / 1e9
    );
    let (mut seconds, mut flops) = (0.0, 0.0);
    for ((stage, part), (times, multiply_adds)) in &mut layers {
        let (time, work) = (median(times), 2.0 * *multiply_adds as f64);
        println!(
            "{stage:5}  {part:10} {:8.3} {:8.1} {:8.0} %",
            time * 1e3,
            work / 1e6,
            work / time / peak * 100.0
        );
        seconds += time;
        flops += work;
    }
    let share = flops / seconds / peak * 100.0;
    println!(
        "       all        {:8.3} {:8.1} {share:8.0} %",
        seconds * 1e3,
        flops / 1e6
    );
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Adds up the time between one report and the next.
struct Watch {
    since: Instant,
    layers: BTreeMap<Layer, (f64, usize)>,
}

impl Observer for Watch {
    fn finished(&mut self, stage: usize, part: Part, multiply_adds: usize) {
        let layer = self.layers.entry((stage, part)).or_default();
        layer.0 += self.since.elapsed().as_secs_f64();
        layer.1 += multiply_adds;
        self.since = Instant::now();
    }
}

/// Floating-point operations a second of multiply-adds that wait for nothing.
fn peak(set: InstructionSet) -> f64 {
    let mut sums = 0;
    let start = Instant::now();
    set.run(Peak { sums: &mut sums });
    (sums * PEAK_STEPS * LANES * 2) as f64 / start.elapsed().as_secs_f64()
}

/// As many sums as the registers hold.
struct Peak<'a> {
    sums: &'a mut usize,
}

impl Kernel for Peak<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, l: L) {
        *self.sums = match (L::TILE_BLOCKS, L::STEP_PIXELS) {
            (2, _) => sums::<L, 14>(l),
            (_, 5 | 7) => sums::<L, 6>(l),
            _ => sums::<L, 3>(l),
        };
    }
}

#[inline(always)]
fn sums<L: Lanes, const N: usize>(l: L) -> usize {
    let (scale, added) = (l.splat(black_box(0.5)), l.splat(black_box(1.0)));
    let mut sums = [added; N];
    for _ in 0..PEAK_STEPS {
        for sum in &mut sums {
            *sum = l.multiply_add(*sum, scale, added);
        }
    }
    let mut seen = Block::ZERO;
    for sum in sums {
        l.store(&mut seen, sum);
        black_box(&seen);
    }
    N
}
