//! Every public item of the sources is named by another place of them: a library crate is never
//! warned of public items that nobody uses.
//!
//! The check reads text, not types. A method counts as used where any method of its name is called,
//! so that it misses some; what it reports is unused.

mod items;
mod modules;
mod tokens;
mod uses;

use std::{
    fs,
    path::{Path, PathBuf},
};

use self::{items::Source, uses::unused};

/// What only tests and benches name, and why it stays.
const ALLOWED: &[(&str, &str)] = &[
    ("Store::relocate", "moved files are to be followed"),
    (
        "Store::forget_paths",
        "files that are gone are to be forgotten",
    ),
    (
        "Account::consumed",
        "tests show that every cent paid is used or given back",
    ),
    (
        "SlidingWindow::instants",
        "tests go on with a window after a restart",
    ),
    (
        "default_model_with",
        "tests and benches compare the sets of instructions",
    ),
];

/// The sources of a folder, by their paths in it.
fn sources(root: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().to_owned(), text));
            }
        }
    }
    found.sort();
    found
}

/// The names of what is unused in made-up sources, each a path and a text.
fn unused_in(sources: &[(&str, &str)]) -> Vec<String> {
    let sources: Vec<(PathBuf, String)> = sources
        .iter()
        .map(|(path, text)| (PathBuf::from(path), (*text).to_owned()))
        .collect();
    let found = unused(&Source::read_all(&sources));
    found.into_iter().map(|item| item.name).collect()
}

#[test]
fn every_public_item_is_used() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found = unused(&Source::read_all(&sources(&src)));
    let is_allowed = |name: &str| ALLOWED.iter().any(|(allowed, _)| *allowed == name);
    let unused: Vec<String> = found
        .iter()
        .filter(|item| !is_allowed(&item.name))
        .map(|item| format!("src/{}:{}: {}", item.path.display(), item.line, item.name))
        .collect();
    assert!(
        unused.is_empty(),
        "nobody in src/ uses these; remove them, or use them:\n{}",
        unused.join("\n")
    );
    let is_found = |name: &str| found.iter().any(|item| item.name == name);
    let stale: Vec<&str> = ALLOWED
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !is_found(name))
        .collect();
    assert!(stale.is_empty(), "these need no leave any more: {stale:?}");
}

#[test]
fn a_planted_item_of_each_kind_is_found() {
    let planted = "
        pub fn idle() { idle() }
        pub struct Idle { pub field: u8 }
        impl Idle {
            pub const MOST: u8 = 1;
            pub fn new() -> Self { Idle { field: 0 } }
            pub fn look(&self) {}
        }
        pub enum Half { Used, Never }
        pub trait Lazy {}
        impl Lazy for Half {}
        pub type Alias = u8;
        pub const NUMBER: u8 = 3;
        pub(crate) fn known_to_the_compiler() {}
    ";
    let user = "use crate::planted::Half;\nfn main() { let half = Half::Used; }";
    let found = unused_in(&[("planted.rs", planted), ("main.rs", user)]);
    assert_eq!(
        found,
        [
            "idle",
            "Idle",
            "Idle::MOST",
            "Idle::new",
            "Idle::look",
            "Half::Never",
            "Lazy",
            "Alias",
            "NUMBER"
        ]
    );
}

#[test]
fn what_only_tests_comments_and_re_exports_name_is_unused() {
    let planted = "
        pub use self::inner::{idle, renamed as used};
        /// See [`idle`].
        const TEXT: &str = \"idle\";
        #[cfg(test)]
        mod tests { fn test() { super::idle() } }
        #[cfg(test)]
        mod more_tests;
    ";
    let found = unused_in(&[
        ("planted.rs", planted),
        ("planted/inner.rs", "pub fn idle() {}\npub fn renamed() {}"),
        ("planted/more_tests.rs", "fn test() { super::idle() }"),
        ("planted/more_tests/deep.rs", "fn test() { super::idle() }"),
    ]);
    assert_eq!(found, ["idle"]);
}

#[test]
fn what_is_used_is_left_alone() {
    let used = "
        pub use self::child::helper;
        fn calls() { helper() }
        pub fn free() {}
        pub fn by_serde() -> u8 { 0 }
        pub const IN_TEXT: u8 = 1;
        pub struct Thing;
        impl Thing {
            pub const SIZE: u8 = 1;
            pub fn new() -> Self { Self }
            pub fn method(&self) {}
            pub async fn by_path(&mut self) {}
        }
        pub trait Shape { fn area(&self); }
        pub enum Colour { Red(u8), Blue { depth: u8 } }
        pub enum Failed { #[error(transparent)] Io(#[from] io::Error) }
        impl Shape for Thing { fn area(&self) {} }
    ";
    let user = "
        use crate::used::{self, Thing, Shape};
        #[serde(default = \"crate::used::by_serde\")]
        struct Settings;
        fn main() {
            used::free();
            let thing = Thing::new();
            thing.method();
            let _ = (Thing::by_path, Thing::SIZE);
            println!(\"{}{IN_TEXT}\", '\"');
            let _ = used::IN_TEXT;
            match colour { Colour::Red(_) | used::Colour::Blue { .. } => {} }
            let _: used::Failed = failed;
        }
    ";
    let found = unused_in(&[
        ("used.rs", used),
        ("used/child.rs", "pub fn helper() {}"),
        ("main.rs", user),
    ]);
    assert_eq!(found, Vec::<String>::new());
}
