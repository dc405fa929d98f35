//! The result document: its shape, reading it back, and redactions.

use candour_analytics::ReviewResult;
use candour_domain::CommentId;
use candour_domain::policy::PolicyRequest;
use serde_json::{Value, json};

use crate::world::{Ballot, Outcome, World};

fn world() -> World {
    let mut world =
        World::new(&[2, 2], &[&["31-2", "3112", "411-", "5121", "2112"], &["3543", "5552"], &["555-", "4351"]]);
    world.groups[0][0] = world.groups[0][0].clone().saying("keep", "Listening.");
    world.own = Some(Ballot::new("5-34").saying("keep", "My calm."));
    world.chair = Some(Ballot::new("4---"));
    world
}

#[test]
fn the_document_has_the_shape_of_the_contract() -> Outcome {
    let mut document = serde_json::to_value(world().count()?)?;
    let id = document["comments"][0]["comments"][0]["id"].take();
    let named_id = document["comments"][0]["named"][0]["id"].take();
    assert!(id.is_string() && named_id.is_string() && id != named_id);
    let own = |mean| json!({"group": "self", "name": "Jo Bloggs", "mean": mean});
    let chair = |mean| json!({"group": "chair", "name": "Sam Chair", "mean": mean});
    let published = |block: &str, mean: &str| json!({"block": block, "state": "published", "mean": mean});
    let state = |block: &str, state: &str| json!({"block": block, "state": state});
    let few = |block: &str| json!({"block": block, "state": "suppressed", "reason": "too_few_answers"});
    let all = |mean| json!({"state": "published", "mean": mean});
    // The middle of a band stands for one of the figures that it is made of.
    let about =
        |block: &str, mean: &str| json!({"block": block, "state": "published", "mean": mean, "approximate": true});
    let about_all = |mean| json!({"state": "published", "mean": mean, "approximate": true});
    let group = |id: &str, responded, named| json!({"id": id, "title": format!("Group {id}"), "invited": 9, "responded": responded, "named": named});
    let point = |value| json!({"value": value, "label": format!("Point {value}")});
    assert_eq!(
        document,
        json!({
            "review_id": "01010101-0101-4101-8101-010101010101",
            "round_id": "04040404-0404-4404-8404-040404040404",
            "round_title": "Round",
            "subject": {"name": "Jo Bloggs", "role": "Chief executive"},
            "framework_id": "03030303-0303-4303-8303-030303030303",
            "framework_title": "Small",
            "scale": [point(1), point(2), point(3), point(4), point(5)],
            "harmful_end": "lowest",
            "policy": {"threshold": 4, "comment_threshold": 5, "distribution_threshold": 10, "colluding_insiders": 1, "strict": false},
            "groups": [
                group("self", json!(1), true), group("chair", json!(1), true),
                group("g0", json!(5), false), group("g1", Value::Null, false), group("g2", Value::Null, false),
            ],
            "blocks": [
                {"id": "g0", "title": "Group g0", "groups": ["g0"], "responded": 5},
                {"id": "others", "title": "Others", "groups": ["g1", "g2"], "responded": 4},
            ],
            "competencies": [
                {
                    "id": "c0", "title": "Competency 0",
                    // The first item's 3.4 and the middle of the low band, 1 + 5 / 10; the pool's 4.3 and 4.5.
                    "cells": [about("g0", "2.5"), published("others", "4.4")],
                    "all": about_all("3.3"), "named": [own("5.0"), chair("4.0")], "gap": "1.7", "quadrant": "blind_spot", "change": null,
                    "items": [
                        {
                            "id": "c0.0", "text": "Does c0.0.", "cells": [published("g0", "3.4"), published("others", "4.3")],
                            "all": all("3.8"), "named": [own("5.0"), chair("4.0")], "distributions": [],
                        },
                        {
                            "id": "c0.1", "text": "Does c0.1.", "cells": [state("g0", "low"), published("others", "4.5")],
                            "all": about_all("2.8"), "named": [], "distributions": [],
                        },
                    ],
                },
                {
                    "id": "c1", "title": "Competency 1",
                    // The middles of the bands: 1 + 5 / 10 for both items of g0, however many answered them, and 5 - 1
                    // / 8 for the pool.
                    "cells": [about("g0", "1.5"), about("others", "4.9")],
                    "all": about_all("3.0"), "named": [own("3.5")], "gap": "0.5", "quadrant": "blind_spot", "change": null,
                    "items": [
                        {
                            "id": "c1.0", "text": "Does c1.0.", "cells": [state("g0", "low"), state("others", "high")],
                            "all": about_all("3.0"), "named": [own("3.0")], "distributions": [],
                        },
                        {
                            "id": "c1.1", "text": "Does c1.1.", "cells": [state("g0", "low"), few("others")],
                            "all": about_all("1.5"), "named": [own("4.0")], "distributions": [],
                        },
                    ],
                },
            ],
            "shows_comments": true,
            "comments": [
                {
                    "prompt": "keep", "text": "keep?",
                    "comments": [{"id": null, "text": "Listening."}],
                    "named": [{"group": "self", "name": "Jo Bloggs", "id": null, "text": "My calm."}],
                },
                {"prompt": "more", "text": "more?", "comments": [], "named": []},
            ],
            "previous": null,
            // 5 x 5 people and insiders of g0 and 4 x 4 of the pool, on three items; the last has no cell of the pool.
            // In the pool's three cells the mean leaves room for an insider whose mark is the only one below 5: three
            // others each.
            "audit": {"level": "items", "checks": 148, "uncertified": 0, "top_mark_inferences": 9},
        })
    );
    Ok(())
}

