//! One mobile inverted bottleneck, run in bands of rows.
//!
//! The wide feature map between expansion and depthwise convolution is several times the size of
//! the stage's input and output. Only a band of its rows exists at a time, so that it never leaves
//! the processor's cache; rows that two bands share are moved, not computed twice.

use super::{
    Unsupported, architecture,
    architecture::Pads,
    depthwise::Band,
    instructions::InstructionSet,
    lanes::{Block, LANES},
    observer::{Observer, Part},
    pointwise::{Activation, Pointwise, Source, Target},
    size::Size,
    stem::{PATCH_BLOCKS, Stem},
    weights::{Dense, Depthwise},
};

/// Bytes of the wide map that a band may take: inside the second-level cache of a present core
/// (512 KB to 2 MB), with room for the weights.
const BAND_BYTES: usize = 384 << 10;

/// Where the wide map comes from.
#[derive(Debug)]
pub enum Widen {
    /// The first stage's: from the picture itself.
    Stem(Stem),
    Expand(Dense),
}

impl Widen {
    fn layer(&self) -> &Dense {
        match self {
            Self::Stem(stem) => &stem.layer,
            Self::Expand(layer) => layer,
        }
    }
}

/// A stage with its weights packed and its sizes worked out.
#[derive(Debug)]
pub struct Stage {
    index: usize,
    widen: Widen,
    depthwise: Depthwise,
    pads: Pads,
    project: Dense,
    residual: bool,
    /// The wide map, and the stage's output.
    from: Size,
    pub to: Size,
    /// Output rows of a band, and rows of the wide map they see.
    rows: usize,
    window: usize,
}

/// What a stage reads and writes.
pub struct Buffers<'a> {
    /// The picture's bytes, and as padded numbers: read by the first stage.
    pub rgb: &'a [u8],
    pub picture: &'a mut [f32],
    /// The stage's input, `[block][pixel]`.
    pub input: &'a [Block],
    pub patches: &'a mut [Block],
    /// The band of the wide map, `[block][row][place]`.
    pub wide: &'a mut [Block],
    /// What the depthwise convolution makes of it, `[block][row][pixel]`.
    pub deep: &'a mut [Block],
    /// The stage's output, `[block][pixel]`.
    pub output: &'a mut [Block],
}

/// Numbers or blocks each buffer must have place for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Needs {
    pub picture: usize,
    pub patches: usize,
    pub wide: usize,
    pub deep: usize,
    pub output: usize,
}

impl Stage {
    /// Packs the stage numbered `index`, whose input is of the size `from`.
    pub fn new(
        index: usize,
        stage: &architecture::Stage,
        widen: Widen,
        from: Size,
    ) -> Result<Self, Unsupported> {
        let depthwise = Depthwise::pack(&stage.depthwise)?;
        let project = Dense::pack_pointwise(&stage.project);
        let to = from.convolved(&stage.depthwise)?;
        if stage.residual && (to != from || project.bias.len() * LANES < widen.layer().inputs) {
            return Err(Unsupported(
                "a stage's input does not fit its output".into(),
            ));
        }
        let window_of = |rows: usize| (rows - 1) * depthwise.stride + depthwise.kernel;
        let row_bytes =
            depthwise.bias.len() * from.padded(stage.depthwise.pads).width * size_of::<Block>();
        let mut rows = to.height;
        while rows > 1 && window_of(rows) * row_bytes > BAND_BYTES {
            rows = rows.div_ceil(2);
        }
        let (pads, residual) = (stage.depthwise.pads, stage.residual);
        let window = window_of(rows);
        Ok(Self {
            index,
            widen,
            depthwise,
            pads,
            project,
            residual,
            from,
            to,
            rows,
            window,
        })
    }

    pub fn needs(&self) -> Needs {
        let (picture, patches) = match &self.widen {
            Widen::Stem(stem) => (stem.padded_len(), PATCH_BLOCKS * self.patch_plane()),
            Widen::Expand(_) => (0, 0),
        };
        Needs {
            picture,
            patches,
            wide: self.depthwise.bias.len() * self.plane(),
            deep: self.depthwise.bias.len() * self.rows * self.to.width,
            output: self.project.bias.len() * self.to.pixels(),
        }
    }

    /// Places in a row of the wide band, borders included.
    fn width(&self) -> usize {
        self.from.width + self.pads.left + self.pads.right
    }

    /// Places from one block of the wide band to the next.
    fn plane(&self) -> usize {
        self.window * self.width()
    }

    fn patch_plane(&self) -> usize {
        self.window * self.from.width
    }

