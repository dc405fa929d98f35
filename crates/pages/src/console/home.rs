//! The first page: for whoever has signed in what waits for them and what they are to their trust; for everybody else
//! what this is.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;
use candour_domain::RoundState;
use candour_domain::review::ReviewProgress;
use candour_service::account::home::{self, Home, Mine, Part};
use candour_service::app::App;
use candour_service::auth::passkeys;
use candour_words::uk_time::uk_date;
use chrono::{DateTime, Utc};

use super::frame::Console;
use crate::frame::{Said, html};
use crate::{console, front, session};

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage<'a> {
    frame: Console<'a>,
    home: &'a Home,
    needs_more: bool,
    /// Until when the person can stop a passkey that was added by somebody who had only read an email.
    passkey_waits: Option<DateTime<Utc>>,
}

impl HomePage<'_> {
    /// What the person is to reviews, each with its heading.
    fn parts(&self) -> Vec<(Part, Said)> {
        let say = self.frame.say;
        let all = [
            (Part::Facilitator, Said::of(say.home_as_facilitator())),
            (Part::Adviser, Said::of(say.home_as_adviser())),
            (Part::Subject, Said::of(say.home_as_subject())),
            (Part::Administrator, Said::of(say.home_as_administrator())),
        ];
        all.into_iter().filter(|(part, _)| self.home.reviews.iter().any(|mine| mine.part == *part)).collect()
    }

    /// How far a review is, in the words for the person.
    fn state(&self, mine: &Mine) -> Said {
        let say = self.frame.say;
        match (mine.state, mine.review.progress) {
            (RoundState::Cancelled, _) => Said::of(say.home_state_cancelled()),
            (RoundState::Archived, _) => Said::of(say.home_state_archived()),
            (_, ReviewProgress::Released(at)) => Said::of(say.home_state_released().day(uk_date(at))),
            (_, ReviewProgress::Scheduled(at)) if mine.part != Part::Subject => {
                Said::of(say.home_state_scheduled().day(uk_date(at)))
            }
            (RoundState::Draft, _) => Said::of(say.home_state_draft()),
            (RoundState::Open, _) => Said::of(say.home_state_open()),
            (_, ReviewProgress::Waiting) if mine.part != Part::Subject => Said::of(say.home_state_closed()),
            _ if mine.part == Part::Subject => Said::of(say.home_state_counted_subject()),
            _ => Said::of(say.home_state_counted()),
        }
    }
}

/// Shows it.
pub(crate) async fn show(app: web::Data<App>, session: Session) -> HttpResponse {
    let who = match session::who(&session, &app).await {
        Ok(Some(who)) => who,
        Ok(None) => return front::show(&app).await,
        Err(error) => return console::failed(&error),
    };
    let passkey_waits = match passkeys::list(&app, &who).await {
        Ok(listed) => listed.into_iter().filter_map(|passkey| passkey.waits_until).min(),
        Err(error) => return console::failed(&error),
    };
    match home::read(&app, &who).await {
        Ok(home) => {
            let frame = Console { who: Some(&who), waiting: home.waiting(), ..Console::nobodys() };
            html(StatusCode::OK, &HomePage { frame, home: &home, needs_more: who.needs_more(), passkey_waits })
        }
        Err(error) => console::failed(&error),
    }
}
