//! A round from launch to release, with everything that some of its raters have read on the way.

use std::collections::BTreeMap;
use std::time::Duration;

use candour_tests::answers::{competencies, items};
use candour_tests::{Answers, Outcome, Person, RaterLink, RoundPlan, StartedRound, Trust, finding, wait};
use serde_json::{Value, json};

use super::reading;

/// Thresholds that differ from one another and from what is usual, so that none can be said in place of another.
pub(crate) fn policy() -> Value {
    json!({ "threshold": 4, "comment_threshold": 6, "distribution_threshold": 11 })
}

/// What a reader is to the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Subject,
    Named,
    Anonymous,
}

/// Somebody whose reading is followed.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) person: Person,
    pub(crate) kind: Kind,
    pub(crate) link: RaterLink,
    /// How many statements and how many pages they are asked.
    pub(crate) statements: usize,
    pub(crate) parts: usize,
    /// What they sent; `None` for who said no.
    pub(crate) sent: Option<Answers>,
    /// Every sentence with where it stood.
    pub(crate) read: Vec<(&'static str, String)>,
    /// Whether they said no before anybody was reminded.
    pub(crate) said_no: bool,
    /// How many reminders they got.
    pub(crate) reminders: usize,
}

/// A released round.
#[derive(Debug)]
pub(crate) struct Ended<'a> {
    pub(crate) started: StartedRound<'a>,
    /// The round as the administrator has it.
    pub(crate) round: Value,
    pub(crate) readers: Vec<Reader>,
    /// Who answered what, the followed readers among them.
    pub(crate) given: Vec<(Person, Answers)>,
    /// What the administrator saw while it was open: the number of answers, the list of raters, the round.
    pub(crate) seen_while_open: Value,
    /// Confirmations that came before it closed.
    pub(crate) receipts_while_open: usize,
    pub(crate) readable: Readable,
    /// The deadline before it was extended.
    pub(crate) first_deadline: String,
    pub(crate) result: Value,
    pub(crate) csv: String,
    /// The same, row by row.
    pub(crate) rows: Vec<BTreeMap<String, String>>,
    /// The comment of a draft that was never sent.
    pub(crate) unsent: String,
}

/// Who could read the result when.
#[derive(Debug)]
pub(crate) struct Readable {
    /// The facilitator, before its release.
    pub(crate) first: bool,
    /// Administrator, subject and another system, before its release and after it.
    pub(crate) before: [bool; 3],
    pub(crate) after: [bool; 3],
    /// The comment that the facilitator took out in between.
    pub(crate) taken_out: String,
    /// An adviser, before its release.
    pub(crate) adviser: bool,
    /// What became of it when the adviser tried to take the comment out, and to release the report.
    pub(crate) adviser_changes: [u16; 2],
    /// What became of it when the facilitator tried to name the subject and the administrator as advisers.
    pub(crate) others_named: [u16; 2],
}

/// A reader of each kind: three answer by name or say no, four groups answer without a name.
const FOLLOWED: [(&str, Kind); 9] = [
    ("perpetua1", Kind::Subject),
    // Facilitates, and is asked as well.
    ("ignatius1", Kind::Named),
    ("chair1", Kind::Named),
    ("chair2", Kind::Named),
    ("trustees1", Kind::Anonymous),
    ("trustees6", Kind::Anonymous),
    ("staff1", Kind::Anonymous),
    ("executiveteam1", Kind::Anonymous),
    ("external1", Kind::Anonymous),
];

/// Somebody by name says no, and somebody without.
const SAY_NO: [&str; 2] = ["chair2", "trustees6"];

/// Begins and does not send.
const DAWDLES: &str = "staff12";

/// Whose comment is taken out.
const OFFENDS: &str = "staff3";

