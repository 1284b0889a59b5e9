//! Finding the files under folders that may be pictures.

use std::{
    collections::HashSet,
    ffi::OsStr,
    fs::{self, File, Metadata},
    io::Read,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use super::{Found, explain, modified_ns};
use crate::{
    domain::import::FileFailure,
    engine::decode::{Format, SNIFF_BYTES},
};

/// Common extensions of other files, in lower case: these are not even opened.
const OTHERS: [&str; 44] = [
    "txt", "md", "rtf", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "csv",
    "json", "xml", "html", "htm", "css", "js", "py", "rs", "c", "h", "cpp", "java", "log", "ini",
    "db", "sqlite", "zip", "gz", "xz", "7z", "tar", "mp3", "wav", "flac", "mp4", "mov", "mkv",
    "avi", "exe", "dll", "so",
];

/// Finds the files that may be pictures under `roots`, each once, in the order of their names.
///
/// A root is taken whatever its name; below it hidden files and folders are left out. Links are
/// followed, except where they lead to a folder that is walked anyway. A file with the extension
/// of a picture is found unopened; one with an extension that is not well known, or none, is found
/// if its first bytes begin a picture.
///
/// Stops early once `cancelled` is set. Paths that cannot be read go to `failed`, each once.
pub fn walk(
    roots: &[PathBuf],
    cancelled: &dyn Fn() -> bool,
    found: &mut dyn FnMut(Found),
    failed: &mut dyn FnMut(FileFailure),
) {
    let mut walk = Walk {
        roots: Vec::new(),
        visited: HashSet::new(),
        cancelled,
        found,
        failed,
    };
    // A root that is missing fails when its turn comes.
    walk.roots = roots.iter().flat_map(fs::canonicalize).collect();
    for root in roots {
        walk.root(root);
    }
}

struct Walk<'a> {
    /// The roots as the file system knows them, links resolved.
    roots: Vec<PathBuf>,
    /// Roots and the targets of links that were walked, links resolved.
    visited: HashSet<PathBuf>,
    cancelled: &'a dyn Fn() -> bool,
    found: &'a mut dyn FnMut(Found),
    failed: &'a mut dyn FnMut(FileFailure),
}

