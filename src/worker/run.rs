//! The worker's loop: routes commands and messages to the desks, and sleeps until the next
//! deadline.

use std::{sync::Arc, time::Instant};

use crossbeam_channel::{Receiver, Select, TryRecvError, unbounded};

use super::{
    backup::Backups,
    change::ChangeDesk,
    command::{Command, Request, RequestId},
    compare,
    deadline::Deadline,
    error::OpenError,
    event::{Event, Failure, FailureKind},
    export::Exports,
    jobs::JobDesk,
    lane::AnswerExport,
    options::Options,
    orders::{Orders, SetAsideOrder},
    outbox::Outbox,
    pools::Pools,
    publish::{Publisher, UnderWay},
    raise::Raise,
    search::Searches,
    shared::Shared,
    show,
    thumbnails::Thumbnails,
    verify::Verifications,
    work::Work,
};
use crate::{
    domain::{message::Severity, words::pictures},
    engine::{catalogue::Catalogue, index::IndexEvent},
};

/// Messages of the pools handled before commands get a turn again.
const WORK_AT_ONCE: usize = 64;

/// The desks, and what they share.
struct Worker<'a> {
    shared: Shared<'a>,
    arrivals: Receiver<Work>,
    jobs: JobDesk,
    searches: Searches,
    changes: ChangeDesk,
    orders: Orders,
    exports: Exports,
    thumbnails: Thumbnails,
    verifications: Verifications,
    backups: Backups,
    raise: Raise,
    publisher: Publisher,
}

/// Why the loop ended.
enum End {
    Stop,
    /// The catalogue's files must be moved; then it is opened again.
    SetAside(SetAsideOrder),
}

/// The thread's life: opens the catalogue, and again after a release or a restore.
pub fn run(options: &Options, commands: &Receiver<Request>, out: &Arc<Outbox>) {
    let mut greeting: Option<String> = None;
    loop {
        let ended = match Worker::open(options, out, greeting.take()) {
            Ok(mut worker) => match worker.serve(commands) {
                End::Stop => {
                    worker.stop();
                    worker.publish_last();
                    None
                }
                End::SetAside(order) => {
                    worker.stop();
                    let store = worker.into_shared().catalogue.close();
                    Some(
                        order
                            .carry_out(store, options, out)
                            .map_err(OpenError::from),
                    )
                }
            },
            Err(error) => Some(Err(error)),
        };
        greeting = match ended {
            Some(Ok(text)) => text,
            Some(Err(error)) => match restore(options, commands, out, &error) {
                Some(text) => Some(text),
                None => return out.send(Event::Stopped),
            },
            None => return out.send(Event::Stopped),
        };
    }
}

/// Says why the catalogue cannot be opened, and puts a backup in its place when asked to; returns
/// what was done, or nothing where the worker is to end.
fn restore(
    options: &Options,
    commands: &Receiver<Request>,
    out: &Outbox,
    error: &OpenError,
) -> Option<String> {
    let cannot_open = |text: String| {
        let kind = FailureKind::System;
        let failure = Failure { kind, text };
        let restorable = error.restorable();
        out.send(Event::CannotOpen {
            failure,
            restorable,
        });
    };
    cannot_open(error.to_string());
    for Request { command, .. } in commands {
        match command {
            Command::Stop => break,
            Command::RestoreBackup => {
                let now = options.clock.now();
                match Catalogue::restore_backup(&options.data_dir, None, now) {
                    Ok(restored) => return Some(restored.to_string()),
                    Err(error) => cannot_open(error.to_string()),
                }
            }
            // Nothing else can be done without a catalogue.
            _ => {}
        }
    }
    None
}

impl<'a> Worker<'a> {
    fn open(
        options: &'a Options,
        out: &'a Arc<Outbox>,
        greeting: Option<String>,
    ) -> Result<Self, OpenError> {
        let (work, arrivals) = unbounded();
        let mut shared = Shared::open(options, out, work)?;
        for notice in shared.catalogue.store().notices().to_vec() {
            shared.warn(notice);
        }
        let damaged = shared.catalogue.damaged_descriptors();
        if damaged > 0 {
            shared.warn(format!(
                "{} cannot be found, as their descriptors are damaged. Re-index the catalogue in \
                 Settings to compute them again.",
                pictures(damaged)
            ));
        }
        for notice in &options.notices {
            shared.warn(notice);
        }
        for notice in shared.door.take_notices() {
            shared.warn(notice);
        }
        if let Some(greeting) = greeting {
            shared.warn(greeting);
        }
        let jobs = JobDesk::open(&mut shared)?;
        let mut worker = Self {
            shared,
            arrivals,
            jobs,
            searches: Searches::default(),
            changes: ChangeDesk::default(),
            orders: Orders::default(),
            exports: Exports::default(),
            thumbnails: Thumbnails::default(),
            verifications: Verifications::default(),
            backups: Backups::default(),
            raise: Raise::default(),
            publisher: Publisher::default(),
        };
        let now = Instant::now();
        // A catalogue that is to be released answers nothing any more.
        worker.orders.tick(&mut worker.shared, now);
        if !worker.orders.is_setting_aside() {
            worker.publish(now);
        }
        // Without a first state nobody can use it.
        match worker.publisher.take_failure() {
            Some(error) => Err(error.into()),
            None => Ok(worker),
        }
    }

