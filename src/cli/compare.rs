//! The verb that compares two pictures, and how a proof is written.

use std::{ffi::OsStr, path::Path};

use serde_json::{Value, json};

use super::{
    failed::Failed,
    place::Place,
    print,
    resolve::resolve,
    session::{Session, User},
};
use crate::{
    domain::{
        path::shown,
        proof::{Part, Proof},
        query::QuerySource,
        verdict::Evidence,
    },
    exit::Exit,
    worker::{Command, Event},
};

/// Four decimals.
pub fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

/// Null unless the copy is proven, or the scene the same.
pub fn proof_json(evidence: &Evidence) -> Value {
    let Some(proof) = evidence.trial.proof() else {
        return Value::Null;
    };
    let part = |part: Part| {
        json!({
            "x": rounded(part.x), "y": rounded(part.y), "w": rounded(part.w), "h": rounded(part.h),
        })
    };
    json!({
        "inliers": proof.inliers,
        "agreement": rounded(proof.agreement),
        "query_part": part(proof.query_part),
        "picture_part": part(proof.picture_part),
        "scale": rounded(proof.scale),
        "turned_degrees": proof.turned_degrees,
        "mirrored": proof.mirrored,
        "changes": proof.changes,
    })
}

pub fn compare(place: &Place, left: &OsStr, right: &OsStr, as_json: bool) -> Result<Exit, Failed> {
    let mut session = Session::open(place, User::Verb)?;
    let left = source(&mut session, left)?;
    let right = source(&mut session, right)?;
    let command = Command::Compare { left, right };
    let evidence = session.ask(command, |asked, event| match event {
        Event::Compared { request, evidence } if request == asked => Some(evidence),
        _ => None,
    })?;
    if as_json {
        print::json(&json!({
            "verdict": evidence.verdict().id(),
            "score": rounded(evidence.score),
            "unproven_because": evidence.unproven_because(),
            "proof": proof_json(&evidence),
        }))?;
    } else {
        print::line(&format!(
            "{}, {:.4} alike",
            evidence.verdict().label(),
            evidence.score
        ))?;
        if let Some(because) = evidence.unproven_because() {
            print::line(&format!("Not proven: {}", because.replace('_', " ")))?;
        }
        if let Some(proof) = evidence.trial.proof() {
            print::line(&proof_line(proof, evidence.verdict().is_copy()))?;
        }
    }
    Ok(Exit::Done)
}

/// A file where there is one, else a picture of the catalogue by its id or path.
fn source(session: &mut Session, what: &OsStr) -> Result<QuerySource, Failed> {
    let path = Path::new(what);
    if path.is_file() {
        return Ok(QuerySource::File(path.to_path_buf()));
    }
    match resolve(session, what)? {
        Some(id) => Ok(QuerySource::Record(id)),
        // A folder, a device or a link that leads nowhere: reading it says what it is.
        None if path.symlink_metadata().is_ok() => Ok(QuerySource::File(path.to_path_buf())),
        None => Err(Failed::usage(format!(
            "{}: There is no such file, and no such picture in the catalogue.",
            shown(path)
        ))),
    }
}

fn proof_line(proof: &Proof, is_copy: bool) -> String {
    let changes: Vec<String> = proof
        .changes
        .iter()
        .map(|change| change.id().to_owned())
        .collect();
    let changes = match changes.is_empty() {
        true if is_copy => "; only encoding or metadata differ".to_owned(),
        true => String::new(),
        false => format!("; {}", changes.join(", ")),
    };
    format!(
        "{} points fit, {:.0} % of the common part agrees{changes}",
        proof.inliers,
        proof.agreement * 100.0
    )
}
