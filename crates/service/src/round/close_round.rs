//! Ends a round, by closing it for the count or by cancelling it. Links stop working, and unsent drafts and raters who
//! still wait for the facilitator go.

use candour_domain::access::permission::{CancelRound, CloseRound};
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{OrganisationId, Round, RoundId, SettledNow};
use candour_seal::Link;
use candour_storage::{Tenant, ballots, drafts, invitations, raters, reviews, rounds};
use candour_words::uk_time::uk_time;
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::error::Error;
use crate::job::Job;
use crate::round::progress::{self, RoundProgress};
use crate::round::setup_round;
use crate::settle::settle;

/// Closes an open round for good; the worker counts it next. Unless `confirmed`, the one who does it is asked where it
/// is not known that enough people have answered for a report.
///
/// # Guarantee
/// Whether somebody is asked depends on nothing but what [`progress::progress`] shows them: the number of the last 6am,
/// over everybody together. A refusal that looked into the ballot box would be a clock, read as often as somebody
/// tries.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Clock`], [`Error::Unconfirmed`], and what [`Round::close`] refuses.
pub async fn close_round(
    app: &App,
    asked: Asked<CloseRound, Round>,
    id: RoundId,
    confirmed: bool,
) -> Result<Answered, Error> {
    let now = settle(app).await?;
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, round, principal| {
            if !confirmed && round.require_open().is_ok() {
                require_enough(tenant, &round)?;
            }
            close(tenant, &round, principal.actor(), now)
        })
        .await?;
    after_close(app).await;
    Ok(answered)
}

fn require_enough(tenant: &mut Tenant<'_>, round: &Round) -> Result<(), Error> {
    let shown = progress::of_round(tenant, round)?;
    let Some(doubtful) = doubtful(&shown, round.record().policy.threshold()) else { return Ok(()) };
    let what = "Closing ends every link for good, and what has not been sent by then is never counted.";
    Err(Error::Unconfirmed(format!("{doubtful} {what}")))
}

async fn close_when_due(app: &App, organisation: OrganisationId, id: RoundId) -> Result<(), Error> {
    let now = settle(app).await?;
    app.storage
        .write(organisation, move |tenant| {
            let round = rounds::find(tenant, id)?.ok_or(Error::NotFound)?;
            close(tenant, &round, Actor::Worker, now)
        })
        .await?;
    after_close(app).await;
    Ok(())
}

fn close(tenant: &mut Tenant<'_>, round: &Round, actor: Actor, settled: SettledNow) -> Result<Round, Error> {
    let (id, closed, now) = (round.id(), round.close(settled)?, settled.at());
    setup_round::store_next_state(tenant, &closed)?;
    end_links(tenant, id, settled)?;
    Job::SweepReceipts { round: id }.enqueue(tenant, now, None)?;
    Job::Count { round: id }.enqueue(tenant, now, Some(format!("count:{id}")))?;
    audit::record(tenant, actor, Action::RoundClosed, Target::Round(id), json!({}), now)?;
    Ok(closed)
}

async fn after_close(app: &App) {
    clean_up(app).await;
    app.wake.notify_one();
}

/// Why it is not known that there will be something to report, by what progress shows; `None` when it is.
fn doubtful(progress: &RoundProgress, threshold: u32) -> Option<String> {
    let Some(as_of) = progress.as_of else {
        return Some(
            "Nobody has been counted yet: how many have answered is known from the first 6am after the launch."
                .to_owned(),
        );
    };
    let (mut few_asked, mut not_counted, mut few_answered) = (0, 0, 0);
    for review in &progress.reviews {
        match review.everybody.as_ref().map(|everybody| everybody.responded) {
            None => few_asked += 1,
            Some(None) => not_counted += 1,
            Some(Some(responded)) if responded < threshold => few_answered += 1,
            Some(Some(_enough)) => {}
        }
    }
    let (counted, all) = (uk_time(as_of), progress.reviews.len());
    let reviews = |some: usize| if all == 1 { "the review".to_owned() } else { format!("{some} of {all} reviews") };
    let mut said = Vec::new();
    if few_asked > 0 {
        said.push(format!("In {} fewer than {threshold} people are asked.", reviews(few_asked)));
    }
    if not_counted > 0 {
        said.push(format!("In {} answers have not been counted yet.", reviews(not_counted)));
    }
    if few_answered > 0 {
        let reviews = reviews(few_answered);
        said.push(format!(
            "When answers were last counted, on {counted}, fewer than {threshold} people had answered in {reviews}."
        ));
    }
    (!said.is_empty()).then(|| {
        format!(
            "{} A report shows nothing of those who answer without their names unless at least {threshold} of them do.",
            said.join(" ")
        )
    })
}

