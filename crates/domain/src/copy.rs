//! A copy of a round: the draft of the next one, with what the old one had and what cannot be taken along.
//!
//! The administrator reads what comes of it, so none of it may depend on what a rater of the old round did. The types
//! see to that: the list of a review has nobody's answer, and nothing of how an email fared.

use chrono::{DateTime, Months, Utc};

use crate::list::Listed;
use crate::person::InvalidPerson;
use crate::review::ReviewError;
use crate::roster::{RawRow, Roster, RosterContext, RosterRow};
use crate::round::RoundError;
use crate::{
    Asked, Email, FrameworkId, OrganisationId, Person, RaterGroup, RaterGroups, Review, ReviewId, Round, RoundId,
};

/// What somebody chooses for a copy; what they leave out comes from the round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyChoice {
    /// Its title; that of the round with its year moved on without.
    pub title: Option<String>,
    /// When answering ends; the same day of the first year in which it is still to come without.
    pub closes_at: Option<DateTime<Utc>>,
    /// Whether the questionnaire stays in the version that the round has. Otherwise it is the newest.
    pub keep_framework: bool,
}

/// The list of a review, as far as it can be taken into another round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedList {
    /// Who is on the new list, without the subject, who is added with the review.
    pub people: Vec<RosterRow>,
    /// Who is not, and why.
    pub left_out: Vec<LeftOut>,
}

/// Something that a copy does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LeftOut {
    /// The raters of the round are erased.
    #[error(
        "the names and addresses of this round's raters have been erased, as they were promised; add the raters of \
         the new round from a list of your own"
    )]
    Erased,
    /// People who were withdrawn.
    #[error("people who were withdrawn are not asked again; add them to the list if they are to be")]
    Withdrawn(usize),
    /// People to whom the facilitator has not agreed.
    #[error("people who wait for the facilitator's agreement were never asked; add them to the list if they are to be")]
    Waiting(usize),
    /// People that today's rules for lists refuse.
    #[error("a name, an address or a group cannot be used any more; add these people to the list as they are now")]
    Unusable(usize),
    /// A review whose subject or facilitator today's rules refuse.
    #[error("the review could not be set up ({0}); add it with the people as they are now")]
    Review(ReviewError),
    /// A review whose subject or facilitator has a name or an address that cannot be used any more.
    #[error("the review could not be set up, because a name or an address in it cannot be used ({0}); add it again")]
    Person(InvalidPerson),
    /// Advisers. Nobody but the facilitator names them, and for each review on its own: a copy would name somebody in the
    /// facilitator's name, and nobody would be told.
    #[error("advisers are not taken along; ask the facilitator to name them again")]
    Advisers(usize),
}

impl LeftOut {
    /// The stable name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Erased => "people_erased",
            Self::Withdrawn(_) => "withdrawn",
            Self::Waiting(_) => "waiting",
            Self::Unusable(_) => "unusable",
            Self::Review(_) | Self::Person(_) => "review",
            Self::Advisers(_) => "advisers",
        }
    }

    /// How many people it is about, where that is known.
    #[must_use]
    pub fn people(self) -> Option<usize> {
        match self {
            Self::Withdrawn(people) | Self::Waiting(people) | Self::Unusable(people) | Self::Advisers(people) => {
                Some(people)
            }
            Self::Erased | Self::Review(_) | Self::Person(_) => None,
        }
    }
}

impl Round {
    /// A draft like this round: the same thresholds, groups and openings of emails, and no reviews yet.
    ///
    /// # Errors
    /// [`RoundError::Title`], [`RoundError::TitleUnseen`] and [`RoundError::Deadline`] for what was chosen, and for the
    /// round's own title where a year more makes it too long.
    pub fn copied(
        &self,
        ids: (RoundId, OrganisationId),
        choice: &CopyChoice,
        framework: FrameworkId,
        now: DateTime<Utc>,
    ) -> Result<Self, RoundError> {
        let record = self.record();
        let title = choice.title.clone().unwrap_or_else(|| next_title(&record.title));
        let closes_at = choice.closes_at.unwrap_or_else(|| next_closing(record.closes_at, now));
        let draft = Self::draft(ids, &title, framework, (record.policy, record.groups.clone()), closes_at, now)?;
        Ok(draft.worded_as(record.emails.clone()))
    }
}

