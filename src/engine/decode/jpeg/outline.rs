//! A JPEG's markers (ITU-T T.81, annex B) read without decoding.

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
        let mut at = 0;
        loop {
            let Some(marker) = next_marker(bytes, &mut at) else {
                // No end: cut off, unless not even a pass was begun.
                return outline.filter(|outline: &Self| outline.scans > 0);
            };
            match marker {
                // Stand alone: start, restarts and the reserved "temporary".
                0x01 | SOI | 0xd0..=0xd7 => continue,
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
                    outline = Some(Self::from_frame(marker, bytes.get(at..)?)?);
                }
                _ => {}
            }
            let length = bytes.get(at..at + 2)?;
            at += usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
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

/// The next marker at or after `at`, which then points behind it. Skips entropy-coded data, where
/// 0xff is followed by a zero, and fill bytes.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        let found = *at + memchr::memchr(0xff, bytes.get(*at..)?)?;
        *at = found + 2;
        match bytes.get(found + 1)? {
            0x00 => {}
            // The second 0xff may itself begin a marker.
            0xff => *at = found + 1,
            &marker => return Some(marker),
        }
    }
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
    fn a_file_that_ends_before_its_first_pass_tells_nothing() {
        assert_eq!(Outline::read(&file(0xc0, 0, true)), None);
        assert_eq!(Outline::read(&file(0xc0, 0, false)), None);
        assert_eq!(Outline::read(&[0xff, SOI, 0xff]), None);
    }
}
