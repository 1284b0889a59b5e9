//! The dashboard, driven as a person does it: by what its widgets are called, with a fixed clock.

#[path = "support/snapshot.rs"]
mod snapshot;

mod ui_subscription {
    mod changes;
    mod flows;
    mod harness;
    mod phases;
}
