//! The list of who is asked, on the page where a facilitator reads it and agrees to it.

use candour_tests::{Outcome, Person, RoundPlan, TestApp, Trust};
use serde_json::json;

use crate::review_pages::{Cast, count, hides, shows};

fn person(name: &str, email: &str) -> Person {
    Person { name: name.to_owned(), email: email.to_owned(), group: "staff".to_owned() }
}

#[test]
fn people_who_were_added_wait_for_the_facilitator_who_reads_what_is_unusual() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("staff", 6).asking("external", 1))?;
    let (cast, review) = (Cast::of(&round)?, round.review()?.id.clone());
    let (path, raters) = (format!("/reviews/{review}/list"), format!("/v1/reviews/{review}/raters"));
    shows(&cast.chair.open("/")?, &["Nothing waits for you"])?;
    shows(&cast.chair.get(&path)?.with(200)?, &["You have not agreed to this list yet.", "staff6 Quillfeather"])?;
    let added = [
        person("Hester Quillfeather", "hr@ashgrove.example.org"),
        person("Otto Quillfeather", "staff-1@ashgrove.example.org"),
        person("Una Quillfeather", "una@gmail.com"),
    ];
    trust.administrator.post(&raters, &added.iter().map(Person::as_rater).collect())?.with(201)?;
    let home = cast.chair.open("/")?;
    shows(&home, &["Home (1 thing waits)", "The list of who is asked about Perpetua1", &format!("href=\"{path}\"")])?;
    hides(&cast.vice.open("/")?, &["The list of who is asked"])?;
    hides(&cast.office.open("/")?, &["The list of who is asked"])?;
    let page = cast.chair.get(&path)?.with(200)?;
    shows(
        &page,
        &[
            "3 people wait for your agreement.",
            "Runs rounds of the trust, and so made this list.",
            "Differs in one letter from staff1@ashgrove.example.org.",
            "Not at one of the trust’s own addresses.",
        ],
    )?;
    let digest = page.field("digest")?;

    // It grows meanwhile: the page says so, and shows who has come.
    let late = person("Latecomer Quillfeather", "late@ashgrove.example.org");
    trust.administrator.post(&raters, &json!([late.as_rater()]))?.with(201)?;
    let refused = cast.chair.post(&path, &[("digest", &digest)])?.with(422)?;
    shows(&refused, &["Error:", "The list has changed since you read it.", "Latecomer Quillfeather"])?;
    assert_ne!(refused.field("digest")?, digest);
    for who in [&cast.vice, &cast.chief, &cast.office] {
        who.post(&path, &[("digest", &refused.field("digest")?)])?.with(404)?;
    }
    for _twice in 0..2 {
        let agreed = cast.chair.press(&path, &[("digest", &refused.field("digest")?)])?.with(200)?;
        shows(&agreed, &["You have agreed to the list.", "You have agreed to this list."])?;
        hides(&agreed, &["waits for you", "I have read the list and agree"])?;
    }
    shows(&cast.chair.open("/")?, &["Nothing waits for you"])?;
    assert!(trust.administrator.raters(&review)?.iter().all(|rater| rater["waiting"] == false));

    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    let over = cast.chair.get(&path)?.with(200)?;
    hides(&over, &["I have read the list and agree"])?;
    shows(
        &cast.chair.post(&path, &[("digest", &refused.field("digest")?)])?.with(422)?,
        &["there is nothing to agree to any more"],
    )
}

#[test]
fn a_draft_soon_after_another_round_waits_for_the_facilitator() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let first = trust.open(&RoundPlan::small())?;
    count(&first)?;
    first.facilitator()?.release(&first.review()?.id)?.with(200)?;
    let second = trust.draft(&RoundPlan::small().asking("staff", 2).about_the_same())?;
    let (cast, path) = (Cast::of(&second)?, format!("/reviews/{}/list", second.review()?.id));
    shows(&cast.chair.open("/")?, &["Home (1 thing waits)", &format!("href=\"{path}\"")])?;
    let page = cast.chair.get(&path)?.with(200)?;
    shows(
        &page,
        &[
            "What has changed since “CEO review 2027”",
            "the round starts only when you have agreed",
            "readers of both reports can work out",
        ],
    )?;
    shows(
        &cast.chair.press(&path, &[("digest", &page.field("digest")?)])?.with(200)?,
        &["You have agreed to this list."],
    )?;
    shows(&cast.chair.open("/")?, &["Nothing waits for you"])?;
    second.launch()
}
