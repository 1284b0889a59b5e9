//! The worker by its commands and events: what it promises whoever uses it.

mod catalogue;
mod clock;
mod desk;
mod import;
mod jobs;
mod ledger;
mod quota;
mod subscription;
