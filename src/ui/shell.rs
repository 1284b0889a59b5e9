//! The frame that is always visible: header, navigation, status bar.

mod header;
mod navigation;
mod status;

pub use header::header_ui;
pub use navigation::navigation_ui;
pub use status::status_ui;