    fn serve(&mut self, commands: &Receiver<Request>) -> End {
        loop {
            if let Some(order) = self.orders.take_set_aside() {
                return End::SetAside(order);
            }
            loop {
                match commands.try_recv() {
                    Ok(Request {
                        command: Command::Stop,
                        ..
                    })
                    | Err(TryRecvError::Disconnected) => return End::Stop,
                    Ok(Request { id, command }) => self.answer(id, command),
                    Err(TryRecvError::Empty) => break,
                }
            }
            for _ in 0..WORK_AT_ONCE {
                match self.arrivals.try_recv() {
                    Ok(work) => self.handle(work),
                    Err(_) => break,
                }
            }
            let deadline = self.tick();
            self.sleep(commands, deadline);
        }
    }

    /// Waits for a command, a message, the index or the deadline without receiving any of them.
    fn sleep(&self, commands: &Receiver<Request>, deadline: Deadline) {
        if !commands.is_empty() || !self.arrivals.is_empty() {
            return;
        }
        let mut select = Select::new();
        let wake = self.shared.catalogue.wake();
        select.recv(commands);
        select.recv(&self.arrivals);
        let woken = select.recv(&wake);
        let ready = match deadline.instant() {
            Some(at) => select.ready_deadline(at).ok(),
            None => Some(select.ready()),
        };
        if ready == Some(woken) {
            // Only a wake-up; the results are collected elsewhere.
            let _ = wake.try_recv();
        }
    }

    /// Runs everything that is due; returns the next deadline.
    fn tick(&mut self) -> Deadline {
        let now = Instant::now();
        let shared = &mut self.shared;
        let next = self
            .orders
            .tick(shared, now)
            .or(self.raise.tick(shared, now))
            .or(self.searches.tick(shared))
            .or(self.changes.tick(shared))
            .or(self.jobs.tick(shared, now))
            .or(self.exports.tick(shared, now))
            .or(self.backups.tick(shared, now, self.jobs.is_busy()));
        for event in self.shared.catalogue.tick() {
            self.index_event(event);
        }
        next.or(self.publish(now))
    }

    fn publish(&mut self, now: Instant) -> Deadline {
        let Self {
            jobs,
            searches,
            changes,
            verifications,
            ..
        } = self;
        self.publisher.tick(&mut self.shared, now, |shared| {
            Ok(UnderWay {
                jobs: jobs.shown(shared)?,
                waiting: [
                    searches.waiting(),
                    u32::from(jobs.waits_for_turn()),
                    changes.waiting(),
                ],
                verifying: verifications.share(),
            })
        })
    }

    fn index_event(&mut self, event: IndexEvent) {
        self.shared.touch();
        match event {
            IndexEvent::GraphReady { .. } | IndexEvent::Linked { .. } => {
                // A dump taken while a job goes on would be stale before it is written.
                if !self.jobs.is_busy() {
                    self.shared.dump_index();
                }
            }
            IndexEvent::Dumped { .. } => {}
            IndexEvent::DumpRefused(reason) => {
                let text = format!(
                    "The saved index was not used and is built again: {reason} Searches compare \
                     every picture meanwhile and stay right."
                );
                self.shared.log(Severity::Info, text, None);
            }
            IndexEvent::DumpFailed(error) => self.shared.warn(error),
            IndexEvent::GraphFailed(text) => self.shared.warn(text),
        }
    }

