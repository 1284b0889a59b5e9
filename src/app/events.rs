//! Takes the worker's events to the state that shows them.

use std::{sync::Arc, time::Instant};

use egui::{ColorImage, Context, UserAttentionType, ViewportCommand};

use super::{ImageSearchApp, pending::Purpose};
use crate::{
    domain::{
        catalogue::State,
        import::ImportPreview,
        job::{Job, JobKind, JobState},
        message::{Message, Severity},
        path::shown,
        picture::Pixels,
        query::QuerySource,
        subscription::{Order, OrderKind},
        verdict::Evidence,
        words::{date, pictures, plural},
    },
    ui::{
        action::{Action, ImportAction},
        activity,
        cache::Thumbnails,
        command::UiCommand,
        import::job_words,
        model::CannotOpen,
        subscription,
        toasts::Toast,
    },
    worker::{Event, Failure, FailureKind, RequestId},
};

/// Messages kept in memory; the worker keeps them all.
const MOST_MESSAGES: usize = 5_000;

impl ImageSearchApp {
    /// Handles all events since the last call, even while the window is hidden.
    pub(super) fn take_events(&mut self, ctx: &Context) {
        let events: Vec<Event> = self.worker.events().try_iter().collect();
        for event in events {
            self.take_event(event, ctx);
        }
    }

    fn take_event(&mut self, event: Event, ctx: &Context) {
        match event {
            Event::State(state) => self.publish(state),
            Event::Answered { request, answer } => {
                let purpose = match answer.settled {
                    true => self.pending.take(request),
                    false => self.pending.of(request),
                };
                if let Some(Purpose::Search { tab, serial }) = purpose {
                    self.model
                        .records
                        .insert(answer.hits.iter().map(|hit| hit.record.clone()));
                    self.rooms.search.on_answered(tab, serial, answer);
                }
            }
            Event::Tried { request, id, trial } => {
                if let Some(Purpose::Search { tab, serial }) = self.pending.of(request) {
                    self.rooms.search.on_tried(tab, serial, id, trial);
                }
            }
            Event::Superseded { request } => {
                if let Some(Purpose::Search { tab, serial }) = self.pending.take(request) {
                    self.rooms.search.on_superseded(tab, serial);
                }
            }
            Event::Picture { request, pixels } => self.on_picture(request, pixels, ctx),
            Event::Compared { request, evidence } => {
                if let Some(Purpose::Compare { left, right }) = self.pending.take(request) {
                    self.on_compared(&left, &right, *evidence);
                }
            }
            Event::Preview { request, preview } => self.on_preview(request, preview),
            Event::JobStarted { kind, .. } => {
                self.progress_open = true;
                if kind == JobKind::Import {
                    self.model.recent_indexed.clear();
                }
            }
            Event::Indexed { ids } => self.model.note_indexed(&ids),
            Event::JobHeld { job } => self.on_job_held(*job),
            Event::JobEnded { job } => self.on_job_ended(*job),
            Event::JobFailures {
                job,
                failures,
                request,
            } => {
                self.pending.take(request);
                if let Some(asked) = self.model.job_failures.as_mut().filter(|a| a.job == job) {
                    asked.failures = Some(failures);
                }
            }
            Event::Jobs { jobs, .. } => jobs.into_iter().for_each(|job| self.model.note_job(job)),
            Event::Messages { messages, .. } => self.model.messages = messages,
            Event::Message(message) => self.on_message(message),
            Event::Listed {
                request,
                listing,
                generation,
            } => {
                self.pending.take(request);
                self.rooms.catalogue.on_listed(listing, generation);
            }
            Event::Records { records, .. } => self.model.records.insert(records),
            Event::Thumbnails { thumbnails, .. } => {
                for (id, jpeg) in thumbnails {
                    self.model.thumbnails.insert(id, jpeg);
                }
            }
            Event::Quoted { request, quote } => {
                self.pending.take(request);
                self.rooms.subscription.on_quoted(*quote);
            }
            Event::Ordered { request, order } => self.on_ordered(request, *order),
            Event::Done {
                request,
                text,
                undo,
            } => self.on_done(request, text, undo),
            Event::Exported { to, rows, .. } => {
                let rows = plural(rows, "row", "rows");
                self.toasts
                    .add(Toast::info(format!("{rows} written to {}", shown(&to))));
            }
            Event::Verified {
                problems, pictures, ..
            } => self.on_verified(&problems, pictures),
            Event::Failed { request, failure } => self.on_failed(request, failure),
            Event::Raise => raise(ctx),
            Event::CannotOpen {
                failure,
                restorable,
            } => {
                self.model.cannot_open = Some(CannotOpen {
                    why: failure.text,
                    restorable,
                });
            }
            Event::Stopped => {}
        }
    }

