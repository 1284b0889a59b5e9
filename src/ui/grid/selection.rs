//! Which pictures are selected, and where the cursor is.

use std::collections::HashSet;

use crate::domain::record::RecordId;

/// Up to this many, a linear search for each is faster than hashing a whole listing.
const FEW: usize = 8;

/// How a click selects, as in file managers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choose {
    /// Only this one.
    One,
    /// Toggle this one (Ctrl).
    Toggle,
    /// All from the anchor to this one (Shift).
    Range,
}

impl Choose {
    pub fn of(modifiers: egui::Modifiers) -> Self {
        if modifiers.shift {
            Self::Range
        } else if modifiers.command {
            Self::Toggle
        } else {
            Self::One
        }
    }
}

/// The selected pictures, kept by id so that they survive another order or a new listing.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    chosen: HashSet<RecordId>,
    /// The cursor.
    cursor: Option<RecordId>,
    /// Where a range starts.
    anchor: Option<RecordId>,
    /// The cursor's last known index; a hint, checked before use.
    cursor_hint: usize,
    /// The user chose, rather than the program.
    by_hand: bool,
}

impl Selection {
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    pub fn contains(&self, id: RecordId) -> bool {
        self.chosen.contains(&id)
    }

    pub fn cursor(&self) -> Option<RecordId> {
        self.cursor
    }

    /// The picture the details pane shows: the only selected one.
    pub fn only(&self) -> Option<RecordId> {
        match self.chosen.len() {
            1 => self.chosen.iter().next().copied(),
            _ => None,
        }
    }

    /// The selected ones in the order of `ids`.
    pub fn in_order(&self, ids: &[RecordId]) -> Vec<RecordId> {
        match self.only() {
            Some(id) if ids.contains(&id) => vec![id],
            _ => ids
                .iter()
                .copied()
                .filter(|id| self.chosen.contains(id))
                .collect(),
        }
    }

    /// Whether the user chose it.
    pub fn is_by_hand(&self) -> bool {
        self.by_hand
    }

    /// Selects only `id`, without the user having chosen it.
    pub fn suggest(&mut self, id: RecordId) {
        self.set(id);
        self.by_hand = false;
    }

    pub fn clear(&mut self) {
        self.by_hand = true;
        self.chosen.clear();
        self.anchor = self.cursor;
    }

    pub fn select_all(&mut self, ids: &[RecordId]) {
        self.chosen = ids.iter().copied().collect();
        self.by_hand = true;
    }

    /// Selects only `id` and moves the cursor there.
    pub fn set(&mut self, id: RecordId) {
        self.chosen.clear();
        self.chosen.insert(id);
        (self.cursor, self.anchor) = (Some(id), Some(id));
        self.by_hand = true;
    }

    /// The cursor's index in `ids`.
    pub fn cursor_index(&mut self, ids: &[RecordId]) -> Option<usize> {
        let cursor = self.cursor?;
        if ids.get(self.cursor_hint) != Some(&cursor) {
            self.cursor_hint = ids.iter().position(|id| *id == cursor)?;
        }
        Some(self.cursor_hint)
    }

    /// Selects the picture at `index` of `ids`.
    pub fn choose(&mut self, ids: &[RecordId], index: usize, how: Choose) {
        let Some(&id) = ids.get(index) else { return };
        match how {
            Choose::One => self.set(id),
            Choose::Toggle => {
                if !self.chosen.remove(&id) {
                    self.chosen.insert(id);
                }
                (self.cursor, self.anchor) = (Some(id), Some(id));
            }
            Choose::Range => {
                let anchor = self
                    .anchor
                    .and_then(|id| ids.iter().position(|one| *one == id));
                let anchor = anchor.unwrap_or(index);
                let range = anchor.min(index)..=anchor.max(index);
                self.chosen = ids[range].iter().copied().collect();
                self.anchor = ids.get(anchor).copied();
                self.cursor = Some(id);
            }
        }
        self.cursor_hint = index;
        self.by_hand = true;
    }

    /// Drops selected pictures that are no longer listed.
    pub fn retain(&mut self, ids: &[RecordId]) {
        if self.chosen.is_empty() && self.cursor.is_none() {
            return;
        }
        let next = self.cursor_hint.min(ids.len().saturating_sub(1));
        if self.chosen.len() <= FEW {
            self.chosen.retain(|id| ids.contains(id));
        } else {
            self.chosen = ids
                .iter()
                .copied()
                .filter(|id| self.chosen.contains(id))
                .collect();
        }
        if self.cursor.is_some_and(|id| !ids.contains(&id)) {
            // The cursor stays where the removed picture was.
            self.cursor = ids.get(next).copied();
            self.anchor = self.cursor;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> Vec<RecordId> {
        (0..10).map(RecordId).collect()
    }

    #[test]
    fn a_click_chooses_one_ctrl_toggles_shift_takes_the_range() {
        let (ids, mut selection) = (ids(), Selection::default());
        selection.choose(&ids, 3, Choose::One);
        assert_eq!(selection.in_order(&ids), [RecordId(3)]);
        selection.choose(&ids, 5, Choose::Toggle);
        assert_eq!(selection.in_order(&ids), [RecordId(3), RecordId(5)]);
        selection.choose(&ids, 8, Choose::Range);
        assert_eq!(
            selection.in_order(&ids),
            (5..=8).map(RecordId).collect::<Vec<_>>()
        );
        selection.choose(&ids, 2, Choose::Range);
        assert_eq!(
            selection.in_order(&ids),
            (2..=5).map(RecordId).collect::<Vec<_>>()
        );
        selection.choose(&ids, 4, Choose::Toggle);
        assert_eq!(selection.in_order(&ids), [2, 3, 5].map(RecordId));
    }

    #[test]
    fn the_cursor_stays_near_when_its_picture_is_removed() {
        let (mut ids, mut selection) = (ids(), Selection::default());
        selection.choose(&ids, 4, Choose::One);
        ids.remove(4);
        selection.retain(&ids);
        assert!(selection.is_empty());
        assert_eq!(selection.cursor(), Some(RecordId(5)));
    }

    #[test]
    fn the_cursor_is_found_again_in_another_order() {
        let (mut ids, mut selection) = (ids(), Selection::default());
        selection.choose(&ids, 2, Choose::One);
        ids.reverse();
        assert_eq!(selection.cursor_index(&ids), Some(7));
    }
}
