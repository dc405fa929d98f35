//! The emails of the demonstration.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use candour_service::app::App;
use candour_service::mailbox::{self, Filed};

use crate::console::frame::Console;
use crate::console::{failed, not_there};
use crate::frame::html;
use crate::framed_email;

#[derive(Template)]
#[template(path = "demo/mailbox.html")]
struct MailboxPage<'a> {
    frame: Console<'a>,
    emails: &'a [Filed],
}

#[derive(Template)]
#[template(path = "demo/email.html")]
struct EmailPage<'a> {
    frame: Console<'a>,
    email: &'a Filed,
    base: &'a str,
}

impl EmailPage<'_> {
    /// The text in pieces, each with whether it is a link into this service.
    fn linked(&self) -> Vec<(&str, bool)> {
        let words = self.email.text.split_inclusive(char::is_whitespace);
        let pieces = words.flat_map(|word| {
            let (text, blank) = word.split_at(word.trim_end().len());
            [(text, text.starts_with(self.base)), (blank, false)]
        });
        pieces.filter(|(piece, _)| !piece.is_empty()).collect()
    }
}

/// All of them, newest first.
pub(crate) async fn list(app: Data<App>) -> HttpResponse {
    match mailbox::list(&app).await {
        Ok(emails) => html(StatusCode::OK, &MailboxPage { frame: Console::nobodys(), emails: &emails }),
        Err(error) => failed(&error),
    }
}

/// One of them.
pub(crate) async fn email(app: Data<App>, id: Path<String>) -> HttpResponse {
    let Some(email) = find(&app, &id).await else { return not_there(&Console::nobodys()) };
    let page = EmailPage { frame: Console::nobodys(), email: &email, base: &app.base_url };
    framed_email::beside(html(StatusCode::OK, &page))
}

/// What is in its frame. A link in it leads out of the frame.
pub(crate) async fn content(app: Data<App>, id: Path<String>) -> HttpResponse {
    let Some(email) = find(&app, &id).await else { return not_there(&Console::nobodys()) };
    framed_email::content(&email.html)
}

async fn find(app: &App, id: &str) -> Option<Filed> {
    mailbox::list(app).await.ok()?.into_iter().find(|email| email.id == id)
}