    fn publish(&mut self, state: Arc<State>) {
        self.published = Instant::now();
        for alert in self.rooms.subscription.unannounced(&state) {
            let toast = Toast {
                severity: alert.severity,
                ..Toast::info(alert.text.clone())
            };
            self.toasts
                .add(toast.offering("See the subscription", UiCommand::Go(subscription::VIEW)));
        }
        if state.undo.is_none() {
            self.toasts.withdraw(&Action::Command(UiCommand::Undo));
        }
        self.model.publish(state);
    }

    fn on_picture(&mut self, request: RequestId, pixels: Arc<Pixels>, ctx: &Context) {
        match self.pending.take(request) {
            Some(Purpose::Preview { source, max_side }) => {
                self.model.previews.insert(&source, max_side, pixels);
            }
            Some(Purpose::CopyPicture) => {
                let size = [pixels.width as usize, pixels.height as usize];
                ctx.copy_image(ColorImage::from_rgb(size, &pixels.rgb));
                self.toasts.add(Toast::info("Picture copied"));
            }
            _ => {}
        }
    }

    fn on_compared(&mut self, left: &QuerySource, right: &QuerySource, evidence: Evidence) {
        if let Some(compare) = self.rooms.catalogue.compare_of(left, right) {
            compare.on_compared(evidence.clone());
        }
        self.rooms.search.on_compared(left, right, evidence);
    }

    /// The comparison itself says what is wrong.
    fn on_compare_failed(&mut self, left: &QuerySource, right: &QuerySource, text: String) {
        if let Some(compare) = self.rooms.catalogue.compare_of(left, right) {
            compare.on_failed(text.clone());
        }
        if let Some(compare) = self.rooms.search.compare_of(left, right) {
            compare.on_failed(text);
        }
    }

    fn on_preview(&mut self, request: RequestId, preview: Box<ImportPreview>) {
        if self.preview_request != Some(request) || self.model.import_preview.is_none() {
            return;
        }
        if preview.complete {
            self.pending.take(request);
        }
        self.model.import_preview = Some(*preview);
    }

    fn on_job_held(&mut self, job: Job) {
        self.toasts.add(Toast::warning(job_words::held(&job)));
        self.model.note_job(job);
    }

    fn on_job_ended(&mut self, job: Job) {
        let words = job_words::ended(&job);
        let toast = match job.state {
            JobState::Failed => Toast::error(words),
            JobState::Done if job.failed > 0 => Toast::warning(words),
            _ => Toast::info(words),
        };
        self.toasts.add(match job.failed {
            0 => toast,
            _ => toast.offering(
                "Show why",
                Action::Import(ImportAction::ShowFailures(job.id)),
            ),
        });
        self.model.note_job(job);
        self.progress_open = false;
    }

    fn on_message(&mut self, message: Message) {
        // A job reports itself: in the status bar while it is held, by a toast when it ends.
        let shown_otherwise = message.job.is_some() || self.view() == activity::VIEW;
        if message.severity != Severity::Info && !shown_otherwise {
            let toast = Toast {
                severity: message.severity,
                ..Toast::info(message.text.clone())
            };
            self.toasts
                .add(toast.offering("See Activity", UiCommand::Go(activity::VIEW)));
        }
        self.model.messages.insert(0, message);
        self.model.messages.truncate(MOST_MESSAGES);
    }

