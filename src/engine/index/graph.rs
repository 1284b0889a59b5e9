//! The approximate route: a graph that proposes candidates, behind a trait of our own.
//!
//! A graph only ever *proposes* records: what is still there and how it scores is decided from the
//! rows in memory. So a node whose record was removed or replaced is a tombstone that costs a
//! little time, never a wrong answer.

use std::{
    mem,
    path::Path,
    sync::{PoisonError, RwLock},
};

use hnsw_rs::{
    anndists::dist::distances::Distance,
    api::AnnT,
    hnsw::{Hnsw, PointId},
    hnswio::HnswIo,
};

use super::{codes::Codes, config::IndexConfig, kernel};
use crate::{domain::record::RecordId, engine::files::private};

/// Finds vectors near a query without comparing all.
pub(super) trait Graph: Send + Sync {
    /// Nodes, tombstones and older versions of a record included.
    fn nodes(&self) -> usize;

    /// Adds a node; callable from several threads, and while others search.
    fn insert(&self, id: RecordId, codes: &Codes);

    /// Looks for the strays, the nodes no sure path leads to, which [`Graph::nearest`] proposes from
    /// then on; call it when nodes were added. If cancelled, the former strays remain.
    fn find_strays(&self, cancelled: &dyn Fn() -> bool);

    /// About `breadth` nodes near the query: the more, the fewer of the nearest are missed. The
    /// strays are added, wherever they are.
    fn nearest(&self, query: &Codes, breadth: usize) -> Vec<RecordId>;

    /// Every node with the codes it was placed by.
    fn each(&self, visit: &mut dyn FnMut(RecordId, Codes));

    /// Writes the graph as files of `folder` named [`FILES`].
    fn write(&self, folder: &Path) -> Result<(), String>;
}

/// The files of a dumped graph.
pub(super) const FILES: [&str; 2] = ["vectors.hnsw.graph", "vectors.hnsw.data"];

/// What `hnsw_rs` calls the files without its endings.
const BASENAME: &str = "vectors";

/// The only number of layers `hnsw_rs` 0.3.5 can dump and load again.
const LAYERS: usize = 16;

/// Codes as `hnsw_rs` holds them: the values, then the four bytes of the scale.
const SCALE_BYTES: usize = 4;

/// Records are numbered in 64 bits, `hnsw_rs` numbers its nodes in machine words.
const _: () = assert!(usize::BITS >= i64::BITS, "the graph needs a 64-bit machine");

/// One minus the cosine, never negative nor NaN: `hnsw_rs` panics on either.
#[derive(Clone, Copy, Default)]
pub(super) struct CodeDistance;

/// More than any two unit vectors can be apart.
const FARTHEST: f32 = 4.0;

impl Distance<i8> for CodeDistance {
    fn eval(&self, a: &[i8], b: &[i8]) -> f32 {
        let (Some((a, scale_a)), Some((b, scale_b))) = (
            a.split_last_chunk::<SCALE_BYTES>(),
            b.split_last_chunk::<SCALE_BYTES>(),
        ) else {
            return FARTHEST;
        };
        let scale = |bytes: &[i8; SCALE_BYTES]| f32::from_le_bytes(bytes.map(|byte| byte as u8));
        let cosine = kernel::dot_codes(a, b) as f32 * scale(scale_a) * scale(scale_b);
        if cosine.is_nan() {
            return FARTHEST;
        }
        (1.0 - cosine).clamp(0.0, FARTHEST)
    }
}

fn packed(codes: &Codes) -> Vec<i8> {
    let mut packed = Vec::with_capacity(codes.dimension() + SCALE_BYTES);
    packed.extend_from_slice(codes.values());
    packed.extend(codes.scale().to_le_bytes().map(|byte| byte as i8));
    packed
}

/// [`Graph`] by `hnsw_rs`, over 8-bit codes.
///
/// A node of `hnsw_rs` keeps the nearest of those that link to it and drops the others, near and
/// far alike. So a vector far from all others can lose its last link: it becomes a stray.
pub(super) struct HnswGraph {
    hnsw: Hnsw<'static, i8, CodeDistance>,
    strays: RwLock<Vec<RecordId>>,
}

impl HnswGraph {
    /// An empty graph, with room reserved for `expected` nodes.
    pub fn new(config: &IndexConfig, expected: usize) -> Self {
        Self {
            hnsw: Hnsw::new(
                config.connections,
                expected,
                LAYERS,
                config.build_breadth,
                CodeDistance,
            ),
            strays: RwLock::default(),
        }
    }

