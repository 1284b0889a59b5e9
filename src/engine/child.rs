//! Trying something dangerous in a process of its own: a file or a model that may end it.

use std::{
    ffi::OsStr,
    io::{self, Read},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Interval between two looks at whether the process has ended.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How a process ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// By itself, with this code and these last words.
    Itself { code: i32, said: String },
    /// By a signal, or because it took longer than it was given.
    Killed,
}

/// Runs `program` with the arguments and waits for its end, no longer than `patience`.
///
/// # Errors
///
/// Where no process can be started: nothing is known then.
pub fn run(program: &Path, arguments: &[&OsStr], patience: Duration) -> io::Result<Ended> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()?;
    // Read while it runs: a full pipe would hold it up.
    let said = child.stderr.take().map(|mut stderr| {
        thread::spawn(move || {
            let mut said = Vec::new();
            // What cannot be read was not said.
            let _ = stderr.read_to_end(&mut said);
            String::from_utf8_lossy(&said).trim().to_owned()
        })
    });
    let deadline = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait()? {
            let said = said.and_then(|said| said.join().ok()).unwrap_or_default();
            return Ok(match status.code() {
                Some(code) => Ended::Itself { code, said },
                None => Ended::Killed,
            });
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(Ended::Killed);
        }
        thread::sleep(LOOK_EVERY);
    }
}
