//! Emails through a real mail server: what they say, and what becomes of them when the server fails.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use candour_tests::{
    Answers, Email, Outcome, RaterLink, RoundPlan, Server, Service, Smtpd, StartedRound, TestApp, Trust, database, wait,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

const FROM: &str = "Feedback <feedback@ashgrove.example.org>";

struct Post {
    smtpd: Smtpd,
    server: Server,
    _folder: tempfile::TempDir,
}

impl Post {
    fn start(arguments: &[&str]) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        let smtpd = Smtpd::start(folder.path(), arguments)?;
        let server = Server::start_with(&[("CANDOUR_SMTP_URL", &smtpd.url()), ("CANDOUR_MAIL_FROM", FROM)])?;
        Ok(Self { smtpd, server, _folder: folder })
    }

    /// Waits until every rater of the round has an invitation, and checks that nobody has it under two Message-IDs.
    fn everybody_has_one_invitation(
        &self,
        round: &StartedRound<'_>,
        limit: Duration,
    ) -> Outcome<BTreeMap<String, Email>> {
        let wanted: BTreeSet<&str> = round.review()?.raters.iter().map(|person| person.email.as_str()).collect();
        let emails = wait::until("an invitation for everybody", limit, || {
            let emails = self.smtpd.mailbox().read()?;
            let reached: BTreeSet<&str> = emails.iter().flat_map(|email| email.to.iter().map(String::as_str)).collect();
            Ok(wanted.is_subset(&reached).then_some(()))
        })
        .and_then(|()| self.smtpd.mailbox().read())?;
        round.delivered()?;
        let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for email in &emails {
            ids.entry(email.to.first().ok_or("an email to nobody")?).or_default().insert(&email.message_id);
        }
        for (address, ids) in &ids {
            assert_eq!(ids.len(), 1, "{address} has the invitation under several Message-IDs: {ids:?}");
        }
        let every: BTreeSet<&&str> = ids.values().flatten().collect();
        assert_eq!(every.len(), wanted.len(), "a Message-ID belongs to one person");
        Ok(emails.iter().map(|email| (email.to.concat(), email.clone())).collect())
    }
}

fn delivery(round: &StartedRound<'_, impl Service>, address: &str) -> Outcome<Value> {
    let raters = round.trust.administrator.raters(&round.review()?.id)?;
    Ok(raters.iter().find(|rater| rater["email"] == address).ok_or("no such rater")?["delivery"].clone())
}

#[test]
fn an_invitation_says_what_a_rater_needs_to_know() -> Outcome {
    let post = Post::start(&[])?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    // 4 pm in Greenwich is 5 pm in a British July.
    let round = trust.open(&RoundPlan::small().closing_at(&next_july()))?;
    let emails = post.everybody_has_one_invitation(&round, Duration::from_secs(30))?;
    for person in &round.review()?.raters {
        let email = &emails[&person.email];
        assert_eq!(email.auto_submitted.as_deref(), Some("auto-generated"));
        assert_eq!(email.links.len(), 1, "{}", email.text);
        let base = format!("http://{}", post.server.address()?.replace("127.0.0.1", "localhost"));
        assert!(email.text.contains(&format!("{base}/s/{}", email.links.concat())), "{}", email.text);
        for (what, wanted) in [
            ("a personal greeting", person.name.as_str()),
            ("who asks", "Ashgrove Trust"),
            ("how long it takes", "minutes"),
            ("the deadline in UK time", "1 July"),
            ("the deadline in UK time", "5pm"),
            ("a contact", "contact@ashgrove.example.org"),
        ] {
            assert!(email.text.contains(wanted), "the text lacks {what} ({wanted}):\n{}", email.text);
            assert!(email.html.contains(wanted), "the HTML lacks {what} ({wanted}):\n{}", email.html);
        }
        assert!(email.text.contains("Perpetua1 Quillfeather"), "for whom:\n{}", email.text);
        let named = ["self", "chair"].contains(&person.group.as_str());
        assert_eq!(email.text.contains("without your name"), !named, "whether they answer by name:\n{}", email.text);
        assert!(!email.text.to_lowercase().contains("anonym"), "a word that no page uses:\n{}", email.text);
        let header =
            |name: &str| email.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(header("From"), Some("\"Ashgrove Trust\" <feedback@ashgrove.example.org>"), "the trust writes");
        assert!(email.text.contains("Do you wonder whether this email is genuine? Ask Beatrix"), "{}", email.text);
        assert!(
            email.html.matches(&format!("/s/{}\"", email.links.concat())).count() == 2,
            "a button, and the plain link: {}",
            email.html
        );
        assert!(!email.html.contains("<img") && !email.html.contains("src="), "an email loads nothing: {}", email.html);
    }
    Ok(())
}

