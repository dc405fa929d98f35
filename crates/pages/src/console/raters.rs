//! Who is asked about one person, for the administrators who run the round. Nothing here depends on who has answered.

pub(crate) mod add;
pub(crate) mod check;
pub(crate) mod list;
pub(crate) mod one;
mod words;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Delivery, RaterGroup, Review, ReviewId, Role, Round, RoundState};
use candour_service::app::App;
use candour_service::rater::rater_list::{self, ListedRater};
use candour_service::rater::withdraw_rater::Leaving;
use candour_service::round::read_rounds;
use serde::Deserialize;

use super::frame::Console;
use super::{Closed, delivery_reasons};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// People on one page.
const ON_A_PAGE: usize = 200;

#[derive(Template)]
#[template(path = "raters/list.html")]
struct RatersPage<'a> {
    frame: Console<'a>,
    found: &'a Found,
    total: usize,
    withdrawn: usize,
    groups: Vec<Members<'a>>,
    at: Place,
    /// The address that emails come from.
    sender: &'a str,
}

/// A review as the pages about its raters need it.
pub(crate) struct Found {
    round: Round,
    review: Review,
}

/// People of one group that are on this page.
struct Members<'a> {
    group: &'a RaterGroup,
    total: usize,
    people: Vec<&'a ListedRater>,
}

/// Which page of a long list.
#[derive(Clone, Copy)]
struct Place {
    page: usize,
    pages: usize,
}

/// What the address of the list says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    page: usize,
    done: String,
    number: usize,
}

impl Found {
    /// The person whom the review is about.
    fn subject(&self) -> &str {
        self.review.subject.person.name.as_str()
    }

    fn reader(&self) -> &str {
        self.review.facilitator.name.as_str()
    }

    fn takes_people(&self) -> bool {
        self.round.require_raters_welcome().is_ok()
    }

    fn is_draft(&self) -> bool {
        self.round.state() == RoundState::Draft
    }

    fn is_open(&self) -> bool {
        self.round.state() == RoundState::Open
    }

    /// The groups that somebody can be added to.
    fn groups(&self) -> impl Iterator<Item = &RaterGroup> {
        self.round.record().groups.as_slice().iter().filter(|group| !group.is_self())
    }
}

impl Place {
    /// That page of so many things, or the last one.
    fn of(wanted: usize, things: usize) -> Self {
        let pages = things.div_ceil(ON_A_PAGE).max(1);
        Self { page: wanted.clamp(1, pages), pages }
    }

    fn first(self) -> usize {
        (self.page - 1) * ON_A_PAGE
    }
}

impl RatersPage<'_> {
    fn nobody_yet(&self) -> bool {
        self.found.is_draft() && self.groups.iter().all(|group| group.group.is_self())
    }

    /// How the first email to somebody fares, in words.
    fn delivery(&self, listed: &ListedRater) -> Said {
        let say = self.frame.say;
        if listed.withdrawn {
            return Said::of(say.raters_withdrawn());
        }
        if listed.waiting {
            return Said::of(say.raters_delivery_waiting().name(self.found.reader()));
        }
        match listed.delivery {
            None => Said::of(say.raters_none_yet()),
            Some(Delivery::Queued) => Said::of(say.raters_delivery_queued()),
            Some(Delivery::Sent) => Said::of(say.raters_delivery_sent()),
            Some(Delivery::WrittenToFile) => Said::of(say.raters_delivery_file()),
            Some(Delivery::Bounced) => Said::of(say.raters_delivery_refused()),
            Some(Delivery::Failed) => Said::of(say.raters_delivery_failed()),
        }
    }

    /// Why the first email to somebody did not arrive, and what to do.
    fn why(&self, listed: &ListedRater) -> Option<Said> {
        let fares = (listed.delivery.filter(|_| !listed.withdrawn), listed.delivery_reason);
        delivery_reasons::in_words(self.frame.say, fares, self.sender)
    }

    /// Whether the email is tried again from the page of work that failed.
    fn can_be_tried_again(&self, listed: &ListedRater) -> bool {
        self.found.is_open() && !listed.withdrawn && listed.delivery == Some(Delivery::Failed)
    }

    fn is_wrong(listed: &ListedRater) -> bool {
        !listed.withdrawn && matches!(listed.delivery, Some(Delivery::Bounced | Delivery::Failed))
    }

    fn can_be_corrected(&self, listed: &ListedRater) -> bool {
        self.found.is_open() && can_be_corrected(listed)
    }

    /// Whether nobody has written to them, so that they are taken off the list and not withdrawn.
    fn is_removed(listed: &ListedRater) -> bool {
        leaving(listed) == Leaving::Removed
    }
}