impl Review {
    /// The same subject and facilitator in another round, without advisers.
    ///
    /// # Errors
    /// [`LeftOut`] where today's rules refuse what was taken then.
    pub fn copied(&self, id: ReviewId, round: RoundId) -> Result<Self, LeftOut> {
        let again = |person: &Person| Person::parse(person.name.as_str(), person.email.as_str());
        let subject = again(&self.subject.person).map_err(LeftOut::Person)?;
        let facilitator = again(&self.facilitator).map_err(LeftOut::Person)?;
        Self::new((id, self.organisation_id, round), (subject, &self.subject.role), facilitator)
            .map_err(LeftOut::Review)
    }
}

/// The people of a list that another round asks, by the rules that a list is held to today.
///
/// # Guarantee
/// It depends on the list alone: on who is on it, in which group, and who was withdrawn or waits. Whether somebody has
/// answered or declined, and whether their email arrived, is no argument.
#[must_use]
pub fn copied_list(list: &[Listed], groups: &RaterGroups, subject: &Email) -> CopiedList {
    let is_self = |listed: &&Listed| groups.find(listed.rater.group.as_str()).is_some_and(RaterGroup::is_self);
    let (mut withdrawn, mut waiting, mut asked) = (0, 0, Vec::new());
    for listed in list.iter().filter(|listed| !is_self(listed)) {
        if listed.withdrawn {
            withdrawn += 1;
        } else if listed.asked == Asked::Waiting {
            waiting += 1;
        } else {
            let person = &listed.rater.person;
            asked.push(RawRow {
                name: person.name.as_str().to_owned(),
                email: person.email.as_str().to_owned(),
                group: listed.rater.group.as_str().to_owned(),
            });
        }
    }
    let all = asked.len();
    let (present, kept) = ([subject.clone()].into(), std::collections::BTreeMap::new());
    let context = RosterContext { groups, subject, present: &present, asked: None, kept: &kept };
    let people = Roster::of_known(asked).check(context).0;
    let unusable = all - people.len();
    let left_out = [LeftOut::Withdrawn(withdrawn), LeftOut::Waiting(waiting), LeftOut::Unusable(unusable)];
    CopiedList { people, left_out: left_out.into_iter().filter(|left_out| left_out.people() != Some(0)).collect() }
}

/// A title with its years moved on by one: `CEO review 2027` becomes `CEO review 2028`, `2026/27` becomes `2027/28`. A
/// title without a year stays as it is.
#[must_use]
pub fn next_title(title: &str) -> String {
    let mut next = String::new();
    let mut rest = title;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let digits = from.find(|c: char| !c.is_ascii_digit()).unwrap_or(from.len());
        let (number, after) = from.split_at(digits);
        next.push_str(before);
        if let Some(year) = year(number) {
            next.push_str(&(year + 1).to_string());
            rest = after;
            if let Some((separator, after)) = school_year(year, after) {
                let digits = (year + 2) % 100;
                next.extend([separator.to_string(), format!("{digits:02}")]);
                rest = after;
            }
        } else {
            next.push_str(number);
            rest = after;
        }
    }
    next.push_str(rest);
    next
}

/// The same day and time of a later year, the first that is still to come; the time itself while it is.
fn next_closing(closes_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let later = |years: u32| closes_at.checked_add_months(Months::new(12 * years));
    (0..).map_while(later).find(|at| *at > now).unwrap_or(closes_at)
}

fn year(number: &str) -> Option<u32> {
    number.parse().ok().filter(|year| number.len() == 4 && (1900..2200).contains(year))
}

/// What follows a year where it is a school year: its separator, and what comes after the two digits.
fn school_year(year: u32, after: &str) -> Option<(char, &str)> {
    let separator = after.chars().next().filter(|c| ['/', '-', '\u{2013}'].contains(c))?;
    let rest = after.strip_prefix(separator)?;
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (number, after) = rest.split_at(digits);
    (number == format!("{:02}", (year + 1) % 100)).then_some((separator, after))
}

#[cfg(test)]
mod tests;
