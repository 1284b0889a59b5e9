use std::{collections::HashSet, path::PathBuf};

use super::*;
use crate::domain::{
    proof::{Part, Proof, ShareMap, Trial},
    query::{Route, TookMs},
    record::{ContentHash, Fields, Record},
    verdict::Evidence,
};

fn hit(rank: usize, score: f32) -> Hit {
    let evidence = Evidence {
        same_bytes: false,
        score,
        query_turned_degrees: 0,
        trial: Trial::NotTried,
        thresholds: Thresholds::default(),
    };
    Hit {
        rank,
        record: Arc::new(Record {
            id: RecordId(rank as i64),
            hash: ContentHash([rank as u8; 32]),
            fields: Fields {
                name: format!("{}.jpg", 1_000 - rank),
                ..Fields::default()
            },
            paths: vec![PathBuf::from("a.jpg")],
            width: 10,
            height: 10,
            file_bytes: 10,
            format: "JPEG".to_owned(),
            partial: false,
            indexed_at: jiff::Timestamp::UNIX_EPOCH,
        }),
        verdict: evidence.verdict(),
        evidence,
        missed_by_graph: false,
    }
}

fn answer(scores: &[f32], first_rank: usize, more: bool) -> Arc<Answer> {
    Arc::new(Answer {
        query_name: "a.jpg".to_owned(),
        query_width: 100,
        query_height: 100,
        hits: scores
            .iter()
            .enumerate()
            .map(|(at, score)| hit(first_rank + at, *score))
            .collect(),
        more,
        among: 1_000,
        route: Route::Graph,
        took_ms: TookMs::default(),
        settled: true,
        recall: None,
    })
}

/// Whether it is a call, its serial and the cut asked for.
fn asked(actions: &mut Vec<Action>) -> (bool, u32, Cut) {
    match actions.pop() {
        Some(Action::Search(SearchAction::Run { serial, query, .. })) => (true, serial, query.cut),
        Some(Action::Search(SearchAction::Refine { serial, cut, .. })) => (false, serial, *cut),
        other => panic!("a search was expected, not {other:?}"),
    }
}

fn tab() -> Tab {
    Tab::new(
        1,
        QuerySource::File("a.jpg".into()),
        "a.jpg".to_owned(),
        Thresholds::default(),
    )
}

/// A tab with an answer of these scores.
fn answered(scores: &[f32], more: bool) -> Tab {
    let (mut tab, mut actions) = (tab(), Vec::new());
    tab.run(&mut actions);
    let (_, serial, _) = asked(&mut actions);
    tab.on_answered(serial, answer(scores, 1, more));
    tab
}

#[test]
fn the_threshold_hides_results_without_asking() {
    let mut tab = answered(&[0.9, 0.6, 0.4], false);
    assert_eq!(tab.ids().len(), 2);
    tab.threshold = 0.3;
    tab.arrange();
    assert_eq!(tab.ids().len(), 3);
}

#[test]
fn only_the_newest_request_is_answered() {
    let (mut tab, mut actions) = (tab(), Vec::new());
    tab.run(&mut actions);
    let (_, first, _) = asked(&mut actions);
    tab.run(&mut actions);
    let (_, second, _) = asked(&mut actions);
    tab.on_answered(first, answer(&[0.9], 1, false));
    assert_eq!(tab.state, TabState::Searching);
    tab.on_superseded(first);
    tab.on_answered(second, answer(&[0.8, 0.7], 1, false));
    assert_eq!(tab.ids().len(), 2);
}

#[test]
fn scrolling_asks_for_the_next_page_without_a_call() {
    let (mut tab, mut actions) = (answered(&[0.9; PAGE], true), Vec::new());
    tab.load_more(&mut actions);
    let (is_call, serial, cut) = asked(&mut actions);
    assert!(!is_call);
    assert_eq!((cut.start, cut.number), (PAGE, PAGE));
    tab.load_more(&mut actions);
    assert!(actions.is_empty(), "one page is under way");
    tab.on_answered(serial, answer(&[0.5, 0.5], PAGE, false));
    assert_eq!(
        tab.hits.len(),
        PAGE + 1,
        "a picture on two pages is shown once"
    );
    let ids: HashSet<_> = tab.ids().iter().collect();
    assert_eq!(ids.len(), tab.ids().len());
    assert!(!tab.has_more());
}