/// Four in the afternoon, Greenwich time, on the next first of July.
fn next_july() -> String {
    let now = wait::time_in(60);
    let year = now.split('-').next().and_then(|year| year.parse::<u32>().ok()).unwrap_or_default();
    let this = format!("{year}-07-01T16:00:00Z");
    if this > now { this } else { format!("{}-07-01T16:00:00Z", year + 1) }
}

#[test]
fn a_mail_server_that_stops_in_the_middle_loses_nothing() -> Outcome {
    let mut post = Post::start(&["--delay", "60"])?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 20).asking("staff", 20))?;
    wait::until("the first invitations", Duration::from_secs(30), || {
        Ok((post.smtpd.recipients()?.len() >= 5).then_some(()))
    })?;
    post.smtpd.kill()?;
    let before = post.smtpd.recipients()?.len();
    assert!(before < 41, "the server was stopped too late for this story");
    wait::until("the service to notice", Duration::from_secs(30), || {
        Ok(post.server.log()?.contains("tried again").then_some(()))
    })?;
    post.smtpd.begin()?;
    post.everybody_has_one_invitation(&round, Duration::from_mins(2))?;
    Ok(())
}

#[test]
fn a_service_that_is_killed_in_the_middle_loses_nothing() -> Outcome {
    let post = Post::start(&["--delay", "60"])?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 20).asking("staff", 20))?;
    wait::until("the first invitations", Duration::from_secs(30), || {
        Ok((post.smtpd.recipients()?.len() >= 5).then_some(()))
    })?;
    post.server.kill()?;
    assert!(post.smtpd.recipients()?.len() < 41, "the service was stopped too late for this story");
    post.server.begin()?;
    post.everybody_has_one_invitation(&round, Duration::from_mins(2))?;
    Ok(())
}

#[test]
fn a_round_is_launched_while_the_mail_server_is_down() -> Outcome {
    let mut post = Post::start(&[])?;
    post.smtpd.kill()?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    wait::until("the service to notice", Duration::from_secs(30), || {
        Ok(post.server.log()?.contains("tried again").then_some(()))
    })?;
    assert_eq!(delivery(&round, &round.review()?.subject.email)?, "queued");
    post.smtpd.begin()?;
    post.everybody_has_one_invitation(&round, Duration::from_mins(2))?;
    Ok(())
}

#[test]
fn a_refused_address_shows_and_is_not_tried_again() -> Outcome {
    let wrong = "trustees3@ashgrove.example.org";
    let post = Post::start(&["--refuse", wrong])?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.delivered()?;
    for rater in trust.administrator.raters(&round.review()?.id)? {
        let expected = if rater["email"] == wrong { "bounced" } else { "sent" };
        assert_eq!(rater["delivery"], expected, "{rater}");
    }
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    wait::until("the reminders to everybody but the one whose address does not work", Duration::from_secs(30), || {
        Ok((post.smtpd.recipients()?.len() >= 20).then_some(()))
    })?;
    assert_eq!(
        post.smtpd.attempts()?.iter().filter(|line| line.starts_with(wrong)).count(),
        1,
        "one attempt, one refusal"
    );
    Ok(())
}

