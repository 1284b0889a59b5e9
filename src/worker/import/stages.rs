//! A file's two stages on the pools, and what the worker decides between them.

use std::sync::atomic::Ordering;

use crossbeam_channel::Sender;

use super::{Echo, Epoch, Running, Worker, listing::picture_name};
use crate::{
    domain::record::{ContentHash, Fields},
    engine::{
        decode::Limits,
        describe::Describe,
        files,
        index::Codes,
        store::{Done, NewRecord, Outcome, PendingFile},
    },
    worker::work::{DescribedFile, ReadFile, Unusable, Work},
};

/// First stage: the file's bytes and their hash.
pub fn read(epoch: Epoch, file: PendingFile, limits: &Limits, work: &Sender<Work>) {
    let message = match files::read(&file.path, limits) {
        Ok(read) => Work::Read {
            epoch,
            read: Box::new(ReadFile {
                hash: ContentHash(*blake3::hash(&read.bytes).as_bytes()),
                bytes: read.bytes,
                len: read.len,
                modified_ns: read.modified_ns,
                file,
            }),
        },
        Err(error) => Work::Unusable {
            epoch,
            unusable: Unusable {
                file,
                hash: None,
                reason: error.to_string(),
            },
        },
    };
    // A worker that has gone takes nothing; the file stays pending.
    let _ = work.send(message);
}

/// Second stage: the picture's descriptor.
fn describe(epoch: Epoch, read: ReadFile, describer: &dyn Describe, work: &Sender<Work>) {
    let ReadFile {
        file,
        bytes,
        hash,
        len,
        modified_ns,
    } = read;
    let message = match describer.describe(&bytes) {
        Ok(described) => Work::Described {
            epoch,
            described: Box::new(DescribedFile {
                file,
                hash,
                len,
                modified_ns,
                described,
            }),
        },
        Err(error) => Work::Unusable {
            epoch,
            unusable: Unusable {
                file,
                hash: Some(hash),
                reason: error.to_string(),
            },
        },
    };
    let _ = work.send(message);
}

impl Worker<'_> {
    /// Known bytes only note their path; new ones are described if the cap has room for them.
    pub fn read_done(&mut self, epoch: Epoch, read: ReadFile) {
        let room = self.room();
        let Some(running) = of_epoch(&mut self.importer.running, epoch) else {
            return;
        };
        let outcome = match self.catalogue.store().id_by_hash(&read.hash) {
            Ok(Some(record)) => Outcome::Unchanged {
                record,
                path: read.file.path.clone(),
                len: read.len,
                modified_ns: read.modified_ns,
            },
            Ok(None) if running.claimed.contains(&read.hash) => {
                running.landed(&read.file);
                let ReadFile {
                    file,
                    hash,
                    len,
                    modified_ns,
                    ..
                } = read;
                running.echoes.push(Echo {
                    file,
                    hash,
                    len,
                    modified_ns,
                });
                return;
            }
            Ok(None) if room == 0 => Outcome::Refused {
                path: read.file.path.clone(),
            },
            Ok(None) => {
                running.claimed.insert(read.hash);
                let (describer, work) = (self.options.describer.clone(), self.work.clone());
                let cancelled = running.cancelled.clone();
                self.pools.imports.spawn(move || {
                    if !cancelled.load(Ordering::Relaxed) {
                        describe(epoch, read, describer.as_ref(), &work);
                    }
                });
                return;
            }
            Err(error) => return self.hold(super::Hold::Space, &error.to_string()),
        };
        running.landed(&read.file);
        running.done.push(Done {
            item: read.file.item,
            outcome,
        });
    }

    pub fn described(&mut self, epoch: Epoch, file: DescribedFile) {
        let Some(running) = of_epoch(&mut self.importer.running, epoch) else {
            return;
        };
        running.landed(&file.file);
        let DescribedFile {
            file,
            hash,
            len,
            modified_ns,
            described,
        } = file;
        let fields = Fields {
            name: picture_name(&file.path),
            ..Fields::default()
        };
        running.done.push(Done {
            item: file.item,
            outcome: Outcome::New(Box::new(NewRecord {
                hash,
                fields,
                path: file.path,
                width: described.width,
                height: described.height,
                file_bytes: len,
                format: described.format.to_owned(),
                partial: described.partial,
                descriptor: Codes::quantise(&described.descriptor).to_bytes(),
                thumbnail: described.thumbnail,
                len,
                modified_ns,
            })),
        });
    }

    pub fn unusable(&mut self, epoch: Epoch, unusable: Unusable) {
        let Some(running) = of_epoch(&mut self.importer.running, epoch) else {
            return;
        };
        let Unusable { file, hash, reason } = unusable;
        running.landed(&file);
        if let Some(hash) = hash {
            running.claimed.remove(&hash);
        }
        let outcome = Outcome::Failed {
            path: file.path,
            reason,
        };
        running.done.push(Done {
            item: file.item,
            outcome,
        });
    }
}

/// The job in work, if what came back belongs to it.
fn of_epoch(running: &mut Option<Running>, epoch: Epoch) -> Option<&mut Running> {
    running.as_mut().filter(|running| running.epoch == epoch)
}
