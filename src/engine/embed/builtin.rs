//! The model that comes with the program.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::{
    EmbedError, Embedder, Fit, InputSpec, check_lengths,
    efficientnet::{InstructionSet, Network, Scratch},
};

/// EfficientNet-Lite0 with a learned projection to 384 numbers; `assets/model/README.md` says
/// where it comes from.
pub const MODEL_FILE: &[u8] =
    include_bytes!("../../../assets/model/efficientnet-lite0-gem384-f16.onnx");

/// BLAKE3 of [`MODEL_FILE`], in hexadecimal.
pub fn model_id() -> &'static str {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| blake3::hash(MODEL_FILE).to_hex().to_string())
}

/// The default model, loaded on the first call and shared from then on.
///
/// # Errors
///
/// [`EmbedError::BuiltIn`], only where the build embedded a damaged file.
pub fn default_model() -> Result<Arc<dyn Embedder>, EmbedError> {
    static MODEL: OnceLock<Arc<BuiltIn>> = OnceLock::new();
    if let Some(model) = MODEL.get() {
        return Ok(model.clone());
    }
    // Where two threads come first together, both load and one result stays.
    let model = Arc::new(BuiltIn::load(InstructionSet::best())?);
    Ok(MODEL.get_or_init(|| model).clone())
}

/// A copy of the default model run with `instructions`: for tests and measurements.
///
/// # Errors
///
/// Those of [`default_model`].
pub fn default_model_with(instructions: InstructionSet) -> Result<Arc<dyn Embedder>, EmbedError> {
    Ok(Arc::new(BuiltIn::load(instructions)?))
}

/// The dedicated executor behind the [`Embedder`] trait.
struct BuiltIn {
    network: Network,
    input: InputSpec,
    /// One for each thread that was in [`Embedder::embed`] at the same time.
    scratches: Mutex<Vec<Scratch>>,
}

impl BuiltIn {
    fn load(instructions: InstructionSet) -> Result<Self, EmbedError> {
        let network =
            Network::read(MODEL_FILE, instructions).map_err(|unsupported| EmbedError::BuiltIn {
                reason: unsupported.0,
            })?;
        let (width, height) = network.picture();
        // A picture of the model is a few hundred pixels a side.
        let input = InputSpec {
            width: width as u32,
            height: height as u32,
            fit: Fit::Squash,
        };
        Ok(Self {
            network,
            input,
            scratches: Mutex::default(),
        })
    }

    fn scratches(&self) -> std::sync::MutexGuard<'_, Vec<Scratch>> {
        // A panic while the list was locked cannot have left it inconsistent.
        self.scratches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Embedder for BuiltIn {
    fn id(&self) -> &str {
        model_id()
    }

    fn name(&self) -> &str {
        "EfficientNet-Lite0 GeM 384"
    }

    fn dimension(&self) -> usize {
        self.network.dimension()
    }

    fn input(&self) -> &InputSpec {
        &self.input
    }

    fn embed(&self, rgb: &[u8], out: &mut [f32]) -> Result<(), EmbedError> {
        check_lengths(self, rgb, out)?;
        let waiting = self.scratches().pop();
        let mut scratch = waiting.unwrap_or_else(|| self.network.scratch());
        self.network.describe(rgb, &mut scratch, out);
        self.scratches().push(scratch);
        Ok(())
    }
}
