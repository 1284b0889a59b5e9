//! The graph of a crate's modules: which file uses what another one defines.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fmt,
    path::Path,
};

use crate::source::{self, Kind, Scope};

/// The name by which the binary's own file calls the library.
const LIBRARY: &str = "image_search";

pub struct House {
    /// The modules, those inside a file as well.
    scopes: Vec<Scope>,
    by_path: HashMap<Vec<String>, usize>,
    /// For each module the name of its file's.
    files: Vec<String>,
    /// Files that are built for tests alone.
    tests: HashSet<String>,
}

/// One file uses another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edge {
    pub from: String,
    /// The file that defines what is used, however many others pass it on.
    pub to: String,
    /// What is used, as it is written.
    pub what: String,
    pub line: usize,
    pub kind: Kind,
    /// Whether it is a module that is named, and nothing in it.
    pub is_module: bool,
    pub in_test: bool,
}

enum Target {
    Module(usize),
    /// Something in a module, by the module that defines it.
    Item(usize),
}

impl House {
    /// Reads the sources, each with its path from the folder of the crate's root.
    ///
    /// # Failure
    /// Where one is no Rust.
    pub fn read(
        sources: impl IntoIterator<Item = (impl AsRef<Path>, impl AsRef<str>)>,
    ) -> Result<Self, String> {
        let mut house = Self {
            scopes: Vec::new(),
            by_path: HashMap::new(),
            files: Vec::new(),
            tests: HashSet::new(),
        };
        for (file, text) in sources {
            let path = module_path(file.as_ref());
            let scopes = source::scopes(&path, text.as_ref())
                .map_err(|error| format!("{}: {error}", file.as_ref().display()))?;
            for scope in scopes {
                house.by_path.insert(scope.path.clone(), house.scopes.len());
                house.files.push(path.join("::"));
                house.scopes.push(scope);
            }
        }
        let roots: Vec<&Vec<String>> = house.scopes.iter().flat_map(|s| &s.test_modules).collect();
        let is_test = |path: &[String]| roots.iter().any(|root| path.starts_with(root));
        let tests = house.scopes.iter().zip(&house.files);
        house.tests = tests
            .filter(|(scope, _)| is_test(&scope.path))
            .map(|(_, file)| file.clone())
            .collect();
        Ok(house)
    }

    /// All files, by the names of their modules.
    pub fn files(&self) -> BTreeSet<&str> {
        self.files.iter().map(String::as_str).collect()
    }

    /// Every use of one file by another.
    pub fn edges(&self) -> BTreeSet<Edge> {
        let mut edges = BTreeSet::new();
        for (scope, inner) in self.scopes.iter().enumerate() {
            for mention in &inner.mentions {
                let (to, is_module) =
                    match self.resolve(scope, &mention.path, false, &mut Vec::new()) {
                        Some(Target::Module(to)) => (to, true),
                        Some(Target::Item(to)) => (to, false),
                        None => continue,
                    };
                let (from, to) = (&self.files[scope], &self.files[to]);
                if from != to {
                    edges.insert(Edge {
                        from: from.clone(),
                        to: to.clone(),
                        what: mention.path.join("::"),
                        line: mention.line,
                        kind: mention.kind,
                        is_module,
                        in_test: mention.in_test || self.tests.contains(from),
                    });
                }
            }
        }
        edges
    }

    /// What a path means in a module. A last name may be that of a module and of something else at
    /// once: it is the module where `inner`, which says that more follows.
    fn resolve(
        &self,
        scope: usize,
        path: &[String],
        inner: bool,
        seen: &mut Vec<(usize, String, bool)>,
    ) -> Option<Target> {
        let mut at = scope;
        for (i, name) in path.iter().enumerate() {
            let is_module = inner || i + 1 < path.len();
            let found = match (i, name.as_str()) {
                (0, "self") => Some(Target::Module(at)),
                (0, "crate") => self.root().map(Target::Module),
                (0, LIBRARY) => self.root().map(Target::Module),
                (_, "super") => self.parent(at).map(Target::Module),
                _ => self.lookup(at, name, is_module, seen),
            };
            match found {
                Some(Target::Module(inside)) => at = inside,
                Some(item) => return Some(item),
                // A bare name that is not known here is of another crate or of the language;
                // one in a module of ours that is not known there was made by a macro.
                None => return (i > 0).then_some(Target::Item(at)),
            }
        }
        Some(Target::Module(at))
    }

    fn root(&self) -> Option<usize> {
        self.by_path.get(&[][..]).copied()
    }

    fn parent(&self, scope: usize) -> Option<usize> {
        let (_, parent) = self.scopes[scope].path.split_last()?;
        self.by_path.get(parent).copied()
    }

    fn lookup(
        &self,
        scope: usize,
        name: &str,
        is_module: bool,
        seen: &mut Vec<(usize, String, bool)>,
    ) -> Option<Target> {
        let asked = (scope, name.to_owned(), is_module);
        if seen.contains(&asked) {
            return None;
        }
        seen.push(asked);
        let inner = &self.scopes[scope];
        let mut child = inner.path.clone();
        child.push(name.to_owned());
        let child = self.by_path.get(&child).copied().map(Target::Module);
        if is_module && child.is_some() {
            return child;
        }
        if inner.items.contains(name) {
            return Some(Target::Item(scope));
        }
        for (_, path) in inner.imports.iter().filter(|(alias, _)| alias == name) {
            let found = self.resolve(scope, path, is_module, seen);
            if found.is_some() {
                return found;
            }
        }
        if child.is_some() {
            return child;
        }
        inner.globs.iter().find_map(|glob| {
            match self.resolve(scope, glob, true, seen)? {
                Target::Module(open) if open != scope => self.lookup(open, name, is_module, seen),
                // Of an enum, whose variants are no concern here.
                _ => None,
            }
        })
    }
}

/// `worker/run.rs` is `worker::run`, `worker/mod.rs` is `worker` and `lib.rs` is the root.
fn module_path(file: &Path) -> Vec<String> {
    let file = file.with_extension("");
    let mut path: Vec<String> = file
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    if path.last().is_some_and(|last| last == "mod") || path == ["lib"] {
        path.pop();
    }
    path
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            from,
            to,
            what,
            line,
            ..
        } = self;
        write!(f, "{from} (line {line}) uses {what} of {to}")
    }
}

/// The groups of more than one file in which each reaches each other over `edges`.
pub fn circles<'a>(edges: &[&'a Edge]) -> Vec<BTreeSet<&'a str>> {
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut next: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for edge in edges {
        next.entry(&edge.from).or_default().insert(&edge.to);
    }
    for &start in next.keys() {
        let mut found = BTreeSet::new();
        let mut open = vec![start];
        while let Some(file) = open.pop() {
            for &to in next.get(file).into_iter().flatten() {
                if found.insert(to) {
                    open.push(to);
                }
            }
        }
        reached.insert(start, found);
    }
    let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|found| found.contains(to));
    let mut circles = BTreeSet::new();
    for &file in next.keys().filter(|file| reaches(file, file)) {
        let both_ways = reached[file]
            .iter()
            .copied()
            .filter(|other| reaches(other, file));
        circles.insert(both_ways.collect());
    }
    circles.into_iter().collect()
}
