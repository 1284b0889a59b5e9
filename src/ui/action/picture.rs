//! What can be done with pictures of the catalogue, wherever they are shown.

use std::path::PathBuf;

use crate::domain::{
    query::QuerySource,
    record::{FieldEdit, RecordId},
};

/// Sent by the details pane, the grids' menus and the comparison.
#[derive(Clone, Debug, PartialEq)]
pub enum PictureAction {
    /// Search with a picture of the catalogue.
    FindSimilar(RecordId),
    /// Open in the system's default program.
    Open(PathBuf),
    /// Show in the file manager.
    Reveal(PathBuf),
    CopyPath(PathBuf),
    /// Copy the pixels to the clipboard.
    CopyPicture(RecordId),
    Edit {
        ids: Vec<RecordId>,
        edit: Box<FieldEdit>,
    },
    /// Find out what two pictures are to each other; answered through `CompareView::on_compared`
    /// or `CompareView::on_failed`.
    Compare {
        left: QuerySource,
        right: QuerySource,
    },
}