#[test]
fn no_more_is_asked_for_than_the_threshold_would_show() {
    let (mut tab, mut actions) = (answered(&[0.9, 0.4], true), Vec::new());
    tab.load_more(&mut actions);
    assert!(actions.is_empty());
}

#[test]
fn no_more_is_asked_for_to_find_copies_among_what_is_not_alike() {
    let (mut tab, mut actions) = (answered(&[0.9, 0.5], true), Vec::new());
    tab.verdicts = Verdicts::Copies;
    tab.load_more(&mut actions);
    assert!(actions.is_empty());
    tab.verdicts = Verdicts::Similar;
    tab.load_more(&mut actions);
    assert_eq!(actions.len(), 1);
}

#[test]
fn a_filter_is_another_cut_and_its_error_asks_nothing() {
    let (mut tab, mut actions) = (answered(&[0.9], false), Vec::new());
    tab.filter_text = "int_attr1 >".to_owned();
    tab.apply_filter(&mut actions);
    assert!(actions.is_empty());
    assert!(tab.filter_error.is_some());
    tab.filter_text = "int_attr1 > 3".to_owned();
    tab.category = Some("Men's".to_owned());
    tab.apply_filter(&mut actions);
    let (is_call, _, cut) = asked(&mut actions);
    assert!(!is_call);
    assert_eq!(tab.filter_error, None);
    let filter = cut.filter.map(|filter| filter.to_string());
    assert_eq!(
        filter.as_deref(),
        Some("category = 'Men''s' AND int_attr1 > 3")
    );
}

#[test]
fn a_filter_cannot_break_out_of_its_parentheses() {
    let error = combined_filter(Some("a"), "name = 'x') OR (name = 'y'");
    assert!(error.is_err());
}

#[test]
fn checking_exactly_reports_the_recall_and_what_was_missed() {
    let (mut tab, mut actions) = (answered(&[0.9, 0.8], false), Vec::new());
    tab.check_exactly(&mut actions);
    let (is_call, serial, cut) = asked(&mut actions);
    assert!(!is_call && cut.exact);
    let mut exact = (*answer(&[0.9, 0.85, 0.8], 1, false)).clone();
    exact.hits[1].missed_by_graph = true;
    exact.recall = Some(2.0 / 3.0);
    tab.on_answered(serial, Arc::new(exact));
    assert_eq!((tab.missed(), tab.ids().len()), (1, 3));
    assert!(tab.recall.is_some());
}

#[test]
fn a_failed_cut_leaves_what_was_answered() {
    let (mut tab, mut actions) = (answered(&[0.9], false), Vec::new());
    tab.refine(&mut actions);
    let (_, serial, _) = asked(&mut actions);
    tab.on_failed(serial, "The disk is full.".to_owned());
    assert_eq!(tab.ids().len(), 1);
    assert_eq!(tab.notice.as_deref(), Some("The disk is full."));
    assert_eq!(tab.state, TabState::Answered);
}

#[test]
fn results_are_sorted_as_chosen() {
    let mut tab = answered(&[0.9, 0.8, 0.7], false);
    tab.sort = Sort::Name;
    tab.arrange();
    assert_eq!(
        tab.ids(),
        [3, 2, 1].map(RecordId),
        "the last one's name is the smallest"
    );
}

/// As [`answer`], with more to come.
fn unsettled(scores: &[f32]) -> Arc<Answer> {
    let mut answer = (*answer(scores, 1, false)).clone();
    answer.settled = false;
    Arc::new(answer)
}

fn ids(tab: &Tab) -> Vec<i64> {
    tab.ids().iter().map(|id| id.0).collect()
}

fn proven() -> Trial {
    Trial::Proven(Arc::new(Proof {
        inliers: 10,
        agreement: 0.9,
        query_part: Part::WHOLE,
        picture_part: Part::WHOLE,
        scale: 1.0,
        turned_degrees: 0,
        mirrored: false,
        changes: Vec::new(),
        map: ShareMap([1.0, 0.0, 0.0, 0.0, 1.0, 0.0]),
        covered: Vec::new(),
    }))
}

/// A tab whose answer is not settled yet, and the serial of its request.
fn proving(scores: &[f32]) -> (Tab, u32) {
    let (mut tab, mut actions) = (tab(), Vec::new());
    tab.run(&mut actions);
    let (_, serial, _) = asked(&mut actions);
    tab.on_answered(serial, unsettled(scores));
    (tab, serial)
}

