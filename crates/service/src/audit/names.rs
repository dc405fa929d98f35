//! What the lines of the audit log are about, by name, as far as the trust still knows it. The log itself has ids.

use std::collections::BTreeMap;

use candour_domain::access::permission::ListAuditLog;
use candour_domain::{AccountId, Authorised, ClientId, PersonName, ReviewId, RoundId, Visibility};
use candour_storage::{PageRequest, clients, members, reviews, rounds};

use crate::app::App;
use crate::error::Error;

/// The names.
pub struct Names {
    /// Of people who sign in, whether or not their access has ended.
    pub accounts: BTreeMap<AccountId, PersonName>,
    /// Of integrations.
    pub clients: BTreeMap<ClientId, String>,
    /// Of rounds, newest first.
    pub rounds: Vec<NamedRound>,
}

/// A round and its reviews.
pub struct NamedRound {
    /// The round.
    pub id: RoundId,
    /// Its title.
    pub title: String,
    /// Its reviews, each with the name of the person it is about.
    pub reviews: Vec<(ReviewId, PersonName)>,
}

impl Names {
    /// The round with this id.
    #[must_use]
    pub fn round(&self, id: RoundId) -> Option<&NamedRound> {
        self.rounds.iter().find(|round| round.id == id)
    }

    /// The round of a review, and the name of the person it is about.
    #[must_use]
    pub fn review(&self, id: ReviewId) -> Option<(&NamedRound, &PersonName)> {
        let of = |round: &'_ NamedRound| round.reviews.iter().position(|(review, _)| *review == id);
        let (round, at) = self.rounds.iter().find_map(|round| Some((round, of(round)?)))?;
        round.reviews.get(at).map(|(_, subject)| (round, subject))
    }
}

/// Reads them. Raters have no name here, whatever is done to them.
///
/// # Errors
/// [`Error::Storage`].
pub async fn names(app: &App, by: &Authorised<ListAuditLog>) -> Result<Names, Error> {
    app.storage
        .read(by.organisation(), |tenant| {
            let every = reviews::every(tenant)?;
            let named = |id: RoundId| {
                let of_round = every.iter().filter(|review| review.round_id == id);
                of_round.map(|review| (review.id, review.subject.person.name.clone())).collect()
            };
            // Of a trust there are a few rounds a year.
            let rounds = rounds::list(tenant, &Visibility::Trust, &PageRequest::largest())?.items;
            Ok(Names {
                accounts: members::list(tenant)?.into_iter().map(|one| (one.account.id, one.account.name)).collect(),
                clients: clients::list(tenant)?.into_iter().map(|one| (one.id, one.name)).collect(),
                rounds: rounds
                    .into_iter()
                    .map(|round| NamedRound {
                        id: round.id(),
                        title: round.record().title.clone(),
                        reviews: named(round.id()),
                    })
                    .collect(),
            })
        })
        .await
}
