//! The worker's loop, and what it holds.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, Sender, TryRecvError, select, unbounded};

use super::{
    Options,
    backup::Backups,
    changes::Removals,
    command::{Command, Request},
    door::Door,
    event::{Event, Failure, FailureKind},
    export::Export,
    import::Importer,
    orders::SetAsideOrder,
    outbox::Outbox,
    pools::Pools,
    preview::Preview,
    publish::Publisher,
    reindex::Reindex,
    search::Searches,
    work::Work,
};
use crate::domain::{catalogue::Severity, subscription::LedgerError};
use crate::engine::{
    catalogue::{Catalogue, CatalogueError},
    index::IndexEvent,
    store::StoreError,
};

/// How long the worker sleeps at most: timers (progress, quota turns, commits) are looked at then.
const NAP: Duration = Duration::from_millis(25);
/// Messages of the pools handled before commands are looked at again.
const WORK_AT_ONCE: usize = 64;

/// Everything the thread owns.
pub struct Worker<'a> {
    pub options: &'a Options,
    pub out: &'a Arc<Outbox>,
    pub catalogue: Catalogue,
    pub pools: Pools,
    pub door: Door,
    pub importer: Importer,
    pub searches: Searches,
    pub removals: Removals,
    pub preview: Option<Preview>,
    pub exports: Vec<Export>,
    pub reindex: Option<Reindex>,
    pub backups: Backups,
    pub publisher: Publisher,
    pub work: Sender<Work>,
    arrivals: Receiver<Work>,
    /// The folder is to be changed as a whole, which starts the worker anew.
    pub set_aside: Option<SetAsideOrder>,
}

/// Why the loop ended.
enum End {
    Stop,
    /// The catalogue's files are to be moved; then it is opened again.
    SetAside(SetAsideOrder),
}

/// The thread's life: opens the catalogue, and again after a release or a restore.
pub fn run(options: &Options, commands: &Receiver<Request>, out: &Arc<Outbox>) {
    let mut greeting = None;
    loop {
        let mut worker = match Worker::open(options, out) {
            Ok(worker) => worker,
            Err(error) => {
                let failure = Failure {
                    kind: FailureKind::System,
                    text: error.to_string(),
                };
                out.send(Event::CannotOpen { failure });
                return;
            }
        };
        if let Some(greeting) = greeting.take() {
            worker.warn(greeting);
        }
        match worker.serve(commands) {
            End::Stop => {
                worker.finish();
                out.send(Event::Stopped);
                return;
            }
            End::SetAside(order) => {
                worker.importer.stop();
                worker.backups.stop();
                match order.carry_out(worker.catalogue.close(), options, out) {
                    Ok(text) => greeting = text,
                    Err(error) => {
                        let failure = Failure {
                            kind: FailureKind::System,
                            text: error.to_string(),
                        };
                        out.send(Event::CannotOpen { failure });
                        return;
                    }
                }
            }
        }
    }
}

/// Why the worker could not start.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("No threads could be started: {0}. Close other programs and try again.")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Catalogue(error.into())
    }
}

impl<'a> Worker<'a> {
    fn open(options: &'a Options, out: &'a Arc<Outbox>) -> Result<Self, OpenError> {
        let now = options.clock.now();
        let mut catalogue = Catalogue::open(
            &options.data_dir,
            options.describer.as_ref(),
            options.index.clone(),
            now,
        )?;
        let door = Door::open(&mut catalogue, &options.config_dir, now)?;
        let (work, arrivals) = unbounded();
        let mut worker = Self {
            options,
            out,
            catalogue,
            pools: Pools::new(options.threads)?,
            door,
            importer: Importer::default(),
            searches: Searches::default(),
            removals: Removals::default(),
            preview: None,
            exports: Vec::new(),
            reindex: None,
            backups: Backups::default(),
            publisher: Publisher::default(),
            work,
            arrivals,
            set_aside: None,
        };
        worker.say_notices();
        worker.release_if_due();
        worker.resume_reindex()?;
        if options.resume_jobs {
            worker.resume_jobs()?;
        }
        worker.publish_now();
        Ok(worker)
    }

    fn say_notices(&mut self) {
        for notice in self.catalogue.store().notices().to_vec() {
            self.warn(notice);
        }
    }

    fn serve(&mut self, commands: &Receiver<Request>) -> End {
        loop {
            if let Some(order) = self.set_aside.take() {
                return End::SetAside(order);
            }
            loop {
                match commands.try_recv() {
                    Ok(Request {
                        command: Command::Stop,
                        ..
                    })
                    | Err(TryRecvError::Disconnected) => {
                        return End::Stop;
                    }
                    Ok(request) => self.obey(request),
                    Err(TryRecvError::Empty) => break,
                }
            }
            for _ in 0..WORK_AT_ONCE {
                match self.arrivals.try_recv() {
                    Ok(work) => self.take_in(work),
                    Err(_) => break,
                }
            }
            let busy = self.tick();
            if !busy && commands.is_empty() && self.arrivals.is_empty() {
                let wake = self.catalogue.wake();
                let nap = if self.is_idle() { NAP * 4 } else { NAP };
                select! {
                    recv(commands) -> request => match request {
                        Ok(Request { command: Command::Stop, .. }) | Err(_) => return End::Stop,
                        Ok(request) => self.obey(request),
                    },
                    recv(self.arrivals) -> work => if let Ok(work) = work { self.take_in(work) },
                    recv(wake) -> _ => {}
                    default(nap) => {}
                }
            }
        }
    }

