//! What a round could show, by how many are asked: in words and drawn.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::readiness::{LaunchProblem, Outlook};
use candour_domain::{GroupId, Review, ReviewId, Role, Round};
use candour_service::app::App;
use candour_service::round::readiness::{self, Readiness};

use super::{Found, find};
use crate::console::Closed;
use crate::console::form::Wrong;
use crate::console::frame::Console;
use crate::frame::{Said, Say, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "rounds/shown.html")]
struct ShownPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    reviews: &'a [Review],
    readiness: &'a [Readiness],
}

/// One group and what becomes of it, as a line of the drawing.
struct Line<'a> {
    title: &'a str,
    asked: u32,
    everyone: Said,
    sixty: Said,
}

impl ShownPage<'_> {
    fn review(&self, id: ReviewId) -> Option<&Review> {
        self.reviews.iter().find(|review| review.id == id)
    }

    fn lines(&self, one: &Readiness) -> Vec<Line<'_>> {
        let (say, groups) = (self.frame.say, &self.round.record().groups);
        let asked =
            |id: &GroupId| one.review.invited.iter().find(|(group, _)| group == id).map_or(0, |(_, count)| *count);
        let line = |group: &'_ candour_domain::RaterGroup| {
            let becomes =
                |outlook| if group.named { Said::of(say.shown_named()) } else { becomes(say, outlook, &group.id) };
            (asked(&group.id), becomes(&one.review.everyone), becomes(&one.review.sixty_percent))
        };
        let lines = groups.as_slice().iter().map(|group| {
            let (asked, everyone, sixty) = line(group);
            Line { title: group.title.as_str(), asked, everyone, sixty }
        });
        lines.filter(|line| line.asked > 0).collect()
    }

    /// The widest line of the drawing.
    fn most(&self, one: &Readiness) -> u32 {
        one.review
            .invited
            .iter()
            .map(|(_, count)| *count)
            .max()
            .unwrap_or(1)
            .max(self.round.record().policy.threshold())
    }

    fn problem(&self, problem: LaunchProblem) -> Said {
        let say = self.frame.say;
        match problem {
            LaunchProblem::NobodyAnonymous => Said::of(say.shown_nobody()),
            LaunchProblem::NothingToShow => Said::of(say.shown_nothing()),
            LaunchProblem::SelfMissing => Said::of(say.shown_self_missing()),
        }
    }

    /// What would let more groups have a column of their own, as sentences.
    fn remedies(one: &Readiness) -> Vec<Said> {
        one.review.remedies.iter().map(|remedy| Wrong::of("", &remedy.detail).text).collect()
    }
}

/// What becomes of a group at some turnout.
fn becomes(say: Say, outlook: &Outlook, group: &GroupId) -> Said {
    if outlook.alone.contains(group) {
        Said::of(say.shown_alone())
    } else if outlook.pooled.contains(group) {
        Said::of(say.shown_pooled())
    } else {
        Said::of(say.shown_not())
    }
}

/// The page.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let found = async {
        let found = find(&app, &who, &id).await?;
        let by = who.may::<permission::GetReadiness>(Role::Administrator)?;
        let readiness = readiness::readiness(&app, &by, found.round.id()).await?;
        Ok::<_, Closed>((found, readiness))
    };
    match found.await {
        Ok((Found { round, reviews }, readiness)) => {
            let frame = Console::of(&app, Some(&who)).await;
            let page = ShownPage { frame, round: &round, reviews: &reviews, readiness: &readiness };
            html(StatusCode::OK, &page)
        }
        Err(why) => who.closed(&app, why).await,
    }
}
