//! A JPEG's markers (ITU-T T.81, annex B) read without decoding.

use std::{borrow::Cow, ops::Range};

/// What a file's markers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline {
    pub width: u32,
    pub height: u32,
    /// 1 grey, 3 colour, 4 inks.
    pub components: u8,
    pub progressive: bool,
    pub scans: u32,
    /// The marker that ends the picture is there.
    pub complete: bool,
}

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;

impl Outline {
    /// None where the file ends before the size of the picture and its first pass.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut outline = None;
        let mut markers = Markers { bytes, at: 0 };
        loop {
            let Some((marker, _)) = markers.next() else {
                // No end: cut off, unless not even a pass was begun.
                return outline.filter(|outline: &Self| outline.scans > 0);
            };
            match marker {
                EOI => {
                    let mut outline = outline.filter(|outline: &Self| outline.scans > 0)?;
                    outline.complete = true;
                    return Some(outline);
                }
                SOS => {
                    if let Some(outline) = &mut outline {
                        outline.scans += 1;
                    }
                }
                _ if is_frame(marker) && outline.is_none() => {
                    outline = Some(Self::from_frame(marker, bytes.get(markers.at..)?)?);
                }
                _ => {}
            }
            markers.skip_segment(marker)?;
        }
    }

    /// From the segment behind a frame marker: length, precision, height, width, components.
    fn from_frame(marker: u8, segment: &[u8]) -> Option<Self> {
        let &[_, _, _, h1, h0, w1, w0, components, ..] = segment else {
            return None;
        };
        Some(Self {
            width: u16::from_be_bytes([w1, w0]).into(),
            height: u16::from_be_bytes([h1, h0]).into(),
            components,
            // The low two bits name the process: 2 is progressive, whatever the entropy coder.
            progressive: marker & 3 == 2,
            scans: 0,
            complete: false,
        })
    }
}

/// SOF0 to SOF15 without DHT, JPG and DAC, which lie among them.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// A walk along a file's markers.
struct Markers<'a> {
    bytes: &'a [u8],
    /// Behind the latest marker, or its segment.
    at: usize,
}

impl Markers<'_> {
    /// The next marker, and the fill bytes before it: any number of 0xff. Skips entropy-coded data,
    /// where 0xff is followed by a zero.
    fn next(&mut self) -> Option<(u8, Range<usize>)> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            let first = self.at + memchr::memchr(0xff, rest)?;
            let run = self.bytes[first..].iter().position(|byte| *byte != 0xff)?;
            let last = first + run;
            self.at = last + 1;
            match self.bytes[last] {
                0x00 => {}
                marker => return Some((marker, first..last - 1)),
            }
        }
    }

    /// Skips the segment of the marker just read; none where the file ends in it.
    fn skip_segment(&mut self, marker: u8) -> Option<()> {
        // Stand alone: start, restarts and the reserved "temporary".
        if matches!(marker, 0x01 | SOI | 0xd0..=0xd7) {
            return Some(());
        }
        let length = self.bytes.get(self.at..self.at + 2)?;
        self.at += usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
        Some(())
    }
}

/// Fill bytes in one place that a decoder may be given: more are read by it one at a time.
const MOST_FILL: usize = 4_096;

/// The file without long runs of fill bytes, which mean nothing wherever they stand.
pub fn without_fill(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mut markers = Markers { bytes, at: 0 };
    let (mut kept, mut from) = (Vec::new(), 0);
    while let Some((marker, fill)) = markers.next() {
        if fill.len() > MOST_FILL {
            kept.extend_from_slice(&bytes[from..fill.start]);
            from = fill.end;
        }
        if marker == EOI || markers.skip_segment(marker).is_none() {
            break;
        }
    }
    if from == 0 {
        return Cow::Borrowed(bytes);
    }
    kept.extend_from_slice(&bytes[from..]);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Start, a frame header of 640 x 480 with three components, and a pass of some data.
    fn file(frame: u8, passes: usize, end: bool) -> Vec<u8> {
        let mut bytes = vec![0xff, SOI, 0xff, frame, 0, 17, 8, 1, 0xe0, 2, 0x80, 3];
        bytes.extend_from_slice(&[0; 9]);
        for _ in 0..passes {
            bytes.extend_from_slice(&[0xff, SOS, 0, 2, 1, 2, 0xff, 0x00, 0xff, 0xd3, 9, 9]);
        }
        if end {
            bytes.extend_from_slice(&[0xff, EOI]);
        }
        bytes
    }

    #[test]
    fn size_passes_and_end_are_found() {
        let outline = Outline::read(&file(0xc0, 1, true)).unwrap();
        assert_eq!((outline.width, outline.height), (640, 480));
        assert_eq!((outline.components, outline.scans), (3, 1));
        assert!(outline.complete && !outline.progressive);
    }

    #[test]
    fn every_pass_of_a_progressive_file_counts() {
        let outline = Outline::read(&file(0xc2, 3_000, true)).unwrap();
        assert!(outline.progressive);
        assert_eq!(outline.scans, 3_000);
    }

    #[test]
    fn a_file_without_its_end_is_incomplete() {
        let outline = Outline::read(&file(0xc0, 1, false)).unwrap();
        assert!(!outline.complete);
    }

    #[test]
    fn only_long_runs_of_fill_bytes_between_segments_are_left_out() {
        let whole = file(0xc0, 1, true);
        assert!(matches!(without_fill(&whole), Cow::Borrowed(_)));
        let filled = |count: usize| [&whole[..2], &vec![0xff; count], &whole[2..]].concat();
        assert_eq!(*without_fill(&filled(1_000_000)), whole);
        assert_eq!(*without_fill(&filled(100)), filled(100));
        let mut in_a_segment = vec![0xff, SOI, 0xff, 0xe5, 0x40, 0];
        in_a_segment.extend(vec![0xff; 0x40_00 - 2]);
        in_a_segment.extend(&whole[2..]);
        assert_eq!(*without_fill(&in_a_segment), in_a_segment);
    }

    #[test]
    fn a_file_that_ends_before_its_first_pass_tells_nothing() {
        assert_eq!(Outline::read(&file(0xc0, 0, true)), None);
        assert_eq!(Outline::read(&file(0xc0, 0, false)), None);
        assert_eq!(Outline::read(&[0xff, SOI, 0xff]), None);
    }
}
