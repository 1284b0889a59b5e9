//! What an import would do, found out before it starts: a job that nobody has agreed to yet.
//!
//! Its walk and the contents it reads are the job's list: once agreed to, the import reads only
//! what is new.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use super::{rate, supply::Supply};
use crate::{
    domain::{
        import::{FileFailure, ImportPreview, QuotaOutlook},
        job::JobId,
        record::ContentHash,
        subscription::Refusal,
        usage::Wanted,
    },
    engine::{
        decode,
        files::ReadFiles,
        store::{JobFile, PendingFile, StoreError},
    },
    worker::{
        command::RequestId,
        deadline::Deadline,
        event::{Event, FailureKind},
        shared::Shared,
        work::Work,
    },
};

/// Interval between two reports of a growing preview.
const TELL_EVERY: Duration = Duration::from_millis(150);
/// Seconds a picture takes on one thread before this catalogue has shown its own pace.
const USUAL_SECS: f64 = 0.025;
/// Files handled in one go before other work gets a turn.
const AT_ONCE: usize = 256;
/// Files whose contents are written at a time.
const WRITTEN_AT_ONCE: usize = 200;

/// A preview; dropping it stops its reading.
pub struct Survey {
    pub job: JobId,
    request: RequestId,
    preview: ImportPreview,
    folders: HashSet<PathBuf>,
    /// Contents seen, so that two copies of a new picture count as one upload.
    hashes: HashSet<ContentHash>,
    supply: Supply,
    reading: usize,
    /// Files known or read.
    examined: u64,
    /// Contents read and not written yet.
    found: Vec<(i64, Result<ContentHash, String>)>,
    /// The new pictures that take the place of a stored one.
    replacing: u64,
    walked: bool,
    told: Option<Instant>,
    cancelled: Arc<AtomicBool>,
}

impl Drop for Survey {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Survey {
    pub fn new(job: JobId, request: RequestId, roots: Vec<PathBuf>) -> Self {
        Self {
            job,
            request,
            preview: ImportPreview {
                roots,
                ..ImportPreview::default()
            },
            folders: HashSet::new(),
            hashes: HashSet::new(),
            supply: Supply::default(),
            reading: 0,
            examined: 0,
            found: Vec::new(),
            replacing: 0,
            walked: false,
            told: None,
            cancelled: Arc::default(),
        }
    }

    /// A part of the walk, which is in the store already.
    pub fn listed(&mut self, files: &[JobFile], failures: Vec<FileFailure>) {
        self.preview.files += files.len() as u64;
        self.preview.unreadable.extend(failures);
        for folder in files.iter().filter_map(|file| file.path.parent()) {
            if !self.folders.contains(folder) {
                self.folders.insert(folder.to_owned());
            }
        }
        self.supply.refill();
    }

    pub fn walked(&mut self) {
        self.walked = true;
        self.supply.refill();
    }

    /// A file was read.
    pub fn read(
        &mut self,
        shared: &Shared,
        item: i64,
        path: PathBuf,
        result: Result<ContentHash, String>,
    ) {
        self.reading = self.reading.saturating_sub(1);
        self.examined += 1;
        match &result {
            Ok(hash) => {
                let known = matches!(shared.catalogue.store().id_by_hash(hash), Ok(Some(_)));
                if known || !self.hashes.insert(*hash) {
                    self.preview.known += 1;
                } else {
                    self.preview.new += 1;
                    let replaced = shared.catalogue.store().is_replaced(&path);
                    self.replacing += u64::from(replaced.unwrap_or(false));
                }
            }
            Err(reason) => self.preview.unreadable.push(FileFailure {
                path,
                reason: reason.clone(),
            }),
        }
        self.found.push((item, result));
    }

    /// Keeps the readers busy and reports the preview's progress.
    ///
    /// # Errors
    ///
    /// [`StoreError`] where the list cannot be read or written: the preview cannot go on.
    pub fn tick(&mut self, shared: &mut Shared, now: Instant) -> Result<Deadline, StoreError> {
        if self.preview.complete {
            return Ok(Deadline::NEVER);
        }
        let more = self.feed(shared)?;
        let complete = self.walked && self.supply.is_empty() && self.reading == 0;
        if complete || self.found.len() >= WRITTEN_AT_ONCE {
            self.write(shared)?;
        }
        self.preview.complete = complete;
        let due = self.told.map_or(now, |told| told + TELL_EVERY);
        if complete || now >= due {
            self.report(shared, now);
        }
        Ok(match more {
            true => Deadline::at_once(now),
            false if complete => Deadline::NEVER,
            false => Deadline::after(self.told.unwrap_or(now), TELL_EVERY),
        })
    }

