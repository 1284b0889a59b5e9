//! Dumps: what is adopted, what is refused, and what a damaged file does.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{super::dump as dumps, *};

/// A dump of 300 vectors, of which two were removed and one replaced after the graph was built,
/// and five more than the graph has.
fn dump_of_a_changed_index(dir: &Path) -> BTreeMap<RecordId, Codes> {
    let (mut index, _) = filled(dir, 1, 300);
    until(&mut index, ready);
    let mut model: BTreeMap<RecordId, Codes> = (0..300)
        .map(|seed| (RecordId(seed as i64), codes(seed)))
        .collect();
    for id in [7, 8] {
        index.remove(RecordId(id));
        model.remove(&RecordId(id));
    }
    for (id, seed) in [
        (9, 9_009),
        (900, 900),
        (901, 901),
        (902, 902),
        (903, 903),
        (904, 904),
    ] {
        index.insert(RecordId(id), &codes(seed)).unwrap();
        model.insert(RecordId(id), codes(seed));
    }
    assert!(index.dump(7));
    until(&mut index, dumped);
    model
}

fn reopened(
    dir: &Path,
    meta: IndexMeta,
    model: &BTreeMap<RecordId, Codes>,
) -> (VectorIndex, Opened) {
    let (mut index, opened) = VectorIndex::open(dir, meta, config());
    for (id, codes) in model {
        index.insert_loaded(*id, codes).unwrap();
    }
    index.loaded();
    (index, opened)
}

#[test]
fn a_dump_is_adopted_and_answers_for_today_s_vectors() {
    let dir = tempfile::tempdir().unwrap();
    let model = dump_of_a_changed_index(dir.path());
    let (mut index, opened) = reopened(dir.path(), meta(7), &model);
    assert_eq!(opened, Opened::DumpFound);
    let events = until(&mut index, ready);
    assert!(
        matches!(events[..], [IndexEvent::GraphReady { nodes: 300 }]),
        "{events:?}"
    );
    assert_eq!(
        index.rows.now().tail().len(),
        6,
        "the replaced one and the five new"
    );
    for (id, codes) in &model {
        let found = index.search(&codes.dequantise(), &Ask::top(1)).unwrap();
        assert_eq!(found.hits[0].0, *id);
        assert_eq!(found.route, Route::Graph);
    }
}

#[test]
fn a_dump_of_another_model_or_state_is_not_used() {
    let dir = tempfile::tempdir().unwrap();
    let model = dump_of_a_changed_index(dir.path());
    let refused = |meta| match VectorIndex::open(dir.path(), meta, config()).1 {
        Opened::NeedsRebuild(reason) => reason,
        Opened::DumpFound => panic!("the dump was taken"),
    };
    let other = IndexMeta {
        model_id: "other".into(),
        ..meta(7)
    };
    assert_eq!(refused(other), RebuildReason::Model);
    assert_eq!(
        refused(IndexMeta {
            dimension: 12,
            ..meta(7)
        }),
        RebuildReason::Model
    );
    let sequence = RebuildReason::Sequence {
        dumped: 7,
        current: 8,
    };
    assert_eq!(refused(meta(8)), sequence);

    let fewer = model.into_iter().skip(1).collect();
    let (mut index, _) = reopened(dir.path(), meta(7), &fewer);
    let events = until(&mut index, ready);
    assert!(matches!(
        events[0],
        IndexEvent::DumpRefused(RebuildReason::Rows { .. })
    ));
}

#[test]
fn a_newer_dump_replaces_the_older_one() {
    let dir = tempfile::tempdir().unwrap();
    let (mut index, _) = filled(dir.path(), 1, 300);
    until(&mut index, ready);
    for sequence in [1, 2, 3] {
        index.dump(sequence);
        until(&mut index, dumped);
    }
    drop(index);
    let folders = fs::read_dir(dir.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_type().unwrap().is_dir());
    assert_eq!(folders.count(), 1);
    assert_eq!(filled(dir.path(), 3, 300).1, Opened::DumpFound);
}

