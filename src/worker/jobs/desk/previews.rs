//! Previews, and the imports that follow from them.

use std::{path::PathBuf, sync::Arc, time::Instant};

use super::JobDesk;
use crate::{
    domain::{
        import::FileFailure,
        job::{JobId, JobKind, JobState},
        record::ContentHash,
    },
    engine::store::{JobFile, StoreError},
    worker::{
        command::RequestId,
        deadline::Deadline,
        event::FailureKind,
        jobs::{listing, pasted, survey::Survey},
        shared::Shared,
    },
};

/// Files of a dropped preview deleted in one go before other work gets a turn.
const DROPPED_AT_ONCE: usize = 2_000;

impl JobDesk {
    /// Examines files and folders; the former preview is dropped.
    pub fn preview(&mut self, shared: &mut Shared, request: RequestId, roots: Vec<PathBuf>) {
        self.cancel_preview();
        let now = shared.now();
        let paths = listing::absolute(&roots);
        let title = listing::title(&paths);
        let store = shared.catalogue.store_mut();
        match store.create_import(&title, &paths, JobState::Proposed, now) {
            Ok(job) => {
                self.survey = Some(Survey::new(job, request, roots));
                self.listings.begin(shared, job, paths);
            }
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn cancel_preview(&mut self) {
        if let Some(survey) = self.survey.take() {
            self.listings.end(survey.job);
            self.dropped.push(survey.job);
        }
    }

    /// The subscription has changed: so has what the preview says about it.
    pub fn report_preview(&mut self, shared: &mut Shared) {
        if let Some(survey) = &mut self.survey {
            survey.report(shared, Instant::now());
        }
    }

    /// The preview was agreed to: it is a job from now on.
    pub fn accept_preview(&mut self, shared: &mut Shared, request: RequestId) {
        if self.import_refused(shared, request) {
            return;
        }
        let Some(mut survey) = self.survey.take() else {
            let text = "There is no preview to agree to any more. Choose the pictures again.";
            return shared.out.failed(request, FailureKind::Input, text);
        };
        let (job, now) = (survey.job, shared.now());
        let accepted = survey
            .write(shared)
            .and_then(|()| shared.catalogue.store_mut().accept_proposed(job, now));
        match accepted {
            Ok(()) => self.started(shared, request, job, JobKind::Import),
            Err(error) => {
                self.survey = Some(survey);
                shared.out.failed(request, FailureKind::System, error);
            }
        }
    }

    /// Starts a job over `roots` without a preview.
    pub fn import(&mut self, shared: &mut Shared, request: RequestId, roots: &[PathBuf]) {
        if self.import_refused(shared, request) {
            return;
        }
        let roots = listing::absolute(roots);
        let (title, now) = (listing::title(&roots), shared.now());
        let store = shared.catalogue.store_mut();
        match store.create_import(&title, &roots, JobState::Listing, now) {
            Ok(job) => {
                self.listings.begin(shared, job, roots);
                self.started(shared, request, job, JobKind::Import);
            }
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }

    /// Keeps an encoded picture without a file as one, and imports it.
    pub fn import_bytes(
        &self,
        shared: &mut Shared,
        request: RequestId,
        name: String,
        bytes: Arc<[u8]>,
    ) {
        if !shared.refused(request) {
            pasted::save(shared, request, name, bytes);
        }
    }

    pub fn pasted_saved(
        &mut self,
        shared: &mut Shared,
        request: RequestId,
        result: Result<PathBuf, String>,
    ) {
        match result {
            Ok(path) => self.import(shared, request, &[path]),
            Err(reason) => shared.out.failed(request, FailureKind::Input, reason),
        }
    }

    pub fn listed(
        &mut self,
        shared: &mut Shared,
        job: JobId,
        files: &[JobFile],
        failures: Vec<FileFailure>,
    ) {
        if !self.listings.is_under_way(job) {
            return;
        }
        let store = shared.catalogue.store_mut();
        let added = store
            .add_job_files(job, files)
            .and_then(|_| store.add_job_failures(job, &failures));
        match (added, self.survey.as_mut().filter(|one| one.job == job)) {
            (Ok(()), Some(survey)) => survey.listed(files, failures),
            (Ok(()), None) => shared.touch(),
            (Err(error), Some(_)) => self.fail_survey(shared, &error),
            (Err(error), None) => self.listing_failed(shared, job, error),
        }
    }

    pub fn listing_ended(&mut self, shared: &mut Shared, job: JobId) {
        if !self.listings.is_under_way(job) {
            return;
        }
        self.listings.end(job);
        let finished = shared.catalogue.store_mut().finish_listing(job);
        match (finished, self.survey.as_mut().filter(|one| one.job == job)) {
            (Ok(()), Some(survey)) => survey.walked(),
            (Ok(()), None) => {
                self.look = true;
                shared.touch();
            }
            (Err(error), Some(_)) => self.fail_survey(shared, &error),
            (Err(error), None) => self.listing_failed(shared, job, error),
        }
    }

    /// A file of the preview was read.
    pub fn surveyed(
        &mut self,
        shared: &Shared,
        job: JobId,
        item: i64,
        path: PathBuf,
        result: Result<ContentHash, String>,
    ) {
        if let Some(survey) = self.survey.as_mut().filter(|one| one.job == job) {
            survey.read(shared, item, path, result);
        }
    }

    pub(super) fn tick_survey(&mut self, shared: &mut Shared, now: Instant) -> Deadline {
        let Some(survey) = &mut self.survey else {
            return Deadline::NEVER;
        };
        match survey.tick(shared, now) {
            Ok(deadline) => deadline,
            Err(error) => {
                self.fail_survey(shared, &error);
                Deadline::NEVER
            }
        }
    }

    pub(super) fn fail_survey(&mut self, shared: &Shared, error: &StoreError) {
        if let Some(survey) = &self.survey {
            survey.fail(shared, error);
        }
        self.cancel_preview();
    }

    /// The list of a job could not be kept: it is listed again once the job goes on.
    pub(super) fn listing_failed(&mut self, shared: &mut Shared, job: JobId, error: StoreError) {
        self.listings.end(job);
        match shared.catalogue.store().job(job) {
            Ok(Some(job)) => self.stop_job(shared, job, &error.into()),
            Ok(None) | Err(_) => shared.warn(error),
        }
    }

    /// Deletes a part of what previews left behind.
    pub(super) fn drop_previews(&mut self, shared: &mut Shared, now: Instant) -> Deadline {
        let Some(&job) = self.dropped.last() else {
            return Deadline::NEVER;
        };
        let store = shared.catalogue.store_mut();
        // What cannot be deleted now is deleted by the next start.
        if !store.drop_proposed(job, DROPPED_AT_ONCE).unwrap_or(false) {
            self.dropped.pop();
        }
        Deadline::at_once(now)
    }
}
