//! Everything a person can ask for by name: one list behind buttons, shortcuts, palette and tooltips.

use egui::{Context, Key, KeyboardShortcut, Modifiers};
use egui_material_icons::{
    MaterialIcon,
    icons::{
        ICON_ADD_PHOTO_ALTERNATE, ICON_CLOSE, ICON_COMPARE, ICON_CONTENT_PASTE,
        ICON_CREATE_NEW_FOLDER, ICON_DARK_MODE, ICON_DELETE, ICON_DOWNLOAD, ICON_EVENT_REPEAT,
        ICON_FACT_CHECK, ICON_IMAGE_SEARCH, ICON_KEYBOARD, ICON_LIGHTBULB, ICON_LOGOUT, ICON_PAUSE,
        ICON_PLAY_ARROW, ICON_SELECT_ALL, ICON_TERMINAL, ICON_UNDO, ICON_VERIFIED, ICON_ZOOM_IN,
        ICON_ZOOM_OUT,
    },
};

use super::view::View;

/// A command by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UiCommand {
    /// Shows a room.
    Go(View),
    ChooseQuery,
    Paste,
    AddPictures,
    AddFolder,
    FindSimilar,
    Compare,
    CheckExactly,
    ExportResults,
    ExportCatalogue,
    SelectAll,
    RemoveSelected,
    Undo,
    ZoomIn,
    ZoomOut,
    PauseJob,
    ResumeJob,
    CancelJob,
    Renew,
    WhatFitsMe,
    Verify,
    ToggleTheme,
    ShowShortcuts,
    ShowPalette,
    Quit,
}

/// Where a command is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Go,
    Search,
    Catalogue,
    Import,
    Subscription,
    Window,
}

impl Group {
    pub const ALL: [Self; 6] = [
        Self::Go,
        Self::Search,
        Self::Catalogue,
        Self::Import,
        Self::Subscription,
        Self::Window,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::Go => "Go to",
            Self::Search => "Search",
            Self::Catalogue => "Catalogue",
            Self::Import => "Adding pictures",
            Self::Subscription => "Subscription",
            Self::Window => "Window",
        }
    }
}

impl UiCommand {
    /// All commands except those that go to a room, which [`super::rooms`] lists.
    pub const ALL_BUT_ROOMS: [Self; 24] = [
        Self::ChooseQuery,
        Self::Paste,
        Self::FindSimilar,
        Self::Compare,
        Self::CheckExactly,
        Self::ExportResults,
        Self::SelectAll,
        Self::RemoveSelected,
        Self::Undo,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ExportCatalogue,
        Self::Verify,
        Self::AddPictures,
        Self::AddFolder,
        Self::PauseJob,
        Self::ResumeJob,
        Self::CancelJob,
        Self::Renew,
        Self::WhatFitsMe,
        Self::ToggleTheme,
        Self::ShowShortcuts,
        Self::ShowPalette,
        Self::Quit,
    ];

