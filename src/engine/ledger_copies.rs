//! Copies of the ledgers beside the account, one a catalogue, so that a lost data folder takes no
//! paid time with it, and a ledger changed in one place shows.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    files::{private, whole},
    store::{Store, StoreError},
};
use crate::domain::{path, subscription::Order};

/// The folder of the copies within the account's.
const FOLDER: &str = "ledgers";
const END: &str = ".json";

/// The copies of one account.
pub struct LedgerCopies {
    config_dir: PathBuf,
}

/// The ledger of a catalogue as it was copied.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerCopy {
    pub catalogue_id: String,
    /// Where the catalogue was.
    pub data_dir: PathBuf,
    pub orders: Vec<Order>,
}

/// What a copy's file holds.
#[derive(Serialize, Deserialize)]
struct Content {
    #[serde(
        serialize_with = "path::serialize_exact",
        deserialize_with = "path::deserialize_exact"
    )]
    data_dir: Option<PathBuf>,
    orders: Vec<Order>,
    /// BLAKE3 of the orders, in hexadecimal.
    hash: String,
}

impl LedgerCopies {
    pub fn new(config_dir: &Path) -> Self {
        let copies = Self {
            config_dir: config_dir.to_owned(),
        };
        for folder in [config_dir, &copies.folder()] {
            whole::discard_parts(folder);
        }
        copies
    }

    /// The copy of a catalogue's ledger; none where there is none, or it makes no sense.
    pub fn read(&self, catalogue_id: &str) -> Option<LedgerCopy> {
        let text = whole::read(&self.file(catalogue_id)).ok()?;
        let content: Content = serde_json::from_slice(&text).ok()?;
        (content.hash == hash(&content.orders)).then(|| LedgerCopy {
            catalogue_id: catalogue_id.to_owned(),
            data_dir: content.data_dir.unwrap_or_default(),
            orders: content.orders,
        })
    }

    /// Writes the copy of a catalogue's ledger.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the account's folder cannot be written.
    pub fn write(&self, copy: &LedgerCopy) -> Result<(), StoreError> {
        let file = self.file(&copy.catalogue_id);
        for folder in [&self.config_dir, &self.folder()] {
            private::create_folder(folder, &private::CONFIG_FILES)
                .map_err(|error| StoreError::io(folder, error))?;
        }
        let content = Content {
            data_dir: Some(copy.data_dir.clone()),
            orders: copy.orders.clone(),
            hash: hash(&copy.orders),
        };
        Ok(whole::write_with(&file, whole::Access::Private, |out| {
            Ok(serde_json::to_writer(out, &content)?)
        })?)
    }

    /// The file of a catalogue's copy, whether it is there or not.
    pub fn file(&self, catalogue_id: &str) -> PathBuf {
        self.folder().join(format!("{catalogue_id}{END}"))
    }

    /// The files of copies that make no sense.
    pub fn damaged(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder()).into_iter().flatten().flatten();
        let unread = entries.filter(|entry| {
            let name = entry.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(END));
            id.is_some_and(|id| self.read(id).is_none())
        });
        unread.map(|entry| entry.path()).collect()
    }

    /// The copies of catalogues that are no longer where they were.
    ///
    /// # Errors
    ///
    /// Where the folder of the copies cannot be read.
    pub fn lost(&self) -> io::Result<Vec<LedgerCopy>> {
        let entries = match fs::read_dir(self.folder()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut lost = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(END));
            let Some(copy) = id.and_then(|id| self.read(id)) else {
                continue;
            };
            let here = Store::id_in(&copy.data_dir);
            if here.as_deref() != Some(&copy.catalogue_id) {
                lost.push(copy);
            }
        }
        Ok(lost)
    }

    fn folder(&self) -> PathBuf {
        Self::folder_in(&self.config_dir)
    }

    /// The folder of the copies within the account's.
    pub fn folder_in(config_dir: &Path) -> PathBuf {
        config_dir.join(FOLDER)
    }
}

fn hash(orders: &[Order]) -> String {
    let text = serde_json::to_vec(orders).unwrap_or_default();
    blake3::hash(&text).to_hex().to_string()
}
