//! Opened ballots as the analysis takes them: parsed against the questionnaire again, and with a name only where the group is named.

use candour_analytics::OpenedBallot;
use candour_domain::response::ResponseError;
use candour_domain::{Framework, PersonName, Rater, RaterId, Response, Round};

use crate::error::Error;
use crate::seal;

/// Parses the opened ballots of a review. `people` are its raters.
///
/// # Errors
/// [`Error::Internal`] for a ballot that does not fit the round or the questionnaire; it says nothing of what is in it.
pub fn parse_ballots(
    opened: &[seal::OpenedBallot],
    people: &[Rater],
    round: &Round,
    framework: &Framework,
) -> Result<Vec<OpenedBallot>, Error> {
    // Once the raters have been erased, the result alone says who they were; whatever else is made of the answers names nobody.
    let erased = round.record().retention.people_erased_at.is_some();
    let name_of = |rater: RaterId| match people.iter().find(|person| person.id == rater) {
        Some(person) => Some(person.person.name.clone()),
        None if erased => PersonName::parse("erased").ok(),
        None => None,
    };
    let parse = |ballot: &seal::OpenedBallot| {
        let group = round.record().groups.find(ballot.group.as_str()).ok_or(Error::Internal("a ballot of an unknown group"))?;
        let response = Response::parse(&ballot.input, framework, group).map_err(|errors| unfit(&errors))?;
        Ok(OpenedBallot { group: ballot.group.clone(), named: ballot.rater.and_then(name_of), response })
    };
    opened.iter().map(parse).collect()
}

fn unfit(_errors: &[ResponseError]) -> Error {
    // The errors name items, never answers; still, nothing of a ballot goes into a log.
    Error::Internal("a ballot does not fit its framework")
}
