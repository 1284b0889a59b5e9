//! The window's icon: the accent square with the ring of a lens.

use egui::IconData;

const SIDE: u32 = 128;
const ACCENT: [f32; 3] = [11.0, 133.0, 119.0];

/// Draws the icon; edges are smoothed over one pixel.
pub fn icon() -> IconData {
    let mut rgba = Vec::with_capacity((SIDE * SIDE * 4) as usize);
    for y in 0..SIDE {
        for x in 0..SIDE {
            rgba.extend(pixel(x as f32 + 0.5, y as f32 + 0.5));
        }
    }
    IconData {
        rgba,
        width: SIDE,
        height: SIDE,
    }
}

fn pixel(x: f32, y: f32) -> [u8; 4] {
    let side = SIDE as f32;
    let (dx, dy) = (x - side * 0.46, y - side * 0.46);
    let from_lens = dx.hypot(dy);
    let ring = covered((from_lens - side * 0.23).abs() - side * 0.05);
    let dot = covered(from_lens - side * 0.09);
    // The handle runs from the ring towards the lower right corner.
    let along = (dx + dy) / std::f32::consts::SQRT_2;
    let across = (dx - dy).abs() / std::f32::consts::SQRT_2;
    let beyond = (along - side * 0.40).max(side * 0.26 - along).max(0.0);
    let handle = covered(across.hypot(beyond) - side * 0.05);
    let white = ring.max(dot).max(handle);
    let square = rounded_square(x, y);
    let channel = |accent: f32| (accent + (255.0 - accent) * white).round() as u8;
    let [r, g, b] = ACCENT.map(channel);
    [r, g, b, (square * 255.0).round() as u8]
}

/// How much of a pixel lies within a shape, from its distance to the edge (negative is inside).
fn covered(distance: f32) -> f32 {
    (0.5 - distance).clamp(0.0, 1.0)
}

fn rounded_square(x: f32, y: f32) -> f32 {
    let side = SIDE as f32;
    let (half, radius, margin) = (side / 2.0, side * 0.22, side * 0.04);
    let beyond = |at: f32| ((at - half).abs() - (half - margin - radius)).max(0.0);
    covered(beyond(x).hypot(beyond(y)) - radius)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_icon_is_opaque_in_the_middle_and_clear_in_its_corners() {
        let icon = icon();
        let alpha = |x: u32, y: u32| icon.rgba[((y * SIDE + x) * 4 + 3) as usize];
        assert_eq!(alpha(SIDE / 2, SIDE / 2), 255);
        assert_eq!(alpha(0, 0), 0);
        assert_eq!(icon.rgba.len(), (SIDE * SIDE * 4) as usize);
    }
}
