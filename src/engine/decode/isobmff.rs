//! What an ISO base media file (ISO/IEC 14496-12, 23008-12) says about its primary picture:
//! size, orientation and colours. The coded data themselves are left to `avif-parse`.

use super::{orientation::Turn, raw::Colours};

/// How YCbCr samples become RGB, by the numbers of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coding {
    pub matrix: u8,
    pub full_range: bool,
}

/// Properties of the primary picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Properties {
    /// Stored width and height in pixels.
    pub size: Option<(u32, u32)>,
    pub turn: Turn,
    pub colours: Colours,
    pub coding: Option<Coding>,
}

/// Reads the properties; what is missing or broken is left at its default.
pub fn properties(bytes: &[u8]) -> Properties {
    let mut properties = Properties {
        size: None,
        turn: Turn::default(),
        colours: Colours::Plain,
        coding: None,
    };
    for (kind, body) in primary_properties(bytes).unwrap_or_default() {
        properties.take(kind, body);
    }
    properties
}

impl Properties {
    /// Notes one property box; they come in the order in which they apply.
    fn take(&mut self, kind: [u8; 4], body: &[u8]) {
        match (&kind, body) {
            (b"ispe", [_, _, _, _, w3, w2, w1, w0, h3, h2, h1, h0, ..]) => {
                self.size = Some((
                    u32::from_be_bytes([*w3, *w2, *w1, *w0]),
                    u32::from_be_bytes([*h3, *h2, *h1, *h0]),
                ));
            }
            // Quarter turns against the clock.
            (b"irot", [quarters, ..]) => {
                self.turn = self.turn.then(Turn::clockwise(4 - (quarters & 3)));
            }
            (b"imir", [mode, ..]) => {
                let mirror = if mode & 1 == 1 {
                    Turn::MIRROR
                } else {
                    Turn::FLIP
                };
                self.turn = self.turn.then(mirror);
            }
            (b"colr", [b'n', b'c', b'l', b'x', _, p, _, t, _, matrix, range, ..]) => {
                self.coding = Some(Coding {
                    matrix: *matrix,
                    full_range: range & 0x80 != 0,
                });
                // A profile says more than two numbers.
                if self.colours == Colours::Plain {
                    self.colours = Colours::Cicp {
                        primaries: *p,
                        transfer: *t,
                    };
                }
            }
            (b"colr", [b'p', b'r', b'o', b'f', profile @ ..])
            | (b"colr", [b'r', b'I', b'C', b'C', profile @ ..]) => {
                self.colours = Colours::Icc(profile.to_vec());
            }
            _ => {}
        }
    }
}

/// Whether every box that a parser of pictures opens lies inside its parent, and no list counts
/// more entries than it has bytes. A parser that trusts a claim reserves memory by it.
pub fn claims_fit(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    // A file may end in a few stray bytes.
    while rest.len() >= 8 {
        let Some((kind, body)) = next_box(&mut rest) else {
            return false;
        };
        let fits = match &kind {
            b"meta" => body.get(4..).is_some_and(claims_fit),
            b"iprp" | b"ipco" => claims_fit(body),
            b"iinf" => match body {
                // Version 0 counts in 16 bits, and 8 bytes are the least entry.
                [0, _, _, _, _, _, entries @ ..] => claims_fit(entries),
                [_, _, _, _, a, b, c, d, entries @ ..] => {
                    let count = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
                    count <= entries.len() / 8 && claims_fit(entries)
                }
                _ => false,
            },
            b"iloc" => match body {
                // Version 2 alone counts in 32 bits.
                [2, _, _, _, _, _, a, b, c, d, entries @ ..] => {
                    u32::from_be_bytes([*a, *b, *c, *d]) as usize <= entries.len()
                }
                _ => true,
            },
            _ => true,
        };
        if !fits {
            return false;
        }
    }
    true
}

type Named<'a> = ([u8; 4], &'a [u8]);

/// The property boxes of the primary item, in the order of their association.
fn primary_properties(bytes: &[u8]) -> Option<Vec<Named<'_>>> {
    // "meta" is a full box: four bytes of version and flags come first.
    let meta = child(bytes, b"meta")?.get(4..)?;
    let pitm = child(meta, b"pitm")?;
    let primary = match pitm {
        [0, _, _, _, hi, lo, ..] => u32::from(u16::from_be_bytes([*hi, *lo])),
        [_, _, _, _, a, b, c, d, ..] => u32::from_be_bytes([*a, *b, *c, *d]),
        _ => return None,
    };
    let iprp = child(meta, b"iprp")?;
    let all: Vec<Named> = boxes(child(iprp, b"ipco")?).collect();
    let found = boxes(iprp)
        .filter(|(kind, _)| kind == b"ipma")
        .find_map(|(_, body)| association(body, primary))?;
    // Indices count from 1; 0 stands for "none".
    let found = found.into_iter();
    Some(
        found
            .filter_map(|index| all.get(index.checked_sub(1)?).copied())
            .collect(),
    )
}

