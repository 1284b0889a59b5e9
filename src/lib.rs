//! Image Search: a catalogue of pictures that is searched by picture, with its subscription.
//!
//! The modules are floors; each imports only from those below it:
//! `app` over `ui` and `worker` over `engine` over `domain`. `cli` and `selftest` are headless
//! users of the same worker as the window.

pub mod app;
pub mod cli;
pub mod domain;
pub mod engine;
pub mod exit;
pub mod selftest;
pub mod ui;
pub mod worker;
