use std::error::Error;
use std::os::unix::fs::PermissionsExt;

use candour_domain::Person;

use super::*;
use crate::message_id;

type Outcome = Result<(), Box<dyn Error>>;

const FROM: &str = "Candour <noreply@trust.org.uk>";

fn message(name: &str) -> Result<Message, Box<dyn Error>> {
    Ok(Message {
        from: "Example Trust".to_owned(),
        to: Person::parse(name, "secret.rater@trust.org.uk")?,
        subject: "Your feedback".to_owned(),
        text: "Dear you,\n.\nhttps://trust.example/s/x\n".to_owned(),
        html: "<p>Dear you</p>".to_owned(),
        message_id: message_id("invitation", 1, uuid::Uuid::nil(), "trust.example"),
        reply_to: None,
    })
}

#[tokio::test]
async fn without_a_server_emails_become_private_files_and_a_repeat_replaces_its_own() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mailbox = folder.path().join("data/mailbox");
    let transport = Transport::from_settings(None, FROM, &mailbox)?;
    assert!(!mailbox.exists(), "reading the settings makes nothing");
    transport.prepare()?;
    for name in ["Ann Lee", "Bob Lee"] {
        transport.send(&message(name)?, DateTime::UNIX_EPOCH).await?;
    }
    assert_eq!(fs::metadata(&mailbox)?.permissions().mode() & 0o777, 0o700);
    let files: Vec<_> = fs::read_dir(&mailbox)?.collect::<Result<_, _>>()?;
    let [file] = files.as_slice() else { return Err("one file".into()) };
    assert_eq!(file.metadata()?.permissions().mode() & 0o777, 0o600);
    assert!(
        file.file_name().to_string_lossy().starts_with("invitation.")
            && file.file_name().to_string_lossy().ends_with("@trust.example.eml")
    );
    assert!(fs::read_to_string(file.path())?.contains("Bob Lee"));

    fs::remove_dir_all(&mailbox)?;
    let failed = transport.send(&message("Ann Lee")?, DateTime::UNIX_EPOCH).await;
    assert!(matches!(failed, Err(SendError::Temporary { .. })));
    Ok(())
}

#[test]
fn a_sender_that_is_no_mailbox_is_refused() {
    let refused = Transport::from_settings(None, "nobody", Path::new("/nowhere")).err();
    assert!(matches!(refused, Some(MailError::From)));
}

#[test]
fn a_file_name_stays_in_its_folder() {
    assert_eq!(file_name("<a.b@c>"), "a.b@c.eml");
    assert_eq!(file_name("<../../etc/x@c>"), "_.._etc_x@c.eml");
}

#[tokio::test]
async fn a_sender_at_this_machine_is_for_files_alone() -> Outcome {
    for nowhere in ["Candour <candour@localhost.localdomain>", "a@localhost", "a@mail.localhost"] {
        let refused = Transport::check_settings(Some("smtp://mail.trust.org.uk"), nowhere).err();
        assert!(matches!(refused, Some(MailError::FromNowhere)), "{nowhere}");
        assert!(refused.is_some_and(|refused| refused.to_string().contains("CANDOUR_MAIL_FROM")), "{nowhere}");
        Transport::check_settings(None, nowhere)?;
    }
    Transport::check_settings(Some("smtp://localhost:25"), "feedback@localhost-trust.org.uk")?;
    Ok(())
}
