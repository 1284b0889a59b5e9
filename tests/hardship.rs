//! What the disk, the folder and other processes can do to the program, and what it says.

mod support;

use std::{
    path::Path,
    process::{Command, Output, Stdio},
};

use support::{PROGRAM, place, program, program_json, real_photos, status};

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A catalogue with `count` pictures.
fn indexed(folder: &Path, count: usize) -> std::path::PathBuf {
    let photos = real_photos(folder, count);
    assert!(program(folder, &["subscription", "trial"]).status.success());
    let indexed = program(folder, &["index", &photos.to_string_lossy()]);
    assert!(indexed.status.success(), "{}", stderr(&indexed));
    photos
}

#[test]
fn a_second_process_on_the_folder_says_so_and_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let _first = image_search::engine::store::Store::lock(&folder.path().join("data")).unwrap();
    let second = program(folder.path(), &["status"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(stderr(&second).contains("in use"), "{}", stderr(&second));
}

#[test]
fn a_damaged_database_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    indexed(folder.path(), 5);
    let file = folder.path().join("data/catalogue.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[200..middle].fill(0x5A);
    std::fs::write(&file, &bytes).unwrap();
    let refused = program(folder.path(), &["status"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(stderr(&refused).contains("damaged"), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("backup"), "{}", stderr(&refused));
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
}

#[test]
fn a_lost_catalogue_comes_back_by_the_verb_that_the_refusal_names() {
    let folder = tempfile::tempdir().unwrap();
    indexed(folder.path(), 5);
    let data = folder.path().join("data");
    let backups = || {
        let names = std::fs::read_dir(&data)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_string_lossy().ends_with(".backup.db"))
            .count()
    };
    assert_eq!(backups(), 1, "a verb that writes makes the daily copy");
    for name in ["catalogue.db", "catalogue.db-wal", "catalogue.db-shm"] {
        let _ = std::fs::remove_file(data.join(name));
    }
    let refused = program(folder.path(), &["status"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stderr(&refused).contains("restore-backup"),
        "{}",
        stderr(&refused)
    );
    assert!(
        !data.join("catalogue.db").exists(),
        "nothing is begun in its place"
    );

    let restored = program(folder.path(), &["restore-backup"]);
    assert!(restored.status.success(), "{}", stderr(&restored));
    let told = String::from_utf8_lossy(&restored.stdout).into_owned();
    assert!(
        told.contains("backup.db") && told.contains("pictures"),
        "{told}"
    );
    let photos = folder.path().join("photos");
    assert!(
        program(folder.path(), &["index", &photos.to_string_lossy()])
            .status
            .success()
    );
    assert_eq!(status(folder.path())["stored"], 5);
    assert!(program(folder.path(), &["verify"]).status.success());
    assert_eq!(status(folder.path())["subscription"]["phase"], "trial");
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_what_the_program_keeps() {
    use std::os::unix::fs::PermissionsExt;

    fn assert_private(path: &Path) {
        let metadata = path.symlink_metadata().unwrap();
        let mode = metadata.permissions().mode() & 0o777;
        if metadata.is_dir() {
            assert_eq!(mode, 0o700, "{}", path.display());
            for entry in std::fs::read_dir(path).unwrap() {
                assert_private(&entry.unwrap().path());
            }
        } else {
            assert_eq!(mode, 0o600, "{}", path.display());
        }
    }

    let folder = tempfile::tempdir().unwrap();
    indexed(folder.path(), 5);
    assert_private(&folder.path().join("data"));
    assert_private(&folder.path().join("config"));
}

/// The import is still at work when the signal comes: there is far more to do than a second's work.
#[cfg(unix)]
#[test]
fn a_signal_ends_an_import_with_what_is_done_and_says_where_it_goes_on() {
    for (signal, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let folder = tempfile::tempdir().unwrap();
        let photos = real_photos(folder.path(), 300);
        assert!(
            program(folder.path(), &["subscription", "trial"])
                .status
                .success()
        );
        let index = Command::new(PROGRAM)
            .args(place(folder.path()))
            .arg("index")
            .arg(&photos)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Opened, so that the signals are listened to.
        while !folder.path().join("data/thumbnails.db").exists() {
            std::thread::yield_now();
        }
        std::thread::sleep(std::time::Duration::from_millis(300));
        let sent = Command::new("kill")
            .args(["-s", signal, &index.id().to_string()])
            .status();
        assert!(sent.unwrap().success());
        let ended = index.wait_with_output().unwrap();
        assert_eq!(
            ended.status.code(),
            Some(code),
            "{signal}: {}",
            stderr(&ended)
        );
        assert!(stderr(&ended).contains("goes on"), "{}", stderr(&ended));
        assert!(program(folder.path(), &["verify"]).status.success());
        let indexed = program(folder.path(), &["index", &photos.to_string_lossy()]);
        assert!(indexed.status.success(), "{}", stderr(&indexed));
        assert_eq!(status(folder.path())["stored"], 300);
    }
}

#[test]
fn truncated_empty_and_lying_files_are_named_and_the_rest_is_indexed() {
    let folder = tempfile::tempdir().unwrap();
    let photos = real_photos(folder.path(), 4);
    std::fs::write(photos.join("empty.jpg"), "").unwrap();
    std::fs::write(
        photos.join("lying.jpg"),
        "no picture, whatever the name says",
    )
    .unwrap();
    let mut png = Vec::new();
    image::open(photos.join("0000.jpg"))
        .unwrap()
        .write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png)
        .unwrap();
    std::fs::write(photos.join("truncated.png"), &png[..png.len() / 3]).unwrap();
    assert!(
        program(folder.path(), &["subscription", "trial"])
            .status
            .success()
    );
    let indexed = program(
        folder.path(),
        &["index", "--json", &photos.to_string_lossy()],
    );
    assert_eq!(indexed.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&indexed.stdout).unwrap();
    assert_eq!(
        (report["found"].as_u64(), report["indexed"].as_u64()),
        (Some(7), Some(4))
    );
    let mut failed: Vec<String> = report["failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|failure| {
            assert!(
                failure["reason"].as_str().unwrap().ends_with('.'),
                "{failure}"
            );
            let path = Path::new(failure["path"].as_str().unwrap());
            path.file_name().unwrap().to_string_lossy().into_owned()
        })
        .collect();
    failed.sort();
    assert_eq!(failed, ["empty.jpg", "lying.jpg", "truncated.png"]);
}

/// Indexes under limits set by a shell.
#[cfg(unix)]
fn index_within(limits: &str, folder: &Path, photos: &Path) -> Output {
    Command::new("sh")
        .args(["-c", &format!("{limits}; exec \"$0\" \"$@\""), PROGRAM])
        .args(place(folder))
        .arg("index")
        .arg(photos)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

/// A limit on the size of files makes every write beyond it fail, as a full disk does.
#[cfg(unix)]
#[test]
fn a_full_disk_stops_the_import_with_a_sentence_and_it_goes_on_after_room_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let photos = real_photos(folder.path(), 120);
    assert!(
        program(folder.path(), &["subscription", "trial"])
            .status
            .success()
    );
    let full = index_within("trap '' XFSZ; ulimit -f 600", folder.path(), &photos);
    assert_eq!(full.status.code(), Some(1), "{}", stderr(&full));
    assert!(!stderr(&full).trim().is_empty());
    let stored = status(folder.path())["stored"].as_u64().unwrap();
    assert!(stored < 120, "the limit stopped nothing");
    assert!(program(folder.path(), &["verify"]).status.success());

    let indexed = program(folder.path(), &["index", &photos.to_string_lossy()]);
    assert!(indexed.status.success(), "{}", stderr(&indexed));
    let status = status(folder.path());
    assert_eq!(status["stored"], 120);
    assert_eq!(status["usage"]["uploaded"], 120);
}

/// Pictures of few pixels, whose sides ask a resampler for gigabytes.
#[cfg(unix)]
#[test]
fn thin_pictures_are_indexed_in_a_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    std::fs::create_dir(&photos).unwrap();
    for (width, height) in [(60_000_000, 1), (50_000_000, 3), (1, 5_000_000), (9, 9)] {
        let file = std::fs::File::create(photos.join(format!("{width}x{height}.png"))).unwrap();
        let encoder = image::codecs::png::PngEncoder::new_with_quality(
            file,
            image::codecs::png::CompressionType::Fast,
            image::codecs::png::FilterType::NoFilter,
        );
        let pixels: Vec<u8> = (0..width * height).map(|n| (n % 251) as u8).collect();
        let grey = image::ExtendedColorType::L8;
        image::ImageEncoder::write_image(encoder, &pixels, width as u32, height as u32, grey)
            .unwrap();
    }
    assert!(
        program(folder.path(), &["subscription", "trial"])
            .status
            .success()
    );
    let indexed = index_within("ulimit -v 4000000", folder.path(), &photos);
    assert!(indexed.status.success(), "{}", stderr(&indexed));
    assert_eq!(status(folder.path())["stored"], 4);
}

#[test]
fn a_wrong_filter_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = program(
        folder.path(),
        &["search", "x.jpg", "--filter", "category = 'shoes' AND ("],
    );
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains('^'), "{}", stderr(&wrong));
}

