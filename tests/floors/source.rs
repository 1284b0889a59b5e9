//! What one source file declares, and which paths it names.

use std::collections::HashSet;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use syn::{
    Attribute, Ident, ImplItem, Item, ItemImpl, ItemMod, ItemUse, LitStr, Macro, Meta, Path, Type,
    UseTree, Visibility,
    ext::IdentExt as _,
    visit::{self, Visit},
};

/// A module of a file: its own, or one written inside it.
#[derive(Default)]
pub struct Scope {
    /// Its path from the root of the crate.
    pub path: Vec<String>,
    /// What is defined in it, save modules.
    pub items: HashSet<String>,
    /// What it imports: the name here, and the path that stands for.
    pub imports: Vec<(String, Vec<String>)>,
    /// The modules of which it imports everything.
    pub globs: Vec<Vec<String>>,
    /// The modules of other files it declares for tests alone.
    pub test_modules: Vec<Vec<String>>,
    pub mentions: Vec<Mention>,
}

/// A path that is named in a module.
pub struct Mention {
    pub path: Vec<String>,
    pub line: usize,
    pub kind: Kind,
    pub in_test: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// By `use`, for this module alone.
    Import,
    /// By `pub use`, for others.
    Reexport,
    /// Where it is used.
    Code,
    /// As the type of an `impl` without a trait.
    Extension,
}

/// The modules in the file of the module `path`, its own first.
///
/// # Failure
/// Where `text` is no Rust.
pub fn scopes(path: &[String], text: &str) -> syn::Result<Vec<Scope>> {
    let file = syn::parse_file(text)?;
    let mut reader = Reader {
        scopes: vec![Scope {
            path: path.to_vec(),
            ..Scope::default()
        }],
        at: 0,
        in_test: is_test(&file.attrs),
    };
    reader.visit_file(&file);
    Ok(reader.scopes)
}

struct Reader {
    scopes: Vec<Scope>,
    /// The module that is being read.
    at: usize,
    in_test: bool,
}

impl Reader {
    fn mention(&mut self, path: Vec<String>, line: usize, kind: Kind) {
        self.scopes[self.at].mentions.push(Mention {
            path,
            line,
            kind,
            in_test: self.in_test,
        });
    }

    fn path(&mut self, path: &Path, kind: Kind) {
        let parts = path.segments.iter();
        let names = parts.map(|part| part.ident.unraw().to_string()).collect();
        if let Some(first) = path.segments.first() {
            self.mention(names, first.ident.span().start().line, kind);
        }
    }

