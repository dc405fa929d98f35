//! Jobs: what is done later, and again after a failure. They carry ids, never a link or an address.

mod kind;

use candour_domain::round::WhyNotLaunched;
use candour_domain::{AccountId, AddressId, AdviserId, FrameworkId, GroupId, InvitationId, JobId, ReviewId, RoundId};
use candour_storage::Tenant;
use candour_storage::jobs::{self, NewJob, QueuedJob};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use self::kind::JobKind;
use crate::auth::told::Change;
use crate::entropy::fresh;
use crate::error::Error;

/// A job: which kind, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Job {
    /// One email to one rater about one or more invitations of theirs.
    Mail {
        /// Which email.
        kind: MailKind,
        /// All of one person in one round.
        invitations: Vec<InvitationId>,
        /// Tells a second reminder from the first; with the kind and the first invitation it makes the Message-ID.
        sequence: i64,
    },
    /// The email that a report has been released.
    ReleasedMail {
        /// The review.
        review: ReviewId,
        /// Who gets it.
        reader: Reader,
    },
    /// The email that the answers have been counted.
    CountedMail {
        /// The review.
        review: ReviewId,
        /// The adviser who is told; the facilitator without.
        #[serde(default)]
        adviser: Option<AdviserId>,
    },
    /// The email to an administrator that a round has been counted.
    RoundCountedMail {
        /// The round.
        round: RoundId,
        /// Who is told.
        administrator: AccountId,
    },
    /// The email to somebody who has been named as an adviser.
    AdviserMail {
        /// The review.
        review: ReviewId,
        /// Who.
        adviser: AdviserId,
    },
    /// The email that something is about to be destroyed unreleased.
    UnreleasedMail {
        /// The review.
        review: ReviewId,
        /// The administrator who is told; the facilitator without.
        administrator: Option<AccountId>,
        /// Which warning it is.
        number: u32,
    },
    /// The email that a report could not be made.
    NotCountedMail {
        /// The review.
        review: ReviewId,
    },
    /// The email that a draft could not be launched at its time.
    NotLaunchedMail {
        /// The round.
        round: RoundId,
        /// The administrator who is told.
        administrator: AccountId,
        /// Why not.
        why: WhyNotLaunched,
        /// When it was to be launched, in seconds.
        at: i64,
    },
    /// The invitation of a round, to the administrator who wants to look at it.
    SampleMail {
        /// The round.
        round: RoundId,
        /// As somebody of which group.
        group: GroupId,
        /// Who asks for it and gets it.
        account: AccountId,
        /// Tells one from another.
        sample: JobId,
    },
    /// The email that somebody has been invited to run rounds.
    InvitedMail {
        /// Who is invited.
        account: AccountId,
        /// Who invites them.
        by: AccountId,
        /// When, in seconds: tells a second invitation from the first.
        at: i64,
    },
    /// The email that something has changed about how a person signs in.
    SignInChangedMail {
        /// The person.
        account: AccountId,
        /// Which of their other addresses; that of their account without.
        address: Option<AddressId>,
        /// What.
        change: Change,
        /// When, in seconds.
        at: i64,
    },
    /// The code with which somebody confirms another address of theirs.
    AddressCodeMail {
        /// The address.
        address: AddressId,
    },
    /// Queue an email for everybody in the round who has not answered.
    TellOutstanding {
        /// The round.
        round: RoundId,
        /// Which email.
        kind: MailKind,
        /// The sequence of the emails.
        sequence: i64,
    },
    /// Confirm the answers received since the last sweep.
    SweepReceipts {
        /// The round.
        round: RoundId,
    },
    /// Count the reviews of a closed round.
    Count {
        /// The round.
        round: RoundId,
    },
    /// Make a quality report of a framework, if enough has been released.
    ReportQuality {
        /// The framework.
        framework: FrameworkId,
    },
}

/// The emails to raters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// The first email, with the link.
    Invitation,
    /// To those who have not answered.
    Reminder,
    /// The deadline has moved.
    Extended,
    /// The answers have arrived.
    Received,
}

/// Who the email about a released report is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// The person the report is about.
    Subject,
    /// The person who released it.
    Facilitator,
    /// Somebody who advises on it.
    Adviser(AdviserId),
    /// Somebody who runs rounds of the trust.
    Administrator(AccountId),
}

impl Job {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> JobKind {
        match self {
            Self::Mail { kind, .. } => match kind {
                MailKind::Invitation => JobKind::Invitation,
                MailKind::Reminder => JobKind::Reminder,
                MailKind::Extended => JobKind::Extended,
                MailKind::Received => JobKind::Received,
            },
            Self::ReleasedMail { .. } => JobKind::Released,
            Self::CountedMail { .. } => JobKind::Counted,
            Self::RoundCountedMail { .. } => JobKind::RoundCounted,
            Self::AdviserMail { .. } => JobKind::Adviser,
            Self::UnreleasedMail { .. } => JobKind::Unreleased,
            Self::NotCountedMail { .. } => JobKind::NotCounted,
            Self::NotLaunchedMail { .. } => JobKind::NotLaunched,
            Self::SampleMail { .. } => JobKind::Sample,
            Self::InvitedMail { .. } => JobKind::Invited,
            Self::SignInChangedMail { .. } => JobKind::SignInChanged,
            Self::AddressCodeMail { .. } => JobKind::AddressCode,
            Self::TellOutstanding { .. } => JobKind::Tell,
            Self::SweepReceipts { .. } => JobKind::Receipts,
            Self::Count { .. } => JobKind::Count,
            Self::ReportQuality { .. } => JobKind::Quality,
        }
    }

