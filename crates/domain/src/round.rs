//! A round and its life: `draft -> open -> closed -> counted -> released -> archived`, and `cancelled` from draft or
//! open.
//!
//! Each move is a method that returns the new round or a named error. Fields are private, so nothing else changes a
//! state.

use chrono::{DateTime, TimeDelta, Utc};

use crate::retention::{RetentionPolicy, RoundRetention};
use crate::text::{self, InvalidLine};
use crate::wording::{EmailWording, WordingChange};
use crate::{AnonymityPolicy, FrameworkId, OrganisationId, RaterGroups, RoundId, SettledNow};

mod end;
mod error;
mod launch_time;
mod not_launched;
mod state;
mod wording;

pub use end::EndError;
pub use error::RoundError;
pub use launch_time::LATEST_HOURS;
pub use not_launched::WhyNotLaunched;
pub use state::RoundState;

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 200;

/// One run of a framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round(RoundRecord);

/// A round's fields as they are stored. Holding one changes nothing; only [`Round`]'s methods make the next state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundRecord {
    /// Its id.
    pub id: RoundId,
    /// The trust.
    pub organisation_id: OrganisationId,
    /// Its title, such as "CEO review 2027".
    pub title: String,
    /// The questionnaire.
    pub framework_id: FrameworkId,
    /// The thresholds.
    pub policy: AnonymityPolicy,
    /// The rater groups.
    pub groups: RaterGroups,
    /// Where it is in its life.
    pub state: RoundState,
    /// When answering ends.
    pub closes_at: DateTime<Utc>,
    /// When it was set up.
    pub created_at: DateTime<Utc>,
    /// When it is to be launched by itself; only of a draft.
    pub launches_at: Option<DateTime<Utc>>,
    /// When it was launched.
    pub launched_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// For how long things are kept of it, and what has gone.
    pub retention: RoundRetention,
    /// Whether its raters read that its reviews may have advisers. Those of a round that was launched before there were
    /// any did not.
    pub advisers_promised: bool,
    /// How its emails begin in the trust's own words.
    pub emails: EmailWording,
    /// Counts the changes, from 1; the `ETag`.
    pub revision: u64,
}

/// What a caller may set while the round is a draft; how its emails begin, also while it is open.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct RoundChange {
    /// A new title.
    pub title: Option<String>,
    /// Another questionnaire.
    pub framework_id: Option<FrameworkId>,
    /// Other thresholds.
    pub policy: Option<AnonymityPolicy>,
    /// Other groups.
    pub groups: Option<RaterGroups>,
    /// Another deadline.
    pub closes_at: Option<DateTime<Utc>>,
    /// Other openings of its emails.
    pub emails: WordingChange,
}

