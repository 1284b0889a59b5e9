//! JPEG XL, by `jxl-oxide`.

use jxl_oxide::{
    AllocTracker, EnumColourEncoding, ExtraChannelType, InitializeResult, JxlImage, JxlThreadPool,
    PixelFormat, RenderingIntent,
};

use super::{
    DecodeError, Header, Limits,
    format::Format,
    limits::HEADER_ALLOC_BYTES,
    orientation::Turn,
    raster::detail,
    raw::{Colours, Layout, Raw},
    samples,
};

const NAME: &str = "JPEG XL";

/// Bytes fed at a time until the header is complete.
const CHUNK: usize = 4096;

/// Decodes the first frame into `pixels`; the decoder itself turns it upright.
pub fn decode(bytes: &[u8], limits: &Limits, pixels: &mut Vec<u8>) -> Result<Raw, DecodeError> {
    let (mut image, rest) = open(bytes, limits.max_alloc_bytes)?;
    let (width, height) = (image.width(), image.height());
    limits.check_pixels(width, height)?;
    // Three planes of 32-bit floats, and the picture made of them.
    let memory = limits.reserve_pixels(Format::Jxl, width, height, 15)?;
    let kind = image.pixel_format();
    let (layout, alpha) = match kind {
        PixelFormat::Gray => (Layout::Grey, false),
        PixelFormat::Graya => (Layout::Grey, true),
        PixelFormat::Rgb => (Layout::Rgb, false),
        PixelFormat::Rgba => (Layout::Rgb, true),
        PixelFormat::Cmyk | PixelFormat::Cmyka => {
            return Err(DecodeError::UnsupportedKind {
                format: NAME,
                detail: "ink colours".to_owned(),
            });
        }
    };
    // Most files keep colours in a space of the format's own, from which sRGB is one step; the
    // others give their samples as they are, with a profile.
    let own_space = image.image_header().metadata.xyb_encoded;
    if own_space && layout == Layout::Rgb {
        image.request_color_encoding(EnumColourEncoding::srgb(RenderingIntent::Relative));
    }
    feed(&mut image, rest)?;
    if image.num_loaded_keyframes() == 0 {
        return Err(DecodeError::Truncated { format: NAME });
    }
    let render = image
        .render_frame(0)
        .map_err(|error| explain(&*error, limits))?;
    let mut stream = render.stream();
    if stream.channels() as usize != kind.channels() {
        return Err(DecodeError::UnsupportedKind {
            format: NAME,
            detail: "its channels".to_owned(),
        });
    }
    let (width, height) = (stream.width(), stream.height());
    pixels.resize(width as usize * height as usize * kind.channels(), 0);
    stream.write_to_buffer::<u8>(pixels);
    if alpha {
        samples::lay_on_white(pixels, layout, is_premultiplied(&image));
    }
    let colours = if own_space && layout == Layout::Rgb {
        Colours::Plain
    } else {
        Colours::Icc(image.rendered_icc())
    };
    Ok(Raw {
        memory,
        format: Format::Jxl,
        width,
        height,
        full_width: width,
        full_height: height,
        layout,
        colours,
        turn: Turn::default(),
        partial: false,
    })
}

/// Format and oriented size.
pub fn header(bytes: &[u8]) -> Result<Header, DecodeError> {
    let (image, _) = open(bytes, HEADER_ALLOC_BYTES)?;
    Ok(Header {
        format: NAME,
        width: image.width(),
        height: image.height(),
    })
}

/// Reads just the header. Also gives the bytes not yet fed.
fn open(bytes: &[u8], max_alloc_bytes: u64) -> Result<(JxlImage, &[u8]), DecodeError> {
    let damaged = |error: Box<dyn std::error::Error + Send + Sync>| DecodeError::Damaged {
        format: NAME,
        detail: detail(&error),
    };
    let bound = usize::try_from(max_alloc_bytes).unwrap_or(usize::MAX);
    let mut waiting = JxlImage::builder()
        // Pictures are spread over the cores; one of them stays on its own.
        .pool(JxlThreadPool::none())
        .alloc_tracker(AllocTracker::with_limit(bound))
        .build_uninit();
    let mut rest = bytes;
    let mut length = CHUNK;
    while !rest.is_empty() {
        let chunk = &rest[..rest.len().min(length)];
        let consumed = waiting.feed_bytes(chunk).map_err(damaged)?;
        if consumed == 0 && chunk.len() == rest.len() {
            break;
        }
        // A box header may straddle the chunk's end: more of it is needed then.
        length = if consumed == 0 { length * 2 } else { CHUNK };
        rest = &rest[consumed..];
        match waiting.try_init().map_err(damaged)? {
            InitializeResult::NeedMoreData(more) => waiting = more,
            InitializeResult::Initialized(image) => return Ok((image, rest)),
        }
    }
    Err(DecodeError::Truncated { format: NAME })
}

fn feed(image: &mut JxlImage, mut rest: &[u8]) -> Result<(), DecodeError> {
    while !rest.is_empty() {
        let consumed = image
            .feed_bytes(rest)
            .map_err(|error| DecodeError::Damaged {
                format: NAME,
                detail: detail(&error),
            })?;
        if consumed == 0 {
            break;
        }
        rest = &rest[consumed..];
    }
    Ok(())
}

fn is_premultiplied(image: &JxlImage) -> bool {
    image.image_header().metadata.ec_info.iter().any(|channel| {
        matches!(
            channel.ty,
            ExtraChannelType::Alpha {
                alpha_associated: true
            }
        )
    })
}

fn explain(error: &(dyn std::error::Error + 'static), limits: &Limits) -> DecodeError {
    let text = detail(&error);
    if text.to_ascii_lowercase().contains("memory") {
        return limits.too_much_memory(Format::Jxl);
    }
    DecodeError::Damaged {
        format: NAME,
        detail: text,
    }
}
