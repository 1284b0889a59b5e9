//! What the search view asks for.

use crate::domain::query::{Cut, Query, Shown};

/// Sent by the search view; the app answers through `SearchView`'s `on_` methods, with the `tab`
/// and `serial` of the action.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchAction {
    /// A new query: counts as a call. The newest of one tab wins.
    Run {
        tab: u32,
        serial: u32,
        query: Box<Query>,
    },
    /// Another cut of an answered query, without a call.
    Refine {
        tab: u32,
        serial: u32,
        cut: Box<Cut>,
    },
    /// Ask for a file and write the results shown to it.
    ExportCsv {
        tab: u32,
        cut: Box<Cut>,
        shown: Shown,
    },
}
