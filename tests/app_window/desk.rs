//! The window on a temporary folder: found, clicked and typed into by label.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{
    Harness, Node,
    kittest::{NodeT, Queryable},
};
use image_search::{
    app::{ImageSearchApp, Setup, settings_file},
    domain::{
        import::ImportPreview,
        query::{QueryView, Region},
    },
    engine::{
        decode::{Limits, Pixels},
        describe::{Describe, DescribeError, Described, DescribedQuery, Describer},
        embed,
        files::{Disk, guard::InChild},
        index::IndexConfig,
        store::Store,
    },
    ui::{catalogue, model::Model, rooms, view::View},
    worker::{self, Copies, Handle, Options, StartedAt},
};
use tempfile::TempDir;

use crate::snapshot;

const NOW: &str = "2026-11-23T12:00:00Z";
/// Longest wait for anything; a machine under load takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

/// The window, its worker and their folder.
pub struct Desk {
    harness: Harness<'static, ImageSearchApp>,
    folder: TempDir,
}

impl Desk {
    /// A first start.
    pub fn open() -> Self {
        Self::on(tempfile::tempdir().unwrap(), Manner::default())
    }

    /// With the free month begun.
    pub fn with_trial() -> Self {
        Self::open().trial()
    }

    /// With the free month begun, and each picture taking its time.
    pub fn with_slow_describer() -> Self {
        let slow = Manner {
            pause: Duration::from_millis(300),
            ..Manner::default()
        };
        Self::on(tempfile::tempdir().unwrap(), slow).trial()
    }

    /// The program started again on the same folder.
    pub fn reopened(self) -> Self {
        self.reopened_as(Manner::default())
    }

    /// The same with another model, which takes its time.
    pub fn reopened_with_another_model(self) -> Self {
        self.reopened_as(Manner {
            pause: Duration::from_millis(100),
            is_another: true,
        })
    }

    fn reopened_as(self, manner: Manner) -> Self {
        let Self { harness, folder } = self;
        drop(harness);
        Self::on(folder, manner)
    }

    fn on(folder: TempDir, manner: Manner) -> Self {
        let path = folder.path().to_owned();
        let harness = Harness::builder()
            .with_size([1_280.0, 820.0])
            .with_max_steps(60)
            // About as long as a step takes here: what the window does by its clock and what the
            // worker does by its own keep the order they have for a person.
            .with_step_dt(1.0 / 60.0)
            .build_eframe(move |cc| {
                let config = path.join("config");
                let setup = Setup {
                    settings: settings_file::load(&config),
                    settings_file: Some(settings_file::path_in(&config)),
                    state_file: Some(path.join("state.json")),
                };
                ImageSearchApp::with(cc, start(&path, cc.egui_ctx.clone(), manner), setup)
            });
        let mut desk = Self { harness, folder };
        desk.until("the catalogue is open", |desk| desk.model().state.is_some());
        desk
    }

