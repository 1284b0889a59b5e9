//! Changes of the catalogue, each with its undo.

use std::collections::VecDeque;

use super::{command::RequestId, event::FailureKind, run::Worker};
use crate::{
    domain::{
        quota::CallKind,
        record::{FieldEdit, RecordId},
        words::pictures,
    },
    engine::store::{Calls, MeterChange},
};

/// Pictures a delete call carries at most.
const PICTURES_A_CALL: usize = 1_000;

/// A removal that waits for its turn among the calls a second.
pub struct Removal {
    request: RequestId,
    ids: Vec<RecordId>,
}

/// Removals in the order they were asked for.
#[derive(Default)]
pub struct Removals {
    waiting: VecDeque<Removal>,
}

impl Removals {
    pub fn waiting(&self) -> u32 {
        self.waiting.len() as u32
    }
}

impl Worker<'_> {
    pub fn edit(&mut self, request: RequestId, ids: &[RecordId], edit: &FieldEdit) {
        let now = self.now();
        match self.catalogue.store_mut().edit(ids, edit, now) {
            Ok(changed) => {
                self.catalogue.fields_changed();
                self.publisher.touch();
                self.out.done(
                    request,
                    format!("Changed {}", pictures(changed)),
                    changed > 0,
                );
            }
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn remove(&mut self, request: RequestId, ids: Vec<RecordId>) {
        if self.refused(request) {
            return;
        }
        self.removals.waiting.push_back(Removal { request, ids });
        self.tick_removals();
    }

    /// Removes what may go now. A selection is as many calls as it has thousands of pictures; they
    /// go together once the quota has room for all, so that one undo brings them back.
    pub fn tick_removals(&mut self) {
        while let Some(removal) = self.removals.waiting.front() {
            let now = self.options.clock.now();
            let quota = self.door.quota(CallKind::Delete, now).max(1) as usize;
            let most = quota * PICTURES_A_CALL;
            let count = removal.ids.len().min(most);
            let calls = count.div_ceil(PICTURES_A_CALL).max(1);
            if !self.door.has_room_for(CallKind::Delete, calls, now) {
                return;
            }
            let Some(mut removal) = self.removals.waiting.pop_front() else {
                return;
            };
            let rest = removal.ids.split_off(count);
            self.remove_now(removal.request, &removal.ids, calls);
            if !rest.is_empty() {
                self.removals.waiting.push_front(Removal {
                    request: removal.request,
                    ids: rest,
                });
            }
        }
    }

    fn remove_now(&mut self, request: RequestId, ids: &[RecordId], calls: usize) {
        let clock = self.options.clock.now();
        let at = self.now();
        let at_ms = (0..calls)
            .map(|_| self.door.note_call(CallKind::Delete, clock))
            .last();
        let counted = at_ms.map(|at_ms| Calls {
            kind: CallKind::Delete,
            at_ms,
            count: calls as u64,
        });
        let meter = MeterChange {
            at,
            uploads: 0,
            calls: counted.into_iter().collect(),
        };
        if let Err(error) = self.catalogue.store_mut().add_meter(&meter) {
            return self.out.failed(request, FailureKind::System, error);
        }
        match self.catalogue.remove(ids, at) {
            Ok(removed) => {
                self.publisher.touch();
                self.out.done(
                    request,
                    format!("Removed {}", pictures(removed)),
                    removed > 0,
                );
            }
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn undo(&mut self, request: RequestId) {
        let now = self.now();
        match self.catalogue.undo(now) {
            Ok(Some(undone)) => {
                self.publisher.touch();
                self.out
                    .done(request, format!("Undone: {}", undone.label), false);
            }
            Ok(None) => self.out.done(request, "There is nothing to undo", false),
            Err(error) => self.out.failed(request, FailureKind::System, error),
        }
    }
}
