//! The list of raters in an open round: who is added waits until the facilitator has read the list and agreed to it.

use std::time::Duration;

use candour_tests::{Answers, Outcome, Person, Reply, RoundPlan, Service, StartedRound, TestApp, Trust};
use serde_json::{Value, json};

/// Six of the staff and one partner, who is alone in their group.
fn plan() -> RoundPlan {
    RoundPlan::new().asking("staff", 6).asking("external", 1)
}

fn raters_of(round: &StartedRound<'_, TestApp>) -> Outcome<String> {
    Ok(format!("/v1/reviews/{}/raters", round.review()?.id))
}

/// Three addresses that the administrator controls, in the group of the lone partner.
fn puppets() -> Vec<Person> {
    let puppet = |name: &str, email: &str| Person {
        name: name.to_owned(),
        email: email.to_owned(),
        group: "external".to_owned(),
    };
    vec![
        puppet("Hester Quillfeather", "hr@ashgrove.example.org"),
        puppet("Otto Quillfeather", "external-1@ashgrove.example.org"),
        puppet("Una Quillfeather", "una.partner@gmail.com"),
    ]
}

fn rows(people: &[Person]) -> Value {
    people.iter().map(Person::as_rater).collect()
}

/// What trust HR can read of a round, in so far as it could tell of people who wait.
fn seen(round: &StartedRound<'_, TestApp>) -> Outcome<(Value, Value)> {
    let read =
        |what: &str| round.trust.administrator.get(&format!("/v1/rounds/{}/{what}", round.id))?.with(200)?.json();
    let mut progress = read("progress")?;
    // One round has answers and the other has none.
    progress["reviews"][0]["review_id"] = Value::Null;
    let mut readiness = read("readiness")?;
    readiness["reviews"][0]["review_id"] = Value::Null;
    Ok((progress, readiness))
}

/// No invitation is on its way, and none of these people has had an email.
fn nobody_has_written_to(trust: &Trust<'_, TestApp>, people: &[Person]) -> Outcome {
    trust.server.until("the emails that wait to have gone", Duration::from_secs(30), || {
        let jobs = trust.administrator.list("/v1/jobs")?;
        Ok((!jobs.iter().any(|job| job["kind"].as_str().is_some_and(|kind| kind != "receipts.sweep"))).then_some(()))
    })?;
    for person in people {
        assert_eq!(trust.server.mailbox().to(&person.email)?.len(), 0, "{}", person.email);
    }
    Ok(())
}

#[test]
fn attack_37_people_added_around_a_lone_person_wait_for_the_facilitator() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (answered, quiet) = (trust.open(&plan())?, trust.open(&plan())?);
    let links = answered.links()?;
    quiet.links()?;
    // Six of the seven answer in the one round, the lone partner among them, and nobody in the other.
    for person in answered
        .review()?
        .raters
        .iter()
        .filter(|person| !["self", "staff6"].contains(&person.email.split('@').next().unwrap_or("")))
    {
        for link in links.get(&person.email).into_iter().flatten() {
            let survey = link.survey()?;
            if survey["subject"]["name"] == answered.review()?.subject.name.as_str() && person.group != "self" {
                link.submit(&Answers::to(&survey, |_| Some(3)))?.with(200)?;
            }
        }
    }
    answered.night_passes()?;
    let before = (seen(&answered)?, seen(&quiet)?);
    assert_eq!(before.0.0["reviews"][0]["groups"][0]["responded"], 6, "{before:?}");

    let shape = |reply: &Reply| (reply.status, reply.header("etag").map(str::to_owned), reply.text());
    let add = |round: &StartedRound<'_, TestApp>| trust.administrator.post(&raters_of(round)?, &rows(&puppets()));
    let (one, other) = (add(&answered)?, add(&quiet)?);
    assert_eq!(shape(&one), shape(&other), "whether anybody has answered is not to be told");
    assert_eq!(one.with(201)?.json()?, json!({ "added": 3, "waiting": 3, "errors": [] }));
    assert_eq!((seen(&answered)?, seen(&quiet)?), before, "they count nowhere");
    let again = (add(&answered)?, add(&quiet)?);
    assert_eq!(shape(&again.0), shape(&again.1), "neither is it when they are refused");
    again.0.problem(422)?;

    // A reminder goes to those who are asked, and the deadline moves for them.
    trust.administrator.moves(&answered.id, "remind", &json!({}))?;
    trust.administrator.moves(&answered.id, "extend", &json!({ "closes_at": server.time_in(30 * 24 * 3600) }))?;
    nobody_has_written_to(&trust, &puppets())?;
    let listed = trust.administrator.raters(&answered.review()?.id)?;
    let waiting: Vec<&Value> = listed.iter().filter(|rater| rater["waiting"] == true).collect();
    assert_eq!((listed.len(), waiting.len()), (11, 3), "{listed:?}");
    assert!(waiting.iter().all(|rater| rater["delivery"].is_null() && rater["withdrawn"] == false), "{waiting:?}");

    the_facilitator_decides(&trust, &answered)
}

