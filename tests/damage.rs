//! A damaged file: everything is still there, or the program says what is damaged and what to do,
//! and doing that helps.

#[path = "support/rounds.rs"]
mod rounds;
mod support;

use std::{
    fs,
    path::{Path, PathBuf},
};

use rounds::{Dice, Ran, Seen, copy_folder, files_below, ran};
use serde_json::Value;

const PICTURES: usize = 12;
/// When the catalogue is made, and the one time of all rounds: a daily copy is there already.
const AT_FIRST: &str = "2026-11-01T00:00:00Z";
const NEXT_DAY: &str = "2026-11-02T01:00:00Z";
const NOW: &str = "2026-11-02T02:00:00Z";

/// Remedies that may follow on each other.
const MOST_REMEDIES: usize = 5;

/// The catalogue that the rounds have copies of.
struct Base {
    _folder: tempfile::TempDir,
    /// With orders, pictures, removed ones, copies and thumbnails.
    whole: PathBuf,
    photos: PathBuf,
    query: PathBuf,
    before: Outside,
}

/// What is to be seen from outside.
#[derive(Clone, Debug, PartialEq)]
struct Outside {
    seen: Seen,
    /// Paths and scores of what a query finds.
    found: Vec<(Value, Value)>,
}

impl Outside {
    fn of(folder: &Path, query: &Path) -> Result<Self, String> {
        let runs = look(folder, query)?;
        Self::told(&runs)
    }

    /// What [`look`] has found, where all of it succeeded.
    fn told(runs: &[Ran]) -> Result<Self, String> {
        if let Some(failed) = runs.iter().find(|ran| !ran.is_done()) {
            return Err(failed.to_string());
        }
        let [list, show, status, search, _] = runs else {
            return Err("five verbs were to be run".to_owned());
        };
        let answer = search.json()?;
        let results = answer["results"].as_array().ok_or("no results")?;
        let result = |hit: &Value| (hit["path"].clone(), hit["score"].clone());
        Ok(Self {
            seen: Seen::told(list, show, status)?,
            found: results.iter().map(result).collect(),
        })
    }
}

fn search(query: &Path) -> [&str; 5] {
    let query = query.to_str().unwrap_or_default();
    ["search", query, "--top", "20", "--json"]
}

impl Base {
    fn new() -> Self {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        Self::fill(temporary).unwrap_or_else(|error| panic!("the catalogue to begin with: {error}"))
    }

    fn fill(temporary: tempfile::TempDir) -> Result<Self, String> {
        let below = temporary.path();
        let whole = below.join("whole");
        let photos = support::real_photos(below, PICTURES);
        let query = support::photos()
            .get(PICTURES - 2)
            .cloned()
            .ok_or("too few photos")?;
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let removed = [text(photos.join("0003.jpg")), text(photos.join("0005.jpg"))];
        let renewed = ["subscription", "renew", "--months", "2"];
        let changed = ["subscription", "change", "--package", "2.5m-5"];
        let folder = text(photos.clone());
        ran(&whole, AT_FIRST, &["subscription", "trial"])?.done()?;
        ran(&whole, AT_FIRST, &renewed)?.done()?;
        ran(&whole, NEXT_DAY, &["index", &folder])?.done()?;
        ran(&whole, NEXT_DAY, &changed)?.done()?;
        ran(&whole, NEXT_DAY, &["remove", &removed[0]])?.done()?;
        ran(&whole, NEXT_DAY, &["remove", &removed[1]])?.done()?;
        let before = Outside::of(&whole, &query)?;
        if (before.seen.stored, before.seen.orders.len()) != (PICTURES as u64 - 2, 3) {
            return Err(format!("it is not as it was to be: {before:?}"));
        }
        Ok(Self {
            whole,
            photos,
            query,
            before,
            _folder: temporary,
        })
    }
}

