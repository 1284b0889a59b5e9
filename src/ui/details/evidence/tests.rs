use std::sync::Arc;

use super::*;
use crate::domain::{proof::ShareMap, verdict::Thresholds};

const SIZE: [u32; 2] = [412, 550];
const QUERY: [u32; 2] = [1_200, 1_600];

fn part(x: f32, y: f32, w: f32, h: f32) -> Part {
    Part { x, y, w, h }
}

fn proof(changes: &[Change]) -> Proof {
    Proof {
        inliers: 40,
        agreement: 0.96,
        query_part: Part::WHOLE,
        picture_part: Part::WHOLE,
        scale: 1.0,
        turned_degrees: 0,
        mirrored: changes.contains(&Change::Mirrored),
        changes: changes.to_vec(),
        map: ShareMap([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
        covered: Vec::new(),
    }
}

fn evidence(score: f32, trial: Trial) -> Evidence {
    Evidence {
        same_bytes: false,
        score,
        query_turned_degrees: 0,
        trial,
        thresholds: Thresholds::default(),
    }
}

/// The words for a proven copy, without those about the sizes.
fn proven(proof: Proof) -> String {
    let evidence = evidence(0.94, Trial::Proven(Arc::new(proof)));
    evidence_words(&evidence, Naming::Yours, SIZE, [0, 0])
}

fn unproven(score: f32, trial: Trial) -> String {
    evidence_words(&evidence(score, trial), Naming::Yours, SIZE, [0, 0])
}

#[test]
fn a_crop_says_which_part_and_what_was_done_to_it() {
    let mut crop = proof(&[Change::Cropped, Change::Resized, Change::Colours]);
    crop.picture_part = part(0.15, 0.15, 0.7, 0.7);
    crop.scale = 0.5;
    assert_eq!(
        proven(crop),
        "Your picture is the middle 49 % of this one, at half its size, in other colours. 96 % of \
         it agrees."
    );
}

#[test]
fn every_part_has_its_name() {
    for (at, name) in [
        (part(0.0, 0.0, 0.5, 0.5), "upper left 25 %"),
        (part(0.5, 0.0, 0.5, 0.5), "upper right 25 %"),
        (part(0.0, 0.5, 0.5, 0.5), "lower left 25 %"),
        (part(0.5, 0.5, 0.5, 0.5), "lower right 25 %"),
        (part(0.0, 0.0, 0.5, 1.0), "left 50 %"),
        (part(0.4, 0.0, 0.6, 1.0), "right 60 %"),
        (part(0.0, 0.0, 1.0, 0.5), "upper 50 %"),
        (part(0.0, 0.5, 1.0, 0.5), "lower 50 %"),
        (part(0.25, 0.3, 0.5, 0.5), "middle 25 %"),
    ] {
        let mut crop = proof(&[Change::Cropped]);
        crop.picture_part = at;
        let wanted = format!("Your picture is the {name} of this one. 96 % of it agrees.");
        assert_eq!(proven(crop), wanted);
    }
}

#[test]
fn an_inset_is_the_other_way_round() {
    let mut inset = proof(&[Change::Inset]);
    inset.query_part = part(0.05, 0.05, 0.63, 0.63);
    assert_eq!(
        proven(inset.clone()),
        "This picture is the upper left 40 % of yours. 96 % of it agrees."
    );
    inset.changes.insert(0, Change::Cropped);
    inset.picture_part = part(0.5, 0.0, 0.5, 1.0);
    assert_eq!(
        proven(inset),
        "The right 50 % of this picture is the upper left 40 % of yours. 96 % of it agrees."
    );
}

#[test]
fn a_size_is_said_against_that_of_the_picture() {
    for (scale, words) in [
        (0.5, "half its size"),
        (0.25, "a quarter of its size"),
        (0.63, "63 % of its size"),
        (0.004, "less than 1 % of its size"),
        (1.3, "130 % of its size"),
        (2.0, "twice its size"),
        (3.25, "3.2 times its size"),
    ] {
        let mut resized = proof(&[Change::Resized]);
        resized.scale = scale;
        let wanted = format!("Your picture is this one, at {words}. 96 % of it agrees.");
        assert_eq!(proven(resized), wanted);
    }
}

#[test]
fn turned_and_mirrored_are_said_as_they_were_done() {
    for (degrees, mirrored, words) in [
        (90, false, "turned anticlockwise by 90°"),
        (270, false, "turned clockwise by 90°"),
        (180, false, "upside down"),
        (353, false, "turned clockwise by 7°"),
        (90, true, "mirrored, turned clockwise by 90°"),
        (270, true, "mirrored, turned anticlockwise by 90°"),
    ] {
        let mut changes = vec![Change::Turned];
        changes.extend(mirrored.then_some(Change::Mirrored));
        let mut turned = proof(&changes);
        turned.turned_degrees = degrees;
        let wanted = format!("Your picture is this one, {words}. 96 % of it agrees.");
        assert_eq!(proven(turned), wanted);
    }
}

#[test]
fn what_is_covered_is_said_with_its_place_and_size() {
    let mut covered = proof(&[Change::Covered]);
    covered.covered = vec![part(0.0, 0.88, 1.0, 0.12)];
    assert_eq!(
        proven(covered.clone()),
        "Your picture is this one. A part at the lower edge shows something else: 12 % of it. \
         96 % of the rest agrees."
    );
    covered.covered.push(part(0.0, 0.0, 0.1, 0.1));
    assert_eq!(
        proven(covered.clone()),
        "Your picture is this one. 2 parts show something else, 13 % of it; the largest at the \
         lower edge. 96 % of the rest agrees."
    );
    // Of a crop, its own part counts.
    covered.changes.push(Change::Cropped);
    covered.picture_part = part(0.5, 0.0, 0.5, 1.0);
    covered.covered = vec![part(0.5, 0.4, 0.1, 0.2)];
    assert_eq!(
        proven(covered),
        "Your picture is the right 50 % of this one. A part at the left edge shows something \
         else: 4 % of it. 96 % of the rest agrees."
    );
}

#[test]
fn other_data_alone_is_no_change_to_see() {
    assert_eq!(
        proven(proof(&[])),
        "Same picture, other data: only encoding or metadata differ."
    );
}

#[test]
fn another_size_says_which_file_has_more() {
    let mut resized = proof(&[Change::Resized]);
    resized.scale = 2.0;
    let evidence = evidence(0.94, Trial::Proven(Arc::new(resized)));
    assert_eq!(
        evidence_words(&evidence, Naming::Yours, SIZE, QUERY),
        "Your picture is this one, at twice its size. 96 % of it agrees. The file has 412 × 550 \
         px, smaller than yours."
    );
}

#[test]
fn a_likely_copy_says_why_it_is_not_proven() {
    for (trial, why) in [
        (Trial::LittleTexture, "too little to see in it"),
        (Trial::NoThumbnail, "thumbnail is missing"),
        (Trial::NotTried, "not tried"),
    ] {
        let words = unproven(0.66, trial);
        assert!(
            words.starts_with("66 % alike. ") && words.contains(why),
            "{words}"
        );
    }
}

#[test]
fn a_scene_and_what_failed_are_no_copies() {
    let mut scene = proof(&[]);
    scene.agreement = 0.12;
    assert_eq!(
        unproven(0.7, Trial::SameScene(Arc::new(scene))),
        "Parts fit (40 points), but only 12 % agrees: the same place or background, not a copy."
    );
    assert_eq!(
        unproven(0.58, Trial::Fails),
        "58 % alike. Tried as a copy, and it is none: it shows something like your picture."
    );
    assert!(unproven(0.58, Trial::NotTried).starts_with("58 % alike, less than the 60 %"));
}

#[test]
fn two_equal_pictures_are_called_by_their_order() {
    let mut crop = proof(&[Change::Cropped]);
    crop.picture_part = part(0.0, 0.0, 0.5, 0.5);
    let evidence = evidence(0.9, Trial::Proven(Arc::new(crop)));
    let words = |swapped| evidence_words(&evidence, Naming::Pair { swapped }, SIZE, QUERY);
    assert!(words(false).starts_with("The first picture is the upper left 25 % of the second."));
    assert!(words(true).starts_with("The second picture is the upper left 25 % of the first."));
}

#[test]
fn a_turned_match_without_a_proof_says_by_how_much() {
    let evidence = Evidence {
        query_turned_degrees: 90,
        same_bytes: true,
        ..evidence(1.0, Trial::NotTried)
    };
    assert_eq!(
        evidence_words(&evidence, Naming::Yours, SIZE, SIZE),
        "Every byte is the same: this is the very file. It matches when your picture is turned by \
         90°."
    );
}
