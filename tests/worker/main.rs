//! The worker by its commands and events: what it promises whoever uses it.

mod catalogue;
mod desk;
mod import;
mod jobs;
mod quota;
mod subscription;
