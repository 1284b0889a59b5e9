//! A file's two stages on the pool.

use crossbeam_channel::Sender;

use crate::{
    domain::record::ContentHash,
    engine::{describe::Describe, files::ReadFiles, store::PendingFile},
    worker::work::{DescribedFile, Epoch, JobPart, ReadFile, Unusable, Work},
};

/// First stage: the file's bytes and their hash. A file that is as its preview saw it, where that
/// content needs no describing (`known`), is not read again.
pub fn read(
    epoch: Epoch,
    file: PendingFile,
    known: bool,
    files: &dyn ReadFiles,
    work: &Sender<Work>,
) {
    let part = if known && files.is_unchanged(&file.path, file.len, file.modified_ns) {
        JobPart::Unchanged(file)
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
pub fn describe(epoch: Epoch, read: ReadFile, describer: &dyn Describe, work: &Sender<Work>) {
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