fn can_be_corrected(listed: &ListedRater) -> bool {
    !listed.withdrawn && !listed.waiting && listed.delivery == Some(Delivery::Bounced)
}

/// How they leave the list.
fn leaving(listed: &ListedRater) -> Leaving {
    if listed.invited { Leaving::Withdrawn } else { Leaving::Removed }
}

/// Everybody who is asked, by group.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, query: Query<Asked>) -> HttpResponse {
    let found = async {
        let found = find(&app, &who, &id).await?;
        let people = people(&app, &who, &found).await?;
        Ok::<_, Closed>((found, people))
    };
    match found.await {
        Ok((found, people)) => {
            let frame = Console::of(&app, Some(&who)).await;
            let notice = done(&frame, &found, &query);
            let at = Place::of(query.page, people.len());
            let shown: Vec<&ListedRater> = people.iter().skip(at.first()).take(ON_A_PAGE).collect();
            let groups = found.round.record().groups.as_slice().iter().filter_map(|group| {
                let of_group = |listed: &&ListedRater| listed.rater.group == group.id;
                let here: Vec<&ListedRater> = shown.iter().copied().filter(of_group).collect();
                let total = people.iter().filter(of_group).filter(|listed| !listed.withdrawn).count();
                (!here.is_empty()).then_some(Members { group, total, people: here })
            });
            let withdrawn = people.iter().filter(|listed| listed.withdrawn).count();
            let page = RatersPage {
                groups: groups.collect(),
                frame: frame.saying(notice),
                found: &found,
                total: people.len() - withdrawn,
                withdrawn,
                at,
                sender: app.transport.sender(),
            };
            html(StatusCode::OK, &page)
        }
        Err(why) => who.closed(&app, why).await,
    }
}

fn done(frame: &Console<'_>, found: &Found, asked: &Asked) -> Option<Said> {
    let (say, reader) = (frame.say, found.reader());
    Some(match asked.done.as_str() {
        "added" if found.is_open() => Said::of(say.raters_done_waiting().name(reader)),
        "added" => Said::of(say.raters_done_added()),
        "imported" if found.is_open() => Said::of(say.raters_done_imported_waiting().number(asked.number).name(reader)),
        "imported" => Said::of(say.raters_done_imported().number(asked.number)),
        "removed" => Said::of(say.raters_done_removed()),
        "withdrawn" => Said::of(say.raters_done_withdrawn()),
        "asked" => Said::of(say.raters_done_asked_again()),
        "waits" => Said::of(say.raters_done_waiting().name(reader)),
        _ => return None,
    })
}

/// The review with this id, for an administrator of its trust.
async fn find(app: &App, who: &SignedIn, id: &str) -> Result<Found, Closed> {
    let id: ReviewId = id.parse().map_err(|_no_id| Closed::NotThere)?;
    let review = read_rounds::find_review(app, &who.may::<permission::GetReview>(Role::Administrator)?, id).await?;
    let by = who.may::<permission::GetRound>(Role::Administrator)?;
    let round = read_rounds::find_round(app, &by, review.round_id).await?;
    Ok(Found { round, review })
}

/// Everybody on its list.
async fn people(app: &App, who: &SignedIn, found: &Found) -> Result<Vec<ListedRater>, Closed> {
    let by = who.may::<permission::ListRaters>(Role::Administrator)?;
    Ok(rater_list::people_asked(app, &by, found.review.id).await?)
}

/// Where the list is.
fn path(found: &Found) -> String {
    format!("/reviews/{}/raters", found.review.id)
}
