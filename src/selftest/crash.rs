//! A process killed in the middle of an import, and what it leaves.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use image::DynamicImage;

use super::{outcome::Outcome, pictures};

const PICTURES: u32 = 150;

/// Starts this program on made-up pictures, kills it once something is committed, and starts it
/// again: every picture is there exactly once.
pub fn killed_and_reopened(folder: &Path) -> Outcome {
    let photos = folder.join("photos");
    std::fs::create_dir_all(&photos).map_err(|error| error.to_string())?;
    for seed in 0..PICTURES {
        let picture = DynamicImage::ImageRgb8(pictures::made_up(seed, 480, 360));
        let bytes = pictures::jpeg(&picture, 85)?;
        std::fs::write(photos.join(format!("{seed}.jpg")), bytes)
            .map_err(|error| error.to_string())?;
    }
    ended_well(verb(folder, &["subscription", "trial"])?.wait_with_output())?;
    let mut index = verb(folder, &["index", &photos.to_string_lossy()])?;
    await_first_commit(folder, &mut index)?;
    index
        .kill()
        .and_then(|()| index.wait())
        .map_err(|error| error.to_string())?;
    ended_well(verb(folder, &["verify"])?.wait_with_output())?;
    let left = stored(folder)?;
    ended_well(verb(folder, &["index", &photos.to_string_lossy()])?.wait_with_output())?;
    ended_well(verb(folder, &["verify"])?.wait_with_output())?;
    let whole = stored(folder)?;
    if whole != u64::from(PICTURES) {
        return Err(format!("{whole} pictures instead of {PICTURES}"));
    }
    Ok(format!(
        "killed at {left} of {PICTURES}, then all there once"
    ))
}

fn verb(folder: &Path, arguments: &[&str]) -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    Command::new(program)
        .arg("--data-dir")
        .arg(folder.join("data"))
        .arg("--config-dir")
        .arg(folder.join("config"))
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| error.to_string())
}

fn ended_well(output: std::io::Result<std::process::Output>) -> Result<String, String> {
    let output = output.map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// The write-ahead log grows with the first commit of pictures.
fn await_first_commit(folder: &Path, index: &mut Child) -> Result<(), String> {
    let log = folder.join("data").join("thumbnails.db-wal");
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        if std::fs::metadata(&log).is_ok_and(|meta| meta.len() > 200_000) {
            return Ok(());
        }
        if index
            .try_wait()
            .map_err(|error| error.to_string())?
            .is_some()
        {
            // It ended before we looked: there was nothing to kill, which the check reports below.
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Err("nothing was committed in 20 s".to_owned())
}

fn stored(folder: &Path) -> Result<u64, String> {
    let text = ended_well(verb(folder, &["status", "--json"])?.wait_with_output())?;
    let status: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| error.to_string())?;
    status["stored"]
        .as_u64()
        .ok_or_else(|| "no count in the status".to_owned())
}
