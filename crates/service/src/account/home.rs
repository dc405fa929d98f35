//! What somebody arrives at: what waits for them, and the reviews that have to do with them, each with how far it is.
//! It holds no figure and no answer.

use candour_domain::review::ReviewProgress;
use candour_domain::{Review, Role, RoundState, Visibility};
use candour_storage::{PageRequest, reviews, rounds};

use crate::app::App;
use crate::auth::sessions::SignedIn;
use crate::error::Error;

/// What somebody is to a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// They run its round.
    Administrator,
    /// They read the report first and release it.
    Facilitator,
    /// They read the report beside whoever releases it.
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
}

/// What somebody arrives at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Their reviews, newest round first.
    pub reviews: Vec<Mine>,
}

impl Home {
    /// How many things wait for them.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.reviews.iter().filter(|mine| mine.waits()).count()
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
    let (standing, email) = (who.standing, who.account.email.clone());
    let roles = [
        (Role::Facilitator, Part::Facilitator, Visibility::Facilitated(email.clone(), who.assurance)),
        (Role::Adviser, Part::Adviser, Visibility::Advised(email.clone(), who.assurance)),
        (Role::Subject, Part::Subject, Visibility::About(email)),
        (Role::Administrator, Part::Administrator, Visibility::Trust),
    ];
    let held: Vec<_> = roles.into_iter().filter(|(role, ..)| standing.holds(*role)).collect();
    app.storage
        .read(who.organisation.id, move |tenant| {
            // Of a trust there are a few rounds a year.
            let every = reviews::every(tenant)?;
            let mut home = Home { reviews: Vec::new() };
            for (_, part, sees) in &held {
                for round in rounds::list(tenant, sees, &PageRequest::default())?.items {
                    let of_round = every.iter().filter(|review| review.round_id == round.id() && sees.shows(review));
                    home.reviews.extend(of_round.map(|review| Mine {
                        part: *part,
                        round: round.record().title.clone(),
                        state: round.state(),
                        review: sees.tell(review.clone()),
                    }));
                }
            }
            Ok(home)
        })
        .await
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
    app.storage.read(who.organisation.id, move |tenant| Ok(reviews::counted_for(tenant, &email, told)?)).await
}
