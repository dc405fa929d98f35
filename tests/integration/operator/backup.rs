//! A copy taken while raters answer is whole, and elsewhere the service goes on from it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use candour_tests::server::Said;
use candour_tests::{
    Answers, Outcome, RaterLink, RoundPlan, Server, Smtpd, StartedRound, Trust, database, finding, wait,
};
use serde_json::Value;

use super::{back_up, beside, moved, same_trust, to_fix, with_key_of};

/// As many send at once.
const CLIENTS: usize = 6;

/// The copy is taken when so many have been told that their answers have arrived.
const BEFORE: usize = 30;

const RATERS: usize = 150;

/// A comment nobody else writes.
fn remark(number: usize) -> String {
    format!("Remark <{number}> before or after the copy.")
}

fn answers(survey: &Value, number: usize) -> Answers {
    Answers::to(survey, |item| Some(u8::try_from((number + item) % 4 + 2).unwrap_or(2))).saying("keep", &remark(number))
}

#[test]
fn a_copy_taken_while_raters_answer_has_every_answer_acknowledged_before_it() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("staff", RATERS))?;
    let links: Vec<RaterLink> = round.link_of_each()?.into_iter().skip(1).map(|(_, link)| link).collect();
    let survey = links.first().ok_or("no rater")?.survey()?;
    let (path, file) = beside(&server, "copy")?;
    let (before, acknowledged, said) = answer_during(&server, &links, &survey, || server.cli(&["backup", &file]))?;
    assert!(said.status.success(), "{}", said.stderr);
    assert!(said.stdout.contains("server key is not in it"), "{}", said.stdout);
    assert!(said.stdout.contains(&format!("{} bytes", std::fs::metadata(&path)?.len())), "{}", said.stdout);
    assert_eq!(std::fs::metadata(&path)?.permissions().mode() & 0o777, 0o600);
    assert!(
        before.len() >= BEFORE && acknowledged.len() > before.len(),
        "answers came before the copy and while it was written"
    );
    assert_eq!(to_fix(&server)?, Vec::<String>::new(), "the service went on well");
    let again = server.cli(&["backup", &file])?;
    assert!(
        !again.status.success() && again.stderr.contains("is there already"),
        "a file that is there is left alone: {}",
        again.stderr
    );

    let elsewhere = moved(&server, &path)?;
    assert_eq!(to_fix(&elsewhere)?, Vec::<String>::new());
    let look = database::open(&elsewhere)?;
    let ballots = look.number("SELECT count(*) FROM ballots")?;
    assert_eq!(
        ballots,
        look.number("SELECT count(*) FROM invitations WHERE used")?,
        "each invitation is used in the copy with its ballot or not at all"
    );
    assert!(
        (before.len()..=acknowledged.len()).contains(&usize::try_from(ballots)?),
        "{} before, {ballots}, {} in all",
        before.len(),
        acknowledged.len()
    );
    drop(look);

    // Who is in the copy has answered, and who is not can answer.
    let mut ended = 0;
    for (number, link) in links.iter().enumerate() {
        let there = RaterLink::new(elsewhere.http()?, link.token());
        match there.survey()?["state"].as_str() {
            Some("received") => ended += 1,
            Some("open") if !before.contains(&number) => {}
            other => finding!(
                "the link of rater {number} is {other:?}, acknowledged before the copy: {}",
                before.contains(&number)
            ),
        }
    }
    assert_eq!(ended, ballots);
    let trust_there = same_trust(&trust, &elsewhere)?;
    let there = StartedRound { trust: &trust_there, id: round.id.clone(), reviews: round.reviews.clone() };
    there.close_and_count()?;
    let result = there.facilitator()?.result(&there.review()?.id)?;
    assert_eq!(result["blocks"][0]["responded"], ballots, "{}", result["blocks"]);
    let counted = remarks(&result);
    assert!(counted.values().all(|times| *times == 1), "{counted:?}");
    assert!(
        before.iter().all(|number| counted.contains_key(number)),
        "every answer acknowledged before the copy is counted"
    );
    assert_eq!(to_fix(&elsewhere)?, Vec::<String>::new(), "keys and ballots that should be gone are gone");
    Ok(())
}

