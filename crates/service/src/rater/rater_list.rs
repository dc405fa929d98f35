//! The list of a review as its facilitator reads it, and their agreement to exactly that list.

use std::collections::BTreeSet;

use candour_domain::access::permission::{AgreeToList, GetReviewList, ListRaters};
use candour_domain::audit::{Action, Target};
use candour_domain::earlier::SinceEarlierRound;
use candour_domain::list::{Listed, Mark, marks};
use candour_domain::{Authorised, Email, Rater, RaterId, Review, ReviewId, Round, RoundState};
pub use candour_storage::raters::ListedRater;
use candour_storage::{Page, PageRequest, Tenant, invitations, raters, reviews, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::error::Error;
use crate::rater::ask_again;
use crate::rater::invite;
use crate::round::earlier_rounds::{Earlier, EveryReview, office};
use crate::round::read_rounds;

/// The list of a review.
pub struct RaterList {
    /// The review.
    pub review: Review,
    /// Its round.
    pub round: Round,
    /// Everybody on the list by group and address, with what is unusual about them.
    pub people: Vec<(Listed, Vec<Mark>)>,
    /// The hash of the list.
    pub digest: String,
    /// Whether the facilitator has agreed to this list.
    pub agreed: bool,
    /// What is unusual about the subject.
    pub subject_marks: Vec<Mark>,
    /// What has changed since each earlier round about the same person, newest first.
    pub since: Vec<SinceEarlierRound>,
}

/// What an agreement has done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// The hash that was agreed to.
    pub digest: String,
    /// People who waited and are invited now.
    pub invited: usize,
}

/// The raters of a review with the delivery of their invitation, and nothing about answers.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn list_raters(
    app: &App,
    by: &Authorised<ListRaters>,
    review: ReviewId,
    page: PageRequest,
) -> Result<Page<ListedRater>, Error> {
    let sees = by.principal().visibility();
    app.storage
        .read(by.organisation(), move |tenant| {
            read_rounds::review(tenant, &sees, review)?;
            Ok(raters::list(tenant, review, &page)?)
        })
        .await
}

/// Everybody who is asked about one person, by group as the round has them, then by name: an order that tells nothing
/// else.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn people_asked(app: &App, by: &Authorised<ListRaters>, review: ReviewId) -> Result<Vec<ListedRater>, Error> {
    let sees = by.principal().visibility();
    app.storage
        .read(by.organisation(), move |tenant| {
            let found = read_rounds::review(tenant, &sees, review)?;
            let round = rounds::find(tenant, found.round_id)?.ok_or(Error::NotFound)?;
            let (mut all, mut page) = (Vec::new(), PageRequest::largest());
            loop {
                let read = raters::list(tenant, review, &page)?;
                all.extend(read.items);
                match read.next {
                    Some(next) => page = PageRequest::largest().after(next),
                    None => break,
                }
            }
            let place = |listed: &ListedRater| {
                let groups = round.record().groups.as_slice();
                let place = groups.iter().position(|group| group.id == listed.rater.group);
                let person = &listed.rater.person;
                (place, person.name.as_str().to_lowercase(), person.email.clone())
            };
            all.sort_by_cached_key(place);
            Ok(all)
        })
        .await
}

/// One person on the list of a review, if they are there.
///
/// # Errors
/// [`Error::NotFound`] for the review.
pub async fn find_rater(
    app: &App,
    by: &Authorised<ListRaters>,
    review: ReviewId,
    id: RaterId,
) -> Result<Option<ListedRater>, Error> {
    let sees = by.principal().visibility();
    app.storage
        .read(by.organisation(), move |tenant| {
            read_rounds::review(tenant, &sees, review)?;
            Ok(raters::listed(tenant, review, id)?)
        })
        .await
}

