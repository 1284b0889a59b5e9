//! The positions of a grid's cells and headings, computed without visiting each of them.
//!
//! Heights are summed as `f64`: a million pictures are tens of millions of points high, where
//! an `f32` can no longer distinguish neighbouring points.

/// Height of a group's heading.
pub const HEADING_HEIGHT: f32 = 40.0;
/// Between cells, both ways.
pub const GAP: f32 = 12.0;

/// What a layout depends on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LayoutKey {
    /// Grows whenever the listing is replaced.
    pub revision: u64,
    pub count: usize,
    pub columns: usize,
    pub cell_width: f32,
    pub cell_height: f32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Block {
    /// Top of the heading, or of the first row where there is none.
    top: f64,
    /// Index of the first cell.
    first: usize,
    len: usize,
    /// Index of the group; none where the listing has no headings.
    group: Option<usize>,
}

/// Something in view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Visible {
    Heading {
        group: usize,
        count: usize,
        y: f64,
    },
    /// Cells `first..first + len`, side by side.
    Row {
        first: usize,
        len: usize,
        y: f64,
    },
}

/// Blocks of rows under headings.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    pub key: LayoutKey,
    blocks: Vec<Block>,
    height: f64,
}

impl Layout {
    /// `groups`: the index of each group's first cell, ascending; empty for no headings.
    pub fn new(key: LayoutKey, groups: impl ExactSizeIterator<Item = usize>) -> Self {
        let mut layout = Self {
            key,
            blocks: Vec::with_capacity(groups.len().max(1)),
            height: 0.0,
        };
        if groups.len() == 0 {
            layout.push(0, key.count, None);
            return layout;
        }
        let mut starts: Vec<usize> = groups.map(|first| first.min(key.count)).collect();
        // Every cell belongs to a block, whatever the listing says.
        starts[0] = 0;
        for (group, &first) in starts.iter().enumerate() {
            let end = starts.get(group + 1).copied().unwrap_or(key.count);
            layout.push(first, end.saturating_sub(first), Some(group));
        }
        layout
    }

    fn push(&mut self, first: usize, len: usize, group: Option<usize>) {
        self.blocks.push(Block {
            top: self.height,
            first,
            len,
            group,
        });
        let heading = if group.is_some() {
            f64::from(HEADING_HEIGHT)
        } else {
            0.0
        };
        self.height += heading + self.rows(len) as f64 * self.pitch();
    }

    fn rows(&self, len: usize) -> usize {
        len.div_ceil(self.key.columns.max(1))
    }

    fn pitch(&self) -> f64 {
        f64::from(self.key.cell_height + GAP)
    }

    fn rows_top(&self, block: &Block) -> f64 {
        block.top
            + if block.group.is_some() {
                f64::from(HEADING_HEIGHT)
            } else {
                0.0
            }
    }

    /// Total height, headings included.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// The top of a cell's row.
    pub fn row_top(&self, index: usize) -> f64 {
        let block = self.block_of(index);
        let row = (index - block.first) / self.key.columns.max(1);
        self.rows_top(&block) + row as f64 * self.pitch()
    }

    fn block_of(&self, index: usize) -> Block {
        let after = self.blocks.partition_point(|block| block.first <= index);
        // An empty group shares its first index with the next one, which `after` has passed.
        self.blocks[after.saturating_sub(1)]
    }

    /// The first cell whose row ends below `y`.
    pub fn cell_at(&self, y: f64) -> usize {
        let after = self.blocks.partition_point(|block| block.top <= y);
        let block = self.blocks[after.saturating_sub(1)];
        let row = ((y - self.rows_top(&block)) / self.pitch())
            .floor()
            .max(0.0) as usize;
        let index = block.first + row * self.key.columns.max(1);
        index.min(self.key.count.saturating_sub(1))
    }

