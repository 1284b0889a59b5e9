use super::*;
use crate::engine::proof::painted;

fn compared(first: &Grey, second: &Grey, map: &Affine) -> Blocks {
    blocks(std::slice::from_ref(first), &second.blurred(&BLUR), map).unwrap()
}

#[test]
fn a_picture_agrees_with_itself() {
    let picture = painted::photo(256, 192, 1);
    let blocks = compared(&picture, &picture, &Affine::IDENTITY);
    assert_eq!((blocks.columns, blocks.rows), (16, 12));
    assert_eq!(blocks.agreement(), 1.0);
    assert_eq!(blocks.count(Block::Agrees), blocks.textured());
    assert!(blocks.textured() > 180);
}

#[test]
fn it_agrees_with_a_darker_copy() {
    let picture = painted::photo(256, 192, 1);
    let mut dark = picture.clone();
    dark.pixels
        .iter_mut()
        .for_each(|pixel| *pixel = 20 + *pixel / 2);
    assert!(compared(&picture, &dark, &Affine::IDENTITY).agreement() > 0.95);
}

#[test]
fn another_picture_hardly_agrees() {
    let picture = painted::photo(256, 192, 1);
    for other in [painted::photo(256, 192, 2), painted::noise(256, 192, 3)] {
        let agreement = compared(&picture, &other, &Affine::IDENTITY).agreement();
        assert!(agreement < 0.1, "{agreement}");
    }
}

#[test]
fn what_the_first_picture_lacks_is_outside() {
    let picture = painted::photo(256, 192, 1);
    // The first picture's left edge comes to lie 64 pixels to the right.
    let shifted = Affine([1.0, 0.0, 64.0, 0.0, 1.0, 0.0]);
    let blocks = compared(&picture, &picture, &shifted);
    for (at, block) in blocks.blocks.iter().enumerate() {
        assert_eq!(
            *block == Block::Outside,
            at % blocks.columns < 4,
            "block {at}"
        );
    }
}

#[test]
fn a_crop_agrees_where_it_lies() {
    let picture = painted::photo(256, 192, 1);
    let rows = picture.pixels.chunks_exact(256).skip(32).take(128);
    let crop = Grey {
        width: 128,
        height: 128,
        pixels: rows.flat_map(|row| &row[64..192]).copied().collect(),
    };
    let blocks = compared(&crop, &picture, &Affine([1.0, 0.0, 64.0, 0.0, 1.0, 32.0]));
    assert_eq!(blocks.agreement(), 1.0);
    assert_eq!(blocks.count(Block::Outside), 16 * 12 - 8 * 8);
}

#[test]
fn a_larger_copy_agrees_from_the_level_of_its_size() {
    let picture = painted::photo(256, 192, 1);
    let large = picture.resized(768, 576).unwrap();
    let levels = [&large, &large.resized(384, 288).unwrap(), &picture].map(Grey::clone);
    let third = Affine([1.0 / 3.0, 0.0, -1.0 / 3.0, 0.0, 1.0 / 3.0, -1.0 / 3.0]);
    let blocks = blocks(&levels, &picture.blurred(&BLUR), &third).unwrap();
    assert!(blocks.agreement() > 0.99);
}

#[test]
fn plain_on_both_sides_is_plain_and_on_one_is_one_sided() {
    let plain = Grey {
        width: 64,
        height: 64,
        pixels: vec![50; 4096],
    };
    let blocks = compared(&plain, &plain, &Affine::IDENTITY);
    assert_eq!(blocks.count(Block::Plain), 16);
    assert_eq!((blocks.textured(), blocks.agreement()), (0, 0.0));
    let textured = painted::photo(64, 64, 1);
    let blocks = compared(&plain, &textured, &Affine::IDENTITY);
    assert_eq!(blocks.count(Block::OneSided), 16);
}

#[test]
fn a_map_that_flattens_compares_nothing() {
    let picture = painted::photo(64, 64, 1);
    let flat = Affine([1.0, 1.0, 0.0, 1.0, 1.0, 0.0]);
    assert_eq!(
        blocks(std::slice::from_ref(&picture), &picture, &flat),
        None
    );
}
