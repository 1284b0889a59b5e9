//! Folders and files that only their owner may read: catalogue, account and settings say what
//! pictures a person has.
//!
//! On Unix folders get the mode 0700 and files 0600. Elsewhere the user's own folders are closed to
//! others by the system.

use std::{
    fs::{self, File},
    io,
    path::Path,
};

/// The files of the program's configuration folder.
pub const CONFIG_FILES: [&str; 3] = ["account.json", "settings.json", "window.ron"];

/// Creates a folder, with its parents, that only its owner may enter.
///
/// One that is there already is closed to others if it is empty or has one of the files `marks`,
/// which show that it is the program's own: nobody loses access to a folder that was only named by
/// mistake.
///
/// # Errors
///
/// Where the folder cannot be made. That an existing one stays open to others is no error: it may
/// belong to somebody else, or its file system may know no modes.
pub fn create_folder(dir: &Path, marks: &[&str]) -> io::Result<()> {
    if dir.is_dir() {
        let is_own = marks.iter().any(|mark| dir.join(mark).exists())
            || fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none());
        if is_own {
            close_to_others(dir, 0o700);
        }
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// Opens a file for appending, creating it where it is missing, that only its owner may read.
///
/// # Errors
///
/// Where the file cannot be made or written to.
pub fn open_file(path: &Path) -> io::Result<File> {
    // A pipe would wait for its reader.
    if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "something that is no file has its name",
        ));
    }
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    close_to_others(path, 0o600);
    Ok(file)
}

/// Takes all rights of group and others from a file or folder of this user.
pub fn close_to_others(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::{fs::Permissions, os::unix::fs::PermissionsExt};

        let open = |metadata: fs::Metadata| metadata.permissions().mode() & 0o077 != 0;
        if fs::metadata(path).is_ok_and(open) {
            // Not the owner's, or without modes: it stays as it is.
            let _ = fs::set_permissions(path, Permissions::from_mode(mode));
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    fn opened_to_all(path: &Path) {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_new_folder_and_its_new_parents_are_the_owners_alone() {
        let root = tempfile::tempdir().unwrap();
        let dir = root.path().join("a/b");
        create_folder(&dir, &[]).unwrap();
        assert_eq!((mode(&dir), mode(&root.path().join("a"))), (0o700, 0o700));
    }

    #[test]
    fn an_empty_or_marked_folder_is_closed_and_any_other_is_left_alone() {
        let root = tempfile::tempdir().unwrap();
        opened_to_all(root.path());
        create_folder(root.path(), &["lock"]).unwrap();
        assert_eq!(mode(root.path()), 0o700, "empty");

        opened_to_all(root.path());
        fs::write(root.path().join("letter.txt"), "").unwrap();
        create_folder(root.path(), &["lock"]).unwrap();
        assert_eq!(mode(root.path()), 0o755, "another's");

        fs::write(root.path().join("lock"), "").unwrap();
        create_folder(root.path(), &["lock"]).unwrap();
        assert_eq!(mode(root.path()), 0o700, "marked");
    }

    #[test]
    fn a_file_is_made_private_and_keeps_its_content() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.db");
        open_file(&path).unwrap();
        assert_eq!(mode(&path), 0o600);
        fs::write(&path, "kept").unwrap();
        opened_to_all(&path);
        open_file(&path).unwrap();
        assert_eq!(
            (mode(&path), fs::read(&path).unwrap()),
            (0o600, b"kept".to_vec())
        );
    }
}
