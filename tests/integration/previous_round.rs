//! The same leader reviewed twice: what the second report says of the first.

use candour_tests::{Answers, Outcome, RoundPlan, Server, StartedRound, Trust, finding};
use serde_json::{Value, json};

#[test]
fn a_second_round_says_in_words_what_has_moved() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let plan = RoundPlan::new().asking("trustees", 6).asking("staff", 6);
    let first =
        round(&trust, &plan, |item, at| if item == 0 { 2 + u8::from(at % 2 == 0) } else { 3 + u8::from(at % 3 == 0) })?;
    assert_eq!(released(&first)?["previous"], Value::Null, "there was no round before");

    // The same twelve people. The first competency is seen more than a point higher; the others as before.
    let second =
        round(&trust, &plan, |item, at| if item == 0 { 4 + u8::from(at % 2 == 0) } else { 3 + u8::from(at % 3 == 0) })?;
    let result = released(&second)?;
    let before = json!({ "review_id": first.review()?.id, "round_title": "CEO review 2027", "compared": true });
    assert_eq!(result["previous"], before);
    let changes: Vec<_> =
        result["competencies"].as_array().into_iter().flatten().map(|competency| &competency["change"]).collect();
    let [moved, others @ ..] = changes.as_slice() else { finding!("no competencies") };
    assert_eq!(**moved, "up");
    assert!(others.iter().all(|change| **change == "about_the_same"), "{others:?}");
    let csv = trust.administrator.get(&format!("/v1/reviews/{}/results.csv", second.review()?.id))?.with(200)?.text();
    assert!(csv.lines().any(|line| line.starts_with("competency,") && line.contains(",change,published,up,")), "{csv}");

    // One trustee fewer: the two reports side by side would be a subtraction, and nothing points there.
    let third =
        round(&trust, &RoundPlan::new().asking("trustees", 5).asking("staff", 6), |_, at| 3 + u8::from(at % 2 == 0))?;
    let result = released(&third)?;
    assert_eq!(result["previous"]["review_id"], second.review()?.id, "the last one released");
    assert_eq!(result["previous"]["compared"], false);
    assert!(result["competencies"].as_array().into_iter().flatten().all(|competency| competency["change"].is_null()));
    Ok(())
}

/// A round that is answered by everybody, counted and released. `rate` is given the competency's and the rater's place.
fn round<'a>(trust: &'a Trust<'a>, plan: &RoundPlan, rate: impl Fn(usize, usize) -> u8) -> Outcome<StartedRound<'a>> {
    let round = trust.draft(&plan.clone().about_the_same())?;
    round.agree()?;
    round.launch()?;
    round.delivered()?;
    let links = round.links()?;
    for (at, person) in round.review()?.raters.iter().enumerate() {
        for link in links.get(&person.email).into_iter().flatten() {
            // The links of earlier rounds are spent.
            let survey = link.survey()?;
            if survey["state"] == "open" {
                link.submit(&Answers::to(&survey, |item| Some(rate(item / 4, at))))?.with(200)?;
            }
        }
    }
    round.close_and_count()?;
    let review = round.review()?;
    trust.facilitator(&review.facilitator)?.release(&review.id)?.with(200)?;
    Ok(round)
}

fn released(round: &StartedRound<'_>) -> Outcome<Value> {
    let review = &round.review()?.id;
    round.trust.administrator.get(&format!("/v1/reviews/{review}/results"))?.with(200)?.json()
}
