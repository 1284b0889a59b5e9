//! Which format a file's first bytes belong to. Names and extensions are not asked.

use super::DecodeError;

/// How many first bytes [`Format::recognise`] looks at, at most.
pub const SNIFF_BYTES: usize = 256;

/// A format that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Jpeg,
    Png,
    Gif,
    Bmp,
    WebP,
    Tiff,
    Pnm,
    Heic,
    Avif,
    Jxl,
}

impl Format {
    const ALL: [Self; 10] = [
        Self::Jpeg,
        Self::Png,
        Self::Gif,
        Self::Bmp,
        Self::WebP,
        Self::Tiff,
        Self::Pnm,
        Self::Heic,
        Self::Avif,
        Self::Jxl,
    ];

    /// The format of a file that begins with `bytes`.
    ///
    /// # Errors
    /// [`DecodeError::Empty`], [`DecodeError::UnsupportedFormat`] for well-known formats that are
    /// not read, [`DecodeError::NotAPicture`] for all else.
    pub fn recognise(bytes: &[u8]) -> Result<Self, DecodeError> {
        if bytes.is_empty() {
            return Err(DecodeError::Empty);
        }
        let found = match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [
                b'R',
                b'I',
                b'F',
                b'F',
                _,
                _,
                _,
                _,
                b'W',
                b'E',
                b'B',
                b'P',
                ..,
            ] => Some(Self::WebP),
            // 42 marks TIFF, 43 BigTIFF.
            [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Self::Tiff),
            [b'P', b'1'..=b'7', b' ' | b'\t' | b'\r' | b'\n' | b'#', ..] => Some(Self::Pnm),
            [0xff, 0x0a, ..] => Some(Self::Jxl),
            [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Some(Self::Jxl),
            [_, _, _, _, b'f', b't', b'y', b'p', ..] => by_brand(bytes),
            // "BM" alone begins many a text: the four reserved bytes after the length are zero.
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Self::Bmp),
            _ => None,
        };
        found.ok_or_else(|| match known_but_not_read(bytes) {
            Some(format) => DecodeError::UnsupportedFormat { format },
            None => DecodeError::NotAPicture,
        })
    }

    /// The format's name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
            Self::Pnm => "PNM",
            Self::Heic => "HEIC",
            Self::Avif => "AVIF",
            Self::Jxl => "JPEG XL",
        }
    }

    /// The extensions its files usually have, in lower case, the commonest first: for finding
    /// files and for file dialogs. What a file is, its content decides.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            // MPO holds several JPEG pictures, the first of which is read.
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif", "mpo"],
            Self::Png => &["png", "apng"],
            Self::Gif => &["gif"],
            Self::Bmp => &["bmp", "dib"],
            Self::WebP => &["webp"],
            Self::Tiff => &["tif", "tiff"],
            Self::Pnm => &["ppm", "pgm", "pbm", "pnm", "pam"],
            Self::Heic => &["heic", "heif", "hif"],
            Self::Avif => &["avif", "avifs"],
            Self::Jxl => &["jxl"],
        }
    }

    /// The extensions of all formats.
    pub fn all_extensions() -> impl Iterator<Item = &'static str> {
        Self::ALL
            .iter()
            .flat_map(|format| format.extensions())
            .copied()
    }
}

/// HEIC or AVIF, by the brands of an ISO base media file (ISO/IEC 14496-12, `ftyp`).
fn by_brand(bytes: &[u8]) -> Option<Format> {
    let length = u32::from_be_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    let brands = bytes.get(8..length.min(bytes.len()))?;
    // The word after the major brand is a version; no brand reads like one.
    let mut generic = None;
    for brand in brands.chunks_exact(4) {
        match brand {
            b"avif" | b"avis" => return Some(Format::Avif),
            b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => {
                return Some(Format::Heic);
            }
            b"mif1" | b"msf1" => generic = Some(Format::Heic),
            _ => {}
        }
    }
    generic
}

/// Well-known formats worth a sentence of their own.
fn known_but_not_read(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'%', b'P', b'D', b'F', ..] => Some("PDF"),
        [b'8', b'B', b'P', b'S', ..] => Some("Photoshop"),
        [0, 0, 1 | 2, 0, _, 0, ..] => Some("Windows icon"),
        [b'q', b'o', b'i', b'f', ..] => Some("QOI"),
        [0x76, 0x2f, 0x31, 0x01, ..] => Some("OpenEXR"),
        [b'#', b'?', b'R', b'A', b'D', b'I', ..] => Some("Radiance HDR"),
        [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] => Some("JPEG 2000"),
        [b'F', b'U', b'J', b'I', b'F', b'I', b'L', b'M', ..] => Some("Camera raw"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("Video and audio"),
        _ if begins_svg(bytes) => Some("SVG"),
        _ => None,
    }
}

fn begins_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(SNIFF_BYTES)];
    head.trim_ascii_start().starts_with(b"<") && head.windows(4).any(|window| window == b"<svg")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brands(major: &[u8; 4], compatible: &[&[u8; 4]]) -> Vec<u8> {
        let length = 16 + compatible.len() as u32 * 4;
        let mut bytes = length.to_be_bytes().to_vec();
        bytes.extend_from_slice(b"ftyp");
        bytes.extend_from_slice(major);
        bytes.extend_from_slice(&[0; 4]);
        for brand in compatible {
            bytes.extend_from_slice(*brand);
        }
        bytes
    }

    #[test]
    fn every_extension_is_of_one_format_and_in_lower_case() {
        let mut extensions: Vec<&str> = Format::all_extensions().collect();
        assert!(extensions.iter().all(|one| *one == one.to_lowercase()));
        let count = extensions.len();
        extensions.sort_unstable();
        extensions.dedup();
        assert_eq!(extensions.len(), count);
    }

    #[test]
    fn a_generic_heif_brand_yields_to_the_codec_named_beside_it() {
        let avif = brands(b"mif1", &[b"miaf", b"avif"]);
        assert_eq!(Format::recognise(&avif), Ok(Format::Avif));
        let heic = brands(b"mif1", &[b"heic"]);
        assert_eq!(Format::recognise(&heic), Ok(Format::Heic));
        assert_eq!(Format::recognise(&brands(b"mif1", &[])), Ok(Format::Heic));
    }

    #[test]
    fn a_video_is_named_as_such() {
        let found = Format::recognise(&brands(b"isom", &[b"mp41"]));
        assert_eq!(
            found,
            Err(DecodeError::UnsupportedFormat {
                format: "Video and audio"
            })
        );
    }

    #[test]
    fn text_that_begins_like_a_bitmap_is_no_picture() {
        let found = Format::recognise(b"BMW makes cars in Munich");
        assert_eq!(found, Err(DecodeError::NotAPicture));
    }

    #[test]
    fn svg_behind_an_xml_declaration_is_named() {
        let found = Format::recognise(b"<?xml version=\"1.0\"?>\n<svg width=\"4\">");
        assert_eq!(found, Err(DecodeError::UnsupportedFormat { format: "SVG" }));
    }

    #[test]
    fn any_prefix_of_a_brand_list_is_safe() {
        let whole = brands(b"avif", &[b"mif1", b"miaf"]);
        for end in 1..whole.len() {
            let _ = Format::recognise(&whole[..end]);
        }
    }
}
