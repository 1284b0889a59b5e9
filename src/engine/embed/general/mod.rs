//! A model of the user's own: any ONNX image encoder, run by rten.

mod interface;
mod settings;
#[cfg(test)]
mod tests;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rten::{Model, NodeId, RunOptions, ThreadPool, Value};
use rten_tensor::Layout as _;

use self::{
    interface::{Interface, Misfit, Values},
    settings::Settings,
};
use super::{EmbedError, Embedder, InputSpec, builtin, check_lengths};
use crate::domain::path::shown;

/// Opens the ONNX file `path` as an image encoder.
///
/// The model takes one picture, as f32 or u8, and gives one vector. What the file leaves open is
/// read from the settings beside it: `Settings`, a JSON file of the same name with the ending
/// `.json`. The id is the BLAKE3 hash of the file and, where they are not the defaults, of the
/// settings. The default model's own file opens as the default model.
///
/// # Errors
///
/// - [`EmbedError::Read`]: the file cannot be read.
/// - [`EmbedError::NotAModel`]: it is not an ONNX model that rten runs.
/// - [`EmbedError::Unfit`]: it takes or gives something else.
/// - [`EmbedError::Sidecar`]: the settings beside it cannot be used.
pub fn open_model(path: &Path) -> Result<Arc<dyn Embedder>, EmbedError> {
    let file = std::fs::read(path).map_err(|source| EmbedError::Read {
        path: path.to_owned(),
        source,
    })?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&file);
    if hasher.finalize().to_hex().as_str() == builtin::model_id() {
        return builtin::default_model();
    }
    let settings = Settings::beside(path)?;
    hasher.update(settings.signature().as_bytes());
    let id = hasher.finalize().to_hex().to_string();
    Ok(Arc::new(General::open(path, file, id, settings)?))
}

/// rten behind the [`Embedder`] trait.
struct General {
    id: String,
    name: String,
    model: Model,
    input: NodeId,
    output: NodeId,
    interface: Interface,
    dimension: usize,
    /// Pools of one thread, one for each picture that was in the model at the same time: the
    /// caller decides how many cores work, not rten.
    pools: Mutex<Vec<Arc<ThreadPool>>>,
}

