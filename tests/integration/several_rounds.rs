//! A second round about the same person: never beside the first, and soon after it only with the facilitator's
//! agreement.

use candour_tests::{Outcome, Person, RoundPlan, StartedRound, TestApp, Trust};
use serde_json::{Value, json};

fn launch(round: &StartedRound<'_, TestApp>) -> Outcome<candour_tests::Reply> {
    round.trust.administrator.post(&format!("/v1/rounds/{}/launch", round.id), &json!({}))
}

fn readiness(round: &StartedRound<'_, TestApp>) -> Outcome<Value> {
    let readiness = round.trust.administrator.get(&format!("/v1/rounds/{}/readiness", round.id))?.with(200)?.json()?;
    Ok(readiness["reviews"][0].clone())
}

/// That a launch is refused because another round about the same person is in this state.
fn is_refused_beside(round: &StartedRound<'_, TestApp>, state: &str) -> Outcome {
    let refused = launch(round)?.problem(409)?;
    let words = format!(
        "the round \"CEO review 2027\" is about Perpetua1 Quillfeather too, and is {state}; launch this one once the \
         report of that one has been released"
    );
    assert_eq!(
        (&refused["type"], &refused["detail"]),
        (&json!("urn:candour:problem:round-under-way"), &json!(format!("T{}.", &words[1..])))
    );
    let problems = readiness(round)?["problems"].clone();
    assert!(
        problems.as_array().is_some_and(|all| all.contains(&json!({ "code": "round_under_way", "detail": words }))),
        "{problems}"
    );
    Ok(())
}

const ONE_LEFT: &str = "One person has left Trustees and nobody has joined. If the others answer as they did, readers \
 of both reports can work out what that person said.";

#[test]
fn attack_43_two_rounds_about_one_person_follow_each_other_and_the_facilitator_agrees() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let plan = RoundPlan::new().asking("trustees", 6).asking("staff", 5).about_the_same();
    let first = trust.open(&plan)?;
    // The attack: the same round again with one trustee fewer.
    let second = trust.draft(&RoundPlan::new().asking("trustees", 5).asking("staff", 5).about_the_same())?;
    is_refused_beside(&second, "open")?;
    second.agree()?;
    is_refused_beside(&second, "open")?;
    // Nor under another address of the subject's.
    let tagged = json!({
        "subject": { "name": "Perpetua1 Quillfeather", "email": "perpetua1+2027@ashgrove.example.org", "role": "Chief executive" },
        "facilitator": second.review()?.facilitator.as_person(),
    });
    let third = trust.draft(&RoundPlan::new().asking("staff", 5))?;
    trust.administrator.post(&format!("/v1/rounds/{}/reviews", third.id), &tagged)?.with(201)?;
    let refused = launch(&third)?.problem(409)?;
    assert_eq!(refused["type"], "urn:candour:problem:round-under-way", "{refused}");

    first.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    trust.administrator.moves(&first.id, "close", &json!({ "confirm": true }))?;
    is_refused_beside(&second, "closed and not counted yet")?;
    first.reaches("counted")?;
    is_refused_beside(&second, "counted and not released yet")?;
    let facilitator = first.facilitator()?;
    facilitator.post(&format!("/v1/reviews/{}/release", first.review()?.id), &json!({ "confirm": true }))?.with(200)?;
    first.reaches("released")?;

    soon_after(&trust, &second)
}