    fn import(&mut self, tree: &UseTree, mut path: Vec<String>, kind: Kind) {
        match tree {
            UseTree::Path(part) => {
                path.push(part.ident.unraw().to_string());
                self.import(&part.tree, path, kind);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, path.clone(), kind);
                }
            }
            UseTree::Glob(glob) => {
                let line = glob.star_token.span.start().line;
                self.scopes[self.at].globs.push(path.clone());
                self.mention(path, line, kind);
            }
            UseTree::Name(plain) => self.import_name(&plain.ident, None, path, kind),
            UseTree::Rename(rename) => {
                self.import_name(&rename.ident, Some(&rename.rename), path, kind);
            }
        }
    }

    fn import_name(
        &mut self,
        name: &Ident,
        alias: Option<&Ident>,
        mut path: Vec<String>,
        kind: Kind,
    ) {
        if name != "self" {
            path.push(name.unraw().to_string());
        }
        let alias = alias.map(|alias| alias.unraw().to_string());
        if let Some(known_as) = alias.or_else(|| path.last().cloned()) {
            let imports = &mut self.scopes[self.at].imports;
            imports.push((known_as, path.clone()));
        }
        self.mention(path, name.span().start().line, kind);
    }

    /// The paths within what a macro is given, which is no Rust until the macro is done with it.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut line = 0;
        // What stands before the next token: colons that lead on, or something that makes a
        // name a field, a method or a lifetime.
        let (mut colons, mut is_member) = (0, false);
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.token_path(&mut path, line);
                        line = ident.span().start().line;
                    }
                    if !is_member {
                        path.push(ident.unraw().to_string());
                    }
                    (colons, is_member) = (0, false);
                }
                TokenTree::Punct(mark) => {
                    if mark.as_char() == ':' && (colons == 1 || mark.spacing() == Spacing::Joint) {
                        colons += 1;
                    } else {
                        self.token_path(&mut path, line);
                        colons = 0;
                    }
                    is_member = match mark.as_char() {
                        '\'' => true,
                        // Of `..` none is a member.
                        '.' => !is_member,
                        _ => false,
                    };
                }
                TokenTree::Group(group) => {
                    self.token_path(&mut path, line);
                    self.tokens(group.stream());
                    (colons, is_member) = (0, false);
                }
                TokenTree::Literal(_) => {
                    self.token_path(&mut path, line);
                    (colons, is_member) = (0, false);
                }
            }
        }
        self.token_path(&mut path, line);
    }

    fn token_path(&mut self, path: &mut Vec<String>, line: usize) {
        if !path.is_empty() {
            self.mention(std::mem::take(path), line, Kind::Code);
        }
    }

    /// Serde takes paths as texts: `#[serde(try_from = "Kept")]`.
    fn quoted_paths(&mut self, tokens: TokenStream) {
        for token in tokens {
            if let TokenTree::Literal(text) = token
                && let Ok(text) = syn::parse_str::<LitStr>(&text.to_string())
                && let Ok(path) = text.parse::<Path>()
            {
                self.path(&path, Kind::Code);
            }
        }
    }

    fn within(&mut self, attributes: &[Attribute], read: impl FnOnce(&mut Self)) {
        let before = self.in_test;
        self.in_test |= is_test(attributes);
        read(self);
        self.in_test = before;
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = match item {
            Item::Const(item) => (&item.attrs, Some(&item.ident)),
            Item::Enum(item) => (&item.attrs, Some(&item.ident)),
            Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
            Item::Static(item) => (&item.attrs, Some(&item.ident)),
            Item::Struct(item) => (&item.attrs, Some(&item.ident)),
            Item::Trait(item) => (&item.attrs, Some(&item.ident)),
            Item::Type(item) => (&item.attrs, Some(&item.ident)),
            Item::Union(item) => (&item.attrs, Some(&item.ident)),
            Item::Impl(item) => (&item.attrs, None),
            Item::Macro(item) => (&item.attrs, None),
            Item::Mod(item) => (&item.attrs, None),
            Item::Use(item) => (&item.attrs, None),
            _ => return visit::visit_item(self, item),
        };
        if let Some(name) = name {
            let name = name.unraw().to_string();
            self.scopes[self.at].items.insert(name);
        }
        self.within(attributes, |reader| visit::visit_item(reader, item));
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let attributes = match item {
            ImplItem::Const(item) => &item.attrs,
            ImplItem::Fn(item) => &item.attrs,
            ImplItem::Type(item) => &item.attrs,
            _ => return visit::visit_impl_item(self, item),
        };
        self.within(attributes, |reader| visit::visit_impl_item(reader, item));
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let mut path = self.scopes[self.at].path.clone();
        path.push(item.ident.unraw().to_string());
        let outer = self.at;
        if item.content.is_some() {
            self.at = self.scopes.len();
            self.scopes.push(Scope {
                path,
                ..Scope::default()
            });
            visit::visit_item_mod(self, item);
            self.at = outer;
        } else if self.in_test {
            self.scopes[outer].test_modules.push(path);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        let kind = match item.vis {
            Visibility::Inherited => Kind::Import,
            _ => Kind::Reexport,
        };
        // `use ::name` is another crate.
        if item.leading_colon.is_none() {
            self.import(&item.tree, Vec::new(), kind);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if let (None, Type::Path(of)) = (&item.trait_, &*item.self_ty) {
            self.path(&of.path, Kind::Extension);
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() {
            self.path(path, Kind::Code);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        visit::visit_macro(self, call);
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        visit::visit_attribute(self, attribute);
        if let Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
            if list.path.is_ident("serde") {
                self.quoted_paths(list.tokens.clone());
            }
        }
    }
}

/// Whether what bears the attributes is built for tests alone.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            let condition = list.tokens.to_string();
            condition == "test" || condition.starts_with("all (test")
        }
        _ => false,
    })
}
