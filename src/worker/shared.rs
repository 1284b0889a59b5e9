//! What the desks share: the catalogue, the door, the pools, the way out.

use std::sync::Arc;

use crossbeam_channel::Sender;
use jiff::Timestamp;

use super::{
    command::RequestId,
    door::Door,
    error::OpenError,
    event::{Event, FailureKind},
    options::Options,
    outbox::Outbox,
    pools::Pools,
    work::Work,
};
use crate::{
    domain::{
        job::JobId,
        message::{Message, Severity},
        subscription::{Refusal, Standing},
        usage::{Admission, Wanted},
    },
    engine::{catalogue::Catalogue, files::guard::Guard, proof::Looks},
};

/// Handed to each desk for as long as it works on something.
pub struct Shared<'a> {
    pub options: &'a Options,
    pub out: &'a Arc<Outbox>,
    pub catalogue: Catalogue,
    pub door: Door,
    pub pools: Pools,
    /// Notes the files being read.
    pub guard: Arc<Guard>,
    /// Where pools and threads send their results.
    pub work: Sender<Work>,
    /// Looks of pictures tried before.
    pub looks: Arc<Looks>,
    pub changes: Changes,
}

/// What has changed since the state was published.
#[derive(Clone, Copy, Debug, Default)]
pub struct Changes {
    /// Something that is shown.
    pub shown: bool,
    /// The uploads of a day.
    pub uploads: bool,
    /// The folders set aside.
    pub set_aside: bool,
    /// Somebody waits for the state: publish it before anything else.
    pub at_once: bool,
}

impl<'a> Shared<'a> {
    /// Opens the catalogue and replays the ledger.
    ///
    /// # Errors
    ///
    /// [`OpenError`], a sentence for the user.
    pub fn open(
        options: &'a Options,
        out: &'a Arc<Outbox>,
        work: Sender<Work>,
    ) -> Result<Self, OpenError> {
        let now = options.clock.now();
        let mut catalogue = Catalogue::open(
            &options.data_dir,
            options.describer.as_ref(),
            options.index.clone(),
            now,
        )?;
        let door = Door::open(&mut catalogue, options)?;
        Ok(Self {
            options,
            out,
            catalogue,
            door,
            guard: Arc::new(Guard::open(&options.data_dir, options.trial.clone())),
            pools: Pools::new(options.threads)?,
            work,
            looks: Arc::default(),
            changes: Changes::default(),
        })
    }

    /// The time as the rules see it; see [`crate::domain::subscription::Timeline`].
    pub fn now(&mut self) -> Timestamp {
        self.door.observe(self.options.clock.as_ref())
    }

    pub fn standing(&mut self) -> Standing {
        let now = self.now();
        self.door.account.standing(now)
    }

    /// Calls go while the trial or a package is in force.
    ///
    /// # Errors
    ///
    /// [`Refusal`] with what to do: none yet, overdue, or released.
    pub fn may_call(&mut self) -> Result<(), Refusal> {
        let now = self.now();
        self.door.check_clock()?;
        self.door.account.package_in_force(now).map(|_| ())
    }

    /// Refuses a request if no package is in force; returns true if it was refused.
    pub fn refused(&mut self, request: RequestId) -> bool {
        match self.may_call() {
            Ok(()) => false,
            Err(refusal) => {
                self.out.failed(request, FailureKind::Subscription, refusal);
                true
            }
        }
    }

    /// How many of `wanted` pictures fit under the cap now.
    pub fn admission(&mut self, wanted: impl Into<Wanted>) -> Admission {
        let now = self.now();
        if let Err(refusal) = self.door.check_clock() {
            return Admission {
                accepted: 0,
                refusal: Some(refusal),
            };
        }
        self.door
            .admission(self.catalogue.stored(), wanted.into(), now)
    }

    /// Why none of `wanted` further pictures fits, with what would help.
    pub fn cap_refusal(&mut self, wanted: u64) -> String {
        match self.admission(wanted).refusal {
            Some(refusal) => refusal.to_string(),
            None => "The package's cap was reached; there is room again now.".to_owned(),
        }
    }

    /// Something that is shown has changed.
    pub fn touch(&mut self) {
        self.changes.shown = true;
    }

    /// Adds a line to Activity.
    pub fn log(&mut self, severity: Severity, text: String, job: Option<JobId>) {
        let message = Message {
            at: self.now(),
            severity,
            text,
            job,
        };
        // On a full disk the line is at least shown.
        let _ = self.catalogue.store_mut().add_message(&message);
        self.out.send(Event::Message(message));
    }

    pub fn warn(&mut self, text: impl ToString) {
        self.log(Severity::Warning, text.to_string(), None);
    }

    /// Saves the graph in the background; without it the next start only takes longer to build it.
    pub fn dump_index(&mut self) {
        if self.catalogue.store().is_read_only() {
            return;
        }
        if let Err(error) = self.catalogue.dump_index() {
            self.warn(error);
        }
    }
}