#[test]
fn a_stored_result_reads_back_as_it_was() -> Outcome {
    let mut strict = world();
    strict.policy = PolicyRequest { strict: Some(true), ..PolicyRequest::default() };
    strict.asks = vec![(0, vec!["g1", "g2"]), (1, vec!["g0"])];
    for world in [world(), strict, World::new(&[1], &[&[]])] {
        let result = world.count()?;
        let stored = serde_json::to_string(&result)?;
        let read: ReviewResult = serde_json::from_str(&stored)?;
        assert_eq!(read, result);
        assert_eq!(serde_json::to_string(&read)?, stored, "byte for byte");
    }
    Ok(())
}

#[test]
fn a_field_of_a_later_version_does_no_harm() -> Outcome {
    let result = world().count()?;
    let mut document = serde_json::to_value(&result)?;
    document["competencies"][0]["cells"][0]["later"] = json!(1);
    document["later"] = json!({});
    document["audit"] =
        json!({"level": "items", "checks": 5320, "uncertified": 0, "top_mark_inferences": 2, "later": true});
    let read: ReviewResult = serde_json::from_value(document)?;
    assert_eq!(read.competencies, result.competencies);
    assert_eq!(read.audit.map(|audit| audit.checks), Some(5320));
    Ok(())
}

#[test]
fn a_stored_cell_that_no_rule_writes_is_refused() -> Outcome {
    let document = serde_json::to_value(world().count()?)?;
    for cell in [
        json!({"block": "g0", "state": "low", "mean": "1.2"}),
        json!({"block": "g0", "state": "suppressed", "reason": "too_few_answers", "mean": "1.2"}),
        json!({"block": "g0", "state": "suppressed"}),
        json!({"block": "g0", "state": "published"}),
        json!({"block": "g0", "state": "published", "mean": 3.8}),
        json!({"block": "g0", "state": "published", "mean": "3.80"}),
        json!({"block": "g0", "state": "hidden"}),
        json!({"block": "g0"}),
    ] {
        let mut broken = document.clone();
        broken["competencies"][0]["cells"][0] = cell.clone();
        assert!(serde_json::from_value::<ReviewResult>(broken).is_err(), "{cell}");
    }
    Ok(())
}

