//! What is destroyed of a round, and when.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::retention::{RetentionPolicy, Scheduled, Step};
use candour_domain::{Role, Round, RoundState};
use candour_service::app::App;
use candour_service::round::retention_plan;
use candour_words::uk_time::uk_date;
use chrono::{DateTime, Utc};

use super::round;
use crate::console::Closed;
use crate::console::frame::Console;
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "rounds/retention.html")]
struct RetentionPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    steps: &'a [Scheduled],
    policy: RetentionPolicy,
    now: DateTime<Utc>,
}

impl RetentionPage<'_> {
    /// When, as somebody says it.
    fn when(&self, scheduled: &Scheduled) -> Said {
        if scheduled.at <= self.now {
            Said::of(self.frame.say.retention_soon())
        } else {
            Said::of(uk_date(scheduled.at))
        }
    }

    /// Whether it ended without a report.
    fn is_cancelled(&self) -> bool {
        self.round.state() == RoundState::Cancelled
    }

    /// What goes.
    fn what(&self, step: Step) -> Said {
        let say = self.frame.say;
        match step {
            Step::DestroyAnswers if self.is_cancelled() => Said::of(say.retention_answers_of_cancelled()),
            Step::DestroyAnswers => Said::of(say.retention_answers()),
            Step::ErasePeople if self.round.state() == RoundState::Draft => Said::of(say.retention_people_of_draft()),
            Step::ErasePeople => Said::of(say.retention_people()),
            Step::Archive if self.is_cancelled() => Said::of(say.retention_archive_of_cancelled()),
            Step::Archive => Said::of(say.retention_archive()),
            Step::DeleteRound if self.is_cancelled() => Said::of(say.retention_round_of_cancelled()),
            Step::DeleteRound => Said::of(say.retention_round()),
        }
    }
}

/// The dates, as far as they are known, and the rules behind them.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let found = async {
        let round = round(&app, &who, &id).await?;
        let by = who.may::<permission::GetRetention>(Role::Administrator)?;
        let steps = retention_plan::retention_plan(&app, &by, round.id()).await?;
        Ok::<_, Closed>((round, steps))
    };
    match found.await {
        Ok((round, steps)) => {
            let frame = Console::of(&app, Some(&who)).await;
            let policy = round.record().retention.under(app.retention);
            let page = RetentionPage { frame, round: &round, steps: &steps, policy, now: app.clock.now() };
            html(StatusCode::OK, &page)
        }
        Err(why) => who.closed(&app, why).await,
    }
}
