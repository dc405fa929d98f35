//! Emails about signing in. None of them holds a link that does anything: mail scanners open links and press what they
//! find behind them.

use askama::Template;
use candour_domain::{Organisation, PersonName};
use candour_words::language::Language;

use super::{Rendered, Unwritten};
use crate::texts::Texts;
use crate::wrap::wrap;

/// The code with which somebody signs in.
pub struct SignInCode<'a> {
    /// Who asked for it.
    pub to: &'a PersonName,
    /// Their trust, or the first of them.
    pub organisation: &'a Organisation,
    /// The code as it is to be read: `1234 5678`.
    pub code: &'a str,
    /// For how many minutes it is good.
    pub minutes: u32,
}

/// Tells somebody that they may sign in, or may again, and where.
pub struct Invited<'a> {
    /// Who is invited.
    pub to: &'a PersonName,
    /// Their trust.
    pub organisation: &'a Organisation,
    /// Who invites them.
    pub by: &'a PersonName,
    /// Whether they run rounds from now on.
    pub runs_rounds: bool,
    /// Their address, with which they sign in.
    pub email: &'a str,
    /// Where: the page that anybody may open.
    pub url: &'a str,
}

impl SignInCode<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(SignInCode, self, "sign_in_code/subject.txt", "sign_in_code/body.txt", "sign_in_code/body.html")
    }
}

impl Invited<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(Invited, self, "invited/subject.txt", "invited/body.txt", "invited/body.html")
    }
}
