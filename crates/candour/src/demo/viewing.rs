//! What somebody finds who looks around after the demonstration: a round that is open, one whose report waits for the
//! chair, and a page on which they can be everybody.

use std::io::Write;
use std::path::Path;

use candour_pages::demo::{Parts, Player, Rater};
use serde_json::json;

use super::mailbox::Letter;
use super::people::SampleRater;
use super::{Cast, DemoError, answers, mailbox, people, set_up, wait_until};

/// Plays the two rounds, and says who can be played by the visitor.
pub(super) fn prepare(cast: &Cast, mailbox: &Path, base: &str, seed: u64) -> Result<Parts, DemoError> {
    leave_one_counted(cast, mailbox, base, seed)?;
    let raters = leave_one_open(cast, mailbox, base)?;
    let player = |name: &str, account| Player { name: name.to_owned(), account };
    let players = &cast.players;
    Ok(Parts {
        organisation: players.organisation,
        organisation_name: people::TRUST.to_owned(),
        hr: player(people::HR.0, players.hr),
        chair: player(people::CHAIR.0, players.chair),
        subject: player(people::SUBJECT.0, players.subject),
        raters,
    })
}

/// Says where to look. The page comes last, where it is seen.
pub(super) fn invite(cast: &Cast, base: &str, review: &str, out: &mut dyn Write) -> Result<(), DemoError> {
    writeln!(out, "\nThe result above over REST, with the HR system's token, valid for an hour:\n")?;
    writeln!(out, "TOKEN={}", cast.integration.token())?;
    writeln!(out, "curl -H \"Authorization: Bearer $TOKEN\" {base}/v1/reviews/{review}/results")?;
    writeln!(out, "\nThe API is described at {base}/docs/. Ctrl-C ends the demonstration and deletes everything.")?;
    writeln!(out, "\nNext: open this page and be the HR lead, the chair, the chief executive or a rater:")?;
    writeln!(out, "\n  {base}/demo\n")?;
    Ok(())
}

fn leave_one_counted(cast: &Cast, mailbox: &Path, base: &str, seed: u64) -> Result<(), DemoError> {
    let (admin, subject) = (&cast.administrator, people::THIRD_SUBJECT);
    let (round, review) = set_up(cast, "Director of education review 2027", subject)?;
    let raters = people::raters();
    admin.post_csv(&format!("/v1/reviews/{review}/raters"), &people::csv(&raters))?;
    admin.post(&format!("/v1/rounds/{round}/launch"), &json!({}))?;
    let letters = mailbox::wait_for(mailbox, subject.0, raters.len() + 1)?;
    answers::answer_all(base, &letters, subject.1, seed)?;
    admin.post(&format!("/v1/rounds/{round}/close"), &json!({ "confirm": true }))?;
    wait_until("the count", || Ok(admin.get(&format!("/v1/rounds/{round}"))?["state"] == "counted"))
}

/// The links of two raters who have not answered.
fn leave_one_open(cast: &Cast, mailbox: &Path, base: &str) -> Result<Vec<Rater>, DemoError> {
    let subject = people::SECOND_SUBJECT;
    let (round, review) = set_up(cast, "Finance director review 2027", subject)?;
    let asked = |rater: &SampleRater| ["trustees", "executive_team"].contains(&rater.group);
    let raters: Vec<_> = people::raters().into_iter().filter(asked).collect();
    cast.administrator.post_csv(&format!("/v1/reviews/{review}/raters"), &people::csv(&raters))?;
    cast.administrator.post(&format!("/v1/rounds/{round}/launch"), &json!({}))?;
    let letters = mailbox::wait_for(mailbox, subject.0, raters.len() + 1)?;
    let played = [("trustees", "Trustees"), ("executive_team", "Executive team")].map(|(group, title)| {
        let rater = raters.iter().find(|rater| rater.group == group)?;
        let letter = letters.iter().find(|letter| letter.to == rater.email)?;
        Some(Rater {
            name: rater.name.clone(),
            group: title.to_owned(),
            subject: subject.0.to_owned(),
            path: path(letter, base)?,
        })
    });
    played.into_iter().map(|rater| rater.ok_or(DemoError::Missing("link of a rater"))).collect()
}

fn path(letter: &Letter, base: &str) -> Option<String> {
    letter.link.strip_prefix(base.trim_end_matches('/')).filter(|path| path.starts_with("/s/")).map(str::to_owned)
}