    fn on_ordered(&mut self, request: RequestId, order: Order) {
        self.pending.take(request);
        if order.kind == OrderKind::Trial && self.view() != subscription::VIEW {
            let end = date(order.period_end);
            self.toasts.add(Toast::info(format!(
                "Your free month has begun. It ends on {end}."
            )));
        }
        self.rooms.subscription.on_ordered(order);
    }

    fn on_done(&mut self, request: RequestId, text: String, undo: bool) {
        let purpose = self.pending.take(request);
        match &purpose {
            Some(Purpose::Edit(ids)) => self.model.records.forget(ids),
            Some(Purpose::Remove(ids)) => {
                self.model.records.forget(ids);
                self.model.thumbnails.forget(ids);
            }
            Some(Purpose::SetAside) => {
                self.forget_pictures();
                self.rooms.subscription.on_done(text);
                return;
            }
            Some(Purpose::Subscription) => {
                self.rooms.subscription.on_done(text);
                return;
            }
            Some(Purpose::Undo) => self.model.records.forget_all(),
            _ => {}
        }
        if matches!(
            purpose,
            Some(Purpose::Edit(_) | Purpose::Remove(_) | Purpose::Undo)
        ) {
            self.rooms.search.catalogue_changed();
        }
        let toast = Toast::info(text);
        self.toasts.add(if undo {
            toast.offering("Undo", UiCommand::Undo)
        } else {
            toast
        });
    }

    /// Another catalogue replaced the one shown: its ids name other pictures.
    fn forget_pictures(&mut self) {
        self.model.records.forget_all();
        self.model.thumbnails = Thumbnails::default();
        self.model.recent_indexed.clear();
        self.rooms.search.catalogue_changed();
    }

    /// What is wrong comes as a message.
    fn on_verified(&mut self, problems: &[String], checked: u64) {
        if problems.is_empty() {
            let pictures = pictures(checked);
            self.toasts.add(Toast::info(format!(
                "The catalogue is whole: {pictures} checked"
            )));
        }
    }

    fn on_failed(&mut self, request: RequestId, failure: Failure) {
        let Failure { kind, text } = failure;
        match self.pending.take(request) {
            Some(Purpose::Search { tab, serial }) => self.rooms.search.on_failed(tab, serial, text),
            Some(Purpose::Preview { source, max_side }) => {
                self.model.previews.fail(&source, max_side, text);
            }
            Some(Purpose::Subscription | Purpose::SetAside) => {
                self.rooms.subscription.on_failed(text)
            }
            Some(Purpose::ImportPreview) if self.preview_request == Some(request) => {
                self.model.import_preview = None;
                self.preview_request = None;
                self.toasts.add(Toast::error(text));
            }
            Some(Purpose::Compare { left, right }) => self.on_compare_failed(&left, &right, text),
            Some(Purpose::Listing) => self.rooms.catalogue.on_failed(text),
            Some(Purpose::Failures(_)) => {
                self.model.job_failures = None;
                self.toasts.add(Toast::error(text));
            }
            _ => {
                let toast = Toast::error(text);
                self.toasts.add(match kind {
                    FailureKind::Subscription => {
                        toast.offering("See the subscription", UiCommand::Go(subscription::VIEW))
                    }
                    FailureKind::Input | FailureKind::System => toast,
                });
            }
        }
    }
}

/// Another start of the program wants this window.
fn raise(ctx: &Context) {
    ctx.send_viewport_cmd(ViewportCommand::Visible(true));
    ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
    ctx.send_viewport_cmd(ViewportCommand::Focus);
    ctx.send_viewport_cmd(ViewportCommand::RequestUserAttention(
        UserAttentionType::Informational,
    ));
}
