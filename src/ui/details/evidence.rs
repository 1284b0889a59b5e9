//! A verdict's evidence in plain words.

use egui::Ui;

use crate::{
    domain::{
        proof::{Change, Part, Proof, Trial},
        verdict::{Evidence, Verdict},
    },
    ui::{
        tokens::{Tokens, small, space},
        widgets,
    },
};

/// What the two pictures are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// The query is the user's picture, the other one is looked at.
    Yours,
    /// Two equal ones, called by the order in which they are shown.
    Pair {
        /// The query is shown second.
        swapped: bool,
    },
}

impl Naming {
    /// The query and the picture, each at the start of a sentence and within one.
    fn names(self) -> [[&'static str; 2]; 2] {
        let first = ["The first picture", "the first"];
        let second = ["The second picture", "the second"];
        match self {
            Self::Yours => [["Your picture", "yours"], ["This picture", "this one"]],
            Self::Pair { swapped: false } => [first, second],
            Self::Pair { swapped: true } => [second, first],
        }
    }
}

/// Sentences that explain a verdict; a size is zero while unknown, and oriented pixels.
pub fn evidence_words(
    evidence: &Evidence,
    naming: Naming,
    picture_size: [u32; 2],
    query_size: [u32; 2],
) -> String {
    let score = widgets::percent(evidence.score);
    let from = widgets::percent(evidence.thresholds.likely_copy);
    let mut words = match (evidence.verdict(), &evidence.trial) {
        (Verdict::SameFile, _) => same_file_words(naming).to_owned(),
        (Verdict::SameScene, Trial::SameScene(proof)) => scene_words(proof),
        (_, Trial::Proven(proof)) => proven_words(proof, naming),
        (Verdict::LikelyCopy, trial) => format!("{score} alike. {}", unproven_words(trial)),
        (_, Trial::Fails) => format!(
            "{score} alike. Tried as a copy, and it is none: it shows something like {}.",
            like_words(naming)
        ),
        _ => format!(
            "{score} alike, less than the {from} from which a copy is likely. It shows something \
             like {}.",
            like_words(naming)
        ),
    };
    if needs_sizes(evidence) {
        words += &size_words(naming, picture_size, query_size);
    }
    if evidence.query_turned_degrees != 0 && evidence.trial.proof().is_none() {
        let [[query, _], _] = naming.names();
        words += &format!(
            " It matches when {} is turned by {}°.",
            lower(query),
            evidence.query_turned_degrees
        );
    }
    words
}

fn same_file_words(naming: Naming) -> &'static str {
    match naming {
        Naming::Yours => "Every byte is the same: this is the very file.",
        Naming::Pair { .. } => "Every byte is the same: it is one file in two places.",
    }
}

fn like_words(naming: Naming) -> &'static str {
    match naming {
        Naming::Yours => "your picture",
        Naming::Pair { .. } => "the other",
    }
}

/// The sizes help where the proof does not say what became of them.
fn needs_sizes(evidence: &Evidence) -> bool {
    match evidence.trial.proof() {
        _ if evidence.same_bytes => false,
        Some(proof) => {
            evidence.verdict() == Verdict::EditedCopy && proof.changes.contains(&Change::Resized)
        }
        None => true,
    }
}

fn scene_words(proof: &Proof) -> String {
    let agreement = widgets::percent(proof.agreement);
    let points = widgets::plural(u64::from(proof.inliers), "point", "points");
    format!(
        "Parts fit ({points}), but only {agreement} agrees: the same place or background, \
         not a copy."
    )
}

fn unproven_words(trial: &Trial) -> &'static str {
    match trial {
        Trial::LittleTexture => {
            "There is too little to see in it to prove it a copy, so look at both."
        }
        Trial::NoThumbnail => {
            "Its thumbnail is missing, so it cannot be proven a copy. Look at both."
        }
        _ => "It was not tried whether it is a copy. Compare the two to try it.",
    }
}

/// What the query is of the picture, what covers it, and how much agrees.
fn proven_words(proof: &Proof, naming: Naming) -> String {
    if proof.changes.is_empty() {
        return "Same picture, other data: only encoding or metadata differ.".to_owned();
    }
    let mut words = format!("{}.", whole_words(proof, naming));
    let covered = covered_words(proof);
    let of = if covered.is_empty() { "it" } else { "the rest" };
    words += &covered;
    words += &format!(" {} of {of} agrees.", widgets::percent(proof.agreement));
    words
}

/// Which part of one is which part of the other, and what was done to it.
fn whole_words(proof: &Proof, naming: Naming) -> String {
    let [[query, the_query], [picture, the_picture]] = naming.names();
    let has = |change| proof.changes.contains(&change);
    let part = |part: Part| format!("{} {}", place_words(part), share(part.area()));
    let mut words = match (has(Change::Cropped), has(Change::Inset)) {
        (true, false) => format!(
            "{query} is the {} of {the_picture}",
            part(proof.picture_part)
        ),
        (false, true) => format!("{picture} is the {} of {the_query}", part(proof.query_part)),
        (true, true) => format!(
            "The {} of {} is the {} of {the_query}",
            part(proof.picture_part),
            lower(picture),
            part(proof.query_part)
        ),
        (false, false) => format!("{query} is {the_picture}"),
    };
    let mut more = Vec::new();
    if has(Change::Resized) {
        more.push(scale_words(proof.scale));
    }
    if has(Change::Mirrored) {
        more.push("mirrored".to_owned());
    }
    if has(Change::Turned) {
        more.push(turned_words(proof));
    }
    if has(Change::Colours) {
        more.push("in other colours".to_owned());
    }
    for one in more {
        words += ", ";
        words += &one;
    }
    words
}

