use proptest::prelude::*;

use super::*;

fn fields() -> Fields {
    Fields {
        category: "shoes".into(),
        name: "it's".into(),
        ints: [Some(10), None, Some(-3), None],
        strs: [Some("red".into()), None, None, Some("Ärger".into())],
        ..Fields::default()
    }
}

fn passes(source: &str) -> bool {
    Filter::parse(source).unwrap().matches(&fields())
}

fn refusal(source: &str) -> (usize, String) {
    let error = Filter::parse(source).unwrap_err();
    (error.position, error.message)
}

#[test]
fn the_documented_example_parses_and_matches() {
    assert!(passes(
        "category = 'shoes' AND int_attr1 >= 10 AND str_attr1 in ('red','b')"
    ));
    assert!(!passes("category = 'shoes' AND int_attr1 > 10"));
}

#[test]
fn and_binds_closer_than_or_and_not_closest() {
    assert!(passes(
        "category = 'x' AND int_attr1 = 1 OR category = 'shoes'"
    ));
    assert!(!passes(
        "category = 'x' AND (int_attr1 = 1 OR category = 'shoes')"
    ));
    assert!(passes("NOT category = 'x' AND category = 'shoes'"));
}

#[test]
fn keywords_and_fields_ignore_case_but_texts_do_not() {
    assert!(passes("CATEGORY = 'shoes' and not Int_Attr1 In (1, 2)"));
    assert!(!passes("category = 'Shoes'"));
}

#[test]
fn a_doubled_quote_is_a_quote() {
    assert!(passes("name = 'it''s'"));
}

#[test]
fn a_missing_attribute_passes_no_test_but_its_negation() {
    assert!(!passes("int_attr2 = 1"));
    assert!(!passes("int_attr2 != 1"));
    assert!(passes("NOT int_attr2 = 1"));
    assert!(passes("int_attr2 NOT IN (1)"));
}

#[test]
fn an_error_says_where_in_characters() {
    assert_eq!(refusal("name = 'ä' AND colour = 'x'").0, 15);
    assert!(
        refusal("name = 'ä' AND colour = 'x'")
            .1
            .contains("no field “colour”")
    );
    assert_eq!(refusal("category = ").0, 11);
    assert_eq!(refusal("category = 'open").0, 11);
    assert_eq!(refusal("(category = 'a'").0, 15);
    assert_eq!(refusal("category = 'a' 'b'").0, 15);
    assert_eq!(refusal("").0, 0);
}

#[test]
fn a_value_of_the_wrong_kind_is_named() {
    assert!(refusal("category = 3").1.contains("category holds text"));
    assert!(
        refusal("int_attr1 = '3'")
            .1
            .contains("int_attr1 holds numbers")
    );
    assert!(refusal("int_attr1 = 1.5").1.contains("whole numbers"));
    assert!(
        refusal("int_attr1 = 99999999999999999999")
            .1
            .contains("too large")
    );
    assert!(refusal("category = \"a\"").1.contains("single quotes"));
}

#[test]
fn the_smallest_number_can_be_written() {
    assert!(passes("int_attr1 > -9223372036854775808"));
}

#[test]
fn nesting_and_length_are_limited() {
    let deep = |n: usize| format!("{}category = 'a'{}", "(".repeat(n), ")".repeat(n));
    assert!(Filter::parse(&deep(MAX_DEPTH - 1)).is_ok());
    assert!(refusal(&deep(100_000)).1.contains("levels"));
    assert!(
        refusal(&format!("{}category = 'a'", "NOT ".repeat(100_000)))
            .1
            .contains("levels")
    );
    let long = vec!["category = 'a'"; MAX_TESTS + 1].join(" OR ");
    assert!(refusal(&long).1.contains("comparisons"));
    let wide = format!("int_attr1 IN ({})", vec!["1"; MAX_VALUES + 1].join(","));
    assert!(refusal(&wide).1.contains("values"));
}

#[test]
fn what_is_written_needs_no_more_levels_than_what_was_read() {
    let nots = |n| "NOT ".repeat(n);
    for source in [
        nots(MAX_DEPTH - 1) + "int_attr1 NOT IN (1)",
        nots(MAX_DEPTH - 2) + "(name = 'a' AND name = 'b' OR name = 'c')",
    ] {
        let filter = Filter::parse(&source).unwrap();
        assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }
}

