//! A running import: keeps the pools supplied, decides a file's next stage, commits.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    sync::atomic::Ordering,
    time::Instant,
};

use super::{batch::Waiting, stages};
use crate::{
    domain::{
        job::HeldBy,
        record::{ContentHash, Fields, RecordId},
        usage::Wanted,
    },
    engine::{
        catalogue::CatalogueError,
        index::Codes,
        store::{Batch, Committed, NewRecord, Outcome, PendingFile, StoreError},
    },
    worker::{
        deadline::Deadline,
        event::Event,
        jobs::{
            run::{Run, Step, Stretch},
            supply::Supply,
        },
        shared::Shared,
        work::{DescribedFile, JobPart, ReadFile, Unusable},
    },
};

/// Files handled in one go before other work gets a turn.
const AT_ONCE: usize = 256;
/// Bytes of files held in memory at most, beside the one a thread works on.
const MOST_BYTES: u64 = 256 << 20;
/// Outcomes that may wait for their commit before no further file is begun.
const MOST_WAITING: usize = 2_000;
/// Freshly indexed pictures shown in one event.
const SHOWN: usize = 32;

/// A file whose content is that of one in flight: it is looked up once that one is committed.
struct Echo {
    file: PendingFile,
    hash: ContentHash,
    len: u64,
    modified_ns: i64,
}

/// The running import.
#[derive(Default)]
pub struct Import {
    supply: Supply,
    /// Files on the pool, and the bytes they hold in memory.
    in_flight: usize,
    bytes_in_flight: u64,
    /// New pictures being described or waiting for their commit: uploads claimed from the cap.
    claimed: HashMap<ContentHash, Wanted>,
    /// Contents that a preview has read, of files being read again to be described.
    expected: HashSet<ContentHash>,
    echoes: Vec<Echo>,
    waiting: Waiting,
}

impl Run for Import {
    fn advance(
        &mut self,
        shared: &mut Shared,
        stretch: &mut Stretch,
        now: Instant,
    ) -> Result<Step, CatalogueError> {
        let more = self.feed(shared, stretch)?;
        let drained = self.in_flight == 0 && self.supply.is_empty();
        self.settle_echoes(shared)?;
        if self
            .waiting
            .due_at(now, drained)
            .is_some_and(|due| due <= now)
        {
            self.commit(shared, stretch, false)?;
        }
        if self.is_finished() {
            return Ok(match stretch.job.refused {
                0 => {
                    let store = shared.catalogue.store_mut();
                    stretch.rate.remember(store, stretch.job.indexed);
                    Step::Done
                }
                refused => Step::Held(HeldBy::Subscription, shared.cap_refusal(refused)),
            });
        }
        let due = self.waiting.due_at(now, drained);
        let due = due.map_or(Deadline::NEVER, Deadline::at);
        // A commit may have let echoes go, which are files to look up again.
        let again = more || (drained && !self.supply.is_empty());
        Ok(Step::Wait(match again {
            true => Deadline::at_once(now),
            false => due,
        }))
    }

    fn handle(
        &mut self,
        shared: &mut Shared,
        stretch: &mut Stretch,
        part: JobPart,
    ) -> Result<(), CatalogueError> {
        match part {
            JobPart::Unchanged(file) => self.unchanged(shared, stretch, file)?,
            JobPart::Read(read) => self.read(shared, stretch, *read)?,
            JobPart::Described(described) => self.described(*described),
            JobPart::Unusable(unusable) => self.unusable(shared, unusable),
            JobPart::Reembedded { .. } => {}
        }
        Ok(())
    }

    fn leave(&mut self, shared: &mut Shared, stretch: &mut Stretch) -> Result<(), CatalogueError> {
        self.settle_echoes(shared)?;
        self.commit(shared, stretch, true)
    }

    fn waits_for_turn(&self) -> bool {
        self.waiting.waits_for_turn()
    }
}

impl Import {
    fn is_finished(&self) -> bool {
        self.supply.is_empty()
            && self.in_flight == 0
            && self.echoes.is_empty()
            && self.waiting.is_empty()
    }

    /// Begins files as long as the pool wants some; `true` where more can be begun at once.
    fn feed(&mut self, shared: &mut Shared, stretch: &Stretch) -> Result<bool, CatalogueError> {
        let most = shared.pools.import_threads * 3 + 2;
        for _ in 0..AT_ONCE {
            if self.in_flight >= most
                || self.waiting.len() >= MOST_WAITING
                || (self.in_flight > 0 && self.bytes_in_flight > MOST_BYTES)
            {
                return Ok(false);
            }
            let store = shared.catalogue.store();
            let Some(file) = self.supply.next(store, stretch.job.id)? else {
                return Ok(false);
            };
            self.begin(shared, stretch, file)?;
        }
        Ok(true)
    }

