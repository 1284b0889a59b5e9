//! The rooms of the window. A new room is its panel and an entry here.

use super::{
    activity::{self, ActivityView},
    catalogue::{self, CatalogueView},
    command::UiCommand,
    model::Model,
    room::Room,
    search::{self, SearchView},
    settings::{self, SettingsView},
    subscription::{self, SubscriptionView},
    view::View,
};

/// The rooms with their state.
#[derive(Default)]
pub struct Rooms {
    pub search: SearchView,
    pub catalogue: CatalogueView,
    pub subscription: SubscriptionView,
    pub activity: ActivityView,
    pub settings: SettingsView,
}

/// Where a room is among all of them.
type Place = fn(&mut Rooms) -> &mut dyn Room;

/// All rooms, in the order of the navigation; the window opens with the first.
const ROOMS: [(View, Place); 5] = [
    (search::VIEW, |rooms| &mut rooms.search),
    (catalogue::VIEW, |rooms| &mut rooms.catalogue),
    (subscription::VIEW, |rooms| &mut rooms.subscription),
    (activity::VIEW, |rooms| &mut rooms.activity),
    (settings::VIEW, |rooms| &mut rooms.settings),
];

impl Rooms {
    /// The room a view names.
    pub fn get(&mut self, view: View) -> &mut dyn Room {
        let (_, room) = ROOMS
            .iter()
            .find(|(named, _)| *named == view)
            .unwrap_or(&ROOMS[0]);
        room(self)
    }

    /// The rooms that need attention.
    pub fn wanting_attention(&mut self, model: &Model) -> Vec<View> {
        let wants = |view: &View| self.get(*view).wants_attention(model);
        views().filter(wants).collect()
    }
}

/// All rooms, in the order of the navigation.
pub fn views() -> impl ExactSizeIterator<Item = View> {
    ROOMS.iter().map(|(view, _)| *view)
}

/// The room with this id; the first if there is none, as with settings of another version.
pub fn view(id: &str) -> View {
    views().find(|view| view.id == id).unwrap_or(ROOMS[0].0)
}

/// Every command; those that go to a room first.
pub fn commands() -> impl Iterator<Item = UiCommand> {
    views().map(UiCommand::Go).chain(UiCommand::ALL_BUT_ROOMS)
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use egui::KeyboardShortcut;

    use super::*;

    #[test]
    fn no_two_commands_share_their_keys() {
        let mut taken: HashMap<KeyboardShortcut, UiCommand> = HashMap::new();
        for command in commands() {
            if let Some(keys) = command.shortcut() {
                let other = taken.insert(keys, command);
                assert!(
                    other.is_none(),
                    "{command:?} and {other:?} both have {keys:?}"
                );
            }
        }
    }

    #[test]
    fn every_command_is_listed_once_with_words_of_its_own() {
        let all: Vec<_> = commands().collect();
        let commands: HashSet<_> = all.iter().collect();
        assert_eq!(commands.len(), all.len());
        let labels: HashSet<_> = all.iter().map(|command| command.label()).collect();
        assert_eq!(labels.len(), all.len());
        assert!(all.iter().all(|command| !command.tooltip().is_empty()));
    }

    #[test]
    fn a_room_that_is_not_there_is_the_first() {
        assert_eq!(view("catalogue").label, "Catalogue");
        assert_eq!(view("no such room").label, "Search");
    }
}
