//! A process killed at any instant loses nothing that was committed and counts nothing twice.
//!
//! Each test kills one verb in some rounds; the same rounds, many more of them, are in
//! `three_hundred_kills`.

mod aim;
mod base;
mod changes;
mod copies;
mod import;
mod migration;
mod older;
mod orders;
mod place;
mod reindex;
mod release;
#[path = "../support/mod.rs"]
mod support;

/// Rounds of each case in an ordinary run: with four of the orders twenty in all.
const ROUNDS: u32 = 2;

#[test]
fn an_order_killed_is_in_the_ledger_once_or_not_at_all() {
    orders::rounds(2 * ROUNDS);
}

#[test]
fn a_removal_killed_has_taken_all_pictures_or_none_and_undo_brings_each_back_once() {
    changes::removals(ROUNDS);
}

#[test]
fn an_undo_killed_goes_on_until_every_picture_is_back_once() {
    changes::undos(ROUNDS);
}

#[test]
fn a_backup_whose_restoring_was_killed_is_restored_by_the_same_verb() {
    copies::restorings(ROUNDS);
}

#[test]
fn a_daily_copy_killed_leaves_sound_copies_alone() {
    copies::dailies(ROUNDS);
}

#[test]
fn a_release_killed_sets_every_picture_aside_once() {
    release::releases(ROUNDS);
}

#[test]
fn a_released_catalogue_whose_restoring_was_killed_is_in_one_place_whole() {
    release::restorings(ROUNDS);
}

#[test]
fn a_migration_killed_is_made_by_the_next_start() {
    migration::rounds(ROUNDS);
}

#[test]
fn a_reindexing_killed_keeps_every_picture_and_goes_on() {
    reindex::rounds(ROUNDS);
}

/// Each half on a thread of its own: one verb killed beside another takes turns at the disk.
#[test]
#[ignore = "takes four minutes"]
fn three_hundred_kills() {
    const MANY: u32 = 15 * ROUNDS;
    let halves: [&[fn(u32)]; 2] = [
        &[
            |rounds| orders::rounds(2 * rounds),
            changes::removals,
            changes::undos,
            reindex::rounds,
        ],
        &[
            copies::restorings,
            copies::dailies,
            release::releases,
            release::restorings,
            migration::rounds,
        ],
    ];
    std::thread::scope(|scope| {
        for half in halves {
            scope.spawn(|| half.iter().for_each(|rounds| rounds(MANY)));
        }
    });
}
