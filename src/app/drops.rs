//! Files that come to the window: dropped, or pasted.

use std::{path::PathBuf, sync::Arc};

use egui::{ColorImage, Context, Event};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use percent_encoding::percent_decode_str;

use super::{
    ImageSearchApp,
    hover::Hover,
    task_result::{Picking, SortedPaths, TaskResult},
};
use crate::{
    domain::{path, query::QuerySource},
    ui::{
        action::Action,
        catalogue,
        drop_overlay::{Dropped, Outcome},
        toasts::Toast,
    },
    worker::{Command, Target},
};

/// The name shown for a picture from the clipboard.
const PASTED: &str = "Pasted picture";

impl ImageSearchApp {
    /// Handles hovering and dropped files.
    pub(super) fn take_drops(&mut self, ctx: &Context) {
        let (hovered, dropped) = ctx.input(|input| {
            let hovered: Vec<PathBuf> = input
                .raw
                .hovered_files
                .iter()
                .filter_map(|file| file.path.clone())
                .collect();
            let dropped: Vec<PathBuf> = input
                .raw
                .dropped_files
                .iter()
                .map(|file| file.path().to_path_buf())
                .collect();
            (hovered, dropped)
        });
        if hovered != self.hover.paths {
            self.hover = Hover {
                paths: hovered.clone(),
                sorted: None,
            };
            if !hovered.is_empty() {
                self.tasks
                    .run(move || Some(TaskResult::Hovered(SortedPaths::of(hovered))));
            }
        }
        if !dropped.is_empty() {
            self.hover = Hover::default();
            self.tasks
                .run(move || Some(TaskResult::Dropped(SortedPaths::of(dropped))));
        }
    }

    /// Handles pastes that no text field takes.
    pub(super) fn take_pastes(&mut self, ctx: &Context) {
        let events = ctx.input(|input| input.events.clone());
        let typing = ctx.text_edit_focused();
        for event in events {
            let swallowed = self.paste.swallowed(&event);
            if typing {
                continue;
            }
            match event {
                Event::PasteImage(picture) => self.paste_picture(picture),
                Event::Paste(text) => self.paste_text(&text),
                _ if swallowed => self.paste_clipboard(),
                _ => {}
            }
        }
    }

    fn paste_picture(&self, picture: Arc<ColorImage>) {
        self.tasks.run(move || Some(encoded(&picture)));
    }

    /// Text may be the paths of copied files; other text is no picture.
    fn paste_text(&self, text: &str) {
        let named = paths_in(text);
        self.tasks.run(move || {
            let files = if named.is_empty() {
                clipboard_files()
            } else {
                named
            };
            Some(match files.is_empty() {
                true => nothing_to_paste(),
                false => TaskResult::PastedFiles(SortedPaths::of(files)),
            })
        });
    }

    /// Reads the clipboard: files first, then a picture.
    pub(super) fn paste_clipboard(&self) {
        self.tasks.run(|| {
            let files = clipboard_files();
            if !files.is_empty() {
                return Some(TaskResult::PastedFiles(SortedPaths::of(files)));
            }
            let picture = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get_image());
            let Ok(picture) = picture else {
                return Some(nothing_to_paste());
            };
            let size = [picture.width, picture.height];
            Some(encoded(&ColorImage::from_rgba_unmultiplied(
                size,
                &picture.bytes,
            )))
        });
    }

    /// Handles the results of tasks.
    pub(super) fn take_task_results(&mut self, ctx: &Context) {
        for task_result in self.tasks.done() {
            let mut actions = Vec::new();
            match task_result {
                TaskResult::Hovered(sorted) => self.show_hovered(&sorted),
                TaskResult::Dropped(sorted) => self.dropped(sorted, &mut actions),
                TaskResult::PastedFiles(sorted) => self.dropped(sorted, &mut actions),
                TaskResult::PastedPicture(png) => self.pasted(png, &mut actions),
                TaskResult::Picked { picking, paths } => self.picked(picking, paths, &mut actions),
                TaskResult::Said(words) => self.toasts.add(Toast::info(words)),
                TaskResult::Failed(words) => self.toasts.add(Toast::error(words)),
            }
            self.act_on(actions, ctx);
        }
    }

    fn show_hovered(&mut self, sorted: &SortedPaths) {
        // Tasks may finish out of order: only the one for what hovers now counts.
        let hovering = |path: &PathBuf| self.hover.paths.contains(path);
        if sorted.files.len() + sorted.folders.len() == self.hover.paths.len()
            && sorted.files.iter().chain(&sorted.folders).all(hovering)
        {
            self.hover.sorted = Some(counted(sorted));
        }
    }

    fn dropped(&mut self, sorted: SortedPaths, actions: &mut Vec<Action>) {
        match counted(&sorted).outcome(self.view(), self.model.stored()) {
            Outcome::Search => self.search_with_files(sorted.files, actions),
            Outcome::Import => {
                let roots = sorted.folders.into_iter().chain(sorted.files).collect();
                self.preview_import(roots);
            }
        }
    }

    fn pasted(&mut self, png: Arc<[u8]>, actions: &mut Vec<Action>) {
        let name = PASTED.to_owned();
        if self.view() == catalogue::VIEW {
            self.worker.send(Command::ImportBytes { name, bytes: png });
        } else {
            self.search_with(vec![QuerySource::Bytes { name, bytes: png }], actions);
        }
    }

    fn picked(&mut self, picking: Picking, mut paths: Vec<PathBuf>, actions: &mut Vec<Action>) {
        let first = (!paths.is_empty()).then(|| paths.remove(0));
        let Some(first) = first else { return };
        match picking {
            Picking::Query => self.search_with_files(vec![first], actions),
            Picking::Pictures | Picking::Folder => {
                paths.insert(0, first);
                self.preview_import(paths);
            }
            Picking::DataFolder => {
                self.model.settings.data_dir = Some(first);
                self.toasts.add(Toast::info(
                    "The next start opens the catalogue in that folder",
                ));
            }
            Picking::Model => {
                self.model.settings.model = Some(first);
                self.toasts
                    .add(Toast::info("The next start compares with that model"));
            }
            Picking::Results(lane, cut, shown) => {
                let to = chosen(first);
                self.worker.send(Command::ExportAnswer {
                    lane,
                    cut,
                    shown,
                    to,
                });
            }
            Picking::Catalogue(format) => {
                let to = chosen(first);
                self.worker.send(Command::ExportCatalogue { to, format });
            }
            Picking::Ledger => {
                let to = chosen(first);
                self.worker.send(Command::ExportLedger { to });
            }
            Picking::Failures(job) => {
                let to = chosen(first);
                self.worker.send(Command::ExportFailures { job, to });
            }
        }
    }
}

