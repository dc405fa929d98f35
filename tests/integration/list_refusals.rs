//! What a list and a review refuse: one mailbox twice, the subject under another address, an administrator as
//! facilitator, and a change of the facilitator once raters know who reads the report.

use candour_tests::{Outcome, Person, RoundPlan, Server, Trust, database};
use serde_json::{Value, json};

fn rater(email: &str, group: &str) -> Value {
    json!({ "name": "Pat Quillfeather", "email": email, "group": group })
}

fn details(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors
        .map(|error| (error["pointer"].as_str().unwrap_or_default(), error["detail"].as_str().unwrap_or_default()))
        .collect()
}

#[test]
fn attack_41_one_mailbox_is_asked_once_and_the_subject_in_no_other_group() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let raters = format!("/v1/reviews/{}/raters", round.review()?.id);
    let list = json!([
        rater("pat@ashgrove.example.org", "staff"),
        rater("Pat+1@ashgrove.example.org", "external"),
        rater("trustees1+x@ashgrove.example.org", "staff"),
        rater("perpetua1+board@ashgrove.example.org", "trustees"),
        rater("una.p@gmail.com", "staff"),
        rater("unap+2@googlemail.com", "staff"),
    ]);
    let refused = trust.administrator.post(&raters, &list)?.problem(422)?;
    let expected = [
        (
            "/1/email",
            "this is another address of the mailbox in row 1, and one person is asked once; delete one of the two rows",
        ),
        (
            "/2/email",
            "this is another address of a mailbox that is already a rater of this review, and one person is asked \
             once; leave the row out",
        ),
        (
            "/3/email",
            "this address is the subject's; the self-assessment has been added and they can be in no other group. \
             Leave the row out",
        ),
        (
            "/5/email",
            "this is another address of the mailbox in row 5, and one person is asked once; delete one of the two rows",
        ),
    ];
    assert_eq!(details(&refused), expected);

    let twice = json!({
        "subject": { "name": "P", "email": "perpetua1+again@ashgrove.example.org", "role": "Chief executive" },
        "facilitator": { "name": "Sam", "email": "sam@ashgrove.example.org" },
    });
    let reviews = format!("/v1/rounds/{}/reviews", round.id);
    let refused = trust.administrator.post(&reviews, &twice)?.problem(409)?;
    assert_eq!(refused["detail"], "This subject already has a review in the round; change or delete that one.");
    let own = json!({
        "subject": { "name": "Q", "email": "quentin@ashgrove.example.org", "role": "Finance director" },
        "facilitator": { "name": "Q", "email": "quentin+chair@ashgrove.example.org" },
    });
    let refused = trust.administrator.post(&reviews, &own)?.problem(422)?;
    assert_eq!(
        details(&refused),
        [("/facilitator/email", "the subject cannot be the facilitator of their own review; name somebody else")]
    );
    Ok(())
}

const NO_ADMINISTRATOR: &str =
    "an administrator of the trust cannot be the facilitator of a review; name somebody who does not set up rounds";

