//! Rules only: no I/O, no clock, no thread. Every instant is passed in.

pub mod catalogue;
pub mod filter;
pub mod import;
pub mod job;
pub mod message;
pub mod money;
pub mod path;
pub mod picture;
pub mod plan;
pub mod proof;
pub mod query;
pub mod quota;
pub mod record;
pub mod subscription;
pub mod text;
pub mod usage;
pub mod verdict;
pub mod words;
