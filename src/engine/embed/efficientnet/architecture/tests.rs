use super::*;
use crate::engine::embed::MODEL_FILE;

type Change = dyn Fn(&mut Graph);

fn default_graph() -> Graph {
    Graph::read(MODEL_FILE).unwrap()
}

/// What is said of the default model after `change`.
fn refusal(change: impl FnOnce(&mut Graph)) -> String {
    let mut graph = default_graph();
    change(&mut graph);
    Architecture::recognise(&graph).unwrap_err().0
}

fn nth<'g>(graph: &'g mut Graph, operation: &str, n: usize) -> &'g mut Node {
    graph
        .nodes
        .iter_mut()
        .filter(|node| node.operation == operation)
        .nth(n)
        .unwrap()
}

fn set(node: &mut Node, name: &str, values: &[i64]) {
    node.integers.insert(name.into(), values.to_vec());
}

#[test]
fn the_default_model_is_efficientnet_lite0() {
    let network = Architecture::recognise(&default_graph()).unwrap();
    assert_eq!((network.width, network.height), (224, 224));
    assert_eq!((network.mean, network.scale), (127.0, 1.0 / 128.0));
    assert_eq!(network.pool_floor, 1e-6);
    assert_eq!(
        (network.stem.bias.len(), network.head.bias.len()),
        (32, 1280)
    );
    assert_eq!(
        (network.projection.inputs, network.projection.bias.len()),
        (1280, 384)
    );
    let outputs: Vec<_> = network
        .stages
        .iter()
        .map(|stage| stage.project.bias.len())
        .collect();
    assert_eq!(
        outputs,
        [
            16, 24, 24, 40, 40, 80, 80, 80, 112, 112, 112, 192, 192, 192, 192, 320
        ]
    );
    let residuals = network.stages.iter().filter(|stage| stage.residual).count();
    assert_eq!(residuals, 9);
}

#[test]
fn pads_are_read_from_the_file_and_differ_by_side_at_stride_2() {
    let network = Architecture::recognise(&default_graph()).unwrap();
    let pads = |layer: &Convolution| {
        let Pads {
            top,
            left,
            bottom,
            right,
        } = layer.pads;
        (layer.kernel, layer.stride, [top, left, bottom, right])
    };
    assert_eq!(pads(&network.stem), (3, 2, [0, 0, 1, 1]));
    assert_eq!(pads(&network.stages[0].depthwise), (3, 1, [1, 1, 1, 1]));
    assert_eq!(pads(&network.stages[1].depthwise), (3, 2, [0, 0, 1, 1]));
    assert_eq!(pads(&network.stages[3].depthwise), (5, 2, [1, 1, 2, 2]));
    assert_eq!(pads(&network.stages[4].depthwise), (5, 1, [2, 2, 2, 2]));
}

#[test]
fn weights_stored_as_f16_are_read_under_the_name_they_are_cast_to() {
    let graph = default_graph();
    let stem = &graph.tensors["_conv_stem.w"];
    assert_eq!(stem.shape, [32, 3, 3, 3]);
    assert!(
        stem.values
            .iter()
            .all(|value| half::f16::from_f32(*value).to_f32() == *value)
    );
    assert!(graph.nodes.iter().all(|node| node.operation != "Cast"));
}

#[test]
fn another_operation_is_refused_and_named() {
    let said = refusal(|graph| nth(graph, "Clip", 0).operation = "Relu".into());
    assert_eq!(
        said,
        "its operation 4 is Relu, not the Clip of the network this runs"
    );
}

#[test]
fn a_longer_graph_is_refused() {
    let said = refusal(|graph| {
        let input = graph.output.clone();
        let output = "more".to_string();
        graph.nodes.push(Node {
            operation: "Neg".into(),
            inputs: vec![input],
            output,
            ..Node::default()
        });
    });
    assert_eq!(said, "it goes on after the descriptor");
}

#[test]
fn what_would_compute_something_else_is_refused() {
    let refused: [(&str, &Change); 9] = [
        ("dilation", &|g| {
            set(nth(g, "Conv", 1), "dilations", &[2, 2])
        }),
        ("strides", &|g| set(nth(g, "Conv", 1), "strides", &[1, 2])),
        ("pads", &|g| set(nth(g, "Conv", 1), "pads", &[-1, 0, 0, 0])),
        ("groups", &|g| set(nth(g, "Conv", 1), "group", &[2])),
        ("ReLU6", &|g| {
            g.tensors.get_mut("c6").unwrap().values[0] = 5.0
        }),
        ("generalised mean", &|g| {
            g.tensors.get_mut("gem3p").unwrap().values[0] = 2.0
        }),
        ("adds something else", &|g| {
            nth(g, "Add", 0).inputs[1] = "t5".into()
        }),
        ("unit length", &|g| nth(g, "Div", 0).inputs[1] = "t1".into()),
        ("[input, output]", &|g| {
            set(nth(g, "Gemm", 0), "transB", &[1])
        }),
    ];
    for (word, change) in refused {
        let said = refusal(change);
        assert!(said.contains(word), "{said:?} does not speak of {word}");
    }
}

#[test]
fn a_file_that_is_no_onnx_is_refused() {
    assert!(Graph::read(b"hello").is_err());
    assert!(Graph::read(&MODEL_FILE[..MODEL_FILE.len() / 2]).is_err());
}
