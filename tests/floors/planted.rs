//! What the rules find wrong and what they let pass, in made-up houses.

use crate::{circles, desks_that_import_the_loop, house::House, scattered, upward};

fn house(sources: &[(&str, &str)]) -> House {
    House::read(sources.iter().copied()).unwrap()
}

/// Which files use which, as `from > to`.
fn uses(sources: &[(&str, &str)]) -> Vec<String> {
    let edges = house(sources).edges().into_iter();
    let mut uses: Vec<String> = edges
        .filter(|edge| !edge.is_module)
        .map(|edge| format!("{} > {}", edge.from, edge.to))
        .collect();
    uses.dedup();
    uses
}

#[test]
fn an_import_from_above_is_found_however_it_is_written() {
    for wrong in [
        "use crate::worker::Command;",
        "use crate::{domain::Money, worker::{self, Command}};",
        "use crate::worker;",
        "use crate::worker::*;",
        "use super::worker::Command as Order;",
        "pub use crate::worker::Command;",
        "fn send(_: crate::worker::Command) {}",
        "fn send() { vec![1, super::worker::send()]; }",
        "fn send() { use self::super::worker::send; send() }",
        "#[cfg(test)] mod tests { use crate::worker::Command; }",
        "mod inner { use super::super::worker::Command; }",
    ] {
        let found = upward(&house(&[
            ("lib.rs", "mod domain; mod ui; mod worker;"),
            ("domain.rs", "pub struct Money;"),
            ("worker.rs", "pub struct Command; pub fn send() {}"),
            ("ui.rs", wrong),
        ]));
        assert!(!found.is_empty(), "not found: {wrong}");
    }
}

#[test]
fn an_import_from_below_is_none_from_above() {
    let found = upward(&house(&[
        ("lib.rs", "mod domain; mod ui; mod worker;"),
        ("domain.rs", "//! Used by `crate::ui`.\npub struct Money;"),
        (
            "worker.rs",
            "use crate::domain::Money; // not crate::ui::Panel",
        ),
        (
            "ui.rs",
            "use {crate::domain::{Money as Sum}, egui::worker::Command};",
        ),
        ("main.rs", "fn main() { image_search::app::main() }"),
        (
            "app.rs",
            "pub fn main() { crate::ui::draw(crate::worker::start()) }",
        ),
    ]));
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_circle_is_found_through_reexports_globs_and_renames() {
    let sources = [
        ("lib.rs", "mod domain;"),
        (
            "domain/mod.rs",
            "mod price; mod term; mod order; pub use {order::*, price::Price};",
        ),
        (
            "domain/price.rs",
            "use super::term::Term as Time; pub struct Price(Time);",
        ),
        ("domain/term.rs", "pub struct Term(crate::domain::Order);"),
        (
            "domain/order.rs",
            "use crate::domain; pub struct Order(domain::Price);",
        ),
    ];
    let found = circles(&house(&sources));
    assert_eq!(found.len(), 1, "{found:?}");
    for member in ["domain::price ", "domain::term ", "domain::order "] {
        assert!(found[0].contains(member), "{}", found[0]);
    }
}

#[test]
fn a_child_and_a_parent_that_call_each_other_are_a_circle() {
    let found = circles(&house(&[
        ("lib.rs", "mod filter;"),
        (
            "filter.rs",
            "mod parse; pub enum Expr {} fn new() { parse::parse(); }",
        ),
        (
            "filter/parse.rs",
            "use super::Expr; pub fn parse() -> Expr { todo!() }",
        ),
    ]));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_parent_that_reexports_its_child_is_no_circle() {
    let found = circles(&house(&[
        ("lib.rs", "mod store;"),
        (
            "store/mod.rs",
            "mod error; mod record; pub use error::StoreError; pub(crate) use record::*;
             pub struct Store;",
        ),
        ("store/error.rs", "pub struct StoreError;"),
        (
            "store/record.rs",
            "use super::{Store, StoreError}; pub struct Hash; impl Store { fn hash() -> Result<Hash, StoreError> { todo!() } }",
        ),
    ]));
    assert_eq!(found, [""; 0]);
}

#[test]
fn tests_make_no_circle() {
    let found = circles(&house(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "pub fn a() {} #[cfg(test)] mod tests; #[cfg(test)] fn t() { crate::b::b() }",
        ),
        (
            "a/tests.rs",
            "use super::a; use crate::b::b; pub fn helper() {}",
        ),
        (
            "b.rs",
            "pub fn b() { crate::a::a() } #[cfg(test)] mod tests { use crate::a::tests::helper; }",
        ),
    ]));
    assert_eq!(found, [""; 0]);
}

