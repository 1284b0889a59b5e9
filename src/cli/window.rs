//! The window, with the settings of earlier starts; a second start raises the first.

use super::{
    failed::Failed,
    place::Place,
    session::{self, OptionsError, User},
};
use crate::{
    app,
    domain::path::shown,
    engine::{files::private, store::StoreError},
    exit::Exit,
    signal::Signal,
    worker::{self, RAISE_FILE},
};

/// Opens the window and returns when it is closed.
pub fn open(place: &Place) -> Result<Exit, Failed> {
    let (_, config_dir) = session::folders(place)?;
    let settings = app::settings_file::load(&config_dir);
    // The window's place is written by a library, to a file any user might read. Without the
    // folder, nothing of the kind is written.
    let _ = private::create_folder(&config_dir, &private::CONFIG_FILES);
    private::close_to_others(&config_dir.join("window.ron"), 0o600);
    // The command line takes precedence over Settings.
    let place = Place {
        data_dir: place.data_dir.clone().or(settings.data_dir),
        model: place.model.clone().or(settings.model),
        ..place.clone()
    };
    let options = match session::options(&place, User::Window) {
        Ok(options) => options,
        Err(OptionsError::Lock(StoreError::Locked { .. })) => return raise(&place),
        Err(error) => return Err(error.into()),
    };
    let ended = app::run(config_dir, move |waker| worker::start(options, waker));
    Ok(match ended.map_err(Failed::new)? {
        Some(Signal(number)) => Exit::Signal(number),
        None => Exit::Done,
    })
}

/// Asks the process that has the folder to bring its window forward.
fn raise(place: &Place) -> Result<Exit, Failed> {
    let (data_dir, _) = session::folders(place)?;
    private::open_file(&data_dir.join(RAISE_FILE)).map_err(|error| {
        Failed::new(format!(
            "Image Search runs already on {}, and could not be asked to come forward: {error}.",
            shown(&data_dir)
        ))
    })?;
    Err(Failed::new(format!(
        "Image Search runs already on {}; its window was asked to come forward.",
        shown(&data_dir)
    )))
}