    fn is_idle(&self) -> bool {
        !self.importer.is_busy() && self.preview.is_none() && self.searches.is_idle()
    }

    /// Looks at everything that goes by time; `true` where more is to be done at once.
    fn tick(&mut self) -> bool {
        let now = Instant::now();
        for event in self.catalogue.tick() {
            self.index_event(event);
        }
        self.tick_account(now);
        self.tick_searches();
        self.tick_removals();
        self.tick_preview(now);
        self.tick_backup(now);
        let busy = self.tick_import(now) | self.tick_exports() | self.tick_reindex();
        self.tick_publish(now);
        busy
    }

    fn index_event(&mut self, event: IndexEvent) {
        self.publisher.touch();
        match event {
            IndexEvent::GraphReady { .. } | IndexEvent::Linked { .. } => {
                // A dump taken while an import goes on would be stale before it is written.
                if !self.importer.is_busy() {
                    self.dump_index();
                }
            }
            IndexEvent::Dumped { .. } => {}
            IndexEvent::DumpRefused(reason) => {
                let text = format!(
                    "The saved index was not used and is built anew: {reason} Searches compare \
                     every picture meanwhile and stay right."
                );
                self.say(Severity::Info, text, None);
            }
            IndexEvent::DumpFailed(error) => self.warn(error.to_string()),
            IndexEvent::GraphFailed(text) => self.warn(text),
        }
    }

    /// Saves the graph in the background; without it the next start only takes longer to build it.
    pub fn dump_index(&mut self) {
        if let Err(error) = self.catalogue.dump_index() {
            self.warn(error.to_string());
        }
    }

    fn obey(&mut self, request: Request) {
        let id = request.id;
        match request.command {
            Command::Search { lane, query } => self.search(id, lane, query, false),
            Command::Refine { lane, query } => self.search(id, lane, query, true),
            Command::Picture { source, max_side } => self.show_picture(id, &source, max_side),
            Command::Preview { roots } => self.start_preview(id, roots),
            Command::CancelPreview => self.preview = None,
            Command::Import { roots } => self.start_import(id, &roots),
            Command::ImportBytes { name, bytes } => self.import_bytes(id, &name, bytes),
            Command::PauseJob(job) => self.pause_job(id, job),
            Command::ResumeJob(job) => self.resume_job(id, job),
            Command::CancelJob(job) => self.cancel_job(id, job),
            Command::RetryFailed(job) => self.retry_failed(id, job),
            Command::JobFailures(job) => self.tell_failures(id, job),
            Command::Jobs => self.tell_jobs(id),
            Command::Messages => self.tell_messages(id),
            Command::ExportFailures { job, to } => self.export_failures(id, job, to),
            Command::List(list) => self.list(id, &list),
            Command::Records(ids) => self.tell_records(id, &ids),
            Command::RecordAt(path) => self.tell_record_at(id, &path),
            Command::Thumbnails(ids) => self.tell_thumbnails(id, &ids),
            Command::Edit { ids, edit } => self.edit(id, &ids, &edit),
            Command::Remove(ids) => self.remove(id, ids),
            Command::Undo => self.undo(id),
            Command::ExportCatalogue { to, format } => self.export_catalogue(id, to, format),
            Command::ExportAnswer { query, to } => self.export_answer(id, &query, to),
            Command::Verify => self.verify(id),
            Command::Reindex => self.start_reindex(id),
            Command::Compare { left, right } => self.compare(id, &left, right),
            Command::StartTrial => self.start_trial(id),
            Command::Quote(wish) => self.quote(id, &wish),
            Command::Order(quote) => self.order(id, &quote),
            Command::ExportLedger { to } => self.export_ledger(id, to),
            Command::RestoreSetAside { folder } => self.restore_set_aside(id, folder),
            Command::DeleteSetAside { folder } => self.delete_set_aside(id, &folder),
            Command::SetThreads(threads) => self.set_threads(id, threads),
            // Taken out by the loop.
            Command::Stop => {}
        }
    }

    fn take_in(&mut self, work: Work) {
        match work {
            Work::Listed {
                job,
                files,
                failures,
            } => self.listed(job, &files, &failures),
            Work::ListingEnded { job } => self.listing_ended(job),
            Work::Read { epoch, read } => self.read_done(epoch, *read),
            Work::Described { epoch, described } => self.described(epoch, *described),
            Work::Unusable { epoch, unusable } => self.unusable(epoch, unusable),
            Work::QueryReady {
                request,
                key,
                result,
            } => self.query_ready(request, key, result),
            Work::CompareReady {
                request,
                right,
                result,
            } => {
                self.compare_ready(request, right, result);
            }
            Work::PreviewFound {
                request,
                found,
                failures,
            } => {
                self.preview_found(request, found, failures);
            }
            Work::PreviewWalked { request } => self.preview_walked(request),
            Work::PreviewRead {
                request,
                path,
                result,
            } => self.preview_read(request, path, result),
            Work::BackedUp(result) => self.backed_up(result),
            Work::PastedSaved { request, result } => self.pasted_saved(request, result),
            Work::Reembedded { epoch, id, result } => self.reembedded(epoch, id, result),
        }
    }

    fn set_threads(&mut self, request: super::RequestId, threads: usize) {
        match Pools::new(threads) {
            Ok(pools) => self.pools = pools,
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    /// Commits what is at hand; the rest of a job goes on at the next start.
    fn finish(&mut self) {
        self.importer.stop();
        if let Err(error) = self.flush_import(true) {
            self.warn(error.to_string());
        }
        self.remember_clock();
    }
}
