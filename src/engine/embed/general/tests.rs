//! Small models are written here with the crate that reads them.

use std::{cell::RefCell, fs, path::PathBuf};

use rten_onnx::onnx::{
    AttributeProto, AttributeType, DataType, Dimension, GraphProto, ModelProto, NodeProto,
    OperatorSetIdProto, TensorProto, TensorShapeProto, TypeProto, TypeProtoTensor, ValueInfoProto,
};
use tempfile::TempDir;

use super::*;
use crate::engine::embed::Fit;

/// A model whose vector is its input tensor, number after number.
struct Flattening {
    inputs: Vec<ValueInfoProto>,
    /// `[1, numbers]` by default, all of them.
    shape: Vec<i64>,
    outputs: Vec<&'static str>,
}

impl Flattening {
    fn of(kind: DataType, shape: &[i64]) -> Self {
        Self {
            inputs: vec![value("image", kind, shape)],
            shape: vec![1, -1],
            outputs: vec!["vector"],
        }
    }

    fn write(&self) -> Opened {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("encoder.onnx");
        let shape: Vec<u8> = self
            .shape
            .iter()
            .flat_map(|size| size.to_le_bytes())
            .collect();
        let cast = node(
            "Cast",
            &["image"],
            "numbers",
            Some(("to", DataType::FLOAT.0.into())),
        );
        let reshape = |output: &&str| node("Reshape", &["numbers", "shape"], output, None);
        let model = ModelProto {
            ir_version: Some(8),
            opset_import: vec![OperatorSetIdProto {
                domain: None,
                version: Some(13),
            }],
            graph: Some(GraphProto {
                node: std::iter::once(cast)
                    .chain(self.outputs.iter().map(reshape))
                    .collect(),
                initializer: vec![TensorProto {
                    dims: vec![self.shape.len() as i64],
                    data_type: Some(DataType::INT64),
                    raw_data: Some(RefCell::new(shape)),
                    name: Some("shape".into()),
                    ..TensorProto::default()
                }],
                input: self.inputs.clone(),
                output: self
                    .outputs
                    .iter()
                    .map(|name| value(name, DataType::FLOAT, &[1, -1]))
                    .collect(),
                ..GraphProto::default()
            }),
            ..ModelProto::default()
        };
        fs::write(&path, model.write_buf().unwrap()).unwrap();
        Opened {
            _folder: folder,
            path,
        }
    }
}

/// An input or output; sizes below 0 are left open.
fn value(name: &str, kind: DataType, shape: &[i64]) -> ValueInfoProto {
    let size = |&size: &i64| Dimension {
        dim_value: (size >= 0).then_some(size),
        dim_param: (size < 0).then(|| format!("open{size}")),
    };
    let shape = TensorShapeProto {
        dim: shape.iter().map(size).collect(),
    };
    let tensor = TypeProtoTensor {
        elem_type: Some(kind),
        shape: Some(shape),
    };
    let kind = TypeProto {
        tensor_type: Some(tensor),
        sequence: None,
    };
    ValueInfoProto {
        name: Some(name.into()),
        r#type: Some(kind),
    }
}

fn node(op: &str, inputs: &[&str], output: &str, integer: Option<(&str, i64)>) -> NodeProto {
    let attribute = integer.map(|(name, value)| AttributeProto {
        name: Some(name.into()),
        i: Some(value),
        r#type: Some(AttributeType::INT),
        ..AttributeProto::default()
    });
    NodeProto {
        name: Some(format!("make {output}")),
        op_type: Some(op.into()),
        input: inputs.iter().map(|name| name.to_string()).collect(),
        output: vec![output.into()],
        attribute: attribute.into_iter().collect(),
        ..NodeProto::default()
    }
}

struct Opened {
    _folder: TempDir,
    path: PathBuf,
}

impl Opened {
    fn with_settings(self, settings: &str) -> Self {
        fs::write(Settings::path(&self.path), settings).unwrap();
        self
    }

    fn open(&self) -> Arc<dyn Embedder> {
        open_model(&self.path).unwrap()
    }

    fn refusal(&self) -> EmbedError {
        open_model(&self.path)
            .err()
            .expect("the model should be refused")
    }
}

/// The vector of `picture`, whose numbers have the same proportions as `expected`.
#[track_caller]
fn check(model: &dyn Embedder, picture: &[u8], expected: &[f32]) {
    let mut computed = vec![0.0; model.dimension()];
    model.embed(picture, &mut computed).unwrap();
    let length = expected.iter().map(|v| v * v).sum::<f32>().sqrt();
    for (computed, expected) in computed.iter().zip(expected) {
        assert!(
            (computed - expected / length).abs() < 1e-6,
            "{computed} for {expected}/{length}"
        );
    }
}

