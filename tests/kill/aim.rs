//! When a process is killed: at instants without a pattern, the same in each run.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use super::place::Place;

pub fn pseudo_random(number: u64) -> u64 {
    let mut value = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// A file whose name contains this, and how long after its sight the process is killed at most.
pub type Sight = (&'static str, Duration);

pub const fn sight(name: &'static str, at_most_us: u64) -> Sight {
    (name, Duration::from_micros(at_most_us))
}

/// When a process is killed.
#[derive(Clone, Debug)]
pub enum When {
    /// This long after its start.
    After(Duration),
    /// This long after a file was seen in the data folder that was not there at the start.
    Seen(&'static str, Duration),
}

/// Where the instants of a verb lie.
pub struct Aim {
    seed: u64,
    from: Duration,
    to: Duration,
    sights: &'static [Sight],
}

impl Aim {
    /// Measures the verb on a place of its own; `sights` tell its steps that are too short to be
    /// met by chance. `seed` tells the cases apart.
    pub fn measured(
        place: &Place,
        arguments: &[&str],
        sights: &'static [Sight],
        seed: u64,
    ) -> Self {
        let begun = Instant::now();
        place.json(&["plans", "--json"]);
        let start = begun.elapsed();
        let begun = Instant::now();
        place.done(arguments);
        let whole = begun.elapsed();
        Self {
            seed,
            from: start.min(whole / 2),
            to: whole + whole / 10,
            sights,
        }
    }

    /// Odd rounds go by the sights, one after the other, even ones by the clock.
    pub fn at(&self, round: u32) -> When {
        let chance = pseudo_random((self.seed << 32) + u64::from(round));
        let within = |span: Duration| {
            Duration::from_nanos(chance % u64::try_from(span.as_nanos()).unwrap().max(1))
        };
        let turn = round as usize / 2;
        match self.sights.get(turn % self.sights.len().max(1)) {
            Some((name, at_most)) if round % 2 == 1 => When::Seen(name, within(*at_most)),
            _ => When::After(self.from + within(self.to - self.from)),
        }
    }
}

/// Tells when it is time, by looking again and again.
pub struct Watch<'a> {
    folder: &'a Path,
    deadline: Option<Instant>,
    seen: Option<(&'static str, Duration, usize)>,
}

impl<'a> Watch<'a> {
    pub fn begin(folder: &'a Path, when: &When) -> Self {
        let (deadline, seen) = match *when {
            When::After(passed) => (Some(Instant::now() + passed), None),
            When::Seen(name, then) => (None, Some((name, then, count(folder, name)))),
        };
        Self {
            folder,
            deadline,
            seen,
        }
    }

    pub fn is_time(&mut self) -> bool {
        if let (None, Some((name, then, before))) = (self.deadline, self.seen)
            && count(self.folder, name) > before
        {
            self.deadline = Some(Instant::now() + then);
        }
        self.deadline
            .is_some_and(|deadline| Instant::now() >= deadline)
    }
}

fn count(folder: &Path, name: &str) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().contains(name))
        .count()
}