/// Has raters answer, and does something in the middle of it. Gives who had been acknowledged before that, who in all,
/// and what came of it.
fn answer_during(
    server: &Server,
    links: &[RaterLink],
    survey: &Value,
    work: impl FnOnce() -> Outcome<Said>,
) -> Outcome<(BTreeSet<usize>, BTreeSet<usize>, Said)> {
    let waiting: Mutex<VecDeque<usize>> = Mutex::new((0..links.len()).collect());
    let (acknowledged, over) = (Mutex::new(BTreeSet::new()), AtomicBool::new(false));
    let known = || acknowledged.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let (before, said) = std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while !over.load(Ordering::SeqCst) {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(number) = next else { return };
                    if links[number].submit(&answers(survey, number)).is_ok_and(|reply| reply.status == 200) {
                        acknowledged.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
                    }
                }
            });
        }
        let enough = wait::until("enough raters to answer", Duration::from_mins(1), || {
            let known = known();
            Ok((known.len() >= BEFORE).then_some(known))
        });
        let done = enough.and_then(|before| Ok((before, work()?)));
        over.store(done.is_err(), Ordering::SeqCst);
        done
    })?;
    let _still_running = server.process()?;
    Ok((before, known(), said))
}

/// How often each rater's remark is among the comments.
fn remarks(result: &Value) -> BTreeMap<usize, usize> {
    let mut counted = BTreeMap::new();
    for prompt in result["comments"].as_array().into_iter().flatten() {
        for comment in prompt["comments"].as_array().into_iter().flatten() {
            let text = comment["text"].as_str().unwrap_or_default();
            let number = text
                .strip_prefix("Remark <")
                .and_then(|rest| rest.split_once('>'))
                .and_then(|(number, _)| number.parse().ok());
            if let Some(number) = number {
                *counted.entry(number).or_default() += 1;
            }
        }
    }
    counted
}

/// The emails that were waiting go out twice, from here and from there. Every mail program takes the second for the
/// first.
#[test]
fn what_was_waiting_in_a_copy_is_done_again_and_an_email_keeps_its_message_id() -> Outcome {
    let folder = tempfile::Builder::new().prefix("candour-mail-").tempdir()?;
    let mut smtpd = Smtpd::start(folder.path(), &[])?;
    let url = smtpd.url();
    smtpd.kill()?;
    let server = Server::start_with(&[("CANDOUR_SMTP_URL", &url)])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    round.launch()?;
    let people = round.review()?.raters.len();
    let copy = back_up(&server, "copy")?;
    smtpd.begin()?;
    round.delivered()?;

    let elsewhere = moved(&server, &copy)?;
    let sent = wait::until("the emails of the copy", Duration::from_mins(1), || {
        let sent = elsewhere.mailbox().read()?;
        Ok((sent.len() >= people).then_some(sent))
    })?;
    let ids =
        |emails: Vec<candour_tests::Email>| emails.into_iter().map(|email| email.message_id).collect::<BTreeSet<_>>();
    let (here, there) = (ids(smtpd.mailbox().read()?), ids(sent));
    assert_eq!(there.len(), people);
    assert_eq!(here, there, "the same messages, whoever sends them");
    Ok(())
}

#[test]
fn a_copy_that_cannot_be_written_leaves_nothing() -> Outcome {
    let server = Server::start()?;
    let (_, nowhere) = beside(&server, "no/such/folder/copy")?;
    let said = server.cli(&["backup", &nowhere])?;
    assert!(!said.status.success() && said.stderr.contains("cannot be written"), "{}", said.stderr);
    let unused = with_key_of(&server)?;
    let said = unused.cli(&["backup", "copy"])?;
    assert!(!said.status.success(), "{}", said.stdout);
    assert!(said.stderr.contains("no database") || said.stderr.contains("no tables of Candour"), "{}", said.stderr);
    assert_eq!(std::fs::read_dir(unused.scratch())?.count(), 1, "the data folder and nothing else");
    Ok(())
}
