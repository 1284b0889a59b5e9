//! A verdict's evidence in plain words.

use egui::Ui;

use crate::{
    domain::{
        record::Record,
        verdict::{Evidence, Thresholds, Verdict},
    },
    ui::{
        tokens::{Tokens, small, space},
        widgets,
    },
};

/// Sentences that explain a verdict; `query_size` is zero while unknown.
pub fn evidence_words(
    verdict: Verdict,
    evidence: &Evidence,
    record: &Record,
    query_size: [u32; 2],
) -> String {
    let score = widgets::percent(evidence.score);
    let mut words = match verdict {
        Verdict::SameFile => "Every byte is the same: this is the very file.".to_owned(),
        Verdict::EditedCopy => format!("{score} alike, and proven."),
        Verdict::SameScene => format!("{score} alike; they share a scene."),
        Verdict::LikelyCopy => format!("{score} alike; {}", likely_line(evidence.thresholds)),
        Verdict::Similar => format!(
            "{score} alike, less than the {} from which a copy is likely. It shows something like \
             your picture.",
            widgets::percent(evidence.thresholds.likely_copy)
        ),
    };
    if verdict != Verdict::SameFile {
        words += " The files differ";
        words += &size_words(record, query_size);
        words.push('.');
    }
    if evidence.query_turned_degrees != 0 {
        words += &format!(
            " It matches when your picture is turned by {}°.",
            evidence.query_turned_degrees
        );
    }
    words
}

fn likely_line(thresholds: Thresholds) -> String {
    let from = widgets::percent(thresholds.likely_copy);
    if thresholds == Thresholds::default() {
        format!("one in twenty unrelated pictures reaches {from} by chance, so look at both.")
    } else {
        format!("from {from} on a copy is likely, so look at both.")
    }
}

fn size_words(record: &Record, query_size: [u32; 2]) -> String {
    let pixels = |width: u32, height: u32| u64::from(width) * u64::from(height);
    let (own, query) = (
        pixels(record.width, record.height),
        pixels(query_size[0], query_size[1]),
    );
    if query == 0 {
        return String::new();
    }
    let than = match own.cmp(&query) {
        std::cmp::Ordering::Less => "smaller than yours",
        std::cmp::Ordering::Greater => "larger than yours",
        std::cmp::Ordering::Equal => "as large as yours",
    };
    format!("; {}, {than}", dimensions(record.width, record.height))
}

/// `1,200 × 1,600 px`
pub fn dimensions(width: u32, height: u32) -> String {
    let group = |number: u32| widgets::grouped(u64::from(number));
    format!("{} × {} px", group(width), group(height))
}

/// The badge and its evidence on a tinted surface.
pub fn evidence_ui(ui: &mut Ui, verdict: Verdict, words: &str) {
    let tokens = Tokens::of(ui);
    let surface = match verdict {
        Verdict::SameFile | Verdict::EditedCopy => tokens.accent_surface,
        Verdict::LikelyCopy => tokens.warning_surface,
        Verdict::SameScene | Verdict::Similar => tokens.card,
    };
    widgets::callout(ui, surface, |ui| {
        ui.spacing_mut().item_spacing.y = space::S;
        widgets::verdict_badge(ui, verdict);
        ui.add(egui::Label::new(small(words).color(tokens.text)).wrap());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::{ContentHash, Fields, RecordId};

    fn record() -> Record {
        Record {
            id: RecordId(1),
            hash: ContentHash([0; 32]),
            fields: Fields::default(),
            paths: vec!["a.jpg".into()],
            width: 412,
            height: 550,
            file_bytes: 1,
            format: "JPEG".to_owned(),
            partial: false,
            indexed_at: jiff::Timestamp::UNIX_EPOCH,
        }
    }

    fn evidence(score: f32) -> Evidence {
        Evidence {
            same_bytes: false,
            score,
            query_turned_degrees: 0,
            trial: crate::domain::proof::Trial::NotTried,
            thresholds: Thresholds::default(),
        }
    }

    #[test]
    fn an_edited_copy_says_how_sure_and_how_large() {
        let words = evidence_words(
            Verdict::EditedCopy,
            &evidence(0.94),
            &record(),
            [1200, 1600],
        );
        assert_eq!(
            words,
            "94 % alike, and proven. The files differ; 412 × 550 px, smaller than yours."
        );
    }

    #[test]
    fn a_turned_match_says_by_how_much() {
        let evidence = Evidence {
            query_turned_degrees: 90,
            same_bytes: true,
            ..evidence(1.0)
        };
        let words = evidence_words(Verdict::SameFile, &evidence, &record(), [412, 550]);
        assert_eq!(
            words,
            "Every byte is the same: this is the very file. It matches when your picture is \
             turned by 90°."
        );
    }
}
