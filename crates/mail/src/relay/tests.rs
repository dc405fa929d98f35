use candour_domain::Person;
use chrono::DateTime;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::{Message, message_id};

type Outcome = Result<(), Box<dyn Error>>;

fn message(name: &str) -> Result<lettre::Message, Box<dyn Error>> {
    let message = Message {
        from: "Example Trust".to_owned(),
        to: Person::parse(name, "secret.rater@trust.org.uk")?,
        subject: "Your feedback".to_owned(),
        text: "Dear you,\n.\nhttps://trust.example/s/x\n".to_owned(),
        html: "<p>Dear you</p>".to_owned(),
        message_id: message_id("invitation", 1, uuid::Uuid::nil(), "trust.example"),
        reply_to: None,
    };
    Ok(message.assemble(&"Candour <noreply@trust.org.uk>".parse()?, DateTime::UNIX_EPOCH)?)
}

/// A mail server of a few lines. On its n-th connection it answers RCPT with the n-th of `answers`, or not at all when
/// that is empty. What it was told comes back as one list a connection.
async fn server(
    answers: &'static [&'static str],
) -> Result<(Arc<Relay>, tokio::task::JoinHandle<Vec<Vec<String>>>), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let relay = Relay {
        patience: Duration::from_millis(500),
        ..Relay::from_url(&format!("smtp://{}", listener.local_addr()?))?
    };
    let task = tokio::spawn(async move {
        let mut conversations = Vec::new();
        for answer in answers {
            let Ok((socket, _)) = listener.accept().await else { break };
            conversations.push(tokio::spawn(converse(socket, answer)));
        }
        let mut told = Vec::new();
        for conversation in conversations {
            told.extend(conversation.await);
        }
        told
    });
    Ok((Arc::new(relay), task))
}

