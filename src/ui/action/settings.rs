//! What the settings ask for.

use crate::{domain::verdict::Thresholds, ui::model::ThemeChoice};

/// Sent by the settings.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingsAction {
    Theme(ThemeChoice),
    Threads(usize),
    Thresholds(Thresholds),
    /// Asks for the data folder to use from the next start on.
    ChooseDataFolder,
    UsualDataFolder,
    OpenDataFolder,
    /// Asks for a model file.
    ChooseModel,
    BuiltInModel,
    /// Recomputes every descriptor.
    Reindex,
    /// Makes the newest sound backup the catalogue, in place of one that cannot be opened.
    RestoreBackup,
}
