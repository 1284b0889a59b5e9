//! What the window shows, as a small JSON file for tests that drive the real program.
//!
//! ```json
//! {"view": "search", "stored": 12, "generation": 4, "loading": false, "query": "a.jpg",
//!  "searching": false,
//!  "results": [{"name": "b.jpg", "score": 0.93, "verdict": "edited_copy"}],
//!  "jobs": [{"title": "photos", "state": "running", "total": 40, "indexed": 7, "unchanged": 0,
//!            "refused": 0, "failed": 0}],
//!  "preview": {"files": 40, "new": 40, "known": 0, "unreadable": 0, "complete": true},
//!  "undo": null, "dialog": "import", "toast": null}
//! ```
//!
//! Results are the first hundred of a settled answer, and `searching` while there is none; `loading` while a picture that was drawn is on its way; `dialog`
//! is the name of what is open over the view; `toast` is the text of the newest one on the screen.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::{
    domain::{import::ImportPreview, job::Job},
    ui::{model::Model, search::SearchView, toasts::Toast, view::View},
};

/// The environment variable that names the state file.
pub const STATE_FILE_VARIABLE: &str = "IMAGE_SEARCH_STATE_FILE";

/// Results written at most.
const MOST_RESULTS: usize = 100;

/// What is reported of.
pub struct Shown<'a> {
    pub view: View,
    pub model: &'a Model,
    pub search: &'a SearchView,
    pub dialog: Option<&'static str>,
    pub toast: Option<&'a Toast>,
}

/// The state file and what it holds.
pub struct Report {
    file: PathBuf,
    written: Vec<u8>,
}

impl Report {
    pub fn new(file: PathBuf) -> Self {
        Self {
            file,
            written: Vec::new(),
        }
    }

    /// The file and its new content, where that changed.
    pub fn changed(&mut self, shown: &Shown<'_>) -> Option<(PathBuf, Vec<u8>)> {
        let bytes = describe(shown).to_string().into_bytes();
        if bytes == self.written {
            return None;
        }
        self.written.clone_from(&bytes);
        Some((self.file.clone(), bytes))
    }
}

fn describe(shown: &Shown<'_>) -> Value {
    let model = shown.model;
    let state = model.state.as_ref();
    let tab = shown.search.tab();
    json!({
        "view": shown.view.id,
        "stored": model.stored(),
        "generation": state.map_or(0, |state| state.generation),
        "loading": model.thumbnails.is_loading() || model.previews.is_loading(),
        "query": tab.map(|tab| tab.name.clone()),
        "searching": tab.is_some_and(|tab| tab.is_waiting() || tab.is_proving()),
        "results": results(shown.search),
        "jobs": model.jobs.iter().take(20).map(job).collect::<Vec<_>>(),
        "preview": model.import_preview.as_ref().map(preview),
        "undo": model.undo(),
        "dialog": shown.dialog,
        "toast": shown.toast.map(|toast| &toast.text),
    })
}

fn results(search: &SearchView) -> Vec<Value> {
    let tab = search.tab().filter(|tab| !tab.is_proving());
    let Some(answer) = tab.and_then(|tab| tab.answer.as_ref()) else {
        return Vec::new();
    };
    let hit = |hit: &crate::domain::query::Hit| {
        json!({
            "name": hit.record.title(),
            "score": hit.score(),
            "verdict": hit.verdict,
        })
    };
    answer.hits.iter().take(MOST_RESULTS).map(hit).collect()
}

fn job(job: &Job) -> Value {
    json!({
        "title": job.title,
        "state": job.state,
        "kind": job.kind,
        "held_by": job.held_by,
        "because": job.because,
        "total": job.total,
        "indexed": job.indexed,
        "unchanged": job.unchanged,
        "refused": job.refused,
        "failed": job.failed,
    })
}

fn preview(preview: &ImportPreview) -> Value {
    json!({
        "files": preview.files,
        "new": preview.new,
        "known": preview.known,
        "unreadable": preview.unreadable.len(),
        "complete": preview.complete,
        "refusal": preview.outlook.refusal,
    })
}
