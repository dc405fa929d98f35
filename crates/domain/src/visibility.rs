//! Who may see which review: decided here and nowhere else, for JSON and for pages alike.
//!
//! The access table says what kind of person may ask at all. This says of which reviews they are told. What somebody
//! may not see is not there for them: a lookup that is refused here is answered like one that finds nothing.

use crate::review::ReviewProgress;
use crate::{Assurance, Email, Principal, Review, Role};

/// Of which reviews of their trust somebody is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Visibility {
    /// All of them; a result once it has been released.
    Trust,
    /// Those that this person facilitates; a result once it has been counted, if it is sure enough who they are, and
    /// otherwise once it has been released.
    Facilitated(Email, Assurance),
    /// Those that this person advises on; a result as of those they facilitate.
    Advised(Email, Assurance),
    /// Those about this person; a result once it has been released.
    About(Email),
}

impl Principal {
    /// Of which reviews this principal is told.
    #[must_use]
    pub fn visibility(&self) -> Visibility {
        match self {
            Self::User { role, email, assurance, .. } => Visibility::of(*role, email, *assurance),
            Self::Token { role, email, .. } => Visibility::of(*role, email, Assurance::Token),
            Self::Client { .. } => Visibility::Trust,
        }
    }
}

impl Visibility {
    /// Of which reviews somebody with this address is told in this role.
    #[must_use]
    pub fn of(role: Role, email: &Email, assurance: Assurance) -> Self {
        match role {
            Role::Facilitator => Self::Facilitated(email.clone(), assurance),
            Role::Adviser => Self::Advised(email.clone(), assurance),
            Role::Subject => Self::About(email.clone()),
            Role::Administrator => Self::Trust,
        }
    }

    /// Whether the review is there for them: who it is about, who facilitates it, how far it has come. Of a round they
    /// see what their reviews are in; those of the whole trust see every round.
    #[must_use]
    pub fn shows(&self, review: &Review) -> bool {
        match self {
            Self::Trust => true,
            Self::Facilitated(email, _) => review.is_facilitated_by(email),
            Self::Advised(email, _) => review.is_advised_by(email),
            Self::About(email) => review.is_about(email),
        }
    }

    /// Whether a round is there for them in which none of the reviews is.
    #[must_use]
    pub fn shows_every_round(&self) -> bool {
        *self == Self::Trust
    }

    /// The review as they are told of it. The time of a release that is set and has not come is only for those who read
    /// the result before; for everybody else the review has been counted.
    ///
    /// # Guarantee
    /// Nobody but a proven facilitator or adviser of the review learns that a time is set, or which.
    #[must_use]
    pub fn tell(&self, review: Review) -> Review {
        match review.progress {
            ReviewProgress::Scheduled(_) if !(self.reads_first() && self.shows(&review)) => {
                Review { progress: ReviewProgress::Counted, ..review }
            }
            _ => review,
        }
    }

    /// Whether they decide about the review: agree to its list, name advisers, redact, release. A facilitator does, once
    /// it is sure enough who they are.
    #[must_use]
    pub fn decides(&self, review: &Review) -> bool {
        self.decides_at_all() && self.shows(review)
    }

    /// Whether they decide about each review that is there for them.
    #[must_use]
    pub fn decides_at_all(&self) -> bool {
        matches!(self, Self::Facilitated(_, assurance) if assurance.opens_unreleased())
    }

    /// Whether they may read the result of the review, if there is one.
    ///
    /// # Guarantee
    /// Nobody but a proven facilitator or adviser of the review reads a result before it has been released, and nobody
    /// reads one of a review that is not there for them.
    #[must_use]
    pub fn opens_result(&self, review: &Review) -> bool {
        (review.released_at().is_some() || self.reads_first()) && self.shows(review)
    }

    /// Whether they read a result before its release.
    fn reads_first(&self) -> bool {
        matches!(self, Self::Facilitated(_, assurance) | Self::Advised(_, assurance) if assurance.opens_unreleased())
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        AccountId, Adviser, AdviserId, ClientId, OrganisationId, Person, PersonName, ReviewId, RoundId, Scope,
    };

    /// Who facilitates the review, who it is about, who advises on it, and somebody else.
    const ADDRESSES: [&str; 4] =
        ["chair@trust.org.uk", "chief@trust.org.uk", "vice@trust.org.uk", "other@trust.org.uk"];

    const ASSURANCES: [Assurance; 4] =
        [Assurance::Mailbox, Assurance::Waiting(DateTime::UNIX_EPOCH), Assurance::Token, Assurance::Proven];