    /// A file whose length and time are those it was indexed with is not read again, nor is one
    /// whose content a preview has read and that needs no describing.
    fn begin(
        &mut self,
        shared: &mut Shared,
        stretch: &Stretch,
        file: PendingFile,
    ) -> Result<(), CatalogueError> {
        if let Some(known) = shared.catalogue.store().known_file(&file.path)?
            && (known.len, known.modified_ns) == (file.len, file.modified_ns)
        {
            self.waiting.push(
                file.item,
                Outcome::Unchanged {
                    record: known.record,
                    path: file.path,
                    len: file.len,
                    modified_ns: file.modified_ns,
                },
            );
            return Ok(());
        }
        let mut known = false;
        if let Some(hash) = file.hash {
            if self.is_in_flight(&hash) {
                let (len, modified_ns) = (file.len, file.modified_ns);
                self.echoes.push(Echo {
                    file,
                    hash,
                    len,
                    modified_ns,
                });
                return Ok(());
            }
            known = shared.catalogue.store().id_by_hash(&hash)?.is_some();
            if !known && !has_room(shared, &file.path)? {
                self.waiting
                    .push(file.item, Outcome::Refused { path: file.path });
                return Ok(());
            }
            if !known {
                self.expected.insert(hash);
            }
        }
        self.in_flight += 1;
        self.bytes_in_flight += file.len;
        let (files, work) = (shared.options.files.clone(), shared.work.clone());
        let guard = shared.guard.clone();
        let (epoch, cancelled) = (stretch.epoch, stretch.cancelled.clone());
        shared.pools.imports.spawn(move || {
            if !cancelled.load(Ordering::Relaxed) {
                stages::read(epoch, file, known, (files.as_ref(), &guard), &work);
            }
        });
        Ok(())
    }

