//! Paths as bytes: every path the system can name comes back exactly as it was.
//!
//! On Unix these are the path's own bytes. Elsewhere they are the text in UTF-8, or, for a path
//! that is not Unicode (unpaired surrogates on Windows), a zero byte and its UTF-16 units in
//! little-endian order: no path's text starts with a zero.

use std::path::{Path, PathBuf};

#[cfg(unix)]
pub(super) fn to_raw(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
pub(super) fn from_raw(raw: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(raw))
}

#[cfg(windows)]
pub(super) fn to_raw(path: &Path) -> Vec<u8> {
    use std::os::windows::ffi::OsStrExt;
    if let Some(text) = path.to_str() {
        return text.as_bytes().to_vec();
    }
    std::iter::once(0)
        .chain(path.as_os_str().encode_wide().flat_map(u16::to_le_bytes))
        .collect()
}

#[cfg(windows)]
pub(super) fn from_raw(raw: &[u8]) -> PathBuf {
    use std::os::windows::ffi::OsStringExt;
    match raw {
        [0, units @ ..] => {
            let units: Vec<u16> = units
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .collect();
            PathBuf::from(std::ffi::OsString::from_wide(&units))
        }
        text => PathBuf::from(String::from_utf8_lossy(text).into_owned()),
    }
}

/// As shown and searched; not exact where the path is no Unicode.
pub(super) fn display(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_any_script_comes_back() {
        let path = Path::new("фото/日本/café 100%.jpg");
        assert_eq!(from_raw(&to_raw(path)), path);
    }

    #[cfg(unix)]
    #[test]
    fn a_path_that_is_not_utf8_comes_back() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"a/\xff\xfe.jpg"));
        assert_eq!(from_raw(&to_raw(path)), path);
    }

    #[cfg(windows)]
    #[test]
    fn a_path_with_an_unpaired_surrogate_comes_back() {
        use std::os::windows::ffi::OsStringExt;
        let name = std::ffi::OsString::from_wide(&[0x61, 0xd800, 0x62]);
        let path = PathBuf::from(name);
        assert_eq!(from_raw(&to_raw(&path)), path);
    }
}