    fn email(at: usize) -> Email {
        Email::stored(ADDRESSES[at])
    }

    fn everybody() -> Vec<Principal> {
        let (account, organisation) = (AccountId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
        let user = |(&role, at)| {
            let user = move |assurance| Principal::User { account, organisation, role, email: email(at), assurance };
            ASSURANCES.map(user)
        };
        let users = Role::ALL.iter().flat_map(|role| (0..ADDRESSES.len()).map(move |at| (role, at))).flat_map(user);
        let client =
            Principal::Client { client: ClientId::from_random([3; 16]), organisation, scopes: Scope::ALL.to_vec() };
        users.chain([client]).collect()
    }

    fn review(progress: ReviewProgress) -> Option<Review> {
        let person = |name: &str, at| Some(Person { name: PersonName::parse(name).ok()?, email: email(at) });
        let ids = (ReviewId::from_random([1; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([3; 16]));
        let review = Review::new(ids, (person("The Chief", 1)?, "Chief executive"), person("The Chair", 0)?).ok()?;
        let adviser = Adviser { id: AdviserId::from_random([4; 16]), person: person("The Vice-Chair", 2)? };
        Some(Review { progress, advisers: vec![adviser], ..review })
    }

    fn progress() -> impl Strategy<Value = ReviewProgress> {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        prop_oneof![
            Just(ReviewProgress::Waiting),
            Just(ReviewProgress::Counted),
            Just(ReviewProgress::Scheduled(at)),
            Just(ReviewProgress::Released(at))
        ]
    }

    proptest! {
        #[test]
        fn guarantee_nobody_but_the_facilitator_and_advisers_read_a_result_before_release(progress in progress()) {
            let review = review(progress).ok_or_else(|| TestCaseError::fail("no review"))?;
            for who in everybody() {
                let sees = who.visibility();
                let proven = |wanted: Role, at: usize| matches!(&who, Principal::User { role, email, assurance: Assurance::Proven, .. } if *role == wanted && email.as_str() == ADDRESSES[at]);
                let (chair, vice) = (proven(Role::Facilitator, 0), proven(Role::Adviser, 2));
                let stranger = matches!(&who, Principal::User { role: Role::Facilitator | Role::Adviser | Role::Subject, .. }) && !sees.shows(&review);
                prop_assert_eq!(sees.decides(&review), chair, "{:?}", who);
                prop_assert_eq!(sees.opens_result(&review), chair || vice || (review.released_at().is_some() && !stranger), "{:?}", who);
            }
        }
    }

    #[test]
    fn guarantee_only_who_reads_the_result_first_learns_of_a_set_release() {
        let [counted, scheduled] =
            [ReviewProgress::Counted, ReviewProgress::Scheduled(DateTime::<Utc>::UNIX_EPOCH)].map(review);
        for who in everybody() {
            let sees = who.visibility();
            let first = scheduled.as_ref().is_some_and(|review| sees.opens_result(review));
            let told = scheduled.clone().map(|review| sees.tell(review));
            assert_eq!(&told, if first { &scheduled } else { &counted }, "{who:?}");
        }
        let told = everybody()
            .iter()
            .filter(|who| scheduled.clone().map(|review| who.visibility().tell(review)) == scheduled)
            .count();
        assert_eq!(told, 2, "the facilitator and the adviser, of whom it is sure that they are");
        for progress in
            [ReviewProgress::Waiting, ReviewProgress::Counted, ReviewProgress::Released(DateTime::UNIX_EPOCH)]
        {
            let review = review(progress);
            assert!(everybody().iter().all(|who| review.clone().map(|review| who.visibility().tell(review)) == review));
        }
    }

    #[test]
    fn a_review_is_there_for_its_own_people_and_those_of_the_whole_trust() {
        let review = review(ReviewProgress::Waiting);
        let seen = |who: &Principal| review.as_ref().is_some_and(|review| who.visibility().shows(review));
        let everybody = everybody();
        let (users, integration) = everybody.split_at(everybody.len() - 1);
        // However sure it is who they are.
        let told: Vec<Vec<bool>> = users.chunks(ASSURANCES.len()).map(|same| same.iter().map(seen).collect()).collect();
        // Administrators, facilitators, advisers, subjects, each with the address of the chair, of the chief, of the
        // vice-chair and of somebody else.
        let expected = [
            [true, true, true, true],
            [true, false, false, false],
            [false, false, true, false],
            [false, true, false, false],
        ]
        .concat();
        assert_eq!(told, expected.into_iter().map(|told| vec![told; ASSURANCES.len()]).collect::<Vec<_>>());
        assert!(integration.iter().all(seen));
    }
}