#[test]
fn a_dump_that_cannot_be_written_is_reported_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let blocked = dir.path().join("a file, not a folder");
    fs::write(&blocked, "x").unwrap();
    let (mut index, _) = filled(&blocked, 1, 300);
    until(&mut index, ready);
    index.dump(1);
    let events = until(&mut index, |event| {
        matches!(event, IndexEvent::DumpFailed(_))
    });
    let message = match &events[0] {
        IndexEvent::DumpFailed(error) => error.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(message.contains("a file, not a folder"), "{message}");
    assert_eq!(
        index.search(&vector(5), &Ask::top(1)).unwrap().hits[0].0,
        RecordId(5)
    );
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn however_a_dump_is_damaged_it_is_refused_and_answers_stay_right() {
    let dir = tempfile::tempdir().unwrap();
    drop(dump_of_a_changed_index(dir.path()));
    let (index, _) = filled(dir.path(), 7, 300);
    drop(index);
    let whole: Vec<(PathBuf, Vec<u8>)> = files(dir.path())
        .into_iter()
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    assert_eq!(whole.len(), 3, "two files and the manifest");
    for (path, bytes) in &whole {
        for damage in damages(bytes) {
            match &damage {
                Some(damaged) => fs::write(path, damaged).unwrap(),
                None => fs::remove_file(path).unwrap(),
            }
            // The dump has 303 rows: a file that is whole would be refused for that, and only
            // for that.
            let found = dumps::find(dir.path(), &meta(7)).and_then(|manifest| {
                std::panic::catch_unwind(|| dumps::load(dir.path(), &manifest)).unwrap()
            });
            assert!(
                found.is_err(),
                "{} with {:?} bytes",
                path.display(),
                damage.map(|d| d.len())
            );
        }
        fs::write(path, bytes).unwrap();
    }
    let manifest = dumps::find(dir.path(), &meta(7)).unwrap();
    assert_eq!(
        dumps::load(dir.path(), &manifest)
            .ok()
            .map(|graph| graph.nodes()),
        Some(300)
    );

    let (data, bytes) = whole
        .iter()
        .find(|(path, _)| path.ends_with(graph::FILES[1]))
        .unwrap();
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    fs::write(data, flipped).unwrap();
    let model = (0..303)
        .map(|seed| (RecordId(seed as i64), codes(seed)))
        .collect();
    let (mut index, opened) = reopened(dir.path(), meta(7), &model);
    assert_eq!(
        opened,
        Opened::DumpFound,
        "lengths match, checksums come later"
    );
    let found = index.search(&vector(5), &Ask::top(1)).unwrap();
    assert_eq!((found.hits[0].0, found.route), (RecordId(5), Route::Exact));
    let events = until(&mut index, ready);
    assert!(
        matches!(
            &events[0],
            IndexEvent::DumpRefused(RebuildReason::File { .. })
        ),
        "{events:?}"
    );
}

/// Cut at many lengths, a bit flipped at many places, something appended, and `None`: removed.
fn damages(bytes: &[u8]) -> Vec<Option<Vec<u8>>> {
    let places = || {
        (0..24)
            .map(|i| i * bytes.len() / 24)
            .chain([bytes.len() - 1])
    };
    let cut = places().map(|length| bytes[..length].to_vec());
    let flipped = places().filter_map(|place| {
        let mut flipped = bytes.to_vec();
        flipped[place] ^= 0x10;
        // White space and the order of a manifest's text carry no meaning.
        (!harmless(bytes, &flipped)).then_some(flipped)
    });
    let longer = [bytes, b"x"].concat();
    cut.chain(flipped)
        .chain([longer])
        .map(Some)
        .chain([None])
        .collect()
}

fn harmless(whole: &[u8], damaged: &[u8]) -> bool {
    let parsed = |bytes| serde_json::from_slice::<Manifest>(bytes).ok();
    parsed(whole).is_some() && parsed(whole) == parsed(damaged)
}
