//! What the panels read.

use std::{collections::VecDeque, path::PathBuf, sync::Arc};

use egui::ThemePreference;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::cache::{Previews, RecordCache, Thumbnails};
use crate::domain::{
    catalogue::State,
    import::{FileFailure, ImportPreview},
    job::{Job, JobId},
    message::Message,
    path,
    record::RecordId,
    verdict::Thresholds,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThemeChoice {
    /// Follow the system.
    #[default]
    System,
    Light,
    Dark,
}

impl From<ThemeChoice> for ThemePreference {
    fn from(choice: ThemeChoice) -> Self {
        match choice {
            ThemeChoice::System => Self::System,
            ThemeChoice::Light => Self::Light,
            ThemeChoice::Dark => Self::Dark,
        }
    }
}

/// Smallest, usual and largest width of a picture in the grid, in points.
pub const GRID_ZOOM: (f32, f32, f32) = (96.0, 156.0, 320.0);

/// The user's settings, kept across restarts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub theme: ThemeChoice,
    /// The id of the room on the screen; one that is not there is the first.
    pub view: String,
    /// Width of a picture in the grid in points, within [`GRID_ZOOM`].
    pub grid_zoom: f32,
    /// Threads for indexing; 0 is all cores but one.
    pub threads: usize,
    pub thresholds: Thresholds,
    /// Data folder from the next start on; `None` is the default folder.
    #[serde(
        serialize_with = "path::serialize_exact",
        deserialize_with = "path::deserialize_exact"
    )]
    pub data_dir: Option<PathBuf>,
    /// A model file in place of the built-in one, from the next start on.
    #[serde(
        serialize_with = "path::serialize_exact",
        deserialize_with = "path::deserialize_exact"
    )]
    pub model: Option<PathBuf>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: ThemeChoice::default(),
            view: String::new(),
            grid_zoom: GRID_ZOOM.1,
            threads: 0,
            thresholds: Thresholds::default(),
            data_dir: None,
            model: None,
        }
    }
}

impl Settings {
    /// The settings with every value brought into its range: a file may hold anything.
    pub fn sanitized(mut self) -> Self {
        let (smallest, usual, largest) = GRID_ZOOM;
        self.grid_zoom = match self.grid_zoom.is_finite() {
            true => self.grid_zoom.clamp(smallest, largest),
            false => usual,
        };
        let share = |value: f32, usual: f32| {
            if (0.0..=1.0).contains(&value) {
                value
            } else {
                usual
            }
        };
        let usual = Thresholds::default();
        self.thresholds.likely_copy = share(self.thresholds.likely_copy, usual.likely_copy);
        self.threads = self.threads.min(256);
        self
    }
}

/// The failed files of one job, as far as they were requested.
#[derive(Clone, Debug, PartialEq)]
pub struct JobFailures {
    pub job: JobId,
    /// None until the worker has answered.
    pub failures: Option<Vec<FileFailure>>,
}

/// How many of the pictures indexed last are shown while an import runs.
const RECENT: usize = 24;

/// Why there is no catalogue to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannotOpen {
    pub why: String,
    /// A backup can be put in place.
    pub restorable: bool,
}

/// Everything the panels draw that is not local to one view.
pub struct Model {
    /// None until the worker has published for the first time.
    pub state: Option<Arc<State>>,
    /// The current instant: that of the published state plus the time since.
    pub clock: Timestamp,
    pub settings: Settings,
    pub records: RecordCache,
    pub thumbnails: Thumbnails,
    pub previews: Previews,
    /// The import being asked about; its numbers grow until it is complete.
    pub import_preview: Option<ImportPreview>,
    /// Jobs of this and earlier starts, the newest first.
    pub jobs: Vec<Job>,
    /// Messages of this and earlier starts, the newest first.
    pub messages: Vec<Message>,
    pub job_failures: Option<JobFailures>,
    /// Indexed last, the newest first.
    pub recent_indexed: VecDeque<RecordId>,
    /// Why there is no catalogue to show, with the remedy.
    pub cannot_open: Option<CannotOpen>,
    /// The window system gives no file drops: say so where dropping is offered.
    pub drops_unavailable: bool,
}

impl Model {
    pub fn new(settings: Settings) -> Self {
        Self {
            state: None,
            clock: Timestamp::UNIX_EPOCH,
            settings,
            records: RecordCache::default(),
            thumbnails: Thumbnails::default(),
            previews: Previews::default(),
            import_preview: None,
            jobs: Vec::new(),
            messages: Vec::new(),
            job_failures: None,
            recent_indexed: VecDeque::new(),
            cannot_open: None,
            drops_unavailable: false,
        }
    }

    /// Takes over a newly published state and merges its jobs into the list.
    pub fn publish(&mut self, state: Arc<State>) {
        self.clock = state.now;
        self.cannot_open = None;
        // An open job the worker does not have was of a catalogue that was set aside.
        self.jobs
            .retain(|known| known.is_over() || state.jobs.iter().any(|job| job.id == known.id));
        for job in state.jobs.iter() {
            self.note_job(job.clone());
        }
        self.state = Some(state);
    }

    /// Inserts or replaces a job in the list, newest first.
    pub fn note_job(&mut self, job: Job) {
        match self.jobs.iter_mut().find(|known| known.id == job.id) {
            Some(known) => *known = job,
            None => {
                let place = self.jobs.partition_point(|known| known.id > job.id);
                self.jobs.insert(place, job);
            }
        }
    }

    /// Records pictures just indexed; the newest is last in `ids`.
    pub fn note_indexed(&mut self, ids: &[RecordId]) {
        for id in ids {
            self.recent_indexed.retain(|known| known != id);
            self.recent_indexed.push_front(*id);
        }
        self.recent_indexed.truncate(RECENT);
    }

    /// The job that is running or held; waiting jobs follow it.
    pub fn current_job(&self) -> Option<&Job> {
        self.state.as_ref()?.jobs.iter().find(|job| !job.is_over())
    }

    pub fn stored(&self) -> u64 {
        self.state.as_ref().map_or(0, |state| state.stored)
    }

    pub fn undo(&self) -> Option<&str> {
        self.state.as_ref()?.undo.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_from_a_damaged_file_are_brought_into_range() {
        let settings = Settings {
            grid_zoom: f32::NAN,
            threads: usize::MAX,
            thresholds: Thresholds { likely_copy: 7.0 },
            ..Settings::default()
        }
        .sanitized();
        assert_eq!(settings.grid_zoom, GRID_ZOOM.1);
        assert_eq!(settings.threads, 256);
        assert_eq!(settings.thresholds, Thresholds::default());
    }

    #[test]
    fn the_pictures_indexed_last_come_first_and_once() {
        let mut model = Model::new(Settings::default());
        model.note_indexed(&[RecordId(1), RecordId(2)]);
        model.note_indexed(&[RecordId(1)]);
        assert_eq!(model.recent_indexed, [RecordId(1), RecordId(2)]);
        let many: Vec<_> = (0..100).map(RecordId).collect();
        model.note_indexed(&many);
        assert_eq!(model.recent_indexed.len(), RECENT);
        assert_eq!(model.recent_indexed[0], RecordId(99));
    }
}