fn soon_after(trust: &Trust<'_, TestApp>, second: &StartedRound<'_, TestApp>) -> Outcome {
    let review = second.review()?;
    let facilitator = second.facilitator()?;
    let list = facilitator.reads_list(&review.id)?;
    let since = json!({
        "round_title": "CEO review 2027",
        "days": 0,
        "agreement_needed": true,
        // They agreed while the first round was open, when nothing was said of it.
        "agreement_given": false,
        "groups": [
            { "group": "trustees", "joined": 0, "left": 1, "stayed": 5 },
            { "group": "staff", "joined": 0, "left": 0, "stayed": 5 },
        ],
        "inferences": [ONE_LEFT],
    });
    assert_eq!(list["since_earlier_rounds"], json!([since]));
    assert_eq!(readiness(second)?["since_earlier_rounds"], json!([since]));
    let needs = launch(second)?.problem(409)?;
    assert_eq!(needs["type"], "urn:candour:problem:agreement-needed");
    let words = "The round \"CEO review 2027\" about Perpetua1 Quillfeather closed 0 days ago; within 90 days another \
     one is launched only when the \
        facilitator has agreed to its list of raters as it is now. The facilitator reads it with GET \
        /v1/reviews/{id}/list and agrees with POST /v1/reviews/{id}/agreement.";
    assert_eq!(needs["detail"], words);

    // An agreement to a list that has changed since is none, before and after it is sent.
    let agreement = format!("/v1/reviews/{}/agreement", review.id);
    let raters = format!("/v1/reviews/{}/raters", review.id);
    trust.administrator.post(&raters, &json!([Person::called("Agatha", "staff").as_rater()]))?.with(201)?;
    facilitator.post(&agreement, &json!({ "digest": list["digest"] }))?.problem(409)?;
    facilitator.agrees(&review.id)?.with(200)?;
    trust.administrator.post(&raters, &json!([Person::called("Barnaby", "staff").as_rater()]))?.with(201)?;
    assert_eq!(launch(second)?.problem(409)?["type"], "urn:candour:problem:agreement-needed");
    facilitator.agrees(&review.id)?.with(200)?;
    let ready = readiness(second)?;
    assert_eq!(
        (&ready["problems"], &ready["since_earlier_rounds"][0]["agreement_given"]),
        (&json!([]), &json!(true)),
        "{ready}"
    );
    let said = ready["since_earlier_rounds"][0]["inferences"].clone();
    let two = "Nobody has left Other staff and 2 people have joined. If the others answer as they did, readers of both \
     reports can work out what those people said, added up.";
    let all = "One person has left the anonymous groups taken together and 2 people have joined. If the others answer \
     as they did, readers of both \
        reports can work out by how much those who joined and those who left differ, added up.";
    assert_eq!(said, json!([ONE_LEFT, two, all]));
    second.launch()?;
    third_round(trust, second)
}

/// A third round is compared with both before it: the second, of which nothing was published, does not hide the first.
fn third_round(trust: &Trust<'_, TestApp>, second: &StartedRound<'_, TestApp>) -> Outcome {
    second.delivered()?;
    second.close_and_count()?;
    let facilitator = second.facilitator()?;
    facilitator
        .post(&format!("/v1/reviews/{}/release", second.review()?.id), &json!({ "confirm": true }))?
        .with(200)?;
    second.reaches("released")?;
    let third = trust.draft(&RoundPlan::new().asking("trustees", 5).asking("staff", 5).about_the_same())?;
    let raters = format!("/v1/reviews/{}/raters", third.review()?.id);
    let (agatha, barnaby) = (Person::called("Agatha", "staff"), Person::called("Barnaby", "staff"));
    trust.administrator.post(&raters, &json!([agatha.as_rater(), barnaby.as_rater()]))?.with(201)?;
    let since = readiness(&third)?["since_earlier_rounds"].clone();
    assert_eq!(since.as_array().map(Vec::len), Some(2), "{since}");
    assert_eq!(
        (&since[0]["groups"][0]["left"], &since[0]["inferences"]),
        (&json!(0), &json!([])),
        "the same list as the second's"
    );
    assert_eq!(
        (&since[1]["groups"][0]["left"], &since[1]["inferences"][0]),
        (&json!(1), &json!(ONE_LEFT)),
        "the first is told as well"
    );
    let list = facilitator.reads_list(&third.review()?.id)?;
    assert_eq!(list["since_earlier_rounds"], since);
    assert_eq!(launch(&third)?.problem(409)?["type"], "urn:candour:problem:agreement-needed");
    third.agree()?;
    third.launch()
}

