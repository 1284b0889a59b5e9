//! In what order results are shown, and which of them.

use crate::domain::{query::Hit, text::fold, verdict::Verdict};

/// In what order results are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The surest verdict first, and of one verdict the most alike.
    #[default]
    MostAlike,
    Newest,
    Name,
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::MostAlike, Self::Newest, Self::Name];

    pub fn label(self) -> &'static str {
        match self {
            Self::MostAlike => "Most alike",
            Self::Newest => "Newest",
            Self::Name => "Name",
        }
    }

    /// Sorts indices into `hits`; equal ones keep their order.
    pub fn apply(self, order: &mut [usize], hits: &[Hit]) {
        match self {
            Self::MostAlike => order.sort_by(|&a, &b| {
                let (a, b) = (&hits[a], &hits[b]);
                let by_score = b.score().total_cmp(&a.score());
                a.verdict.cmp(&b.verdict).then(by_score)
            }),
            Self::Newest => {
                order.sort_by_key(|&at| std::cmp::Reverse(hits[at].record.indexed_at));
            }
            Self::Name => order.sort_by_cached_key(|&at| fold(&hits[at].record.title())),
        }
    }
}

/// Which verdicts are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdicts {
    #[default]
    All,
    /// Proven: the same file, or an edited copy.
    Copies,
    Likely,
    SameScene,
    Similar,
}

impl Verdicts {
    pub const ALL: [Self; 5] = [
        Self::All,
        Self::Copies,
        Self::Likely,
        Self::SameScene,
        Self::Similar,
    ];

    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All verdicts",
            Self::Copies => "Copies",
            Self::Likely => "Likely copies",
            Self::SameScene => "Same scene",
            Self::Similar => "Similar",
        }
    }

    /// As one thing that can be missing.
    pub fn noun(self) -> &'static str {
        match self {
            Self::All => "picture",
            Self::Copies => "copy",
            Self::Likely => "likely copy",
            Self::SameScene => "picture of the same scene",
            Self::Similar => "similar picture",
        }
    }

    pub fn tip(self) -> &'static str {
        match self {
            Self::All => "Whatever they are to your picture",
            Self::Copies => "The same file, and copies that are proven",
            Self::Likely => "So alike that they may be copies, and could not be tried",
            Self::SameScene => "The same place or background, and no copies",
            Self::Similar => "Something like your picture, and no copies",
        }
    }

    /// All that are shown.
    pub fn shown(self) -> Vec<Verdict> {
        let all = Verdict::ALL.into_iter();
        all.filter(|verdict| self.has(*verdict)).collect()
    }

    pub fn has(self, verdict: Verdict) -> bool {
        match self {
            Self::All => true,
            Self::Copies => verdict.is_copy(),
            Self::Likely => verdict == Verdict::LikelyCopy,
            Self::SameScene => verdict == Verdict::SameScene,
            Self::Similar => verdict == Verdict::Similar,
        }
    }
}

/// The wanted order, but each of `kept` at its index; where that is beyond the end, as near to it
/// as the others of `kept` leave room.
pub fn around<T: Copy + PartialEq>(wanted: &[T], kept: &[(T, usize)]) -> Vec<T> {
    let mut places: Vec<Option<T>> = vec![None; wanted.len()];
    let mut kept: Vec<(T, usize)> = kept
        .iter()
        .copied()
        .filter(|(one, _)| wanted.contains(one))
        .collect();
    // From the end, so that what is moved up finds the places of the others taken.
    kept.sort_by_key(|(_, index)| std::cmp::Reverse(*index));
    let mut end = wanted.len();
    for (one, index) in &kept {
        let Some(last) = end.checked_sub(1) else {
            break;
        };
        end = (*index).min(last);
        places[end] = Some(*one);
    }
    let mut others = wanted
        .iter()
        .copied()
        .filter(|one| !kept.iter().any(|(kept, _)| kept == one));
    places
        .into_iter()
        .filter_map(|place| place.or_else(|| others.next()))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_kept_stays_and_the_others_go_around_it() {
        assert_eq!(around(&[3, 1, 2, 4], &[(1, 0)]), [1, 3, 2, 4]);
        assert_eq!(around(&[3, 1, 2, 4], &[(4, 1), (3, 3)]), [1, 4, 2, 3]);
        assert_eq!(around(&[3, 1, 2, 4], &[]), [3, 1, 2, 4]);
    }

    #[test]
    fn what_is_beyond_the_end_is_last_and_what_is_gone_is_left_out() {
        assert_eq!(around(&[3, 1, 2], &[(3, 9), (1, 7)]), [2, 1, 3]);
        assert_eq!(around(&[3, 1], &[(5, 0)]), [3, 1]);
        assert_eq!(around(&[3, 1], &[(3, 0), (1, 1)]), [3, 1]);
    }

    #[test]
    fn copies_are_the_same_file_and_what_is_proven() {
        let of = |verdicts: Verdicts| {
            Verdict::ALL
                .into_iter()
                .filter(|verdict| verdicts.has(*verdict))
                .count()
        };
        assert_eq!(Verdicts::ALL.map(of), [5, 2, 1, 1, 1]);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_what_is_kept_stays(
            wanted in Just((0..40_u32).collect::<Vec<_>>()).prop_shuffle(),
            before in Just((0..40_u32).collect::<Vec<_>>()).prop_shuffle(),
            chosen in prop::collection::hash_set(0..40_usize, 0..6),
        ) {
            let kept: Vec<(u32, usize)> = chosen.iter().map(|at| (before[*at], *at)).collect();
            let order = around(&wanted, &kept);
            for (one, index) in &kept {
                prop_assert_eq!(order[*index], *one);
            }
            let is_kept = |one: &u32| kept.iter().any(|(kept, _)| kept == one);
            let others = |order: &[u32]| -> Vec<u32> {
                order.iter().copied().filter(|one| !is_kept(one)).collect()
            };
            prop_assert_eq!(others(&order), others(&wanted));
            prop_assert_eq!(order.len(), wanted.len());
        }
    }
}
