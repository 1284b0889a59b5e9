//! How alike a picture of the window must be to the one kept in `tests/snapshots`.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test` rewrites the pictures: look at them before committing.

use egui_kittest::{OsThreshold, SnapshotOptions};

/// Glyphs are drawn by egui itself, alike everywhere; photos are scaled by the graphics driver,
/// whose rounding differs by a level or two of 255 (a distance of 2) from one to the next.
pub fn options() -> SnapshotOptions {
    SnapshotOptions::new()
        .threshold(OsThreshold::new(3.0))
        .max_failed_pixels(OsThreshold::new(100).windows(2_000).macos(2_000))
}
