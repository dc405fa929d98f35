//! What somebody arrives at: what waits for them, and the reviews that have to do with them, each with how far it is.
//! It holds no figure and no answer.

use std::collections::BTreeSet;

use candour_domain::review::ReviewProgress;
use candour_domain::{Email, Review, ReviewId, Role, Round, RoundState, Visibility};
use candour_storage::{PageRequest, Tenant, reviews, rounds};
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::auth::sessions::SignedIn;
use crate::error::Error;
use crate::rater::rater_list;

/// What somebody is to a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// They run its round.
    Administrator,
    /// They read the report first and release it.
    Facilitator,
    /// They read the report beside the one who releases it.
    Adviser,
    /// It is about them.
    Subject,
}

/// A review that has to do with somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mine {
    /// What they are to it.
    pub part: Part,
    /// The title of its round.
    pub round: String,
    /// How far the round is.
    pub state: RoundState,
    /// The review.
    pub review: Review,
    /// Whether the list of who is asked waits for them to read it and agree.
    pub list_waits: bool,
}

/// What somebody arrives at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Their reviews, newest round first.
    pub reviews: Vec<Mine>,
}

impl Part {
    /// In which role somebody acts who is this to a review.
    #[must_use]
    pub fn role(self) -> Role {
        match self {
            Self::Administrator => Role::Administrator,
            Self::Facilitator => Role::Facilitator,
            Self::Adviser => Role::Adviser,
            Self::Subject => Role::Subject,
        }
    }
}

impl Home {
    /// How many things wait for them.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.reviews.iter().map(|mine| usize::from(mine.waits()) + usize::from(mine.list_waits)).sum()
    }
}

impl Mine {
    /// Whether it waits for this person: a report that only they can release.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.part == Part::Facilitator && self.review.progress == ReviewProgress::Counted
    }
}

/// Reads it.
///
/// # Errors
/// [`Error::Storage`].
pub async fn read(app: &App, who: &SignedIn) -> Result<Home, Error> {
    let (held, email, now) = (parts(who), who.account.email.clone(), app.clock.now());
    app.storage
        .read(who.organisation.id, move |tenant| {
            let mut home = Home { reviews: Vec::new() };
            for (part, sees) in &held {
                let rounds = rounds::list(tenant, sees, &PageRequest::largest())?.items;
                let ids: Vec<_> = rounds.iter().map(Round::id).collect();
                let reviews = reviews::in_rounds(tenant, &ids, sees)?;
                let waiting = match part {
                    Part::Facilitator => waiting_lists(tenant, sees, &email, now)?,
                    Part::Adviser | Part::Subject | Part::Administrator => BTreeSet::new(),
                };
                for round in &rounds {
                    home.reviews.extend(reviews.iter().filter(|review| review.round_id == round.id()).map(|review| {
                        Mine {
                            part: *part,
                            round: round.record().title.clone(),
                            state: round.state(),
                            review: sees.tell(review.clone()),
                            list_waits: waiting.contains(&review.id),
                        }
                    }));
                }
            }
            Ok(home)
        })
        .await
}

/// What somebody may be to a review, and of which reviews they are told as such.
pub(super) fn parts(who: &SignedIn) -> Vec<(Part, Visibility)> {
    let parts = [Part::Facilitator, Part::Adviser, Part::Subject, Part::Administrator];
    let held = parts.into_iter().filter(|part| who.standing.holds(part.role()));
    held.map(|part| (part, Visibility::of(part.role(), &who.account.email, who.assurance))).collect()
}

/// How many things wait for somebody: what [`Home::waiting`] counts, for the head of every page. It asks nothing for
/// anybody who facilitates no review.
///
/// # Errors
/// [`Error::Storage`].
pub async fn waiting(app: &App, who: &SignedIn) -> Result<usize, Error> {
    if !who.standing.holds(Role::Facilitator) {
        return Ok(0);
    }
    // Somebody of whom it is not sure enough who they are is not told that a time of release is set, here neither.
    let (email, told) = (who.account.email.clone(), who.assurance.opens_unreleased());
    let (sees, now) = (Visibility::Facilitated(email.clone(), who.assurance), app.clock.now());
    app.storage
        .read(who.organisation.id, move |tenant| {
            let counted = reviews::counted_for(tenant, &email, told)?;
            Ok(counted + waiting_lists(tenant, &sees, &email, now)?.len())
        })
        .await
}

/// The reviews whose list waits for somebody who agrees to lists, if it is sure enough who they are.
fn waiting_lists(
    tenant: &mut Tenant<'_>,
    sees: &Visibility,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<BTreeSet<ReviewId>, Error> {
    if sees.decides_at_all() { rater_list::waiting_for(tenant, email, now) } else { Ok(BTreeSet::new()) }
}