fn the_facilitator_decides(trust: &Trust<'_, TestApp>, round: &StartedRound<'_, TestApp>) -> Outcome {
    let review = round.review()?;
    let (facilitator, path) = (round.facilitator()?, format!("/v1/reviews/{}/list", review.id));
    trust.facilitator(&Person::called("Ambrose", ""))?.get(&path)?.problem(403)?;
    trust.administrator.get(&path)?.problem(403)?;
    let list = facilitator.reads_list(&review.id)?;
    assert_eq!((list["waiting"].clone(), list["agreed"].clone()), (json!(3), json!(false)), "{list}");
    let marks = |email: &str| -> Vec<(String, String)> {
        let line = list["people"].as_array().into_iter().flatten().find(|person| person["email"] == email);
        let marks = line.and_then(|line| line["marks"].as_array().cloned()).unwrap_or_default();
        let text = |mark: &Value, field: &str| mark[field].as_str().unwrap_or_default().to_owned();
        marks.iter().map(|mark| (text(mark, "code"), text(mark, "detail"))).collect()
    };
    let pair = |code: &str, detail: &str| (code.to_owned(), detail.to_owned());
    assert_eq!(
        marks("hr@ashgrove.example.org"),
        [pair("administrator", "an administrator of the trust, who sets up this round")]
    );
    assert_eq!(marks("una.partner@gmail.com"), [pair("outside", "not under one of the trust's own domains")]);
    let near = "differs in one letter from external1@ashgrove.example.org";
    assert_eq!(marks("external-1@ashgrove.example.org"), [pair("looks_alike", near)]);

    // A list that has grown meanwhile is another list.
    let late = Person::called("Latecomer", "external");
    trust.administrator.post(&raters_of(round)?, &rows(std::slice::from_ref(&late)))?.with(201)?;
    let agree =
        || facilitator.post(&format!("/v1/reviews/{}/agreement", review.id), &json!({ "digest": list["digest"] }));
    let refused = agree()?.problem(409)?;
    assert_eq!(
        refused["detail"],
        "The list of raters has changed since it was read; read it again and agree to what it says now."
    );
    let listed = trust.administrator.raters(&review.id)?;
    let id = listed
        .iter()
        .find(|rater| rater["email"] == late.email.as_str())
        .and_then(|rater| rater["id"].as_str())
        .ok_or("not listed")?;
    trust.administrator.delete(&format!("/v1/raters/{id}"))?.with(204)?;
    assert_eq!(trust.administrator.raters(&review.id)?.len(), 11, "who waits is deleted and not withdrawn");
    trust
        .facilitator(&Person::called("Ambrose", ""))?
        .agrees(&review.id)
        .err()
        .ok_or("another facilitator has agreed")?;

    assert_eq!(agree()?.with(200)?.json()?, json!({ "digest": list["digest"], "invited": 3 }));
    assert_eq!(agree()?.with(200)?.json()?["invited"], 0, "sent again, it does no harm");
    let emails: Vec<String> = puppets().into_iter().map(|person| person.email).collect();
    let links = round.links_of(&emails.iter().map(String::as_str).collect::<Vec<_>>())?;
    let link = links.get("una.partner@gmail.com").and_then(|links| links.first()).ok_or("no link")?;
    assert_eq!(link.survey()?["group"], "external");
    assert!(trust.administrator.raters(&review.id)?.iter().all(|rater| rater["waiting"] == false));
    let log = trust.administrator.list("/v1/audit-log")?;
    let agreed: Vec<_> = log.iter().filter(|line| line["action"] == "review.list_agreed").collect();
    assert_eq!(agreed.len(), 2, "{log:?}");
    assert_eq!(
        (&agreed[1]["detail"], &agreed[1]["target"]),
        (&json!({ "people": 11, "invited": 3 }), &json!(format!("review:{}", review.id)))
    );
    assert!(agreed[1]["actor"].as_str().is_some_and(|actor| actor.starts_with("account:")), "{agreed:?}");

    // Who still waits when the round closes is gone.
    trust.administrator.post(&raters_of(round)?, &rows(std::slice::from_ref(&late)))?.with(201)?;
    round.close_and_count()?;
    assert_eq!(trust.administrator.raters(&review.id)?.len(), 11);
    let result = facilitator.result(&review.id)?;
    let external = result["groups"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|group| group["id"] == "external")
        .ok_or("no such group")?;
    assert_eq!(external["invited"], 4, "{result}");
    facilitator.agrees(&review.id)?.problem(409)?;
    nobody_has_written_to(trust, &[late])
}

