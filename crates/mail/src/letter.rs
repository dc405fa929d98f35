//! What the emails say: one struct each, rendered from the templates of its name.

use std::collections::BTreeSet;
use std::fmt::{self, Write};

use askama::Template;
use candour_domain::review::Subject;
use candour_domain::wording::Opening;
use candour_domain::{AnonymityPolicy, Email, Organisation, Person, PersonName, RaterGroup, RaterKind};
use chrono::{DateTime, Utc};

use super::texts::Texts;
use super::wrap::wrap;
use candour_words::language::Language;
use candour_words::message::{Argument, Form, Html};
use candour_words::number::in_words;
use candour_words::uk_time::{uk_date, uk_time};

/// An email, ready to be put into a message.
pub struct Rendered {
    /// The subject, one line.
    pub subject: String,
    /// The plain text, lines wrapped at 72 characters; links are never broken.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Asks a rater for the first time.
pub struct Invitation<'a>(pub &'a Asking<'a>);

/// Asks a rater again who has not answered.
pub struct Reminder<'a>(pub &'a Asking<'a>);

/// Tells a rater who has not answered that the deadline has moved to `closes_at`.
pub struct Extended<'a>(pub &'a Asking<'a>);

/// What a person is asked for in one round: one or several reviews, each with its own link.
pub struct Asking<'a> {
    /// Who is asked.
    pub to: &'a PersonName,
    /// Who asks, who to turn to, and where concerns go instead.
    pub organisation: &'a Organisation,
    /// Each review the person has not answered; at least one.
    pub requests: Vec<Request<'a>>,
    /// Minutes one questionnaire takes.
    pub minutes: u32,
    /// The thresholds, told in words.
    pub policy: AnonymityPolicy,
    /// Whether the round's raters are told that there may be advisers.
    pub advisers: bool,
    /// The deadline.
    pub closes_at: DateTime<Utc>,
    /// How the email begins in the trust's own words.
    pub opening: Option<&'a Opening>,
}

/// One review a person is asked for.
pub struct Request<'a> {
    /// Who it is about.
    pub subject: &'a Subject,
    /// Who reads the report first. Every rater is told who, and at which address.
    pub facilitator: &'a Person,
    /// Whether that is the person who is asked.
    pub to_facilitator: bool,
    /// In which group the person answers.
    pub group: &'a RaterGroup,
    /// The whole link, as in `https://feedback.trust.org.uk/s/…`.
    pub url: &'a str,
}

/// Confirms that answers have arrived. It carries no link.
pub struct Received<'a> {
    /// Who answered.
    pub to: &'a PersonName,
    /// Who asked.
    pub organisation: &'a Organisation,
    /// Each review that was answered; at least one.
    pub answered: Vec<Answered<'a>>,
}

/// One review a person has answered.
pub struct Answered<'a> {
    /// Who it is about.
    pub subject: &'a Subject,
    /// In which group the person answered.
    pub group: &'a RaterGroup,
}

/// Shows an administrator that the service can send emails.
pub struct TestEmail<'a> {
    /// Who asked for it.
    pub to: &'a PersonName,
    /// The trust.
    pub organisation: &'a Organisation,
}

/// A letter whose template fails: a defect.
#[derive(Debug, thiserror::Error)]
#[error("an email cannot be written: {0}")]
pub struct Unwritten(#[from] askama::Error);

/// Renders the three templates of a letter. They see it as `letter`, and the texts as `say`; the HTML sees the rendered
/// subject as `title`.
macro_rules! render {
    ($kind:ident, $letter:expr, $subject:tt, $text:tt, $html:tt) => {{
        #[derive(Template)]
        #[template(path = $subject)]
        struct SubjectLine<'a> {
            letter: &'a $kind<'a>,
            say: Texts<candour_words::message::Plain>,
        }

        #[derive(Template)]
        #[template(path = $text)]
        struct Text<'a> {
            letter: &'a $kind<'a>,
            say: Texts<candour_words::message::Plain>,
        }

        #[derive(Template)]
        #[template(path = $html)]
        struct Page<'a> {
            letter: &'a $kind<'a>,
            say: Texts<candour_words::message::Html>,
            title: &'a str,
        }

        let letter = $letter;
        // One language so far. A trust's own will come with the letter.
        let language = Language::default();
        let say = Texts::new(language);
        let subject = SubjectLine { letter, say }.render()?.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = wrap(&Text { letter, say }.render()?);
        let html = Page { letter, say: Texts::new(language), title: &subject }.render()?;
        Ok(Rendered { subject, text, html })
    }};
}

mod access;
mod not_launched;
mod report;
mod sign_in_changed;

pub use access::{Invited, SignInCode};
pub use not_launched::NotLaunched;
pub use report::{Advises, Counted, NotCounted, Released, RoundCounted, Unreleased, WithFacilitator};
pub use sign_in_changed::{AddressCode, SignInChange, SignInChanged};

impl Invitation<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(Asking, self.0, "invitation/subject.txt", "invitation/body.txt", "invitation/body.html")
    }
}

impl Reminder<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(Asking, self.0, "reminder/subject.txt", "reminder/body.txt", "reminder/body.html")
    }
}

impl Extended<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(Asking, self.0, "extended/subject.txt", "extended/body.txt", "extended/body.html")
    }
}

impl Received<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(Received, self, "received/subject.txt", "received/body.txt", "received/body.html")
    }
}

impl TestEmail<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(TestEmail, self, "test_email/subject.txt", "test_email/body.txt", "test_email/body.html")
    }
}

/// An email address as a link, to be an argument of a text.
pub(crate) fn mail_to(email: &Email) -> MailTo<'_> {
    MailTo(email)
}

/// Made by [`mail_to`].
pub(crate) struct MailTo<'a>(&'a Email);

impl Argument<Html> for MailTo<'_> {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        to.write_str("<a href=\"mailto:")?;
        Html::write(self.0.as_str(), to)?;
        to.write_str("\">")?;
        Html::write(self.0.as_str(), to)?;
        to.write_str("</a>")
    }
}

// What the templates ask.
impl Asking<'_> {
    fn only(&self) -> Option<&Request<'_>> {
        match self.requests.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    fn is_single(&self) -> bool {
        self.only().is_some()
    }

    /// What the person is to the reports, each once: the sentences of the promise that they read.
    fn kinds(&self) -> BTreeSet<RaterKind> {
        self.requests.iter().map(Request::kind).collect()
    }

    /// Whether somebody else reads one of the reports first.
    fn names_a_facilitator(&self) -> bool {
        self.requests.iter().any(|request| !request.to_facilitator)
    }

    /// Whether the person reads one of the reports first.
    fn is_to_a_facilitator(&self) -> bool {
        self.requests.iter().any(|request| request.to_facilitator)
    }

    fn requests_in_words(&self) -> String {
        in_words(u32::try_from(self.requests.len()).unwrap_or(u32::MAX))
    }

    fn threshold(&self) -> String {
        in_words(self.policy.threshold())
    }

    fn comment_threshold(&self) -> String {
        in_words(self.policy.comment_threshold())
    }

    fn deadline(&self) -> String {
        uk_time(self.closes_at)
    }

    fn day(&self) -> String {
        uk_date(self.closes_at)
    }
}

impl Request<'_> {
    fn kind(&self) -> RaterKind {
        self.group.kind()
    }
}

impl Received<'_> {
    fn only(&self) -> Option<&Answered<'_>> {
        match self.answered.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

impl Answered<'_> {
    fn kind(&self) -> RaterKind {
        self.group.kind()
    }
}
