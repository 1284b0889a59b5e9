//! From two looks to what trying them came to.

use std::{collections::HashSet, sync::Arc};

use super::{
    affine::{Affine, Pair},
    agreement::{self, Block, Blocks},
    colours,
    common::{Common, Frame},
    look::{PictureLook, QueryLook, Rgb},
    matching,
    orb::Feature,
    ransac,
};
use crate::domain::proof::{Change, Proof, ShareMap, Trial};

/// Matches must fill so many cells of [`CELL`] x [`CELL`] pixels on both sides.
const LEAST_CELLS: usize = 7;
const CELL: f64 = 8.0;
/// Share of the textured blocks that must agree under the refined map. Of all unrelated pairs of 400
/// photos of clothes, taken on the same floors and hangers, none had more than .53.
const LEAST_AGREEMENT: f32 = 0.6;
/// With less than this under the first map no refinement makes a copy of it.
const WORTH_REFINING: f32 = 0.2;
/// From here on none is needed.
const GOOD: f32 = 0.97;
const REFINEMENTS: usize = 2;
/// The same for pictures that are laid over each other whole, with no point to tell that they
/// belong together: a silhouette alone agrees to half and more.
const LEAST_WHOLE_AGREEMENT: f32 = 0.9;
/// Pages and logos share rules, heads and strokes without being copies: where one colour fills most
/// of both, fewer points than a photo has must agree as closely as pictures laid over each other.
const PHOTO_INLIERS: usize = 120;
/// So many blocks of pages and logos that show something else in each make two of them: in 12 forms
/// saved again smaller, blurred or with more contrast hardly one does, and one word fills two.
const OTHER_WORDS: usize = 2;
/// Textured blocks with which pictures laid over each other whole say something.
const LEAST_WHOLE_BLOCKS: usize = 6;
/// Where encoding or metadata alone differ more agrees than this: of 200 photos saved again as JPEG
/// at quality 10 none had less than .93.
const ENCODING_AGREES: f32 = 0.9;
/// Share of a picture below which a part of it was cut away.
const CROPPED_BELOW: f64 = 0.96;
/// Share of the query below which the picture is a part of it.
const INSET_BELOW: f64 = 0.93;
/// By how much the share of the picture must then be larger.
const INSET_BY: f64 = 0.05;
/// By how much a scale must differ from 1.
const RESIZED_BY: f64 = 0.02;
/// Degrees.
const TURNED_FROM: f64 = 2.0;

/// A way to lay the query over the picture.
struct Overlay {
    map: Affine,
    inliers: usize,
    blocks: Blocks,
}

/// Tries to prove that the picture is a copy of the query, or the query one of the picture.
pub fn prove(query: &QueryLook, picture: &PictureLook) -> Trial {
    // Few points may fit a turned or mirrored map of something symmetric as well.
    let is_plain = !query.has_texture() || !picture.has_texture();
    let by_whole = || whole(query, picture).and_then(|o| proof(&o, query, picture));
    if is_plain && let Some(proof) = by_whole() {
        return Trial::Proven(Arc::new(proof));
    }
    let upright = by_points(&query.features, query, picture, &Affine::IDENTITY);
    if let Some(proof) = upright
        .as_ref()
        .filter(agrees)
        .and_then(|o| proof(o, query, picture))
    {
        return Trial::Proven(Arc::new(proof));
    }
    // The features of the mirrored query lie where it shows them.
    let width = query.rgb.width as f64;
    let mirror = Affine([-1.0, 0.0, width - 1.0, 0.0, 1.0, 0.0]);
    let mirrored = by_points(&query.mirrored, query, picture, &mirror);
    if let Some(proof) = mirrored
        .as_ref()
        .filter(agrees)
        .and_then(|o| proof(o, query, picture))
    {
        return Trial::Proven(Arc::new(proof));
    }
    if !is_plain && let Some(proof) = by_whole() {
        return Trial::Proven(Arc::new(proof));
    }
    let scenes = [upright, mirrored].into_iter().flatten();
    let scene = scenes.max_by_key(|overlay| overlay.inliers);
    if let Some(proof) = scene.and_then(|o| scene_proof(&o, query, picture)) {
        return Trial::SameScene(Arc::new(proof));
    }
    match is_plain {
        true => Trial::LittleTexture,
        false => Trial::Fails,
    }
}

fn agrees(overlay: &&Overlay) -> bool {
    overlay.blocks.agreement() >= LEAST_AGREEMENT
}

/// By points that fit one map; `before` is from the query's pixels to those the features are in.
fn by_points(
    features: &[Feature],
    query: &QueryLook,
    picture: &PictureLook,
    before: &Affine,
) -> Option<Overlay> {
    let point = |feature: &Feature| [f64::from(feature.x), f64::from(feature.y)];
    let pairs: Vec<Pair> = matching::matches(features, &picture.features)
        .into_iter()
        .map(|m| {
            (
                point(&features[m.first]),
                point(&picture.features[m.second]),
            )
        })
        .collect();
    let consensus = ransac::consensus(&pairs, LEAST_CELLS)?;
    let inliers = consensus.inliers.iter().map(|&at| pairs[at]);
    if cells(inliers.clone().map(|pair| pair.0)).min(cells(inliers.map(|pair| pair.1)))
        < LEAST_CELLS
    {
        return None;
    }
    let map = before.then(&consensus.map);
    let blocks = agreement::blocks(&query.levels, &picture.smooth, &map)?;
    let overlay = Overlay {
        map,
        inliers: consensus.inliers.len(),
        blocks,
    };
    Some(
        match (WORTH_REFINING..GOOD).contains(&overlay.blocks.agreement()) {
            true => refined(overlay, query, picture),
            false => overlay,
        },
    )
}

