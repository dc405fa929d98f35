//! One email and its headers.

use candour_domain::Person;
use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What Exchange is asked not to send back: replies of people who are away, other automatic replies, and reports that
/// it was delivered, read or not read. Not `All`, which would silence reports that it could not be delivered too.
const NO_AUTOMATIC_REPLY: &str = "OOF, AutoReply, DR, RN, NRN";

/// One email to one person. It has no `Debug`, because its text holds links.
pub struct Message {
    /// In whose name it is written: the trust's. The address is that of the settings.
    pub from: String,
    /// Who it goes to.
    pub to: Person,
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Its Message-ID with angle brackets, from [`message_id`].
    pub message_id: String,
    /// Who gets the answer when somebody replies. Nobody at the trust, where a reply would tell whether somebody has
    /// answered.
    pub reply_to: Option<Person>,
}

/// A message that cannot be put together. The text names nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// An address that mail software does not accept although it looked like one.
    #[error("the recipient's address cannot be used in an email")]
    Recipient,
    /// The contact's address.
    #[error("the contact's address cannot be used in an email")]
    ReplyTo,
    /// Anything else.
    #[error("the email cannot be put together")]
    Assembly,
}

/// The Message-ID of an email: the same for the same kind, sequence and first invitation, so that a repeat after a
/// crash is recognised as one, and telling nobody more than that.
///
/// `host` is the host name of the service; characters that have no place in one are dropped.
///
/// ```
/// use candour_mail::message_id;
/// let id = message_id("invitation", 1, uuid::Uuid::nil(), "feedback.trust.org.uk");
/// assert_eq!(id, "<invitation.439f296ec58c3b20e5c8419760f873ee@feedback.trust.org.uk>");
/// ```
#[must_use]
pub fn message_id(kind: &str, sequence: i64, invitation: Uuid, host: &str) -> String {
    let plain = |text: &str| {
        text.chars().filter(|&c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect::<String>()
    };
    let host = Some(plain(host)).filter(|host| !host.is_empty()).unwrap_or_else(|| "localhost".to_owned());
    format!("<{}.{}@{host}>", plain(kind), hex_of_first_16_bytes(&format!("{kind}|{sequence}|{invitation}")))
}

impl Message {
    /// Puts the message together: both bodies as alternatives, the headers that keep automatic replies away, and a
    /// boundary made from the Message-ID, so that a repeat has the same bytes but for the date.
    pub(super) fn assemble(&self, from: &Mailbox, now: DateTime<Utc>) -> Result<lettre::Message, MessageError> {
        let boundary = format!("candour-{}", hex_of_first_16_bytes(&self.message_id));
        let bodies = MultiPart::alternative()
            .boundary(boundary)
            .singlepart(SinglePart::plain(self.text.clone()))
            .singlepart(SinglePart::html(self.html.clone()));
        let mut builder = lettre::Message::builder()
            .from(Mailbox::new(Some(self.from.clone()), from.email.clone()))
            .to(mailbox(&self.to).ok_or(MessageError::Recipient)?)
            .subject(self.subject.as_str())
            .date(now.into())
            .message_id(Some(self.message_id.clone()))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .raw_header(header("X-Auto-Response-Suppress", NO_AUTOMATIC_REPLY));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(mailbox(reply_to).ok_or(MessageError::ReplyTo)?);
        }
        builder.multipart(bodies).ok().ok_or(MessageError::Assembly)
    }
}