/// What mail servers say about the sender, a route, a policy or the content, and about a mailbox that is there.
#[test]
fn a_refusal_that_is_not_about_an_address_that_is_not_there_is_tried_again() -> Outcome {
    let people = [
        "perpetua1",
        "chair1",
        "trustees1",
        "trustees2",
        "trustees3",
        "trustees4",
        "trustees5",
        "executiveteam1",
        "executiveteam2",
    ];
    let people: Vec<String> = people
        .into_iter()
        .chain(["executiveteam3", "executiveteam4"])
        .map(|name| format!("{name}@ashgrove.example.org"))
        .collect();
    let replies = [
        "550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
        "550 5.4.14 Hop count exceeded - possible mail loop ATTR14",
        "550 5.4.300 Message expired",
        "550 5.4.312 Message expired, DNS query failed",
        "550 5.0.350 Remote server returned an error",
        "550 SPF check failed, and no DKIM signature",
        "550 Access denied - Invalid HELO name",
        "550 No PTR record; your host is listed on an RBL",
        "550 Message contains a virus",
        "550 Verification failed",
        "550 Message content rejected",
    ];
    let mut arguments = Vec::new();
    for (address, reply) in people.iter().zip(replies) {
        arguments.extend(["--once", address.as_str(), reply]);
    }
    let post = Post::start(&arguments)?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    assert_eq!(post.everybody_has_one_invitation(&round, Duration::from_mins(1))?.len(), replies.len());
    assert_eq!(
        post.smtpd.attempts()?.iter().filter(|line| line.ends_with(" 550")).count(),
        replies.len(),
        "each was refused once"
    );
    for rater in trust.administrator.raters(&round.review()?.id)? {
        assert_eq!(rater["delivery"], "sent", "{rater}");
    }
    Ok(())
}

#[test]
fn a_quota_slows_all_mail_and_loses_none() -> Outcome {
    let post = Post::start(&["--once", "anybody", "550 5.4.5 Daily user sending quota exceeded"])?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 20).asking("staff", 20))?;
    wait::until("the service to notice", Duration::from_secs(30), || {
        Ok(post
            .server
            .log()?
            .contains("the mail server answered 550 5.4.5: too much mail from this sender")
            .then_some(()))
    })?;
    let noticed = post.smtpd.attempts()?.len();
    let states: BTreeSet<String> =
        trust.administrator.raters(&round.review()?.id)?.iter().map(|rater| rater["delivery"].to_string()).collect();
    assert!(
        states.is_subset(&BTreeSet::from(["\"queued\"".to_owned(), "\"sent\"".to_owned()])),
        "nobody is unreachable: {states:?}"
    );
    // Those that were under way beside it may still arrive.
    assert!(noticed <= 17, "mail went on although the server spoke of a quota: {noticed}");
    post.everybody_has_one_invitation(&round, Duration::from_mins(2))?;
    assert_eq!(post.smtpd.attempts()?.len(), 42, "one refusal, and each arrives once");
    Ok(())
}

#[test]
fn an_address_that_works_no_longer_shows_nowhere() -> Outcome {
    let (gone, rater) = ("trustees3@ashgrove.example.org", "trustees4@ashgrove.example.org");
    let mut post = Post::start(&[])?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let invitations = post.everybody_has_one_invitation(&round, Duration::from_secs(30))?;
    let answered = RaterLink::new(post.server.http()?, &invitations[rater].links.concat());
    answered.submit(&Answers::to(&answered.survey()?, |_| Some(4)))?.with(200)?;
    let before = trust.administrator.raters(&round.review()?.id)?;
    post.smtpd.kill()?;
    post.smtpd.refuse(gone);
    post.smtpd.refuse(rater);
    post.smtpd.begin()?;
    let connection = database::open(&post.server)?;
    let later = json!({ "closes_at": wait::time_in(30 * 24 * 3600) });
    for (step, body, address) in
        [("remind", json!({}), gone), ("extend", later, gone), ("close", json!({ "confirm": true }), rater)]
    {
        let refusals = || -> Outcome<usize> {
            Ok(post.smtpd.attempts()?.iter().filter(|line| **line == format!("{address} 550")).count())
        };
        let already = refusals()?;
        trust.administrator.moves(&round.id, step, &body)?;
        wait::until(&format!("the emails of {step}"), Duration::from_mins(1), || {
            let waiting = database::number(
                &connection,
                "SELECT COUNT(*) FROM jobs WHERE kind LIKE 'mail.%' OR kind = 'round.tell'",
            )?;
            Ok((waiting == 0 && refusals()? > already).then_some(()))
        })?;
        let after = trust.administrator.raters(&round.review()?.id)?;
        assert_eq!(after, before, "what becomes of the emails of {step} would show who has answered");
    }
    Ok(())
}