    /// Reads what [`Graph::write`] wrote.
    ///
    /// The files must have been verified before: on truncated ones `hnsw_rs` panics or ends the
    /// process.
    pub fn read(folder: &Path) -> Result<Self, String> {
        // The loaded graph borrows its reader for life, though it holds nothing of it unless
        // files are mapped. The reader is two short strings, and one is made a start: leaked.
        let reader = Box::leak(Box::new(HnswIo::new(folder, BASENAME)));
        let mut hnsw = reader
            .load_hnsw_with_dist::<i8, CodeDistance>(CodeDistance)
            .map_err(|error| error.to_string())?;
        // The loader turns this on, which would make later inserts several times slower.
        hnsw.set_extend_candidates(false);
        Ok(Self {
            hnsw,
            strays: RwLock::default(),
        })
    }
}

impl Graph for HnswGraph {
    fn nodes(&self) -> usize {
        self.hnsw.get_nb_point()
    }

    fn insert(&self, id: RecordId, codes: &Codes) {
        self.hnsw.insert((&packed(codes), id.0 as usize));
    }

    fn find_strays(&self, cancelled: &dyn Fn() -> bool) {
        let points = self.hnsw.get_point_indexation();
        let layers: Vec<Vec<_>> = (0..LAYERS)
            .map(|layer| points.get_layer_iterator(layer).collect())
            .collect();
        let mut reached: Vec<Vec<bool>> = layers
            .iter()
            .map(|layer| vec![false; layer.len()])
            .collect();
        let mut reach = |PointId(layer, rank)| {
            let known = &mut reached[usize::from(layer)][rank as usize];
            !mem::replace(known, true)
        };
        // Searches start in the highest layer and spread in the lowest; a way by the layers between
        // is taken only where it happens to lead nearer.
        let top = layers.iter().rfind(|layer| !layer.is_empty());
        let top = top.into_iter().flatten().map(|point| point.get_point_id());
        let mut open: Vec<PointId> = top.filter(|&id| reach(id)).collect();
        while let Some(PointId(layer, rank)) = open.pop() {
            if cancelled() {
                return;
            }
            let links = layers[usize::from(layer)][rank as usize].get_neighborhood_id();
            let ends = links[0].iter().map(|link| link.p_id);
            open.extend(ends.filter(|&id| reach(id)));
        }
        let strays = layers.iter().flatten().filter(|point| {
            let PointId(layer, rank) = point.get_point_id();
            !reached[usize::from(layer)][rank as usize]
        });
        let strays = strays.map(|point| RecordId(point.get_origin_id() as i64));
        *self.strays.write().unwrap_or_else(PoisonError::into_inner) = strays.collect();
    }

    fn nearest(&self, query: &Codes, breadth: usize) -> Vec<RecordId> {
        let found = self.hnsw.search(&packed(query), breadth, breadth);
        let found = found.into_iter().map(|found| RecordId(found.d_id as i64));
        let strays = self.strays.read().unwrap_or_else(PoisonError::into_inner);
        found.chain(strays.iter().copied()).collect()
    }

    fn each(&self, visit: &mut dyn FnMut(RecordId, Codes)) {
        if self.nodes() == 0 {
            return;
        }
        let points = self.hnsw.get_point_indexation();
        for layer in 0..LAYERS {
            for point in points.get_layer_iterator(layer) {
                if let Some((values, scale)) = point.get_v().split_last_chunk::<SCALE_BYTES>() {
                    let scale = f32::from_le_bytes(scale.map(|byte| byte as u8));
                    let id = RecordId(point.get_origin_id() as i64);
                    visit(id, Codes::from_parts(values, scale));
                }
            }
        }
    }

    fn write(&self, folder: &Path) -> Result<(), String> {
        // `hnsw_rs` panics where it cannot create its files: find that out first.
        for file in FILES {
            private::open_file(&folder.join(file)).map_err(|error| error.to_string())?;
        }
        let written = self.hnsw.file_dump(folder, BASENAME);
        let basename = written.map_err(|error| error.to_string())?;
        if basename != BASENAME {
            return Err(format!("the graph was written as {basename}"));
        }
        undo_level_scale(&folder.join(FILES[0])).map_err(|error| error.to_string())
    }
}

/// Where a dumped graph has its level scale: after a magic number of four bytes, the mode and the
/// number of connections.
const LEVEL_SCALE_AT: u64 = 6;

