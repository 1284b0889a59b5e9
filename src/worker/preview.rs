//! What an import would do, found out before it starts.

use std::{
    collections::{HashSet, VecDeque},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crossbeam_channel::Sender;

use super::{command::RequestId, event::Event, run::Worker, work::Work};
use crate::{
    domain::{
        import::{FileFailure, ImportPreview, QuotaOutlook},
        record::ContentHash,
        subscription::Refusal,
    },
    engine::{
        decode::{self, Limits},
        files::{self, Found},
    },
};

/// Files a message of the walk carries.
const CHUNK: usize = 500;
/// Growing previews are told so often.
const TELL_EVERY: Duration = Duration::from_millis(150);
/// Seconds a picture takes on one thread before this catalogue has shown its own pace.
const USUAL_SECS: f64 = 0.025;
/// Key of the pace in the store: pictures a second of the last long import.
pub const PACE: &str = "import_pace";

/// A preview in the making; dropping it stops the walk.
pub struct Preview {
    request: RequestId,
    preview: ImportPreview,
    folders: HashSet<PathBuf>,
    /// Bytes seen, so that two copies of a new picture count as one upload.
    hashes: HashSet<ContentHash>,
    to_read: VecDeque<Found>,
    reading: usize,
    walked: bool,
    told: Instant,
    cancelled: Arc<AtomicBool>,
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }
}

impl Worker<'_> {
    pub fn start_preview(&mut self, request: RequestId, roots: Vec<PathBuf>) {
        let cancelled = Arc::<AtomicBool>::default();
        let (stop, work, walked) = (cancelled.clone(), self.work.clone(), roots.clone());
        self.pools
            .background
            .spawn(move || walk(request, &walked, &stop, &work));
        self.preview = Some(Preview {
            request,
            preview: ImportPreview {
                roots,
                ..ImportPreview::default()
            },
            folders: HashSet::new(),
            hashes: HashSet::new(),
            to_read: VecDeque::new(),
            reading: 0,
            walked: false,
            told: Instant::now(),
            cancelled,
        });
    }

    /// Files whose size and time are known need no reading.
    pub fn preview_found(
        &mut self,
        request: RequestId,
        found: Vec<Found>,
        failures: Vec<FileFailure>,
    ) {
        let Some(making) = self.preview.as_mut().filter(|one| one.request == request) else {
            return;
        };
        making.preview.files += found.len() as u64;
        making.preview.unreadable.extend(failures);
        for file in found {
            if let Some(folder) = file.path.parent()
                && !making.folders.contains(folder)
            {
                making.folders.insert(folder.to_owned());
            }
            match self.catalogue.store().known_file(&file.path) {
                Ok(Some(known))
                    if known.len == file.len && known.modified_ns == file.modified_ns =>
                {
                    making.preview.known += 1;
                }
                _ => making.to_read.push_back(file),
            }
        }
    }

    pub fn preview_walked(&mut self, request: RequestId) {
        if let Some(making) = self.preview.as_mut().filter(|one| one.request == request) {
            making.walked = true;
        }
    }

    pub fn preview_read(
        &mut self,
        request: RequestId,
        path: PathBuf,
        result: Result<ContentHash, String>,
    ) {
        let Some(making) = self.preview.as_mut().filter(|one| one.request == request) else {
            return;
        };
        making.reading -= 1;
        match result {
            Ok(hash) => {
                let known = matches!(self.catalogue.store().id_by_hash(&hash), Ok(Some(_)));
                if known || !making.hashes.insert(hash) {
                    making.preview.known += 1;
                } else {
                    making.preview.new += 1;
                }
            }
            Err(reason) => making.preview.unreadable.push(FileFailure { path, reason }),
        }
    }

    /// Keeps the readers busy and tells how far the preview is.
    pub fn tick_preview(&mut self, now: Instant) {
        let Some(making) = &mut self.preview else {
            return;
        };
        while making.reading < self.pools.import_threads * 2 {
            let Some(file) = making.to_read.pop_front() else {
                break;
            };
            making.reading += 1;
            let (request, cancelled) = (making.request, making.cancelled.clone());
            let (limits, work) = (self.options.limits, self.work.clone());
            self.pools.imports.spawn(move || {
                if !cancelled.load(Ordering::Relaxed) {
                    read(request, file, &limits, &work);
                }
            });
        }
        let complete = making.walked && making.to_read.is_empty() && making.reading == 0;
        if !complete && now.duration_since(making.told) < TELL_EVERY {
            return;
        }
        making.told = now;
        making.preview.complete = complete;
        making.preview.folders = making.folders.len() as u64;
        let request = making.request;
        let mut preview = making.preview.clone();
        let unread = making.to_read.len() + making.reading;
        preview.estimated_secs = self.estimated_secs(preview.new + unread as u64);
        preview.outlook = self.outlook(preview.new);
        self.out.send(Event::Preview {
            request,
            preview: Box::new(preview),
        });
        if complete {
            self.preview = None;
        }
    }

    fn estimated_secs(&self, pictures: u64) -> f64 {
        let pace = self
            .catalogue
            .store()
            .account_value(PACE)
            .ok()
            .flatten()
            .and_then(|text| text.parse::<f64>().ok())
            .filter(|pace| *pace > 0.0)
            .unwrap_or(self.pools.import_threads as f64 / USUAL_SECS);
        pictures as f64 / pace
    }

    /// What `new` uploads would do to the month.
    fn outlook(&mut self, new: u64) -> QuotaOutlook {
        let standing = self.standing();
        let mut outlook = QuotaOutlook {
            uploaded: self.door.uploaded,
            stored: self.catalogue.stored(),
            cap: standing.cap(),
            resets_at: standing.billing_month.map(|(_, end)| end),
            ..QuotaOutlook::default()
        };
        if let Err(refusal) = self.may_add() {
            outlook.refusal = Some(refusal.to_string());
            return outlook;
        }
        let admission = self.admission(new);
        outlook.fits = admission.accepted;
        if let Some(Refusal::CapReached(reached)) = admission.refusal {
            outlook.cheapest = reached.cheapest;
        }
        outlook
    }
}

fn walk(request: RequestId, roots: &[PathBuf], cancelled: &AtomicBool, work: &Sender<Work>) {
    let chunk = std::cell::RefCell::new((Vec::new(), Vec::new()));
    let pass_on = |least: usize| {
        let (found, failures) = &mut *chunk.borrow_mut();
        if found.len() + failures.len() > least {
            // A worker that has gone previews nothing.
            let _ = work.send(Work::PreviewFound {
                request,
                found: std::mem::take(found),
                failures: std::mem::take(failures),
            });
        }
    };
    files::walk(
        roots,
        &|| cancelled.load(Ordering::Relaxed),
        &mut |found| {
            chunk.borrow_mut().0.push(found);
            pass_on(CHUNK - 1);
        },
        &mut |failure| {
            chunk.borrow_mut().1.push(failure);
            pass_on(CHUNK - 1);
        },
    );
    pass_on(0);
    let _ = work.send(Work::PreviewWalked { request });
}

fn read(request: RequestId, file: Found, limits: &Limits, work: &Sender<Work>) {
    let result = files::read(&file.path, limits)
        .map_err(|error| error.to_string())
        .and_then(|read| match decode::header(&read.bytes) {
            Ok(_) => Ok(ContentHash(*blake3::hash(&read.bytes).as_bytes())),
            Err(error) => Err(error.to_string()),
        });
    let _ = work.send(Work::PreviewRead {
        request,
        path: file.path,
        result,
    });
}
