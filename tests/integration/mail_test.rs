//! `candour mail test`, and a service whose mail goes nowhere.

use candour_tests::{Outcome, RoundPlan, Server, Smtpd, Trust};
use serde_json::json;

const FROM: &str = "Feedback <feedback@ashgrove.example.org>";

#[test]
fn a_test_letter_arrives_or_is_told_in_words_not_to() -> Outcome {
    let folder = tempfile::tempdir()?;
    let refused = "550 5.7.60 Client does not have permissions to send as this sender";
    let arguments = ["--refuse", "nobody@ashgrove.example.org", "--once", "policy@ashgrove.example.org", refused];
    let mut smtpd = Smtpd::start(folder.path(), &arguments)?;
    let server = Server::prepare(&[("CANDOUR_SMTP_URL", &smtpd.url()), ("CANDOUR_MAIL_FROM", FROM)])?;
    let test = |to: &str| server.cli(&["mail", "test", "--to", to]);

    let said = test("hester@ashgrove.example.org")?;
    assert!(
        said.status.success() && said.stdout.contains("has taken the letter to hester@ashgrove.example.org"),
        "{said:?}"
    );
    let letters = smtpd.mailbox().to("hester@ashgrove.example.org")?;
    let [letter] = letters.as_slice() else { return Err(format!("{} letters", letters.len()).into()) };
    assert!(letter.text.contains("candour mail test"), "{}", letter.text);
    for (to, told) in [
        ("nobody@ashgrove.example.org", "refuses this address (550)"),
        ("policy@ashgrove.example.org", "mail_from (CANDOUR_MAIL_FROM) has to be an address it may send from"),
        ("nobody", "--to \"nobody\" is not an email address"),
    ] {
        let said = test(to)?;
        assert!(!said.status.success() && said.stderr.contains(told), "{to}: {said:?}");
    }
    smtpd.kill()?;
    let said = test("hester@ashgrove.example.org")?;
    assert!(!said.status.success() && said.stderr.contains("firewall"), "{said:?}");
    Ok(())
}

#[test]
fn without_a_mail_server_nothing_counts_as_sent() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let readiness = trust.administrator.get(&format!("/v1/rounds/{}/readiness", round.id))?.with(200)?.json()?;
    assert_eq!(
        (&readiness["ready"], &readiness["warnings"][0]["code"]),
        (&json!(true), &json!("mail_to_files")),
        "{readiness}"
    );
    let launched = trust.administrator.moves(&round.id, "launch", &json!({}))?;
    assert_eq!(
        (&launched["state"], &launched["warnings"][0]["code"]),
        (&json!("open"), &json!("mail_to_files")),
        "{launched}"
    );
    round.delivered()?;
    for rater in trust.administrator.raters(&round.review()?.id)? {
        assert_eq!(rater["delivery"], "written_to_file", "{rater}");
    }
    let said = server.cli(&["mail", "test", "--to", "hester@ashgrove.example.org"])?;
    assert!(!said.status.success() && said.stderr.contains("no mail server is set"), "{said:?}");
    Ok(())
}

#[test]
fn the_default_sender_is_refused_with_a_mail_server() -> Outcome {
    let folder = tempfile::tempdir()?;
    let smtpd = Smtpd::start(folder.path(), &[])?;
    let server = Server::prepare(&[("CANDOUR_SMTP_URL", &smtpd.url()), ("CANDOUR_MAIL_FROM", "")])?;
    let (_, said) = server.refuses_to_start()?;
    assert!(said.contains("CANDOUR_MAIL_FROM") && said.contains("an address of your own domain"), "{said}");
    Ok(())
}
