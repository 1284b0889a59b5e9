//! Any name a file system allows: bytes that are no Unicode, newlines, escape sequences, marks
//! that turn the direction of writing.
#![cfg(unix)]

mod support;

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStrExt,
    path::Path,
    process::{Command, Output, Stdio},
};

use support::{PROGRAM, photos, place, program, program_json};

const NAMES: [&[u8]; 5] = [
    b"caf\xe9.jpg",
    b"two\nlines.jpg",
    b"\x1b[31mred\x07.jpg",
    "right\u{202e}gpj.exe.jpg".as_bytes(),
    b"=1+1.jpg",
];

fn run(folder: &Path, arguments: &[&OsStr]) -> Output {
    let arguments = place(folder)
        .into_iter()
        .chain(arguments.iter().map(OsString::from));
    let mut program = Command::new(PROGRAM);
    program
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// Photos under odd names, and one odd name that is no picture; the free month allows to index them.
fn odd_photos(below: &Path) -> std::path::PathBuf {
    let trial = program(below, &["subscription", "trial"]);
    assert!(trial.status.success());
    let folder = below.join(OsStr::from_bytes(b"photos \xff"));
    fs::create_dir_all(&folder).unwrap();
    for (name, photo) in NAMES.iter().zip(photos()) {
        fs::copy(photo, folder.join(OsStr::from_bytes(name))).unwrap();
    }
    fs::write(
        folder.join(OsStr::from_bytes(b"br\xf6ken\x1b[2J.jpg")),
        "no picture",
    )
    .unwrap();
    folder
}

/// Nothing that acts on a terminal, and no byte that is no Unicode.
fn assert_plain(output: &[u8]) {
    let text = std::str::from_utf8(output).expect("Unicode");
    let acts = |c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c);
    assert!(!text.contains(acts), "{text:?}");
}

#[test]
fn every_verb_takes_and_tells_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let photos = odd_photos(folder.path());

    let indexed = run(
        folder.path(),
        &["index".as_ref(), "--json".as_ref(), photos.as_ref()],
    );
    assert_eq!(indexed.status.code(), Some(1), "one file is no picture");
    let report: serde_json::Value = serde_json::from_slice(&indexed.stdout).unwrap();
    assert_eq!(report["indexed"], 5);
    let failed = &report["failed"][0];
    assert!(
        failed["path"].as_str().unwrap().contains('\u{fffd}'),
        "{failed}"
    );
    assert!(failed["path_bytes"].is_string(), "{failed}");
    let again = run(folder.path(), &["index".as_ref(), photos.as_ref()]);
    assert_plain(&again.stdout);
    assert_plain(&again.stderr);

    let odd = photos.join(OsStr::from_bytes(NAMES[0]));
    let found = run(
        folder.path(),
        &["search".as_ref(), "--json".as_ref(), odd.as_ref()],
    );
    let found: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    let best = &found["results"][0];
    assert_eq!(best["verdict"], "same_file");
    assert_eq!(best["path_bytes"], base64_of(odd.as_os_str().as_bytes()));

    let rows = run(folder.path(), &["list".as_ref()]);
    assert_plain(&rows.stdout);
    assert_eq!(
        rows.stdout.iter().filter(|byte| **byte == b'\n').count(),
        5,
        "no forged row"
    );
    let rows = run(folder.path(), &["list".as_ref(), "--json".as_ref()]);
    let rows = String::from_utf8(rows.stdout).unwrap();
    let odd_rows = rows
        .lines()
        .map(|row| serde_json::from_str::<serde_json::Value>(row).unwrap())
        .filter(|row| row["paths_bytes"][0] == base64_of(odd.as_os_str().as_bytes()));
    assert_eq!(odd_rows.count(), 1);

    for format in ["csv", "jsonl"] {
        let exported = program(folder.path(), &["export", format]);
        assert!(exported.status.success());
        assert!(std::str::from_utf8(&exported.stdout).is_ok());
    }

    let removed = run(folder.path(), &["remove".as_ref(), odd.as_ref()]);
    assert!(
        removed.status.success(),
        "{}",
        String::from_utf8_lossy(&removed.stderr)
    );
    assert_eq!(
        program_json(folder.path(), &["status", "--json"])["stored"],
        4
    );
}

fn base64_of(bytes: &[u8]) -> String {
    use base64::{Engine, prelude::BASE64_STANDARD};
    BASE64_STANDARD.encode(bytes)
}

#[test]
fn a_table_runs_nothing_in_a_spreadsheet() {
    let folder = tempfile::tempdir().unwrap();
    let photos = odd_photos(folder.path());
    run(folder.path(), &["index".as_ref(), photos.as_ref()]);
    let exported = program(folder.path(), &["export", "csv"]).stdout;
    let mut rows = csv::Reader::from_reader(&*exported);
    let mut names = Vec::new();
    for row in rows.records() {
        for cell in &row.unwrap() {
            let number = cell.parse::<f64>().is_ok();
            assert!(
                number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell}"
            );
            names.push(cell.to_owned());
        }
    }
    assert!(names.contains(&"'=1+1.jpg".to_owned()));
}

#[test]
fn an_export_replaces_a_file_only_when_forced_and_the_catalogue_never() {
    let folder = tempfile::tempdir().unwrap();
    assert!(
        program(folder.path(), &["subscription", "trial"])
            .status
            .success()
    );
    let theirs = folder.path().join("theirs.csv");
    fs::write(&theirs, "kept").unwrap();
    let theirs_text = theirs.to_str().unwrap();
    for verb in [&["export", "csv"][..], &["subscription", "ledger"]] {
        let refused = program(folder.path(), &[verb, &[theirs_text]].concat());
        assert_eq!(refused.status.code(), Some(1));
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(told.contains("--force"), "{told}");
        assert_eq!(fs::read(&theirs).unwrap(), b"kept");
    }
    assert!(
        program(folder.path(), &["export", "csv", "--force", theirs_text])
            .status
            .success()
    );
    assert!(fs::read(&theirs).unwrap().starts_with(b"id,"));

    let catalogue = folder.path().join("data/catalogue.db");
    let before = fs::read(&catalogue).unwrap();
    let into = catalogue.to_str().unwrap();
    let refused = program(folder.path(), &["export", "csv", "--force", into]);
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(fs::read(&catalogue).unwrap(), before);
}
