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
    engine::{
        catalogue::CatalogueError,
        store::{Calls, Changed, MeterChange, UndoRest, Undone},
    },
};

/// Pictures a delete call carries at most.
const PICTURES_A_CALL: usize = 1_000;

/// Pictures that an undo brings back in one step: about a tenth of a second. Fewer would write the same
/// pages of the catalogue over and over.
const PICTURES_A_STEP: usize = 1_000;

/// A removal that waits for its turn among the calls a second.
struct Removal {
    request: RequestId,
    /// Those still to be removed.
    ids: Vec<RecordId>,
    /// What earlier parts have removed.
    removed: Changed,
}

impl Removal {
    /// Reports an error, with what was removed before it.
    fn fail(&self, shared: &Shared, error: &CatalogueError) {
        let text = match self.removed.pictures {
            0 => error.to_string(),
            count => format!("Only {} were removed. {error}", pictures(count)),
        };
        shared.out.failed(self.request, FailureKind::System, text);
    }
}

/// The desk of changes: removals in the order they were asked for.
#[derive(Default)]
pub struct ChangeDesk {
    removals: VecDeque<Removal>,
    undos: VecDeque<UndoInSteps>,
}

/// An undo under way.
struct UndoInSteps {
    request: RequestId,
    /// What is still to be undone of a change begun.
    rest: Option<UndoRest>,
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
        self.removals.push_back(Removal {
            request,
            ids,
            removed: Changed::default(),
        });
        self.tick(shared);
    }

    pub fn tick(&mut self, shared: &mut Shared) -> Deadline {
        self.undo_step(shared).or(self.remove_due(shared))
    }

    /// Ends what was begun.
    pub fn stop(&mut self, shared: &mut Shared) {
        while self.undo_step(shared) != Deadline::NEVER {}
    }

    /// Starts the removals that may run now. A selection counts as one call for each thousand
    /// pictures; it goes in parts as large as the quota allows, is answered after the last, and one
    /// undo restores it all.
    fn remove_due(&mut self, shared: &mut Shared) -> Deadline {
        while let Some(mut removal) = self.removals.pop_front() {
            let now = shared.options.clock.now();
            let quota = shared.door.quota(CallKind::Delete).max(1) as usize;
            let count = removal.ids.len().min(quota * PICTURES_A_CALL);
            let calls = count.div_ceil(PICTURES_A_CALL).max(1);
            if let Some(wait_ms) = shared.door.wait_ms(CallKind::Delete, calls as u32, now) {
                self.removals.push_front(removal);
                return Deadline::after(Instant::now(), Duration::from_millis(wait_ms));
            }
            let rest = removal.ids.split_off(count);
            match remove_part(shared, removal.removed, &removal.ids, calls) {
                Ok(removed) if rest.is_empty() => {
                    let text = format!("Removed {}", pictures(removed.pictures));
                    shared.out.done(removal.request, text, removed.pictures > 0);
                }
                Ok(removed) => self.removals.push_front(Removal {
                    request: removal.request,
                    ids: rest,
                    removed,
                }),
                Err(error) => removal.fail(shared, &error),
            }
        }
        Deadline::NEVER
    }

    pub fn undo(&mut self, request: RequestId) {
        let rest = None;
        self.undos.push_back(UndoInSteps { request, rest });
    }

    /// Takes the next step of the undo under way; everything else has its turn between two steps.
    fn undo_step(&mut self, shared: &mut Shared) -> Deadline {
        let Some(undo) = self.undos.pop_front() else {
            return Deadline::NEVER;
        };
        let request = undo.request;
        let now = shared.now();
        match shared.catalogue.undo(undo.rest, PICTURES_A_STEP, now) {
            Ok(Some(Undone { rest, label, .. })) => {
                shared.touch();
                if rest.is_some() {
                    self.undos.push_front(UndoInSteps { request, rest });
                } else {
                    shared.out.done(request, format!("Undone: {label}"), false);
                }
            }
            Ok(None) => shared.out.done(request, "There is nothing to undo", false),
            Err(error) => shared.out.failed(request, FailureKind::System, error),
        }
        match self.undos.is_empty() {
            true => Deadline::NEVER,
            false => Deadline::at_once(Instant::now()),
        }
    }
}

/// # Errors
///
/// [`CatalogueError`]: nothing of this part was removed.
fn remove_part(
    shared: &mut Shared,
    earlier: Changed,
    ids: &[RecordId],
    calls: usize,
) -> Result<Changed, CatalogueError> {
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
    shared.catalogue.store_mut().add_meter(&MeterChange {
        at,
        uploads: 0,
        calls: counted.into_iter().collect(),
    })?;
    let removed = shared.catalogue.remove(earlier, ids, at)?;
    shared.touch();
    Ok(removed)
}
