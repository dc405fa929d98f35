//! Opened ballots as the analysis takes them: as far as they fit the questionnaire, and with a name only where the
//! group is named.

use candour_analytics::{BallotToCount, CountError};
use candour_domain::{Framework, GroupId, PersonName, Rater, RaterGroup, RaterId, Response, Round};

/// The opened ballots of a review as the analysis takes them.
pub struct ReadBallots {
    /// Those of a group of the round.
    pub ballots: Vec<BallotToCount>,
    /// How many are of no group that the round has, so that there is no place for them.
    pub left_out: usize,
}

/// Reads the opened ballots of a review. `people` are its raters, as far as their rows can be read.
///
/// # Guarantee
/// A ballot whose group can be known is counted, whatever has become of the row of its rater. An answer that does not
/// fit the questionnaire is left out alone.
///
/// # Errors
/// [`CountError::ForeignAnswer`] where no ballot fits as a whole: then it is the questionnaire that is wrong, and a
/// result would leave out what everybody answered.
pub fn read_ballots(
    opened: &[candour_seal::OpenedBallot],
    people: &[Rater],
    round: &Round,
    framework: &Framework,
) -> Result<ReadBallots, CountError> {
    // A round that is counted late may have lost its raters by then: a result that names nobody is better than none.
    let erased = round.record().retention.people_erased_at.is_some();
    let name_of = |rater: Option<RaterId>| match people.iter().find(|person| Some(person.id) == rater) {
        Some(person) => person.person.name.clone(),
        None => PersonName::stored(if erased { "erased" } else { "name not known" }),
    };
    let mut fits = opened.is_empty();
    let read = |ballot: &candour_seal::OpenedBallot| {
        let group = round.record().groups.find(ballot.group.as_str())?;
        let response = Response::kept(&ballot.input, framework, group);
        fits |= response.ratings().len() == ballot.input.ratings.len()
            && response.comments().len() == ballot.input.comments.len();
        Some(BallotToCount { group: ballot.group.clone(), named: group.named.then(|| name_of(ballot.rater)), response })
    };
    let ballots: Vec<_> = opened.iter().filter_map(read).collect();
    if !fits {
        return Err(CountError::ForeignAnswer);
    }
    Ok(ReadBallots { left_out: opened.len() - ballots.len(), ballots })
}

/// How many were asked, by group: at least as many as have answered, which a row that names another group by now cannot
/// change.
#[must_use]
pub fn asked_at_least(invited: &[(GroupId, u32)], ballots: &[BallotToCount], round: &Round) -> Vec<(GroupId, u32)> {
    let asked = |group: &RaterGroup| {
        let invited = invited.iter().find(|(id, _)| *id == group.id).map_or(0, |(_, count)| *count);
        let answered = ballots.iter().filter(|ballot| ballot.group == group.id).count();
        (group.id.clone(), invited.max(u32::try_from(answered).unwrap_or(u32::MAX)))
    };
    round.record().groups.as_slice().iter().map(asked).filter(|(_, count)| *count > 0).collect()
}

#[cfg(test)]
mod tests {
    use candour_domain::framework::FrameworkContent;
    use candour_domain::response::ResponseInput;
    use candour_domain::{AnonymityPolicy, FrameworkId, OrganisationId, RaterGroups, RoundId};
    use chrono::DateTime;

    use super::*;
    use crate::clock::Timekeeper;

    /// A count that comes late finds answers that have outlived the names of those who gave them.
    #[test]
    fn answers_by_name_can_be_read_when_the_names_have_been_erased() -> Result<(), Box<dyn std::error::Error>> {
        let organisation = OrganisationId::from_random([1; 16]);
        let framework = Framework::new(
            FrameworkId::from_random([2; 16]),
            organisation,
            1,
            FrameworkContent::school_trust_executive()?,
        );
        let (start, end) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20));
        let rules = (AnonymityPolicy::default(), RaterGroups::standard());
        let round =
            Round::draft((RoundId::from_random([3; 16]), organisation), "CEO review", framework.id, rules, end, start)?;
        let ballots = ["chair", "trustees"].map(|group| {
            let rater = (group == "chair").then(|| RaterId::from_random([4; 16]));
            Ok::<_, Box<dyn std::error::Error>>(candour_seal::OpenedBallot {
                group: GroupId::parse(group)?,
                rater,
                input: ResponseInput::default(),
            })
        });
        let ballots = ballots.into_iter().collect::<Result<Vec<_>, _>>()?;
        let named = |round: &Round| -> Result<Vec<Option<String>>, CountError> {
            let read = read_ballots(&ballots, &[], round, &framework)?;
            Ok(read.ballots.into_iter().map(|ballot| ballot.named.map(|name| name.to_string())).collect())
        };
        assert_eq!(
            named(&round)?,
            [Some("name not known".to_owned()), None],
            "a row that is missing takes nobody's answer along"
        );
        assert_eq!(
            named(&round.people_erased(Timekeeper::default().judge(None, None)?)?)?,
            [Some("erased".to_owned()), None]
        );
        let read = read_ballots(&ballots, &[], &round, &framework)?;
        let invited = [(GroupId::parse("trustees")?, 3), (GroupId::stored("Other staff"), 1)];
        let asked = asked_at_least(&invited, &read.ballots, &round);
        assert_eq!(asked, [(GroupId::parse("chair")?, 1), (GroupId::parse("trustees")?, 3)]);
        Ok(())
    }

    /// A rater's name is for a named group only, and a group that the round does not have has no place.
    #[test]
    fn what_does_not_fit_is_left_out_alone() -> Result<(), Box<dyn std::error::Error>> {
        let organisation = OrganisationId::from_random([1; 16]);
        let framework = Framework::new(
            FrameworkId::from_random([2; 16]),
            organisation,
            1,
            FrameworkContent::school_trust_executive()?,
        );
        let rules = (AnonymityPolicy::default(), RaterGroups::standard());
        let (start, end) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20));
        let round =
            Round::draft((RoundId::from_random([3; 16]), organisation), "CEO review", framework.id, rules, end, start)?;
        let input = || serde_json::from_str::<ResponseInput>(r#"{"ratings":{"ethics.1":4,"ethics.2":99,"gone.1":3}}"#);
        let of = |group: &str, input| {
            let rater = Some(RaterId::from_random([4; 16]));
            candour_seal::OpenedBallot { group: GroupId::stored(group), rater, input }
        };
        let whole = || serde_json::from_str::<ResponseInput>(r#"{"ratings":{"ethics.1":4,"ethics.2":null}}"#);
        let some = [of("trustees", input()?), of("Other staff", input()?), of("trustees", whole()?)];
        let read = read_ballots(&some, &[], &round, &framework)?;
        assert_eq!(read.left_out, 1);
        let kept: Vec<_> =
            read.ballots.iter().map(|ballot| (ballot.named.is_none(), ballot.response.ratings().len())).collect();
        assert_eq!(kept, [(true, 1), (true, 2)]);
        let none = read_ballots(&some[..2], &[], &round, &framework).err();
        assert_eq!(none, Some(CountError::ForeignAnswer), "the questionnaire is wrong, and not one ballot");
        Ok(())
    }
}
