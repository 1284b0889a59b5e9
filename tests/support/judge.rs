//! A catalogue of photos that is asked many queries: ranked, tried and answered as the program
//! does, without the worker's turns.
#![allow(dead_code)] // each test program uses its own part

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    time::Instant,
};

use image_search::{
    domain::{
        proof::Trial,
        query::{Answer, Cut, QueryView, TookMs},
        record::{ContentHash, RecordId},
    },
    engine::{
        catalogue::{Catalogue, QueryVectors},
        decode::Limits,
        describe::{Describe, Describer},
        embed,
        index::IndexConfig,
        proof::{Looks, prove},
        rest::{Kept, rest},
    },
};
use rayon::prelude::*;

pub struct Judge {
    catalogue: Catalogue,
    pub prover: Prover,
}

/// Describes and tries, on any thread.
pub struct Prover {
    describer: Describer,
    looks: Looks,
    thumbnails: HashMap<RecordId, (Vec<u8>, [u32; 2])>,
    /// By the pictures' numbers.
    ids: HashMap<usize, RecordId>,
}

impl Judge {
    /// Indexes `pictures` below `folder`; their names are their numbers.
    pub fn of(folder: &Path, pictures: &[Vec<u8>]) -> Self {
        let place = folder.join("pictures");
        std::fs::create_dir_all(&place).unwrap();
        for (number, bytes) in pictures.iter().enumerate() {
            std::fs::write(place.join(number.to_string()), bytes).unwrap();
        }
        super::program(folder, &["subscription", "trial"]);
        let indexed = super::program(folder, &["index", &place.to_string_lossy()]);
        assert!(indexed.status.success(), "{indexed:?}");
        let describer = Describer::new(embed::default_model().unwrap(), Limits::default());
        let (config, now) = (IndexConfig::default(), jiff::Timestamp::now());
        let catalogue = Catalogue::open(&folder.join("data"), &describer, config, now).unwrap();
        let store = catalogue.store();
        let ids: Vec<RecordId> = (1..=pictures.len() as i64).map(RecordId).collect();
        let records = store.records(&ids).unwrap();
        assert_eq!(records.len(), pictures.len(), "a picture was indexed twice");
        let thumbnails = records
            .iter()
            .map(|record| {
                let thumbnail = store.thumbnail(record.id).unwrap().unwrap();
                (record.id, (thumbnail, [record.width, record.height]))
            })
            .collect();
        let number = |name: &str| name.parse().unwrap();
        let numbered = records.iter();
        let ids = numbered
            .map(|record| (number(&record.fields.name), record.id))
            .collect();
        let prover = Prover {
            ids,
            describer,
            looks: Looks::default(),
            thumbnails,
        };
        Self { catalogue, prover }
    }

    /// The settled answer.
    pub fn answer(&self, vectors: &QueryVectors, cut: &Cut) -> Answer {
        let ranking = self.catalogue.rank(vectors, cut).unwrap();
        let ids: Vec<RecordId> = ranking.to_try(cut).collect();
        let prover = &self.prover;
        let trials: HashMap<RecordId, Trial> = ids
            .par_iter()
            .map(|id| (*id, prover.tried(vectors, *id)))
            .collect();
        self.catalogue
            .answer(vectors, cut, &ranking, &trials)
            .unwrap()
    }

    /// The number of a hit's picture.
    pub fn number(answer: &Answer, place: usize) -> Option<usize> {
        answer.hits.get(place)?.record.fields.name.parse().ok()
    }
}

impl Prover {
    pub fn describe(&self, bytes: &[u8]) -> QueryVectors {
        let view = QueryView::default();
        let query = self.describer.describe_query(bytes, view).unwrap();
        let size = [query.width, query.height];
        let kept = Kept::new(query.pixels.unwrap(), None, size);
        let rest = rest(&kept, &self.describer);
        QueryVectors {
            name: String::new(),
            width: query.width,
            height: query.height,
            hash: Some(ContentHash::of(bytes)),
            turned: query.turned,
            crops: rest.crops,
            nominating: rest.nominating,
            look: rest.look,
            took_ms: TookMs::default(),
        }
    }

    /// Tries the picture of a number.
    pub fn tried_number(&self, vectors: &QueryVectors, number: usize) -> Trial {
        self.tried(vectors, self.ids[&number])
    }

    fn tried(&self, vectors: &QueryVectors, id: RecordId) -> Trial {
        let (thumbnail, size) = &self.thumbnails[&id];
        let picture = self.looks.get(thumbnail, *size).unwrap();
        prove(vectors.look.as_ref().unwrap(), &picture)
    }
}

/// The best `number` results.
pub fn top(number: usize) -> Cut {
    Cut {
        number,
        ..Cut::default()
    }
}

/// JPEGs of a folder and those below it, by path.
pub fn pictures(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "jpg") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Milliseconds that `work` takes, the median of some rounds.
pub fn median_ms(rounds: usize, mut work: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..rounds)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
