//! What the panels draw from but do not own: records, thumbnails and larger views of pictures.
//!
//! A cache is read while drawing and records what it lacks as wanted. Once a frame the app takes
//! the wanted items, requests them from the worker, and inserts the answers.

mod previews;
mod records;
mod thumbnails;
mod workshop;

pub use previews::{FULL_SIDE, Measured, PANE_SIDE, Preview, Previews, STRIP_SIDE};
pub use records::RecordCache;
pub use thumbnails::{Thumbnail, Thumbnails};
pub use workshop::Workshop;

/// Seconds after which an unanswered request is repeated.
const ASK_AGAIN_SECS: u64 = 10;