    fn back(&mut self, file: &PendingFile) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.bytes_in_flight = self.bytes_in_flight.saturating_sub(file.len);
        if let Some(hash) = &file.hash {
            self.expected.remove(hash);
        }
    }

    fn is_in_flight(&self, hash: &ContentHash) -> bool {
        self.claimed.contains_key(hash) || self.expected.contains(hash)
    }

    /// The file is as its preview saw it, and its content was in the catalogue then.
    fn unchanged(
        &mut self,
        shared: &mut Shared,
        stretch: &Stretch,
        file: PendingFile,
    ) -> Result<(), CatalogueError> {
        self.back(&file);
        let known = match file.hash {
            Some(hash) => shared.catalogue.store().id_by_hash(&hash)?,
            None => None,
        };
        match known {
            Some(record) => self.waiting.push(
                file.item,
                Outcome::Unchanged {
                    record,
                    path: file.path,
                    len: file.len,
                    modified_ns: file.modified_ns,
                },
            ),
            // Removed meanwhile: it is new.
            None => self.begin(shared, stretch, PendingFile { hash: None, ..file })?,
        }
        Ok(())
    }

    /// Known bytes only note their path; new ones are described if the cap has room for them.
    fn read(
        &mut self,
        shared: &mut Shared,
        stretch: &Stretch,
        read: ReadFile,
    ) -> Result<(), CatalogueError> {
        let outcome = match shared.catalogue.store().id_by_hash(&read.hash)? {
            Some(record) => Outcome::Unchanged {
                record,
                path: read.file.path.clone(),
                len: read.len,
                modified_ns: read.modified_ns,
            },
            None if self.claimed.contains_key(&read.hash) => {
                self.back(&read.file);
                self.echoes.push(Echo {
                    file: read.file,
                    hash: read.hash,
                    len: read.len,
                    modified_ns: read.modified_ns,
                });
                return Ok(());
            }
            None if !has_room(shared, &read.file.path)? => Outcome::Refused {
                path: read.file.path.clone(),
            },
            None => {
                self.claim(shared, read.hash, &read.file.path)?;
                let (describer, work) = (shared.options.describer.clone(), shared.work.clone());
                let guard = shared.guard.clone();
                let (epoch, cancelled) = (stretch.epoch, stretch.cancelled.clone());
                shared.pools.imports.spawn(move || {
                    if !cancelled.load(Ordering::Relaxed) {
                        stages::describe(epoch, read, (describer.as_ref(), &guard), &work);
                    }
                });
                return Ok(());
            }
        };
        self.back(&read.file);
        self.waiting.push(read.file.item, outcome);
        Ok(())
    }

    fn described(&mut self, file: DescribedFile) {
        self.back(&file.file);
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
        self.waiting.push(
            file.item,
            Outcome::New(Box::new(NewRecord {
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
        );
    }

    fn unusable(&mut self, shared: &mut Shared, unusable: Unusable) {
        let Unusable { file, hash, reason } = unusable;
        self.back(&file);
        if let Some(hash) = hash {
            self.release(shared, &hash);
        }
        self.waiting.push(
            file.item,
            Outcome::Failed {
                path: file.path,
                reason,
            },
        );
    }

    fn claim(
        &mut self,
        shared: &mut Shared,
        hash: ContentHash,
        path: &Path,
    ) -> Result<(), StoreError> {
        self.claimed.insert(hash, wanted_for(shared, path)?);
        self.tell_claims(shared);
        Ok(())
    }

    fn release(&mut self, shared: &mut Shared, hash: &ContentHash) {
        self.claimed.remove(hash);
        self.tell_claims(shared);
    }

    fn tell_claims(&self, shared: &mut Shared) {
        shared.door.claimed = Wanted {
            uploads: self.claimed.len() as u64,
            replacing: self.claimed.values().map(|wanted| wanted.replacing).sum(),
        };
    }

    /// Files whose content was in flight for another path: known now, or to be read again where
    /// that other one failed.
    fn settle_echoes(&mut self, shared: &Shared) -> Result<(), CatalogueError> {
        for echo in std::mem::take(&mut self.echoes) {
            if self.is_in_flight(&echo.hash) {
                self.echoes.push(echo);
                continue;
            }
            match shared.catalogue.store().id_by_hash(&echo.hash)? {
                Some(record) => self.waiting.push(
                    echo.file.item,
                    Outcome::Unchanged {
                        record,
                        path: echo.file.path,
                        len: echo.len,
                        modified_ns: echo.modified_ns,
                    },
                ),
                None => self.supply.put_back(PendingFile {
                    hash: None,
                    ..echo.file
                }),
            }
        }
        Ok(())
    }

    fn commit(
        &mut self,
        shared: &mut Shared,
        stretch: &mut Stretch,
        leaving: bool,
    ) -> Result<(), CatalogueError> {
        while !self.waiting.is_empty() {
            let clock = shared.options.clock.now();
            let (done, calls) = self.waiting.take(&mut shared.door, clock, leaving);
            if done.is_empty() {
                return Ok(());
            }
            let batch = Batch {
                job: Some(stretch.job.id),
                done,
                now: shared.now(),
                calls,
            };
            let committed = shared.catalogue.commit(&batch)?;
            self.committed(shared, stretch, &batch, &committed);
            self.settle_echoes(shared)?;
        }
        Ok(())
    }

    fn committed(
        &mut self,
        shared: &mut Shared,
        stretch: &mut Stretch,
        batch: &Batch,
        committed: &[Committed],
    ) {
        let job = &mut stretch.job;
        let mut fresh: Vec<RecordId> = Vec::new();
        for (done, result) in batch.done.iter().zip(committed) {
            match &done.outcome {
                Outcome::New(new) => {
                    self.release(shared, &new.hash);
                    if result.new {
                        job.indexed += 1;
                        fresh.extend(result.record);
                    } else {
                        job.unchanged += 1;
                    }
                }
                Outcome::Unchanged { .. } => job.unchanged += 1,
                Outcome::Failed { .. } => job.failed += 1,
                Outcome::Refused { .. } => job.refused += 1,
            }
        }
        stretch.rate.add(committed.len() as u64);
        shared.door.uploaded += fresh.len() as u64;
        shared.touch();
        if !fresh.is_empty() {
            shared.changes.uploads = true;
            let ids = fresh.split_off(fresh.len().saturating_sub(SHOWN));
            shared.out.send(Event::Indexed { ids });
        }
    }
}

/// The name a picture starts with: its file's.
fn picture_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// What a picture of new content at this path takes of the cap.
fn wanted_for(shared: &Shared, path: &Path) -> Result<Wanted, StoreError> {
    shared.catalogue.store().is_replaced(path).map(Wanted::one)
}

fn has_room(shared: &mut Shared, path: &Path) -> Result<bool, StoreError> {
    let wanted = wanted_for(shared, path)?;
    Ok(shared.admission(wanted).accepted > 0)
}
