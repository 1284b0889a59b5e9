//! The settings on disk: `settings.json` in the program's configuration folder.

use std::path::{Path, PathBuf};

use crate::{engine::files::whole, ui::model::Settings};

/// The settings' file in a configuration folder.
pub fn path_in(config_dir: &Path) -> PathBuf {
    config_dir.join("settings.json")
}

/// Reads the settings; missing or damaged values are the defaults.
pub fn load(config_dir: &Path) -> Settings {
    let read = whole::read(&path_in(config_dir)).ok();
    let settings = read.and_then(|bytes| serde_json::from_slice::<Settings>(&bytes).ok());
    settings.unwrap_or_default().sanitized()
}

pub fn to_bytes(settings: &Settings) -> Vec<u8> {
    // Numbers, names and paths: a path that is no Unicode is the only thing JSON cannot hold, and
    // an empty file reads as the usual settings.
    serde_json::to_vec_pretty(settings).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::ui::model::ThemeChoice;

    #[test]
    fn settings_survive_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            theme: ThemeChoice::Dark,
            view: "catalogue".to_owned(),
            grid_zoom: 200.0,
            ..Settings::default()
        };
        fs::write(path_in(folder.path()), to_bytes(&settings)).unwrap();
        assert_eq!(load(folder.path()), settings);
    }

    #[test]
    fn a_damaged_or_missing_file_gives_the_usual_settings() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()), Settings::default());
        fs::write(path_in(folder.path()), b"{\"theme\": 7").unwrap();
        assert_eq!(load(folder.path()), Settings::default());
    }

    #[test]
    fn a_file_of_another_version_keeps_what_is_understood() {
        let folder = tempfile::tempdir().unwrap();
        let text = br#"{"theme": "light", "view": "unheard_of", "unheard_of": true}"#;
        fs::write(path_in(folder.path()), text).unwrap();
        assert_eq!(load(folder.path()).theme, ThemeChoice::Light);
    }
}
