//! People whose address the mail server refused are asked again, at the same address or at another one.

use std::time::Duration;

use candour_tests::{
    Answers, Email, Outcome, RaterLink, RoundPlan, Server, Smtpd, StartedRound, Trust, database, wait,
};
use serde_json::{Value, json};

const FROM: &str = "Feedback <feedback@ashgrove.example.org>";
const UNKNOWN: &str = "550 5.1.1 No such user here";

fn address(name: &str) -> String {
    format!("{name}@ashgrove.example.org")
}

fn start(folder: &tempfile::TempDir, arguments: &[&str]) -> Outcome<(Smtpd, Server)> {
    let smtpd = Smtpd::start(folder.path(), arguments)?;
    let server = Server::start_with(&[("CANDOUR_SMTP_URL", &smtpd.url()), ("CANDOUR_MAIL_FROM", FROM)])?;
    Ok((smtpd, server))
}

fn listed(round: &StartedRound<'_>, email: &str) -> Outcome<Value> {
    let raters = round.trust.administrator.raters(&round.review()?.id)?;
    raters.into_iter().find(|rater| rater["email"] == email).ok_or_else(|| format!("{email} is not on the list").into())
}

fn asks_again(round: &StartedRound<'_>, rater: &Value, body: &Value) -> Outcome<candour_tests::Reply> {
    round.trust.administrator.post(&format!("/v1/raters/{}/ask-again", rater["id"].as_str().unwrap_or_default()), body)
}

fn arrives(smtpd: &Smtpd, email: &str) -> Outcome<Email> {
    wait::until(&format!("an email to {email}"), Duration::from_secs(30), || {
        Ok(smtpd.mailbox().to(email)?.into_iter().next())
    })
}

fn settled(server: &Server) -> Outcome {
    let look = database::open(server)?;
    wait::until("no email to wait", Duration::from_mins(1), || {
        let waiting =
            database::number(&look, "SELECT COUNT(*) FROM jobs WHERE kind LIKE 'mail.%' OR kind = 'round.tell'")?;
        Ok((waiting == 0).then_some(()))
    })
}

#[test]
fn a_refused_address_is_asked_again() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (trustee, executive) = (address("trustees3"), address("executiveteam1"));
    let (smtpd, server) = start(&folder, &["--once", &trustee, UNKNOWN])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.delivered()?;
    let rater = listed(&round, &trustee)?;
    assert_eq!(rater["delivery"], "bounced");
    let reached = listed(&round, &executive)?;
    let refused = asks_again(&round, &reached, &json!({ "email": "mallory@elsewhere.example" }))?.problem(409)?;
    assert!(
        refused["detail"].as_str().unwrap_or_default().contains("bounced"),
        "an email may have reached them: {refused}"
    );
    let look = database::open(&server)?;
    let hash = format!(
        "SELECT hex(hash) FROM links WHERE invitation_id IN (SELECT id FROM invitations WHERE rater_id = '{}')",
        rater["id"].as_str().unwrap_or_default()
    );
    let hash = if candour_tests::engine()? == candour_tests::Engine::Sqlite {
        hash
    } else {
        hash.replace("hex(hash)", "encode(hash, 'hex')")
    };
    let before = look.texts(&hash)?;
    let asked = asks_again(&round, &rater, &json!({}))?.with(200)?.json()?;
    assert_eq!(
        (&asked["delivery"], &asked["waiting"], &asked["email"]),
        (&json!("queued"), &json!(false), &json!(trustee))
    );
    let email = arrives(&smtpd, &trustee)?;
    let after = look.texts(&hash)?;
    assert!(before.len() == 1 && after.len() == 1 && before != after, "the old link is gone, and there is one new one");
    round.delivered()?;
    assert_eq!(listed(&round, &trustee)?["delivery"], "sent");
    let link = RaterLink::new(server.http()?, &email.links.concat());
    link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    let audit = trust.administrator.list("/v1/audit-log")?;
    let again =
        audit.iter().find(|event| event["action"] == "rater.asked_again").ok_or("it is not in the audit log")?;
    assert_eq!(again["detail"]["another_address"], false, "{again}");
    assert_eq!(asks_again(&round, &rater, &json!({}))?.status, 409, "an email has reached them now");
    Ok(())
}

