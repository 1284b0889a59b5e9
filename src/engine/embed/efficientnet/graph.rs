//! An ONNX file as a list of operations and tensors of f32.

use std::collections::HashMap;

use half::f16;
use rten_onnx::onnx::{
    AttributeProto, DataType, ModelProto, NodeProto, TensorProto, ValueInfoProto,
};

use super::Unsupported;

/// What the file computes.
#[derive(Debug, Default)]
pub struct Graph {
    /// In the order they run.
    pub nodes: Vec<Node>,
    /// The constants, by name.
    pub tensors: HashMap<String, Tensor>,
    pub input: String,
    /// Sizes of the input; `None` where they are left open.
    pub input_shape: Vec<Option<usize>>,
    pub output: String,
}

/// One operation with one result.
#[derive(Debug, Default)]
pub struct Node {
    pub operation: String,
    pub inputs: Vec<String>,
    pub output: String,
    /// Attributes that are whole numbers or lists of them.
    pub integers: HashMap<String, Vec<i64>>,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

impl Graph {
    /// Reads an ONNX file whose constants are f32 or f16.
    pub fn read(file: &[u8]) -> Result<Self, Unsupported> {
        let model = ModelProto::parse_buf(file)
            .map_err(|error| Unsupported(format!("it is not an ONNX file ({error})")))?;
        let graph = model
            .graph
            .ok_or_else(|| Unsupported("it holds no graph".into()))?;
        let ([input], [output]) = (&graph.input[..], &graph.output[..]) else {
            return Err(Unsupported("it has not one input and one output".into()));
        };
        let mut read = Self {
            input: name_of(input),
            input_shape: shape_of(input),
            output: name_of(output),
            ..Self::default()
        };
        for tensor in &graph.initializer {
            read.tensors.insert(
                tensor.name.clone().unwrap_or_default(),
                Tensor::read(tensor)?,
            );
        }
        for node in graph.node {
            read.push(Node::read(node)?);
        }
        Ok(read)
    }

    /// Appends `node`; a constant stored as f16 and cast to f32 is that constant by another name.
    fn push(&mut self, node: Node) {
        let to_f32 = node
            .integers
            .get("to")
            .is_some_and(|to| to[..] == [i64::from(DataType::FLOAT.0)]);
        if node.operation == "Cast"
            && to_f32
            && let Some(tensor) = node
                .inputs
                .first()
                .and_then(|name| self.tensors.remove(name))
        {
            self.tensors.insert(node.output, tensor);
        } else {
            self.nodes.push(node);
        }
    }
}

impl Node {
    fn read(node: NodeProto) -> Result<Self, Unsupported> {
        let operation = node.op_type.unwrap_or_default();
        let Ok([output]) = <[String; 1]>::try_from(node.output) else {
            return Err(Unsupported(format!(
                "its operation {operation} has not one result"
            )));
        };
        let integers = node.attribute.into_iter().map(integers_of).collect();
        Ok(Self {
            operation,
            inputs: node.input,
            output,
            integers,
        })
    }
}

impl Tensor {
    fn read(tensor: &TensorProto) -> Result<Self, Unsupported> {
        let name = tensor.name.as_deref().unwrap_or_default();
        let refused = |why: &str| Unsupported(format!("its tensor {name} {why}"));
        let shape: Vec<usize> = tensor
            .dims
            .iter()
            .map(|&size| usize::try_from(size).map_err(|_| refused("has a negative size")))
            .collect::<Result<_, _>>()?;
        let raw = tensor.raw_data.as_ref().map(|raw| raw.borrow());
        let values: Vec<f32> = match (tensor.data_type, raw.as_deref()) {
            (Some(DataType::FLOAT), Some(raw)) => raw
                .as_chunks()
                .0
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect(),
            (Some(DataType::FLOAT16), Some(raw)) => raw
                .as_chunks()
                .0
                .iter()
                .map(|&bytes| f16::from_le_bytes(bytes).to_f32())
                .collect(),
            (Some(DataType::FLOAT), None) => tensor.float_data.clone(),
            _ => return Err(refused("is neither f32 nor f16")),
        };
        if values.len() != shape.iter().product::<usize>() {
            return Err(refused("is cut short"));
        }
        Ok(Self { shape, values })
    }
}

fn integers_of(attribute: AttributeProto) -> (String, Vec<i64>) {
    let integers = attribute.i.map_or(attribute.ints, |integer| vec![integer]);
    (attribute.name.unwrap_or_default(), integers)
}

fn name_of(value: &ValueInfoProto) -> String {
    value.name.clone().unwrap_or_default()
}

fn shape_of(value: &ValueInfoProto) -> Vec<Option<usize>> {
    let tensor = value
        .r#type
        .as_ref()
        .and_then(|kind| kind.tensor_type.as_ref());
    let shape = tensor.and_then(|tensor| tensor.shape.as_ref());
    let sizes = shape.map_or(&[][..], |shape| &shape.dim);
    sizes
        .iter()
        .map(|size| size.dim_value.and_then(|size| usize::try_from(size).ok()))
        .collect()
}
