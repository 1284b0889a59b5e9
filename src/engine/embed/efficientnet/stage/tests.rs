use super::super::{
    architecture::Convolution,
    lanes::LANES,
    observer::Unobserved,
    reference::{Numbers, assert_close, convolve, from_blocks, relu6, to_blocks},
};
use super::*;

/// Weights small enough that ReLU6 cuts some values and not all.
fn damped(mut layer: Convolution) -> Convolution {
    let inputs = layer.inputs * layer.kernel * layer.kernel;
    layer
        .weights
        .iter_mut()
        .for_each(|weight| *weight *= 4.0 / (inputs as f32).sqrt());
    layer
}

/// Runs a stage with every instruction set and compares it with its three layers by definition.
/// Returns how many bands it took.
fn check(
    size: Size,
    channels: [usize; 3],
    kernel: usize,
    stride: usize,
    pads: [usize; 4],
) -> usize {
    let mut numbers = Numbers::new(7);
    let [inputs, wide, outputs] = channels;
    let described = architecture::Stage {
        expand: Some(damped(numbers.convolution(wide, inputs, 1, 1, [0; 4]))),
        depthwise: damped(numbers.convolution(wide, 1, kernel, stride, pads)),
        project: damped(numbers.convolution(outputs, wide, 1, 1, [0; 4])),
        residual: stride == 1 && inputs == outputs,
    };
    let expand = described.expand.as_ref().unwrap();
    let map = numbers.many(inputs * size.pixels());
    let (expected, to) = convolve(&map, size, expand);
    assert_eq!(to, size);
    let (expected, to) = convolve(&relu6(expected), size, &described.depthwise);
    let (mut expected, _) = convolve(&relu6(expected), to, &described.project);
    if described.residual {
        expected
            .iter_mut()
            .zip(&map)
            .for_each(|(value, added)| *value += added);
    }

    let widen = Widen::Expand(Dense::pack_pointwise(expand));
    let stage = Stage::new(0, &described, widen, size).unwrap();
    let needs = stage.needs();
    for set in InstructionSet::available() {
        // Leftovers of another stage in the buffers must not matter.
        let left = |blocks| vec![Block([1e9; LANES]); blocks];
        let mut output = left(needs.output);
        let mut buffers = Buffers {
            rgb: &[],
            picture: &mut [],
            input: &to_blocks(&map, size.pixels()),
            patches: &mut [],
            wide: &mut left(needs.wide),
            deep: &mut left(needs.deep),
            output: &mut output,
        };
        stage.run(set, &mut buffers, &mut Unobserved);
        let computed = from_blocks(&output, to.pixels(), outputs);
        assert_close(
            &computed,
            &expected,
            &format!("{set}: {size:?} {kernel} by {stride}"),
        );
    }
    to.height.div_ceil(stage.rows)
}

fn size(width: usize, height: usize) -> Size {
    Size { width, height }
}

#[test]
fn it_is_its_three_layers() {
    check(size(7, 7), [16, 48, 16], 3, 1, [1, 1, 1, 1]);
    check(size(5, 9), [8, 24, 40], 5, 1, [2, 2, 2, 2]);
    check(size(8, 6), [8, 24, 16], 3, 2, [0, 0, 1, 1]);
    check(size(8, 10), [8, 24, 16], 5, 2, [1, 1, 2, 2]);
}

#[test]
fn bands_make_no_difference() {
    assert!(check(size(43, 41), [8, 96, 8], 3, 1, [1, 1, 1, 1]) > 1);
    assert!(check(size(40, 43), [8, 96, 8], 5, 1, [2, 2, 2, 2]) > 1);
    assert!(check(size(44, 42), [8, 96, 16], 3, 2, [0, 0, 1, 1]) > 1);
    assert!(check(size(44, 46), [8, 96, 16], 5, 2, [1, 1, 2, 2]) > 1);
}

#[test]
fn a_residual_needs_an_output_like_the_input() {
    let mut numbers = Numbers::new(8);
    let described = architecture::Stage {
        expand: None,
        depthwise: numbers.convolution(16, 1, 3, 2, [0, 0, 1, 1]),
        project: numbers.convolution(16, 16, 1, 1, [0; 4]),
        residual: true,
    };
    let widen = Widen::Expand(Dense::pack_pointwise(
        &numbers.convolution(16, 16, 1, 1, [0; 4]),
    ));
    assert!(Stage::new(0, &described, widen, size(8, 8)).is_err());
}
