//! Whether an item is named where that counts as a use.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    path::PathBuf,
};

use super::items::{Item, Kind, Source};

/// An item that no source uses.
pub struct Unused {
    pub path: PathBuf,
    pub line: usize,
    pub name: String,
}

/// In the order of the sources.
pub fn unused(sources: &[Source]) -> Vec<Unused> {
    let names = Names::of(sources);
    let items = sources
        .iter()
        .flat_map(|source| source.items.iter().map(move |item| (source, item)));
    items
        .filter(|(source, item)| !names.use_of(source, item))
        .map(|(source, item)| Unused {
            path: source.path.clone(),
            line: item.line,
            name: item.name.clone(),
        })
        .collect()
}

struct Names<'a> {
    /// Where each name stands: source and token.
    places: HashMap<&'a str, Vec<(&'a Source, usize)>>,
    /// What `use … as` and `type` call a type by another name: pairs of name and type.
    aliases: HashSet<(&'a str, &'a str)>,
}

impl<'a> Names<'a> {
    fn of(sources: &'a [Source]) -> Self {
        let mut names = Self {
            places: HashMap::new(),
            aliases: HashSet::new(),
        };
        for source in sources {
            for (at, token) in source.tokens.iter().enumerate() {
                if token.is_name() {
                    names
                        .places
                        .entry(&token.text)
                        .or_default()
                        .push((source, at));
                }
                let alias = match source.before(at, 1) {
                    "as" => Some((source.word(at), source.before(at, 2))),
                    "type" if source.word(at + 1) == "=" => {
                        Some((source.word(at), source.word(at + 2)))
                    }
                    _ => None,
                };
                names.aliases.extend(alias);
            }
        }
        names
    }

    fn use_of(&self, home: &Source, item: &Item) -> bool {
        let places = self.places.get(item.own_name());
        places.into_iter().flatten().any(|(source, at)| {
            let is_home = std::ptr::eq(*source, home);
            if is_home && item.span.contains(at) {
                return false;
            }
            if is_in(&source.exports, *at) {
                // Under its new name it is at least meant to be used.
                return source.word(at + 1) == "as";
            }
            match &item.kind {
                Kind::Free { is_type } => {
                    let is_known = is_home || exports(source, item.own_name());
                    is_free_use(source, *at, is_known)
                        && !(*is_type && is_implementation(source, *at, item.own_name()))
                }
                Kind::Associated(of) => self.follows(source, *at, of),
                Kind::Method => match source.before(*at, 1) {
                    "." => matches!(source.word(at + 1), "(" | "::"),
                    sign => sign == "::",
                },
                Kind::Variant => {
                    let of = item.name.split("::").next().unwrap_or_default();
                    self.follows(source, *at, of)
                        || is_in(&source.imports, *at)
                        || imports_all_of(source, of)
                }
            }
        })
    }

    /// Whether the name at a place stands behind this type's, whatever that is called there.
    fn follows(&self, source: &Source, at: usize, of: &str) -> bool {
        if source.before(at, 1) != "::" {
            return false;
        }
        match source.before(at, 2) {
            "Self" => source
                .implementations
                .iter()
                .any(|block| block.of == of && block.span.contains(&at)),
            // The end of `Type::<T>::name` or of `<Type as Trait>::name`.
            ">" => true,
            name => name == of || self.aliases.contains(&(name, of)),
        }
    }
}

/// `is_known` where the name needs no path and no import.
fn is_free_use(source: &Source, at: usize, is_known: bool) -> bool {
    let before = source.before(at, 1);
    let is_other_thing = matches!(
        before,
        "." | "fn" | "let" | "mod" | "struct" | "enum" | "trait" | "type" | "const" | "static"
    );
    // A field, a parameter or a bound has this name.
    if is_other_thing || source.word(at + 1) == ":" {
        return false;
    }
    is_known || before == "::" || is_in(&source.imports, at)
}

/// Whether a type or trait is named as what is implemented, or in the block that does.
fn is_implementation(source: &Source, at: usize, name: &str) -> bool {
    source.implementations.iter().any(|block| {
        let is_subject = matches!(source.before(at, 1), "impl" | "for" | ">" | "::");
        block.header.contains(&at) && is_subject || block.of == name && block.span.contains(&at)
    })
}

/// A re-export makes the name known to the rest of its source as well.
fn exports(source: &Source, name: &str) -> bool {
    let mut exported = source.exports.iter().flat_map(|range| range.clone());
    exported.any(|at| source.word(at) == name)
}

fn imports_all_of(source: &Source, of: &str) -> bool {
    let mut imported = source.imports.iter().flat_map(|range| range.clone());
    imported.any(|at| {
        source.word(at) == of && source.word(at + 1) == "::" && source.word(at + 2) == "*"
    })
}

fn is_in(ranges: &[Range<usize>], at: usize) -> bool {
    ranges.iter().any(|range| range.contains(&at))
}
