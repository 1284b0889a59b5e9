//! The system's file dialogs.

use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

use rfd::AsyncFileDialog;

use super::{
    task_result::{Picking, TaskResult},
    tasks::BackgroundTasks,
};
use crate::engine::decode::Format;

/// A dialog "cancelled" sooner than this never appeared: nobody is that quick.
const SOONEST_CANCEL: Duration = Duration::from_millis(150);

/// Shows the dialog; what is chosen comes back as a task result.
pub fn pick(tasks: &BackgroundTasks, picking: Picking) {
    let dialog = AsyncFileDialog::new().set_title(picking.title());
    tasks.run(move || {
        let asked = Instant::now();
        let paths = pollster::block_on(ask(dialog, &picking));
        if paths.is_empty() {
            return (asked.elapsed() < SOONEST_CANCEL).then(|| TaskResult::Failed(no_dialog()));
        }
        Some(TaskResult::Picked { picking, paths })
    });
}

async fn ask(dialog: AsyncFileDialog, picking: &Picking) -> Vec<PathBuf> {
    let one = |handle: Option<rfd::FileHandle>| {
        handle
            .map(|handle| handle.path().to_path_buf())
            .into_iter()
            .collect()
    };
    if let Some((name, kind, ending)) = picking.file() {
        let dialog = dialog.set_file_name(name).add_filter(kind, &[ending]);
        return one(dialog.save_file().await);
    }
    match picking {
        Picking::Folder => {
            let folders = dialog.pick_folders().await.unwrap_or_default();
            folders
                .iter()
                .map(|handle| handle.path().to_path_buf())
                .collect()
        }
        Picking::DataFolder => one(dialog.pick_folder().await),
        Picking::Model => one(dialog
            .add_filter("Models", &["onnx", "rten"])
            .pick_file()
            .await),
        Picking::Query => one(of_pictures(dialog).pick_file().await),
        _ => {
            let files = of_pictures(dialog).pick_files().await.unwrap_or_default();
            files
                .iter()
                .map(|handle| handle.path().to_path_buf())
                .collect()
        }
    }
}

fn of_pictures(dialog: AsyncFileDialog) -> AsyncFileDialog {
    let extensions: Vec<&str> = Format::all_extensions().collect();
    dialog.add_filter("Pictures", &extensions)
}

fn no_dialog() -> String {
    let keys = if cfg!(target_os = "macos") {
        "Cmd K"
    } else {
        "Ctrl K"
    };
    format!(
        "This desktop has no file dialog (no portal answers). Drop the files on the window, or \
         press {keys} and type their path."
    )
}
