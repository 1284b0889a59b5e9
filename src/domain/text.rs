//! Text as it is compared with what a person types, and as it is shown.

use std::fmt::{self, Display, Formatter, Write};

use icu_normalizer::ComposingNormalizerBorrowed;

/// Folds letter case as Unicode's simple rules have it ("Straße" and "STRASSE" are equal, and
/// so are all sigmas) and composes accents with their letters (NFC; file names often have them
/// apart), so that a substring is found however it is typed.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let folded: String = text
        .chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect();
    let composer = const { ComposingNormalizerBorrowed::new_nfc() };
    composer.normalize(&folded).into_owned()
}

/// A text as it is shown: characters that do not print are escaped as Rust escapes them, and so
/// are those that turn the direction of what follows, which make a name read as another.
#[derive(Clone, Copy, Debug)]
pub struct Visible<'a>(pub &'a str);

impl Display for Visible<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_control() || is_forging(c) {
                write!(f, "{}", c.escape_default())?;
            } else {
                f.write_char(c)?;
            }
        }
        Ok(())
    }
}

/// Line and paragraph separators, and the marks, embeddings, overrides and isolates of
/// Unicode's bidirectional algorithm (UAX #9, table 4).
fn is_forging(c: char) -> bool {
    matches!(
        c,
        '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_or_forge_is_escaped_and_letters_of_any_script_are_not() {
        let shown = |text| Visible(text).to_string();
        assert_eq!(shown("a\tb\u{7}\u{85}"), "a\\tb\\u{7}\\u{85}");
        assert_eq!(
            shown("x\u{202e}gpj.exe\u{2069}"),
            "x\\u{202e}gpj.exe\\u{2069}"
        );
        for letters in ["Ünïcödé", "日本", "עברית", "👩‍👩‍👧", "a\u{301}"] {
            assert_eq!(shown(letters), letters);
        }
    }

    #[test]
    fn folding_ignores_case_beyond_ascii() {
        assert_eq!(fold("ÄRGER"), fold("ärger"));
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_eq!(fold("ΟΔΟΣ"), fold("οδος"));
        assert_eq!(fold("ЖУК"), fold("жук"));
        assert_ne!(fold("a"), fold("b"));
    }

    #[test]
    fn accents_apart_and_composed_are_the_same() {
        assert_eq!(fold("Cafe\u{301} A\u{308}pfel"), fold("CAFÉ äpfel"));
        assert_eq!(fold("\u{1112}\u{1161}\u{11ab}"), fold("한"));
        assert_ne!(fold("cafe"), fold("café"));
    }
}