#[test]
fn a_group_that_nobody_was_in_at_launch_takes_nobody() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&plan())?;
    let (head, partner) = (Person::called("Agatha", "headteachers"), Person::called("Barnaby", "external"));
    let refused =
        trust.administrator.post(&raters_of(&round)?, &rows(&[head.clone(), partner.clone()]))?.problem(422)?;
    let words = "nobody of the group \"headteachers\" was asked at launch, so nobody can be added to it any more; \
     leave the row out";
    assert_eq!(
        (&refused["errors"][0]["pointer"], &refused["errors"][0]["detail"]),
        (&json!("/0/group"), &json!(words)),
        "{refused}"
    );
    let kept = trust
        .administrator
        .post(&format!("{}?mode=partial", raters_of(&round)?), &rows(&[head, partner]))?
        .with(201)?
        .json()?;
    assert_eq!(
        (&kept["added"], &kept["waiting"], &kept["errors"][0]["message"]),
        (&json!(1), &json!(1), &json!(words))
    );
    // That one waits changes nothing about the group.
    let other = Person::called("Cuthbert", "headteachers");
    trust.administrator.post(&raters_of(&round)?, &rows(&[other]))?.problem(422)?;
    Ok(())
}

/// Whatever somebody sends instead of a list is called what it is, and a list as people write it is taken.
#[test]
fn a_workbook_is_called_one_and_a_list_is_read_as_people_write_it() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let path = format!("/v1/reviews/{}/raters", round.review()?.id);
    let workbook = b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml".as_slice();
    for kind in [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/csv",
        "application/vnd.ms-excel",
        "application/json",
    ] {
        let said = trust.administrator.send("POST", &path, &[("content-type", kind)], Some(workbook))?.problem(422)?;
        let detail = said["errors"][0]["detail"].as_str().unwrap_or_default();
        assert!(detail.starts_with("this is an Excel workbook") && detail.contains("CSV UTF-8"), "{kind}: {said}");
    }
    let csv = "sep=;\r\nFirst name;Last name;Work email;Rater group\r\nAnn; \"Lee\";ann@m\u{fc}ller.example;Executive \
     team\r\nIpek;;\u{130}pek@trust.example;Other staff\r\nBo;\u{200b};bo@trust.example;tru\u{202e}stees\r\n";
    let taken = trust.administrator.post_csv(&format!("{path}?mode=partial"), csv)?.with(201)?.json()?;
    assert_eq!(taken["added"], 1, "{taken}");
    let said: Vec<_> = taken["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| (error["row"].clone(), error["field"].clone()))
        .collect();
    assert_eq!(said, [(3.into(), "email".into()), (4.into(), "group".into())], "{taken}");
    let listed = trust.administrator.raters(&round.review()?.id)?;
    let ann = listed.iter().find(|rater| rater["name"] == "Ann Lee");
    assert_eq!(
        ann.map(|ann| (&ann["email"], &ann["group"])),
        Some((&"ann@xn--mller-kva.example".into(), &"executive_team".into())),
        "{listed:?}"
    );
    Ok(())
}