#[test]
fn a_corrected_address_is_asked_when_the_facilitator_has_agreed() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (wrong, right, other) = (address("trustees3"), address("tilda"), address("trustees4"));
    let (smtpd, server) = start(&folder, &["--refuse", &wrong])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.delivered()?;
    let rater = listed(&round, &wrong)?;
    for (taken, why) in
        [(&*other, "somebody else's"), ("perpetua1@ashgrove.example.org", "the subject's"), ("tilda", "no address")]
    {
        let refused = asks_again(&round, &rater, &json!({ "email": taken }))?.problem(422)?;
        assert_eq!(refused["errors"][0]["pointer"], "/email", "{why}: {refused}");
    }
    let asked = asks_again(&round, &rater, &json!({ "email": right }))?.with(200)?.json()?;
    assert_eq!((&asked["delivery"], &asked["waiting"], &asked["email"]), (&Value::Null, &json!(true), &json!(right)));
    assert_eq!(
        asks_again(&round, &rater, &json!({}))?.status,
        409,
        "nothing is sent before the facilitator has agreed"
    );
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    settled(&server)?;
    assert_eq!(smtpd.mailbox().to(&right)?.len(), 0, "nor by a reminder");

    let facilitator = round.facilitator()?;
    let list = facilitator.reads_list(&round.review()?.id)?;
    assert_eq!((&list["waiting"], &list["agreed"]), (&json!(1), &json!(false)), "{list}");
    let people = list["people"].as_array().ok_or("no people")?;
    let shown =
        people.iter().find(|person| person["email"] == right).ok_or("the facilitator does not see the new address")?;
    assert!(
        shown["marks"].as_array().is_some_and(|marks| marks.iter().any(|mark| mark["code"] == "asked_again")),
        "{shown}"
    );
    let agreed = facilitator.agrees(&round.review()?.id)?.with(200)?.json()?;
    assert_eq!(agreed["invited"], 1);
    let email = arrives(&smtpd, &right)?;
    round.delivered()?;
    assert_eq!(listed(&round, &right)?["delivery"], "sent");
    let link = RaterLink::new(server.http()?, &email.links.concat());
    link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    assert_eq!(
        smtpd.attempts()?.iter().filter(|line| line.starts_with(&wrong)).count(),
        1,
        "the old address is not written to again"
    );
    Ok(())
}

#[test]
fn somebody_whose_address_was_refused_is_withdrawn_and_added_again() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (trustee, reached) = (address("trustees3"), address("trustees4"));
    let (smtpd, server) = start(&folder, &["--once", &trustee, UNKNOWN])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.delivered()?;
    for email in [&trustee, &reached] {
        let rater = listed(&round, email)?;
        trust.administrator.delete(&format!("/v1/raters/{}", rater["id"].as_str().unwrap_or_default()))?.succeeded()?;
    }
    let add = |email: &str, group: &str| {
        let row = json!([{ "name": "Tilda Quillfeather", "email": email, "group": group }]);
        trust.administrator.post(&format!("/v1/reviews/{}/raters", round.review()?.id), &row)
    };
    add(&reached, "trustees")?.problem(422)?;
    let moved = add(&trustee, "executive_team")?.problem(422)?;
    assert_eq!(moved["errors"][0]["field"], "group", "{moved}");
    let added = add(&trustee, "trustees")?.with(201)?.json()?;
    assert_eq!((&added["added"], &added["waiting"]), (&json!(1), &json!(1)), "{added}");
    let rater = listed(&round, &trustee)?;
    assert_eq!(
        (&rater["withdrawn"], &rater["waiting"], &rater["delivery"]),
        (&json!(false), &json!(true), &Value::Null),
        "{rater}"
    );
    add(&trustee, "trustees")?.problem(422)?;
    assert_eq!(round.facilitator()?.agrees(&round.review()?.id)?.with(200)?.json()?["invited"], 1);
    let email = arrives(&smtpd, &trustee)?;
    assert!(email.text.contains("Tilda Quillfeather"), "{}", email.text);
    let link = RaterLink::new(server.http()?, &email.links.concat());
    link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    Ok(())
}

/// A reminder may have reached somebody before the first email was refused, and they may have answered through it.
#[test]
fn to_be_asked_again_looks_the_same_whether_or_not_they_have_answered() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let links = round.link_of_each()?;
    round.delivered()?;
    let [_, _, (answered, link), (silent, old), ..] = links.as_slice() else { return Err("two raters".into()) };
    link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    database::open(&server)?.change("UPDATE invitations SET delivery = 'bounced'")?;
    let again = |email: &str| -> Outcome<_> {
        let rater = listed(&round, email)?;
        let reply = asks_again(&round, &rater, &json!({}))?;
        let mut body = reply.json()?;
        for secret in ["id", "name", "email"] {
            body[secret] = Value::Null;
        }
        round.delivered()?;
        settled(&server)?;
        Ok((reply.status, body, listed(&round, email)?["delivery"].clone()))
    };
    let of_answered = again(&answered.email)?;
    assert_eq!(of_answered, again(&silent.email)?);
    assert_eq!(of_answered.0, 200);
    assert_eq!(
        server.mailbox().to(&answered.email)?.len(),
        1,
        "who has answered gets no second link, and can answer once"
    );
    assert_eq!(server.mailbox().to(&silent.email)?.len(), 2);
    assert_eq!(old.survey()?["state"], "withdrawn", "the old link ends");
    Ok(())
}
