//! What an administrator does with a round that is open, or with a draft that is not wanted: each on a page that says
//! first what it means.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Role, Round};
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::rater::remind_raters;
use candour_service::round::{close_round, extend_round, setup_round};
use candour_words::uk_time::uk_time;

use super::{dates, round, tag, words};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// What can be done.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Remind,
    Extend,
    Close,
    Cancel,
    Delete,
}

#[derive(Template)]
#[template(path = "rounds/step.html")]
struct StepPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    step: Step,
    tag: String,
    typed: &'a Typed,
    /// Whether closing was refused because it is not known that enough have answered.
    doubtful: bool,
    errors: Vec<Wrong>,
}

impl StepPage<'_> {
    fn title(&self) -> Said {
        let say = self.frame.say;
        match self.step {
            Step::Remind => Said::of(say.remind_title()),
            Step::Extend => Said::of(say.extend_title()),
            Step::Close => Said::of(say.close_title()),
            Step::Cancel => Said::of(say.cancel_title()),
            Step::Delete => Said::of(say.round_delete()),
        }
    }

    /// What it means, a sentence each.
    fn meaning(&self) -> Vec<Said> {
        let say = self.frame.say;
        match self.step {
            Step::Remind => vec![Said::of(say.remind_who()), Said::of(say.remind_unknown())],
            Step::Extend => vec![
                Said::of(say.extend_now().time(uk_time(self.round.record().closes_at))),
                Said::of(say.extend_told()),
                Said::of(say.extend_only_later()),
            ],
            Step::Close => {
                vec![Said::of(say.close_links()), Said::of(say.close_counted()), Said::of(say.close_no_way_back())]
            }
            Step::Cancel => {
                vec![Said::of(say.cancel_links()), Said::of(say.cancel_destroyed()), Said::of(say.cancel_no_way_back())]
            }
            Step::Delete => vec![Said::of(say.delete_what())],
        }
    }

    fn button(&self) -> Said {
        let say = self.frame.say;
        match self.step {
            Step::Remind => Said::of(say.remind_do()),
            Step::Extend => Said::of(say.extend_do()),
            Step::Close if self.doubtful => Said::of(say.close_do_all_the_same()),
            Step::Close => Said::of(say.close_do()),
            Step::Cancel => Said::of(say.cancel_do()),
            Step::Delete => Said::of(say.delete_do()),
        }
    }

    fn is_extension(&self) -> bool {
        self.step == Step::Extend
    }
}

macro_rules! pages {
    ($($(#[$doc:meta])* $show:ident, $act:ident, $step:ident;)+) => {
        $(
            $(#[$doc])*
            pub(crate) async fn $show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
                show(&app, &who, &id, Step::$step).await
            }

            /// Does it, or says why not.
            pub(crate) async fn $act(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
                act(&app, &who, &id, Step::$step, &Typed::parse(&body)).await
            }
        )+
    };
}

pages! {
    /// Asks whether everybody who has not answered is to be reminded.
    show_remind, remind, Remind;
    /// Asks for a later last day.
    show_extend, extend, Extend;
    /// Asks whether the round is to close now.
    show_close, close, Close;
    /// Asks whether the round is to end without a report.
    show_cancel, cancel, Cancel;
    /// Asks whether a draft is to go.
    show_delete, delete, Delete;
}

async fn show(app: &App, who: &SignedIn, id: &str, step: Step) -> HttpResponse {
    match round(app, who, id).await {
        Ok(round) => {
            let typed = Typed::of(&[("closes", &words::closing_day(&round))]);
            page(app, who, (&round, step), &typed, (false, Vec::new())).await
        }
        Err(why) => who.closed(app, why).await,
    }
}

async fn act(app: &App, who: &SignedIn, id: &str, step: Step, typed: &Typed) -> HttpResponse {
    let say = Console::nobodys().say;
    let round = match round(app, who, id).await {
        Ok(round) => round,
        Err(why) => return who.closed(app, why).await,
    };
    let (field, done) = match step {
        Step::Remind => ("go", "reminded"),
        Step::Extend => ("closes", "extended"),
        Step::Close => ("go", "closed"),
        Step::Cancel => ("go", "cancelled"),
        Step::Delete => ("go", ""),
    };
    let (wrong, doubtful) = match carry_out(app, who, &round, step, typed).await {
        Ok(()) if step == Step::Delete => return see_other("/rounds?done=deleted"),
        Ok(()) => return see_other(&format!("/rounds/{}?done={done}", round.id())),
        Err(Closed::Failed(Error::Round(why))) => (words::refused(say, field, why), false),
        Err(Closed::Failed(Error::Stale)) => (Wrong::at(field, Said::of(say.round_refused_stale())), false),
        Err(Closed::Failed(Error::Unconfirmed(_))) => (Wrong::at(field, Said::of(say.close_doubtful())), true),
        Err(Closed::Failed(Error::Invalid(_))) => (Wrong::at(field, Said::of(say.round_refused_day())), false),
        Err(why) => return who.closed(app, why).await,
    };
    page(app, who, (&round, step), typed, (doubtful, vec![wrong])).await
}

async fn carry_out(app: &App, who: &SignedIn, round: &Round, step: Step, typed: &Typed) -> Result<(), Closed> {
    let (id, tag, role) = (round.id(), typed.get("tag"), Role::Administrator);
    match step {
        Step::Remind => {
            let asked = who.ask_of::<permission::RemindRaters, Round>(role, tag)?;
            remind_raters::remind_raters(app, asked, id).await?;
        }
        Step::Extend => {
            let closes_at = dates::closing(typed.get("closes")).ok_or_else(|| Error::field("/closes_at", "no day"))?;
            let asked = who.ask_of::<permission::ExtendRound, Round>(role, tag)?;
            extend_round::extend_round(app, asked, id, closes_at).await?;
        }
        Step::Close => {
            let asked = who.ask_of::<permission::CloseRound, Round>(role, tag)?;
            close_round::close_round(app, asked, id, typed.has("sure", "yes")).await?;
        }
        Step::Cancel => {
            let asked = who.ask_of::<permission::CancelRound, Round>(role, tag)?;
            close_round::cancel_round(app, asked, id).await?;
        }
        Step::Delete => {
            let asked = who.ask_of::<permission::DeleteRound, ()>(role, tag)?;
            setup_round::delete_round(app, asked, id).await?;
        }
    }
    Ok(())
}

async fn page(
    app: &App,
    who: &SignedIn,
    (round, step): (&Round, Step),
    typed: &Typed,
    (doubtful, errors): (bool, Vec<Wrong>),
) -> HttpResponse {
    let frame = Console::of(app, Some(who)).await;
    html(form::status(&errors), &StepPage { frame, round, step, tag: tag(round), typed, doubtful, errors })
}