/// Damages one file below the folder; what was done, in words.
fn damage(folder: &Path, dice: &mut Dice) -> Result<String, String> {
    let files = files_below(folder);
    let catalogue = folder.join("data").join("catalogue.db");
    let file = match dice.below(10) {
        0..6 => &catalogue,
        _ => dice.one_of(&files),
    };
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut bytes = fs::read(file).map_err(failed)?;
    let length = bytes.len() as u64;
    let name = file.strip_prefix(folder).unwrap_or(file).display();
    let kind = dice.below(10);
    if kind == 0 || length == 0 {
        fs::remove_file(file).map_err(failed)?;
        return Ok(format!("{name} deleted"));
    }
    if kind <= 2 {
        let length = dice.below(length);
        bytes.truncate(length as usize);
        fs::write(file, bytes).map_err(failed)?;
        return Ok(format!("{name} cut to {length}"));
    }
    // Where there is something: most of a database is free space.
    let filled: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at] != 0).collect();
    let at = match dice.below(4) {
        0 => dice.below(length) as usize,
        _ if filled.is_empty() => 0,
        _ => *dice.one_of(&filled),
    };
    let done = if kind <= 6 {
        let bit = 1 << dice.below(8);
        bytes[at] ^= bit;
        format!("{name} at {at}: bits {bit:#x} flipped")
    } else {
        let end = bytes.len().min(at + 1 + dice.below(64) as usize);
        for byte in &mut bytes[at..end] {
            *byte = dice.next() as u8;
        }
        format!("{name} from {at} to {end} overwritten")
    };
    fs::write(file, bytes).map_err(failed)?;
    Ok(done)
}

/// What is said to help.
#[derive(Debug, PartialEq)]
enum Remedy {
    RestoreBackup,
    Reindex,
    IndexAgain,
    MoveFolderAway(PathBuf),
    MoveAway(PathBuf),
    Delete(PathBuf),
    Verify,
}

/// The first remedy a text names, by the words it names it with.
fn remedy(text: &str, folder: &Path) -> Option<Remedy> {
    let named = |before: &str, after: &str| {
        let (_, rest) = text.split_once(before)?;
        let (path, _) = rest.split_once(after)?;
        // Only what lies in the round's own folder.
        let path = PathBuf::from(path);
        path.starts_with(folder).then_some(path)
    };
    let of_note = || {
        let (path, _) = text.split_once(" is not what this program writes there")?;
        let path = PathBuf::from(path.lines().next_back()?);
        path.starts_with(folder).then_some(path)
    };
    if text.contains("restore-backup") || text.to_lowercase().contains("restore a backup") {
        return Some(Remedy::RestoreBackup);
    }
    if text.contains("Re-index the catalogue") {
        return Some(Remedy::Reindex);
    }
    if text.contains("import their files again") || text.contains("Index their folders again") {
        return Some(Remedy::IndexAgain);
    }
    if let Some(path) = named("move the folder ", " away and import") {
        return Some(Remedy::MoveFolderAway(path));
    }
    if let Some(path) = named("If it is right, delete ", ".\n") {
        return Some(Remedy::Delete(path));
    }
    if let Some(path) = of_note() {
        return Some(Remedy::MoveAway(path));
    }
    text.contains("Run verify").then_some(Remedy::Verify)
}

