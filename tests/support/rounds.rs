//! Rounds of a test, each with a copy of one catalogue and dice of its own.
#![allow(dead_code)] // each test program uses its own part

use std::{
    fs,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use serde_json::Value;

use super::support::{PROGRAM, place};

/// Longer than any verb on a few pictures takes, on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(60);

/// SplitMix64 (Steele, Lea, Flood 2014): the same rolls in each run.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        let mut dice = Self(seed);
        dice.next();
        dice
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 up to, and without, `end`.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    pub fn one_of<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len() as u64) as usize]
    }
}

/// Runs the rounds on two threads; a panic that lists those that failed.
pub fn run(rounds: u64, round: impl Fn(u64) -> Result<(), String> + Sync) {
    let next = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= rounds {
                break;
            }
            let ended = catch_unwind(AssertUnwindSafe(|| round(number)));
            let reason = match ended {
                Ok(Ok(())) => continue,
                Ok(Err(reason)) => reason,
                Err(_) => "the test itself panicked, see above".to_owned(),
            };
            eprintln!("round {number}: {reason}");
            failed
                .lock()
                .expect("no round panics here")
                .push((number, reason));
        }
    };
    thread::scope(|scope| {
        scope.spawn(work);
        scope.spawn(work);
    });
    let mut failed = failed.into_inner().expect("no round panics here");
    failed.sort();
    let told: Vec<String> = failed
        .iter()
        .map(|(number, reason)| format!("round {number}: {reason}"))
        .collect();
    assert!(
        failed.is_empty(),
        "{} of {rounds} rounds failed:\n{}",
        failed.len(),
        told.join("\n")
    );
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap_or_else(|error| panic!("{}: {error}", to.display()));
    let entries = fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display()));
    for entry in entries {
        let entry = entry.expect("a folder that can be read");
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_folder(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}

/// All files below a folder, in an order of their own.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => files.extend(files_below(&path)),
            path => files.push(path),
        }
    }
    files.sort();
    files
}

/// A run of the program that has ended.
#[derive(Debug)]
pub struct Ran {
    pub verb: String,
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn is_done(&self) -> bool {
        self.code == Some(0)
    }

    /// What is wrong with the way it ended: whatever happens, it is done or says why not.
    pub fn check(&self) -> Result<(), String> {
        if !matches!(self.code, Some(0..=3)) || self.err.contains("panicked") {
            return Err(format!("it broke down: {self}"));
        }
        let last = self.err.trim_end().lines().next_back().unwrap_or_default();
        if !self.is_done() && !last.ends_with('.') {
            return Err(format!("it failed without a sentence: {self}"));
        }
        Ok(())
    }

    /// An error unless it is done.
    pub fn done(self) -> Result<Self, String> {
        self.check()?;
        match self.is_done() {
            true => Ok(self),
            false => Err(format!("it was to succeed: {self}")),
        }
    }

    pub fn json(&self) -> Result<Value, String> {
        serde_json::from_str(&self.out).map_err(|error| format!("no JSON ({error}): {self}"))
    }

    /// A value from each line.
    pub fn json_lines(&self) -> Result<Vec<Value>, String> {
        let parsed: Result<_, serde_json::Error> =
            self.out.lines().map(serde_json::from_str).collect();
        parsed.map_err(|error| format!("no JSON lines ({error}): {self}"))
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let code = self.code.map_or("a signal".to_owned(), |c| c.to_string());
        write!(f, "{} ended with {code}", self.verb)?;
        match self.err.trim_end() {
            "" => Ok(()),
            said => write!(f, " and said: {said}"),
        }
    }
}

/// The program on a catalogue below `folder`, at an instant.
pub fn command(folder: &Path, now: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command
        .args(place(folder))
        .args(["--now", now])
        .args(arguments);
    command
}

/// Runs a verb to its end.
pub fn ran(folder: &Path, now: &str, arguments: &[&str]) -> Result<Ran, String> {
    ran_command(command(folder, now, arguments), arguments)
}

pub fn ran_command(mut command: Command, arguments: &[&str]) -> Result<Ran, String> {
    let verb = arguments.join(" ");
    let output = within(&mut command).map_err(|error| format!("{verb}: {error}"))?;
    Ok(Ran {
        verb,
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

/// Runs a command to its end; an error where it takes too long.
fn within(command: &mut Command) -> Result<Output, String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("it could not be started: {error}"))?;
    let read = |pipe: Option<Box<dyn Read + Send>>| {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = Vec::new();
            if let Some(mut pipe) = pipe {
                // What was read up to an error counts.
                let _ = pipe.read_to_end(&mut bytes);
            }
            // Nobody listens after the patience is over.
            let _ = sender.send(bytes);
        });
        receiver
    };
    let stdout = read(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let stderr = read(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    let (Ok(stdout), Ok(stderr)) = (stdout.recv_timeout(PATIENCE), stderr.recv_timeout(PATIENCE))
    else {
        // It may end by itself at this instant.
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("it hung for {} s", PATIENCE.as_secs()));
    };
    let status = child.wait().map_err(|error| error.to_string())?;
    Ok(Output {
        status,
        stdout,
        stderr,
    })
}

/// What of a catalogue is to be seen from outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Each picture as it is listed.
    pub listed: Vec<Value>,
    pub orders: Vec<Value>,
    pub stored: u64,
    pub uploaded: u64,
}

impl Seen {
    /// What three verbs tell, all of which succeed.
    pub fn of(folder: &Path, now: &str) -> Result<Self, String> {
        let run = |verb: &[&str]| ran(folder, now, verb)?.done();
        let [list, show, status] = Self::VERBS;
        Self::told(&run(list)?, &run(show)?, &run(status)?)
    }

    /// The verbs that tell it.
    pub const VERBS: [&[&str]; 3] = [
        &["list", "--json"],
        &["subscription", "show", "--json"],
        &["status", "--json"],
    ];

    /// What [`Self::VERBS`] have told.
    pub fn told(list: &Ran, show: &Ran, status: &Ran) -> Result<Self, String> {
        let (show, status) = (show.json()?, status.json()?);
        Ok(Self {
            listed: list.json_lines()?,
            orders: show["orders"]
                .as_array()
                .cloned()
                .ok_or("no orders are shown")?,
            stored: status["stored"].as_u64().ok_or("no number is stored")?,
            uploaded: status["usage"]["uploaded"].as_u64().unwrap_or(0),
        })
    }

    /// All paths of all pictures.
    pub fn paths(&self) -> Vec<String> {
        paths(&self.listed)
    }
}

/// All paths of listed pictures.
pub fn paths(listed: &[Value]) -> Vec<String> {
    let paths = listed.iter().flat_map(|record| record["paths"].as_array());
    let mut paths: Vec<String> = paths
        .flatten()
        .map(|path| path.as_str().unwrap_or_default().to_owned())
        .collect();
    paths.sort();
    paths
}
