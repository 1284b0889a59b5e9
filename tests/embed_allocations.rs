//! The default model allocates nothing a picture after the first. A program of its own, because
//! the allocator that counts serves all of it.

use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
};

use image_search::engine::embed::default_model;

thread_local! {
    /// Allocations of this thread; the test harness has others.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is left to the system's allocator; the counter itself allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // A thread that ends allocates after its counter is gone.
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises are those of the system's allocator.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations_of(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    work();
    ALLOCATIONS.get() - before
}

#[test]
fn nothing_is_allocated_after_the_first_picture() {
    let model = default_model().unwrap();
    let picture = vec![90; model.input().bytes()];
    let mut descriptor = vec![0.0; model.dimension()];
    let first = allocations_of(|| model.embed(&picture, &mut descriptor).unwrap());
    assert!(first > 0, "the counter counts");
    let next = allocations_of(|| model.embed(&picture, &mut descriptor).unwrap());
    assert_eq!(next, 0);
}