#[test]
fn another_address_of_the_subject_is_told_to_the_facilitator_who_agrees() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    trust.open(&RoundPlan::new().asking("trustees", 5))?;
    let second = trust.draft(&RoundPlan::new().asking("staff", 5))?;
    let namesake = json!({
        "subject": { "name": "perpetua1  QUILLFEATHER", "email": "p.quillfeather@ashgrove.example.org", "role": "Chief executive" },
        "facilitator": second.review()?.facilitator.as_person(),
    });
    let review =
        trust.administrator.post(&format!("/v1/rounds/{}/reviews", second.id), &namesake)?.with(201)?.json()?["id"]
            .clone();
    let id = review.as_str().ok_or("no id")?;
    let rows: Vec<Value> = (1..=5).map(|at| Person::called(&format!("trustees{at}"), "trustees").as_rater()).collect();
    trust.administrator.post(&format!("/v1/reviews/{id}/raters"), &json!(rows))?.with(201)?;

    let facilitator = second.facilitator()?;
    let list = facilitator.reads_list(id)?;
    let marks = json!([{
        "code": "same_name",
        "detail": "has the name of the person that the round \"CEO review 2027\" is about under another address; if \
         they are one person, readers of both reports can subtract one from the other",
        "address": null,
        "round_title": "CEO review 2027",
    }]);
    assert_eq!((&list["subject"]["marks"], &list["since_earlier_rounds"]), (&marks, &json!([])), "{list}");
    assert_eq!(facilitator.reads_list(&second.review()?.id)?["subject"]["marks"], json!([]));
    let refused = launch(&second)?.problem(409)?;
    assert_eq!(refused["type"], "urn:candour:problem:agreement-needed");
    let words = "the round \"CEO review 2027\" is about somebody called perpetua1  QUILLFEATHER too, under another \
     address; if that is the same \
        person, readers of both reports can subtract one from the other, so this one is launched only when the \
        facilitator has agreed to its list \
        of raters as it is now. The facilitator reads it with GET /v1/reviews/{id}/list and agrees with POST \
        /v1/reviews/{id}/agreement";
    assert_eq!(refused["detail"], format!("T{}.", &words[1..]));
    let ready = trust.administrator.get(&format!("/v1/rounds/{}/readiness", second.id))?.with(200)?.json()?;
    let of_it = ready["reviews"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["review_id"] == review)
        .ok_or("no readiness")?;
    assert_eq!(
        (&ready["ready"], &of_it["problems"]),
        (&json!(false), &json!([{ "code": "agreement_needed", "detail": words }]))
    );
    facilitator.agrees(id)?.with(200)?;
    second.launch()
}

#[test]
fn after_ninety_days_or_a_cancelled_round_nobody_has_to_agree() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let plan = RoundPlan::new().asking("trustees", 5).about_the_same();
    let cancelled = trust.open(&plan)?;
    trust.administrator.moves(&cancelled.id, "cancel", &json!({}))?;
    let first = trust.open(&plan)?;
    first.delivered()?;
    first.close_and_count()?;
    first
        .facilitator()?
        .post(&format!("/v1/reviews/{}/release", first.review()?.id), &json!({ "confirm": true }))?
        .with(200)?;
    first.reaches("released")?;
    // Or it would be cancelled meanwhile.
    let second = trust.draft(&plan.closing_in(120 * 24 * 3600))?;
    launch(&second)?.problem(409)?;
    server.days_pass(89)?;
    let since = readiness(&second)?["since_earlier_rounds"][0].clone();
    assert_eq!((&since["days"], &since["agreement_needed"]), (&json!(89), &json!(true)), "{since}");
    launch(&second)?.problem(409)?;
    server.days_pass(1)?;
    second.launch()
}