/// A file chosen in a dialog, which has asked whether to replace it.
fn chosen(path: PathBuf) -> Target {
    Target {
        path,
        replace: true,
    }
}

fn counted(sorted: &SortedPaths) -> Dropped {
    Dropped {
        files: sorted.files.len() as u64,
        folders: sorted.folders.len() as u64,
    }
}

fn nothing_to_paste() -> TaskResult {
    TaskResult::Failed(
        "The clipboard holds no picture and no file. Copy one, or drop it on the window."
            .to_owned(),
    )
}

fn clipboard_files() -> Vec<PathBuf> {
    let files = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.get().file_list());
    files.unwrap_or_default()
}

/// A picture of the clipboard as a PNG file.
fn encoded(picture: &ColorImage) -> TaskResult {
    let mut png = Vec::new();
    let pixels: Vec<u8> = picture
        .pixels
        .iter()
        .flat_map(|pixel| pixel.to_srgba_unmultiplied())
        .collect();
    let [width, height] = picture.size.map(|side| side as u32);
    match PngEncoder::new(&mut png).write_image(&pixels, width, height, ExtendedColorType::Rgba8) {
        Ok(()) => TaskResult::PastedPicture(png.into()),
        Err(error) => TaskResult::Failed(format!("The pasted picture cannot be used: {error}.")),
    }
}

/// Paths in pasted text, one a line: plain or as `file://` addresses. Empty where any line is
/// something else.
fn paths_in(text: &str) -> Vec<PathBuf> {
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && *line != "copy");
    let paths: Option<Vec<PathBuf>> = lines.map(path_of).collect();
    paths.unwrap_or_default()
}

fn path_of(line: &str) -> Option<PathBuf> {
    if let Some(address) = line.strip_prefix("file://") {
        let raw: Vec<u8> = percent_decode_str(address.trim_start_matches("localhost")).collect();
        return Some(path::from_raw(&raw));
    }
    let path = PathBuf::from(line.trim_matches('"'));
    path.is_absolute().then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn an_address_names_any_path() {
        use std::os::unix::ffi::OsStrExt;
        let odd = std::path::Path::new(std::ffi::OsStr::from_bytes(b"/photos/\xff.jpg"));
        assert_eq!(paths_in("file:///photos/%ff.jpg"), [odd]);
    }

    #[test]
    fn copied_files_are_recognised_in_text() {
        if cfg!(windows) {
            return;
        }
        let text = "copy\nfile:///photos/Winter%20shoot/a.jpg\n/photos/b.jpg\n";
        let paths = [
            PathBuf::from("/photos/Winter shoot/a.jpg"),
            PathBuf::from("/photos/b.jpg"),
        ];
        assert_eq!(paths_in(text), paths);
        assert!(paths_in("a sentence about photos").is_empty());
        assert!(paths_in("/photos/a.jpg\nand a sentence").is_empty());
        // Not every program encodes its addresses.
        assert_eq!(
            paths_in("file:///photos/100%.jpg"),
            [PathBuf::from("/photos/100%.jpg")]
        );
    }

    #[test]
    fn a_pasted_picture_becomes_a_png_of_the_same_pixels() {
        let picture = ColorImage::filled([3, 2], egui::Color32::from_rgb(10, 200, 30));
        let TaskResult::PastedPicture(png) = encoded(&picture) else {
            panic!("not encoded")
        };
        let decoded = image::load_from_memory(&png).unwrap().to_rgb8();
        assert_eq!(decoded.dimensions(), (3, 2));
        assert_eq!(decoded.get_pixel(2, 1).0, [10, 200, 30]);
    }
}