/// Writes 1 where `hnsw_rs` 0.3.5 wrote its level scale.
///
/// Its loader takes that field for a factor and multiplies the scale with itself; nodes added to
/// the loaded graph would then hardly ever reach an upper layer.
fn undo_level_scale(graph: &Path) -> std::io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    let mut file = std::fs::OpenOptions::new().write(true).open(graph)?;
    file.seek(SeekFrom::Start(LEVEL_SCALE_AT))?;
    file.write_all(&1.0_f64.to_ne_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(angle: f32) -> Codes {
        Codes::quantise(&[angle.cos(), angle.sin()])
    }

    fn circle(nodes: i64) -> HnswGraph {
        let graph = HnswGraph::new(&IndexConfig::default(), nodes as usize);
        for id in 0..nodes {
            graph.insert(RecordId(id), &unit(id as f32 * 0.003));
        }
        graph
    }

    #[test]
    fn the_distance_is_never_negative_nor_nan() {
        let scaled = |scale: f32| {
            let mut bytes = Codes::quantise(&[1.0, 0.0]).to_bytes();
            bytes[2..].copy_from_slice(&scale.to_le_bytes());
            bytes.iter().map(|&byte| byte as i8).collect::<Vec<_>>()
        };
        for scale in [0.0, 1.0, -1.0, 1e30, f32::NAN, f32::INFINITY] {
            let distance = CodeDistance.eval(&scaled(scale), &scaled(0.1));
            assert!((0.0..=FARTHEST).contains(&distance), "{scale}: {distance}");
        }
        assert_eq!(CodeDistance.eval(&[], &[1]), FARTHEST);
    }

    #[test]
    fn a_graph_written_and_read_again_proposes_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let graph = circle(500);
        graph.write(folder.path()).unwrap();
        let read = HnswGraph::read(folder.path()).unwrap();
        assert_eq!(read.nodes(), 500);
        let query = unit(0.7);
        assert_eq!(read.nearest(&query, 50), graph.nearest(&query, 50));
        let mut seen = 0;
        read.each(&mut |id, codes| {
            assert_eq!(codes, unit(id.0 as f32 * 0.003));
            seen += 1;
        });
        assert_eq!(seen, 500);
    }

    #[test]
    fn nodes_added_after_reading_reach_the_upper_layers() {
        let folder = tempfile::tempdir().unwrap();
        circle(200).write(folder.path()).unwrap();
        let read = HnswGraph::read(folder.path()).unwrap();
        let upper = |graph: &HnswGraph| {
            let points = graph.hnsw.get_point_indexation();
            points.get_layer_nb_point(1)
        };
        let before = upper(&read);
        for id in 200..2_200 {
            read.insert(RecordId(id), &unit(id as f32 * 0.003));
        }
        // One node in 32 rises by a layer: 61 of 2,000 expected, none with the scale squared.
        assert!(upper(&read) - before > 25, "{} rose", upper(&read) - before);
    }

    #[test]
    fn vectors_that_no_path_leads_to_are_proposed_too() {
        let (crowd, loners) = (200, 20);
        let axis = |i: i64| {
            let mut vector = vec![0.0; 2 + loners as usize];
            vector[i as usize] = 1.0;
            vector
        };
        let near = |i: i64| {
            let angle = i as f32 * 0.003;
            let mut vector = axis(0);
            (vector[0], vector[1]) = (angle.cos(), angle.sin());
            vector
        };
        // Each of the crowd has nearer neighbours than it has links, and drops those to loners.
        let config = IndexConfig {
            connections: 4,
            ..IndexConfig::default()
        };
        let graph = HnswGraph::new(&config, (crowd + loners) as usize);
        for i in 0..crowd {
            graph.insert(RecordId(i), &Codes::quantise(&near(i)));
        }
        for i in 0..loners {
            graph.insert(RecordId(crowd + i), &Codes::quantise(&axis(2 + i)));
        }
        let missed = |graph: &HnswGraph| {
            // So broad that only what cannot be reached is missed.
            let breadth = (crowd + loners) as usize;
            let proposed = |i: i64| graph.nearest(&Codes::quantise(&axis(2 + i)), breadth);
            let found = |&i: &i64| proposed(i).contains(&RecordId(crowd + i));
            (0..loners).filter(|i| !found(i)).count()
        };
        assert!(missed(&graph) > 0, "the links alone find all");
        graph.find_strays(&|| true);
        assert!(missed(&graph) > 0, "it was broken off");
        graph.find_strays(&|| false);
        assert_eq!(missed(&graph), 0);

        let folder = tempfile::tempdir().unwrap();
        graph.write(folder.path()).unwrap();
        let read = HnswGraph::read(folder.path()).unwrap();
        read.find_strays(&|| false);
        assert_eq!(missed(&read), 0);
    }

    #[test]
    fn equal_vectors_do_not_hide_each_other() {
        let graph = HnswGraph::new(&IndexConfig::default(), 300);
        for id in 0..300 {
            graph.insert(RecordId(id), &unit(if id < 200 { 0.5 } else { id as f32 }));
        }
        assert_eq!(graph.nearest(&unit(0.5), 100).len(), 100);
        assert!(graph.nearest(&unit(250.0), 100).contains(&RecordId(250)));
    }
}