fn mailbox(person: &Person) -> Option<Mailbox> {
    let address: Address = person.email.as_str().parse().ok()?;
    Some(Mailbox::new(Some(person.name.as_str().to_owned()), address))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn hex_of_first_16_bytes(text: &str) -> String {
    use std::fmt::Write;

    Sha256::digest(text).iter().take(16).fold(String::with_capacity(32), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use mailparse::MailHeaderMap;

    use super::*;

    type Outcome = Result<(), Box<dyn Error>>;

    const LINK: &str = "https://feedback.trust.org.uk/s/AAECAwQFBgcICQoLDA0ODxAREhM";

    fn message(name: &str, text: &str) -> Result<Message, Box<dyn Error>> {
        Ok(Message {
            from: "Northern Lights, Łódź".to_owned(),
            to: Person::parse(name, "sian.o'neil+360@trust.org.uk")?,
            subject: "Your feedback about Zoë Łukasz: please answer".to_owned(),
            text: text.to_owned(),
            html: format!("<p>Zoë = <a href=\"{LINK}\">{LINK}</a></p>\n"),
            message_id: message_id("invitation", 1, Uuid::nil(), "feedback.trust.org.uk"),
            reply_to: Some(Person::parse("Priya Nair", "priya@trust.org.uk")?),
        })
    }

    fn assembled(message: &Message) -> Result<Vec<u8>, Box<dyn Error>> {
        let from: Mailbox = "Candour <noreply@trust.org.uk>".parse()?;
        Ok(message.assemble(&from, "2027-01-11T08:30:00Z".parse()?)?.formatted())
    }

    #[test]
    fn headers_and_both_parts_survive_a_parser() -> Outcome {
        let text = format!("Dear Siân,\n\n{} = {LINK}\n{}\n{LINK}\n", "é".repeat(200), "word ".repeat(300));
        let bytes = assembled(&message("Siân \"Ffion\" O’Neil, Ms", &text)?)?;
        assert!(bytes.is_ascii(), "any mail server can take it");
        assert!(
            bytes
                .split(|&byte| byte == b'\n')
                .all(|line| line.len() < 998 && (line.is_empty() || line.ends_with(b"\r")))
        );
        let mail = mailparse::parse_mail(&bytes)?;
        let header = |name: &str| mail.headers.get_first_value(name);
        assert_eq!(header("Subject").as_deref(), Some("Your feedback about Zoë Łukasz: please answer"));
        assert_eq!(header("Message-ID"), Some(message_id("invitation", 1, Uuid::nil(), "feedback.trust.org.uk")));
        assert_eq!(header("Auto-Submitted").as_deref(), Some("auto-generated"));
        // Without NDR, and not All: a report that it could not be delivered is to come.
        assert_eq!(header("X-Auto-Response-Suppress").as_deref(), Some("OOF, AutoReply, DR, RN, NRN"));
        assert_eq!(header("Date").as_deref(), Some("Mon, 11 Jan 2027 08:30:00 +0000"));
        let from = mail.headers.get_first_header("From").ok_or("no sender")?;
        let from = mailparse::addrparse_header(from)?.extract_single_info().ok_or("one sender")?;
        assert_eq!(
            (from.display_name.as_deref(), from.addr.as_str()),
            (Some("Northern Lights, Łódź"), "noreply@trust.org.uk")
        );
        assert!(header("Reply-To").is_some_and(|value| value.contains("priya@trust.org.uk")));
        let to = mail.headers.get_first_header("To").ok_or("no recipient")?;
        let to = mailparse::addrparse_header(to)?.extract_single_info().ok_or("one recipient")?;
        assert_eq!(to.display_name.as_deref(), Some("Siân \"Ffion\" O’Neil, Ms"));

        assert_eq!(mail.ctype.mimetype, "multipart/alternative");
        let [plain, html] = mail.subparts.as_slice() else { return Err("two parts".into()) };
        assert_eq!((plain.ctype.mimetype.as_str(), html.ctype.mimetype.as_str()), ("text/plain", "text/html"));
        assert_eq!(plain.get_body()?.replace("\r\n", "\n"), text);
        assert!(html.get_body()?.contains(&format!("<a href=\"{LINK}\">{LINK}</a>")));
        Ok(())
    }

    #[test]
    fn the_same_message_has_the_same_bytes() -> Outcome {
        let message = message("Ann Lee", LINK)?;
        assert_eq!(assembled(&message)?, assembled(&message)?);
        Ok(())
    }

    #[test]
    fn a_subject_cannot_add_a_header() -> Outcome {
        let mut message = message("Ann Lee", LINK)?;
        message.subject = "Hello\r\nBcc: eve@example.org".to_owned();
        let bytes = assembled(&message)?;
        let mail = mailparse::parse_mail(&bytes)?;
        assert_eq!(mail.headers.get_first_value("Bcc"), None);
        Ok(())
    }

    #[test]
    fn an_id_depends_on_kind_sequence_and_invitation_alone() {
        let other = Uuid::from_u128(1);
        let id = message_id("reminder", 2, other, "h.uk");
        assert_eq!(id, message_id("reminder", 2, other, "h.uk"));
        for different in [
            message_id("invitation", 2, other, "h.uk"),
            message_id("reminder", 3, other, "h.uk"),
            message_id("reminder", 2, Uuid::nil(), "h.uk"),
        ] {
            assert_ne!(id, different);
        }
        assert!(message_id("a>b", 1, other, "[::1]:80>\r\n").ends_with("@180>"));
        assert!(message_id("a", 1, other, "").ends_with("@localhost>"));
    }
}
