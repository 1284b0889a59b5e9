//! What the catalogue view asks for.

use crate::domain::catalogue::ListRequest;

/// Sent by the catalogue view.
#[derive(Clone, Debug, PartialEq)]
pub enum CatalogueAction {
    /// Answered through [`super::CatalogueView::on_listed`].
    List(ListRequest),
    /// Ask where to, and write the fields of every picture.
    Export(ExportFormat),
}

/// How the fields of every picture are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    Csv,
    JsonLines,
}
