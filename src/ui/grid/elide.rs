//! Names too long for their place, cut in the middle: the end of a file name says as much as
//! its beginning.

use egui::{FontId, Ui};

const ELLIPSIS: char = '…';

/// `text` on one line no wider than `width` points.
pub fn elide_middle(ui: &Ui, text: &str, font: &FontId, width: f32) -> String {
    ui.ctx().fonts_mut(|fonts| {
        elide(text, width, |c| {
            fonts.glyph_width(font, if c.is_control() { ' ' } else { c })
        })
    })
}

fn elide(text: &str, width: f32, mut glyph_width: impl FnMut(char) -> f32) -> String {
    // A very long name is measured only as far as it could be shown.
    let mut total = 0.0;
    let fits = text.chars().all(|c| {
        total += glyph_width(c);
        total <= width
    });
    if fits {
        return text.replace(char::is_control, " ");
    }
    let room = width - glyph_width(ELLIPSIS);
    let (mut head, mut tail) = (0, text.len());
    let (mut used, mut from_head) = (0.0, true);
    // The beginning and the end grow in turn, until the next character would not fit.
    while head < tail {
        let rest = &text[head..tail];
        let next = if from_head {
            rest.chars().next()
        } else {
            rest.chars().next_back()
        };
        let Some(c) = next else { break };
        used += glyph_width(c);
        if used > room {
            break;
        }
        if from_head {
            head += c.len_utf8();
        } else {
            tail -= c.len_utf8();
        }
        from_head = !from_head;
    }
    let (head, tail) = (text[..head].trim_end(), text[tail..].trim_start());
    format!("{head}{ELLIPSIS}{tail}").replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_fits_is_left_alone() {
        assert_eq!(elide("short.jpg", 9.0, |_| 1.0), "short.jpg");
    }

    #[test]
    fn a_long_name_keeps_its_beginning_and_its_end() {
        assert_eq!(
            elide("IMG_4137_studio_front_final.jpg", 15.0, |_| 1.0),
            "IMG_413…nal.jpg"
        );
    }

    #[test]
    fn any_script_is_cut_between_characters() {
        assert_eq!(elide("写真写真写真写真写真", 5.0, |_| 1.0), "写真…写真");
        assert_eq!(elide("a\nb", 9.0, |_| 1.0), "a b");
    }

    #[test]
    fn no_room_leaves_the_ellipsis() {
        assert_eq!(elide("anything", 0.0, |_| 1.0), "…");
    }
}
