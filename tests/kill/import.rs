//! An import, killed and begun again.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use super::{
    aim::pseudo_random,
    support::{self, PROGRAM, program, real_photos, status},
};

const KILLS: u32 = 20;
const PICTURES: usize = 400;

fn verify(folder: &Path) {
    let checked = program(folder, &["verify"]);
    assert!(
        checked.status.success(),
        "verify: {}",
        String::from_utf8_lossy(&checked.stderr)
    );
}

#[test]
fn an_import_killed_at_twenty_instants_ends_with_every_picture_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    let photos = real_photos(folder.path(), PICTURES);
    let trial = program(folder.path(), &["subscription", "trial"]);
    assert!(
        trial.status.success(),
        "{}",
        String::from_utf8_lossy(&trial.stderr)
    );

    let mut stored_before = 0;
    for kill in 0..KILLS {
        let mut index = Command::new(PROGRAM)
            .args(support::place(folder.path()))
            .arg("index")
            .arg(&photos)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The instants cover opening, listing, reading, embedding and committing.
        let deadline =
            Instant::now() + Duration::from_millis(30 + pseudo_random(kill.into()) % 700);
        while Instant::now() < deadline && index.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        index.kill().unwrap();
        index.wait().unwrap();

        verify(folder.path());
        let status = status(folder.path());
        let stored = status["stored"].as_u64().unwrap();
        assert!(
            stored >= stored_before,
            "kill {kill} lost pictures that were committed"
        );
        assert_eq!(
            status["usage"]["uploaded"].as_u64().unwrap(),
            stored,
            "meter after kill {kill}"
        );
        stored_before = stored;
    }

    let ended = program(
        folder.path(),
        &["index", "--json", &photos.to_string_lossy()],
    );
    assert!(
        ended.status.success(),
        "{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    verify(folder.path());
    let status = status(folder.path());
    assert_eq!(status["stored"].as_u64().unwrap(), PICTURES as u64);
    assert_eq!(
        status["usage"]["uploaded"].as_u64().unwrap(),
        PICTURES as u64
    );

    let listed = program(folder.path(), &["list", "--json"]);
    let mut paths: Vec<String> = String::from_utf8(listed.stdout)
        .unwrap()
        .lines()
        .flat_map(|line| {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            let paths = record["paths"].as_array().unwrap().clone();
            paths
                .into_iter()
                .map(|path| path.as_str().unwrap().to_owned())
        })
        .collect();
    paths.sort();
    let mut expected: Vec<String> = std::fs::read_dir(&photos)
        .unwrap()
        .map(|entry| entry.unwrap().path().to_string_lossy().into_owned())
        .collect();
    expected.sort();
    assert_eq!(paths, expected);
}