/// The property indices that an association box lists for `item`.
fn association(body: &[u8], item: u32) -> Option<Vec<usize>> {
    let (head, mut rest) = body.split_at_checked(8)?;
    let (version, wide) = (head[0], head[3] & 1 == 1);
    let entries = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
    for _ in 0..entries {
        let id = if version == 0 {
            u32::from(u16::from_be_bytes(take(&mut rest)?))
        } else {
            u32::from_be_bytes(take(&mut rest)?)
        };
        let [count] = take(&mut rest)?;
        let mut indices = Vec::with_capacity(count.into());
        for _ in 0..count {
            // The top bit marks a property as essential.
            indices.push(if wide {
                usize::from(u16::from_be_bytes(take(&mut rest)?) & 0x7fff)
            } else {
                let [index] = take(&mut rest)?;
                usize::from(index & 0x7f)
            });
        }
        if id == item {
            return Some(indices);
        }
    }
    None
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(*head)
}

fn child<'a>(bytes: &'a [u8], kind: &[u8; 4]) -> Option<&'a [u8]> {
    boxes(bytes)
        .find(|(found, _)| found == kind)
        .map(|(_, body)| body)
}

/// The boxes that lie side by side in `bytes`; ends at the first that does not fit.
fn boxes(mut bytes: &[u8]) -> impl Iterator<Item = Named<'_>> {
    std::iter::from_fn(move || next_box(&mut bytes))
}

/// The box at the front of `rest`, which then begins behind it; none where it does not fit.
fn next_box<'a>(rest: &mut &'a [u8]) -> Option<Named<'a>> {
    let (&length, behind) = rest.split_first_chunk::<4>()?;
    let (&kind, body) = behind.split_first_chunk::<4>()?;
    let (length, header) = match u32::from_be_bytes(length) {
        // To the end of the file.
        0 => (rest.len(), 8),
        // A 64-bit length follows.
        1 => {
            let long = u64::from_be_bytes(*body.first_chunk()?);
            (usize::try_from(long).ok()?, 16)
        }
        short => (short as usize, 8),
    };
    let inside = rest.get(header..length)?;
    *rest = &rest[length..];
    Some((kind, inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let mut bytes = (body.len() as u32 + 8).to_be_bytes().to_vec();
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(body);
        bytes
    }

    /// A file whose primary item 1 has the properties given.
    fn file(items: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let container: Vec<u8> = items.iter().flat_map(|(k, b)| boxed(k, b)).collect();
        let mut association = vec![0, 0, 0, 0, 0, 0, 0, 1, 0, 1, items.len() as u8];
        association.extend(1..=items.len() as u8);
        let iprp = [boxed(b"ipco", &container), boxed(b"ipma", &association)].concat();
        let pitm = boxed(b"pitm", &[0, 0, 0, 0, 0, 1]);
        let meta = [vec![0; 4], pitm, boxed(b"iprp", &iprp)].concat();
        [boxed(b"ftyp", b"avif\0\0\0\0"), boxed(b"meta", &meta)].concat()
    }

    #[test]
    fn size_and_colours_are_read() {
        let ispe = [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 16];
        let nclx = [b"nclx".as_slice(), &[0, 12, 0, 13, 0, 6, 0x80]].concat();
        let found = properties(&file(&[(b"ispe", &ispe), (b"colr", &nclx)]));
        assert_eq!(found.size, Some((256, 16)));
        assert_eq!(
            found.colours,
            Colours::Cicp {
                primaries: 12,
                transfer: 13
            }
        );
        assert_eq!(
            found.coding,
            Some(Coding {
                matrix: 6,
                full_range: true
            })
        );
    }

    #[test]
    fn a_turn_and_a_mirror_apply_in_their_order() {
        let found = properties(&file(&[(b"irot", &[1]), (b"imir", &[1])]));
        assert_eq!(found.turn, Turn::clockwise(3).then(Turn::MIRROR));
    }

    #[test]
    fn a_profile_wins_over_numbers_in_either_order() {
        let nclx = [b"nclx".as_slice(), &[0, 12, 0, 13, 0, 6, 0]].concat();
        let icc = b"prof1234".as_slice();
        for items in [[&nclx, icc], [icc, &nclx]] {
            let items: Vec<_> = items.iter().map(|body| (b"colr", *body)).collect();
            let found = properties(&file(&items));
            assert_eq!(found.colours, Colours::Icc(b"1234".to_vec()));
            assert!(found.coding.is_some());
        }
    }

    #[test]
    fn a_box_that_claims_more_than_its_parent_holds_does_not_fit() {
        let mut whole = file(&[(b"irot", &[1])]);
        assert!(claims_fit(&whole));
        assert!(!claims_fit(&whole[..whole.len() - 1]));
        let irot = whole.windows(4).position(|kind| kind == b"irot").unwrap();
        whole[irot - 4] = 0x7f;
        assert!(!claims_fit(&whole));
    }

    #[test]
    fn a_list_that_counts_more_entries_than_it_has_bytes_does_not_fit() {
        let entries = boxed(b"infe", &[2, 0, 0, 0, 0, 1]);
        for (count, fits) in [(1, true), (200, false)] {
            let body = [vec![1, 0, 0, 0, 0, 0, 0, count], entries.clone()].concat();
            let meta = [vec![0; 4], boxed(b"iinf", &body)].concat();
            assert_eq!(claims_fit(&boxed(b"meta", &meta)), fits);
        }
    }

    #[test]
    fn any_prefix_of_a_file_is_safe() {
        let whole = file(&[(b"irot", &[1]), (b"ispe", &[0; 12])]);
        for end in 0..whole.len() {
            properties(&whole[..end]);
            claims_fit(&whole[..end]);
        }
    }
}
