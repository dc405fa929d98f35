//! The readiness of a round: what could be published, and what stops a launch.

use candour_domain::access::permission::GetReadiness;
use candour_domain::earlier::{LaunchRefused, SinceEarlierRound};
use candour_domain::list::Office;
use candour_domain::readiness::{ReviewReadiness, review_readiness};
use candour_domain::{Authorised, Framework, Review, Round, RoundId, RoundState};
use candour_storage::{Tenant, frameworks, raters, reviews, turnouts};
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::Error;
use crate::round::earlier_rounds::{EveryReview, office, still_asked};
use crate::round::read_rounds;

/// The readiness of one review beside the trust's other rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// By itself.
    pub review: ReviewReadiness,
    /// What else stops a launch; empty once the round has been launched.
    pub refused: Vec<LaunchRefused>,
    /// What has changed since each earlier round about the same person, newest first.
    pub since: Vec<SinceEarlierRound>,
    /// Whether the facilitator has agreed to the list as it is.
    pub agreed: bool,
}

/// What does not stop a launch and should be known before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// No mail server is set.
    #[error(
        "no mail server is set, so emails are written to files on the server and reach nobody; set smtp_url \
         (CANDOUR_SMTP_URL)"
    )]
    MailToFiles,
}

impl Warning {
    /// The stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MailToFiles => "mail_to_files",
        }
    }
}

/// What should be known before a launch.
#[must_use]
pub fn warnings(app: &App) -> Vec<Warning> {
    app.transport.folder().map(|_| Warning::MailToFiles).into_iter().collect()
}

/// The readiness of every review of a round; empty when it has none, which stops a launch too.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn readiness(app: &App, by: &Authorised<GetReadiness>, id: RoundId) -> Result<Vec<Readiness>, Error> {
    let now = app.clock.now();
    let sees = by.principal().visibility();
    app.storage
        .read(by.organisation(), move |tenant| {
            let round = read_rounds::round(tenant, &sees, id)?;
            of_round(tenant, &round, now)
        })
        .await
}

/// The same, inside a transaction.
///
/// # Errors
/// [`Error::Storage`].
pub fn of_round(tenant: &mut Tenant<'_>, round: &Round, now: DateTime<Utc>) -> Result<Vec<Readiness>, Error> {
    let (every, office) = (EveryReview::read(tenant)?, office(tenant)?);
    let framework = frameworks::find(tenant, round.record().framework_id)?
        .ok_or(Error::Internal("a round without its framework"))?;
    let all = reviews::all(tenant, round.id())?;
    all.iter().map(|review| of_review(tenant, (review, round, &framework), (&every, &office), now)).collect()
}

/// Whether a round with this readiness can be launched.
#[must_use]
pub fn is_ready(reviews: &[Readiness]) -> bool {
    !reviews.is_empty() && reviews.iter().all(|review| review.review.problems.is_empty() && review.refused.is_empty())
}

fn of_review(
    tenant: &mut Tenant<'_>,
    (review, round, framework): (&Review, &Round, &Framework),
    (every, office): (&EveryReview, &Office),
    now: DateTime<Utc>,
) -> Result<Readiness, Error> {
    let record = round.record();
    let earlier = every.beside(tenant, review, round, now)?;
    let since = earlier.since_earlier_rounds(tenant, round, |tenant| still_asked(tenant, review.id))?;
    let agreed = match reviews::agreed_digest(tenant, review.id)? {
        Some(agreed) => agreed == earlier.digest(review, &raters::on_list(tenant, review.id)?),
        None => false,
    };
    let draft = record.state == RoundState::Draft;
    Ok(Readiness {
        review: review_readiness(
            review.id,
            (&record.groups, framework),
            &turnouts::invited(tenant, review.id)?,
            &record.policy,
        ),
        refused: if draft { earlier.refused(review, agreed, office) } else { Vec::new() },
        since,
        agreed,
    })
}
