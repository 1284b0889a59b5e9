//! The whole network: from a picture's bytes to its descriptor.

use super::{
    Unsupported,
    architecture::Architecture,
    graph::Graph,
    instructions::InstructionSet,
    lanes::{Block, LANES},
    observer::{Observer, Part, Unobserved},
    pointwise::{Activation, Pointwise, Source, Target},
    pooling,
    size::Size,
    stage::{Buffers, Needs, Stage, Widen},
    stem::Stem,
    weights::Dense,
};

/// Weights and sizes; shared by all threads.
#[derive(Debug)]
pub struct Network {
    instructions: InstructionSet,
    picture: Size,
    stages: Vec<Stage>,
    /// The last feature map's size.
    map: Size,
    head: Dense,
    pool_floor: f32,
    projection: Dense,
    dimension: usize,
}

/// What one thread works in. A scratch belongs to the network that made it.
#[derive(Debug)]
pub struct Scratch {
    picture: Vec<f32>,
    patches: Vec<Block>,
    wide: Vec<Block>,
    deep: Vec<Block>,
    /// A stage's input and its output.
    maps: [Vec<Block>; 2],
}

impl Network {
    /// Reads an EfficientNet-Lite with a descriptor from an ONNX file, to be run with
    /// `instructions`.
    ///
    /// # Errors
    ///
    /// Where the file describes anything else.
    pub fn read(onnx: &[u8], instructions: InstructionSet) -> Result<Self, Unsupported> {
        let network = Architecture::recognise(&Graph::read(onnx)?)?;
        let stem = Stem::new(&network)?;
        let mut map = stem.to;
        let mut stem = Some(stem);
        let mut stages = Vec::new();
        for (index, stage) in network.stages.iter().enumerate() {
            let widen = match (&stage.expand, stem.take()) {
                (None, Some(stem)) => Widen::Stem(stem),
                (Some(expand), None) => Widen::Expand(Dense::pack_pointwise(expand)),
                _ => {
                    return Err(Unsupported(
                        "a stage after the first has no expansion".into(),
                    ));
                }
            };
            let stage = Stage::new(index, stage, widen, map)?;
            map = stage.to;
            stages.push(stage);
        }
        Ok(Self {
            instructions,
            picture: Size {
                width: network.width,
                height: network.height,
            },
            stages,
            map,
            head: Dense::pack_pointwise(&network.head),
            pool_floor: network.pool_floor,
            projection: Dense::pack_linear(&network.projection),
            dimension: network.projection.bias.len(),
        })
    }

    /// Pixels of the input picture, width and height.
    pub fn picture(&self) -> (usize, usize) {
        (self.picture.width, self.picture.height)
    }

    /// Numbers in a descriptor.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Allocates all that [`Self::describe`] works in.
    pub fn scratch(&self) -> Scratch {
        let mut needs = Needs::default();
        for stage in self.stages.iter().map(Stage::needs) {
            needs.picture = needs.picture.max(stage.picture);
            needs.patches = needs.patches.max(stage.patches);
            needs.wide = needs.wide.max(stage.wide);
            needs.deep = needs.deep.max(stage.deep);
            needs.output = needs.output.max(stage.output);
        }
        // Head, pooling and projection go into the same buffers.
        needs.wide = needs.wide.max(self.head.bias.len() * self.map.pixels());
        needs.deep = needs.deep.max(self.head.bias.len());
        needs.output = needs.output.max(self.projection.bias.len());
        let zeros = |blocks| vec![Block::ZERO; blocks];
        Scratch {
            picture: vec![0.0; needs.picture],
            patches: zeros(needs.patches),
            wide: zeros(needs.wide),
            deep: zeros(needs.deep),
            maps: [zeros(needs.output), zeros(needs.output)],
        }
    }

    /// Describes the picture `rgb` (`[y][x][colour]`, 8-bit) by a vector of unit length.
    ///
    /// # Panics
    ///
    /// Where `rgb` or `descriptor` has another length than [`Self::picture`] and
    /// [`Self::dimension`] say.
    pub fn describe(&self, rgb: &[u8], scratch: &mut Scratch, descriptor: &mut [f32]) {
        self.describe_observed(rgb, scratch, descriptor, &mut Unobserved);
    }

    /// [`Self::describe`], reporting each piece of work to `observer`.
    pub fn describe_observed(
        &self,
        rgb: &[u8],
        scratch: &mut Scratch,
        descriptor: &mut [f32],
        observer: &mut impl Observer,
    ) {
        assert_eq!(rgb.len(), self.picture.pixels() * 3, "bytes of the picture");
        assert_eq!(
            descriptor.len(),
            self.dimension,
            "numbers of the descriptor"
        );
        for stage in &self.stages {
            let [input, output] = &mut scratch.maps;
            let mut buffers = Buffers {
                rgb,
                picture: &mut scratch.picture,
                input,
                patches: &mut scratch.patches,
                wide: &mut scratch.wide,
                deep: &mut scratch.deep,
                output,
            };
            stage.run(self.instructions, &mut buffers, observer);
            scratch.maps.swap(0, 1);
        }
        self.head(scratch, observer);
        self.project(scratch, descriptor, observer);
    }

    /// The last convolution, from the last stage's output into `wide`.
    fn head(&self, scratch: &mut Scratch, observer: &mut impl Observer) {
        let pixels = self.map.pixels();
        self.instructions.run(Pointwise {
            source: Source {
                blocks: &scratch.maps[0],
                plane: pixels,
                first: 0,
            },
            pixels,
            layer: &self.head,
            target: Target::unbordered(&mut scratch.wide, pixels, 0),
            activation: Activation::Relu6,
            residual: None,
        });
        let multiply_adds = pixels * self.head.multiply_adds();
        observer.finished(self.stages.len(), Part::Head, multiply_adds);
    }

    /// Pools the head's map and projects it to the descriptor.
    fn project(&self, scratch: &mut Scratch, descriptor: &mut [f32], observer: &mut impl Observer) {
        let pixels = self.map.pixels();
        let pooled = &mut scratch.deep[..self.head.bias.len()];
        pooling::generalised_mean(&scratch.wide, pixels, self.pool_floor, pooled);
        pooling::unit_length(pooled);
        let output = &mut scratch.maps[1][..self.projection.bias.len()];
        self.instructions.run(Pointwise {
            source: Source {
                blocks: pooled,
                plane: 1,
                first: 0,
            },
            pixels: 1,
            layer: &self.projection,
            target: Target::unbordered(output, 1, 0),
            activation: Activation::None,
            residual: None,
        });
        // The lanes that fill up the last block are zero: nothing was weighted into them.
        pooling::unit_length(output);
        for (numbers, block) in descriptor.chunks_mut(LANES).zip(output) {
            numbers.copy_from_slice(&block.0[..numbers.len()]);
        }
        observer.finished(
            self.stages.len(),
            Part::Descriptor,
            self.projection.multiply_adds(),
        );
    }
}
