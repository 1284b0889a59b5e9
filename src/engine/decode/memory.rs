//! The memory that all pictures being decoded share.
//!
//! What a picture will take is estimated from its header and reserved before the pixels are
//! decoded: decoder, decoded pixels, resampling and the small pictures made of them. A picture that
//! needs more than is free waits for the others, in the order of arrival; one that needs more than
//! all of it is refused.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Bytes that all decoders of this process take together, as far as it can be told beforehand:
/// 1 GiB. A 48-megapixel HEIC needs three quarters of it.
pub const BUDGET_BYTES: u64 = 1 << 30;

/// What this process's decoders share.
static SHARED: Budget = Budget::new(BUDGET_BYTES);

/// A number of bytes that reservations share.
#[derive(Debug)]
pub struct Budget {
    total: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    free: u64,
    /// The number the next to come is given, and that of the next to be served.
    arrived: u64,
    served: u64,
}

impl Budget {
    const fn new(total: u64) -> Self {
        Self {
            total,
            state: Mutex::new(State {
                free: total,
                arrived: 0,
                served: 0,
            }),
            changed: Condvar::new(),
        }
    }

    /// Waits until `bytes` are free and all that came before were served; `None` where there are
    /// not so many at all.
    fn reserve(&'static self, bytes: u64) -> Option<Reservation> {
        if bytes > self.total {
            return None;
        }
        let mut state = self.lock();
        let number = state.arrived;
        state.arrived += 1;
        while state.served != number || state.free < bytes {
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        state.served += 1;
        state.free -= bytes;
        self.changed.notify_all();
        Some(Reservation {
            budget: self,
            bytes,
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The numbers are changed only where nothing can panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes that are taken until this is dropped.
#[derive(Debug)]
pub struct Reservation {
    budget: &'static Budget,
    bytes: u64,
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.budget.lock().free += self.bytes;
        self.budget.changed.notify_all();
    }
}

/// Waits for `bytes` of what all decoders share; `None` where a picture can never have so many.
pub fn reserve(bytes: u64) -> Option<Reservation> {
    SHARED.reserve(bytes)
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            atomic::{AtomicU64, Ordering},
            mpsc,
        },
        thread,
    };

    use super::*;

    fn budget(total: u64) -> &'static Budget {
        Box::leak(Box::new(Budget::new(total)))
    }

    #[test]
    fn more_than_all_is_never_given() {
        let budget = budget(100);
        assert!(budget.reserve(101).is_none());
        assert!(budget.reserve(100).is_some());
        assert!(budget.reserve(100).is_some(), "given back");
    }

    #[test]
    fn those_at_work_never_take_more_than_there_is_and_all_get_their_turn() {
        let budget = budget(100);
        let (taken, most) = (AtomicU64::new(0), AtomicU64::new(0));
        thread::scope(|scope| {
            for worker in 0..8 {
                let (taken, most) = (&taken, &most);
                scope.spawn(move || {
                    for round in 0..200 {
                        let bytes = 1 + (worker * 37 + round * 11) % 100;
                        let reserved = budget.reserve(bytes).unwrap();
                        let now = taken.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        thread::yield_now();
                        taken.fetch_sub(bytes, Ordering::SeqCst);
                        drop(reserved);
                    }
                });
            }
        });
        assert!((51..=100).contains(&most.into_inner()));
        assert_eq!(budget.lock().free, 100);
    }

    #[test]
    fn a_large_one_is_not_passed_over_by_small_ones_that_come_later() {
        let budget = budget(100);
        let first = budget.reserve(60).unwrap();
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            let large = tell.clone();
            scope.spawn(move || {
                let _reserved = budget.reserve(80).unwrap();
                large.send("large").unwrap();
            });
            while budget.lock().arrived < 2 {
                thread::yield_now();
            }
            scope.spawn(move || {
                let _reserved = budget.reserve(30).unwrap();
                tell.send("small").unwrap();
            });
            while budget.lock().arrived < 3 {
                thread::yield_now();
            }
            assert!(
                told.try_recv().is_err(),
                "40 are free, and the large one is first"
            );
            drop(first);
        });
        assert_eq!(told.iter().collect::<Vec<_>>(), ["large", "small"]);
    }
}
