//! Jobs: durable work over many files or pictures, one in work at a time.
//!
//! [`JobDesk`] leads every kind of job through the same states; a kind is a [`run::Run`] and its
//! line in [`kinds`]. What is done is committed with its place in the job, so a start after a kill
//! goes on where the last commit was.

mod desk;
mod import;
mod kinds;
mod listing;
mod pasted;
mod rate;
mod reindex;
mod run;
mod supply;
mod survey;

pub use desk::JobDesk;