#[test]
fn a_query_that_is_no_picture_is_named() {
    let folder = tempfile::tempdir().unwrap();
    indexed(folder.path(), 2);
    let query = folder.path().join("words.jpg");
    std::fs::write(&query, "words").unwrap();
    let refused = program(folder.path(), &["search", &query.to_string_lossy()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stderr(&refused).contains("words.jpg"),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn without_a_subscription_the_exit_code_is_3_and_the_sentence_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let photos = real_photos(folder.path(), 1);
    let refused = program(folder.path(), &["index", &photos.to_string_lossy()]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(stderr(&refused).contains("free"), "{}", stderr(&refused));
}

#[test]
fn every_change_of_package_costs_over_the_command_line_what_the_rules_say() {
    let folder = tempfile::tempdir().unwrap();
    let at = "2026-11-16T00:00:00Z";
    let bought = program(
        folder.path(),
        &[
            "--now",
            "2026-11-01T00:00:00Z",
            "subscription",
            "buy",
            "--package",
            "2.5m-5",
        ],
    );
    assert!(bought.status.success(), "{}", stderr(&bought));
    let quote = program_json(
        folder.path(),
        &[
            "--now",
            at,
            "subscription",
            "quote",
            "--package",
            "5m-10",
            "--json",
        ],
    );
    assert_eq!(quote["from"], "2.5m-5");
    assert_eq!(quote["to"], "5m-10");
    assert_eq!(quote["period_end"], "2026-12-01T00:00:00Z");
    // At most the second in which the program started has passed of the half month.
    let amount = quote["amount_cents"].as_i64().unwrap();
    assert!((104_990..=105_000).contains(&amount), "{amount}");
}

#[test]
fn the_price_list_has_fifteen_packages() {
    let folder = tempfile::tempdir().unwrap();
    let plans = program_json(folder.path(), &["plans", "--json"]);
    let plans = plans.as_array().unwrap();
    assert_eq!(plans.len(), 15);
    assert_eq!(plans[0]["package"], "100k-1");
    assert_eq!(plans[0]["price_cents"], 30_000);
}

/// Runs a verb as somebody who may read `data` but not write it; none where that cannot be had.
#[cfg(unix)]
fn reading_only(folder: &Path, arguments: &[&str]) -> Option<Output> {
    use std::{fs, os::unix::fs::PermissionsExt};

    let open_to = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    open_to(folder, 0o755);
    let data = folder.join("data");
    for entry in fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        open_to(&path, if path.is_dir() { 0o555 } else { 0o444 });
    }
    open_to(&data, 0o555);
    let own = folder.join("own");
    fs::create_dir_all(&own).unwrap();
    open_to(&own, 0o777);
    let program = folder.join("program");
    fs::copy(PROGRAM, &program).unwrap();
    open_to(&program, 0o755);
    let mut command = if fs::write(data.join("probe"), "").is_ok() {
        // An administrator may write anywhere, so somebody else has to run it.
        fs::remove_file(data.join("probe")).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]);
        command.arg(&program);
        command
    } else {
        Command::new(&program)
    };
    command.arg("--data-dir").arg(&data);
    command.arg("--config-dir").arg(own.join("config"));
    match command.args(arguments).output() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        output => Some(output.unwrap()),
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_listed_searched_and_exported_and_nothing_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let photos = indexed(folder.path(), 5);
    let catalogue = folder.path().join("data/catalogue.db");
    let before = std::fs::read(&catalogue).unwrap();
    let photo = photos.join("0000.jpg");
    let photo = photo.to_str().unwrap();
    for (arguments, lines) in [
        (&["list"][..], 5),
        (&["search", photo, "--top", "3"], 3),
        (&["export", "csv"], 6),
        (&["verify"], 1),
    ] {
        let Some(done) = reading_only(folder.path(), arguments) else {
            return;
        };
        assert_eq!(
            done.status.code(),
            Some(0),
            "{arguments:?}: {}",
            stderr(&done)
        );
        let told = String::from_utf8_lossy(&done.stdout).lines().count();
        assert_eq!(told, lines, "{arguments:?}");
        assert!(
            stderr(&done).contains("cannot be written"),
            "{}",
            stderr(&done)
        );
    }
    for arguments in [
        &["index", photo][..],
        &["remove", "1"],
        &["subscription", "renew"],
    ] {
        let done = reading_only(folder.path(), arguments).unwrap();
        assert_eq!(
            done.status.code(),
            Some(1),
            "{arguments:?}: {}",
            stderr(&done)
        );
        assert!(stderr(&done).contains("Allow writing"), "{}", stderr(&done));
    }
    assert_eq!(std::fs::read(&catalogue).unwrap(), before);
}