/// The list of a review of this facilitator's.
///
/// # Errors
/// [`Error::NotFound`] for a review of another facilitator.
pub async fn read_list(app: &App, by: &Authorised<GetReviewList>, id: ReviewId) -> Result<RaterList, Error> {
    let now = app.clock.now();
    let facilitator = by.principal().clone();
    app.storage
        .read(by.organisation(), move |tenant| {
            let review = asked::own_review(id)(tenant, &facilitator)?;
            let (round, earlier) = beside(tenant, &review, now)?;
            let mut list = raters::on_list(tenant, id)?;
            let place = |listed: &Listed| {
                round.record().groups.as_slice().iter().position(|group| group.id == listed.rater.group)
            };
            list.sort_by(|a, b| (place(a), &a.rater.person.email).cmp(&(place(b), &b.rater.person.email)));
            // Those who wait as well: the facilitator decides whether they join. Those who were withdrawn are gone.
            let everybody: Vec<Rater> =
                list.iter().filter(|listed| !listed.withdrawn).map(|listed| listed.rater.clone()).collect();
            let since = earlier.since_earlier_rounds(tenant, &round, |_tenant| Ok(everybody))?;
            let digest = earlier.digest(&review, &list);
            let agreed = reviews::agreed_digest(tenant, id)?.as_ref() == Some(&digest);
            let marks = marks(&review, &list, &office(tenant)?);
            let people = list.into_iter().zip(marks).collect();
            Ok(RaterList { people, review, round, digest, agreed, subject_marks: earlier.subject_marks(), since })
        })
        .await
}

/// Agrees to the list with this hash. In an open round those who waited are invited.
///
/// # Errors
/// [`Error::NotFound`] for a review of another facilitator, [`Error::Round`] once the round has ended,
/// [`Error::ListChanged`] when the list is not the one with this hash.
///
/// # Guarantee
/// Nobody is invited who the facilitator has not read in the list.
pub async fn agree_to_list(
    app: &App,
    asked: Asked<AgreeToList, Agreed>,
    id: ReviewId,
    digest: String,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    let key = app.key.clone();
    let answered = asked
        .carry_out(app, asked::own_review(id), move |tenant, review, facilitator| {
            let (round, earlier) = beside(tenant, &review, now)?;
            round.require_agreement_welcome()?;
            let list = raters::on_list(tenant, id)?;
            if earlier.digest(&review, &list) != digest {
                return Err(Error::ListChanged);
            }
            let mut new = Vec::new();
            if round.state() == RoundState::Open {
                round.require_answers_welcome(now)?;
                new = raters::agree(tenant, id)?;
                invite::invite(tenant, &key, &new, now)?;
                for rater in raters::agree_again(tenant, id)? {
                    let invitation = invitations::of_rater(tenant, rater.id)?
                        .ok_or(Error::Internal("a rater without an invitation"))?;
                    ask_again::write_again(tenant, &key, invitation.id, now)?;
                    new.push(rater);
                }
            }
            reviews::set_agreed_digest(tenant, id, &digest)?;
            let detail = json!({"people": list.len(), "invited": new.len()});
            audit::record(tenant, facilitator.actor(), Action::ReviewListAgreed, Target::Review(id), detail, now)?;
            Ok(Agreed { digest, invited: new.len() })
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}

/// The reviews whose list waits for this facilitator: somebody was added to the open round, or is to be asked again, or
/// the draft cannot be launched before they agree.
///
/// # Errors
/// [`Error::Storage`].
pub(crate) fn waiting_for(
    tenant: &mut Tenant<'_>,
    facilitator: &Email,
    now: DateTime<Utc>,
) -> Result<BTreeSet<ReviewId>, Error> {
    let open = reviews::facilitated(tenant, facilitator, &[RoundState::Open])?;
    let open: Vec<ReviewId> = open.into_iter().map(|review| review.id).collect();
    let mut waiting = if open.is_empty() { BTreeSet::new() } else { raters::waiting_in(tenant, &open)? };
    let drafts = reviews::facilitated(tenant, facilitator, &[RoundState::Draft])?;
    if drafts.is_empty() {
        return Ok(waiting);
    }
    let every = EveryReview::read(tenant)?;
    for review in drafts {
        let Some(round) = rounds::find(tenant, review.round_id)? else { continue };
        let earlier = every.beside(tenant, &review, &round, now)?;
        if earlier.needs_agreement(&review) {
            let digest = earlier.digest(&review, &raters::on_list(tenant, review.id)?);
            if reviews::agreed_digest(tenant, review.id)? != Some(digest) {
                waiting.insert(review.id);
            }
        }
    }
    Ok(waiting)
}

fn beside(tenant: &mut Tenant<'_>, review: &Review, now: DateTime<Utc>) -> Result<(Round, Earlier), Error> {
    let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
    let earlier = EveryReview::read(tenant)?.beside(tenant, review, &round, now)?;
    Ok((round, earlier))
}
