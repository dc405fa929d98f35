//! What is said of the round before: words, from two printed numbers, where enough people came and went.

use candour_analytics::audit::{AuditFault, Audited, Budget, Evidence, audit};
use candour_analytics::{Previous, Turnover};
use serde_json::{Value, json};

use crate::world::{Outcome, World};

const SAME_PEOPLE: Option<Turnover> = Some(Turnover { joined: 0, left: 0 });

/// Two competencies, of twelve people whose first marks rise from 3.0 to 4.0 and whose second stay.
fn rounds() -> (World, World) {
    let before: Vec<_> = (0..12).map(|at| if at % 2 == 0 { "24" } else { "43" }).collect();
    let now: Vec<_> = (0..12).map(|at| if at % 2 == 0 { "33" } else { "54" }).collect();
    (World::new(&[1, 1], &[&before]), World::new(&[1, 1], &[&now]))
}

#[test]
fn a_change_is_a_word() -> Outcome {
    let (before, now) = rounds();
    let before = before.count()?;
    let document: Value = serde_json::from_str(&now.count_after(Previous { result: &before, turnover: SAME_PEOPLE })?)?;
    assert_eq!(document["previous"], json!({"review_id": before.review_id, "round_title": "Round", "compared": true}));
    let changes: Vec<_> = document["competencies"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|competency| competency["change"].clone())
        .collect();
    assert_eq!(changes, ["up", "about_the_same"]);
    let back: Value =
        serde_json::from_str(&rounds().0.count_after(Previous { result: &now.count()?, turnover: SAME_PEOPLE })?)?;
    assert_eq!(back["competencies"][0]["change"], "down");
    Ok(())
}

#[test]
fn nothing_is_compared_where_few_people_differ_or_nobody_knows_how_many() -> Outcome {
    let (before, now) = rounds();
    let before = before.count()?;
    for (turnover, compared) in [
        (Some(Turnover { joined: 1, left: 0 }), false),
        (Some(Turnover { joined: 3, left: 3 }), false),
        (Some(Turnover { joined: 4, left: 0 }), true),
        (None, false),
    ] {
        let document: Value = serde_json::from_str(&now.count_after(Previous { result: &before, turnover })?)?;
        assert_eq!(document["previous"]["compared"], compared, "{turnover:?}");
        let said = document["competencies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|competency| competency["change"].is_string())
            .count();
        assert_eq!(said, if compared { 2 } else { 0 }, "{turnover:?}");
    }
    Ok(())
}

#[test]
fn rounds_with_other_questions_are_not_put_side_by_side() -> Outcome {
    let (_, now) = rounds();
    let other = World::new(&[2], &[&["34"; 12]]).count()?;
    let document: Value = serde_json::from_str(&now.count_after(Previous { result: &other, turnover: SAME_PEOPLE })?)?;
    assert_eq!(document["previous"], Value::Null);
    Ok(())
}

#[test]
fn the_auditor_refuses_a_change_that_the_two_numbers_do_not_show() -> Outcome {
    let (before, now) = rounds();
    let before = before.count()?;
    let stored = now.count_after(Previous { result: &before, turnover: SAME_PEOPLE })?;
    let evidence = Evidence::from_ballots(&now.framework()?, &now.round()?.groups, []);
    let faults = |document: &str, turnover| {
        let previous = Previous { result: &before, turnover };
        audit(&Audited { releases: &[document], evidence: &evidence, previous: Some(&previous) }, Budget::DEFAULT)
            .faults
    };
    let wrong = |document: &str, turnover, what| faults(document, turnover).contains(&AuditFault::Unexplained(what));
    assert!(!wrong(&stored, SAME_PEOPLE, "a change") && !wrong(&stored, SAME_PEOPLE, "the round before"));
    assert!(wrong(&stored.replacen("\"up\"", "\"down\"", 1), SAME_PEOPLE, "a change"));
    assert!(
        wrong(&stored, Some(Turnover { joined: 1, left: 1 }), "the round before"),
        "the words should not have been said"
    );
    Ok(())
}