#[test]
fn a_name_leads_to_the_file_that_defines_it() {
    let found = uses(&[
        ("lib.rs", "mod widgets; mod panel; mod form;"),
        (
            "widgets/mod.rs",
            "mod meter; pub mod size { pub use super::deep::Size; } mod deep; pub use meter::meter;",
        ),
        // The module and the function in it have one name.
        ("widgets/meter.rs", "pub fn meter() {} pub fn half() {}"),
        ("widgets/deep.rs", "pub struct Size;"),
        (
            "panel.rs",
            "use crate::widgets::meter; fn draw() { meter() }",
        ),
        (
            "form.rs",
            "use super::widgets::{self as w, size::*}; fn draw() -> Size { println!(\"{}\", w::meter::half()) }",
        ),
    ]);
    assert_eq!(
        found,
        [
            "form > widgets::deep",
            "form > widgets::meter",
            "panel > widgets::meter",
            "widgets > widgets::deep",
            "widgets > widgets::meter",
        ]
    );
}

#[test]
fn a_desk_that_imports_the_loop_is_found() {
    let desk = |search| {
        desks_that_import_the_loop(&house(&[
            ("lib.rs", "mod worker;"),
            (
                "worker/mod.rs",
                "mod run; mod search; pub fn start() { run::run() }",
            ),
            (
                "worker/run.rs",
                "use super::search::Search; pub struct Loop(Search); pub fn run() {}",
            ),
            ("worker/search.rs", search),
        ]))
    };
    assert_eq!(desk("pub struct Search;"), [""; 0]);
    for wrong in [
        "use super::run::Loop; pub struct Search;",
        "use crate::worker::{run}; pub struct Search;",
        "pub struct Search; fn wake() { super::run::run() }",
        "pub struct Search; mod inner { use super::super::run::*; }",
    ] {
        assert!(!desk(wrong).is_empty(), "not found: {wrong}");
    }
}

/// The worker as it once was: one type, a file for each part of its body.
#[test]
fn one_body_in_many_files_is_found() {
    let sources = [
        ("lib.rs", "mod worker;"),
        (
            "worker/mod.rs",
            "mod run; mod search; mod import; pub fn start() { run::run() }",
        ),
        (
            "worker/run.rs",
            "use super::{import::Importer, search::Searches};
             pub struct Worker { pub importer: Importer, pub searches: Searches }
             pub fn run() {}",
        ),
        (
            "worker/search.rs",
            "use super::run::Worker; pub struct Searches; impl Worker { pub fn search(&self) {} }",
        ),
        (
            "worker/import.rs",
            "use super::run::Worker; pub struct Importer; impl Worker { pub fn import(&self) {} }",
        ),
    ];
    let house = house(&sources);
    assert_eq!(circles(&house).len(), 1);
    assert_eq!(scattered(&house).len(), 2);
    assert!(!desks_that_import_the_loop(&house).is_empty());
}

#[test]
fn a_type_may_be_extended_below_its_file_and_a_trait_be_implemented_anywhere() {
    let found = scattered(&house(&[
        ("lib.rs", "mod store; mod other;"),
        ("store/mod.rs", "mod undo; pub struct Store;"),
        (
            "store/undo.rs",
            "use super::Store; impl Store { fn undo(&self) {} }",
        ),
        (
            "other.rs",
            "use crate::store::Store; impl Drop for Store { fn drop(&mut self) {} }",
        ),
    ]));
    assert_eq!(found, [""; 0]);
}
