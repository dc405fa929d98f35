//! Opened ballots as the analysis takes them: parsed against the questionnaire again, and with a name only where the group is named.

use candour_analytics::{CountError, OpenedBallot};
use candour_domain::response::ResponseError;
use candour_domain::{Framework, PersonName, Rater, RaterId, Response, Round};

use crate::seal;

/// Parses the opened ballots of a review. `people` are its raters.
///
/// # Errors
/// [`CountError`] for a ballot that does not fit the round or the questionnaire; it says nothing of what is in it.
pub fn parse_ballots(
    opened: &[seal::OpenedBallot],
    people: &[Rater],
    round: &Round,
    framework: &Framework,
) -> Result<Vec<OpenedBallot>, CountError> {
    // A round that is counted late may have lost its raters by then: a result that names nobody is better than none.
    let erased = round.record().retention.people_erased_at.is_some();
    let name_of = |rater: RaterId| match people.iter().find(|person| person.id == rater) {
        Some(person) => Some(person.person.name.clone()),
        None if erased => PersonName::parse("erased").ok(),
        None => None,
    };
    let parse = |ballot: &seal::OpenedBallot| {
        let group = round.record().groups.find(ballot.group.as_str()).ok_or_else(|| CountError::UnknownGroup(ballot.group.clone()))?;
        let response = Response::parse(&ballot.input, framework, group).map_err(|errors| unfit(&errors))?;
        Ok(OpenedBallot { group: ballot.group.clone(), named: ballot.rater.and_then(name_of), response })
    };
    opened.iter().map(parse).collect()
}

fn unfit(_errors: &[ResponseError]) -> CountError {
    // The errors name items, never answers; still, nothing of a ballot goes into a log.
    CountError::ForeignAnswer
}

#[cfg(test)]
mod tests {
    use candour_domain::framework::FrameworkContent;
    use candour_domain::response::ResponseInput;
    use candour_domain::{AnonymityPolicy, FrameworkId, GroupId, OrganisationId, RaterGroups, RoundId};
    use chrono::DateTime;

    use super::*;
    use crate::clock::Timekeeper;

    /// A count that comes late finds answers that have outlived the names of those who gave them.
    #[test]
    fn answers_by_name_can_be_read_when_the_names_have_been_erased() -> Result<(), Box<dyn std::error::Error>> {
        let organisation = OrganisationId::from_random([1; 16]);
        let framework = Framework::new(FrameworkId::from_random([2; 16]), organisation, 1, FrameworkContent::school_trust_executive()?);
        let (start, end) = (DateTime::UNIX_EPOCH, DateTime::UNIX_EPOCH + chrono::TimeDelta::days(20));
        let rules = (AnonymityPolicy::default(), RaterGroups::standard());
        let round = Round::draft((RoundId::from_random([3; 16]), organisation), "CEO review", framework.id, rules, end, start)?;
        let ballots = ["chair", "trustees"].map(|group| {
            let rater = (group == "chair").then(|| RaterId::from_random([4; 16]));
            Ok::<_, Box<dyn std::error::Error>>(seal::OpenedBallot {
                group: GroupId::parse(group)?,
                rater,
                input: ResponseInput::default(),
            })
        });
        let ballots = ballots.into_iter().collect::<Result<Vec<_>, _>>()?;
        let named = |round: &Round| -> Result<Vec<Option<String>>, CountError> {
            let parsed = parse_ballots(&ballots, &[], round, &framework)?;
            Ok(parsed.into_iter().map(|ballot| ballot.named.map(|name| name.to_string())).collect())
        };
        assert_eq!(named(&round)?, [None, None], "a rater who is missing for no reason is nobody, and the analysis refuses the ballot");
        assert_eq!(named(&round.people_erased(Timekeeper::default().judge(None, None)?)?)?, [Some("erased".to_owned()), None]);
        Ok(())
    }
}
