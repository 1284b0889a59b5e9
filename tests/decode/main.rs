//! What becomes of a picture file: formats, orientation, colours, regions, limits, bad input.

mod bad_input;
mod bombs;
mod colour;
mod formats;
mod framing;
mod orientation;
mod support;
