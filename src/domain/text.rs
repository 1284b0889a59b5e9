//! Text as it is compared with what a person types.

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

#[cfg(test)]
mod tests {
    use super::*;

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