    fn trial(mut self) -> Self {
        self.click("Start the free month");
        self.until("the free month has begun", |desk| {
            desk.model()
                .state
                .as_ref()
                .is_some_and(|state| state.usage.cap == 100_000)
        });
        self
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn model(&self) -> &Model {
        self.harness.state().model()
    }

    pub fn view(&self) -> View {
        rooms::view(&self.model().settings.view)
    }

    pub fn preview(&self) -> Option<&ImportPreview> {
        self.model().import_preview.as_ref()
    }

    pub fn is_dark(&self) -> bool {
        self.harness.ctx.theme() == egui::Theme::Dark
    }

    /// What the state file says; empty lists before it is written.
    pub fn reported(&self) -> serde_json::Value {
        let text = fs::read(self.folder().join("state.json")).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_else(|_| serde_json::json!({"results": []}))
    }

    /// A few frames.
    pub fn run(&mut self) {
        self.harness.run_steps(4);
    }

    /// Lets what has just appeared find its place and fade in: a sixth of a second.
    fn come_to_rest(&mut self) {
        self.harness.run_steps(10);
    }

    /// Draws until something holds.
    pub fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self) {
            assert!(
                Instant::now() < deadline,
                "timed out waiting for: {what}; {}",
                self.reported()
            );
            std::thread::sleep(Duration::from_millis(5));
            self.harness.step();
        }
    }

    pub fn shows(&self, label: &str) -> bool {
        self.harness.query_all_by_label(label).next().is_some()
    }

    pub fn shows_part(&self, part: &str) -> bool {
        self.count_parts(part) > 0
    }

    /// How many elements have this in their names.
    pub fn count_parts(&self, part: &str) -> usize {
        self.harness.query_all_by_label_contains(part).count()
    }

    /// Clicks what has this name; of several, what was drawn last, which lies on top.
    pub fn click(&mut self, label: &str) {
        self.until(label, |desk| desk.shows(label));
        self.come_to_rest();
        self.harness
            .query_all_by_label(label)
            .last()
            .unwrap()
            .click();
        self.run();
    }

    pub fn click_first(&mut self, label: &str) {
        self.until(label, |desk| desk.shows(label));
        self.come_to_rest();
        self.harness
            .query_all_by_label(label)
            .next()
            .unwrap()
            .click();
        self.run();
    }

    /// Clicks the button whose name begins so.
    pub fn click_part(&mut self, beginning: &str) {
        self.come_to_rest();
        let button = self.buttons().find(|node| {
            node.accesskit_node()
                .label()
                .is_some_and(|label| label.starts_with(beginning))
        });
        button
            .unwrap_or_else(|| panic!("no button begins with {beginning:?}"))
            .click();
        self.run();
    }

    /// Brings into view what has this name, as a person scrolls to it.
    pub fn scroll_to(&mut self, label: &str) {
        self.harness.get_by_label(label).scroll_to_me();
        self.come_to_rest();
    }

    pub fn click_room(&mut self, room: &str) {
        self.harness.get_by_role_and_label(Role::Tab, room).click();
        self.run();
    }

    fn buttons(&self) -> impl Iterator<Item = Node<'_>> {
        self.harness.query_all_by_role(Role::Button)
    }

    pub fn is_enabled(&self, label: &str) -> bool {
        let button = self.harness.query_all_by_label(label).last();
        button.is_some_and(|node| !node.accesskit_node().is_disabled())
    }

    pub fn unnamed_widgets(&self) -> Vec<String> {
        self.harness.unnamed_widgets()
    }

    pub fn key(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.run();
    }

    pub fn type_text(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.run();
    }

    pub fn resize(&mut self, width: f32, height: f32) {
        self.harness.set_size(egui::vec2(width, height));
        self.run();
    }

    pub fn hover(&mut self, paths: &[PathBuf]) {
        let hovered = |path: &PathBuf| egui::HoveredFile {
            path: Some(path.clone()),
            ..egui::HoveredFile::default()
        };
        self.harness.input_mut().hovered_files = paths.iter().map(hovered).collect();
        self.run();
    }

    pub fn drop_files(&mut self, paths: &[PathBuf]) {
        for path in paths {
            let file = Arc::new(DroppedPath(path.clone()));
            self.harness.input_mut().dropped_files.push(file);
        }
        self.run();
    }

    pub fn drop_files_on(&mut self, view: View, paths: &[PathBuf]) {
        let key = if view == catalogue::VIEW {
            Key::Num2
        } else {
            Key::Num1
        };
        self.key(Modifiers::COMMAND, key);
        self.drop_files(paths);
    }

    /// Drops files on the catalogue and agrees to the preview.
    pub fn start_import(&mut self, paths: &[PathBuf]) {
        self.drop_files_on(catalogue::VIEW, paths);
        self.until("the preview", |desk| {
            desk.preview().is_some_and(|preview| preview.complete)
        });
        self.click_part("Index ");
    }

    /// Imports files and waits for the end; the search view is shown afterwards.
    pub fn import(&mut self, paths: &[PathBuf]) {
        self.start_import(paths);
        self.finish_import(paths.len() as u64);
    }

    /// The same with all files of a folder.
    pub fn import_folder(&mut self, folder: &Path) {
        let count = fs::read_dir(folder).unwrap().count() as u64;
        self.start_import(&[folder.to_owned()]);
        self.finish_import(count);
    }

    fn finish_import(&mut self, count: u64) {
        self.until("all are stored", |desk| desk.model().stored() == count);
        self.until("the job is over", |desk| {
            desk.model().current_job().is_none()
        });
        self.key(Modifiers::COMMAND, Key::Num1);
    }

    /// Compares the window, at rest and without the rectangles that tell a time taken, with the
    /// picture of this name in `tests/snapshots`.
    pub fn compare_with_picture(&mut self, name: &str, without: &[egui::Rect]) {
        self.harness.remove_cursor();
        self.until("no message is in front", |desk| {
            desk.reported()["toast"].is_null()
        });
        self.until("every picture is there", |desk| {
            !desk.model().thumbnails.is_loading() && !desk.model().previews.is_loading()
        });
        self.come_to_rest();
        for &rect in without {
            self.harness.mask(rect);
        }
        self.harness.snapshot_options(name, &snapshot::options());
    }

    /// Where the widget of this name lies, in points.
    pub fn rect_of(&self, part: &str) -> egui::Rect {
        self.harness.get_by_label_contains(part).rect()
    }

    pub fn paste_picture(&mut self, path: &Path) {
        let picture = image::open(path).unwrap().to_rgba8();
        let size = [picture.width() as usize, picture.height() as usize];
        let pixels = egui::ColorImage::from_rgba_unmultiplied(size, picture.as_raw());
        self.harness
            .event(egui::Event::PasteImage(Arc::new(pixels)));
        self.run();
    }
}