impl General {
    fn open(
        path: &Path,
        file: Vec<u8>,
        id: String,
        settings: Settings,
    ) -> Result<Self, EmbedError> {
        let not_a_model = |reason| EmbedError::NotAModel {
            path: path.to_owned(),
            reason,
        };
        let unfit = |reason| EmbedError::Unfit {
            path: path.to_owned(),
            reason,
        };
        if file.is_empty() {
            return Err(not_a_model("the file is empty".into()));
        }
        let model = Model::load(file).map_err(|error| not_a_model(error.to_string()))?;
        let &[input] = model.input_ids() else {
            let names = names(&model, model.input_ids());
            return Err(unfit(format!(
                "it must take one picture and nothing else, not {names}"
            )));
        };
        let output = choose_output(&model, settings.output.as_deref()).map_err(unfit)?;
        let interface =
            Interface::new(&model, input, &settings).map_err(|misfit| match misfit {
                Misfit::Model(reason) => unfit(reason),
                Misfit::Settings(reason) => EmbedError::Sidecar {
                    path: Settings::path(path),
                    reason,
                },
            })?;
        let stem = || {
            path.file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        let name = settings.name.unwrap_or_else(stem);
        let pools = Mutex::default();
        let mut general = Self {
            id,
            name,
            model,
            input,
            output,
            interface,
            dimension: 0,
            pools,
        };
        general.dimension = general.probe(path)?;
        Ok(general)
    }

    /// Runs the model on a grey picture; the length of the vector it gives.
    fn probe(&self, path: &Path) -> Result<usize, EmbedError> {
        let unfit = |reason| EmbedError::Unfit {
            path: path.to_owned(),
            reason,
        };
        let grey = vec![128; self.interface.spec.bytes()];
        let value = self
            .run(&grey)
            .map_err(|error| unfit(format!("it cannot be run: {error}")))?;
        let shape = value.shape().to_vec();
        let length: usize = shape.iter().product();
        let is_vector = shape.iter().all(|&size| size == 1 || size == length);
        if length < 2 || !is_vector {
            return Err(unfit(format!(
                "for one picture it gives numbers of the shape {shape:?}, which is not one vector; \
                 name another output in {}",
                shown(&Settings::path(path))
            )));
        }
        numbers(value).map_err(unfit)?;
        Ok(length)
    }

    fn run(&self, rgb: &[u8]) -> Result<Value, String> {
        let shape = self.interface.shape();
        let value = match self.interface.values(rgb) {
            Values::Floats(values) => Value::from_shape(shape, values).map_err(|e| e.to_string()),
            Values::Bytes(values) => Value::from_shape(shape, values).map_err(|e| e.to_string()),
        }?;
        let pool = self.pools().pop();
        let pool = pool.unwrap_or_else(|| Arc::new(ThreadPool::with_num_threads(1)));
        let options = RunOptions::default().with_thread_pool(Some(pool.clone()));
        // A rayon thread that waits for another pool takes up further tasks of its own meanwhile:
        // it would start picture within picture. So a thread of no pool does the waiting.
        let results = std::thread::scope(|scope| {
            let run = || {
                self.model.run(
                    vec![(self.input, value.into())],
                    &[self.output],
                    Some(options),
                )
            };
            scope.spawn(run).join()
        });
        let results = results.map_err(|_| "it stopped unexpectedly")?;
        self.pools().push(pool);
        let results = results.map_err(|error| error.to_string())?;
        results
            .into_iter()
            .next()
            .ok_or_else(|| "it gave no result".into())
    }

    fn pools(&self) -> std::sync::MutexGuard<'_, Vec<Arc<ThreadPool>>> {
        // A panic while the list was locked cannot have left it inconsistent.
        self.pools.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The output named in the settings, or the only one.
fn choose_output(model: &Model, wanted: Option<&str>) -> Result<NodeId, String> {
    let outputs = model.output_ids();
    let there = names(model, outputs);
    match (wanted, outputs) {
        (Some(wanted), _) => {
            let named = |&&id: &&NodeId| name_of(model, id) == wanted;
            let found = outputs.iter().find(named).copied();
            found.ok_or_else(|| format!("it has no output {wanted}, but {there}"))
        }
        (None, &[output]) => Ok(output),
        (None, _) => Err(format!(
            "of its outputs {there} name the vector in the settings"
        )),
    }
}

fn name_of(model: &Model, id: NodeId) -> &str {
    model
        .node_info(id)
        .and_then(|info| info.name())
        .unwrap_or("without a name")
}

fn names(model: &Model, ids: &[NodeId]) -> String {
    let names: Vec<_> = ids.iter().map(|&id| name_of(model, id)).collect();
    if names.is_empty() {
        "none".into()
    } else {
        names.join(", ")
    }
}

/// The numbers of an output.
fn numbers(value: Value) -> Result<Vec<f32>, String> {
    match value {
        Value::FloatTensor(tensor) => Ok(tensor.into_data()),
        _ => Err("its output is not f32 numbers".into()),
    }
}

impl Embedder for General {
    fn id(&self) -> &str {
        &self.id
    }

    fn name(&self) -> &str {
        &self.name
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    fn input(&self) -> &InputSpec {
        &self.interface.spec
    }

    fn embed(&self, rgb: &[u8], out: &mut [f32]) -> Result<(), EmbedError> {
        check_lengths(self, rgb, out)?;
        let failed = |reason| EmbedError::Run {
            name: self.name.clone(),
            reason,
        };
        let descriptor = self.run(rgb).and_then(numbers).map_err(failed)?;
        if descriptor.len() != out.len() {
            return Err(failed(format!("it gave {} numbers", descriptor.len())));
        }
        let squares: f64 = descriptor
            .iter()
            .map(|&v| f64::from(v) * f64::from(v))
            .sum();
        if squares == 0.0 || !squares.is_finite() {
            return Err(failed("its numbers are all zero or not finite".into()));
        }
        let length = squares.sqrt();
        for (out, value) in out.iter_mut().zip(descriptor) {
            *out = (f64::from(value) / length) as f32;
        }
        Ok(())
    }
}
