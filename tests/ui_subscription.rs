//! The dashboard, driven as a person does it: by what its widgets are called, with a fixed clock.

mod ui_subscription {
    mod changes;
    mod flows;
    mod harness;
    mod phases;
}
