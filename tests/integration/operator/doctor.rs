//! An examination finds nothing where nothing is wrong, and otherwise names what to fix.

use std::os::unix::fs::PermissionsExt as _;

use candour_tests::{Answers, Outcome, RoundPlan, Server, Smtpd, Trust, database, wait};
use serde_json::Value;

use super::to_fix;

#[test]
fn the_examination_names_what_to_fix() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (_, first) = round.link_of_each()?.into_iter().next().ok_or("no rater")?;
    first.submit(&Answers::to(&first.survey()?, |_| Some(4)))?.with(200)?;
    assert_eq!(to_fix(&server)?, Vec::<String>::new());

    // Somebody stuffs the ballot box.
    let stuffed = "INSERT INTO ballots SELECT organisation_id, review_id, 'ffffffff-ffff-4fff-bfff-ffffffffffff', \
     sealed FROM ballots";
    database::open(&server)?.run(stuffed)?;
    let ill = to_fix(&server)?;
    assert!(matches!(ill.as_slice(), [only] if only.contains("more ballots than used invitations")), "{ill:?}");
    let said = server.cli(&["doctor", "--json"])?;
    assert!(!said.status.success(), "the same ending for a program");
    let found: Vec<Value> = serde_json::from_str(&said.stdout)?;
    let rows =
        found.iter().filter(|finding| finding["subject"] == "rows" && finding["well"] == false).collect::<Vec<_>>();
    assert!(matches!(rows.as_slice(), [only] if only["text"] == ill[0]), "{rows:?}");
    assert!(found.iter().all(|finding| finding["well"].is_boolean() && finding["text"].is_string()), "{found:?}");
    Ok(())
}

/// From the launch to the release, whatever should be gone is gone.
#[test]
fn the_examination_finds_nothing_at_any_point_of_a_round() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let well = |when: &str| -> Outcome {
        assert_eq!(to_fix(&server)?, Vec::<String>::new(), "{when}");
        Ok(())
    };
    well("while it is set up")?;
    round.launch()?;
    let links = round.link_of_each()?;
    let survey = links.first().ok_or("no rater")?.1.survey()?;
    for (_, link) in links.iter().skip(1).step_by(2) {
        link.submit(&Answers::to(&survey, |item| Some(u8::try_from(item % 4 + 2).unwrap_or(2))))?.with(200)?;
    }
    links.last().ok_or("no rater")?.1.save(&Answers::to(&survey, |_| Some(3)))?.with(200)?;
    let withdrawn = trust
        .administrator
        .raters(&round.review()?.id)?
        .into_iter()
        .rfind(|rater| rater["group"] == "trustees")
        .ok_or("nobody")?;
    trust.administrator.delete(&format!("/v1/raters/{}", withdrawn["id"].as_str().unwrap_or_default()))?.with(204)?;
    well("while people answer")?;
    round.close_and_count()?;
    well("after the count")?;
    round.facilitator()?.release(&round.review()?.id)?.with(200)?;
    well("after the release")?;
    let other = trust.open(&RoundPlan::small())?;
    trust.administrator.moves(&other.id, "cancel", &serde_json::json!({}))?;
    well("after another was cancelled")
}

#[test]
fn the_examination_tries_the_mail_server_and_sends_nothing() -> Outcome {
    let folder = tempfile::Builder::new().prefix("candour-mail-").tempdir()?;
    let mut smtpd = Smtpd::start(folder.path(), &[])?;
    let server = Server::start_with(&[("CANDOUR_SMTP_URL", &smtpd.url())])?;
    let said = server.cli(&["doctor"])?;
    assert!(said.stdout.contains("ok  the mail server answers (no mail was sent)"), "{}", said.stdout);
    assert_eq!(smtpd.mailbox().count()?, 0);
    smtpd.kill()?;
    let ill = to_fix(&server)?;
    assert!(matches!(ill.as_slice(), [only] if only.contains("no connection to the mail server")), "{ill:?}");
    Ok(())
}

#[test]
fn the_examination_tells_when_nobody_does_what_is_to_be_done() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    trust.open(&RoundPlan::small())?.delivered()?;
    server.stop()?;
    assert_eq!(to_fix(&server)?, Vec::<String>::new(), "nothing is due yet");
    let look = database::open(&server)?;
    // As if it had been stopped an hour ago: the confirmation of answers was due then, and the round was to be closed.
    let then = wait::time_in(-3600).replace('T', " ").replace('Z', "");
    assert!(look.change(&format!("UPDATE jobs SET run_at = '{then}'"))? > 0);
    assert_eq!(look.change(&format!("UPDATE rounds SET closes_at = '{then}'"))?, 1);
    let ill = to_fix(&server)?;
    assert!(
        matches!(ill.as_slice(), [only] if only.contains("no worker runs") && only.contains("1 rounds")),
        "{ill:?}"
    );
    server.begin()?;
    wait::until("the worker to do it", std::time::Duration::from_mins(1), || {
        Ok(to_fix(&server)?.is_empty().then_some(()))
    })
}

#[test]
fn the_examination_tells_of_a_clock_that_was_wrong() -> Outcome {
    let server = Server::start()?;
    Trust::found(&server, "Ashgrove Trust")?.draft(&RoundPlan::small())?;
    let later = wait::time_in(3600).replace('T', " ").replace('Z', "");
    assert!(database::open(&server)?.change(&format!("UPDATE audit_log SET at = '{later}'"))? > 0);
    let ill = to_fix(&server)?;
    assert!(matches!(ill.as_slice(), [only] if only.contains("seconds from now") && only.contains("NTP")), "{ill:?}");
    Ok(())
}

#[test]
fn the_examination_looks_at_the_key() -> Outcome {
    let server = Server::start()?;
    Trust::found(&server, "Ashgrove Trust")?;
    let key = server.data().join("secret.key");
    let told = |words: &str| -> Outcome {
        let ill = to_fix(&server)?;
        assert!(matches!(ill.as_slice(), [only] if only.contains(words)), "{words}: {ill:?}");
        Ok(())
    };
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644))?;
    told("chmod 600")?;
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600))?;
    std::fs::rename(&key, server.scratch().join("put away"))?;
    told("there is no server key at")?;
    std::fs::write(&key, "11".repeat(32))?;
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600))?;
    told("does not fit this database")
}
