//! Files that are written whole or not at all.
//!
//! The content goes into a temporary file beside the target and reaches the disk before the file
//! takes the target's name. A reader, and a start after a power cut, finds the old content or the
//! new one, never a part of it.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::{NamedTempFile, PersistError};

use crate::domain::path::shown;

/// Begins the names of temporary files. Hidden, and told apart from other programs' where a killed
/// process left one.
const PREFIX: &str = ".image-search-";
const SUFFIX: &str = ".part";
/// Nobody writes a file for so long.
const PART_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Who may read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Only its owner: what the program keeps for itself.
    Private,
    /// Whoever might read the file it replaces, or any new file of the user's.
    Usual,
}

/// Why a file could not be written. An existing file of that name is unharmed.
#[derive(Debug, thiserror::Error)]
#[error("{} could not be written: {source}. Choose another place, or make room.", shown(.path))]
pub struct WriteError {
    pub path: PathBuf,
    pub source: io::Error,
}

impl WriteError {
    pub fn new(path: &Path, source: io::Error) -> Self {
        Self {
            path: path.to_owned(),
            source,
        }
    }
}

/// A file being written in parts. Dropped before
/// [`WholeFile::commit`], it leaves nothing behind.
pub struct WholeFile {
    path: PathBuf,
    out: BufWriter<NamedTempFile>,
}

impl WholeFile {
    /// # Errors
    ///
    /// If the target's folder is missing or not writable.
    pub fn create(path: &Path, access: Access) -> Result<Self, WriteError> {
        match temporary(path, access) {
            Ok(file) => Ok(Self {
                path: path.to_owned(),
                out: BufWriter::new(file),
            }),
            Err(source) => Err(WriteError::new(path, source)),
        }
    }

    /// Renames the file to its target, replacing an existing one.
    ///
    /// # Errors
    ///
    /// Where the disk is full or fails, or the name is taken by something that is no file.
    pub fn commit(self) -> Result<(), WriteError> {
        self.persist(|file, path| file.persist(path))
    }

    /// The same, but replaces nothing.
    ///
    /// # Errors
    ///
    /// [`io::ErrorKind::AlreadyExists`] where the name is taken, and where the disk refuses.
    pub fn commit_new(self) -> Result<(), WriteError> {
        self.persist(|file, path| file.persist_noclobber(path))
    }

    fn persist(
        self,
        rename: impl FnOnce(NamedTempFile, &Path) -> Result<File, PersistError>,
    ) -> Result<(), WriteError> {
        let Self { path, out } = self;
        let commit = || {
            let file = out.into_inner().map_err(|error| error.into_error())?;
            file.as_file().sync_all()?;
            rename(file, &path).map_err(|error| error.error)?;
            sync_folder(folder_of(&path))
        };
        commit().map_err(|source| WriteError::new(&path, source))
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Reads a file of the program's own whole.
///
/// # Errors
///
/// Where the disk refuses, and where the name is that of something else: a pipe would never end.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("something that is no file has its name"));
    }
    std::fs::read(path)
}

/// Deletes what processes that were killed left half written in a folder. What is younger than a
/// day may be another process's.
pub fn discard_parts(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let is_part = entry.file_name().to_str().is_some_and(is_part_name);
        let modified = entry.metadata().and_then(|metadata| metadata.modified());
        let is_old = modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age >= PART_AGE));
        if is_part && is_old {
            // One that stays only takes room.
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn is_part_name(name: &str) -> bool {
    name.starts_with(PREFIX) && name.ends_with(SUFFIX)
}

/// Writes a file that fits in memory.
///
/// # Errors
///
/// Where the folder or the disk refuses.
pub fn write(path: &Path, access: Access, bytes: &[u8]) -> Result<(), WriteError> {
    write_with(path, access, |out| out.write_all(bytes))
}

/// Writes a file through a function that receives the writer.
///
/// # Errors
///
/// What `content` returns, and where the folder or the disk refuses.
pub fn write_with(
    path: &Path,
    access: Access,
    content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), WriteError> {
    let mut file = WholeFile::create(path, access)?;
    content(&mut file).map_err(|source| WriteError::new(path, source))?;
    file.commit()
}

/// Makes the names in a folder durable, where the system can: only Unix opens folders, and not
/// each of its file systems flushes them.
///
/// # Errors
///
/// Where the disk fails.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(error) if is_unable(&error) => Ok(()),
        synced => synced,
    }
}

