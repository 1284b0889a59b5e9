//! The public items of a source, and the parts of it that do not count as uses.

use std::{
    collections::HashSet,
    ops::Range,
    path::{Path, PathBuf},
};

use super::{
    modules::{end_of_item, folder_of_children, without_tests},
    tokens::{Token, tokens},
};

/// How an item is named where it is used.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// By its name alone, after a path or an import.
    Free { is_type: bool },
    /// After its type: `Type::new`.
    Associated(String),
    /// After a dot, or its type.
    Method,
    /// After its enumeration.
    Variant,
}

/// A public item.
#[derive(Clone, Debug)]
pub struct Item {
    /// With its type before it, where it has one.
    pub name: String,
    pub kind: Kind,
    pub line: usize,
    /// The tokens of the item itself: what names it there is no user of it.
    pub span: Range<usize>,
}

impl Item {
    pub fn own_name(&self) -> &str {
        self.name.rsplit("::").next().unwrap_or(&self.name)
    }
}

/// A block of implementations: its header, and all of it.
pub struct Implementation {
    pub of: String,
    pub header: Range<usize>,
    pub span: Range<usize>,
    is_of_trait: bool,
}

/// A source without what is compiled for tests alone.
pub struct Source {
    pub path: PathBuf,
    pub tokens: Vec<Token>,
    pub items: Vec<Item>,
    pub implementations: Vec<Implementation>,
    /// Imports, which use what they name, and re-exports, which do not.
    pub imports: Vec<Range<usize>>,
    pub exports: Vec<Range<usize>>,
}

impl Source {
    pub fn read_all(sources: &[(PathBuf, String)]) -> Vec<Self> {
        let mut of_tests = HashSet::new();
        let mut all = Vec::new();
        for (path, text) in sources {
            let (tokens, modules) = without_tests(tokens(text));
            let folder = folder_of_children(path);
            of_tests.extend(modules.into_iter().map(|module| folder.join(module)));
            all.push((path, tokens));
        }
        all.into_iter()
            .filter(|(path, _)| {
                !path
                    .with_extension("")
                    .ancestors()
                    .any(|part| of_tests.contains(part))
            })
            .map(|(path, tokens)| Self::read(path, tokens))
            .collect()
    }

    fn read(path: &Path, tokens: Vec<Token>) -> Self {
        let mut source = Self {
            path: path.to_owned(),
            tokens,
            items: Vec::new(),
            implementations: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
        };
        source.find_implementations();
        for at in 0..source.tokens.len() {
            match source.word(at) {
                "pub" => source.public(at),
                // The compiler watches imports that are public to a part of the crate, and `use<'a>`
                // is none.
                "use" if source.before(at, 1) != "pub" && source.word(at + 1) != "<" => {
                    let end = source.end_of_item(at);
                    source.imports.push(at..end);
                }
                _ => {}
            }
        }
        source
    }

    /// The text of a token; empty beyond the last.
    pub fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    /// The text of the token `back` places before.
    pub fn before(&self, at: usize, back: usize) -> &str {
        at.checked_sub(back).map_or("", |at| self.word(at))
    }

    /// Behind the item that begins at `at`: its semicolon or the end of its block.
    fn end_of_item(&self, at: usize) -> usize {
        end_of_item(&self.tokens, at)
    }

    fn find_implementations(&mut self) {
        for at in 0..self.tokens.len() {
            let begins_item = matches!(self.before(at, 1), "" | ";" | "{" | "}" | "]" | "unsafe");
            if self.word(at) != "impl" || !begins_item {
                continue;
            }
            let mut open = at + 1;
            while !matches!(self.word(open), "{" | "") {
                open += 1;
            }
            let header = at..open;
            // `for<'a>` is no trait's.
            let is_for = |place: &usize| self.word(*place) == "for" && self.word(place + 1) != "<";
            let of_trait = header.clone().find(is_for);
            let begin = match of_trait {
                Some(place) => place + 1,
                None if self.word(at + 1) == "<" => self.behind_generics(at + 1),
                None => at + 1,
            };
            self.implementations.push(Implementation {
                of: self.last_name_of_path(begin),
                span: at..self.end_of_item(open),
                header,
                is_of_trait: of_trait.is_some(),
            });
        }
    }