#[test]
fn attack_42_an_administrator_is_no_facilitator() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?;
    // In a new review, and in one that is there, under any address of the administrator's.
    let hr = json!({ "name": "Hester", "email": "hr+chair@ashgrove.example.org" });
    let new = json!({ "subject": { "name": "Q", "email": "quentin@ashgrove.example.org", "role": "Finance director" }, "facilitator": hr });
    let refused = trust.administrator.post(&format!("/v1/rounds/{}/reviews", round.id), &new)?.problem(422)?;
    assert_eq!(details(&refused), [("/facilitator/email", NO_ADMINISTRATOR)]);
    let path = format!("/v1/reviews/{}", review.id);
    let refused = trust.administrator.patch(&path, &json!({ "facilitator": hr }))?.problem(422)?;
    assert_eq!(details(&refused), [("/facilitator/email", NO_ADMINISTRATOR)]);

    // As an account, while the review is not over.
    let become_administrator = |email: &str| {
        server.cli(&[
            "administrator",
            "create",
            "--organisation",
            &trust.id,
            "--name",
            "Ignatius Quillfeather",
            "--email",
            email,
        ])
    };
    for email in [review.facilitator.email.as_str(), "ignatius1+hr@ashgrove.example.org"] {
        let said = become_administrator(email)?;
        let words = "this address is the facilitator of a review that is not released or cancelled; they cannot be an \
         administrator until it is";
        assert!(!said.status.success() && said.stderr.contains(words), "{} {}", said.stdout, said.stderr);
    }

    // At launch, should it have happened all the same.
    round.facilitator()?;
    let administrator = |is: &str| {
        let change = format!("UPDATE accounts SET administrator = {is} WHERE email = '{}'", review.facilitator.email);
        database::open(&server)?.change(&change)
    };
    assert_eq!(administrator("TRUE")?, 1);
    let launch = format!("/v1/rounds/{}/launch", round.id);
    let refused = trust.administrator.post(&launch, &json!({}))?.problem(409)?;
    let words = "the facilitator of the review of Perpetua1 Quillfeather is an administrator of the trust; name \
     another facilitator before launch";
    assert_eq!(refused["type"], "urn:candour:problem:administrator-facilitates");
    assert_eq!(refused["detail"], format!("T{}.", &words[1..]));
    let readiness = trust.administrator.get(&format!("/v1/rounds/{}/readiness", round.id))?.with(200)?.json()?;
    let problem = json!([{ "code": "administrator_facilitates", "detail": words }]);
    assert_eq!((&readiness["ready"], &readiness["reviews"][0]["problems"]), (&json!(false), &problem));
    assert!(server.mailbox().read()?.is_empty(), "nothing was sent");
    assert_eq!(administrator("FALSE")?, 1);
    round.launch()?;

    trust.administrator.moves(&round.id, "cancel", &json!({}))?;
    let said = become_administrator(&review.facilitator.email)?;
    assert!(said.status.success(), "of a cancelled round there is nothing to read: {}", said.stderr);
    // The account was there before, and is an administrator's from now on.
    let refused =
        trust.draft(&RoundPlan::small()).err().ok_or("a new review with an administrator as its facilitator")?;
    assert!(refused.to_string().contains(NO_ADMINISTRATOR), "{refused}");
    Ok(())
}

#[test]
fn the_facilitators_address_is_corrected_before_launch_only() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?;
    let (path, chair) = (format!("/v1/reviews/{}", review.id), Person::called("Ignatia", ""));
    trust.facilitator(&review.facilitator)?.patch(&path, &json!({ "facilitator": chair.as_person() }))?.problem(403)?;
    trust.integration(&["rounds:read"])?.patch(&path, &json!({ "facilitator": chair.as_person() }))?.problem(403)?;
    let wrong = trust
        .administrator
        .patch(&path, &json!({ "facilitator": { "name": "I", "email": "ignatia at ashgrove" } }))?
        .problem(422)?;
    assert_eq!(wrong["errors"][0]["pointer"], "/facilitator/email", "{wrong}");
    let changed = trust.administrator.patch(&path, &json!({ "facilitator": chair.as_person() }))?.with(200)?.json()?;
    assert_eq!(changed["facilitator"], chair.as_person());
    let own = json!({ "facilitator": { "name": "P", "email": "perpetua1+x@ashgrove.example.org" } });
    let refused = trust.administrator.patch(&path, &own)?.problem(422)?;
    assert_eq!(
        details(&refused),
        [("/facilitator/email", "the subject cannot be the facilitator of their own review; name somebody else")]
    );
    trust.facilitator(&chair)?.get(&path)?.with(200)?;
    trust.facilitator(&review.facilitator)?.get(&path)?.problem(403)?;

    round.launch()?;
    let refused =
        trust.administrator.patch(&path, &json!({ "facilitator": review.facilitator.as_person() }))?.problem(409)?;
    let words = "The round has been launched and raters have been told who reads the report, so the facilitator cannot \
     be changed any more; to name another, cancel the round and set up a new one.";
    assert_eq!((&refused["type"], &refused["detail"]), (&json!("urn:candour:problem:round-frozen"), &json!(words)));
    let log = trust.administrator.list("/v1/audit-log")?;
    let told: Vec<_> = log.iter().filter(|line| line["action"] == "review.facilitator_changed").collect();
    assert!(
        told.len() == 1
            && told[0]["target"] == format!("review:{}", review.id)
            && told[0]["detail"] == json!({ "advisers_removed": 0 }),
        "{log:?}"
    );
    Ok(())
}