#[test]
fn a_first_email_that_a_reminder_overtakes_does_not_show_who_has_answered() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut smtpd = Smtpd::start(&folder.path().join("smtpd"), &[])?;
    let url = smtpd.url();
    let server = TestApp::start_with(move |config| config.smtp_url = Some(url.clone()))?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    smtpd.kill()?;
    server.work_until_idle()?;
    smtpd.begin()?;
    assert_eq!(smtpd.recipients()?.len(), 0, "the first attempt has failed, and the next one is not due");
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    server.work_until_idle()?;
    let address = &round.review()?.raters[2].email;
    let reminder = smtpd.mailbox().to(address)?.into_iter().next().ok_or("no reminder")?;
    let link = RaterLink::new(server.http()?, &reminder.links.concat());
    link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    assert_eq!(delivery(&round, address)?, "queued", "the first email came too early for this story");
    server.time_passes(TimeDelta::hours(1))?;
    round.delivered()?;
    let all = trust.administrator.raters(&round.review()?.id)?;
    assert!(all.iter().all(|rater| rater["delivery"] == "sent"), "{all:?}");
    assert_eq!(smtpd.mailbox().to(address)?.len(), 1, "who has answered gets no first email");
    Ok(())
}

#[test]
fn a_temporary_failure_is_tried_again() -> Outcome {
    let post = Post::start(&["--put-off", "4"])?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    post.everybody_has_one_invitation(&round, Duration::from_mins(1))?;
    assert_eq!(post.smtpd.attempts()?.iter().filter(|line| line.ends_with(" 451")).count(), 4);
    assert_eq!(post.smtpd.recipients()?.len(), round.review()?.raters.len(), "each arrives once");
    assert_eq!(delivery(&round, &round.review()?.subject.email)?, "sent");
    Ok(())
}

#[test]
fn somebody_asked_about_two_people_gets_one_email() -> Outcome {
    let post = Post::start(&[])?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small().reviews(2))?;
    let people = 10 + 2;
    wait::until("the invitations", Duration::from_secs(30), || {
        Ok((post.smtpd.recipients()?.len() >= people).then_some(()))
    })?;
    round.delivered()?;
    assert_eq!(post.smtpd.recipients()?.len(), people, "one email for each person");
    let emails = post.smtpd.mailbox().to("trustees1@ashgrove.example.org")?;
    let [email] = emails.as_slice() else { return Err(format!("{} emails", emails.len()).into()) };
    assert_eq!(email.links.len(), 2, "{}", email.text);
    for subject in ["Perpetua1 Quillfeather", "Perpetua2 Quillfeather"] {
        assert!(email.text.contains(subject) && email.html.contains(subject), "{}", email.text);
    }
    let http = post.server.http()?;
    let mut subjects = BTreeSet::new();
    for token in &email.links {
        let survey = RaterLink::new(http.clone(), token).survey()?;
        subjects.insert(survey["subject"]["name"].as_str().unwrap_or_default().to_owned());
    }
    assert_eq!(subjects.len(), 2, "each link asks about another person: {subjects:?}");
    Ok(())
}

#[test]
fn reminders_and_a_new_deadline_carry_the_same_link() -> Outcome {
    let post = Post::start(&[])?;
    let trust = Trust::found(&post.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let invitations = post.everybody_has_one_invitation(&round, Duration::from_secs(30))?;
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    wait::until("the reminders", Duration::from_secs(30), || Ok((post.smtpd.recipients()?.len() >= 22).then_some(())))?;
    trust.administrator.moves(&round.id, "extend", &json!({ "closes_at": wait::time_in(30 * 24 * 3600) }))?;
    wait::until("the new deadline", Duration::from_secs(30), || {
        Ok((post.smtpd.recipients()?.len() >= 33).then_some(()))
    })?;
    for (address, invitation) in &invitations {
        let all = post.smtpd.mailbox().to(address)?;
        assert_eq!(all.len(), 3, "{address}");
        assert!(all.iter().all(|email| email.links == invitation.links), "{address}: the link stays the same");
        let ids: BTreeSet<_> = all.iter().map(|email| &email.message_id).collect();
        let subjects: BTreeSet<_> = all.iter().map(|email| &email.subject).collect();
        assert_eq!((ids.len(), subjects.len()), (3, 3), "{address}: three emails that can be told apart: {subjects:?}");
    }
    Ok(())
}
