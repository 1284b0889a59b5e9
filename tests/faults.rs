//! Writing, flushing, opening, renaming and deleting that fail at any instant of any verb: what is
//! reported as done is done, what is not is said, and nothing that was there before is lost.
//!
//! A small library (`faults/shim.c`) makes the calls fail.
#![cfg(target_os = "linux")]

#[path = "support/rounds.rs"]
mod rounds;
mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use rounds::{Dice, Ran, Seen, command, copy_folder, ran, ran_command};
use serde_json::Value;

/// Pictures that are in the catalogue before, and those that are new.
const OLD: usize = 12;
const NEW: usize = 4;

/// When the catalogue is made, and when the verbs run: a daily copy is due again.
const AT_FIRST: &str = "2026-11-01T00:00:00Z";
const NEXT_DAY: &str = "2026-11-02T01:00:00Z";
const NOW: &str = "2026-11-04T00:00:00Z";

#[derive(Clone, Copy, Debug, PartialEq)]
enum Verb {
    Index,
    Remove,
    Undo,
    Trial,
    Buy,
    Change,
    Renew,
    RestoreBackup,
    Reindex,
    Export,
    ExportAgain,
    Ledger,
    Verify,
    Status,
    List,
}

const VERBS: [Verb; 15] = [
    Verb::Index,
    Verb::Remove,
    Verb::Undo,
    Verb::Trial,
    Verb::Buy,
    Verb::Change,
    Verb::Renew,
    Verb::RestoreBackup,
    Verb::Reindex,
    Verb::Export,
    Verb::ExportAgain,
    Verb::Ledger,
    Verb::Verify,
    Verb::Status,
    Verb::List,
];

impl Verb {
    /// Begins a subscription, and so runs on a catalogue without one.
    fn begins(self) -> bool {
        matches!(self, Self::Trial | Self::Buy)
    }

    fn orders(self) -> bool {
        self.begins() || matches!(self, Self::Change | Self::Renew)
    }

    fn writes_to(self, folder: &Path) -> Option<PathBuf> {
        let name = match self {
            Self::Export | Self::ExportAgain => "catalogue.jsonl",
            Self::Ledger => "orders.csv",
            _ => return None,
        };
        Some(folder.join("exports").join(name))
    }

    fn arguments(self, folder: &Path, base: &Base) -> Vec<String> {
        let file = || {
            let file = self.writes_to(folder).unwrap_or_default();
            file.to_string_lossy().into_owned()
        };
        let words = match self {
            Self::Index => "index --json",
            Self::Remove => "remove",
            Self::Undo => "undo",
            Self::Trial => "subscription trial --json",
            Self::Buy => "subscription buy --package 2.5m-5 --json",
            Self::Change => "subscription change --package 5m-10 --json",
            Self::Renew => "subscription renew --months 2 --json",
            Self::RestoreBackup => "restore-backup",
            Self::Reindex => "reindex",
            Self::Export => "export jsonl",
            Self::ExportAgain => "export jsonl --force",
            Self::Ledger => "subscription ledger",
            Self::Verify => "verify",
            Self::Status => "status --json",
            Self::List => "list --json",
        };
        let mut arguments: Vec<String> = words.split(' ').map(str::to_owned).collect();
        match self {
            Self::Index => arguments.push(base.new.to_string_lossy().into_owned()),
            Self::Remove => arguments.push(base.to_remove.clone()),
            Self::Export | Self::ExportAgain | Self::Ledger => arguments.push(file()),
            _ => {}
        }
        arguments
    }
}

/// The catalogues that the rounds have copies of.
struct Base {
    _folder: tempfile::TempDir,
    shim: PathBuf,
    /// With a free month, twelve pictures, one of which was removed, and a copy of before that.
    full: PathBuf,
    /// With nothing.
    empty: PathBuf,
    /// The new pictures.
    new: PathBuf,
    to_remove: String,
    removed: String,
    before: Seen,
    /// For each verb, how many calls it makes that could fail.
    calls: Vec<u64>,
}