impl<'a> Ended<'a> {
    /// Trustees and staff stand alone, executives and partners are put together, and two people are the chair.
    pub(crate) fn watched(trust: &'a Trust<'a>) -> Outcome<Self> {
        let plan = RoundPlan::new().policy(policy()).asking("chair", 2).asking("trustees", 6).asking("staff", 12);
        let mut started = trust.draft(&plan.asking("executive_team", 2).asking("external", 3))?;
        let review = started.reviews.first_mut().ok_or("no review")?;
        let chair = Person { group: "chair".to_owned(), ..review.facilitator.clone() };
        let raters = format!("/v1/reviews/{}/raters", review.id);
        trust.administrator.post(&raters, &json!([chair.as_rater()]))?.with(201)?;
        review.raters.push(chair);
        started.launch()?;
        started.delivered()?;
        let links = started.link_of_each()?;
        let first_deadline = text(&trust.administrator.round(&started.id)?["closes_at"]);
        let mut readers = follow(&links)?;
        for reader in &mut readers {
            reader.opens("the promise")?;
            let page = reader.link.page(&format!("/page/{}", reader.parts))?.with(200)?.text();
            reader.reads("the page for comments", reading::part(&page, "<main", "<form class=\"part\"")?);
        }
        say_no(&links, &mut readers)?;
        remind_and_extend(&started, &mut readers)?;
        let given = answer(&links, &mut readers)?;
        let administrator = &trust.administrator;
        let late = Person::called("executiveteam9", "executive_team");
        administrator.post(&raters, &json!([late.as_rater()]))?.succeeded()?;
        let seen_while_open = json!([
            administrator.get(&format!("/v1/rounds/{}/progress", started.id))?.with(200)?.json()?,
            administrator.list(&raters)?,
            administrator.round(&started.id)?,
        ]);
        let receipts_while_open =
            trust.server.mailbox().read()?.iter().filter(|email| email.message_id.starts_with("<received")).count();
        started.close_and_count()?;
        let readable = release(&started)?;
        for reader in &mut readers {
            let page = reader.link.page("")?.text();
            reader.reads("the page after closing", reading::part(&page, "<main", "</main>")?);
            reader.receives(&started, "received")?;
            reader.receives(&started, "released")?;
            let emails = trust.server.mailbox().to(&reader.person.email)?;
            reader.reminders = emails.iter().filter(|email| email.message_id.starts_with("<reminder.")).count();
        }
        let results = format!("/v1/reviews/{}/results", started.review()?.id);
        let csv = administrator.get(&format!("{results}.csv"))?.with(200)?.text();
        Ok(Self {
            rows: reading::rows(&csv),
            csv,
            result: administrator.get(&results)?.with(200)?.json()?,
            round: administrator.round(&started.id)?,
            unsent: comment_of(DAWDLES),
            started,
            readers,
            given,
            seen_while_open,
            receipts_while_open,
            readable,
            first_deadline,
        })
    }
}

/// The result of a round of threshold 4 that the subject, the chair and so many trustees answer.
pub(crate) fn answered_by(trust: &Trust<'_>, by_name: &[&str], trustees: usize) -> Outcome<Value> {
    let started = trust.open(&RoundPlan::new().policy(policy()).asking("chair", 1).asking("trustees", 5))?;
    let links = started.link_of_each()?;
    let named = links.iter().filter(|(person, _)| by_name.contains(&person.group.as_str()));
    let others = links.iter().filter(|(person, _)| person.group == "trustees").take(trustees);
    for (at, (person, link)) in named.chain(others).enumerate() {
        link.submit(&answers(&link.survey()?, at, person))?.with(200)?;
    }
    started.close_and_count()?;
    let facilitator = started.facilitator()?;
    // Of a few people there may be nothing to show, and then a release has to be confirmed.
    let path = format!("/v1/reviews/{}/release", started.review()?.id);
    facilitator.post(&path, &json!({ "confirm": true }))?.with(200)?;
    facilitator.result(&started.review()?.id)
}

fn follow(links: &[(Person, RaterLink)]) -> Outcome<Vec<Reader>> {
    let mut readers = Vec::new();
    for (first, kind) in FOLLOWED {
        let found = links.iter().find(|(person, _)| is(person, first));
        let (person, link) = found.ok_or_else(|| format!("{first} is not asked"))?.clone();
        let survey = link.survey()?;
        let (statements, parts) = (items(&survey).len(), competencies(&survey).len() + 1);
        readers.push(Reader {
            statements,
            parts,
            sent: None,
            read: Vec::new(),
            said_no: says_no(&person),
            reminders: 0,
            person,
            kind,
            link,
        });
    }
    Ok(readers)
}

fn is(person: &Person, first: &str) -> bool {
    person.email.split('@').next() == Some(first)
}

fn says_no(person: &Person) -> bool {
    SAY_NO.iter().any(|first| is(person, first))
}

fn say_no(links: &[(Person, RaterLink)], readers: &mut [Reader]) -> Outcome {
    for (_, link) in links.iter().filter(|(person, _)| says_no(person)) {
        link.decline()?.succeeded()?;
    }
    readers
        .iter_mut()
        .filter(|reader| reader.said_no)
        .try_for_each(|reader| reader.opens("the promise after saying no"))
}

/// While nobody has answered, everybody gets both emails but those who have said no.
fn remind_and_extend(started: &StartedRound<'_>, readers: &mut [Reader]) -> Outcome {
    let later = json!({ "closes_at": wait::time_in(30 * 24 * 3600) });
    for (step, body) in [("remind", json!({})), ("extend", later)] {
        started.trust.administrator.moves(&started.id, step, &body)?;
    }
    for reader in readers {
        reader.awaits(started, "invitation")?;
        if !reader.said_no {
            reader.awaits(started, "reminder")?;
            reader.awaits(started, "extended")?;
        }
    }
    Ok(())
}

/// Everybody answers but those who say no and one who leaves it at a draft.
fn answer(links: &[(Person, RaterLink)], readers: &mut [Reader]) -> Outcome<Vec<(Person, Answers)>> {
    let mut given = Vec::new();
    for (at, (person, link)) in links.iter().enumerate() {
        let answers = answers(&link.survey()?, at, person);
        let mut reader = readers.iter_mut().find(|reader| reader.person == *person);
        if says_no(person) {
            continue;
        }
        link.save(&answers)?.succeeded()?;
        if let Some(reader) = &mut reader {
            let page = link.page("/check")?.with(200)?.text();
            reader.reads("the check", reading::part(&page, "<form class=\"send\"", "</form>")?);
            let page = link.page("/later")?.with(200)?.text();
            reader.reads("come back later", reading::part(&page, "<main", "</main>")?);
        }
        if is(person, DAWDLES) {
            continue;
        }
        link.submit(&answers)?.with(200)?;
        given.push((person.clone(), answers.clone()));
        if let Some(reader) = reader {
            let page = link.page("")?.with(200)?.text();
            reader.reads("the thanks", reading::part(&page, "<main", "</main>")?);
            reader.sent = Some(answers);
        }
    }
    Ok(given)
}