fn start(folder: &Path, ctx: egui::Context, manner: Manner) -> Handle {
    let data_dir = folder.join("data");
    let limits = Limits::default();
    let describer = Describer::new(embed::default_model().unwrap(), limits);
    let options = Options {
        lock: Store::lock(&data_dir).unwrap(),
        data_dir,
        config_dir: folder.join("config"),
        clock: Arc::new(StartedAt::new(NOW.parse().unwrap())),
        describer: Arc::new(Mannered { describer, manner }),
        files: Arc::new(Disk { limits }),
        limits,
        index: IndexConfig::default(),
        threads: 2,
        trial: Arc::new(InChild::new(env!("CARGO_BIN_EXE_image-search").into())),
        resume_jobs: true,
        copies: Copies::InBackground,
        notices: Vec::new(),
    };
    worker::start(options, Box::new(move || ctx.request_repaint())).unwrap()
}

/// How pictures are described.
#[derive(Clone, Copy, Default)]
struct Manner {
    /// What each picture takes besides.
    pause: Duration,
    /// By a model whose descriptors do not compare with those of the built-in one.
    is_another: bool,
}

/// The real describer in some manner.
struct Mannered {
    describer: Describer,
    manner: Manner,
}

impl Mannered {
    fn descriptor(&self, mut descriptor: Vec<f32>) -> Vec<f32> {
        if self.manner.is_another {
            descriptor.reverse();
        }
        descriptor
    }
}

impl Describe for Mannered {
    fn model_id(&self) -> &str {
        match self.manner.is_another {
            true => "another",
            false => self.describer.model_id(),
        }
    }

    fn model_name(&self) -> &str {
        match self.manner.is_another {
            true => "Another",
            false => self.describer.model_name(),
        }
    }

    fn dimension(&self) -> usize {
        self.describer.dimension()
    }

    fn describe(&self, bytes: &[u8]) -> Result<Described, DescribeError> {
        std::thread::sleep(self.manner.pause);
        let described = self.describer.describe(bytes)?;
        Ok(Described {
            descriptor: self.descriptor(described.descriptor),
            ..described
        })
    }

    fn describe_query(
        &self,
        bytes: &[u8],
        view: QueryView,
    ) -> Result<DescribedQuery, DescribeError> {
        let described = self.describer.describe_query(bytes, view)?;
        let turned = described.turned.into_iter();
        Ok(DescribedQuery {
            turned: turned
                .map(|(turn, descriptor)| (turn, self.descriptor(descriptor)))
                .collect(),
            ..described
        })
    }

    fn describe_part(&self, pixels: &Pixels, part: Region) -> Result<Vec<f32>, DescribeError> {
        let descriptor = self.describer.describe_part(pixels, part)?;
        Ok(self.descriptor(descriptor))
    }
}

/// A file let go over the window.
#[derive(Debug)]
struct DroppedPath(PathBuf);

impl egui::DroppedFile for DroppedPath {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        fs::read(&self.0).map_err(|error| error.to_string())
    }
}

/// Ten of the real photos that come with the tests, by name.
pub fn photos() -> Vec<PathBuf> {
    photos_in("tests/photos")
}

fn photos_in(folder: &str) -> Vec<PathBuf> {
    let mut photos: Vec<PathBuf> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "jpg"))
        .collect();
    photos.sort();
    photos
}

/// A folder with copies of the first photos.
pub fn some_photos(below: &Path, count: usize) -> PathBuf {
    copied(&photos()[..count], &below.join("photos"))
}

/// A folder of this name with copies of all fifty photos.
pub fn all_photos(below: &Path, name: &str) -> PathBuf {
    let all = [photos(), photos_in("tests/photos/more")].concat();
    copied(&all, &below.join(name))
}

fn copied(photos: &[PathBuf], folder: &Path) -> PathBuf {
    fs::create_dir_all(folder).unwrap();
    for photo in photos {
        fs::copy(photo, folder.join(photo.file_name().unwrap())).unwrap();
    }
    folder.to_owned()
}

/// A photo made smaller, cropped a little and compressed harder, under another name.
pub fn edited_copy(below: &Path, name: &str) -> PathBuf {
    let photo = photos()
        .into_iter()
        .find(|path| path.ends_with(name))
        .unwrap();
    let picture = image::open(photo).unwrap();
    let (width, height) = (picture.width(), picture.height());
    let cropped = picture.crop_imm(width / 40, height / 40, width * 38 / 40, height * 38 / 40);
    let to = below.join("copy.jpg");
    cropped
        .thumbnail(width * 3 / 4, height * 3 / 4)
        .to_rgb8()
        .save(&to)
        .unwrap();
    to
}
