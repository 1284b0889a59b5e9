//! Each floor of the house imports only from those below it.

use std::path::{Path, PathBuf};

/// Which modules the sources of a floor may name after `crate::`.
const FLOORS: &[(&str, &[&str])] = &[
    ("domain", &["domain"]),
    ("engine", &["domain", "engine"]),
    ("exit", &[]),
    ("worker", &["domain", "engine", "worker"]),
    ("ui", &["domain", "ui"]),
    ("app", &["app", "cli", "domain", "engine", "ui", "worker"]),
    (
        "cli",
        &[
            "app", "cli", "domain", "engine", "exit", "selftest", "worker",
        ],
    ),
    (
        "selftest",
        &["cli", "domain", "engine", "exit", "selftest", "worker"],
    ),
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// The modules of this crate a source names: after `crate::`, also in a braced import.
fn imports(text: &str) -> Vec<String> {
    let mut named = Vec::new();
    for (place, _) in text.match_indices("crate::") {
        let rest = &text[place + "crate::".len()..];
        if let Some(braced) = rest.strip_prefix('{') {
            let mut depth = 0;
            for part in braced.split_inclusive(['{', '}', ',']) {
                let word: String = part
                    .trim()
                    .chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect();
                if depth == 0 && !word.is_empty() {
                    named.push(word);
                }
                match part.chars().last() {
                    Some('{') => depth += 1,
                    Some('}') if depth == 0 => break,
                    Some('}') => depth -= 1,
                    _ => {}
                }
            }
        } else {
            named.push(
                rest.chars()
                    .take_while(|c| c.is_alphanumeric() || *c == '_')
                    .collect(),
            );
        }
    }
    named
}

#[test]
fn no_floor_imports_upward() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for (floor, allowed) in FLOORS {
        let folder = src.join(floor);
        let mut files = if folder.is_dir() {
            sources(&folder)
        } else {
            Vec::new()
        };
        files.extend(Some(src.join(format!("{floor}.rs"))).filter(|file| file.exists()));
        assert!(!files.is_empty(), "the floor {floor} has no sources");
        for file in files {
            for name in imports(&std::fs::read_to_string(&file).unwrap()) {
                let is_floor = FLOORS.iter().any(|(floor, _)| *floor == name);
                if is_floor && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{} imports {name}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_plain_and_braced_ones() {
    let text = "use crate::worker::Command;\nuse crate::{\n  domain::{a, b::C},\n  engine::d,\n};";
    assert_eq!(imports(text), ["worker", "domain", "engine"]);
}