impl Base {
    /// None where there is no compiler for the shim.
    fn new() -> Option<Self> {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let shim = build_shim(temporary.path())?;
        let made = Self::fill(temporary, shim);
        Some(made.unwrap_or_else(|error| panic!("the catalogue to begin with: {error}")))
    }

    fn fill(temporary: tempfile::TempDir, shim: PathBuf) -> Result<Self, String> {
        let below = temporary.path();
        let (full, empty, new) = (below.join("full"), below.join("empty"), below.join("new"));
        let old = support::real_photos(below, OLD + NEW);
        for folder in [&full, &empty, &new] {
            fs::create_dir(folder).map_err(|error| error.to_string())?;
        }
        let photo = |number: usize| format!("{number:04}.jpg");
        for name in (OLD..OLD + NEW).map(photo) {
            fs::rename(old.join(&name), new.join(&name)).map_err(|error| error.to_string())?;
        }
        let old_text = old.to_string_lossy().into_owned();
        let path = |number| old.join(photo(number)).to_string_lossy().into_owned();
        let (removed, to_remove) = (path(3), path(7));
        ran(&full, AT_FIRST, &["subscription", "trial"])?.done()?;
        ran(&full, NEXT_DAY, &["index", &old_text])?.done()?;
        ran(&full, NEXT_DAY, &["remove", &removed])?.done()?;
        let before = Seen::of(&full, NOW)?;
        if (before.stored, before.orders.len()) != (OLD as u64 - 1, 1) {
            return Err(format!("it is not as it was to be: {before:?}"));
        }
        let mut base = Self {
            shim,
            full,
            empty,
            new,
            to_remove,
            removed,
            before,
            calls: Vec::new(),
            _folder: temporary,
        };
        for verb in VERBS {
            base.calls.push(base.count_calls(verb)?);
        }
        println!("calls of each verb: {:?}", base.calls);
        Ok(base)
    }

    fn count_calls(&self, verb: Verb) -> Result<u64, String> {
        let round = self.round(verb);
        let fault = Fault {
            kind: "eio",
            at: 0,
            always: false,
        };
        let (ran, log) = self.run_with(&fault, verb, round.path())?;
        ran.done()?;
        let calls = log
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix("calls "));
        let calls = calls.and_then(|calls| calls.parse().ok());
        calls.ok_or_else(|| format!("{verb:?}: the shim counted nothing"))
    }

    /// A folder with what the verb runs on.
    fn round(&self, verb: Verb) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let from = match verb.begins() {
            true => &self.empty,
            false => &self.full,
        };
        copy_folder(from, folder.path());
        fs::create_dir(folder.path().join("exports")).expect("a folder for exports");
        if verb == Verb::ExportAgain
            && let Some(file) = verb.writes_to(folder.path())
        {
            fs::write(file, OLD_EXPORT).expect("a file to replace");
        }
        folder
    }

    /// Runs the verb with the fault; what it said, and what the shim did.
    fn run_with(&self, fault: &Fault, verb: Verb, folder: &Path) -> Result<(Ran, String), String> {
        let log = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
        let arguments = verb.arguments(folder, self);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let mut command = command(folder, NOW, &arguments);
        command
            .env("LD_PRELOAD", &self.shim)
            .env("FAULT_FOLDER", folder)
            .env("FAULT_LOG", log.path())
            .env("FAULT_AT", fault.at.to_string())
            .env("FAULT_KIND", fault.kind)
            .env("FAULT_ALWAYS", if fault.always { "1" } else { "0" });
        let ran = ran_command(command, &arguments)?;
        let log = fs::read_to_string(log.path()).map_err(|error| error.to_string())?;
        Ok((ran, log))
    }
}

const OLD_EXPORT: &str = "what was exported before\n";

#[derive(Debug)]
struct Fault {
    kind: &'static str,
    /// The number of the call, from 1.
    at: u64,
    always: bool,
}