#[test]
fn redactions_lie_over_a_result_and_leave_the_rest() -> Outcome {
    let result = world().count()?;
    let (pooled, named) = (result.comments[0].comments[0].id, result.comments[0].named[0].comment.id);
    assert!(
        result.has_comment(pooled) && result.has_comment(named) && !result.has_comment(CommentId::from_random([9; 16]))
    );
    let redacted = result.clone().with_redactions(&[named, CommentId::from_random([9; 16])]);
    let document = serde_json::to_value(&redacted)?;
    let expected = json!({"group": "self", "name": "Jo Bloggs", "id": named, "text": null, "redacted": true});
    assert_eq!(document["comments"][0]["named"][0], expected);
    assert_eq!(redacted.comments[0].comments, result.comments[0].comments);
    assert_eq!(redacted.competencies, result.competencies);
    let both = serde_json::to_string(&result.clone().with_redactions(&[pooled, named]))?;
    assert!(!both.contains("Listening") && !both.contains("My calm"));
    assert_eq!(serde_json::from_str::<ReviewResult>(&both)?, result.with_redactions(&[named, pooled]));
    Ok(())
}

#[test]
fn a_result_that_shows_nothing_of_others_says_so() -> Outcome {
    assert!(world().count()?.shows_others());
    let mut silent = World::new(&[2, 2], &[&[], &[], &[]]);
    assert!(!silent.count()?.shows_others(), "nobody has answered");
    silent.own = Some(Ballot::new("5-34").saying("keep", "My calm."));
    assert!(!silent.count()?.shows_others(), "the subject alone");
    silent.chair = Some(Ballot::new("4444").saying("keep", "Listening."));
    assert!(!silent.count()?.shows_others(), "what one person says by name is not shown without a block");
    let unable = World::new(&[2, 2], &[&["----", "----", "----", "----", "----"], &[], &[]]);
    let result = unable.count()?;
    assert_eq!(result.blocks.len(), 1);
    assert!(!result.shows_others(), "five answered, and none of them could judge anything");
    let mut saying = unable;
    saying.groups[0][0] = saying.groups[0][0].clone().saying("keep", "Listening.");
    let result = saying.count()?;
    let comment = result.comments[0].comments[0].id;
    assert!(result.shows_others() && !result.with_redactions(&[comment]).shows_others(), "one comment, taken out");
    Ok(())
}

#[test]
fn debug_output_shows_no_comment() -> Outcome {
    let shown = format!("{:?}", world().count()?);
    assert!(!shown.contains("Listening") && !shown.contains("My calm") && !shown.contains("Jo Bloggs"), "{shown}");
    Ok(())
}

#[test]
fn the_published_schema_names_what_a_client_reads() -> Outcome {
    use utoipa::{PartialSchema, ToSchema};
    let mut schemas = Vec::new();
    ReviewResult::schemas(&mut schemas);
    schemas.push(("ReviewResult".to_owned(), ReviewResult::schema()));
    let document: serde_json::Map<_, _> = schemas
        .into_iter()
        .map(|(name, schema)| Ok((name, serde_json::to_value(schema)?)))
        .collect::<Result<_, serde_json::Error>>()?;
    for name in [
        "Cell",
        "CellState",
        "SuppressionReason",
        "Decimal",
        "CompetencyResult",
        "ItemResult",
        "BlockCell",
        "Quadrant",
        "Audit",
    ] {
        assert!(document.contains_key(name), "{name} is missing among {:?}", document.keys().collect::<Vec<_>>());
    }
    assert_eq!(
        document["ReviewResult"]["properties"]["review_id"],
        json!({"type": "string", "format": "uuid", "description": "The review."})
    );
    assert_eq!(document["CompetencyResult"]["properties"]["all"]["$ref"].as_str(), Some("#/components/schemas/Cell"));
    assert_eq!(document["Cell"]["required"], json!(["state"]));
    Ok(())
}
