//! A mail server that accepts everything and counts it: the least that an SMTP client can be measured against. A
//! process of its own.

use std::collections::BTreeMap;
use std::io::BufRead as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use candour_tests::mailbox;
use clap::ValueEnum;
use mailparse::MailHeaderMap as _;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::role::Role;
use crate::{Outcome, speak};

/// How a sink acknowledges what it has received.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Acknowledges {
    /// At once. Then what an email costs is processor time.
    AtOnce,
    /// As the system does by itself, up to 40 ms later. lettre sends the end of an email only when the rest has been
    /// acknowledged, so this is the time that an email takes on its connection.
    Lazily,
}

/// A running sink.
pub(crate) struct Sink {
    role: Role,
    port: u16,
}

/// What a sink has accepted.
#[derive(Clone, Copy, Default)]
pub(crate) struct Received {
    /// Emails.
    pub(crate) emails: usize,
    /// Their size together, in bytes.
    pub(crate) bytes: usize,
}

impl Sink {
    /// Starts one.
    pub(crate) fn start(manner: Acknowledges) -> Outcome<Self> {
        let name = manner.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        let (role, first) = Role::start(&["sink", &name])?;
        let port =
            first.strip_prefix("listening ").and_then(|port| port.parse().ok()).ok_or("the sink did not start")?;
        Ok(Self { role, port })
    }

    /// Its address for `CANDOUR_SMTP_URL`.
    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// What it has accepted so far.
    pub(crate) fn received(&mut self) -> Outcome<Received> {
        let answer = self.role.ask("count")?;
        let (emails, bytes) = answer.split_once(' ').ok_or("the sink does not count")?;
        Ok(Received { emails: emails.parse()?, bytes: bytes.parse()? })
    }

    /// Waits until it has accepted this many emails in all, as long as they keep coming.
    pub(crate) fn wait_for(&mut self, emails: usize) -> Outcome {
        let mut last = (Instant::now(), 0);
        loop {
            let received = self.received()?.emails;
            if received >= emails {
                return Ok(());
            }
            if received > last.1 {
                last = (Instant::now(), received);
            } else if last.0.elapsed() > Duration::from_secs(20) {
                return Err(format!("{received} of {emails} emails arrived, and then no more").into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// One of the emails accepted since [`Sink::links`] was last called, as it came.
    pub(crate) fn sample(&mut self) -> Outcome<String> {
        Ok(serde_json::from_str(&self.role.ask("sample")?)?)
    }

    /// The port it listens on.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The rater links in the emails accepted since the last call.
    pub(crate) fn links(&mut self) -> Outcome<Vec<String>> {
        let count: usize = self.role.ask("links")?.parse()?;
        (0..count).map(|_| self.role.answer()).collect()
    }

    /// The sign-in codes in the emails accepted since the last call, by the address they went to.
    pub(crate) fn codes(&mut self) -> Outcome<BTreeMap<String, String>> {
        Ok(serde_json::from_str(&self.role.ask("codes")?)?)
    }
}

#[derive(Default)]
struct Mail {
    received: Received,
    /// Emails whose links nobody has asked for yet.
    kept: Vec<Vec<u8>>,
}

/// Runs as a sink until standard input ends.
pub(crate) fn receive(manner: Acknowledges) -> Outcome {
    let mail = Arc::new(Mutex::new(Mail::default()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    speak::line(&format!("listening {}", listener.local_addr()?.port()));
    let shared = Arc::clone(&mail);
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, manner, Arc::clone(&shared)));
        }
    });
    for order in std::io::stdin().lock().lines() {
        match order?.as_str() {
            "count" => {
                let Received { emails, bytes } = lock(&mail).received;
                speak::line(&format!("{emails} {bytes}"));
            }
            "sample" => {
                let sample = lock(&mail).kept.last().map(|email| String::from_utf8_lossy(email).into_owned());
                speak::line(&serde_json::to_string(&sample.unwrap_or_default())?);
            }
            "codes" => {
                let kept = std::mem::take(&mut lock(&mail).kept);
                let codes = kept.iter().map(|email| code_in(email)).collect::<Outcome<Vec<_>>>()?;
                let codes: BTreeMap<String, String> = codes.into_iter().flatten().collect();
                speak::line(&serde_json::to_string(&codes)?);
            }
            _ => tell_links(&mail)?,
        }
    }
    Ok(())
}

fn tell_links(mail: &Mutex<Mail>) -> Outcome {
    let kept = std::mem::take(&mut lock(mail).kept);
    let mut links = Vec::new();
    for email in kept {
        links.extend(links_in(&email)?);
    }
    speak::line(&links.len().to_string());
    for link in links {
        speak::line(&link);
    }
    Ok(())
}

/// One conversation, which ends when the client leaves.
async fn converse(stream: TcpStream, manner: Acknowledges, mail: Arc<Mutex<Mail>>) -> Outcome {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::with_capacity(32 * 1024, stream);
    stream.write_all(b"220 sink ESMTP\r\n").await?;
    let mut line = Vec::new();
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let word: String = line.iter().take(4).map(|&byte| char::from(byte.to_ascii_uppercase())).collect();
        let answer: &[u8] = match word.as_str() {
            "EHLO" => b"250-sink\r\n250 8BITMIME\r\n",
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await?;
                if manner == Acknowledges::AtOnce {
                    // It holds until the next answer.
                    rustix::net::sockopt::set_tcp_quickack(stream.get_ref(), true)?;
                }
                let mut email = Vec::with_capacity(16 * 1024);
                while !email.ends_with(b"\r\n.\r\n") {
                    if stream.read_until(b'\n', &mut email).await? == 0 {
                        return Ok(());
                    }
                }
                let mut mail = lock(&mail);
                mail.received.emails += 1;
                mail.received.bytes += email.len();
                mail.kept.push(email);
                b"250 taken\r\n"
            }
            "QUIT" => {
                stream.write_all(b"221 goodbye\r\n").await?;
                return Ok(());
            }
            _ => b"250 yes\r\n",
        };
        stream.write_all(answer).await?;
    }
}

fn links_in(email: &[u8]) -> Outcome<Vec<String>> {
    let parsed = mailparse::parse_mail(email)?;
    let text = parsed.subparts.first().unwrap_or(&parsed).get_body()?;
    Ok(mailbox::links(&text))
}

/// To whom a code is, and the code; `None` for an email without one.
fn code_in(email: &[u8]) -> Outcome<Option<(String, String)>> {
    let parsed = mailparse::parse_mail(email)?;
    let text = parsed.subparts.first().unwrap_or(&parsed).get_body()?;
    let digits = |line: &str| line.split_whitespace().collect::<String>();
    let is_code = |digits: &String| digits.len() == 8 && digits.chars().all(|c| c.is_ascii_digit());
    let Some(code) = text.lines().map(digits).find(is_code) else { return Ok(None) };
    let to = mailparse::addrparse_header(parsed.headers.get_first_header("To").ok_or("an email is to nobody")?)?;
    Ok(Some((to.extract_single_info().ok_or("an email is to several people")?.addr, code)))
}

fn lock(mail: &Mutex<Mail>) -> std::sync::MutexGuard<'_, Mail> {
    mail.lock().unwrap_or_else(PoisonError::into_inner)
}