    pub fn label(self) -> &'static str {
        self.words().0
    }

    /// One sentence more than the label.
    pub fn tooltip(self) -> &'static str {
        self.words().1
    }

    pub fn group(self) -> Group {
        match self {
            Self::Go(_) => Group::Go,
            Self::ChooseQuery
            | Self::Paste
            | Self::FindSimilar
            | Self::Compare
            | Self::CheckExactly
            | Self::ExportResults => Group::Search,
            Self::SelectAll
            | Self::RemoveSelected
            | Self::Undo
            | Self::ZoomIn
            | Self::ZoomOut
            | Self::ExportCatalogue
            | Self::Verify => Group::Catalogue,
            Self::AddPictures
            | Self::AddFolder
            | Self::PauseJob
            | Self::ResumeJob
            | Self::CancelJob => Group::Import,
            Self::Renew | Self::WhatFitsMe => Group::Subscription,
            Self::ToggleTheme | Self::ShowShortcuts | Self::ShowPalette | Self::Quit => {
                Group::Window
            }
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Go(view) => (view.label, view.hint),
            Self::ChooseQuery => (
                "Choose a picture to search for…",
                "Search by a picture file",
            ),
            Self::Paste => (
                "Paste a picture",
                "Search by, or add, what the clipboard holds",
            ),
            Self::AddPictures => ("Add pictures…", "Choose picture files to index"),
            Self::AddFolder => ("Add a folder…", "Index every picture in a folder"),
            Self::FindSimilar => ("Find similar", "Search by the selected picture"),
            Self::Compare => (
                "Compare side by side",
                "See the two pictures and the evidence",
            ),
            Self::CheckExactly => (
                "Check exactly",
                "Compare every picture and show what the quick search missed",
            ),
            Self::ExportResults => ("Export the results…", "Save the results as a CSV file"),
            Self::ExportCatalogue => (
                "Export the catalogue…",
                "Save all names, fields and paths as CSV or JSON Lines",
            ),
            Self::SelectAll => ("Select all", "Select every picture that is listed"),
            Self::RemoveSelected => (
                "Remove from the catalogue",
                "The picture files themselves stay; can be undone",
            ),
            Self::Undo => ("Undo", "Take the last change of the catalogue back"),
            Self::ZoomIn => ("Larger pictures", "Show the pictures of the grid larger"),
            Self::ZoomOut => ("Smaller pictures", "Show the pictures of the grid smaller"),
            Self::PauseJob => ("Pause the job", "Goes on where it was when you resume"),
            Self::ResumeJob => ("Resume the job", "Goes on where it was paused"),
            Self::CancelJob => ("Cancel the job", "Asks first, and says what stays"),
            Self::Renew => (
                "Renew the subscription…",
                "Choose how long and which package",
            ),
            Self::WhatFitsMe => ("What fits me?", "The cheapest package for what you need"),
            Self::Verify => ("Verify the catalogue", "Check that the catalogue is whole"),
            Self::ToggleTheme => (
                "Switch between light and dark",
                "Change the window's colours",
            ),
            Self::ShowShortcuts => ("Keyboard shortcuts", "Show all keys"),
            Self::ShowPalette => ("Find a picture or run a command", "Search over everything"),
            Self::Quit => ("Quit", "Indexing goes on at the next start"),
        }
    }

    pub fn icon(self) -> MaterialIcon {
        match self {
            Self::Go(view) => view.icon,
            Self::ChooseQuery | Self::FindSimilar => ICON_IMAGE_SEARCH,
            Self::Paste => ICON_CONTENT_PASTE,
            Self::AddPictures => ICON_ADD_PHOTO_ALTERNATE,
            Self::AddFolder => ICON_CREATE_NEW_FOLDER,
            Self::Compare => ICON_COMPARE,
            Self::CheckExactly => ICON_FACT_CHECK,
            Self::ExportResults | Self::ExportCatalogue => ICON_DOWNLOAD,
            Self::SelectAll => ICON_SELECT_ALL,
            Self::RemoveSelected => ICON_DELETE,
            Self::Undo => ICON_UNDO,
            Self::ZoomIn => ICON_ZOOM_IN,
            Self::ZoomOut => ICON_ZOOM_OUT,
            Self::PauseJob => ICON_PAUSE,
            Self::ResumeJob => ICON_PLAY_ARROW,
            Self::CancelJob => ICON_CLOSE,
            Self::Renew => ICON_EVENT_REPEAT,
            Self::WhatFitsMe => ICON_LIGHTBULB,
            Self::Verify => ICON_VERIFIED,
            Self::ToggleTheme => ICON_DARK_MODE,
            Self::ShowShortcuts => ICON_KEYBOARD,
            Self::ShowPalette => ICON_TERMINAL,
            Self::Quit => ICON_LOGOUT,
        }
    }

    /// The keys; `Ctrl` is Cmd on a Mac.
    pub fn shortcut(self) -> Option<KeyboardShortcut> {
        let ctrl = |key| Some(KeyboardShortcut::new(Modifiers::COMMAND, key));
        let ctrl_shift = |key| {
            Some(KeyboardShortcut::new(
                Modifiers::COMMAND.plus(Modifiers::SHIFT),
                key,
            ))
        };
        let plain = |key| Some(KeyboardShortcut::new(Modifiers::NONE, key));
        match self {
            Self::Go(view) => ctrl(view.key),
            Self::ChooseQuery => ctrl(Key::O),
            Self::Paste => ctrl(Key::V),
            Self::AddPictures => ctrl(Key::I),
            Self::AddFolder => ctrl_shift(Key::I),
            Self::FindSimilar => ctrl_shift(Key::F),
            Self::Compare => ctrl_shift(Key::C),
            Self::CheckExactly => ctrl_shift(Key::E),
            Self::ExportResults => ctrl(Key::E),
            Self::SelectAll => ctrl(Key::A),
            Self::RemoveSelected => plain(Key::Delete),
            Self::Undo => ctrl(Key::Z),
            Self::ZoomIn => ctrl(Key::Plus),
            Self::ZoomOut => ctrl(Key::Minus),
            Self::PauseJob => ctrl_shift(Key::P),
            Self::ResumeJob => ctrl_shift(Key::R),
            Self::ToggleTheme => ctrl_shift(Key::L),
            Self::ShowShortcuts => plain(Key::Questionmark),
            Self::ShowPalette => ctrl(Key::K),
            Self::Quit => ctrl(Key::Q),
            Self::CancelJob
            | Self::Renew
            | Self::WhatFitsMe
            | Self::Verify
            | Self::ExportCatalogue => None,
        }
    }

    /// The keys as written on the screen, such as `Ctrl K`.
    pub fn keys(self, ctx: &Context) -> Option<String> {
        let shortcut = self.shortcut()?;
        if shortcut.logical_key == Key::Questionmark {
            return Some("?".to_owned());
        }
        let mac = ctx.os().is_mac();
        let written = ctx.format_shortcut(&shortcut);
        Some(if mac { written } else { spaced(&written) })
    }

    /// Keys that mean something else while a text field has the focus.
    pub fn yields_to_typing(self) -> bool {
        match self.shortcut() {
            Some(shortcut) if shortcut.modifiers.is_none() => true,
            _ => matches!(self, Self::SelectAll | Self::Undo | Self::Paste),
        }
    }

    /// Keys that egui turns into events of its own before commands can see them.
    fn has_own_event(self) -> bool {
        self == Self::Paste
    }

    /// Returns the command whose keys were pressed in this frame, and consumes the keys.
    pub fn pressed(commands: impl Iterator<Item = Self>, ctx: &Context) -> Option<Self> {
        let typing = ctx.text_edit_focused();
        let mut by_length: Vec<Self> = commands
            .filter(|command| !command.has_own_event())
            .filter(|command| !(typing && command.yields_to_typing()))
            .collect();
        // Keys are matched without regard to Shift, so the longer combinations come first.
        by_length.sort_by_key(|command| {
            let shift = command.shortcut().is_some_and(|keys| keys.modifiers.shift);
            std::cmp::Reverse(shift)
        });
        ctx.input_mut(|input| {
            by_length.into_iter().find(|command| {
                command
                    .shortcut()
                    .is_some_and(|keys| input.consume_shortcut(&keys))
            })
        })
    }
}

/// `Ctrl+Plus` as `Ctrl +`.
fn spaced(keys: &str) -> String {
    let names = [("Plus", "+"), ("Minus", "\u{2212}"), ("Comma", ",")];
    let words: Vec<&str> = keys
        .split('+')
        .map(|key| {
            names
                .iter()
                .find(|(name, _)| *name == key)
                .map_or(key, |(_, sign)| sign)
        })
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_without_a_modifier_leave_typing_alone() {
        assert!(UiCommand::ShowShortcuts.yields_to_typing());
        assert!(UiCommand::RemoveSelected.yields_to_typing());
        assert!(!UiCommand::ShowPalette.yields_to_typing());
    }
}
