//! The EfficientNet-Lite network a graph describes, each operation checked.

use super::{
    Unsupported,
    graph::{Graph, Node, Tensor},
};

/// Stem, stages, head, pooling and projection, with their weights as the file has them.
///
/// Stem, head, and in each stage expansion and depthwise convolution are followed by ReLU6; the
/// projections are not. (The published network: TensorFlow TPU models, `efficientnet/lite`.)
#[derive(Debug)]
pub struct Architecture {
    /// Pixels of the input picture.
    pub width: usize,
    pub height: usize,
    /// The network sees `(value - mean) * scale` of each 8-bit value.
    pub mean: f32,
    pub scale: f32,
    pub stem: Convolution,
    pub stages: Vec<Stage>,
    pub head: Convolution,
    /// Generalised mean pooling, `(mean of max(value, floor)^3)^(1/3)`.
    pub pool_floor: f32,
    /// Over the pooled values at unit length; its result is brought to unit length too.
    pub projection: Linear,
}

/// A mobile inverted bottleneck.
#[derive(Debug)]
pub struct Stage {
    /// None in the first stage, which widens nothing.
    pub expand: Option<Convolution>,
    pub depthwise: Convolution,
    pub project: Convolution,
    /// The stage's input is added to its output.
    pub residual: bool,
}

/// A square convolution, weights `[output][input of its group][y][x]`.
#[derive(Debug)]
pub struct Convolution {
    /// Channels each output sees: 1 in a depthwise convolution.
    pub inputs: usize,
    pub kernel: usize,
    pub stride: usize,
    /// Zeros around the picture. They differ by side at stride 2.
    pub pads: Pads,
    pub weights: Vec<f32>,
    /// One an output.
    pub bias: Vec<f32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pads {
    pub top: usize,
    pub left: usize,
    pub bottom: usize,
    pub right: usize,
}

/// A matrix `[input][output]`.
#[derive(Debug)]
pub struct Linear {
    pub inputs: usize,
    pub weights: Vec<f32>,
    /// One an output.
    pub bias: Vec<f32>,
}

impl Architecture {
    /// Follows `graph` from its input to its output.
    pub fn recognise(graph: &Graph) -> Result<Self, Unsupported> {
        let &[_, Some(3), Some(height), Some(width)] = &graph.input_shape[..] else {
            return Err(Unsupported("its input is not [N, 3, height, width]".into()));
        };
        let mut walk = Walk {
            graph,
            at: 0,
            value: &graph.input,
        };
        let mean = walk.scalar_of("Sub")?;
        let scale = walk.scalar_of("Mul")?;
        let stem = walk.activated(Group::Whole)?;
        let mut stages = vec![walk.stage(None)?];
        let head = loop {
            let wide = walk.activated(Group::Whole)?;
            if walk.next_is("Clip") {
                break wide;
            }
            stages.push(walk.stage(Some(wide))?);
        };
        let pool_floor = walk.generalised_mean()?;
        walk.unit_length()?;
        let projection = walk.linear()?;
        walk.unit_length()?;
        walk.end()?;
        let network = Self {
            width,
            height,
            mean,
            scale,
            stem,
            stages,
            head,
            pool_floor,
            projection,
        };
        network.check_channels()?;
        Ok(network)
    }

    /// Every layer must take as many channels as the one before gives.
    fn check_channels(&self) -> Result<(), Unsupported> {
        let mut channels = 3;
        let mut follow = |layer: &Convolution| {
            let fits = layer.inputs == channels;
            channels = layer.bias.len();
            fits
        };
        let mut fits = follow(&self.stem);
        for stage in &self.stages {
            fits &= stage.expand.as_ref().is_none_or(&mut follow);
            let wide = stage.depthwise.bias.len();
            fits &= stage.project.inputs == wide;
            fits &= stage
                .expand
                .as_ref()
                .is_none_or(|expand| expand.bias.len() == wide);
            follow(&stage.project);
        }
        fits &= follow(&self.head) && self.projection.inputs == channels;
        fits &= self.stages[0].depthwise.bias.len() == self.stem.bias.len();
        if fits {
            Ok(())
        } else {
            Err(Unsupported("its layers do not fit together".into()))
        }
    }
}

/// Whether a convolution mixes channels.
#[derive(PartialEq)]
enum Group {
    Whole,
    Depthwise,
}

/// A place in the graph, and the value computed so far.
struct Walk<'g> {
    graph: &'g Graph,
    at: usize,
    value: &'g str,
}

impl<'g> Walk<'g> {
    fn next_is(&self, operation: &str) -> bool {
        self.graph
            .nodes
            .get(self.at)
            .is_some_and(|node| node.operation == operation)
    }

