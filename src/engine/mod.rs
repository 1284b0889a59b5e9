//! Files, pictures and vectors: everything the worker drives, with no thread of its own to wait for.

pub mod catalogue;
pub mod caught;
pub mod child;
pub mod decode;
pub mod describe;
pub mod embed;
pub mod files;
pub mod index;
pub mod ledger_copies;
pub mod priority;
pub mod proof;
pub mod rest;
pub mod store;
pub mod trial_mark;
