//! Paths as bytes, and as people see them.
//!
//! As bytes every path the system can name comes back exactly as it was. On Unix these are the
//! path's own. Elsewhere they are the text in UTF-8, or, for a path that is not Unicode (unpaired
//! surrogates on Windows), a zero byte and its UTF-16 units in little-endian order: no path's text
//! starts with a zero.

use std::{
    fmt::{self, Display, Formatter},
    path::{Path, PathBuf},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::text::Visible;

#[cfg(unix)]
pub fn to_raw(path: &Path) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().to_vec()
}

#[cfg(unix)]
pub fn from_raw(raw: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(raw))
}

#[cfg(windows)]
pub fn to_raw(path: &Path) -> Vec<u8> {
    use std::os::windows::ffi::OsStrExt;
    if let Some(text) = path.to_str() {
        return text.as_bytes().to_vec();
    }
    std::iter::once(0)
        .chain(path.as_os_str().encode_wide().flat_map(u16::to_le_bytes))
        .collect()
}

#[cfg(windows)]
pub fn from_raw(raw: &[u8]) -> PathBuf {
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

/// As searched; not exact where the path is no Unicode.
pub fn lossy(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// A path as it is shown: what does not print, or would forge another text, is escaped, and bytes
/// that are no Unicode are `\xff`.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a>(&'a Path);

/// See [`Shown`].
pub fn shown(path: &Path) -> Shown<'_> {
    Shown(path)
}

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for chunk in self.0.as_os_str().as_encoded_bytes().utf8_chunks() {
            Visible(chunk.valid()).fmt(f)?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02x}")?;
            }
        }
        Ok(())
    }
}

/// The last part of a path as it is shown; the whole path where it has none.
pub fn shown_name(path: &Path) -> String {
    shown(path.file_name().map_or(path, Path::new)).to_string()
}

/// The exact bytes of a path that is no Unicode, in base64; none where the text is exact.
pub fn bytes_if_lossy(path: &Path) -> Option<String> {
    path.to_str()
        .is_none()
        .then(|| BASE64_STANDARD.encode(to_raw(path)))
}

/// Serializes, flattened, as `path` with U+FFFD for what is no Unicode, and then as `path_bytes`
/// as well, exactly, in base64.
pub fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row {
        path: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        path_bytes: Option<String>,
    }
    let row = Row {
        path: lossy(path),
        path_bytes: bytes_if_lossy(path),
    };
    row.serialize(to)
}

/// The same for several, as `paths`; where any is no Unicode, `paths_bytes` has its bytes at the
/// same place, and null for the others.
pub fn serialize_all<S: Serializer>(paths: &[PathBuf], to: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Row {
        paths: Vec<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        paths_bytes: Option<Vec<Option<String>>>,
    }
    let exact: Vec<_> = paths.iter().map(|path| bytes_if_lossy(path)).collect();
    let row = Row {
        paths: paths.iter().map(|path| lossy(path)).collect(),
        paths_bytes: exact.iter().any(Option::is_some).then_some(exact),
    };
    row.serialize(to)
}

/// A path in a file of the program's own: a text, or where that would not be exact, its bytes in
/// base64.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept {
    Text(String),
    Bytes { bytes: String },
}

/// Serializes so that [`deserialize_exact`] gives the very path.
///
/// # Errors
///
/// The serializer's own.
pub fn serialize_exact<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
    let kept = path.as_ref().map(|path| match bytes_if_lossy(path) {
        Some(bytes) => Kept::Bytes { bytes },
        None => Kept::Text(lossy(path)),
    });
    kept.serialize(to)
}

/// Reads what [`serialize_exact`] wrote.
///
/// # Errors
///
/// Where it is something else.
pub fn deserialize_exact<'de, D: Deserializer<'de>>(from: D) -> Result<Option<PathBuf>, D::Error> {
    Ok(match Option::<Kept>::deserialize(from)? {
        Some(Kept::Text(text)) => Some(PathBuf::from(text)),
        Some(Kept::Bytes { bytes }) => {
            let raw = BASE64_STANDARD.decode(bytes).map_err(D::Error::custom)?;
            Some(from_raw(&raw))
        }
        None => None,
    })
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

    #[cfg(unix)]
    #[test]
    fn a_path_is_shown_without_anything_that_acts_on_a_terminal_or_forges_a_row() {
        use std::os::unix::ffi::OsStrExt;
        let name = b"a\nb\x1b[31m\xff\xc2\x9b\xe2\x80\xae'gpj\\";
        let path = Path::new(std::ffi::OsStr::from_bytes(name));
        assert_eq!(
            shown(path).to_string(),
            "a\\nb\\u{1b}[31m\\xff\\u{9b}\\u{202e}'gpj\\"
        );
    }

    #[cfg(unix)]
    #[test]
    fn only_a_path_that_is_no_unicode_carries_its_bytes() {
        use std::os::unix::ffi::OsStrExt;
        let odd = PathBuf::from(std::ffi::OsStr::from_bytes(b"a\xff"));
        assert_eq!(bytes_if_lossy(&odd).as_deref(), Some("Yf8="));
        assert_eq!(bytes_if_lossy(Path::new("b")), None);
        let json = |paths: &[PathBuf]| {
            let mut text = Vec::new();
            serialize_all(paths, &mut serde_json::Serializer::new(&mut text)).unwrap();
            String::from_utf8(text).unwrap()
        };
        assert_eq!(json(&["b".into()]), r#"{"paths":["b"]}"#);
        assert_eq!(
            json(&["b".into(), odd]),
            "{\"paths\":[\"b\",\"a\u{fffd}\"],\"paths_bytes\":[null,\"Yf8=\"]}"
        );
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
