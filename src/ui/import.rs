//! Adding pictures: the question before, the progress meanwhile, the failures after.

mod failures;
mod job_buttons;
pub mod job_words;
mod preview;
mod progress;

pub use failures::{FailuresView, failures_ui};
pub use job_buttons::job_buttons_ui;
pub use preview::{PreviewView, preview_ui};
pub use progress::progress_ui;
