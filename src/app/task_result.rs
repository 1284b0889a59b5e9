//! Results of the window's background tasks.

use std::{path::PathBuf, sync::Arc};

use crate::{
    domain::{
        catalogue::ExportFormat,
        job::JobId,
        query::{Cut, Shown},
    },
    worker::Lane,
};

/// The result of a task.
#[derive(Debug)]
pub enum TaskResult {
    /// Files or folders chosen in a dialog.
    Picked {
        picking: Picking,
        paths: Vec<PathBuf>,
    },
    /// What hovers over the window, sorted into files and folders.
    Hovered(SortedPaths),
    Dropped(SortedPaths),
    /// Files on the clipboard.
    PastedFiles(SortedPaths),
    /// A picture on the clipboard, as a PNG file.
    PastedPicture(Arc<[u8]>),
    /// Something to say that went well.
    Said(String),
    /// A sentence with its remedy.
    Failed(String),
}

/// Dropped paths, sorted into files and folders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SortedPaths {
    pub files: Vec<PathBuf>,
    pub folders: Vec<PathBuf>,
}

impl SortedPaths {
    /// Looks each path up. What is neither counts as a file: the worker says what is wrong with it.
    pub fn of(paths: Vec<PathBuf>) -> Self {
        let (folders, files) = paths.into_iter().partition(|path| path.is_dir());
        Self { files, folders }
    }
}

/// What a dialog asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Picking {
    Query,
    Pictures,
    Folder,
    DataFolder,
    Model,
    Results(Lane, Box<Cut>, Shown),
    Catalogue(ExportFormat),
    Ledger,
    Failures(JobId),
}

impl Picking {
    /// The dialog's title.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Query => "Choose a picture to search for",
            Self::Pictures => "Add pictures",
            Self::Folder => "Add a folder",
            Self::DataFolder => "Choose the folder for the catalogue",
            Self::Model => "Choose a model",
            Self::Results(..) => "Export the results",
            Self::Catalogue(_) => "Export the catalogue",
            Self::Ledger => "Export the orders",
            Self::Failures(_) => "Export the failures",
        }
    }

    /// The name offered for a file to write, with its kind and ending.
    pub fn file(&self) -> Option<(&'static str, &'static str, &'static str)> {
        match self {
            Self::Results(..) => Some(("results.csv", "CSV", "csv")),
            Self::Catalogue(ExportFormat::Csv) => Some(("catalogue.csv", "CSV", "csv")),
            Self::Catalogue(ExportFormat::JsonLines) => {
                Some(("catalogue.jsonl", "JSON Lines", "jsonl"))
            }
            Self::Ledger => Some(("orders.csv", "CSV", "csv")),
            Self::Failures(_) => Some(("failures.csv", "CSV", "csv")),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_are_told_apart() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.jpg");
        std::fs::write(&file, b"x").unwrap();
        let gone = folder.path().join("gone.jpg");
        let sorted = SortedPaths::of(vec![
            folder.path().to_path_buf(),
            file.clone(),
            gone.clone(),
        ]);
        assert_eq!(sorted.folders, [folder.path()]);
        assert_eq!(sorted.files, [file, gone]);
    }
}