impl Walk<'_> {
    fn root(&mut self, root: &Path) {
        let metadata = match fs::metadata(root) {
            Ok(metadata) => metadata,
            Err(error) => return self.fail(root, explain(&error, "file or folder")),
        };
        if let Ok(real) = fs::canonicalize(root)
            && (!self.visited.insert(real.clone()) || self.is_walked_from_above(&real, &metadata))
        {
            return;
        }
        if metadata.is_dir() {
            self.folder(root);
        } else {
            self.take(root.to_owned(), &metadata);
        }
    }

    /// Another root contains this one and reaches it without a hidden folder on the way.
    fn is_walked_from_above(&self, real: &Path, metadata: &Metadata) -> bool {
        let shown = |below: &Path| {
            let plain = !below.iter().any(is_hidden_name);
            plain && (metadata.is_dir() || has_extension(real, Format::all_extensions()))
        };
        self.roots
            .iter()
            .filter(|root| *root != real)
            .any(|root| real.strip_prefix(root).is_ok_and(shown))
    }

    /// Walks a folder and, as they turn up, the folders that links in it lead to.
    fn folder(&mut self, folder: &Path) {
        let mut linked = vec![folder.to_owned()];
        while let Some(folder) = linked.pop() {
            // Links to folders are followed here, where it is known what was walked already.
            let entries = WalkDir::new(folder)
                .follow_root_links(true)
                .sort_by_file_name()
                .into_iter()
                .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry));
            for entry in entries {
                if (self.cancelled)() {
                    return;
                }
                match entry {
                    Ok(entry) => linked.extend(self.entry(entry)),
                    Err(error) => self.walk_error(&error),
                }
            }
        }
    }

    /// Handles one entry; returns the target if it is a link to a folder not walked yet.
    fn entry(&mut self, entry: DirEntry) -> Option<PathBuf> {
        let kind = entry.file_type();
        if kind.is_dir() {
            return None;
        }
        let path = entry.into_path();
        // Follows a link to a file. Fails where the file vanished since the folder was listed.
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) => {
                self.fail(&path, describe_link(&error, kind.is_symlink()));
                return None;
            }
        };
        if metadata.is_dir() {
            return self.linked_folder(path);
        }
        // Pipes, sockets and devices are not files to read.
        if metadata.is_file() && self.looks_like_a_picture(&path) {
            self.take(path, &metadata);
        }
        None
    }

    /// Whether a link to a folder is to be followed.
    fn linked_folder(&mut self, link: PathBuf) -> Option<PathBuf> {
        let target = match fs::canonicalize(&link) {
            Ok(target) => target,
            Err(error) => {
                self.fail(&link, describe_link(&error, true));
                return None;
            }
        };
        let place = link
            .parent()
            .and_then(|folder| fs::canonicalize(folder).ok());
        if place.is_some_and(|place| place.starts_with(&target)) {
            self.fail(
                &link,
                "This link leads back to a folder that contains it; it was not followed. \
                 The pictures there are found without it."
                    .to_owned(),
            );
            return None;
        }
        let below = |walked: &PathBuf| {
            target
                .strip_prefix(walked)
                .is_ok_and(|below| !below.iter().any(is_hidden_name))
        };
        if self.roots.iter().any(below) || self.visited.iter().any(below) {
            return None;
        }
        self.visited.insert(target);
        Some(link)
    }

    fn looks_like_a_picture(&mut self, path: &Path) -> bool {
        if has_extension(path, Format::all_extensions()) {
            return true;
        }
        if has_extension(path, OTHERS) {
            return false;
        }
        let mut head = Vec::with_capacity(SNIFF_BYTES);
        let read =
            File::open(path).and_then(|file| file.take(SNIFF_BYTES as u64).read_to_end(&mut head));
        match read {
            Ok(_) => Format::recognise(&head).is_ok(),
            Err(error) => {
                self.fail(path, explain(&error, "file"));
                false
            }
        }
    }

    fn take(&mut self, path: PathBuf, metadata: &Metadata) {
        (self.found)(Found {
            path,
            len: metadata.len(),
            modified_ns: modified_ns(metadata),
        });
    }

    fn walk_error(&mut self, error: &walkdir::Error) {
        let path = error.path().unwrap_or(Path::new("")).to_owned();
        let reason = match error.io_error() {
            Some(cause) => explain(cause, "folder"),
            None => "This folder contains itself; it was not looked at again.".to_owned(),
        };
        self.fail(&path, reason);
    }

    fn fail(&mut self, path: &Path, reason: String) {
        (self.failed)(FileFailure {
            path: path.to_owned(),
            reason,
        });
    }
}

fn describe_link(error: &std::io::Error, is_link: bool) -> String {
    if is_link && error.kind() != std::io::ErrorKind::PermissionDenied {
        return "This link leads nowhere, or in a circle. Delete it, or let it point to a picture."
            .to_owned();
    }
    explain(error, "file")
}

fn has_extension(path: &Path, extensions: impl IntoIterator<Item = &'static str>) -> bool {
    let Some(extension) = path.extension().and_then(OsStr::to_str) else {
        return false;
    };
    extensions
        .into_iter()
        .any(|known| known.eq_ignore_ascii_case(extension))
}

fn is_hidden_name(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}

#[cfg(not(windows))]
fn is_hidden(entry: &DirEntry) -> bool {
    is_hidden_name(entry.file_name())
}

#[cfg(windows)]
fn is_hidden(entry: &DirEntry) -> bool {
    use std::os::windows::fs::MetadataExt;

    /// `FILE_ATTRIBUTE_HIDDEN`.
    const HIDDEN: u32 = 2;
    let by_attribute = || {
        entry
            .metadata()
            .is_ok_and(|metadata| metadata.file_attributes() & HIDDEN != 0)
    };
    is_hidden_name(entry.file_name()) || by_attribute()
}

#[cfg(test)]
mod tests;