impl Round {
    /// Sets up a draft.
    ///
    /// # Errors
    /// [`RoundError::Title`] and [`RoundError::Deadline`].
    pub fn draft(
        (id, organisation_id): (RoundId, OrganisationId),
        title: &str,
        framework_id: FrameworkId,
        (policy, groups): (AnonymityPolicy, RaterGroups),
        closes_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Self, RoundError> {
        Ok(Self(RoundRecord {
            id,
            organisation_id,
            title: parse_title(title)?,
            framework_id,
            policy,
            groups,
            state: RoundState::Draft,
            closes_at: parse_deadline(closes_at, now)?,
            created_at: now,
            launches_at: None,
            launched_at: None,
            closed_at: None,
            retention: RoundRetention::default(),
            advisers_promised: false,
            emails: EmailWording::default(),
            revision: 1,
        }))
    }

    /// Takes up a stored round.
    #[must_use]
    pub fn from_record(record: RoundRecord) -> Self {
        Self(record)
    }

    /// The fields, to read and to store.
    #[must_use]
    pub fn record(&self) -> &RoundRecord {
        &self.0
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> RoundId {
        self.0.id
    }

    /// Where it is in its life.
    #[must_use]
    pub fn state(&self) -> RoundState {
        self.0.state
    }

    /// Changes a draft, or how the emails of an open round begin.
    ///
    /// # Errors
    /// [`RoundError::Frozen`] after launch, [`RoundError::LaunchSet`] while it waits for its time, and what
    /// [`Round::require_wording_welcome`] says of openings alone; [`RoundError::Title`], [`RoundError::Deadline`] and
    /// [`RoundError::Wording`] for values out of range.
    pub fn change(&self, change: RoundChange, now: DateTime<Utc>) -> Result<Self, RoundError> {
        if !change.emails.is_empty()
            && change == (RoundChange { emails: change.emails.clone(), ..RoundChange::default() })
        {
            return self.with_wording(&change.emails);
        }
        self.require_draft()?;
        let old = &self.0;
        self.next(|new| {
            new.title = change.title.as_deref().map_or_else(|| Ok(old.title.clone()), parse_title)?;
            new.framework_id = change.framework_id.unwrap_or(old.framework_id);
            new.policy = change.policy.unwrap_or(old.policy);
            new.groups = change.groups.unwrap_or_else(|| old.groups.clone());
            new.closes_at = change.closes_at.map_or(Ok(old.closes_at), |closes_at| parse_deadline(closes_at, now))?;
            new.emails = wording::worded(&old.emails, &change.emails)?;
            Ok(())
        })
    }

    /// Whether reviews and raters can still be set up freely.
    ///
    /// # Errors
    /// [`RoundError::Frozen`] after launch, [`RoundError::LaunchSet`] while it waits for its time.
    pub fn require_draft(&self) -> Result<(), RoundError> {
        self.require(RoundState::Draft, |_| RoundError::Frozen)?;
        self.require_no_launch_time()
    }

    /// Whether raters can be added: in a draft, or late in an open round.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`] once the round has ended, [`RoundError::LaunchSet`] while a draft waits for its time.
    pub fn require_raters_welcome(&self) -> Result<(), RoundError> {
        match self.0.state {
            RoundState::Draft => self.require_no_launch_time(),
            RoundState::Open => Ok(()),
            state => Err(RoundError::NotOpen(state)),
        }
    }

    /// Whether a facilitator can agree to a list: in a draft, also in one that waits for its time, and in an open round.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`] once the round has ended.
    pub fn require_agreement_welcome(&self) -> Result<(), RoundError> {
        match self.0.state {
            RoundState::Draft | RoundState::Open => Ok(()),
            state => Err(RoundError::NotOpen(state)),
        }
    }

    /// Whether raters can answer now.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`] before launch, after closing, and from `closes_at` on even if nobody has closed the
    /// round yet.
    pub fn require_answers_welcome(&self, now: DateTime<Utc>) -> Result<(), RoundError> {
        self.require_open()?;
        if now < self.0.closes_at { Ok(()) } else { Err(RoundError::NotOpen(RoundState::Closed)) }
    }

    /// Whether the round is open.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`] otherwise.
    pub fn require_open(&self) -> Result<(), RoundError> {
        self.require(RoundState::Open, RoundError::NotOpen)
    }

    /// Launches a draft: from here on framework, policy and groups are frozen, and what raters are promised: how long
    /// things are kept, and who reads the report.
    ///
    /// # Errors
    /// [`RoundError::NotDraft`], [`RoundError::Deadline`] when `closes_at` has passed meanwhile,
    /// [`RoundError::NotReady`].
    pub fn launch(&self, ready: bool, promised: RetentionPolicy, now: DateTime<Utc>) -> Result<Self, RoundError> {
        self.require(RoundState::Draft, RoundError::NotDraft)?;
        parse_deadline(self.0.closes_at, now)?;
        if !ready {
            return Err(RoundError::NotReady);
        }
        self.next(|new| {
            new.state = RoundState::Open;
            new.launches_at = None;
            new.launched_at = Some(now);
            new.retention.promised = Some(promised);
            new.advisers_promised = true;
            Ok(())
        })
    }

    /// Whether those who have not answered can be reminded now. `last` is when a reminder of this round was asked for
    /// before, by whomever or whatever. A time further ahead than the quiet time is that of a clock that was wrong, and
    /// says nothing.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`], [`RoundError::RemindedRecently`].
    pub fn require_reminder_welcome(&self, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), RoundError> {
        self.require_answers_welcome(now)?;
        let hours = self.0.policy.reminder_quiet_hours();
        let quiet = TimeDelta::hours(i64::from(hours));
        match last.map(|last| (last + quiet, (now - last).abs() < quiet)) {
            Some((from, true)) => Err(RoundError::RemindedRecently { hours, from }),
            _ => Ok(()),
        }
    }

    /// Moves the deadline of an open round to a later time.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`], [`RoundError::NotLater`], [`RoundError::Deadline`].
    pub fn extend(&self, closes_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<Self, RoundError> {
        self.require_answers_welcome(now)?;
        if closes_at <= self.0.closes_at {
            return Err(RoundError::NotLater);
        }
        self.next(|new| {
            new.closes_at = parse_deadline(closes_at, now)?;
            Ok(())
        })
    }

    /// Closes an open round for good.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`].
    pub fn close(&self, now: SettledNow) -> Result<Self, RoundError> {
        self.require_open()?;
        self.next(|new| {
            new.state = RoundState::Closed;
            new.closed_at = Some(now.at());
            Ok(())
        })
    }

    /// Records that every review of a closed round has its result.
    ///
    /// # Errors
    /// [`RoundError::NotClosed`].
    pub fn counted(&self) -> Result<Self, RoundError> {
        self.require(RoundState::Closed, RoundError::NotClosed)?;
        self.to(RoundState::Counted)
    }

    /// Records that every review has been released.
    ///
    /// # Errors
    /// [`RoundError::NotCounted`].
    pub fn released(&self) -> Result<Self, RoundError> {
        self.require(RoundState::Counted, RoundError::NotCounted)?;
        self.to(RoundState::Released)
    }

    /// Ends a draft or an open round without a result.
    ///
    /// # Errors
    /// [`RoundError::NotCancellable`].
    pub fn cancel(&self, now: SettledNow) -> Result<Self, RoundError> {
        match self.0.state {
            RoundState::Draft | RoundState::Open => self.next(|new| {
                new.state = RoundState::Cancelled;
                new.launches_at = None;
                new.closed_at = Some(now.at());
                Ok(())
            }),
            state => Err(RoundError::NotCancellable(state)),
        }
    }

    /// Whether the round may be deleted: only a draft, of which nobody has heard.
    ///
    /// # Errors
    /// [`RoundError::NotDeletable`].
    pub fn require_deletable(&self) -> Result<(), RoundError> {
        self.require(RoundState::Draft, RoundError::NotDeletable)
    }

    fn require(&self, state: RoundState, error: impl FnOnce(RoundState) -> RoundError) -> Result<(), RoundError> {
        if self.0.state == state { Ok(()) } else { Err(error(self.0.state)) }
    }

    fn to(&self, state: RoundState) -> Result<Self, RoundError> {
        self.next(|new| {
            new.state = state;
            Ok(())
        })
    }

    fn next(&self, apply: impl FnOnce(&mut RoundRecord) -> Result<(), RoundError>) -> Result<Self, RoundError> {
        let mut record = self.0.clone();
        apply(&mut record)?;
        record.revision += 1;
        Ok(Self(record))
    }
}

fn parse_title(title: &str) -> Result<String, RoundError> {
    text::one_line(title, LONGEST_TITLE).map_err(|error| match error {
        InvalidLine::Unseen(unseen) => RoundError::TitleUnseen(unseen),
        InvalidLine::Empty | InvalidLine::TooLong(_) | InvalidLine::Control => RoundError::Title,
    })
}

fn parse_deadline(closes_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<DateTime<Utc>, RoundError> {
    if is_leap_second(closes_at) {
        return Err(RoundError::LeapSecond);
    }
    if closes_at > now && closes_at <= now + TimeDelta::days(366) { Ok(closes_at) } else { Err(RoundError::Deadline) }
}

/// Whether a time is written with the second 60. Databases round it this way or that, so it would not be the time that
/// was asked for.
pub(crate) fn is_leap_second(time: DateTime<Utc>) -> bool {
    time.timestamp_subsec_nanos() >= 1_000_000_000
}

#[cfg(test)]
pub(crate) mod tests;
