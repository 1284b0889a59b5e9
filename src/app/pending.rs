//! What each unanswered request was for.

use std::collections::HashMap;

use crate::{
    domain::{job::JobId, query::QuerySource, record::RecordId},
    worker::RequestId,
};

/// What an answer, or a failure, is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    Search {
        tab: u32,
        serial: u32,
    },
    Listing,
    /// A picture to show.
    Preview {
        source: QuerySource,
        max_side: u32,
    },
    CopyPicture,
    /// Two pictures, to whichever comparison shows them.
    Compare {
        left: QuerySource,
        right: QuerySource,
    },
    ImportPreview,
    Edit(Vec<RecordId>),
    Remove(Vec<RecordId>),
    Undo,
    Failures(JobId),
    Subscription,
    /// Restoring or deleting what was set aside: every picture may be another afterwards.
    SetAside,
}

/// Requests without a last answer.
#[derive(Default)]
pub struct Pending {
    purposes: HashMap<RequestId, Purpose>,
}

impl Pending {
    pub fn note(&mut self, request: RequestId, purpose: Purpose) {
        self.purposes.insert(request, purpose);
    }

    /// What a request was for, whose last answer is to come.
    pub fn of(&self, request: RequestId) -> Option<Purpose> {
        self.purposes.get(&request).cloned()
    }

    /// Forgets a request: its last answer is here.
    pub fn take(&mut self, request: RequestId) -> Option<Purpose> {
        self.purposes.remove(&request)
    }
}
