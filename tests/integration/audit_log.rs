//! The audit log as somebody reads it who looks for what happened to a round.

use std::collections::BTreeSet;

use candour_tests::{Caller, Outcome, RoundPlan, TestApp, Trust};
use serde_json::{Value, json};

fn actions(caller: &Caller, query: &str) -> Outcome<Vec<String>> {
    let lines = caller.list(&format!("/v1/audit-log{query}"))?;
    Ok(lines.iter().filter_map(|line| line["action"].as_str().map(str::to_owned)).collect())
}

#[test]
fn lines_are_found_by_round_review_and_kind() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let administrator = &trust.administrator;
    let round = trust.open(&RoundPlan::small())?;
    let other = trust.open(&RoundPlan::small())?;
    let (review, other_review) = (round.review()?.id.clone(), other.review()?.id.clone());
    let rater = administrator.raters(&review)?.into_iter().find(|rater| rater["group"] == "trustees").ok_or("?")?;
    administrator.delete(&format!("/v1/raters/{}", rater["id"].as_str().unwrap_or_default()))?.succeeded()?;
    let of_round = actions(administrator, &format!("?round={}", round.id))?;
    assert_eq!(of_round, ["rater.withdrawn", "round.launched", "raters.added", "review.created", "round.created"]);
    let of_review = actions(administrator, &format!("?review={review}"))?;
    assert_eq!(of_review, ["rater.withdrawn", "raters.added", "review.created"]);
    assert_eq!(actions(administrator, &format!("?review={other_review}"))?, ["raters.added", "review.created"]);
    // In parts, as any list.
    let first = administrator.get(&format!("/v1/audit-log?round={}&limit=2", round.id))?.with(200)?.json()?;
    let next = first["next"].as_str().ok_or("there is more")?;
    let rest = administrator.get(&format!("/v1/audit-log?round={}&limit=3&after={next}", round.id))?.json()?;
    assert_eq!((&rest["items"][0]["action"], &rest["next"]), (&json!("raters.added"), &Value::Null));

    let every: Vec<String> = actions(administrator, "")?;
    let mut found = Vec::new();
    for kind in ["rounds", "reports", "people", "systems", "service"] {
        found.extend(actions(administrator, &format!("?kind={kind}"))?);
    }
    assert_eq!(found.iter().collect::<BTreeSet<_>>(), every.iter().collect());
    assert_eq!(found.len(), every.len(), "each line is of one kind");
    assert_eq!(actions(administrator, &format!("?round={}&kind=reports", round.id))?, Vec::<String>::new());

    let elsewhere = Trust::found(&app, "Birchwood Trust")?;
    assert_eq!(actions(&elsewhere.administrator, &format!("?round={}", round.id))?, Vec::<String>::new());
    for wrong in ["?kind=raters", "?round=1", "?review=%25", &format!("?round={}&review={review}", round.id)] {
        administrator.get(&format!("/v1/audit-log{wrong}"))?.problem(422)?;
        administrator.get(&format!("/v1/audit-log.csv{wrong}"))?.problem(422)?;
    }
    Ok(())
}

#[test]
fn a_spreadsheet_opens_the_log_and_runs_nothing() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    round.close_and_count()?;
    let (facilitator, review) = (round.facilitator()?, round.review()?.id.clone());
    let result = facilitator.result(&review)?;
    let comment = result["comments"][0]["comments"][0]["id"].as_str().ok_or("no comment")?;
    facilitator.redact(&review, comment, "=HYPERLINK(\"http://elsewhere.example\"), a name")?.with(200)?;
    let reply = trust.administrator.get(&format!("/v1/audit-log.csv?round={}", round.id))?.with(200)?;
    assert_eq!(reply.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(reply.header("content-disposition").is_some_and(|told| told.contains("audit-log.csv")));
    let text = reply.text();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.first(), Some(&"at,actor,action,target,detail"));
    let listed = trust.administrator.list(&format!("/v1/audit-log?round={}", round.id))?;
    assert_eq!(lines.len(), listed.len() + 1, "the same lines: {text}");
    for (line, event) in lines.iter().skip(1).zip(&listed) {
        let fields: Vec<&str> = line.splitn(5, ',').collect();
        assert_eq!(
            (fields[1], fields[2]),
            (event["actor"].as_str().unwrap_or("?"), event["action"].as_str().unwrap_or("?"))
        );
        for field in &fields {
            let begins = field.trim_start_matches('"').chars().next();
            assert!(begins.is_none_or(|first| !"=+-@\t".contains(first)), "{line}");
        }
    }
    assert!(text.contains("HYPERLINK"), "the reason is there, within its field: {text}");
    let readers = [trust.integration(&["audit:read"])?.0, trust.administrator.0.clone()];
    readers.iter().try_for_each(|reader| reader.get("/v1/audit-log.csv")?.with(200).map(|_| ()))?;
    facilitator.get("/v1/audit-log.csv")?.problem(403)?;
    Ok(())
}

#[test]
fn what_is_destroyed_of_a_round_and_when_is_known_once_it_has_ended() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let steps = |caller: &Caller| -> Outcome<Vec<String>> {
        let plan = caller.get(&format!("/v1/rounds/{}/retention", round.id))?.with(200)?.json()?;
        let steps = plan["steps"].as_array().ok_or("no steps")?.clone();
        let days = |step: &Value| -> Outcome<String> {
            let at: chrono::DateTime<chrono::Utc> = step["at"].as_str().ok_or("no time")?.parse()?;
            Ok(format!(
                "{} in {} days",
                step["step"].as_str().unwrap_or("?"),
                (at - app.now() + chrono::TimeDelta::hours(1)).num_days()
            ))
        };
        steps.iter().map(days).collect()
    };
    let administrator = &trust.administrator;
    assert_eq!(steps(administrator)?, ["erase_people in 44 days"], "a draft that is forgotten");
    round.launch()?;
    assert_eq!(steps(administrator)?, Vec::<String>::new(), "nobody knows yet when it ends");
    round.to_release()?;
    let mut released = steps(administrator)?;
    assert!(released.pop().is_some_and(|last| last.starts_with("delete_round in 219")), "{released:?}");
    released.sort();
    assert_eq!(released, ["archive in 30 days", "destroy_answers in 30 days", "erase_people in 30 days"]);
    app.days_pass(31)?;
    let left = steps(administrator)?;
    assert!(left.len() == 1 && left[0].starts_with("delete_round in 21"), "{left:?}");
    steps(&trust.integration(&["rounds:read"])?.0)?;
    round.facilitator()?.get(&format!("/v1/rounds/{}/retention", round.id))?.problem(403)?;
    Ok(())
}