/// The facilitator takes a comment out and releases the result; the others try to read it before and after.
fn release(started: &StartedRound<'_>) -> Outcome<Readable> {
    let review = started.review()?;
    let path = format!("/v1/reviews/{}/results", review.id);
    let (facilitator, subject) = (started.facilitator()?, started.trust.subject(&review.subject)?);
    let integration = started.trust.integration(&["results:read"])?;
    let others = || -> Outcome<[bool; 3]> {
        let can_read = |caller: &candour_tests::Caller| {
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(caller.get(&path)?.status == 200)
        };
        Ok([can_read(&started.trust.administrator)?, can_read(&subject)?, can_read(&integration)?])
    };
    let (first, before) = (facilitator.get(&path)?.status == 200, others()?);
    let counted = facilitator.result(&review.id)?;
    let offending = comment_of(OFFENDS);
    let comments = counted["comments"].as_array().into_iter().flatten();
    let found = comments
        .flat_map(|prompt| prompt["comments"].as_array().into_iter().flatten())
        .find(|comment| comment["text"] == offending.as_str());
    let id = text(&found.ok_or("the comment is not there")?["id"]);
    let adviser = started.trust.adviser(review)?;
    let redaction = json!({ "redacted": true, "reason": "I do not like it" });
    let adviser_changes = [
        adviser.patch(&format!("/v1/reviews/{}/comments/{id}", review.id), &redaction)?.status,
        adviser.post(&format!("/v1/reviews/{}/release", review.id), &json!({}))?.status,
    ];
    let named = |email: &str| -> Outcome<u16> {
        let person = json!({ "name": "Somebody", "email": email });
        Ok(facilitator.post(&format!("/v1/reviews/{}/advisers", review.id), &person)?.status)
    };
    let others_named = [named(&review.subject.email)?, named("hr@ashgrove.example.org")?];
    let adviser = adviser.get(&path)?.status == 200;
    facilitator.redact(&review.id, &id, "points to a person")?.succeeded()?;
    facilitator.release(&review.id)?.with(200)?;
    let (after, taken_out) = (others()?, offending);
    Ok(Readable { first, before, after, taken_out, adviser, adviser_changes, others_named })
}

/// Marks in the middle of the scale that differ between people, the lowest for the first statement, and a comment of
/// their own.
fn answers(survey: &Value, at: usize, person: &Person) -> Answers {
    let first = person.email.split('@').next().unwrap_or_default();
    let mark = |item| if item == 0 { 1 } else { u8::try_from((at + item) % 3 + 2).unwrap_or(3) };
    Answers::to(survey, |item| Some(mark(item))).saying("keep", &comment_of(first))
}

/// A comment that names nobody, and that nobody else writes.
fn comment_of(first: &str) -> String {
    let sum = first.bytes().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    format!("Keep what was agreed in paper {sum}.")
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

impl Reader {
    fn opens(&mut self, place: &'static str) -> Outcome {
        let page = self.link.page("")?.with(200)?.text();
        self.reads(place, reading::part(&page, "<main", "</main>")?);
        self.reads("the foot of a page", reading::part(&page, "<footer", "</footer>")?);
        Ok(())
    }

    fn reads(&mut self, place: &'static str, html: &str) {
        self.read.extend(reading::sentences(html).into_iter().map(|sentence| (place, sentence)));
    }

    /// Waits for an email of this kind and reads it.
    fn awaits(&mut self, started: &StartedRound<'_>, kind: &'static str) -> Outcome {
        let mailbox = started.trust.server.mailbox();
        let email = wait::until(&format!("an email {kind} to {}", self.person.email), Duration::from_mins(3), || {
            let emails = mailbox.to(&self.person.email)?;
            Ok(emails.into_iter().find(|email| email.message_id.starts_with(&format!("<{kind}"))))
        })
        .map_err(|error| format!("{error}:\n{}", started.trust.server.log().unwrap_or_default()))?;
        self.read.extend(reading::of_email(&email)?.into_iter().map(|sentence| (kind, sentence)));
        Ok(())
    }

    /// Reads the email of this kind if they are one who gets it.
    fn receives(&mut self, started: &StartedRound<'_>, kind: &'static str) -> Outcome {
        let review = started.review()?;
        let told_of_the_release = [&review.subject.email, &review.facilitator.email].contains(&&self.person.email);
        match kind {
            "received" if self.sent.is_some() => self.awaits(started, kind),
            "released" if told_of_the_release => self.awaits(started, kind),
            "received" | "released" => Ok(()),
            other => finding!("who gets an email {other}?"),
        }
    }
}