    fn behind_generics(&self, at: usize) -> usize {
        let mut depth = 0;
        for place in at..self.tokens.len() {
            match self.word(place) {
                "<" => depth += 1,
                ">" => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return place + 1;
            }
        }
        self.tokens.len()
    }

    fn last_name_of_path(&self, mut at: usize) -> String {
        while self.word(at + 1) == "::" {
            at += 2;
        }
        self.word(at).to_owned()
    }

    /// Notes the item behind a `pub`; what is public to a part of the crate, the compiler watches.
    fn public(&mut self, at: usize) {
        let mut kind = at + 1;
        while matches!(self.word(kind), "async" | "unsafe" | "extern")
            || self.word(kind) == "const"
                && matches!(self.word(kind + 1), "fn" | "unsafe" | "async")
        {
            kind += 1;
        }
        let name = kind + 1 + usize::from(self.word(kind + 1) == "mut");
        let span = at..self.end_of_item(at);
        match self.word(kind) {
            "use" => self.exports.push(span),
            "fn" => self.add(name, span, |source| source.is_method(name)),
            "const" | "static" => self.add(name, span, |_| false),
            "struct" | "type" | "trait" => self.add_type(name, span),
            "enum" => {
                self.add_type(name, span.clone());
                self.add_variants(name, span.end);
            }
            _ => {}
        }
    }

    fn add(&mut self, name: usize, span: Range<usize>, is_method: impl Fn(&Self) -> bool) {
        let owner = self
            .implementations
            .iter()
            .find(|block| block.span.contains(&name) && !block.is_of_trait);
        let own = self.word(name);
        let (full, kind) = match owner {
            Some(block) => (
                format!("{}::{own}", block.of),
                if is_method(self) {
                    Kind::Method
                } else {
                    Kind::Associated(block.of.clone())
                },
            ),
            None => (own.to_owned(), Kind::Free { is_type: false }),
        };
        self.push(full, kind, name, span);
    }

    fn add_type(&mut self, name: usize, span: Range<usize>) {
        let own = self.word(name).to_owned();
        self.push(own, Kind::Free { is_type: true }, name, span);
    }

    fn push(&mut self, name: String, kind: Kind, at: usize, span: Range<usize>) {
        let line = self.tokens.get(at).map_or(0, |token| token.line);
        self.items.push(Item {
            name,
            kind,
            line,
            span,
        });
    }

    /// Whether the first parameter of the function is `self`.
    fn is_method(&self, name: usize) -> bool {
        let mut at = name + 1;
        if self.word(at) == "<" {
            at = self.behind_generics(at);
        }
        // `(&'a mut self`; the sign of a lifetime is no token.
        let first = (at + 1..at + 5).map(|place| self.word(place));
        let mut first = first.take_while(|word| !matches!(*word, ":" | "," | ")"));
        first.any(|word| word == "self")
    }

    /// `Variant(#[from] Error)`: the question mark makes it, without its name.
    fn is_made_by_conversion(&self, variant: usize) -> bool {
        (1..=4)
            .map(|ahead| self.word(variant + ahead))
            .eq(["(", "#", "[", "from"])
    }

    fn add_variants(&mut self, name: usize, end: usize) {
        let of = self.word(name).to_owned();
        let mut depth = 0;
        for at in name..end {
            match self.word(at) {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                // Behind the brace, a comma or an attribute.
                word if depth == 1
                    && self.tokens[at].is_name()
                    && matches!(self.before(at, 1), "{" | "," | "]")
                    && !self.is_made_by_conversion(at) =>
                {
                    let full = format!("{of}::{word}");
                    self.push(full, Kind::Variant, at, at..at + 1);
                }
                _ => {}
            }
        }
    }
}
