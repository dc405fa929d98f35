//! A small questionnaire, arbitrary answers to it and repeatable randomness, for this room's tests.

use std::error::Error;

use candour_domain::framework::{FrameworkContent, FrameworkDocument};
use candour_domain::response::ResponseInput;
use candour_domain::{Framework, FrameworkId, GroupId, OrganisationId, RaterGroups, Response};
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::json;

pub(super) fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

pub(super) fn group() -> Result<GroupId, candour_domain::slug::InvalidSlug> {
    GroupId::parse("trustees")
}

pub(super) fn answers() -> impl Strategy<Value = ResponseInput> {
    let ratings = proptest::collection::btree_map(
        "a\\.[1-3]",
        prop_oneof![Just(json!(null)), (1..=5).prop_map(|value| json!(value))],
        0..4,
    );
    let comments = proptest::collection::btree_map("keep|more", ".{0,3000}", 0..3);
    (ratings, comments).prop_map(|(ratings, comments)| ResponseInput { ratings, comments })
}

/// The sample does not fit its own questionnaire.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unfit(String);

pub(super) fn parse(input: &ResponseInput) -> Result<Response, Unfit> {
    let framework = framework().map_err(|error| Unfit(error.to_string()))?;
    let groups = RaterGroups::standard();
    let group = groups.find("trustees").ok_or_else(|| Unfit("no such group".to_owned()))?;
    Response::parse(input, &framework, group).map_err(|errors| Unfit(format!("{errors:?}")))
}

fn framework() -> Result<Framework, Box<dyn Error>> {
    let items: Vec<_> =
        (1..=3).map(|n| json!({"id": format!("a.{n}"), "self": "I explain.", "others": "Explains."})).collect();
    let points: Vec<_> = (1..=5).map(|value| json!({"value": value, "label": format!("Point {value}")})).collect();
    let document: FrameworkDocument = serde_json::from_value(json!({
        "key": "sample", "title": "Sample", "minutes": 5,
        "scale": {"points": points, "not_observed": "Not able to say"},
        "competencies": [{"id": "a", "title": "A", "items": items}],
        "prompts": [{"id": "keep", "self": "Keep?", "others": "Keep?"}, {"id": "more", "self": "More?", "others": "More?"}],
    }))?;
    let content = FrameworkContent::parse(document).map_err(|errors| format!("{errors:?}"))?;
    Ok(Framework::new(FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]), 1, content))
}
