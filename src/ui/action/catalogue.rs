//! What the catalogue view asks for.

use crate::domain::catalogue::{ExportFormat, ListRequest};

/// Sent by the catalogue view.
#[derive(Clone, Debug, PartialEq)]
pub enum CatalogueAction {
    /// Answered through `CatalogueView::on_listed`.
    List(ListRequest),
    /// Ask for a file and write the fields of every picture to it.
    Export(ExportFormat),
}
