//! What surrounds every page: the head, the trust's name, and whom to ask.

use std::fmt::{self, Write};

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use candour_domain::{Email, Organisation};
use candour_words::language::Language;
use candour_words::message::{Argument, Form, Html, Written};

use super::assets;
use super::texts::Texts;

/// What a page says.
pub(super) type Say = Texts<Html>;

/// A text of a page that is kept.
pub(super) type Said = Written<Html>;

/// The parts of a page that do not depend on its content.
pub(super) struct Frame<'a> {
    /// The texts, in the language of the page.
    pub(super) say: Say,
    /// The trust, once it is known.
    pub(super) organisation: Option<&'a Organisation>,
    /// Where the style sheet is.
    pub(super) style: &'static str,
    /// Where the script is.
    pub(super) script: &'static str,
    /// Where the icon is.
    pub(super) icon: &'static str,
}

impl<'a> Frame<'a> {
    /// The frame of a trust's page.
    pub(super) fn of(organisation: &'a Organisation) -> Self {
        Self { organisation: Some(organisation), ..Self::nobodys() }
    }

    /// The frame of a page that cannot know whose it is.
    pub(super) fn nobodys() -> Self {
        Self {
            say: Say::new(Language::default()),
            organisation: None,
            style: assets::style(),
            script: assets::script(),
            icon: assets::icon(),
        }
    }
}

/// An email address as a link, to be an argument of a text.
pub(super) fn mail_to(email: &Email) -> MailTo<'_> {
    MailTo(email)
}

/// Made by [`mail_to`].
pub(super) struct MailTo<'a>(&'a Email);

impl Argument<Html> for MailTo<'_> {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        to.write_str("<a class=\"address\" href=\"mailto:")?;
        Html::write(self.0.as_str(), to)?;
        to.write_str("\">")?;
        Html::write(self.0.as_str(), to)?;
        to.write_str("</a>")
    }
}

/// Most pages fit, and are written without being moved. The templates hold little text, so that their own guess is too
/// small.
const USUAL_SIZE: usize = 12 * 1024;

/// Renders a page.
pub(super) fn html(status: StatusCode, page: &impl Template) -> HttpResponse {
    let mut body = String::with_capacity(USUAL_SIZE);
    match page.render_into(&mut body) {
        Ok(()) => {
            HttpResponse::build(status).insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8")).body(body)
        }
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}
