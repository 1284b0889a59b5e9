//! What the panels draw from but do not own: records, thumbnails and larger views of pictures.
//!
//! A cache is asked while drawing. What it lacks it notes as wanted; the app takes the wanted
//! ones once a frame, asks the worker for them, and inserts the answers.

mod previews;
mod records;
mod thumbnails;
mod workshop;

pub use previews::{FULL_SIDE, PANE_SIDE, Preview, Previews, STRIP_SIDE};
pub use records::RecordCache;
pub use thumbnails::{Thumbnail, Thumbnails};

/// Seconds after which something asked for and never answered is asked for again.
const ASK_AGAIN_SECS: u64 = 10;
