//! The default model against other runtimes of the same file.

use std::sync::Arc;

use image_search::engine::embed::{
    EmbedError, Embedder, MODEL_FILE, default_model, default_model_with,
    efficientnet::InstructionSet,
};
use rten::{Model, RunOptions, ThreadPool, Value};

const PICTURES: usize = 20;
const DIMENSION: usize = 384;
/// Cosine at least: a change of the seventh digit in each number stays above it.
const SAME: f32 = 0.99999;

/// The pictures of `tests/data/embed`, one after another.
fn pictures() -> Vec<Vec<u8>> {
    let strip = image::load_from_memory(include_bytes!("data/embed/pictures.webp")).unwrap();
    let rgb = strip.into_rgb8().into_raw();
    let pictures: Vec<_> = rgb
        .chunks_exact(224 * 224 * 3)
        .map(<[u8]>::to_vec)
        .collect();
    assert_eq!(pictures.len(), PICTURES);
    pictures
}

/// ONNX Runtime's descriptors of them.
fn onnx_runtime() -> Vec<Vec<f32>> {
    let (numbers, rest) = include_bytes!("data/embed/descriptors.f32").as_chunks();
    assert!(rest.is_empty() && numbers.len() == PICTURES * DIMENSION);
    let numbers: Vec<f32> = numbers
        .iter()
        .map(|&bytes| f32::from_le_bytes(bytes))
        .collect();
    numbers
        .chunks_exact(DIMENSION)
        .map(<[f32]>::to_vec)
        .collect()
}

fn describe(model: &dyn Embedder, picture: &[u8]) -> Vec<f32> {
    let mut descriptor = vec![0.0; model.dimension()];
    model.embed(picture, &mut descriptor).unwrap();
    descriptor
}

/// Both are of unit length.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn descriptors_are_onnx_runtimes_with_every_instruction_set() {
    let (pictures, expected) = (pictures(), onnx_runtime());
    for set in InstructionSet::available() {
        let model = default_model_with(set).unwrap();
        for (i, (picture, expected)) in pictures.iter().zip(&expected).enumerate() {
            let cosine = cosine(&describe(&*model, picture), expected);
            assert!(cosine >= SAME, "{set}: cosine {cosine} for picture {i}");
        }
    }
}

#[test]
fn descriptors_are_rtens() {
    let rten = Model::load(MODEL_FILE.to_vec()).unwrap();
    let model = default_model().unwrap();
    for picture in &pictures()[..3] {
        let pixels = picture.as_chunks::<3>().0;
        let planes = (0..3).flat_map(|c| pixels.iter().map(move |pixel| f32::from(pixel[c])));
        let input = Value::from_shape([1, 3, 224, 224], planes.collect::<Vec<f32>>()).unwrap();
        let pool = Arc::new(ThreadPool::with_num_threads(1));
        let options = RunOptions::default().with_thread_pool(Some(pool));
        let output = rten.run_one(input.into(), Some(options)).unwrap();
        let (_, expected) = output.into_shape_vec::<f32, 2>().unwrap();
        assert!(cosine(&describe(&*model, picture), &expected) >= SAME);
    }
}

#[test]
fn a_descriptor_is_of_unit_length_and_differs_by_picture() {
    let model = default_model().unwrap();
    let descriptors: Vec<_> = pictures()[..3]
        .iter()
        .map(|p| describe(&*model, p))
        .collect();
    for (i, a) in descriptors.iter().enumerate() {
        assert!((cosine(a, a) - 1.0).abs() < 1e-5);
        assert!(descriptors[..i].iter().all(|b| cosine(a, b) < 0.9));
    }
}

#[test]
fn threads_share_one_model_and_compute_the_same() {
    let pictures = &pictures()[..4];
    let model = default_model().unwrap();
    assert!(Arc::ptr_eq(&model, &default_model().unwrap()));
    let alone: Vec<_> = pictures
        .iter()
        .map(|picture| describe(&*model, picture))
        .collect();
    std::thread::scope(|scope| {
        for (picture, alone) in pictures.iter().zip(&alone) {
            let model = &model;
            scope.spawn(move || assert_eq!(&describe(&**model, picture), alone));
        }
    });
}

#[test]
fn the_id_is_the_hash_of_the_model_file() {
    let model = default_model().unwrap();
    assert_eq!(model.id(), blake3::hash(MODEL_FILE).to_hex().as_str());
    assert_eq!(model.dimension(), DIMENSION);
}

#[test]
fn slices_of_another_length_are_refused() {
    let model = default_model().unwrap();
    let bytes = model.input().bytes();
    assert_eq!(bytes, 224 * 224 * 3);
    let error = model
        .embed(&vec![0; bytes - 1], &mut [0.0; DIMENSION])
        .unwrap_err();
    assert!(matches!(error, EmbedError::PictureSize { .. }), "{error}");
    let error = model.embed(&vec![0; bytes], &mut [0.0; 12]).unwrap_err();
    assert!(
        matches!(
            error,
            EmbedError::DescriptorSize {
                expected: 384,
                given: 12
            }
        ),
        "{error}"
    );
}
