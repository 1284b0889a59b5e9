//! Changes of the catalogue, each with its undo.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use super::{command::RequestId, deadline::Deadline, event::FailureKind, shared::Shared};
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
struct Removal {
    request: RequestId,
    ids: Vec<RecordId>,
}

/// The desk of changes: removals in the order they were asked for.
#[derive(Default)]
pub struct ChangeDesk {
    removals: VecDeque<Removal>,
}

impl ChangeDesk {
    /// Removals waiting for their turn.
    pub fn waiting(&self) -> u32 {
        self.removals.len() as u32
    }

    pub fn edit(
        &self,
        shared: &mut Shared,
        request: RequestId,
        ids: &[RecordId],
        edit: &FieldEdit,
    ) {
        let now = shared.now();
        match shared.catalogue.store_mut().edit(ids, edit, now) {
            Ok(changed) => {
                shared.catalogue.fields_changed();
                shared.touch();
                shared.out.done(
                    request,
                    format!("Changed {}", pictures(changed)),
                    changed > 0,
                );
            }
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }

    pub fn remove(&mut self, shared: &mut Shared, request: RequestId, ids: Vec<RecordId>) {
        if shared.refused(request) {
            return;
        }
        self.removals.push_back(Removal { request, ids });
        self.tick(shared);
    }

    /// Starts the removals that may run now. A selection counts as one call for each thousand
    /// pictures; they run together once the quota has room for all, so that one undo restores them.
    pub fn tick(&mut self, shared: &mut Shared) -> Deadline {
        while let Some(mut removal) = self.removals.pop_front() {
            let now = shared.options.clock.now();
            let quota = shared.door.quota(CallKind::Delete, now).max(1) as usize;
            let count = removal.ids.len().min(quota * PICTURES_A_CALL);
            let calls = count.div_ceil(PICTURES_A_CALL).max(1);
            if let Some(wait_ms) = shared.door.wait_ms(CallKind::Delete, calls as u32, now) {
                self.removals.push_front(removal);
                return Deadline::after(Instant::now(), Duration::from_millis(wait_ms));
            }
            let rest = removal.ids.split_off(count);
            remove_now(shared, removal.request, &removal.ids, calls);
            if !rest.is_empty() {
                self.removals.push_front(Removal {
                    request: removal.request,
                    ids: rest,
                });
            }
        }
        Deadline::NEVER
    }

    pub fn undo(&self, shared: &mut Shared, request: RequestId) {
        let now = shared.now();
        match shared.catalogue.undo(now) {
            Ok(Some(undone)) => {
                shared.touch();
                shared
                    .out
                    .done(request, format!("Undone: {}", undone.label), false);
            }
            Ok(None) => shared.out.done(request, "There is nothing to undo", false),
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
    }
}

fn remove_now(shared: &mut Shared, request: RequestId, ids: &[RecordId], calls: usize) {
    let clock = shared.options.clock.now();
    let at = shared.now();
    let at_ms = (0..calls)
        .map(|_| shared.door.note_call(CallKind::Delete, clock))
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
    if let Err(error) = shared.catalogue.store_mut().add_meter(&meter) {
        return shared.out.failed(request, FailureKind::System, error);
    }
    match shared.catalogue.remove(ids, at) {
        Ok(removed) => {
            shared.touch();
            shared.out.done(
                request,
                format!("Removed {}", pictures(removed)),
                removed > 0,
            );
        }
        Err(error) => shared.out.failed(request, FailureKind::System, error),
    }
}
