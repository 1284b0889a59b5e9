//! The window, with the settings of earlier starts; a second start raises the first.

use std::fs;

use super::{
    place::Place,
    session::{self, Failed, OptionsError, User},
};
use crate::{
    app,
    engine::store::StoreError,
    exit::Exit,
    worker::{self, RAISE_FILE},
};

/// Opens the window and returns when it is closed.
pub fn open(place: &Place) -> Result<Exit, Failed> {
    let (_, config_dir) = session::folders(place)?;
    let settings = app::settings_file::load(&config_dir);
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
    app::run(config_dir, move |waker| worker::start(options, waker)).map_err(Failed::new)?;
    Ok(Exit::Done)
}

/// Asks the process that has the folder to bring its window forward.
fn raise(place: &Place) -> Result<Exit, Failed> {
    let (data_dir, _) = session::folders(place)?;
    fs::write(data_dir.join(RAISE_FILE), b"").map_err(|error| {
        Failed::new(format!(
            "Image Search runs already on {}, and could not be asked to come forward: {error}.",
            data_dir.display()
        ))
    })?;
    Err(Failed::new(format!(
        "Image Search runs already on {}; its window was asked to come forward.",
        data_dir.display()
    )))
}
