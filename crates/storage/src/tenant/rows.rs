//! What more than one subject reads: rows that are joined with others, and what they mean.

use candour_domain::retention::RoundRetention;
use candour_domain::review::{Review, ReviewProgress, Subject};
use candour_domain::round::{Round, RoundRecord, RoundState};
use candour_domain::{
    AccountId, Adviser, Delivery, Email, GroupId, Invitation, Organisation, Person, PersonName, Rater, text,
};
use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::columns::{accounts, advisers, invitations, organisations, raters, reviews, round_keys, rounds};
use crate::StorageError;
use crate::engine::column;

/// A person who signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Where they are reached; ties them to the reviews they facilitate, advise on or are the subject of.
    pub email: Email,
    /// How they are addressed.
    pub name: PersonName,
    /// Whether they set up and run rounds.
    pub administrator: bool,
}

/// What ballots and drafts of a round are sealed with. `Debug` is left out on purpose.
#[derive(Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = round_keys)]
pub struct RoundKeys {
    /// The public key.
    pub public: Vec<u8>,
    /// The private key, sealed under the server key.
    pub sealed_private: Vec<u8>,
    /// What drafts are sealed with besides the rater's link, sealed under the server key; `None` for a round launched
    /// before there was one.
    pub sealed_draft_salt: Option<Vec<u8>>,
}

/// What was deleted of a round, and so where it may still lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cleanup {
    /// The keys to its answers.
    Answers,
    /// Its raters.
    People,
    /// Its results and the rest.
    Results,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = organisations)]
pub(crate) struct OrganisationRow {
    id: String,
    name: String,
    contact_name: String,
    contact_email: String,
    concerns_route: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub(crate) struct AccountRow {
    id: String,
    email: String,
    name: String,
    pub(crate) administrator: bool,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = rounds)]
pub(crate) struct RoundRow {
    organisation_id: String,
    pub(crate) id: String,
    title: String,
    framework_id: String,
    policy: String,
    rater_groups: String,
    state: String,
    closes_at: NaiveDateTime,
    pub(crate) created_at: NaiveDateTime,
    launches_at: Option<NaiveDateTime>,
    launched_at: Option<NaiveDateTime>,
    closed_at: Option<NaiveDateTime>,
    promised: Option<String>,
    people_erased_at: Option<NaiveDateTime>,
    answers_destroyed_at: Option<NaiveDateTime>,
    advisers_promised: bool,
    emails: Option<String>,
    revision: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = reviews)]
pub(crate) struct ReviewRow {
    organisation_id: String,
    pub(crate) id: String,
    round_id: String,
    subject_name: String,
    subject_email: String,
    subject_role: String,
    facilitator_name: String,
    facilitator_email: String,
    progress: String,
    progress_at: Option<NaiveDateTime>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = advisers)]
pub(crate) struct AdviserRow {
    id: String,
    pub(crate) review_id: String,
    name: String,
    email: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = raters)]
pub(crate) struct RaterRow {
    organisation_id: String,
    pub(crate) id: String,
    round_id: String,
    review_id: String,
    name: String,
    email: String,
    group_id: String,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
#[expect(clippy::struct_excessive_bools, reason = "these are the table's columns")]
pub(crate) struct InvitationRow {
    id: String,
    round_id: String,
    review_id: String,
    rater_id: String,
    used: bool,
    declined: bool,
    withdrawn: bool,
    receipt_sent: bool,
    delivery: String,
}

impl OrganisationRow {
    pub(crate) fn read(self) -> Result<Organisation, StorageError> {
        Ok(Organisation {
            id: column::id(&self.id, "organisations.id")?,
            name: text::as_stored(&self.name),
            contact: Person::stored(&self.contact_name, &self.contact_email),
            concerns_route: self.concerns_route,
        })
    }
}

impl AccountRow {
    pub(crate) fn read(self) -> Result<Account, StorageError> {
        let person = Person::stored(&self.name, &self.email);
        let id = column::id(&self.id, "accounts.id")?;
        Ok(Account { id, email: person.email, name: person.name, administrator: self.administrator })
    }
}

impl RoundRow {
    pub(crate) fn read(self) -> Result<Round, StorageError> {
        Ok(Round::from_record(RoundRecord {
            id: column::id(&self.id, "rounds.id")?,
            organisation_id: column::id(&self.organisation_id, "rounds.organisation_id")?,
            title: text::as_stored(&self.title),
            framework_id: column::id(&self.framework_id, "rounds.framework_id")?,
            policy: column::json(&self.policy, "rounds.policy")?,
            groups: column::groups(&self.rater_groups, "rounds.rater_groups")?,
            state: column::read(RoundState::from_name(&self.state), "rounds.state")?,
            closes_at: self.closes_at.and_utc(),
            created_at: self.created_at.and_utc(),
            launches_at: self.launches_at.map(|at| at.and_utc()),
            launched_at: self.launched_at.map(|at| at.and_utc()),
            closed_at: self.closed_at.map(|at| at.and_utc()),
            retention: RoundRetention {
                promised: self.promised.map(|promised| column::json(&promised, "rounds.promised")).transpose()?,
                people_erased_at: self.people_erased_at.map(|at| at.and_utc()),
                answers_destroyed_at: self.answers_destroyed_at.map(|at| at.and_utc()),
            },
            advisers_promised: self.advisers_promised,
            emails: self.emails.map(|emails| column::json(&emails, "rounds.emails")).transpose()?.unwrap_or_default(),
            revision: column::number(self.revision, "rounds.revision")?,
        }))
    }
}

impl ReviewRow {
    /// The progress of a review whose facilitator has the result.
    pub(crate) const COUNTED: &str = "counted";
    /// The progress of a review that is released at its time.
    pub(crate) const SCHEDULED: &str = "scheduled";
    /// The progress of a review that its subject may read.
    pub(crate) const RELEASED: &str = "released";

