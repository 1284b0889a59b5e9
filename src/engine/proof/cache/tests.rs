use super::*;
use crate::engine::proof::painted::colour_photo;

fn key(number: usize) -> ContentHash {
    ContentHash::of(&number.to_le_bytes())
}

#[test]
fn the_least_used_are_forgotten_above_the_bound() {
    let look = Arc::new(PictureLook::new(colour_photo(256, 256, 1)));
    let fitting = MOST_BYTES / look.bytes();
    let mut kept = Kept::default();
    for number in 0..fitting {
        assert!(kept.used(key(number)).is_none());
        kept.keep(key(number), look.clone());
    }
    assert_eq!(kept.looks.len(), fitting);
    // The first one is used again, so the second one is the oldest.
    assert!(kept.used(key(0)).is_some());
    kept.keep(key(fitting), look.clone());
    assert!(kept.bytes <= MOST_BYTES);
    assert_eq!(kept.looks.len(), fitting);
    assert!(kept.used(key(0)).is_some());
    assert!(kept.used(key(1)).is_none());
    assert!(kept.used(key(fitting)).is_some());
}

#[test]
fn what_is_kept_twice_counts_once() {
    let look = Arc::new(PictureLook::new(colour_photo(64, 64, 1)));
    let mut kept = Kept::default();
    kept.keep(key(0), look.clone());
    kept.keep(key(0), look.clone());
    assert_eq!(kept.bytes, look.bytes());
}

#[test]
fn no_picture_has_no_look() {
    assert!(Looks::default().get(b"no picture", [10, 10]).is_none());
}