    fn answer(&mut self, id: RequestId, command: Command) {
        let shared = &mut self.shared;
        match command {
            Command::Search { lane, query } => self.searches.search(shared, id, lane, *query),
            Command::Refine { lane, cut } => self.searches.refine(shared, id, lane, *cut),
            Command::Compare { left, right } => compare::compare(shared, id, &left, &right),

            Command::Picture { source, max_side } => show::picture(shared, id, &source, max_side),
            Command::List(list) => show::list(shared, id, &list),
            Command::Records(ids) => show::records(shared, id, &ids),
            Command::Page { before } => show::page(shared, id, before),
            Command::RecordAt(path) => show::record_at(shared, id, &path),
            Command::Thumbnails(ids) => self.thumbnails.send(shared, id, &ids),
            Command::Jobs => show::jobs(shared, id),
            Command::JobFailures(job) => show::failures(shared, id, job),
            Command::Messages => show::messages(shared, id),
            Command::Verify => self.verifications.verify(shared, id),

            Command::Preview { roots } => self.jobs.preview(shared, id, roots),
            Command::CancelPreview => self.jobs.cancel_preview(),
            Command::AcceptPreview => self.jobs.accept_preview(shared, id),
            Command::Import { roots } => self.jobs.import(shared, id, &roots),
            Command::ImportBytes { name, bytes } => {
                self.jobs.import_bytes(shared, id, name, bytes);
            }
            Command::Reindex => self.jobs.reindex(shared, id),
            Command::PauseJob(job) => self.jobs.pause(shared, id, job),
            Command::ResumeJob(job) => self.jobs.resume(shared, id, job),
            Command::CancelJob(job) => self.jobs.cancel(shared, id, job),
            Command::RetryFailed(job) => self.jobs.retry_failed(shared, id, job),

            Command::Edit { ids, edit } => self.changes.edit(shared, id, &ids, &edit),
            Command::Remove(ids) => self.changes.remove(shared, id, ids),
            Command::Undo => self.changes.undo(id),

            Command::ExportCatalogue { to, format } => {
                self.exports.catalogue(shared, id, to, format);
            }
            Command::ExportAnswer {
                lane,
                cut,
                shown,
                to,
            } => {
                let export = AnswerExport::new(id, *cut, shown, to);
                self.searches.export(shared, lane, export);
                self.export_answers();
            }
            Command::ExportFailures { job, to } => self.exports.failures(shared, id, job, to),
            Command::ExportLedger { to } => self.orders.export_ledger(shared, id, to),

            Command::StartTrial => {
                let ordered = self.orders.start_trial(shared, id);
                self.account_changed(ordered);
            }
            Command::Quote(wish) => self.orders.quote(shared, id, &wish),
            Command::Order(quote) => {
                let ordered = self.orders.order(shared, id, &quote);
                self.account_changed(ordered);
            }
            Command::TakeOverLedger => {
                let taken = self.orders.take_over(shared, id);
                self.account_changed(taken);
            }
            Command::AnswerClock(answer) => {
                let answered = self.orders.answer_clock(shared, id, answer);
                self.account_changed(answered);
            }
            Command::RestoreSetAside { folder } => {
                self.orders.restore_set_aside(shared, id, folder);
            }
            Command::DeleteSetAside { folder } => {
                self.orders.delete_set_aside(shared, id, &folder);
            }
            Command::SetThreads(threads) => match Pools::new(threads) {
                Ok(pools) => shared.pools = pools,
                Err(error) => shared.out.failed(id, FailureKind::System, error),
            },
            Command::BackUp => self.backups.finish(shared, id),
            // Taken out by the loop, and before it.
            Command::Stop | Command::RestoreBackup => {}
        }
    }

    /// An order may have made room for what was held, and changes what a preview says.
    fn account_changed(&mut self, changed: bool) {
        if changed {
            self.jobs.release_held(&mut self.shared);
            self.jobs.report_preview(&mut self.shared);
        }
    }

    fn handle(&mut self, work: Work) {
        let shared = &mut self.shared;
        match work {
            Work::Listed {
                job,
                files,
                failures,
            } => self.jobs.listed(shared, job, &files, failures),
            Work::ListingEnded { job } => self.jobs.listing_ended(shared, job),
            Work::Surveyed {
                job,
                item,
                path,
                result,
            } => self.jobs.surveyed(shared, job, item, path, result),
            Work::PastedSaved { request, result } => {
                self.jobs.pasted_saved(shared, request, result);
            }
            Work::Job { epoch, part } => self.jobs.handle(shared, epoch, part),
            Work::QueryReady { epoch, result } => self.searches.ready(shared, epoch, result),
            Work::QueryRest { epoch, rest } => {
                self.searches.rest_ready(shared, epoch, rest);
                self.export_answers();
            }
            Work::Tried { epoch, id, trial } => {
                self.searches.tried(shared, epoch, id, trial);
                self.export_answers();
            }
            Work::Compared { request, result } => compare::done(shared, request, result),
            Work::ThumbnailsMade { request, made } => {
                self.thumbnails.made(shared, request, made);
            }
            Work::Verifying(share) => self.verifications.progressed(shared, share),
            Work::Verified(result) => self.verifications.done(shared, result),
            Work::BackedUp(result) => self.backups.done(shared, result),
        }
    }

    /// Writes the answers that wait to be exported and are settled by now.
    fn export_answers(&mut self) {
        let shared = &mut self.shared;
        for (export, answer) in self.searches.settled_exports(shared) {
            let AnswerExport { request, to, .. } = export;
            self.exports.answer(shared, request, &answer, to);
        }
    }

    /// Commits what is at hand; the rest of a job goes on at the next start.
    fn stop(&mut self) {
        self.jobs.stop(&mut self.shared);
        self.changes.stop(&mut self.shared);
        self.backups.stop();
        self.verifications.stop(&self.shared);
        self.shared.now();
        let Shared {
            door, catalogue, ..
        } = &mut self.shared;
        door.remember_clock(catalogue);
    }

    /// The last counts of a job that goes on later.
    fn publish_last(&mut self) {
        self.shared.changes.at_once = true;
        self.publish(Instant::now());
    }

    /// Drops the desks, and with them what they have under way.
    fn into_shared(self) -> Shared<'a> {
        self.shared
    }
}