#[test]
fn filters_that_are_too_large_together_are_refused() {
    let of = |source: &str| Filter::parse(source).unwrap();
    let joined = |a: &Filter, b: &Filter| a.clone().and(b.clone());
    let one = Filter::is(TextField::Category, "a");
    let many = of(&vec!["name = 'b'"; MAX_TESTS].join(" OR "));
    let wide = of(&format!(
        "int_attr1 IN ({})",
        vec!["1"; MAX_VALUES].join(",")
    ));
    let deep = of(&("NOT ".repeat(MAX_DEPTH - 1) + "name = 'b'"));
    let deep_or = of(&("NOT ".repeat(MAX_DEPTH - 1) + "name = 'b' OR name = 'c'"));
    for (large, word) in [
        (&many, "comparisons"),
        (&wide, "values"),
        (&deep_or, "levels"),
    ] {
        assert!(joined(&one, large).unwrap_err().message.contains(word));
        assert!(joined(large, &one).unwrap_err().message.contains(word));
    }
    let deepest = joined(&one, &deep).unwrap();
    assert_eq!(Filter::parse(&deepest.to_string()), Ok(deepest));
}

/// Few values and many equal ones, so that random filters and fields meet.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[ab'Ä]{1,2}", "\\PC{0,3}"]
}

fn int() -> impl Strategy<Value = i64> {
    prop_oneof![-2i64..3, any::<i64>()]
}

/// Random fields of a picture.
pub(crate) fn any_fields() -> impl Strategy<Value = Fields> {
    let ints = prop::array::uniform4(prop::option::of(int()));
    let strs = prop::array::uniform4(prop::option::of(text()));
    (text(), text(), text(), text(), ints, strs).prop_map(
        |(product_id, name, category, custom, ints, strs)| Fields {
            product_id,
            name,
            category,
            custom,
            ints,
            strs,
        },
    )
}

/// Random filters, `AND` and `OR` never directly in their own kind as the parser has it.
pub(crate) fn any_expr() -> impl Strategy<Value = Expr> {
    let int_field = prop::sample::select(&IntField::ALL[..]);
    let text_field = prop::sample::select(&TextField::ALL[..]);
    let op = prop::sample::select(vec![
        Op::Equal,
        Op::NotEqual,
        Op::Less,
        Op::LessOrEqual,
        Op::Greater,
        Op::GreaterOrEqual,
    ]);
    let leaf = prop_oneof![
        (int_field.clone(), op.clone(), int()).prop_map(|(field, op, value)| Expr::IntTest {
            field,
            op,
            value
        }),
        (int_field, prop::collection::vec(int(), 1..4))
            .prop_map(|(field, values)| Expr::IntIn { field, values }),
        (text_field.clone(), op, text()).prop_map(|(field, op, value)| Expr::TextTest {
            field,
            op,
            value
        }),
        (text_field, prop::collection::vec(text(), 1..4))
            .prop_map(|(field, values)| Expr::TextIn { field, values }),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
            inner.prop_map(|expr| Expr::Not(Box::new(expr))),
        ]
    })
}

proptest! {
    #[test]
    fn a_printed_filter_parses_to_the_same_tree(expr in any_expr()) {
        let filter = Filter::parse(&expr.to_string()).unwrap();
        prop_assert_eq!(filter.expr(), &expr);
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn joined_filters_pass_what_both_pass(
        exprs in [any_expr(), any_expr()],
        fields in any_fields(),
    ) {
        let [a, b] = exprs.map(|expr| Filter::parse(&expr.to_string()).unwrap());
        let both = a.clone().and(b.clone()).unwrap();
        prop_assert_eq!(both.matches(&fields), a.matches(&fields) && b.matches(&fields));
        prop_assert_eq!(Filter::parse(&both.to_string()), Ok(both));
    }

    #[test]
    fn a_filter_of_one_field_is_what_its_text_says(value in text(), fields in any_fields()) {
        let filter = Filter::is(TextField::Category, &value);
        prop_assert_eq!(filter.matches(&fields), fields.category == value);
        prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn any_text_parses_or_is_refused_within_itself(source in "\\PC{0,40}") {
        if let Err(error) = Filter::parse(&source) {
            prop_assert!(error.position <= source.chars().count());
        }
    }

    #[test]
    fn not_turns_every_answer(expr in any_expr(), fields in any_fields()) {
        let not = Expr::Not(Box::new(expr.clone()));
        prop_assert_ne!(expr.matches(&fields), not.matches(&fields));
    }
}
