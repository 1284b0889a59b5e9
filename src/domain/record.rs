//! What the catalogue remembers of one picture.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{path, text::Visible};

/// Row id of a picture in one catalogue; never reused within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RecordId(pub i64);

impl std::fmt::Display for RecordId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// BLAKE3 of the file's bytes: a picture's identity, whatever its path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// BLAKE3 of a file's bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl std::fmt::Display for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

/// The fields a person may edit: the hosted service's, under its names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// Groups several pictures of one product ("one result a product").
    pub product_id: String,
    /// Starts as the file's name.
    pub name: String,
    pub category: String,
    /// Free text, returned as it was given.
    pub custom: String,
    /// `int_attr1` to `int_attr4`.
    pub ints: [Option<i64>; 4],
    /// `str_attr1` to `str_attr4`.
    pub strs: [Option<String>; 4],
}

/// One indexed picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    pub id: RecordId,
    #[serde(serialize_with = "hash_as_hex")]
    pub hash: ContentHash,
    pub fields: Fields,
    /// Where the picture's file was last seen; never empty, the newest first.
    #[serde(flatten, serialize_with = "path::serialize_all")]
    pub paths: Vec<PathBuf>,
    /// Pixels, after the orientation was applied.
    pub width: u32,
    pub height: u32,
    /// Length of the file in bytes.
    pub file_bytes: u64,
    /// The format's short name as recognised by content, such as `JPEG`.
    pub format: String,
    /// The file ended early and only a part of the picture was decoded.
    pub partial: bool,
    pub indexed_at: Timestamp,
}

impl Record {
    /// The picture's name, or the file's where it was cleared, as it is shown.
    pub fn title(&self) -> String {
        if !self.fields.name.is_empty() {
            return Visible(&self.fields.name).to_string();
        }
        match self.paths.first() {
            Some(path) => path::shown_name(path),
            None => format!("picture {}", self.id),
        }
    }
}

fn hash_as_hex<S: serde::Serializer>(hash: &ContentHash, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(hash)
}

/// A change of fields over a selection; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEdit {
    pub product_id: Option<String>,
    pub name: Option<String>,
    pub category: Option<String>,
    pub custom: Option<String>,
    /// The inner `None` clears the attribute.
    pub ints: [Option<Option<i64>>; 4],
    pub strs: [Option<Option<String>>; 4],
}

impl FieldEdit {
    pub fn apply(&self, fields: &mut Fields) {
        fn set<T: Clone>(to: &mut T, from: &Option<T>) {
            if let Some(value) = from {
                to.clone_from(value);
            }
        }
        set(&mut fields.product_id, &self.product_id);
        set(&mut fields.name, &self.name);
        set(&mut fields.category, &self.category);
        set(&mut fields.custom, &self.custom);
        for i in 0..4 {
            set(&mut fields.ints[i], &self.ints[i]);
            set(&mut fields.strs[i], &self.strs[i]);
        }
    }
}
