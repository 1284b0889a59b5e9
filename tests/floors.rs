//! How the modules of the house may lean on each other, read from the sources themselves.
//!
//! An edge of the graph goes from the file that names something to the file that *defines* it,
//! through however many re-exports, imports of everything and renames. Methods are no edges: what
//! a call of one reaches is not to be seen without a compiler.

#[path = "floors/house.rs"]
mod house;
#[path = "floors/planted.rs"]
mod planted;
#[path = "floors/source.rs"]
mod source;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use house::{Edge, House};
use source::Kind;

/// The floors and which others each may import from.
const FLOORS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("engine", &["domain"]),
    ("worker", &["domain", "engine"]),
    ("ui", &["domain"]),
    ("exit", &[]),
    ("signal", &[]),
    (
        "app",
        &["domain", "engine", "exit", "signal", "ui", "worker"],
    ),
    (
        "cli",
        &[
            "app", "domain", "engine", "exit", "selftest", "signal", "worker",
        ],
    ),
    ("selftest", &["cli", "domain", "engine", "exit", "worker"]),
    ("main", &["app", "cli", "exit", "selftest"]),
];

/// What routes commands to the desks of the worker.
const LOOP: &str = "worker::run";

fn floor(module: &str) -> &str {
    module.split("::").next().unwrap_or_default()
}

/// What is imported from a floor that is none of those below, in tests as well.
fn upward(house: &House) -> Vec<String> {
    let allowed = |edge: &&Edge| {
        let (from, to) = (floor(&edge.from), floor(&edge.to));
        let below = FLOORS.iter().find(|(name, _)| *name == from);
        from == to || below.is_none_or(|(_, below)| below.contains(&to))
    };
    let edges = house.edges().into_iter();
    edges
        .filter(|edge| !edge.to.is_empty() && !allowed(&edge))
        .map(|edge| edge.to_string())
        .collect()
}

/// The edges that may not lead in a circle.
///
/// A parent declares its children and re-exports what they define; that is no use of them. Nor is
/// an import of a module, before something in it is used. Tests see what they test and stay out.
///
/// A parent's own file and a child's are two files like any others: where the parent calls the
/// child and the child names what the parent's file defines, neither can be read before the other,
/// and what both need belongs in a third file. One form needs no leave and has it by the graph
/// itself: a child that only extends a type of its parent (see [`scattered`]) names the parent,
/// and the parent names nothing of the child.
fn leads_on(edge: &Edge) -> bool {
    let is_of_child = edge.kind == Kind::Reexport && is_within(&edge.to, &edge.from);
    !edge.in_test && !edge.is_module && !is_of_child
}

/// The circles of files, each with what it is made of.
fn circles(house: &House) -> Vec<String> {
    let edges = house.edges();
    let edges: Vec<&Edge> = edges.iter().filter(|edge| leads_on(edge)).collect();
    let described = house::circles(&edges).into_iter().map(|circle| {
        let mut pairs: BTreeMap<_, Vec<&Edge>> = BTreeMap::new();
        for edge in &edges {
            if circle.contains(&*edge.from) && circle.contains(&*edge.to) {
                pairs.entry((&edge.from, &edge.to)).or_default().push(edge);
            }
        }
        let mut text = format!("a circle of {} files", circle.len());
        for (_, uses) in pairs {
            let first = uses.iter().min_by_key(|edge| edge.line);
            text += &first
                .map(|edge| format!("\n    {edge}"))
                .unwrap_or_default();
        }
        text
    });
    described.collect()
}

/// The desks of the worker that import the loop, in tests as well: a desk is handed what it needs
/// and says what it has done, it does not reach for what calls it.
fn desks_that_import_the_loop(house: &House) -> Vec<String> {
    let edges = house.edges().into_iter();
    edges
        .filter(|edge| is_within(&edge.to, LOOP) && !is_within(&edge.from, LOOP))
        .filter(|edge| is_within(&edge.from, "worker") && edge.from != "worker")
        .map(|edge| edge.to_string())
        .collect()
}

/// Types whose own `impl` lies neither in their file nor in a child of it. Its methods see all
/// of the type and may be called from all of it, so that such files are one however many they are.
fn scattered(house: &House) -> Vec<String> {
    let edges = house.edges().into_iter();
    edges
        .filter(|edge| edge.kind == Kind::Extension && !is_within(&edge.from, &edge.to))
        .map(|edge| edge.to_string())
        .collect()
}

/// Whether a module is the other one or somewhere in it.
fn is_within(module: &str, outer: &str) -> bool {
    let rest = module.strip_prefix(outer);
    rest.is_some_and(|rest| outer.is_empty() || rest.is_empty() || rest.starts_with("::"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// The house as it stands.
fn our_house() -> House {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let sources = files(&src).into_iter().map(|file| {
        let text = std::fs::read_to_string(&file).unwrap();
        (file.strip_prefix(&src).unwrap().to_owned(), text)
    });
    House::read(sources).unwrap()
}

#[test]
fn every_room_is_on_a_floor() {
    let house = our_house();
    for file in house.files().into_iter().filter(|file| !file.is_empty()) {
        let known = FLOORS.iter().any(|(name, _)| *name == floor(file));
        assert!(known, "{file} is on no floor that this test knows");
    }
}

#[test]
fn no_floor_imports_upward() {
    let wrong = upward(&our_house());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_modules_lead_in_a_circle() {
    let wrong = circles(&our_house());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_desk_imports_the_loop() {
    let wrong = desks_that_import_the_loop(&our_house());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_type_is_implemented_in_its_file_or_below() {
    let wrong = scattered(&our_house());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