#[test]
fn an_answer_is_shown_at_once_and_waited_for_until_it_is_settled() {
    let (mut tab, serial) = proving(&[0.8, 0.7]);
    assert_eq!(tab.ids().len(), 2);
    assert!(tab.is_proving() && !tab.is_waiting());
    tab.on_answered(serial, unsettled(&[0.8, 0.7, 0.6]));
    assert!(tab.is_proving());
    tab.on_answered(serial, answer(&[0.8, 0.7, 0.6, 0.5], 1, false));
    assert_eq!(tab.ids().len(), 4);
    assert!(!tab.is_proving());
    tab.on_answered(serial, answer(&[0.8], 1, false));
    assert_eq!(tab.ids().len(), 4, "a settled answer is the last");
}

#[test]
fn another_request_is_not_answered_by_an_older_one() {
    let (mut tab, old) = proving(&[0.8, 0.7]);
    let mut actions = Vec::new();
    tab.refine(&mut actions);
    let (_, new, _) = asked(&mut actions);
    assert!(!tab.is_proving());
    tab.on_answered(old, answer(&[0.8, 0.7, 0.6], 1, false));
    assert_eq!(tab.ids().len(), 2);
    assert!(
        tab.is_about(old) && tab.is_about(new),
        "the picture is the same"
    );
    tab.run(&mut actions);
    assert!(!tab.is_about(old) && !tab.is_about(new));
}

#[test]
fn no_more_is_asked_for_while_copies_are_proven() {
    let (mut tab, mut actions) = (tab(), Vec::new());
    tab.run(&mut actions);
    let (_, serial, _) = asked(&mut actions);
    let mut first = (*unsettled(&[0.9; PAGE])).clone();
    first.more = true;
    tab.on_answered(serial, Arc::new(first));
    tab.load_more(&mut actions);
    assert!(actions.is_empty());
}

#[test]
fn a_proven_copy_comes_first_and_its_evidence_is_shown() {
    let (mut tab, _) = proving(&[0.8, 0.7, 0.5]);
    tab.on_tried(RecordId(3), proven());
    assert_eq!(ids(&tab), [3, 1, 2]);
    assert_eq!(tab.grid.selection.only(), Some(RecordId(3)));
    tab.on_tried(RecordId(1), Trial::Fails);
    assert_eq!(
        ids(&tab),
        [3, 2, 1],
        "what is refuted comes after what may be one"
    );
}

#[test]
fn a_proven_copy_is_shown_however_little_alike_it_is() {
    let (mut tab, _) = proving(&[0.8, 0.2]);
    assert_eq!(ids(&tab), [1]);
    tab.on_tried(RecordId(2), proven());
    assert_eq!(ids(&tab), [2, 1]);
    tab.threshold = 0.5;
    tab.arrange();
    assert_eq!(ids(&tab), [1], "what was asked for holds for all");
}

#[test]
fn what_was_chosen_or_is_pointed_at_stays_where_it_is() {
    let (mut tab, serial) = proving(&[0.8, 0.7, 0.5, 0.48]);
    tab.grid.selection.set(RecordId(2));
    tab.grid.hovered = Some(RecordId(3));
    tab.on_tried(RecordId(4), proven());
    assert_eq!(ids(&tab), [4, 2, 3, 1]);
    tab.on_tried(RecordId(2), Trial::Fails);
    tab.on_tried(RecordId(3), proven());
    assert_eq!(ids(&tab), [4, 2, 3, 1]);
    tab.on_answered(serial, answer(&[0.8, 0.7, 0.5, 0.48], 1, false));
    assert_eq!(ids(&tab), [1, 2, 3, 4]);
    assert_eq!(tab.grid.selection.only(), Some(RecordId(2)));
}

#[test]
fn what_is_pointed_at_stays_though_its_verdict_is_left_out() {
    let (mut tab, _) = proving(&[0.8, 0.7]);
    tab.verdicts = Verdicts::Likely;
    tab.arrange();
    tab.grid.hovered = Some(RecordId(1));
    tab.on_tried(RecordId(1), Trial::Fails);
    tab.on_tried(RecordId(2), Trial::Fails);
    assert_eq!(ids(&tab), [1]);
    tab.arrange();
    assert!(tab.ids().is_empty());
}