/// Two pixels: red 0, green 51, blue 102; and red 153, green 204, blue 255.
const PICTURE: [u8; 6] = [0, 51, 102, 153, 204, 255];
/// Settings under which the model sees white as 1 and nothing is subtracted.
const PLAIN: &str = r#"{ "mean": [0, 0, 0], "std": [1, 1, 1] }"#;

#[test]
fn colours_come_one_after_another_where_the_shape_says_so() {
    let model = Flattening::of(DataType::FLOAT, &[1, 3, 1, 2])
        .write()
        .with_settings(PLAIN)
        .open();
    assert_eq!(
        *model.input(),
        InputSpec {
            width: 2,
            height: 1,
            fit: Fit::Squash
        }
    );
    assert_eq!((model.dimension(), model.name()), (6, "encoder"));
    check(&*model, &PICTURE, &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
}

#[test]
fn pixels_come_one_after_another_where_the_shape_says_so() {
    let model = Flattening::of(DataType::FLOAT, &[-1, 1, 2, 3])
        .write()
        .with_settings(PLAIN)
        .open();
    assert_eq!((model.input().width, model.input().height), (2, 1));
    check(&*model, &PICTURE, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn a_shape_without_a_number_of_pictures_will_do() {
    let model = Flattening::of(DataType::FLOAT, &[3, 1, 2])
        .write()
        .with_settings(PLAIN)
        .open();
    check(&*model, &PICTURE, &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
}

#[test]
fn bytes_go_in_as_they_are() {
    let model = Flattening::of(DataType::UINT8, &[1, 1, 2, 3])
        .write()
        .open();
    check(&*model, &PICTURE, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn without_settings_colours_are_normalised_as_imagenet_is() {
    let model = Flattening::of(DataType::FLOAT, &[1, 3, 1, 1])
        .write()
        .open();
    let expected = [
        (1.0 - 0.485) / 0.229,
        (0.0 - 0.456) / 0.224,
        (0.2 - 0.406) / 0.225,
    ];
    check(&*model, &[255, 0, 51], &expected);
}

#[test]
fn settings_give_range_mean_deviation_and_the_order_of_colours() {
    let settings = r#"{ "range": 255, "mean": [100, 0, 50], "std": [1, 2, 4], "channels": "bgr" }"#;
    let model = Flattening::of(DataType::FLOAT, &[1, 3, 1, 1])
        .write()
        .with_settings(settings)
        .open();
    check(&*model, &[110, 20, 30], &[-5.0, 10.0, 10.0]);
}

#[test]
fn settings_give_what_the_shape_leaves_open() {
    let settings = r#"{ "name": "Mine", "width": 2, "height": 1, "fit": "crop", "layout": "nhwc",
                        "mean": [0, 0, 0], "std": [1, 1, 1] }"#;
    let model = Flattening::of(DataType::FLOAT, &[-1, -2, -3, -4])
        .write()
        .with_settings(settings);
    let model = model.open();
    assert_eq!(
        *model.input(),
        InputSpec {
            width: 2,
            height: 1,
            fit: Fit::Crop
        }
    );
    assert_eq!(model.name(), "Mine");
    check(&*model, &PICTURE, &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
}

#[test]
fn an_open_size_is_224() {
    let model = Flattening::of(DataType::FLOAT, &[-1, 3, -2, -3])
        .write()
        .open();
    assert_eq!((model.input().width, model.input().height), (224, 224));
}

#[test]
fn the_id_is_the_hash_of_the_file() {
    let file = Flattening::of(DataType::FLOAT, &[1, 3, 1, 2]).write();
    let expected = blake3::hash(&fs::read(&file.path).unwrap());
    assert_eq!(file.open().id(), expected.to_hex().as_str());
}

#[test]
fn settings_that_change_the_descriptors_change_the_id() {
    let id = |settings: &str| {
        let file = Flattening::of(DataType::FLOAT, &[1, 3, 1, 2]).write();
        file.with_settings(settings).open().id().to_owned()
    };
    let of_defaults = id("{}");
    assert_eq!(id(r#"{ "name": "Mine", "fit": "squash" }"#), of_defaults);
    let of_plain = id(PLAIN);
    assert_ne!(of_plain, of_defaults);
    assert_ne!(id(r#"{ "channels": "bgr" }"#), of_defaults);
    assert_eq!(
        id(r#"{"std":[1.0,1.0,1.0], "name":"Mine", "mean":[0,0,0]}"#),
        of_plain
    );
}

#[test]
fn the_default_models_file_is_the_default_model() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("copy.onnx");
    fs::write(&path, crate::engine::embed::MODEL_FILE).unwrap();
    let (copy, default) = (
        open_model(&path).unwrap(),
        builtin::default_model().unwrap(),
    );
    assert!(Arc::ptr_eq(&copy, &default));
}

#[test]
fn pictures_and_descriptors_of_another_size_are_refused() {
    let model = Flattening::of(DataType::FLOAT, &[1, 3, 1, 2])
        .write()
        .open();
    let error = model.embed(&[0; 5], &mut [0.0; 6]).unwrap_err();
    assert!(
        matches!(
            error,
            EmbedError::PictureSize {
                expected: 6,
                given: 5
            }
        ),
        "{error}"
    );
    let error = model.embed(&[0; 6], &mut [0.0; 7]).unwrap_err();
    assert!(
        matches!(
            error,
            EmbedError::DescriptorSize {
                expected: 6,
                given: 7
            }
        ),
        "{error}"
    );
}

#[test]
fn a_vector_of_zeros_is_an_error_not_a_descriptor() {
    let model = Flattening::of(DataType::UINT8, &[1, 3, 1, 2])
        .write()
        .open();
    let error = model.embed(&[0; 6], &mut [0.0; 6]).unwrap_err();
    assert!(matches!(error, EmbedError::Run { .. }), "{error}");
}

#[test]
fn several_threads_share_a_model() {
    let model = Flattening::of(DataType::UINT8, &[1, 3, 1, 2])
        .write()
        .open();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| check(&*model, &PICTURE, &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]));
        }
    });
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = open_model(Path::new("nowhere/model.onnx")).err().unwrap();
    assert!(matches!(error, EmbedError::Read { .. }));
    assert!(error.to_string().contains("nowhere"), "{error}");
}

#[test]
fn a_file_that_is_no_model_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("text.onnx");
    for content in [&b""[..], b"not a model at all"] {
        fs::write(&path, content).unwrap();
        let error = open_model(&path).err().unwrap();
        assert!(matches!(error, EmbedError::NotAModel { .. }), "{error}");
    }
}

/// The refusal must be about the model and say `words`.
#[track_caller]
fn assert_unfit(model: Flattening, words: &str) {
    let error = model.write().refusal();
    assert!(matches!(error, EmbedError::Unfit { .. }), "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn a_model_that_takes_no_single_picture_is_refused() {
    assert_unfit(Flattening::of(DataType::FLOAT, &[1, 1, 8, 8]), "1 channels");
    assert_unfit(
        Flattening::of(DataType::FLOAT, &[4, 3, 8, 8]),
        "4 pictures at once",
    );
    assert_unfit(Flattening::of(DataType::FLOAT, &[1, 8]), "2 dimensions");
    assert_unfit(
        Flattening::of(DataType::INT32, &[1, 3, 8, 8]),
        "neither f32 nor u8",
    );
    assert_unfit(
        Flattening::of(DataType::FLOAT, &[1, 3, 8, 9000]),
        "9000 pixels",
    );
    let mut two = Flattening::of(DataType::FLOAT, &[1, 3, 8, 8]);
    two.inputs.push(value("words", DataType::FLOAT, &[1, 77]));
    assert_unfit(two, "image, words");
}

#[test]
fn a_model_that_gives_no_vector_is_refused() {
    let mut model = Flattening::of(DataType::FLOAT, &[1, 3, 4, 4]);
    model.shape = vec![1, 3, 16];
    assert_unfit(model, "[1, 3, 16]");
}

#[test]
fn one_of_several_outputs_is_named_in_the_settings() {
    let mut model = Flattening::of(DataType::FLOAT, &[1, 3, 1, 2]);
    model.outputs = vec!["hidden", "vector"];
    let file = model.write();
    let error = file.refusal();
    assert!(error.to_string().contains("hidden, vector"), "{error}");
    let file = file.with_settings(r#"{ "output": "vector" }"#);
    assert_eq!(file.open().dimension(), 6);
    let error = file.with_settings(r#"{ "output": "pooled" }"#).refusal();
    assert!(error.to_string().contains("no output pooled"), "{error}");
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    for (settings, words) in [
        ("{", "EOF"),
        (r#"{ "heigth": 2 }"#, "heigth"),
        (r#"{ "std": [1, 0, 1] }"#, "std must be above 0"),
        (r#"{ "range": 2 }"#, "range must be 1 or 255"),
        (r#"{ "width": 5 }"#, "the model takes 2"),
    ] {
        let file = Flattening::of(DataType::FLOAT, &[1, 3, 1, 2])
            .write()
            .with_settings(settings);
        let error = file.refusal();
        assert!(matches!(error, EmbedError::Sidecar { .. }), "{error}");
        let text = error.to_string();
        assert!(
            text.contains(words) && text.contains("encoder.json"),
            "{text}"
        );
    }
}

#[test]
fn a_model_of_bytes_takes_no_mean() {
    let model = Flattening::of(DataType::UINT8, &[1, 3, 1, 2])
        .write()
        .with_settings(PLAIN);
    assert!(matches!(model.refusal(), EmbedError::Sidecar { .. }));
}