    /// Writes the contents read into the job's list.
    ///
    /// # Errors
    ///
    /// [`StoreError`]: nothing was written.
    pub fn write(&mut self, shared: &mut Shared) -> Result<(), StoreError> {
        if !self.found.is_empty() {
            let store = shared.catalogue.store_mut();
            store.note_read(self.job, &self.found)?;
            self.found.clear();
        }
        Ok(())
    }

    /// Sends the preview as it is now, with its effect on the subscription.
    pub fn report(&mut self, shared: &mut Shared, now: Instant) {
        self.told = Some(now);
        self.preview.folders = self.folders.len() as u64;
        let unread = self.preview.files.saturating_sub(self.examined);
        self.preview.estimated_secs = estimated_secs(shared, self.preview.new + unread);
        self.preview.outlook = outlook(
            shared,
            Wanted {
                uploads: self.preview.new,
                replacing: self.replacing,
            },
        );
        shared.out.send(Event::Preview {
            request: self.request,
            preview: Box::new(self.preview.clone()),
        });
    }

    pub fn fail(&self, shared: &Shared, error: &StoreError) {
        shared.out.failed(self.request, FailureKind::System, error);
    }

    /// Begins files as long as the readers want some; `true` where more can be begun at once.
    fn feed(&mut self, shared: &Shared) -> Result<bool, StoreError> {
        for _ in 0..AT_ONCE {
            if self.reading >= shared.pools.import_threads * 2 {
                return Ok(false);
            }
            let store = shared.catalogue.store();
            let Some(file) = self.supply.next(store, self.job)? else {
                return Ok(false);
            };
            // Files whose length and time are known need no reading.
            match store.known_file(&file.path)? {
                Some(known) if known.len == file.len && known.modified_ns == file.modified_ns => {
                    self.examined += 1;
                    self.preview.known += 1;
                }
                _ => self.begin(shared, file),
            }
        }
        Ok(true)
    }

    fn begin(&mut self, shared: &Shared, file: PendingFile) {
        self.reading += 1;
        let (job, cancelled) = (self.job, self.cancelled.clone());
        let (files, work) = (shared.options.files.clone(), shared.work.clone());
        shared.pools.imports.spawn(move || {
            if cancelled.load(Ordering::Relaxed) {
                return;
            }
            let result = content(files.as_ref(), &file.path);
            // A worker that has ended previews nothing.
            let _ = work.send(Work::Surveyed {
                job,
                item: file.item,
                path: file.path,
                result,
            });
        });
    }
}

/// Reads a file as far as a preview needs it.
fn content(files: &dyn ReadFiles, path: &Path) -> Result<ContentHash, String> {
    let read = files.read(path).map_err(|error| error.to_string())?;
    decode::header(&read.bytes).map_err(|error| error.to_string())?;
    Ok(ContentHash::of(&read.bytes))
}

fn estimated_secs(shared: &Shared, pictures: u64) -> f64 {
    let usual = || shared.pools.import_threads as f64 / USUAL_SECS;
    pictures as f64 / rate::remembered(shared.catalogue.store()).unwrap_or_else(usual)
}

/// What these uploads would do to the month.
fn outlook(shared: &mut Shared, wanted: Wanted) -> QuotaOutlook {
    let standing = shared.standing();
    let mut outlook = QuotaOutlook {
        uploaded: shared.door.uploaded,
        stored: shared.catalogue.stored(),
        cap: standing.cap(),
        resets_at: standing.billing_month.map(|(_, end)| end),
        ..QuotaOutlook::default()
    };
    if let Err(refusal) = shared.may_call() {
        outlook.refusal = Some(refusal.to_string());
        return outlook;
    }
    let admission = shared.admission(wanted);
    outlook.fits = admission.accepted;
    if let Some(Refusal::CapReached(reached)) = admission.refusal {
        outlook.cheapest = reached.cheapest;
    }
    outlook
}
