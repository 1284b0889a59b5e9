//! How alike a picture of the window must be to the one kept in `tests/snapshots`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test` writes the pictures anew: look at them before they are committed.

use egui_kittest::{OsThreshold, SnapshotOptions};

/// Glyphs are drawn by egui itself, alike everywhere; photos scale a little differently on other
/// graphics drivers.
pub fn options() -> SnapshotOptions {
    SnapshotOptions::new()
        .threshold(OsThreshold::new(1.0).windows(3.0).macos(3.0))
        .max_failed_pixels(OsThreshold::new(40).windows(2_000).macos(2_000))
}