/// `at half its size`: how large the query shows the picture.
fn scale_words(scale: f32) -> String {
    let near = |wanted: f32| (scale / wanted - 1.0).abs() < 0.03;
    let times = match scale {
        _ if near(0.5) => "half".to_owned(),
        _ if near(0.25) => "a quarter of".to_owned(),
        _ if near(2.0) => "twice".to_owned(),
        scale if scale < 1.5 => format!("{} of", share(scale)),
        scale => format!("{:.1} times", scale),
    };
    format!("at {times} its size")
}

/// How the query is turned against the picture.
fn turned_words(proof: &Proof) -> String {
    // The proof says how to undo it; a mirrored picture turns the other way.
    let degrees = match proof.mirrored {
        true => proof.turned_degrees % 360,
        false => (360 - proof.turned_degrees % 360) % 360,
    };
    match degrees {
        180 => "upside down".to_owned(),
        ..180 => format!("turned clockwise by {degrees}°"),
        _ => format!("turned anticlockwise by {}°", 360 - degrees),
    }
}

/// ` A part at the lower edge shows something else: 12 % of it.`
fn covered_words(proof: &Proof) -> String {
    let Some(largest) = proof.covered.first() else {
        return match proof.changes.contains(&Change::Covered) {
            true => " Parts of it differ.".to_owned(),
            false => String::new(),
        };
    };
    let common = proof.picture_part.area().max(f32::EPSILON);
    let covered: f32 = proof.covered.iter().map(Part::area).sum();
    let covered = share((covered / common).min(1.0));
    let at = edge_words(*largest, proof.picture_part);
    match proof.covered.len() {
        1 => format!(" A part {at} shows something else: {covered} of it."),
        many => format!(
            " {} parts show something else, {covered} of it; the largest {at}.",
            widgets::grouped(many as u64)
        ),
    }
}

/// Which of three: nearer to the start, in the middle, nearer to the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Third {
    Start,
    Middle,
    End,
}

impl Third {
    /// By what is free before and after it.
    fn of(start: f32, length: f32) -> Self {
        let (before, after) = (start.max(0.0), (1.0 - start - length).max(0.0));
        let apart = (before - after).abs();
        if apart < 0.12 || apart < 0.3 * (before + after) {
            Self::Middle
        } else if before < after {
            Self::Start
        } else {
            Self::End
        }
    }
}

fn thirds(part: Part) -> (Third, Third) {
    (Third::of(part.x, part.w), Third::of(part.y, part.h))
}

/// `upper left`, as in “the upper left 40 %”.
fn place_words(part: Part) -> &'static str {
    use Third::{End, Middle, Start};
    match thirds(part) {
        (Middle, Middle) => "middle",
        (Start, Middle) => "left",
        (End, Middle) => "right",
        (Middle, Start) => "upper",
        (Middle, End) => "lower",
        (Start, Start) => "upper left",
        (End, Start) => "upper right",
        (Start, End) => "lower left",
        (End, End) => "lower right",
    }
}

/// `at the lower edge`: where a part lies within another.
fn edge_words(part: Part, within: Part) -> &'static str {
    use Third::{End, Middle, Start};
    let (width, height) = (within.w.max(f32::EPSILON), within.h.max(f32::EPSILON));
    let part = Part {
        x: (part.x - within.x) / width,
        y: (part.y - within.y) / height,
        w: part.w / width,
        h: part.h / height,
    };
    match thirds(part) {
        (Middle, Middle) => "in the middle",
        (Start, Middle) => "at the left edge",
        (End, Middle) => "at the right edge",
        (Middle, Start) => "at the upper edge",
        (Middle, End) => "at the lower edge",
        (Start, Start) => "at the upper left",
        (End, Start) => "at the upper right",
        (Start, End) => "at the lower left",
        (End, End) => "at the lower right",
    }
}

/// A share that is more than nothing.
fn share(share: f32) -> String {
    if share < 0.01 {
        "less than 1 %".to_owned()
    } else {
        widgets::percent(share)
    }
}

fn lower(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}

fn size_words(naming: Naming, picture: [u32; 2], query: [u32; 2]) -> String {
    let pixels = |[width, height]: [u32; 2]| u64::from(width) * u64::from(height);
    if pixels(query) == 0 || pixels(picture) == 0 {
        return String::new();
    }
    let than = match pixels(picture).cmp(&pixels(query)) {
        std::cmp::Ordering::Less => "smaller than",
        std::cmp::Ordering::Greater => "larger than",
        std::cmp::Ordering::Equal => "as large as",
    };
    let [[_, the_query], [name, _]] = naming.names();
    let name = match naming {
        Naming::Yours => "The file",
        Naming::Pair { .. } => name,
    };
    let [width, height] = picture;
    format!(
        " {name} has {}, {than} {the_query}.",
        dimensions(width, height)
    )
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
#[path = "evidence/tests.rs"]
mod tests;
