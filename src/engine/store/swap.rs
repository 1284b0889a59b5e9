//! Swaps the files of the data folder for those of another catalogue.
//!
//! What is to move is written to `swap.json` first; from then on opening the folder finishes the
//! swap, however often it is interrupted. Before it, nothing has happened.

use std::{fs, io, path::Path};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Result, StoreError,
    backup::discard_backups,
    files::{self, CATALOGUE, THUMBNAILS},
};
use crate::engine::files::{
    private,
    whole::{self, Access},
};

const PLAN: &str = "swap.json";
/// Says in a folder set aside when that was and how much is in it.
pub(super) const LABEL: &str = "released.json";
const FILES: [&str; 2] = [CATALOGUE, THUMBNAILS];

/// A swap under way; folders by their names in the data folder.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Swap {
    pub incoming: String,
    pub outgoing: String,
    pub label: Label,
    /// The files that go out hold no picture: they are not kept.
    pub drop_outgoing: bool,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Label {
    pub released_at: Timestamp,
    pub pictures: u64,
}

/// Completes a swap that was begun; each step is skipped if already done.
pub(super) fn finish(dir: &Path) -> Result<()> {
    let plan = dir.join(PLAN);
    let text = match whole::read(&plan) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::io(&plan, error)),
    };
    let swap: Swap = parse(&plan, &text)?;
    if !is_own(dir, &swap) {
        return Err(StoreError::Note { path: plan });
    }
    let (incoming, outgoing) = (dir.join(&swap.incoming), dir.join(&swap.outgoing));
    private::create_folder(&outgoing, &[]).map_err(|error| StoreError::io(&outgoing, error))?;
    for name in FILES {
        // Until its successor has moved in, what lies in the data folder is the old file.
        if incoming.join(name).exists() && !outgoing.join(name).exists() {
            rename(&dir.join(name), &outgoing.join(name))?;
        }
        if incoming.join(name).exists() {
            rename(&incoming.join(name), &dir.join(name))?;
        }
    }
    discard(&incoming)?;
    // They belong to a catalogue that is now complete elsewhere, or held nothing.
    discard_backups(dir)?;
    if swap.drop_outgoing {
        discard(&outgoing)?;
    } else {
        write_json(&outgoing.join(LABEL), &swap.label)?;
    }
    whole::sync_folder(dir).map_err(|error| StoreError::io(dir, error))?;
    fs::remove_file(&plan).map_err(|error| StoreError::io(&plan, error))
}

/// Whether a plan names two folders that a swap may move and delete, and nothing else: the file may
/// be damaged or another's.
fn is_own(dir: &Path, swap: &Swap) -> bool {
    // A link leads out of the data folder. What is not there was moved already, or is made.
    let is_plain = |name: &String| match dir.join(name).symlink_metadata() {
        Ok(metadata) => metadata.is_dir(),
        Err(_) => true,
    };
    swap.incoming != swap.outgoing
        && (swap.incoming == files::INCOMING || files::is_set_aside(&swap.incoming))
        && files::is_set_aside(&swap.outgoing)
        && [&swap.incoming, &swap.outgoing].into_iter().all(is_plain)
}

/// Writes the plan, which is the instant the swap has happened, and carries it out.
pub(super) fn begin(dir: &Path, swap: &Swap) -> Result<()> {
    write_json(&dir.join(PLAN), swap)?;
    finish(dir)
}

/// Deletes a folder; one that is not there is deleted already.
pub(super) fn discard(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io(folder, error)),
        _ => Ok(()),
    }
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|error| StoreError::io(from, error))
}

pub(super) fn parse<T: for<'de> Deserialize<'de>>(path: &Path, text: &[u8]) -> Result<T> {
    let path = path.to_owned();
    serde_json::from_slice(text).map_err(|_| StoreError::Note { path })
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    Ok(whole::write_with(path, Access::Private, |out| {
        Ok(serde_json::to_writer_pretty(out, value)?)
    })?)
}