/// A photo of a catalogue of three.
fn one_indexed(folder: &Path) -> std::path::PathBuf {
    let photos = indexed(folder, 3);
    let mut entries = std::fs::read_dir(photos).unwrap();
    entries.next().unwrap().unwrap().path()
}

#[test]
fn lost_thumbnails_keep_no_copy_from_being_proven() {
    let folder = tempfile::tempdir().unwrap();
    let photo = one_indexed(folder.path());
    let copy = folder.path().join("copy.jpg");
    let smaller = image::open(&photo).unwrap().thumbnail(300, 300);
    smaller.save(&copy).unwrap();
    std::fs::remove_file(folder.path().join("data/thumbnails.db")).unwrap();
    for _ in 0..2 {
        let found = program_json(
            folder.path(),
            &["search", &copy.to_string_lossy(), "--json"],
        );
        assert_eq!(found["results"][0]["verdict"], "edited_copy", "{found}");
    }
}

#[test]
fn the_very_file_passes_every_threshold() {
    let folder = tempfile::tempdir().unwrap();
    let photo = one_indexed(folder.path());
    let photo = photo.to_string_lossy();
    let found = program_json(
        folder.path(),
        &["search", &photo, "--threshold", "1", "--json"],
    );
    assert_eq!(found["results"][0]["verdict"], "same_file", "{found}");
    assert_eq!(found["results"][0]["score"], 1.0, "{found}");
}