    /// Everything between `from` and `to`, from the top.
    pub fn visible(&self, from: f64, to: f64) -> impl Iterator<Item = Visible> + '_ {
        let first = self
            .blocks
            .partition_point(|block| block.top <= from)
            .saturating_sub(1);
        let end = self.blocks.partition_point(|block| block.top < to);
        self.blocks[first..end.max(first)]
            .iter()
            .flat_map(move |block| {
                let heading = block.group.map(|group| Visible::Heading {
                    group,
                    count: block.len,
                    y: block.top,
                });
                let rows_top = self.rows_top(block);
                let skipped = ((from - rows_top) / self.pitch()).floor().max(0.0) as usize;
                let shown = ((to - rows_top) / self.pitch()).ceil().max(0.0) as usize;
                let rows = skipped..shown.min(self.rows(block.len)).max(skipped);
                let columns = self.key.columns.max(1);
                heading.into_iter().chain(rows.map(move |row| Visible::Row {
                    first: block.first + row * columns,
                    len: columns.min(block.len.saturating_sub(row * columns)),
                    y: rows_top + row as f64 * self.pitch(),
                }))
            })
    }

    /// The cell a row above or below, keeping the column where there is one.
    pub fn step_row(&self, index: usize, rows: isize) -> usize {
        let mut index = index;
        for _ in 0..rows.unsigned_abs() {
            index = if rows < 0 {
                self.row_above(index)
            } else {
                self.row_below(index)
            };
        }
        index
    }

    fn row_below(&self, index: usize) -> usize {
        let columns = self.key.columns.max(1);
        let block = self.block_of(index);
        let column = (index - block.first) % columns;
        let next_row = index - column + columns;
        let last = self.key.count.saturating_sub(1);
        if next_row < block.first + block.len {
            return (next_row + column).min(block.first + block.len - 1);
        }
        let next = block.first + block.len;
        if next > last {
            return index;
        }
        let below = self.block_of(next);
        (next + column).min(below.first + below.len.min(columns) - 1)
    }

    fn row_above(&self, index: usize) -> usize {
        let columns = self.key.columns.max(1);
        let block = self.block_of(index);
        let within = index - block.first;
        if within >= columns {
            return index - columns;
        }
        if block.first == 0 {
            return index;
        }
        let above = self.block_of(block.first - 1);
        let last_row = above.first + (above.len - 1) / columns * columns;
        (last_row + within).min(block.first - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(count: usize, columns: usize, groups: &[usize]) -> Layout {
        let key = LayoutKey {
            revision: 0,
            count,
            columns,
            cell_width: 100.0,
            cell_height: 88.0,
        };
        Layout::new(key, groups.iter().copied())
    }

    #[test]
    fn rows_follow_each_other_at_one_pitch() {
        let layout = layout(10, 4, &[]);
        assert_eq!(layout.height(), 300.0);
        assert_eq!(layout.row_top(0), 0.0);
        assert_eq!(layout.row_top(9), 200.0);
        assert_eq!(layout.cell_at(150.0), 4);
        assert_eq!(layout.cell_at(1e9), 9);
    }

    #[test]
    fn only_what_is_in_view_is_listed() {
        let layout = layout(1_000_000, 4, &[]);
        let rows: Vec<Visible> = layout.visible(10_000_000.0, 10_000_250.0).collect();
        assert_eq!(rows.len(), 3);
        assert_eq!(
            rows[0],
            Visible::Row {
                first: 400_000,
                len: 4,
                y: 10_000_000.0
            }
        );
    }

    #[test]
    fn groups_have_headings_and_start_on_a_new_row() {
        let layout = layout(7, 4, &[0, 5]);
        let all: Vec<Visible> = layout.visible(0.0, 1_000.0).collect();
        assert_eq!(
            all,
            [
                Visible::Heading {
                    group: 0,
                    count: 5,
                    y: 0.0
                },
                Visible::Row {
                    first: 0,
                    len: 4,
                    y: 40.0
                },
                Visible::Row {
                    first: 4,
                    len: 1,
                    y: 140.0
                },
                Visible::Heading {
                    group: 1,
                    count: 2,
                    y: 240.0
                },
                Visible::Row {
                    first: 5,
                    len: 2,
                    y: 280.0
                },
            ]
        );
        assert_eq!(layout.height(), 380.0);
    }

    #[test]
    fn arrows_cross_group_borders() {
        let layout = layout(7, 4, &[0, 5]);
        assert_eq!(layout.step_row(3, 1), 4, "the last row is shorter");
        assert_eq!(layout.step_row(4, 1), 5);
        assert_eq!(layout.step_row(6, -1), 4);
        assert_eq!(layout.step_row(6, 1), 6, "nothing lies below");
        assert_eq!(layout.step_row(2, -1), 2, "nothing lies above");
        assert_eq!(layout.step_row(0, 3), 5);
    }

    #[test]
    fn an_empty_grid_has_no_height() {
        let layout = layout(0, 4, &[]);
        assert_eq!(layout.height(), 0.0);
        assert_eq!(layout.cell_at(10.0), 0);
        assert_eq!(layout.visible(0.0, 100.0).count(), 0);
    }
}
