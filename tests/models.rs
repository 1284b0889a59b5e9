//! A model of the user's own may be anything: it never takes the program with it.

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Output,
};

use support::program;

/// A field of a protobuf message: bytes with their number and length before them.
fn field(number: u64, content: &[u8]) -> Vec<u8> {
    let mut message = varint(number << 3 | 2);
    message.extend(varint(content.len() as u64));
    message.extend(content);
    message
}

fn number(field: u64, value: u64) -> Vec<u8> {
    let mut message = varint(field << 3);
    message.extend(varint(value));
    message
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

// Fields of ONNX's messages: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>

/// `NodeProto`
fn node(operator: &str, inputs: &[&str], output: &str) -> Vec<u8> {
    let mut node = Vec::new();
    for input in inputs {
        node.extend(field(1, input.as_bytes()));
    }
    node.extend(field(2, output.as_bytes()));
    node.extend(field(3, output.as_bytes()));
    node.extend(field(4, operator.as_bytes()));
    node
}

/// `ValueInfoProto` of f32 numbers.
fn value(name: &str, shape: &[u64]) -> Vec<u8> {
    let dimensions: Vec<u8> = shape
        .iter()
        .flat_map(|size| field(1, &number(1, *size)))
        .collect();
    let tensor = [number(1, 1), field(2, &dimensions)].concat();
    [field(1, name.as_bytes()), field(2, &field(1, &tensor))].concat()
}

/// `TensorProto` of i64 numbers.
fn integers(name: &str, values: &[i64]) -> Vec<u8> {
    let raw: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    [
        number(1, values.len() as u64),
        number(2, 7),
        field(8, name.as_bytes()),
        field(9, &raw),
    ]
    .concat()
}

/// `ModelProto` that makes `vector` of `image` by these nodes.
fn model(nodes: &[Vec<u8>], constants: &[Vec<u8>]) -> Vec<u8> {
    let mut graph = Vec::new();
    for node in nodes {
        graph.extend(field(1, node));
    }
    for constant in constants {
        graph.extend(field(5, constant));
    }
    graph.extend(field(11, &value("image", &[1, 3, 4, 4])));
    graph.extend(field(12, &value("vector", &[1, 48])));
    let opset = number(2, 13);
    [number(1, 8), field(7, &graph), field(8, &opset)].concat()
}

fn sound() -> Vec<u8> {
    model(
        &[node("Reshape", &["image", "shape"], "vector")],
        &[integers("shape", &[1, 48])],
    )
}

/// Asks for four tebibytes.
fn greedy() -> Vec<u8> {
    model(
        &[
            node("ConstantOfShape", &["huge"], "many"),
            node("ReduceSum", &["many"], "sum"),
            node("Reshape", &["image", "shape"], "flat"),
            node("Add", &["flat", "sum"], "vector"),
        ],
        &[
            integers("huge", &[1 << 20, 1 << 20]),
            integers("shape", &[1, 48]),
        ],
    )
}

/// Gives what is no number.
fn undefined() -> Vec<u8> {
    model(
        &[
            node("Reshape", &["image", "shape"], "flat"),
            node("Sub", &["flat", "flat"], "zero"),
            node("Div", &["zero", "zero"], "vector"),
        ],
        &[integers("shape", &[1, 48])],
    )
}

/// A graph within a graph, far deeper than a stack.
fn nested() -> Vec<u8> {
    let mut graph = field(1, &node("Identity", &["image"], "vector"));
    for _ in 0..15_000 {
        let attribute = [field(1, b"body"), field(6, &graph), number(20, 5)].concat();
        let looped = [field(2, b"vector"), field(4, b"Loop"), field(5, &attribute)].concat();
        graph = field(1, &looped);
    }
    [number(1, 8), field(7, &graph)].concat()
}

fn written(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, content).unwrap();
    file
}

fn status_with(folder: &Path, model: &Path) -> Output {
    program(folder, &["--model", &model.to_string_lossy(), "status"])
}

#[test]
fn a_sound_model_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let model = written(folder.path(), "sound.onnx", &sound());
    let status = status_with(folder.path(), &model);
    let said = String::from_utf8_lossy(&status.stderr);
    assert_eq!(status.status.code(), Some(0), "{said}");
    assert!(String::from_utf8_lossy(&status.stdout).contains("Model: sound"));
}

#[test]
fn a_hostile_model_is_refused_with_a_sentence_and_takes_nothing_with_it() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("empty", Vec::new()),
        ("text", b"no model".to_vec()),
        ("cut", sound()[..40].to_vec()),
        ("greedy", greedy()),
        ("undefined", undefined()),
        ("nested", nested()),
    ] {
        let model = written(folder.path(), &format!("{name}.onnx"), &content);
        let status = status_with(folder.path(), &model);
        let said = String::from_utf8_lossy(&status.stderr);
        assert_eq!(status.status.code(), Some(1), "{name}: {said}");
        assert!(said.trim_end().ends_with('.'), "{name}: {said}");
        assert!(!said.contains("panicked"), "{name}: {said}");
        println!("{name}: {}", said.trim_end());
    }
    let missing = status_with(folder.path(), &folder.path().join("missing.onnx"));
    assert_eq!(missing.status.code(), Some(1));
}