    /// Steps over the next node, which must be `operation` on the value so far.
    fn step(&mut self, operation: &str) -> Result<&'g Node, Unsupported> {
        let node = self.graph.nodes.get(self.at);
        let Some(node) = node.filter(|node| {
            node.operation == operation
                && node.inputs.first().is_some_and(|name| name == self.value)
        }) else {
            return Err(Unsupported(format!(
                "its operation {} is {}, not the {operation} of the network this runs",
                self.at + 1,
                node.map_or("missing", |node| &node.operation),
            )));
        };
        self.at += 1;
        self.value = &node.output;
        Ok(node)
    }

    fn end(&self) -> Result<(), Unsupported> {
        if self.at == self.graph.nodes.len() && self.value == self.graph.output {
            Ok(())
        } else {
            Err(Unsupported("it goes on after the descriptor".into()))
        }
    }

    fn tensor(&self, node: &Node, input: usize) -> Result<&'g Tensor, Unsupported> {
        let tensor = node
            .inputs
            .get(input)
            .and_then(|name| self.graph.tensors.get(name));
        tensor.ok_or_else(|| Unsupported(format!("{} misses a constant", node.output)))
    }

    fn scalar(&self, node: &Node, input: usize) -> Result<f32, Unsupported> {
        match self.tensor(node, input)?.values[..] {
            [value] => Ok(value),
            _ => Err(Unsupported(format!(
                "{} takes more than one number",
                node.output
            ))),
        }
    }

    /// An operation with one constant number.
    fn scalar_of(&mut self, operation: &str) -> Result<f32, Unsupported> {
        let node = self.step(operation)?;
        self.scalar(node, 1)
    }

    fn convolution(&mut self, group: Group) -> Result<Convolution, Unsupported> {
        let node = self.step("Conv")?;
        let refused = |why: &str| Unsupported(format!("{}: a convolution {why}", node.output));
        let (weights, bias) = (self.tensor(node, 1)?, self.tensor(node, 2)?);
        let &[outputs, inputs, kernel, kernel_width] = &weights.shape[..] else {
            return Err(refused("without two dimensions"));
        };
        let integers = |name: &str, default: &'static [i64]| -> Vec<i64> {
            node.integers
                .get(name)
                .cloned()
                .unwrap_or_else(|| default.to_vec())
        };
        let groups = integers("group", &[1]);
        let expected = if group == Group::Depthwise {
            outputs as i64
        } else {
            1
        };
        if groups != [expected] || (group == Group::Depthwise && inputs != 1) {
            return Err(refused("in unexpected groups"));
        }
        if kernel != kernel_width || bias.values.len() != outputs {
            return Err(refused("that is not square or has not one bias an output"));
        }
        let stride = match integers("strides", &[1, 1])[..] {
            [stride @ 1..=2, other] if stride == other => stride as usize,
            _ => return Err(refused("with unexpected strides")),
        };
        let pads = match integers("pads", &[0, 0, 0, 0])[..] {
            [top @ 0..8, left @ 0..8, bottom @ 0..8, right @ 0..8] => {
                let [top, left, bottom, right] = [top, left, bottom, right].map(|n| n as usize);
                Pads {
                    top,
                    left,
                    bottom,
                    right,
                }
            }
            _ => return Err(refused("with unexpected pads")),
        };
        if integers("dilations", &[1, 1])
            .iter()
            .any(|&dilation| dilation != 1)
        {
            return Err(refused("with dilation"));
        }
        let (weights, bias) = (weights.values.clone(), bias.values.clone());
        Ok(Convolution {
            inputs,
            kernel,
            stride,
            pads,
            weights,
            bias,
        })
    }

    /// A convolution and its ReLU6.
    fn activated(&mut self, group: Group) -> Result<Convolution, Unsupported> {
        let convolution = self.convolution(group)?;
        let clip = self.step("Clip")?;
        if (self.scalar(clip, 1)?, self.scalar(clip, 2)?) == (0.0, 6.0) {
            Ok(convolution)
        } else {
            Err(Unsupported(format!("{} is not a ReLU6", clip.output)))
        }
    }

    /// Depthwise convolution, projection and residual, after the expansion.
    fn stage(&mut self, expand: Option<Convolution>) -> Result<Stage, Unsupported> {
        // The value the expansion took: its node and its clip are the two before this one.
        let from = expand
            .as_ref()
            .map(|_| self.graph.nodes[self.at - 2].inputs[0].as_str());
        let depthwise = self.activated(Group::Depthwise)?;
        let project = self.convolution(Group::Whole)?;
        let pointwise = |layer: &Convolution| layer.kernel == 1 && layer.stride == 1;
        if !pointwise(&project) || !expand.as_ref().is_none_or(pointwise) {
            return Err(Unsupported(format!("{} is not pointwise", self.value)));
        }
        let residual = self.next_is("Add");
        if residual && self.step("Add")?.inputs.get(1).map(String::as_str) != from {
            return Err(Unsupported(format!("{} adds something else", self.value)));
        }
        Ok(Stage {
            expand,
            depthwise,
            project,
            residual,
        })
    }

    /// Pooling; its floor.
    fn generalised_mean(&mut self) -> Result<f32, Unsupported> {
        let clip = self.step("Clip")?;
        let (floor, ceiling) = (self.scalar(clip, 1)?, self.scalar(clip, 2)?);
        let power = self.scalar_of("Pow")?;
        self.step("GlobalAveragePool")?;
        let root = self.scalar_of("Pow")?;
        self.step("Flatten")?;
        // The ceiling must lie above what ReLU6 lets through.
        if power == 3.0 && (root - 1.0 / 3.0).abs() < 1e-6 && floor > 0.0 && ceiling > 6.0 {
            Ok(floor)
        } else {
            Err(Unsupported(
                "it does not pool by the generalised mean of power 3".into(),
            ))
        }
    }

    /// A division by the Euclidean length.
    fn unit_length(&mut self) -> Result<(), Unsupported> {
        let vector = self.value;
        let length = &self.step("ReduceL2")?.output;
        self.value = vector;
        let divide = self.step("Div")?;
        if divide.inputs.get(1) == Some(length) {
            Ok(())
        } else {
            Err(Unsupported(format!("{} is not of unit length", self.value)))
        }
    }

    fn linear(&mut self) -> Result<Linear, Unsupported> {
        let node = self.step("Gemm")?;
        let (weights, bias) = (self.tensor(node, 1)?, self.tensor(node, 2)?);
        match weights.shape[..] {
            [inputs, outputs] if outputs == bias.values.len() && node.integers.is_empty() => {
                Ok(Linear {
                    inputs,
                    weights: weights.values.clone(),
                    bias: bias.values.clone(),
                })
            }
            _ => Err(Unsupported("its projection is not [input, output]".into())),
        }
    }
}

#[cfg(test)]
mod tests;
