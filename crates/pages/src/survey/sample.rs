//! A questionnaire for the tests of the pages.

use std::error::Error;
use std::sync::Arc;

use candour_domain::framework::FrameworkContent;
use candour_domain::response::ResponseInput;
use candour_domain::{
    AnonymityPolicy, Delivery, Framework, FrameworkId, Invitation, InvitationId, Organisation, OrganisationId, Person,
    Rater, RaterGroups, RaterId, Response, RetentionPolicy, Review, ReviewId, Round, RoundId,
};
use candour_seal::{DraftMarks, Link};
use candour_service::survey::{EndedSurvey, Promised, Survey};
use candour_storage::rounds::RoundKeys;
use chrono::{DateTime, TimeDelta};

use super::form::PageForm;

/// A name and a comment that try to become markup.
pub(super) const HOSTILE: &str = "<script>alert(1)</script> \"O'Neil\" & </textarea>";

const FRAMEWORK: &str = r#"{"key": "sample", "title": "Sample", "minutes": 12,
  "scale": {"points": [{"value": 1, "label": "Rarely"}, {"value": 2, "label": "Often"}, {"value": 3, "label": "Always"}],
    "not_observed": "Not able to say"},
  "competencies": [
    {"id": "vision", "title": "Vision", "items": [
      {"id": "vision.1", "self": "I explain.", "others": "Explains."},
      {"id": "vision.2", "self": "I listen.", "others": "Listens."}]},
    {"id": "money", "title": "Money", "items": [{"id": "money.1", "self": "I count.", "others": "Counts.", "asks": ["trustees"]}]},
    {"id": "people", "title": "People", "items": [
      {"id": "people.1", "self": "I care.", "others": "Cares.", "asks": ["trustees", "staff"]},
      {"id": "people.2", "self": "I hire.", "others": "Hires.", "asks": ["trustees"]}]}],
  "prompts": [{"id": "keep", "self": "What will you keep?", "others": "What should they keep?"},
    {"id": "more", "self": "What more?", "others": "What more should they do?"}]}"#;

/// What a rater of this group finds behind the link.
pub(super) fn survey(group: &str) -> Result<Survey, Box<dyn Error>> {
    let content: FrameworkContent = serde_json::from_str(FRAMEWORK)?;
    let organisation = organisation()?;
    let framework = Arc::new(Framework::new(FrameworkId::from_random([2; 16]), organisation.id, 1, content));
    let groups = RaterGroups::standard();
    let group = groups.find(group).ok_or("no such group")?.clone();
    let now = DateTime::from_timestamp(1_799_000_000, 0).ok_or("out of range")?;
    let closes_at = DateTime::from_timestamp(1_801_501_200, 0).ok_or("out of range")?;
    let ids = (RoundId::from_random([3; 16]), organisation.id);
    let round = Round::draft(ids, "CEO review", framework.id, (AnonymityPolicy::default(), groups), closes_at, now)?;
    let round = round.launch(true, RetentionPolicy::default(), now + TimeDelta::days(1))?;
    let ids = (ReviewId::from_random([4; 16]), organisation.id, round.id());
    let review = Review::new(
        ids,
        (Person::parse("Jo Mason", "jo@trust.uk")?, "Chief executive"),
        Person::parse("Alex Khan", "al@trust.uk")?,
    )?;
    let rater = Rater {
        id: RaterId::from_random([5; 16]),
        organisation_id: organisation.id,
        round_id: round.id(),
        review_id: review.id,
        person: Person::parse("Margaret Ashworth", "m@trust.uk")?,
        group: group.id.clone(),
    };
    let invitation = Invitation {
        id: InvitationId::from_random([6; 16]),
        round_id: round.id(),
        review_id: review.id,
        rater_id: rater.id,
        used: false,
        declined: false,
        withdrawn: false,
        receipt_sent: false,
        delivery: Delivery::Sent,
    };
    let keys = RoundKeys { public: vec![0; 32], sealed_private: Vec::new(), sealed_draft_salt: None };
    Ok(Survey {
        organisation,
        round,
        review,
        framework,
        group,
        rater,
        invitation,
        keys,
        draft: Response::empty(),
        marks: DraftMarks::of(&link()?),
    })
}

/// The same, with these answers saved.
pub(super) fn begun(
    group: &str,
    ratings: &[(&str, Option<u8>)],
    comments: &[(&str, &str)],
) -> Result<Survey, Box<dyn Error>> {
    let mut survey = survey(group)?;
    survey.draft =
        Response::parse(&input(ratings, comments), &survey.framework, &survey.group).or(Err("does not fit"))?;
    Ok(survey)
}

/// A page as it arrives.
pub(super) fn input(ratings: &[(&str, Option<u8>)], comments: &[(&str, &str)]) -> ResponseInput {
    ResponseInput {
        ratings: ratings.iter().map(|&(item, rating)| (item.to_owned(), rating.into())).collect(),
        comments: comments.iter().map(|&(prompt, text)| (prompt.to_owned(), text.to_owned())).collect(),
    }
}

/// The link behind which it is.
pub(super) fn link() -> Result<Link, &'static str> {
    Link::parse("00000000000000000000000000000000").ok_or("a link")
}

/// A page as its form brings it, opened when the draft was like this.
pub(super) fn form(ratings: &[(&str, Option<u8>)], comments: &[(&str, &str)]) -> PageForm {
    PageForm { answers: input(ratings, comments), ..PageForm::parse(b"opened=c.keep%3Dabc") }
}

/// What a spent link still knows.
pub(super) fn place() -> Result<Box<EndedSurvey>, Box<dyn Error>> {
    let survey = survey("trustees")?;
    Ok(Box::new(EndedSurvey {
        organisation: survey.organisation,
        round_title: "CEO review".to_owned(),
        subject: Some(survey.review.subject),
        cancelled: false,
        ended: false,
    }))
}

/// What a spent link still knows of the promise.
pub(super) fn promised() -> Result<Promised, Box<dyn Error>> {
    let Survey { organisation, round, review, framework, .. } = survey("trustees")?;
    Ok(Promised { organisation, round, review, framework })
}

fn organisation() -> Result<Organisation, Box<dyn Error>> {
    Ok(Organisation {
        id: OrganisationId::from_random([1; 16]),
        name: "Northway Trust".to_owned(),
        contact: Person::parse("Sam Okafor", "people@trust.uk")?,
        concerns_route: "Ring Priya Nair on 01632 960123.".to_owned(),
    })
}
