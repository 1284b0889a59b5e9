//! Reading one file whole.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use thiserror::Error;

use super::{explain, modified_ns};
use crate::engine::decode::Limits;

/// A file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileBytes {
    pub bytes: Vec<u8>,
    /// Bytes.
    pub len: u64,
    /// When it was last changed: nanoseconds since 1970, UTC; 0 where the file system keeps no
    /// time.
    pub modified_ns: i64,
}

/// Why a file could not be read.
///
/// `Display` is one or two sentences for the user that name the cause and the remedy, not the
/// file: whoever shows them puts its name in front.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The system refused; not there, no permission, a broken drive.
    #[error("{}", explain(.0, "file"))]
    Io(#[from] io::Error),
    /// A folder, a pipe or a device.
    #[error("This is not a file. Choose a picture file, or add the whole folder.")]
    NotAFile,
    #[error("This file is empty. Copy or download it again.")]
    Empty,
    /// Larger than [`Limits::max_file_bytes`].
    #[error(
        "The file has {} MB, more than the {} MB allowed for one picture. \
         Save a smaller copy and add that.",
        .len.div_ceil(1_000_000), .limit / 1_000_000
    )]
    TooLarge { len: u64, limit: u64 },
    /// Another program wrote to it during the read; the bytes may be a mix of two versions.
    #[error(
        "The file changed while it was read. Add it again when the program that writes it is done."
    )]
    Changed,
}

/// Reads a file whole, once.
///
/// # Errors
/// See [`ReadError`]. A file that grows, shrinks or is written to while it is read is an error:
/// its bytes would belong to no version of it.
pub fn read(path: &Path, limits: &Limits) -> Result<FileBytes, ReadError> {
    // Checked before opening: opening a pipe would wait for its writer.
    if !path.metadata()?.is_file() {
        return Err(ReadError::NotAFile);
    }
    let file = File::open(path)?;
    read_open(&file, &file, limits)
}

/// Reads `content`, which stands for the content of `file`.
fn read_open(file: &File, content: impl Read, limits: &Limits) -> Result<FileBytes, ReadError> {
    let before = file.metadata()?;
    let len = before.len();
    if len > limits.max_file_bytes {
        return Err(ReadError::TooLarge {
            len,
            limit: limits.max_file_bytes,
        });
    }
    if len == 0 {
        return Err(ReadError::Empty);
    }
    // Below the limit, which fits memory; one more byte shows that the file has grown.
    let mut bytes = Vec::with_capacity(len as usize + 1);
    content.take(len + 1).read_to_end(&mut bytes)?;
    let after = file.metadata()?;
    let modified = modified_ns(&before);
    if bytes.len() as u64 != len || after.len() != len || modified_ns(&after) != modified {
        return Err(ReadError::Changed);
    }
    Ok(FileBytes {
        bytes,
        len,
        modified_ns: modified,
    })
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write, time::UNIX_EPOCH};

    use super::*;

    fn folder_with(bytes: &[u8]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        fs::write(&path, bytes).unwrap();
        (folder, path)
    }

    #[test]
    fn a_file_comes_whole_with_its_length_and_time() {
        let (_folder, path) = folder_with(b"12345");
        let read = read(&path, &Limits::default()).unwrap();
        assert_eq!(read.bytes, b"12345");
        assert_eq!(read.len, 5);
        assert!(read.modified_ns > 1_600_000_000_000_000_000);
    }

    #[test]
    fn a_vanished_file_says_so() {
        let (_folder, path) = folder_with(b"12345");
        fs::remove_file(&path).unwrap();
        let error = read(&path, &Limits::default()).unwrap_err();
        assert!(error.to_string().contains("no longer there"), "{error}");
    }

    #[test]
    fn a_folder_is_not_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = read(folder.path(), &Limits::default()).unwrap_err();
        assert!(matches!(error, ReadError::NotAFile));
    }

    #[test]
    fn a_file_over_the_limit_is_not_read() {
        let (_folder, path) = folder_with(b"12345");
        let limits = Limits {
            max_file_bytes: 4,
            ..Limits::default()
        };
        let error = read(&path, &limits).unwrap_err();
        assert!(matches!(error, ReadError::TooLarge { len: 5, limit: 4 }));
    }

    /// Reads a file of five bytes whose content is replaced by this.
    fn read_as(content: impl FnOnce(&File) -> Box<dyn Read>) -> Result<FileBytes, ReadError> {
        let (_folder, path) = folder_with(b"12345");
        let file = File::options().read(true).write(true).open(&path).unwrap();
        read_open(&file, content(&file), &Limits::default())
    }

    #[test]
    fn a_file_that_gives_more_or_less_than_its_length_is_refused() {
        assert!(read_as(|_| Box::new(&b"12345"[..])).is_ok());
        for given in ["1234", "123456"] {
            let read = read_as(|_| Box::new(given.as_bytes()));
            assert!(matches!(read, Err(ReadError::Changed)), "{given}");
        }
    }

    /// Ends at once, after calling a function.
    struct AtEnd<F>(F);

    impl<F: FnMut()> Read for AtEnd<F> {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            (self.0)();
            Ok(0)
        }
    }

    #[test]
    fn a_file_that_is_changed_while_it_is_read_is_refused() {
        let changes: [fn(&File); 3] = [
            |file| file.set_len(6).unwrap(),
            |file| file.set_len(0).unwrap(),
            |file| file.set_modified(UNIX_EPOCH).unwrap(),
        ];
        for change in changes {
            let read = read_as(|file| {
                let file = file.try_clone().unwrap();
                Box::new((&b"12345"[..]).chain(AtEnd(move || change(&file))))
            });
            assert!(matches!(read, Err(ReadError::Changed)));
        }
    }

    /// Those of the kernel have content and claim to have none.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_claims_to_be_empty_is_not_read() {
        let error = read(Path::new("/proc/self/status"), &Limits::default()).unwrap_err();
        assert!(matches!(error, ReadError::Empty));
    }

    #[test]
    fn a_file_written_to_all_the_while_is_whole_or_refused() {
        let (_folder, path) = folder_with(&[0; 100_000]);
        let stop = std::sync::atomic::AtomicBool::new(false);
        let relaxed = std::sync::atomic::Ordering::Relaxed;
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut file = fs::OpenOptions::new().append(true).open(&path).unwrap();
                while !stop.load(relaxed) {
                    file.write_all(&[1; 1000]).unwrap();
                    std::thread::sleep(std::time::Duration::from_micros(50));
                }
            });
            for _ in 0..100 {
                match read(&path, &Limits::default()) {
                    Ok(read) => assert_eq!(read.bytes.len() as u64, read.len),
                    Err(error) => assert!(matches!(error, ReadError::Changed), "{error}"),
                }
            }
            stop.store(true, relaxed);
        });
    }
}
