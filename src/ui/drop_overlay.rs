//! What a drop will do, said while the files hover over the window.

use egui::{
    Align2, Area, Color32, Context, FontId, Id, Order, Role, Sense, Stroke, StrokeKind, WidgetInfo,
    pos2,
};
use egui_material_icons::{
    MaterialIcon,
    icons::{ICON_ADD_PHOTO_ALTERNATE, ICON_CREATE_NEW_FOLDER, ICON_IMAGE_SEARCH},
};

use super::{
    search,
    tokens::{Tokens, radius, semibold_family, size, space},
    view::View,
    widgets::plural,
};

/// What is dropped, or about to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    pub files: u64,
    pub folders: u64,
}

/// What a drop does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Each file is a query.
    Search,
    /// An import is previewed.
    Import,
}

impl Dropped {
    /// Pictures dropped on the search view are looked for, everywhere else they are added; a
    /// folder is always added. With nothing indexed there is nothing to find: then all is added.
    pub fn outcome(self, view: View, stored: u64) -> Outcome {
        if view == search::VIEW && self.folders == 0 && stored > 0 {
            Outcome::Search
        } else {
            Outcome::Import
        }
    }

    fn words(self, outcome: Outcome) -> (String, &'static str) {
        let files = plural(self.files, "file", "files");
        let folders = plural(self.folders, "folder", "folders");
        match (outcome, self.files, self.folders) {
            (Outcome::Search, 1, _) => (
                "Find this picture and everything like it".to_owned(),
                "Nothing is added",
            ),
            (Outcome::Search, ..) => (
                format!("Search with each of {files}"),
                "One query each; nothing is added",
            ),
            (Outcome::Import, 0, _) => (
                format!("Index the pictures in {folders}"),
                "You see a preview before it starts",
            ),
            (Outcome::Import, _, 0) => (
                format!("Add {files} to the catalogue"),
                "You see a preview before it starts",
            ),
            (Outcome::Import, ..) => (
                format!("Index {files} and the pictures in {folders}"),
                "You see a preview before it starts",
            ),
        }
    }
}

/// Draws the overlay over the whole window.
pub fn drop_overlay_ui(dropped: Dropped, outcome: Outcome, ctx: &Context) {
    let tokens = Tokens::of(ctx);
    let (heading, detail) = dropped.words(outcome);
    let icon: MaterialIcon = match outcome {
        Outcome::Search => ICON_IMAGE_SEARCH,
        Outcome::Import if dropped.folders > 0 => ICON_CREATE_NEW_FOLDER,
        Outcome::Import => ICON_ADD_PHOTO_ALTERNATE,
    };
    let window = ctx.content_rect();
    Area::new(Id::unique("drop overlay"))
        .order(Order::Tooltip)
        .fixed_pos(window.min)
        .show(ctx, |ui| {
            let response = ui.allocate_rect(window, Sense::hover());
            response.widget_info(|| WidgetInfo::labeled(Role::Status, true, &heading));
            let painter = ui.painter();
            painter.rect_filled(window, 0, with_alpha(tokens.background, 235));
            let zone = window.shrink(space::XXL);
            let stroke = Stroke::new(2.0, tokens.accent);
            let fill = with_alpha(tokens.accent_surface, 120);
            painter.rect(zone, radius::DIALOG, fill, stroke, StrokeKind::Inside);
            let middle = zone.center();
            let symbol = FontId::new(size::HERO_ICON, icon.font_family());
            let at = pos2(middle.x, middle.y - 44.0);
            painter.text(
                at,
                Align2::CENTER_CENTER,
                icon.codepoint,
                symbol,
                tokens.accent_text,
            );
            let room = zone.width() - 2.0 * space::XXL;
            let font = FontId::new(size::TITLE, semibold_family());
            let heading = painter.layout(heading.clone(), font, tokens.text, room);
            let at = pos2(middle.x - heading.size().x / 2.0, middle.y - 12.0);
            let below = at.y + heading.size().y + space::XS;
            painter.galley(at, heading, tokens.text);
            let font = FontId::proportional(size::BODY);
            let detail = painter.layout(detail.to_owned(), font, tokens.dim, room);
            painter.galley(
                pos2(middle.x - detail.size().x / 2.0, below),
                detail,
                tokens.dim,
            );
        });
}

fn with_alpha(colour: Color32, alpha: u8) -> Color32 {
    Color32::from_rgba_unmultiplied(colour.r(), colour.g(), colour.b(), alpha)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{catalogue, settings};

    const ONE_FILE: Dropped = Dropped {
        files: 1,
        folders: 0,
    };
    const FOLDER: Dropped = Dropped {
        files: 0,
        folders: 1,
    };

    #[test]
    fn a_picture_searches_on_the_search_view_and_is_added_elsewhere() {
        assert_eq!(ONE_FILE.outcome(search::VIEW, 10), Outcome::Search);
        assert_eq!(ONE_FILE.outcome(catalogue::VIEW, 10), Outcome::Import);
        assert_eq!(ONE_FILE.outcome(settings::VIEW, 10), Outcome::Import);
    }

    #[test]
    fn a_folder_is_added_wherever_it_is_dropped() {
        assert_eq!(FOLDER.outcome(search::VIEW, 10), Outcome::Import);
        assert_eq!(
            Dropped {
                files: 3,
                folders: 1
            }
            .outcome(search::VIEW, 10),
            Outcome::Import
        );
    }

    #[test]
    fn with_nothing_indexed_a_picture_is_added() {
        assert_eq!(ONE_FILE.outcome(search::VIEW, 0), Outcome::Import);
    }

    #[test]
    fn the_words_name_the_number() {
        let many = Dropped {
            files: 1_240,
            folders: 2,
        };
        assert_eq!(
            many.words(Outcome::Import).0,
            "Index 1,240 files and the pictures in 2 folders"
        );
        assert_eq!(
            Dropped {
                files: 3,
                folders: 0
            }
            .words(Outcome::Search)
            .0,
            "Search with each of 3 files"
        );
    }
}