async fn converse(socket: TcpStream, answer: &str) -> Vec<String> {
    let (reading, mut writing) = socket.into_split();
    let (mut lines, mut told, mut in_data) = (BufReader::new(reading).lines(), Vec::new(), false);
    let mut reply = "220 ready".to_owned();
    loop {
        if !reply.is_empty() && writing.write_all(format!("{reply}\r\n").as_bytes()).await.is_err() {
            break;
        }
        let Ok(Some(line)) = lines.next_line().await else { break };
        let ends = line == ".";
        reply = match line.split_whitespace().next() {
            _ if in_data && !ends => String::new(),
            Some("RCPT") => answer.to_owned(),
            Some("DATA") => "354 go on".to_owned(),
            Some("QUIT") => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        in_data = if in_data { !ends } else { line == "DATA" };
        told.push(line);
    }
    told
}

#[tokio::test]
async fn a_server_that_accepts_gets_all_messages_over_one_connection() -> Outcome {
    let (relay, task) = server(&["250 2.1.5 ok"]).await?;
    for name in ["Ann Lee", "Bob Lee"] {
        relay.send(message(name)?).await?;
        // The pool takes a connection back in a task of its own.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
    drop(relay);
    let told = task.await?.concat();
    assert_eq!(told.iter().filter(|line| line.starts_with("EHLO")).count(), 1, "the connection is kept");
    assert_eq!(told.iter().filter(|line| line.starts_with("RCPT TO:<secret.rater@trust.org.uk>")).count(), 2);
    assert!(told.iter().any(|line| line == ".."), "a line of one dot is escaped");
    assert!(told.iter().any(|line| line.starts_with("Message-ID: <invitation.")));
    Ok(())
}

#[tokio::test]
async fn a_refused_address_and_a_temporary_failure_are_told_apart() -> Outcome {
    let temporary = |why, reason: &str| SendError::Temporary { reason: reason.to_owned(), why };
    let (relay, _task) = server(&[
        "550 5.1.1 <secret.rater@trust.org.uk> unknown",
        "450 4.2.0 <secret.rater@trust.org.uk> greylisted",
        "554 5.7.1 <secret.rater@trust.org.uk> relay access denied",
        "650 <secret.rater@trust.org.uk> nonsense",
    ])
    .await?;
    for expected in [
        SendError::Refused { code: 550, why: DeliveryReason::NoSuchMailbox },
        temporary(DeliveryReason::Unwanted, "the mail server answered 450 4.2.0"),
        temporary(DeliveryReason::SenderRefused, "the mail server answered 554 5.7.1"),
        temporary(DeliveryReason::Other, "the mail server's answer could not be understood"),
    ] {
        assert_eq!(relay.send(message("Ann Lee")?).await, Err(expected));
    }
    Ok(())
}

#[tokio::test]
async fn a_server_that_speaks_of_a_quota_gets_nothing_for_a_while() -> Outcome {
    let (relay, task) = server(&["550 5.4.5 Daily user sending quota exceeded", "250 ok"]).await?;
    let mut relay = Arc::into_inner(relay).ok_or("one owner")?;
    relay.pace = Pace::beginning_with(Duration::from_millis(200));
    let relay = Arc::new(relay);
    let Err(SendError::SlowDown { reason, wait }) = relay.send(message("Ann Lee")?).await else {
        return Err("not slowed down".into());
    };
    assert_eq!(reason, "the mail server answered 550 5.4.5: too much mail from this sender, so all mail waits");
    assert_eq!(wait, Duration::from_millis(200));
    let Err(SendError::SlowDown { wait, .. }) = relay.send(message("Bob Lee")?).await else {
        return Err("it was sent all the same".into());
    };
    assert!(!wait.is_zero() && wait <= Duration::from_millis(200), "{wait:?}");
    tokio::time::sleep(wait).await;
    relay.send(message("Bob Lee")?).await?;
    drop(relay);
    let told = task.await?.concat();
    assert_eq!(
        told.iter().filter(|line| line.starts_with("RCPT")).count(),
        2,
        "nothing was asked in between: {told:?}"
    );
    Ok(())
}

#[tokio::test]
async fn a_connection_left_half_way_is_never_used_again() -> Outcome {
    let (relay, task) = server(&["", "250 2.1.5 ok"]).await?;
    let silent = SendError::unavailable("the mail server did not answer in time");
    assert_eq!(relay.send(message("Ann Lee")?).await, Err(silent));
    relay.send(message("Bob Lee")?).await?;
    drop(relay);
    let [silent, working] = &task.await?[..] else { return Err("two connections".into()) };
    assert!(!silent.iter().any(|line| line.starts_with("NOOP") || line.contains("Bob")), "{silent:?}");
    assert!(working.iter().any(|line| line.contains("Bob")) && !working.iter().any(|line| line.contains("Ann")));
    Ok(())
}

#[tokio::test]
async fn a_message_goes_on_when_its_caller_goes_away() -> Outcome {
    let (relay, task) = server(&["250 2.1.5 ok"]).await?;
    {
        let mut sending = std::pin::pin!(relay.send(message("Ann Lee")?));
        assert!(tokio::time::timeout(Duration::ZERO, sending.as_mut()).await.is_err());
    }
    drop(relay);
    let told = task.await?.concat();
    assert!(told.iter().any(|line| line == "."), "the whole message arrived");
    Ok(())
}

#[tokio::test]
async fn an_absent_server_is_a_temporary_failure() -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let relay = Arc::new(Relay::from_url(&format!("smtp://{}", listener.local_addr()?))?);
    drop(listener);
    let Err(SendError::Temporary { reason, why }) = relay.send(message("Ann Lee")?).await else {
        return Err("not a temporary failure".into());
    };
    assert!(reason.starts_with("no connection to the mail server"), "{reason}");
    assert_eq!(why, DeliveryReason::Unavailable);
    Ok(())
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_by_name() {
    let refused = |url: &str| Relay::from_url(url).err();
    for bad in ["host:25", "http://host", "smtp://host?tls=perhaps", "smtp://", ""] {
        assert!(matches!(refused(bad), Some(MailError::Url)), "{bad}");
    }
    assert!(matches!(refused("smtps://user@host"), Some(MailError::PasswordMissing)));
    assert!(matches!(refused("smtp://user:hunter2@host"), Some(MailError::PasswordInClear)));
    assert!(matches!(refused("smtp://user:hunter2@host?tls=opportunistic"), Some(MailError::PasswordInClear)));
    for good in [
        "smtp://mail.trust.uk",
        "smtp://user:p%40ss@mail.trust.uk?tls=required",
        "smtps://user%40trust.uk:p%2Fss@mail.trust.uk:465",
        "smtp://mail.trust.uk:2525?tls=opportunistic",
        "smtp://user:pass@127.0.0.1:2525",
        "smtp://user:pass@[::1]:2525",
        "smtp://user:pass@localhost",
    ] {
        assert!(refused(good).is_none(), "{good}");
    }
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    assert!(matches!(Relay::from_url("smtp://host").err(), Some(MailError::NoRuntime)));
}

#[tokio::test]
async fn a_server_is_reached_without_sending_anything() -> Outcome {
    let (relay, task) = server(&["250 ok"]).await?;
    relay.reach().await?;
    drop(relay);
    let told = task.await?.concat();
    assert!(told.iter().any(|line| line.starts_with("EHLO")) && told.iter().any(|line| line == "NOOP"), "{told:?}");
    assert!(!told.iter().any(|line| line.starts_with("MAIL") || line.starts_with("RCPT")), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn a_server_that_is_not_there_or_silent_or_unwilling_is_told() -> Outcome {
    for (greeting, told) in [(None, "no connection"), (Some(""), "in time"), (Some("554 go away\r\n"), "554")] {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("smtp://{}", listener.local_addr()?);
        let task = greeting.map(|greeting| {
            tokio::spawn(async move {
                let (mut socket, _) = listener.accept().await?;
                socket.write_all(greeting.as_bytes()).await?;
                Ok::<_, std::io::Error>(BufReader::new(socket).lines().next_line().await)
            })
        });
        let relay = Relay { patience: Duration::from_millis(500), ..Relay::from_url(&url)? };
        let failed = relay.reach().await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(failed.contains(told), "{told}: {failed}");
        drop(task);
    }
    Ok(())
}

#[test]
fn mail_that_can_be_read_on_the_way_is_told() {
    for url in ["smtp://mail.trust.org.uk", "smtp://mail.trust.org.uk:25?tls=opportunistic"] {
        assert!(Relay::is_exposed(url), "{url}");
    }
    for url in [
        "smtps://mail.trust.org.uk",
        "smtp://u:p@mail.trust.org.uk?tls=required",
        "smtp://localhost",
        "smtp://127.0.0.1:2525",
    ] {
        assert!(!Relay::is_exposed(url), "{url}");
    }
}
