//! Checking the catalogue, in the background: everything else goes on meanwhile.

use super::{
    background::Background,
    command::RequestId,
    event::{Event, FailureKind},
    shared::Shared,
    work::Work,
};
use crate::{
    domain::{message::Severity, words::plural},
    engine::store::{Store, Verified},
};

/// Problems that are told whole.
const TOLD: usize = 5;

/// The desk of the check in progress.
#[derive(Default)]
pub struct Verifications {
    running: Option<Background>,
    /// Who waits for it.
    asked: Vec<RequestId>,
    /// The share done, 0 to 1.
    share: f32,
}

impl Verifications {
    /// Begins a check; one that is in progress answers this request as well.
    pub fn verify(&mut self, shared: &mut Shared, request: RequestId) {
        self.asked.push(request);
        if self.running.is_some() {
            return;
        }
        self.share = 0.0;
        let (dir, work) = (shared.options.data_dir.clone(), shared.work.clone());
        let started = Background::start("verify", move |cancelled| {
            // The worker may be gone by now; nobody waits then.
            let mut progress = |share| drop(work.send(Work::Verifying(share)));
            let result = Store::verify(&dir, cancelled, &mut progress);
            if let Some(result) = result.map_err(|error| error.to_string()).transpose() {
                let _ = work.send(Work::Verified(result));
            }
        });
        match started {
            Ok(running) => self.running = Some(running),
            Err(error) => self.done(shared, Err(error.to_string())),
        }
        shared.touch();
    }

    /// Cancels the check in progress and says so to those who wait for it.
    pub fn stop(&mut self, shared: &Shared) {
        self.running = None;
        for request in self.asked.drain(..) {
            let text = "The catalogue was closed before the check was done. Check it again.";
            shared.out.failed(request, FailureKind::System, text);
        }
    }

    /// The share done of the check in progress, 0 to 1.
    pub fn share(&self) -> Option<f32> {
        self.running.as_ref().map(|_| self.share)
    }

    pub fn progressed(&mut self, shared: &mut Shared, share: f32) {
        self.share = share;
        shared.touch();
    }

    pub fn done(&mut self, shared: &mut Shared, result: Result<Verified, String>) {
        self.running = None;
        shared.touch();
        if let Ok(verified) = &result
            && !verified.problems.is_empty()
        {
            shared.log(Severity::Error, told(&verified.problems), None);
        }
        for request in self.asked.drain(..) {
            match &result {
                Ok(Verified { problems, pictures }) => shared.out.send(Event::Verified {
                    request,
                    problems: problems.clone(),
                    pictures: *pictures,
                }),
                Err(error) => shared.out.failed(request, FailureKind::System, error),
            }
        }
    }
}

/// The line for Activity.
fn told(problems: &[String]) -> String {
    let count = problems.len();
    let mut text = format!(
        "The check of the catalogue found {}. {}",
        plural(count as u64, "problem", "problems"),
        problems[..count.min(TOLD)].join(" ")
    );
    if count > TOLD {
        text += " The rest is listed by \"image-search verify\".";
    }
    text
}
