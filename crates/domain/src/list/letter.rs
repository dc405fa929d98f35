//! What an email of a round names: everything that one person is asked for in it.

use super::Listed;
use crate::{Asked, RaterId};

/// Which email of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The first one.
    Invitation,
    /// The one to people who have not answered.
    Reminder,
}

/// The places of one person on the lists of a round that the email names which this rater gets; none for somebody who
/// was withdrawn, since nobody writes to them. `places` are all of that person's.
///
/// Those who are asked at launch get one invitation for all of them. Somebody who joins later, or is asked again at
/// another address, is invited by the list to which the facilitator agrees, and so for that place alone. A reminder
/// names everything that they are asked for by then.
///
/// # Guarantee
/// It depends on the lists alone. A place that was withdrawn is never named, and one that waits for the facilitator is
/// named only in the emails of that place itself.
#[must_use]
pub fn named(places: &[Listed], id: RaterId, which: Which) -> Vec<&Listed> {
    let is_asked = |place: &Listed| place.asked != Asked::Waiting && !place.asked_again;
    let Some(own) = places.iter().find(|place| place.rater.id == id && !place.withdrawn) else { return Vec::new() };
    let together = |place: &&Listed| match which {
        Which::Invitation => is_asked(own) && own.asked == Asked::AtLaunch && place.asked == Asked::AtLaunch,
        Which::Reminder => true,
    };
    let others = |place: &&Listed| !place.withdrawn && is_asked(place) && together(place);
    places.iter().filter(|place| place.rater.id == id || others(place)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Email, GroupId, OrganisationId, Person, PersonName, Rater, ReviewId, RoundId};

    fn place(at: u8, asked: Asked, (withdrawn, asked_again): (bool, bool)) -> Listed {
        let rater = Rater {
            id: RaterId::from_random([at; 16]),
            organisation_id: OrganisationId::from_random([2; 16]),
            round_id: RoundId::from_random([3; 16]),
            review_id: ReviewId::from_random([at; 16]),
            person: Person { name: PersonName::stored("Ann Lee"), email: Email::stored("ann@trust.uk") },
            group: GroupId::stored("staff"),
        };
        Listed { rater, asked, withdrawn, asked_again: asked_again && !withdrawn }
    }

    fn named_of(places: &[Listed], at: u8, which: Which) -> Vec<u8> {
        let named = named(places, RaterId::from_random([at; 16]), which);
        let at =
            |place: &Listed| (0..9).find(|at| place.rater.id == RaterId::from_random([*at; 16])).unwrap_or(u8::MAX);
        named.into_iter().map(at).collect()
    }

    #[test]
    fn an_invitation_names_what_is_asked_at_once_and_a_reminder_all_of_it() {
        let no = (false, false);
        let places = [
            place(0, Asked::AtLaunch, no),
            place(1, Asked::AtLaunch, no),
            place(2, Asked::AtLaunch, (true, false)),
            place(3, Asked::Waiting, no),
            place(4, Asked::Later, no),
            place(5, Asked::AtLaunch, (false, true)),
        ];
        let (first, again) = (Which::Invitation, Which::Reminder);
        for (at, invitation, reminder) in [
            (0, vec![0, 1], vec![0, 1, 4]),
            (1, vec![0, 1], vec![0, 1, 4]),
            (2, vec![], vec![]),
            (3, vec![3], vec![0, 1, 3, 4]),
            (4, vec![4], vec![0, 1, 4]),
            (5, vec![5], vec![0, 1, 4, 5]),
        ] {
            assert_eq!(named_of(&places, at, first), invitation, "the invitation of {at}");
            assert_eq!(named_of(&places, at, again), reminder, "the reminder of {at}");
        }
    }

    proptest! {
        #[test]
        fn guarantee_an_email_names_nothing_that_was_withdrawn_and_nothing_else_that_waits(
            rows in proptest::collection::vec(
                (prop_oneof![Just(Asked::AtLaunch), Just(Asked::Waiting), Just(Asked::Later)], any::<(bool, bool)>()),
                1..8,
            ),
            reminder in any::<bool>(),
        ) {
            let which = if reminder { Which::Reminder } else { Which::Invitation };
            let places: Vec<_> = (0..).zip(&rows).map(|(at, (asked, flags))| place(at, *asked, *flags)).collect();
            for own in &places {
                let named = named(&places, own.rater.id, which);
                prop_assert_eq!(named.contains(&own), !own.withdrawn);
                for other in named.into_iter().filter(|other| *other != own) {
                    prop_assert!(!other.withdrawn && !other.asked_again && other.asked != Asked::Waiting);
                }
            }
        }
    }
}