    /// With advisers, who have rows of their own.
    pub(crate) fn read(self, advisers: Vec<Adviser>) -> Result<Review, StorageError> {
        Ok(Review {
            id: column::id(&self.id, "reviews.id")?,
            organisation_id: column::id(&self.organisation_id, "reviews.organisation_id")?,
            round_id: column::id(&self.round_id, "reviews.round_id")?,
            subject: Subject {
                person: Person::stored(&self.subject_name, &self.subject_email),
                role: text::as_stored(&self.subject_role),
            },
            facilitator: Person::stored(&self.facilitator_name, &self.facilitator_email),
            advisers,
            // Until somebody says how far it is, it is counted with the others of its round, and nobody reads it.
            progress: self.progress().unwrap_or(ReviewProgress::Waiting),
        })
    }

    /// How far the review is; `None` when this program cannot tell.
    pub(crate) fn progress(&self) -> Option<ReviewProgress> {
        match (self.progress.as_str(), self.progress_at.map(|at| at.and_utc())) {
            ("waiting", None) => Some(ReviewProgress::Waiting),
            (Self::COUNTED, None) => Some(ReviewProgress::Counted),
            (Self::SCHEDULED, Some(at)) => Some(ReviewProgress::Scheduled(at)),
            (Self::RELEASED, Some(at)) => Some(ReviewProgress::Released(at)),
            _ => None,
        }
    }
}

impl AdviserRow {
    pub(crate) fn read(self) -> Result<Adviser, StorageError> {
        let id = column::id(&self.id, "advisers.id")?;
        Ok(Adviser { id, person: Person::stored(&self.name, &self.email) })
    }
}

impl RaterRow {
    pub(crate) fn read(self) -> Result<Rater, StorageError> {
        Ok(Rater {
            id: column::id(&self.id, "raters.id")?,
            organisation_id: column::id(&self.organisation_id, "raters.organisation_id")?,
            round_id: column::id(&self.round_id, "raters.round_id")?,
            review_id: column::id(&self.review_id, "raters.review_id")?,
            person: Person::stored(&self.name, &self.email),
            group: GroupId::stored(&self.group_id),
        })
    }
}

impl InvitationRow {
    pub(crate) fn read(self) -> Result<Invitation, StorageError> {
        Ok(Invitation {
            id: column::id(&self.id, "invitations.id")?,
            round_id: column::id(&self.round_id, "invitations.round_id")?,
            review_id: column::id(&self.review_id, "invitations.review_id")?,
            rater_id: column::id(&self.rater_id, "invitations.rater_id")?,
            used: self.used,
            declined: self.declined,
            withdrawn: self.withdrawn,
            receipt_sent: self.receipt_sent,
            // One that a newer program knows says nothing here, and stops nobody from answering.
            delivery: Delivery::from_name(&self.delivery).unwrap_or(Delivery::Queued),
        })
    }
}

impl Cleanup {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Answers, Self::People, Self::Results];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::People => "people",
            Self::Results => "results",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
