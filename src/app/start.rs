//! Opening the window.

use std::{
    io,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use eframe::NativeOptions;
use egui::{Context, ViewportBuilder, ViewportCommand};

use super::{
    ImageSearchApp, STATE_FILE_VARIABLE, Setup, TITLE, display, icon::icon, settings_file,
};
use crate::{
    domain::words::{DateOrder, set_date_order},
    signal::{self, Signal},
    worker::{Handle, Waker},
};

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "The window cannot be opened: {0}. Without a display, use the commands that need none \
         (image-search --help)."
    )]
    Window(String),
}

/// Opens the window and returns when it is closed, with the signal that closed it.
///
/// `config_dir` keeps the settings and the window's place. `start` starts the worker with the waker
/// it is given, which requests a repaint.
///
/// # Errors
///
/// Where there is no display, or the worker does not start.
pub fn run(
    config_dir: PathBuf,
    start: impl FnOnce(Waker) -> io::Result<Handle> + 'static,
) -> Result<Option<Signal>, StartError> {
    let locale = locale(|name| std::env::var(name).ok(), sys_locale::get_locale);
    set_date_order(DateOrder::of_locale(&locale));
    let options = NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title(TITLE)
            .with_app_id("image-search")
            .with_icon(icon())
            .with_inner_size([1_280.0, 820.0])
            .with_min_inner_size([360.0, 480.0])
            .with_drag_and_drop(true),
        persistence_path: Some(config_dir.join("window.ron")),
        event_loop_builder: Some(Box::new(prefer_x11)),
        ..NativeOptions::default()
    };
    let setup = Setup {
        settings: settings_file::load(&config_dir),
        settings_file: Some(settings_file::path_in(&config_dir)),
        state_file: std::env::var_os(STATE_FILE_VARIABLE).map(PathBuf::from),
    };
    let ended_by = Arc::new(OnceLock::new());
    let by_signal = ended_by.clone();
    eframe::run_native(
        "image-search",
        options,
        Box::new(move |cc| {
            let ctx = cc.egui_ctx.clone();
            close_on_signal(ctx.clone(), by_signal)?;
            let worker = start(Box::new(move || ctx.request_repaint()))?;
            Ok(Box::new(ImageSearchApp::with(cc, worker, setup)))
        }),
    )
    .map_err(|error| StartError::Window(error.to_string()))?;
    Ok(ended_by.get().copied())
}

/// Closes the window on a signal as its button does: what is done is committed.
fn close_on_signal(ctx: Context, by: Arc<OnceLock<Signal>>) -> io::Result<()> {
    let signals = signal::listen();
    let close = move || {
        // The sender goes where nobody listens to signals.
        if let Ok(signal) = signals.recv() {
            // The only one that sets it.
            let _ = by.set(signal);
            ctx.send_viewport_cmd(ViewportCommand::Close);
            ctx.request_repaint();
        }
    };
    let name = "close on signal".to_owned();
    std::thread::Builder::new().name(name).spawn(close)?;
    Ok(())
}

/// Winit has no file drops on Wayland: X11 is preferred where both are available.
#[cfg(target_os = "linux")]
fn prefer_x11(builder: &mut winit::event_loop::EventLoopBuilder<eframe::UserEvent>) {
    use winit::platform::x11::EventLoopBuilderExtX11;
    if display::is_set("DISPLAY") {
        builder.with_x11();
    }
}

#[cfg(not(target_os = "linux"))]
fn prefer_x11(_builder: &mut winit::event_loop::EventLoopBuilder<eframe::UserEvent>) {}

/// The locale dates are written for, such as `en_US.UTF-8` or `de-DE`; empty where none is set.
///
/// The variables come first: only they tell the language of dates (`LC_TIME`) from that of words.
/// On Windows and macOS they are seldom set, and the system is asked.
fn locale(
    variable: impl Fn(&str) -> Option<String>,
    system: impl FnOnce() -> Option<String>,
) -> String {
    ["LC_ALL", "LC_TIME", "LANG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()))
        .or_else(system)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_the_variable_that_is_theirs_and_then_the_system() {
        let system = || Some("ja-JP".to_owned());
        let british_dates = |name: &str| match name {
            "LC_ALL" => Some(String::new()),
            "LC_TIME" => Some("en_GB.UTF-8".to_owned()),
            "LANG" => Some("en_US.UTF-8".to_owned()),
            _ => None,
        };
        assert_eq!(locale(british_dates, system), "en_GB.UTF-8");
        assert_eq!(locale(|_| None, system), "ja-JP");
        assert_eq!(locale(|_| None, || None), "");
    }
}
