//! A data folder and an account of a round's own, and what must hold of them after a kill.

use std::{
    fs,
    io::Read,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use tempfile::TempDir;

use super::{
    aim::{Watch, When},
    support::{self, PROGRAM},
};

pub struct Place {
    folder: TempDir,
    now: &'static str,
}

/// What a killed process had said.
#[derive(Debug)]
pub struct Killed {
    /// It had told that the verb is done.
    pub reported: bool,
}

impl Place {
    /// Nothing yet; its clock starts at `now` with each process.
    pub fn empty(now: &'static str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            now,
        }
    }

    /// Another place with the same files.
    pub fn copy(&self) -> Self {
        self.copy_at(self.now)
    }

    /// The same, at another instant.
    pub fn copy_at(&self, now: &'static str) -> Self {
        let copy = Self::empty(now);
        copy_folder(self.folder.path(), copy.folder.path());
        copy
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command
            .args(support::place(self.folder.path()))
            .args(["--now", self.now])
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a verb that must succeed; what it printed.
    #[track_caller]
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{:?} ended with {}: {}",
            &arguments[..arguments.len().min(4)],
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    pub fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.done(arguments)).unwrap()
    }

    #[track_caller]
    pub fn status(&self) -> Value {
        self.json(&["status", "--json"])
    }

    #[track_caller]
    pub fn stored(&self) -> u64 {
        self.status()["stored"].as_u64().unwrap()
    }

    #[track_caller]
    pub fn orders(&self) -> Vec<Value> {
        let shown = self.json(&["subscription", "show", "--json"]);
        shown["orders"].as_array().unwrap().clone()
    }

    /// Every picture as listed, sorted.
    #[track_caller]
    pub fn listed(&self) -> Vec<String> {
        let mut lines: Vec<_> = self
            .done(&["list", "--json"])
            .lines()
            .map(str::to_owned)
            .collect();
        lines.sort();
        lines
    }

    #[track_caller]
    pub fn verify(&self) {
        self.done(&["verify"]);
    }

    /// Undoes until there is nothing to undo.
    #[track_caller]
    pub fn undo_all(&self) {
        for _ in 0..10 {
            if self.done(&["undo"]).contains("nothing to undo") {
                return;
            }
        }
        panic!("there is always something more to undo");
    }

    /// Runs a verb and kills it.
    pub fn kill(&self, arguments: &[&str], when: &When) -> Killed {
        let data = self.data();
        let mut watch = Watch::begin(&data, when);
        let mut process = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while !watch.is_time() && process.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        process.kill().unwrap();
        let output = process.wait_with_output().unwrap();
        Killed {
            reported: output.status.success() || output.stdout.ends_with(b"\n"),
        }
    }

    /// Runs a verb and kills it as soon as it has said something.
    pub fn kill_when_reported(&self, arguments: &[&str]) {
        let mut process = self
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = process.stdout.take().unwrap().read(&mut [0; 256]).unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
        assert!(said > 0, "{arguments:?} said nothing");
    }

    /// The names in the data folder that contain `part`.
    pub fn names(&self, part: &str) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(self.data())
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains(part))
            .collect();
        names.sort();
        names
    }

    /// Backups that look complete.
    pub fn copies(&self) -> Vec<PathBuf> {
        let names = self.names(".backup.db").into_iter();
        names
            .filter(|name| name.ends_with(".backup.db"))
            .map(|name| self.data().join(name))
            .collect()
    }

    /// So that the next verb that writes makes another.
    pub fn remove_copies(&self) {
        for copy in self.copies() {
            fs::remove_file(copy).unwrap();
        }
    }

    /// Every copy that looks complete is a sound catalogue.
    #[track_caller]
    pub fn check_copies(&self) {
        for copy in self.copies() {
            check_sound(&copy);
        }
    }

    /// No copy that was broken off is left, and nothing of one that is gone.
    #[track_caller]
    pub fn check_no_parts(&self) {
        assert_eq!(self.names(".part"), Vec::<String>::new());
        for name in self.names(".backup.db-") {
            let (copy, _) = name.rsplit_once('-').unwrap();
            assert!(self.data().join(copy).exists(), "{name} is of no copy");
        }
    }
}

/// Opens a database as it lies there, without changing it.
#[track_caller]
pub fn read_only(file: &Path) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    let uri = format!("file:{}?immutable=1", file.display());
    Connection::open_with_flags(uri, flags).unwrap()
}

#[track_caller]
pub fn check_sound(file: &Path) {
    let db = read_only(file);
    let found: String = db
        .query_row("PRAGMA quick_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(found, "ok", "{}", file.display());
    assert!(number(&db, "SELECT count(*) FROM meta") > 0);
}

#[track_caller]
pub fn number(db: &Connection, sql: &str) -> i64 {
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}