/// Whether this says that folders cannot be flushed here, rather than that flushing failed. A
/// folder may be open for writing alone, and then cannot be opened to be flushed.
fn is_unable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied
    )
}

fn temporary(path: &Path, access: Access) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    // A temporary file is its owner's alone unless told otherwise.
    #[cfg(unix)]
    if access == Access::Usual {
        use std::{
            fs::{Permissions, metadata},
            os::unix::fs::PermissionsExt,
        };
        // Those of the file that is replaced, or what the user gives any new file.
        let mode = metadata(path).map_or(0o666, |replaced| replaced.permissions().mode() & 0o777);
        builder.permissions(Permissions::from_mode(mode));
    }
    #[cfg(not(unix))]
    let _ = access;
    builder.tempfile_in(folder_of(path))
}

/// The folder a path's file lies in.
pub fn folder_of(path: &Path) -> &Path {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
        entries
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_is_written_and_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write(&path, Access::Usual, b"a long first content").unwrap();
        write(&path, Access::Usual, b"short").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"short");
        assert_eq!(names(folder.path()), ["a.json"]);
    }

    #[test]
    fn a_new_file_replaces_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        WholeFile::create(&path, Access::Usual)
            .unwrap()
            .commit_new()
            .unwrap();
        fs::write(&path, "kept").unwrap();
        let second = WholeFile::create(&path, Access::Usual)
            .unwrap()
            .commit_new();
        assert_eq!(
            second.unwrap_err().source.kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(fs::read(&path).unwrap(), b"kept");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[test]
    fn nothing_has_the_name_before_the_file_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mut file = WholeFile::create(&path, Access::Usual).unwrap();
        file.write_all(b"one,two\n").unwrap();
        file.flush().unwrap();
        assert!(!path.exists());
        file.commit().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"one,two\n");
    }

    #[test]
    fn what_is_broken_off_leaves_the_old_content_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write(&path, Access::Usual, b"old").unwrap();
        let failed = write_with(&path, Access::Usual, |out| {
            out.write_all(b"half of the new")?;
            Err(io::ErrorKind::StorageFull.into())
        });
        assert_eq!(
            failed.unwrap_err().source.kind(),
            io::ErrorKind::StorageFull
        );
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a.json"]);
    }

    #[test]
    fn a_missing_folder_is_named_with_a_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone/a.csv");
        let words = write(&path, Access::Usual, b"").unwrap_err().to_string();
        assert!(words.starts_with(&path.display().to_string()), "{words}");
        assert!(
            words.ends_with("Choose another place, or make room."),
            "{words}"
        );
    }

    #[test]
    fn a_name_without_a_folder_is_of_the_current_one() {
        assert_eq!(folder_of(Path::new("a.csv")), Path::new("."));
        assert_eq!(folder_of(Path::new("b/a.csv")), Path::new("b"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_as_open_to_others_as_the_one_it_replaces() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        write(&path, Access::Usual, b"").unwrap();
        fs::File::create(folder.path().join("any new file")).unwrap();
        let usual = fs::metadata(folder.path().join("any new file")).unwrap();
        assert_eq!(mode(), usual.permissions().mode() & 0o777);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        write(&path, Access::Usual, b"").unwrap();
        assert_eq!(mode(), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn a_private_file_is_the_owners_alone_whatever_it_replaces() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("account.json");
        fs::write(&path, "").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        write(&path, Access::Private, b"{}").unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }

    #[test]
    fn only_old_parts_of_this_program_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let long_ago = std::time::SystemTime::now() - 2 * PART_AGE;
        for (name, old) in [
            (".image-search-a.part", true),
            (".image-search-b.part", false),
            (".other.part", true),
            ("notes.txt", true),
        ] {
            let file = File::create(folder.path().join(name)).unwrap();
            if old {
                file.set_modified(long_ago).unwrap();
            }
        }
        discard_parts(folder.path());
        let left = std::fs::read_dir(folder.path()).unwrap();
        let mut left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".image-search-b.part", ".other.part", "notes.txt"]);
    }
}