/// Does what was said to help.
fn follow(remedy: &Remedy, base: &Base, folder: &Path) -> Result<(), String> {
    let photos = base.photos.to_string_lossy();
    let index = || ran(folder, NOW, &["index", &photos])?.done();
    let moved = |path: &Path| {
        let away = folder.join("moved-away");
        fs::rename(path, away).map_err(|error| format!("{}: {error}", path.display()))
    };
    match remedy {
        Remedy::RestoreBackup => {
            ran(folder, NOW, &["restore-backup"])?.done()?;
            // "Index your folders again to add what is newer."
            index()?;
        }
        Remedy::Reindex => drop(ran(folder, NOW, &["reindex"])?.done()?),
        Remedy::IndexAgain => drop(index()?),
        Remedy::MoveFolderAway(path) => {
            moved(path)?;
            ran(folder, NOW, &["subscription", "recover"])?.done()?;
            index()?;
        }
        Remedy::MoveAway(path) => moved(path)?,
        Remedy::Delete(path) => {
            fs::remove_file(path).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        Remedy::Verify => {}
    }
    Ok(())
}

/// All that a user sees who looks at the catalogue, and has it checked.
fn look(folder: &Path, query: &Path) -> Result<Vec<Ran>, String> {
    let [list, show, status] = Seen::VERBS;
    let verbs: [&[&str]; 5] = [list, show, status, &search(query), &["verify"]];
    let looked = verbs.iter().map(|verb| {
        let ran = ran(folder, NOW, verb)?;
        ran.check()?;
        Ok(ran)
    });
    looked.collect()
}

/// What was said on stderr, and whether anything did not succeed.
fn told(runs: &[Ran]) -> (String, bool) {
    let said: String = runs.iter().map(|ran| ran.err.as_str()).collect();
    (said, runs.iter().any(|ran| !ran.is_done()))
}

fn round(base: &Base, number: u64) -> Result<(), String> {
    let mut dice = Dice::new(number ^ 0xDA_4A6E);
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    copy_folder(&base.whole, folder.path());
    // The first start in this place notes it.
    ran(folder.path(), NOW, &["status"])?.done()?;
    let done = damage(folder.path(), &mut dice)?;
    let ended = check_round(base, folder.path()).map_err(|error| format!("{done}: {error}"))?;
    println!("round {number}: {done}: {ended}");
    Ok(())
}

/// How it ended, in words.
fn check_round(base: &Base, folder: &Path) -> Result<String, String> {
    let mut runs = look(folder, &base.query)?;
    let (said, failed) = told(&runs);
    if said.trim().is_empty() && !failed {
        let outside = Outside::told(&runs)?;
        return match outside == base.before {
            true => Ok("all is as it was".to_owned()),
            false => Err(format!(
                "something has changed and nothing was said:\n{}",
                difference(&base.before, &outside)
            )),
        };
    }
    let first_words = said.lines().next().unwrap_or_default().to_owned();
    let mut followed = Vec::new();
    for _ in 0..MOST_REMEDIES {
        let (said, failed) = told(&runs);
        // A notice of what was mended is told once; a problem stays.
        if !failed {
            let now = Outside::told(&runs)?;
            return match has_all(base, &now) {
                true => Ok(format!("{first_words} {followed:?}")),
                false => Err(format!(
                    "after {followed:?} it is lost:\n{}\nSaid was:\n{said}",
                    difference(&base.before, &now)
                )),
            };
        }
        let Some(remedy) = remedy(&said, folder) else {
            return Err(format!("no remedy is named, after {followed:?}:\n{said}"));
        };
        if followed.contains(&remedy) {
            return Err(format!("{remedy:?} did not help:\n{said}"));
        }
        follow(&remedy, base, folder)
            .map_err(|error| format!("{remedy:?} failed: {error}\nAfter:\n{said}"))?;
        followed.push(remedy);
        runs = look(folder, &base.query)?;
    }
    Err(format!("still not mended after {followed:?}"))
}

/// Whether the pictures and orders of before are there; more may be.
fn has_all(base: &Base, now: &Outside) -> bool {
    let paths = now.seen.paths();
    let kept = base.before.seen.paths();
    kept.iter().all(|path| paths.contains(path)) && now.seen.orders == base.before.seen.orders
}

/// What two looks do not have in common.
fn difference(before: &Outside, after: &Outside) -> String {
    let lines = |outside: &Outside| {
        let seen = &outside.seen;
        let mut lines: Vec<String> = seen.listed.iter().map(Value::to_string).collect();
        lines.extend(seen.orders.iter().map(Value::to_string));
        lines.extend(outside.found.iter().map(|hit| format!("{hit:?}")));
        lines.push(format!(
            "{} stored, {} uploaded",
            seen.stored, seen.uploaded
        ));
        lines
    };
    let (before, after) = (lines(before), lines(after));
    let gone = before.iter().filter(|line| !after.contains(line));
    let come = after.iter().filter(|line| !before.contains(line));
    let told: Vec<String> = gone
        .map(|line| format!("- {line}"))
        .chain(come.map(|line| format!("+ {line}")))
        .collect();
    told.join("\n")
}

fn rounds(count: u64) {
    let base = Base::new();
    rounds::run(count, |number| round(&base, number));
}

#[test]
fn a_damaged_file_is_mended_or_named_with_what_helps() {
    rounds(30);
}

#[test]
#[ignore = "takes minutes"]
fn three_hundred_damaged_files_are_mended_or_named_with_what_helps() {
    let count = std::env::var("ROUNDS")
        .ok()
        .and_then(|text| text.parse().ok());
    rounds(count.unwrap_or(300));
}
