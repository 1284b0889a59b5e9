//! Which picture of the catalogue is meant.

use std::{ffi::OsStr, path::PathBuf};

use super::{failed::Failed, session::Session};
use crate::{
    domain::record::RecordId,
    worker::{Command, Event},
};

/// An id, or a path that is in the catalogue.
pub fn resolve(session: &mut Session, what: &OsStr) -> Result<Option<RecordId>, Failed> {
    let command = match what.to_str().map(str::parse) {
        Some(Ok(id)) => Command::Records(vec![RecordId(id)]),
        _ => Command::RecordAt(std::path::absolute(what).unwrap_or_else(|_| PathBuf::from(what))),
    };
    session.ask(command, |asked, event| match event {
        Event::Records { request, records } if request == asked => {
            Some(records.first().map(|record| record.id))
        }
        _ => None,
    })
}