    /// Whether nobody is told of it.
    #[must_use]
    pub fn is_unlisted(&self) -> bool {
        JobKind::is_unlisted(self.kind().as_str())
    }

    /// How many attempts it gets before it has failed for good: it is then kept for the administrator, or dropped if it
    /// is not listed. With the waits of [`Job::wait_seconds`], mail is tried for about a day.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        match self {
            Self::Mail { .. }
            | Self::ReleasedMail { .. }
            | Self::CountedMail { .. }
            | Self::RoundCountedMail { .. }
            | Self::AdviserMail { .. }
            | Self::UnreleasedMail { .. }
            | Self::NotCountedMail { .. }
            | Self::NotLaunchedMail { .. }
            | Self::InvitedMail { .. }
            | Self::SignInChangedMail { .. } => 60,
            // A code is good for minutes, and somebody waits to look at a sample.
            Self::AddressCodeMail { .. } | Self::SampleMail { .. } => 8,
            Self::TellOutstanding { .. }
            | Self::SweepReceipts { .. }
            | Self::Count { .. }
            | Self::ReportQuality { .. } => 20,
        }
    }

    /// How long to wait after this many failed attempts: 2 seconds, doubling up to half an hour.
    #[must_use]
    pub fn wait_seconds(attempts: u32) -> i64 {
        (1_i64 << attempts.clamp(1, 11)).min(1800)
    }

    /// Puts the work into the queue, in the transaction of the change that asks for it. With a `dedupe` key, it is
    /// added only if none with that key waits.
    ///
    /// # Errors
    /// [`Error`] when it cannot be stored.
    pub fn enqueue(&self, tenant: &mut Tenant<'_>, run_at: DateTime<Utc>, dedupe: Option<String>) -> Result<(), Error> {
        let _added: bool = jobs::enqueue(tenant, &NewJob { dedupe, ..self.to_queue(run_at)? })?;
        Ok(())
    }

    /// Puts work into the queue like [`Job::enqueue`], all of it at once and without `dedupe`.
    ///
    /// # Errors
    /// [`Error`] when it cannot be stored.
    pub fn enqueue_all(tenant: &mut Tenant<'_>, jobs: &[Self], run_at: DateTime<Utc>) -> Result<(), Error> {
        let new: Vec<_> = jobs.iter().map(|job| job.to_queue(run_at)).collect::<Result<_, _>>()?;
        Ok(jobs::enqueue_all(tenant, &new)?)
    }

    fn to_queue(&self, run_at: DateTime<Utc>) -> Result<NewJob, Error> {
        let (id, payload) = (fresh(JobId::from_random), serde_json::to_value(self)?);
        Ok(NewJob { id, kind: self.kind().as_str().to_owned(), payload, dedupe: None, run_at })
    }

    /// Reads a job from the queue.
    ///
    /// # Errors
    /// [`Error::Document`] for a payload of another version.
    pub fn of(job: &QueuedJob) -> Result<Self, Error> {
        Ok(serde_json::from_value(job.payload.clone())?)
    }
}

impl MailKind {
    /// The kind as the Message-ID names it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reminder => "reminder",
            Self::Extended => "extended",
            Self::Received => "received",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarantee_every_email_that_depends_on_who_has_answered_is_unlisted() {
        let listed = |kind| !Job::Mail { kind, invitations: Vec::new(), sequence: 1 }.is_unlisted();
        let kinds = [MailKind::Invitation, MailKind::Reminder, MailKind::Extended, MailKind::Received];
        assert_eq!(kinds.map(listed), [true, false, false, false]);
        assert_eq!(JobKind::unlisted(), ["mail.reminder", "mail.extended", "mail.received"]);
        let round = RoundId::from_random([0; 16]);
        assert!(
            !Job::TellOutstanding { round, kind: MailKind::Reminder, sequence: 1 }.is_unlisted(),
            "there is one for each reminder"
        );
    }

    #[test]
    fn waits_grow_and_mail_is_tried_for_about_a_day() {
        assert_eq!((Job::wait_seconds(1), Job::wait_seconds(5), Job::wait_seconds(60)), (2, 32, 1800));
        let mail = Job::ReleasedMail { review: ReviewId::from_random([0; 16]), reader: Reader::Subject };
        let hours = (1..mail.attempts()).map(Job::wait_seconds).sum::<i64>() / 3600;
        assert!((24..=36).contains(&hours), "{hours}");
    }
}