/// Compiles the shim; none where there is no compiler, which only a developer's machine may lack.
fn build_shim(folder: &Path) -> Option<PathBuf> {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c");
    let shim = folder.join("shim.so");
    let built = Command::new(&compiler)
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&shim)
        .arg(&source)
        .args(["-ldl", "-lpthread"])
        .output();
    match built {
        Ok(output) if output.status.success() => return Some(shim),
        Ok(output) => panic!("{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => {
            assert!(
                std::env::var_os("CI").is_none(),
                "no C compiler {compiler:?}: {error}"
            );
            println!("Skipped: there is no C compiler {compiler:?} ({error}).");
        }
    }
    None
}

/// What the shim calls its faults.
const KINDS: [&str; 3] = ["eio", "enospc", "short"];

/// One verb with one fault, and what has to hold afterwards.
fn round(base: &Base, number: u64) -> Result<(), String> {
    let mut dice = Dice::new(number);
    // Each verb in its turn, so that few rounds have them all.
    let turn = number as usize % VERBS.len();
    let verb = VERBS[turn];
    let fault = Fault {
        kind: KINDS[dice.below(KINDS.len() as u64) as usize],
        at: 1 + dice.below(base.calls[turn]),
        always: dice.below(2) == 0,
    };
    let folder = base.round(verb);
    let (faulted, log) = base.run_with(&fault, verb, folder.path())?;
    check_round(base, verb, folder.path(), &faulted).map_err(|error| {
        let faults: Vec<&str> = log.lines().take(3).collect();
        format!(
            "{verb:?} with {fault:?} ({}): {faulted}\n  {error}",
            faults.join("; ")
        )
    })
}

fn check_round(base: &Base, verb: Verb, folder: &Path, faulted: &Ran) -> Result<(), String> {
    faulted.check()?;
    if !matches!(faulted.code, Some(0 | 1)) {
        return Err("a fault of the disk is neither wrong usage nor a refusal".to_owned());
    }
    // It is sound, as is seen below.
    if faulted.err.contains("catalogue.db is damaged") {
        return Err("a fault of the disk is taken for damage of the catalogue".to_owned());
    }
    let arguments = verb.arguments(folder, base);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if verb == Verb::RestoreBackup && !faulted.is_done() {
        // Cut short between the old catalogue's leaving and the backup's coming.
        let status = ran(folder, NOW, &["status"])?;
        if !status.is_done() && status.err.contains("restore-backup") {
            ran(folder, NOW, &arguments)?.done()?;
        }
    }
    let after = Seen::of(folder, NOW)?;
    check_kept(base, verb, &after)?;
    check_reported(base, verb, folder, faulted, &after)?;
    ran(folder, NOW, &["verify"])?.done()?;

    let again = ran(folder, NOW, &arguments)?;
    again.check()?;
    let may_be_done = matches!(
        verb,
        Verb::Remove | Verb::Undo | Verb::Export | Verb::Ledger
    ) || verb.orders();
    if !again.is_done() && !may_be_done {
        return Err(format!("without the fault {again}"));
    }
    if !again.is_done() && !is_done_already(verb, &again) {
        return Err(format!(
            "without the fault, and not for being done: {again}"
        ));
    }
    let at_last = Seen::of(folder, NOW)?;
    check_kept(base, verb, &at_last)?;
    if verb == Verb::Index && (at_last.stored, at_last.uploaded) != full_house() {
        return Err(format!(
            "indexed again, {} are stored and {} uploaded",
            at_last.stored, at_last.uploaded
        ));
    }
    ran(folder, NOW, &["verify"])?.done()?;
    Ok(())
}

/// Stored and uploaded where all is indexed: what was removed stays uploaded.
fn full_house() -> (u64, u64) {
    ((OLD + NEW - 1) as u64, (OLD + NEW) as u64)
}

/// Whether a second run says that there is nothing left to do.
fn is_done_already(verb: Verb, again: &Ran) -> bool {
    let words: &[&str] = match verb {
        Verb::Remove => &["no such picture"],
        Verb::Undo => &["nothing to undo", "Nothing to undo"],
        Verb::Export | Verb::Ledger => &["exists", "--force"],
        _ if verb.orders() => return again.code == Some(3),
        _ => &[],
    };
    words.iter().any(|words| again.err.contains(words))
}