/// Cancels a draft or an open round. Ballots already sent are deleted unread.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Clock`], and what [`Round::cancel`] refuses.
pub async fn cancel_round(app: &App, asked: Asked<CancelRound, Round>, id: RoundId) -> Result<Answered, Error> {
    let settled = settle(app).await?;
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, round, principal| {
            let cancelled = round.cancel(settled)?;
            setup_round::store_next_state(tenant, &cancelled)?;
            end_links(tenant, id, settled)?;
            for review in reviews::all(tenant, id)? {
                ballots::delete_review(tenant, review.id, settled)?;
            }
            rounds::destroy_keys(tenant, id, settled)?;
            audit::record(
                tenant,
                principal.actor(),
                Action::RoundCancelled,
                Target::Round(id),
                json!({}),
                settled.at(),
            )?;
            Ok(cancelled)
        })
        .await?;
    clean_up(app).await;
    Ok(answered)
}

/// Closes these rounds, whose time has come. Of several nodes that find the same one due, the first closes it. One that
/// cannot be closed is logged and tried again at the next look.
pub async fn close_due(app: &App, due: &[(OrganisationId, RoundId)]) {
    for &(organisation, round) in due {
        match close_when_due(app, organisation, round).await {
            Ok(()) | Err(Error::Stale | Error::Round(_)) => {}
            // The log says so from time to time, and not at every look.
            Err(Error::Clock(_)) => return,
            Err(error) => tracing::error!(%round, %error, "a round whose time has come cannot be closed"),
        }
    }
}

fn end_links(tenant: &mut Tenant<'_>, id: RoundId, now: SettledNow) -> Result<(), Error> {
    invitations::close_round(tenant, id, &Link::spent_hash, now)?;
    drafts::delete_round(tenant, id, now)?;
    // Nobody has written to them, so nothing of them stays.
    raters::delete_waiting(tenant, id)?;
    Ok(())
}

/// Takes what was deleted, and the order in which answers came, off the disk. When a reader holds it up, the count does
/// it.
async fn clean_up(app: &App) {
    if let Err(error) = app.storage.forget_order().await {
        tracing::warn!(%error, "the database could not be rewritten yet; the count does it");
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::ReviewId;
    use chrono::DateTime;

    use super::*;
    use crate::round::progress::{GroupSet, ReviewProgress};

    fn asked(responded: Option<u32>) -> GroupSet {
        GroupSet { groups: Vec::new(), invited: 9, responded }
    }

    fn doubt(reviews: Vec<Option<GroupSet>>) -> Option<String> {
        let review = |everybody| ReviewProgress { review_id: ReviewId::from_random([1; 16]), everybody };
        let reviews = reviews.into_iter().map(review).collect();
        doubtful(&RoundProgress { as_of: Some(DateTime::UNIX_EPOCH), next_at: None, reviews }, 4)
    }

    #[test]
    fn the_question_before_closing_says_what_is_known_and_no_more() {
        assert_eq!(doubt(vec![Some(asked(Some(4)))]), None);
        let [few, nobody, uncounted] =
            [Some(asked(Some(3))), None, Some(asked(None))].map(|one| doubt(vec![one]).unwrap_or_default());
        assert!(few.contains("fewer than 4 people had answered in the review"), "{few}");
        assert!(nobody.contains("In the review fewer than 4 people are asked"), "{nobody}");
        assert!(!nobody.contains("had answered"), "{nobody}");
        assert!(uncounted.contains("have not been counted yet") && !uncounted.contains("fewer"), "{uncounted}");
        let several =
            doubt(vec![Some(asked(Some(3))), Some(asked(Some(9))), None, Some(asked(Some(0)))]).unwrap_or_default();
        assert!(several.contains("answered in 2 of 4 reviews") && several.contains("In 1 of 4 reviews"), "{several}");
    }
}
