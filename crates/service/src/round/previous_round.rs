//! The round before: the last released review of the same person, and who has come and gone since.

use std::collections::BTreeSet;

use candour_analytics::{Previous, ReviewResult, Turnover};
use candour_domain::{Rater, RaterGroups, Review, earlier};
use candour_storage::{Tenant, raters, results, reviews};

use crate::error::Error;

/// The round before, as far as a count needs it.
pub struct PreviousRound {
    result: ReviewResult,
    turnover: Option<Turnover>,
}

impl PreviousRound {
    /// Finds the round before that of a review. `people` are those asked now, `groups` the groups of both.
    ///
    /// Who has answered plays no part: people are compared by who was asked.
    ///
    /// # Errors
    /// [`Error`] when something cannot be read.
    pub fn find(
        tenant: &mut Tenant<'_>,
        review: &Review,
        people: &[Rater],
        groups: &RaterGroups,
    ) -> Result<Option<Self>, Error> {
        let Some(before) = reviews::released_before(tenant, &review.subject.person.email, review.round_id)? else {
            return Ok(None);
        };
        let Some(stored) = results::find(tenant, before.id)? else { return Ok(None) };
        // One that cannot be read is none to compare with, and holds up no count.
        let Ok(result) = serde_json::from_str::<ReviewResult>(&stored.document) else { return Ok(None) };
        let named: BTreeSet<_> = result.groups.iter().filter(|group| group.named).map(|group| &group.id).collect();
        let then: BTreeSet<_> = raters::all(tenant, before.id)?
            .into_iter()
            .filter(|rater| !named.contains(&rater.group))
            .map(|rater| rater.person.email.mailbox())
            .collect();
        let asked_then: u32 = result.groups.iter().filter(|group| !group.named).map(|group| group.invited).sum();
        let anonymous = |rater: &&Rater| groups.find(rater.group.as_str()).is_some_and(|group| !group.named);
        let now: BTreeSet<_> = people.iter().filter(anonymous).map(|rater| rater.person.email.mailbox()).collect();
        // Once the addresses of that round are erased, nobody can say who came and went.
        let known = usize::try_from(asked_then).is_ok_and(|asked| asked == then.len());
        let earlier::Turnover { joined, left, .. } = earlier::turnover(&then, &now);
        let turnover = known.then_some(Turnover { joined, left });
        Ok(Some(Self { result, turnover }))
    }

    /// As the analysis takes it.
    #[must_use]
    pub fn as_previous(&self) -> Previous<'_> {
        Previous { result: &self.result, turnover: self.turnover }
    }
}
