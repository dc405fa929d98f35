use serde_json::json;

use super::*;
use crate::framework::FrameworkContent;
use crate::{FrameworkId, OrganisationId, RaterGroups};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn parse_as(
    group: &str,
    input: serde_json::Value,
) -> Result<Result<Response, Vec<ResponseError>>, Box<dyn std::error::Error>> {
    let ids = (FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
    let framework = Framework::new(ids.0, ids.1, 1, FrameworkContent::school_trust_executive()?);
    let groups = RaterGroups::standard();
    let group = groups.find(group).ok_or("no such group")?;
    Ok(Response::parse(&serde_json::from_value(input)?, &framework, group))
}

fn parsed(input: serde_json::Value) -> Result<Response, Box<dyn std::error::Error>> {
    Ok(parse_as("trustees", input)?.map_err(|errors| format!("{errors:?}"))?)
}

fn refused(input: serde_json::Value) -> Result<Vec<ResponseError>, Box<dyn std::error::Error>> {
    Ok(parse_as("trustees", input)?.err().unwrap_or_default())
}

fn item(id: &str) -> Result<ItemId, crate::slug::InvalidSlug> {
    ItemId::parse(id)
}

fn prompt(id: &str) -> Result<PromptId, crate::slug::InvalidSlug> {
    PromptId::parse(id)
}

#[test]
fn null_is_not_observed_and_left_out_is_not_answered() -> Outcome {
    let response = parsed(json!({"ratings": {"strategy.1": 4, "strategy.2": null}}))?;
    assert_eq!(response.ratings().get("strategy.1").map(|rating| rating.map(Rating::value)), Some(Some(4)));
    assert_eq!(response.ratings().get("strategy.2"), Some(&None));
    assert_eq!(response.ratings().get("strategy.3"), None);
    Ok(())
}

#[test]
fn each_defect_is_its_own_error_with_a_pointer() -> Outcome {
    let long = "x".repeat(LONGEST_COMMENT + 1);
    let errors = refused(json!({
        "ratings": {"strategy.9": 4, "strategy.1": 6, "strategy.2": "4", "strategy.3": 3.5, "a/b~c": 1},
        "comments": {"keep": long, "why/not": "…"},
    }))?;
    let off = |id| {
        Ok::<_, crate::slug::InvalidSlug>(ResponseError::RatingOffScale { item: item(id)?, lowest: 1, highest: 5 })
    };
    assert_eq!(
        errors,
        [
            ResponseError::UnknownItem { item: "a/b~c".to_owned() },
            off("strategy.1")?,
            off("strategy.2")?,
            off("strategy.3")?,
            ResponseError::UnknownItem { item: "strategy.9".to_owned() },
            ResponseError::CommentTooLong { prompt: prompt("keep")?, length: LONGEST_COMMENT + 1 },
            ResponseError::UnknownPrompt { prompt: "why/not".to_owned() },
        ]
    );
    let pointers: Vec<_> = errors.iter().map(ResponseError::pointer).collect();
    assert_eq!(
        pointers,
        [
            "/ratings/a~1b~0c",
            "/ratings/strategy.1",
            "/ratings/strategy.2",
            "/ratings/strategy.3",
            "/ratings/strategy.9",
            "/comments/keep",
            "/comments/why~1not",
        ]
    );
    Ok(())
}

#[test]
fn ratings_at_the_ends_of_the_scale_pass_and_beyond_them_do_not() -> Outcome {
    for value in 1..=5 {
        assert!(refused(json!({"ratings": {"ethics.1": value}}))?.is_empty(), "{value}");
    }
    for value in
        [json!(0), json!(6), json!(-1), json!(256), json!(4_294_967_297_i64), json!(true), json!([4]), json!("")]
    {
        assert_eq!(refused(json!({"ratings": {"ethics.1": value}}))?.len(), 1, "{value}");
    }
    Ok(())
}

#[test]
fn an_item_that_is_not_asked_of_the_group_is_refused_even_as_not_observed() -> Outcome {
    for value in [json!(4), json!(null)] {
        let input = json!({"ratings": {"governance.1": value}});
        let errors = parse_as("headteachers", input.clone())?.err().unwrap_or_default();
        assert_eq!(errors, [ResponseError::ItemNotAsked { item: item("governance.1")? }]);
        assert_eq!(errors.first().map(ResponseError::pointer).as_deref(), Some("/ratings/governance.1"));
        for group in ["self", "chair", "trustees", "executive_team"] {
            assert!(parse_as(group, input.clone())?.is_ok(), "{group}");
        }
    }
    Ok(())
}

#[test]
fn a_comment_has_a_longest_length_in_characters_after_cleaning() -> Outcome {
    for (text, fits) in [
        ("é".repeat(LONGEST_COMMENT), true),
        ("é".repeat(LONGEST_COMMENT + 1), false),
        (format!("  {}\r\n\u{7}", "x".repeat(LONGEST_COMMENT)), true),
        ("a\r\n".repeat(LONGEST_COMMENT / 2), true),
    ] {
        assert_eq!(refused(json!({"comments": {"keep": text}}))?.is_empty(), fits);
    }
    Ok(())
}

#[test]
fn comments_lose_control_characters_and_empty_ones_are_dropped() -> Outcome {
    let response =
        parsed(json!({"comments": {"keep": " one\r\ntwo\u{0}\u{1b}\tthree \n", "more": " \r\n ", "help": ""}}))?;
    assert_eq!(response.comments().get("keep").map(String::as_str), Some("one\ntwo\tthree"));
    assert_eq!(response.comments().len(), 1);
    Ok(())
}

#[test]
fn an_empty_response_is_told_from_one_that_says_not_able_to_say() -> Outcome {
    assert_eq!(parsed(json!({}))?.require_something(), Err(ResponseError::Empty));
    assert_eq!(parsed(json!({"comments": {"keep": " "}}))?.require_something(), Err(ResponseError::Empty));
    assert_eq!(parsed(json!({"ratings": {"ethics.1": null}}))?.require_something(), Ok(()));
    assert_eq!(parsed(json!({"comments": {"keep": "Listening."}}))?.require_something(), Ok(()));
    assert_eq!(ResponseError::Empty.pointer(), "");
    Ok(())
}

#[test]
fn what_no_longer_fits_takes_nothing_else_of_a_draft_along() -> Outcome {
    let ids = (FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
    let framework = Framework::new(ids.0, ids.1, 1, FrameworkContent::school_trust_executive()?);
    let groups = RaterGroups::standard();
    let group = groups.find("trustees").ok_or("no such group")?;
    let long = "x".repeat(LONGEST_COMMENT + 1);
    let kept = serde_json::from_value(json!({
        "ratings": {"ethics.1": 2, "ethics.2": 9, "gone.1": 3}, "comments": {"keep": "Typed.", "more": long, "gone": "?"},
    }))?;
    assert!(Response::parse(&kept, &framework, group).is_err());
    let kept = Response::kept(&kept, &framework, group);
    assert_eq!(kept.ratings().keys().map(ItemId::as_str).collect::<Vec<_>>(), ["ethics.1"]);
    let comments: Vec<_> = kept.comments().iter().map(|(id, text)| (id.as_str(), text.len())).collect();
    assert_eq!(comments, [("keep", 6), ("more", LONGEST_COMMENT + 1)]);
    Ok(())
}

#[test]
fn only_a_sheet_that_is_mostly_open_is_asked_about() -> Outcome {
    let ids = (FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
    let framework = Framework::new(ids.0, ids.1, 1, FrameworkContent::school_trust_executive()?);
    let groups = RaterGroups::standard();
    let group = groups.find("trustees").ok_or("no such group")?;
    let asked: Vec<_> =
        framework.items().filter(|item| framework.asks(item, group)).map(|item| item.id.to_string()).collect();
    for (answered, mostly) in [
        (0, true),
        (1, true),
        (asked.len().div_ceil(2) - 1, true),
        (asked.len().div_ceil(2), false),
        (asked.len(), false),
    ] {
        let ratings: serde_json::Map<_, _> =
            asked.iter().take(answered).map(|item| (item.clone(), json!(null))).collect();
        assert_eq!(
            parsed(json!({"ratings": ratings}))?.is_mostly_open(&framework, group),
            mostly,
            "{answered} of {}",
            asked.len()
        );
    }
    Ok(())
}

#[test]
fn unknown_fields_are_refused_and_debug_shows_no_answer() -> Outcome {
    assert!(serde_json::from_value::<ResponseInput>(json!({"rating": {}})).is_err());
    let response = parsed(json!({"ratings": {"ethics.1": 2}, "comments": {"keep": "secret"}}))?;
    assert_eq!(format!("{response:?}"), "Response(..)");
    Ok(())
}

#[test]
fn a_stored_response_keeps_all_that_fits() -> Outcome {
    let input = json!({
        "ratings": {"ethics.1": 2, "ethics.2": null, "ethics.3": 9, "nothing.1": 3, "governance.1": 4},
        "comments": {"keep": "x".repeat(LONGEST_COMMENT + 1), "gone": "y", "more": " "},
    });
    let ids = (FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
    let framework = Framework::new(ids.0, ids.1, 1, FrameworkContent::school_trust_executive()?);
    let groups = RaterGroups::standard();
    let heads = groups.find("headteachers").ok_or("no such group")?;
    let response = Response::kept(&serde_json::from_value(input)?, &framework, heads);
    assert_eq!(response.ratings().keys().map(ItemId::as_str).collect::<Vec<_>>(), ["ethics.1", "ethics.2"]);
    assert_eq!(response.comments().get("keep").map(String::len), Some(LONGEST_COMMENT + 1));
    assert_eq!(response.comments().len(), 1);
    Ok(())
}

proptest::proptest! {
    #[test]
    fn guarantee_a_response_parses_to_itself(text in crate::text::tests::wild(), rating in proptest::option::of(0i64..7)) {
        let groups = RaterGroups::standard();
        let group = groups.as_slice()[2].clone();
        let ids = (FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
        let framework = Framework::new(ids.0, ids.1, 1, FrameworkContent::school_trust_executive()?);
        let input: ResponseInput = serde_json::from_value(json!({"ratings": {"ethics.1": rating}, "comments": {"keep": text}}))?;
        if let Ok(response) = Response::parse(&input, &framework, &group) {
            let comments: BTreeMap<_, _> = response.comments().iter().map(|(id, text)| (id.as_str(), text)).collect();
            let again: ResponseInput = serde_json::from_value(json!({"ratings": {"ethics.1": rating}, "comments": comments}))?;
            proptest::prop_assert_eq!(Response::parse(&again, &framework, &group), Ok(response.clone()));
            proptest::prop_assert_eq!(Response::kept(&input, &framework, &group), response);
        }
    }
}