    pub fn run(
        &self,
        instructions: InstructionSet,
        buffers: &mut Buffers<'_>,
        observer: &mut impl Observer,
    ) {
        let Depthwise { kernel, stride, .. } = self.depthwise;
        if let Widen::Stem(stem) = &self.widen {
            stem.enter(buffers.rgb, buffers.picture);
            observer.finished(self.index, Part::Picture, 0);
        }
        self.clear_borders(buffers.wide);
        // Rows of the band that are filled, and rows of the wide map computed so far.
        let (mut filled, mut computed) = (self.pads.top, 0);
        for first in (0..self.to.height).step_by(self.rows) {
            let rows = self.rows.min(self.to.height - first);
            let needed = (rows - 1) * stride + kernel;
            if first > 0 {
                filled = self.keep_shared_rows(buffers.wide);
            }
            let fresh = (needed - filled).min(self.from.height - computed);
            self.fill(
                instructions,
                buffers,
                computed..computed + fresh,
                filled,
                observer,
            );
            computed += fresh;
            self.clear_rows(buffers.wide, filled + fresh..needed);
            self.convolve(instructions, buffers, rows, observer);
            self.narrow(instructions, buffers, first, rows, observer);
        }
    }

    /// Zeroes what lies left, right and above the picture: the buffer held other stages' values.
    fn clear_borders(&self, wide: &mut [Block]) {
        let (width, Pads { left, right, .. }) = (self.width(), self.pads);
        self.clear_rows(wide, 0..self.pads.top);
        for row in wide[..self.depthwise.bias.len() * self.plane()].chunks_exact_mut(width) {
            row[..left].fill(Block::ZERO);
            row[width - right..].fill(Block::ZERO);
        }
    }

    /// Zeroes whole rows of the band: those above or below the picture.
    fn clear_rows(&self, wide: &mut [Block], rows: std::ops::Range<usize>) {
        if rows.is_empty() {
            return;
        }
        for plane in wide
            .chunks_exact_mut(self.plane())
            .take(self.depthwise.bias.len())
        {
            plane[rows.start * self.width()..rows.end * self.width()].fill(Block::ZERO);
        }
    }

    /// Moves the rows that the next band sees again to its top; how many they are.
    fn keep_shared_rows(&self, wide: &mut [Block]) -> usize {
        let Depthwise { kernel, stride, .. } = self.depthwise;
        let shared = kernel.saturating_sub(stride);
        let (from, width) = (self.rows * stride, self.width());
        for plane in wide
            .chunks_exact_mut(self.plane())
            .take(self.depthwise.bias.len())
        {
            plane.copy_within(from * width..(from + shared) * width, 0);
        }
        shared
    }

    /// Computes the `rows` of the wide map into the band from its row `to`.
    fn fill(
        &self,
        instructions: InstructionSet,
        buffers: &mut Buffers<'_>,
        rows: std::ops::Range<usize>,
        to: usize,
        observer: &mut impl Observer,
    ) {
        if rows.is_empty() {
            return;
        }
        let pixels = rows.len() * self.from.width;
        let (source, part) = match &self.widen {
            Widen::Stem(stem) => {
                let plane = self.patch_plane();
                stem.gather(
                    buffers.picture,
                    rows.start,
                    rows.len(),
                    buffers.patches,
                    plane,
                );
                (
                    Source {
                        blocks: buffers.patches,
                        plane,
                        first: 0,
                    },
                    Part::Stem,
                )
            }
            Widen::Expand(_) => {
                let (plane, first) = (self.from.pixels(), rows.start * self.from.width);
                (
                    Source {
                        blocks: buffers.input,
                        plane,
                        first,
                    },
                    Part::Expand,
                )
            }
        };
        let layer = self.widen.layer();
        instructions.run(Pointwise {
            source,
            pixels,
            layer,
            target: Target {
                blocks: buffers.wide,
                plane: self.plane(),
                first: to * self.width() + self.pads.left,
                row: self.from.width,
                skip: self.pads.left + self.pads.right,
            },
            activation: Activation::Relu6,
            residual: None,
        });
        observer.finished(self.index, part, pixels * layer.multiply_adds());
    }

    fn convolve(
        &self,
        instructions: InstructionSet,
        buffers: &mut Buffers<'_>,
        rows: usize,
        observer: &mut impl Observer,
    ) {
        let band = Band {
            layer: &self.depthwise,
            source: buffers.wide,
            plane: self.plane(),
            width: self.width(),
            target: buffers.deep,
            rows,
            row: self.to.width,
        };
        band.run(instructions);
        let multiply_adds = rows * self.to.width * self.depthwise.multiply_adds();
        observer.finished(self.index, Part::Depthwise, multiply_adds);
    }

    /// Projects the band into the output from row `first`.
    fn narrow(
        &self,
        instructions: InstructionSet,
        buffers: &mut Buffers<'_>,
        first: usize,
        rows: usize,
        observer: &mut impl Observer,
    ) {
        let pixels = rows * self.to.width;
        instructions.run(Pointwise {
            source: Source {
                blocks: buffers.deep,
                plane: pixels,
                first: 0,
            },
            pixels,
            layer: &self.project,
            target: Target::unbordered(buffers.output, self.to.pixels(), first * self.to.width),
            activation: Activation::None,
            residual: self.residual.then_some(buffers.input),
        });
        observer.finished(
            self.index,
            Part::Project,
            pixels * self.project.multiply_adds(),
        );
    }
}

#[cfg(test)]
mod tests;
