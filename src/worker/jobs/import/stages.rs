//! A file's two stages on the pool.

use crossbeam_channel::Sender;

use crate::{
    domain::record::ContentHash,
    engine::{
        describe::Describe,
        files::{
            ReadFiles,
            guard::{DEADLY, Guard},
        },
        store::PendingFile,
    },
    worker::work::{DescribedFile, Epoch, JobPart, ReadFile, Unusable, Work},
};

/// First stage: the file's bytes and their hash. A file that is as its preview saw it, where that
/// content needs no describing (`known`), is not read again.
pub fn read(
    epoch: Epoch,
    file: PendingFile,
    known: bool,
    (files, guard): (&dyn ReadFiles, &Guard),
    work: &Sender<Work>,
) {
    let _note = guard.note(&file.path);
    let part = if known && files.is_unchanged(&file.path, file.len, file.modified_ns) {
        JobPart::Unchanged(file)
    } else if !guard.allows(&file.path) {
        JobPart::Unusable(Unusable {
            file,
            hash: None,
            reason: DEADLY.to_owned(),
        })
    } else {
        match files.read(&file.path) {
            Ok(read) => JobPart::Read(Box::new(ReadFile {
                hash: ContentHash::of(&read.bytes),
                bytes: read.bytes,
                len: read.len,
                modified_ns: read.modified_ns,
                file,
            })),
            Err(error) => JobPart::Unusable(Unusable {
                file,
                hash: None,
                reason: error.to_string(),
            }),
        }
    };
    // A worker that has ended takes nothing; the file stays pending.
    let _ = work.send(Work::Job { epoch, part });
}

/// Second stage: the picture's descriptor.
pub fn describe(
    epoch: Epoch,
    read: ReadFile,
    (describer, guard): (&dyn Describe, &Guard),
    work: &Sender<Work>,
) {
    let _note = guard.note(&read.file.path);
    let ReadFile {
        file,
        bytes,
        hash,
        len,
        modified_ns,
    } = read;
    let part = match describer.describe(&bytes) {
        Ok(described) => JobPart::Described(Box::new(DescribedFile {
            file,
            hash,
            len,
            modified_ns,
            described,
        })),
        Err(error) => JobPart::Unusable(Unusable {
            file,
            hash: Some(hash),
            reason: error.to_string(),
        }),
    };
    let _ = work.send(Work::Job { epoch, part });
}
