//! Whether emails leave, for administrators: also for one who has only just set up the service.

use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use candour_domain::Person;
use candour_service::app::App;
use candour_service::test_email::{self, Tested, Trouble};

use super::frame::Console;
use super::{Closed, Done, failed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// What came of the last one, in the session.
const TESTED: &str = "test_email";

#[derive(Template)]
#[template(path = "console/test_email.html")]
struct TestEmailPage<'a> {
    frame: Console<'a>,
    email: &'a str,
    tested: Option<Tested>,
}

impl TestEmailPage<'_> {
    fn advice(&self, trouble: &Trouble) -> Said {
        let say = self.frame.say;
        match trouble {
            Trouble::Address(code) => Said::of(say.test_email_address().code(code.to_string())),
            Trouble::Quota(_) => Said::of(say.test_email_quota()),
            Trouble::SignIn(_) => Said::of(say.test_email_user()),
            Trouble::Sender(_) => Said::of(say.test_email_sender()),
            Trouble::Encryption(_) => Said::of(say.test_email_encryption()),
            Trouble::Connection(_) => Said::of(say.test_email_connection()),
            Trouble::Passing(_) => Said::of(say.test_email_passing()),
        }
    }

    fn has_no_server(&self) -> bool {
        matches!(self.tested, Some(Tested::NoServer(_)))
    }
}

/// Says what came of the last test email, and offers another.
pub(crate) async fn show(app: Data<App>, who: SignedIn, session: Session, query: Query<Done>) -> HttpResponse {
    if !who.standing.administrator {
        return who.closed(&app, Closed::NotThere).await;
    }
    let kept = session.get::<Tested>(TESTED).ok().flatten();
    let frame = Console::of(&app, Some(&who)).await;
    let set_up = || Said::of(frame.say.test_email_set_up().organisation(who.organisation.name.as_str()));
    let said = (query.done == "set-up").then(set_up);
    let frame = frame.saying(said);
    let tested = test_email::no_server(&app).or(kept);
    html(StatusCode::OK, &TestEmailPage { frame, email: who.account.email.as_str(), tested })
}

/// Sends one to the person who asks.
pub(crate) async fn send(app: Data<App>, who: SignedIn, session: Session) -> HttpResponse {
    if !who.standing.administrator {
        return who.closed(&app, Closed::NotThere).await;
    }
    let to = Person { name: who.account.name.clone(), email: who.account.email.clone() };
    match test_email::send(&app, &who.organisation, to).await {
        Ok(tested) => {
            keep(&session, &tested);
            see_other("/test-email")
        }
        Err(error) => failed(&error),
    }
}

/// Keeps what came of one for the page that says it.
pub(crate) fn keep(session: &Session, tested: &Tested) {
    let _unwritten = session.insert(TESTED, tested);
}
