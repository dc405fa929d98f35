//! A bare loop that sends emails: lettre and nothing else.

use std::cell::Cell;
use std::time::Instant;

use lettre::message::{MultiPart, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use mailparse::MailHeaderMap as _;
use tokio::task::LocalSet;

use crate::Outcome;
use crate::numbers::float;

/// How many connections it has.
pub(crate) const CONNECTIONS: u32 = 8;

/// Where the emails come from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Letters {
    /// One is put together and sent again and again.
    Same,
    /// Each is put together by itself.
    Anew,
}

/// The parts of an email of the service.
struct Sample {
    subject: String,
    text: String,
    html: String,
}

/// Sends so many emails like this one and gives how many left each second.
pub(crate) fn send(port: u16, sample: &str, letters: Letters, count: usize) -> Outcome<f64> {
    let sample = std::rc::Rc::new(Sample::parse(sample)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        let pool = PoolConfig::new().max_size(CONNECTIONS);
        let transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous("127.0.0.1").port(port).pool_config(pool).build();
        let (next, same) = (std::rc::Rc::new(Cell::new(0)), sample.letter(0)?);
        let started = Instant::now();
        let tasks: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                let (transport, next, same, sample) = (transport.clone(), next.clone(), same.clone(), sample.clone());
                tokio::task::spawn_local(async move {
                    while next.get() < count {
                        let number = next.replace(next.get() + 1);
                        let letter = if letters == Letters::Same { same.clone() } else { sample.letter(number)? };
                        transport.send(letter).await?;
                    }
                    Outcome::<()>::Ok(())
                })
            })
            .collect();
        for task in tasks {
            task.await??;
        }
        Ok(float(count) / started.elapsed().as_secs_f64())
    })
}

impl Sample {
    fn parse(email: &str) -> Outcome<Self> {
        let mail = mailparse::parse_mail(email.as_bytes())?;
        let [text, html] = mail.subparts.as_slice() else {
            return Err("an email of the service has a text and an HTML part".into());
        };
        let subject = mail.headers.get_first_value("Subject").unwrap_or_default();
        Ok(Self { subject, text: text.get_body()?, html: html.get_body()? })
    }

    fn letter(&self, number: usize) -> Outcome<Message> {
        let bodies = MultiPart::alternative()
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let builder = Message::builder()
            .from("Candour <candour@localhost.localdomain>".parse()?)
            .to(format!("Ann Lee <staff{number}@ashgrove.example.org>").parse()?)
            .subject(self.subject.as_str())
            .message_id(Some(format!("<{number}@localhost>")));
        Ok(builder.multipart(bodies)?)
    }
}