/// What was there before the verb is still there.
fn check_kept(base: &Base, verb: Verb, after: &Seen) -> Result<(), String> {
    if verb.begins() {
        return Ok(());
    }
    let before = &base.before;
    if !after.orders.starts_with(&before.orders) {
        return Err(format!("orders are lost: {:?}", after.orders));
    }
    let paths = after.paths();
    for path in before.paths() {
        if !paths.contains(&path) && (verb, &path) != (Verb::Remove, &base.to_remove) {
            return Err(format!("{path} is lost"));
        }
    }
    if after.stored != paths.len() as u64 {
        return Err(format!(
            "{} are stored, and listed are {paths:?}",
            after.stored
        ));
    }
    let metered = after.uploaded.checked_sub(before.uploaded);
    let added = match verb {
        Verb::Index => after.stored.checked_sub(before.stored),
        Verb::RestoreBackup => return Ok(()),
        _ => Some(0),
    };
    if metered != added {
        return Err(format!(
            "{} are stored and {} uploaded; before, it was {} and {}",
            after.stored, after.uploaded, before.stored, before.uploaded
        ));
    }
    Ok(())
}

/// What the verb has reported is so, and what it has not done is whole.
fn check_reported(
    base: &Base,
    verb: Verb,
    folder: &Path,
    faulted: &Ran,
    after: &Seen,
) -> Result<(), String> {
    if let Some(file) = verb.writes_to(folder) {
        check_file(verb, &file, faulted, after)?;
    }
    if !faulted.is_done() {
        return Ok(());
    }
    let paths = after.paths();
    let holds = match verb {
        Verb::Index => {
            let indexed = faulted.json()?["indexed"].as_u64();
            indexed == Some(NEW as u64) && after.stored == base.before.stored + NEW as u64
        }
        Verb::Remove => !paths.contains(&base.to_remove),
        Verb::Undo | Verb::RestoreBackup => paths.contains(&base.removed),
        Verb::Trial | Verb::Buy | Verb::Change | Verb::Renew => {
            after.orders.last() == Some(&faulted.json()?)
        }
        Verb::List => faulted.json_lines()? == base.before.listed,
        Verb::Status => faulted.json()?["stored"] == base.before.stored,
        Verb::Reindex | Verb::Export | Verb::ExportAgain | Verb::Ledger | Verb::Verify => true,
    };
    match holds {
        true => Ok(()),
        false => Err(format!("what was reported is not so: {after:?}")),
    }
}

/// An exported file is whole, or it is as it was.
fn check_file(verb: Verb, file: &Path, faulted: &Ran, after: &Seen) -> Result<(), String> {
    let text = match fs::read_to_string(file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return Err(error.to_string()),
    };
    let is_old = text.as_deref() == (verb == Verb::ExportAgain).then_some(OLD_EXPORT);
    let text = text.unwrap_or_default();
    let is_whole = match verb {
        // A header first.
        Verb::Ledger => text.ends_with('\n') && text.lines().count() == 1 + after.orders.len(),
        _ => {
            let rows: Result<Vec<Value>, _> = text.lines().map(serde_json::from_str).collect();
            text.ends_with('\n') && rows.is_ok_and(|rows| rows.len() as u64 == after.stored)
        }
    };
    match is_whole || (is_old && !faulted.is_done()) {
        true => Ok(()),
        false => Err(format!("the file holds {text:?}")),
    }
}

fn rounds(count: u64) {
    let Some(base) = Base::new() else { return };
    rounds::run(count, |number| round(&base, number));
}

#[test]
fn a_fault_at_any_call_of_any_verb_is_said_and_loses_nothing() {
    rounds(40);
}

#[test]
#[ignore = "takes minutes"]
fn a_fault_at_five_hundred_calls_is_said_and_loses_nothing() {
    let count = std::env::var("ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok());
    rounds(count.unwrap_or(500));
}