/// Under a better map, where there is one.
fn refined(mut overlay: Overlay, query: &QueryLook, picture: &PictureLook) -> Overlay {
    for _ in 0..REFINEMENTS {
        let map = agreement::refined(&query.levels, &picture.smooth, &overlay.map);
        let better = map.and_then(|map| {
            let blocks = agreement::blocks(&query.levels, &picture.smooth, &map)?;
            let is_better = blocks.agreement() > overlay.blocks.agreement();
            is_better.then_some((map, blocks))
        });
        let Some((map, blocks)) = better else { break };
        (overlay.map, overlay.blocks) = (map, blocks);
    }
    overlay
}

fn cells(points: impl Iterator<Item = [f64; 2]>) -> usize {
    let cells = points.map(|point| point.map(|at| (at / CELL).floor() as i32));
    cells.collect::<HashSet<_>>().len()
}

/// Laid over each other whole, as they are or without their plain borders: for pictures with few
/// points.
fn whole(query: &QueryLook, picture: &PictureLook) -> Option<Overlay> {
    let trimmed = query.trimmed.as_ref().zip(picture.trimmed.as_ref());
    let trimmed = trimmed.into_iter().flat_map(|(from, to)| from.maps_to(to));
    let mut maps = as_it_is(&query.rgb, &picture.rgb)
        .into_iter()
        .chain(trimmed);
    maps.find_map(|map| {
        let blocks = agreement::blocks(&query.levels, &picture.smooth, &map)?;
        let agrees =
            blocks.textured() >= LEAST_WHOLE_BLOCKS && blocks.agreement() >= LEAST_WHOLE_AGREEMENT;
        agrees.then_some(Overlay {
            map,
            inliers: 0,
            blocks,
        })
    })
}

/// From one frame to the other, where both have the same shape.
fn as_it_is(query: &Rgb, picture: &Rgb) -> Option<Affine> {
    let across = picture.width as f64 / query.width as f64;
    let down = picture.height as f64 / query.height as f64;
    let uneven = (across / down).max(down / across);
    let middle = |scale: f64| 0.5 * scale - 0.5;
    let map = Affine([across, 0.0, middle(across), 0.0, down, middle(down)]);
    (uneven <= 1.0 + RESIZED_BY).then_some(map)
}

fn frame(rgb: &Rgb) -> Frame {
    Frame {
        width: rgb.width as f64,
        height: rgb.height as f64,
        part: rgb.part,
    }
}

/// The evidence of an overlay that agrees; `None` where it shows that they are no copies.
fn proof(overlay: &Overlay, query: &QueryLook, picture: &PictureLook) -> Option<Proof> {
    let mut proof = scene_proof(overlay, query, picture)?;
    let (map, blocks) = (&overlay.map, &overlay.blocks);
    let colours = colours::compare(&query.rgb, &picture.rgb, map, blocks)?;
    let is_weak = blocks.agreement() < LEAST_WHOLE_AGREEMENT && overlay.inliers < PHOTO_INLIERS;
    let has_other_words = colours.rest.count(Block::Differs) >= OTHER_WORDS;
    if colours.is_other || colours.is_graphic && (is_weak || has_other_words) {
        return None;
    }
    proof.agreement = colours.rest.agreement();
    if colours.changed {
        proof.changes.push(Change::Colours);
    }
    let is_less = proof.changes.is_empty() && proof.agreement < ENCODING_AGREES;
    if !colours.covered.is_empty() || is_less {
        proof.changes.push(Change::Covered);
    }
    proof.covered = colours.covered;
    Some(proof)
}

/// The geometry of an overlay, with the changes that it shows.
fn scene_proof(overlay: &Overlay, query: &QueryLook, picture: &PictureLook) -> Option<Proof> {
    let common = Common::new(&overlay.map, frame(&query.rgb), frame(&picture.rgb))?;
    let scale = scale(&overlay.map, &query.rgb, &picture.rgb);
    let mirrored = overlay.map.determinant() < 0.0;
    let turned = turned(&overlay.map, mirrored);
    let mut changes = Vec::new();
    let mut note = |is: bool, change| changes.extend(is.then_some(change));
    note((scale - 1.0).abs() > RESIZED_BY, Change::Resized);
    note(common.picture_share < CROPPED_BELOW, Change::Cropped);
    let by = common.picture_share - common.query_share;
    note(
        common.query_share < INSET_BELOW && by > INSET_BY,
        Change::Inset,
    );
    note(
        (TURNED_FROM..=360.0 - TURNED_FROM).contains(&turned),
        Change::Turned,
    );
    note(mirrored, Change::Mirrored);
    Some(Proof {
        inliers: overlay.inliers as u32,
        agreement: overlay.blocks.agreement(),
        query_part: common.query_part,
        picture_part: common.picture_part,
        scale: scale as f32,
        turned_degrees: turned.round() as u16 % 360,
        mirrored,
        changes,
        map: ShareMap(common.map.0.map(|x| x as f32)),
        covered: Vec::new(),
    })
}

/// Pixels of the query's file for one of the picture's.
fn scale(map: &Affine, query: &Rgb, picture: &Rgb) -> f64 {
    query.reduction() / (map.determinant().abs().sqrt() * picture.reduction())
}

/// Degrees clockwise, `0..360`, by which the map turns what it mirrored before, if it does.
fn turned(map: &Affine, mirrored: bool) -> f64 {
    let [a, b, _, d, e, _] = map.0;
    let sign = if mirrored { -1.0 } else { 1.0 };
    (sign * d - b)
        .atan2(sign * a + e)
        .to_degrees()
        .rem_euclid(360.0)
}

#[cfg(test)]
mod tests;
