//! Why a round cannot do what it is asked to.

use chrono::{DateTime, Utc};

use super::{LONGEST_TITLE, RoundState};
use crate::text::Unseen;
use crate::wording::{WordedEmail, WordingError};

/// A move the round's state does not allow, or a value it cannot take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoundError {
    /// Framework, policy and groups are frozen at launch.
    #[error(
        "the round has been launched, so its title, framework, policy, groups and reviews are frozen; while it is \
         open, POST /v1/rounds/{{id}}/extend sets a later closes_at"
    )]
    Frozen,
    /// Only a draft can be launched.
    #[error("only a draft can be launched, and this round is {}; to ask again, set up a new round", .0.as_str())]
    NotDraft(RoundState),
    /// Only an open round can be extended, reminded of, or closed.
    #[error("the round is not open; it is {}", not_open(*.0))]
    NotOpen(RoundState),
    /// Only a closed round can be counted.
    #[error("the round is not closed; it is {}", .0.as_str())]
    NotClosed(RoundState),
    /// Only a counted round can be released.
    #[error("the round has not been counted; it is {}", .0.as_str())]
    NotCounted(RoundState),
    /// Only a draft or an open round can be cancelled.
    #[error("only a draft or an open round can be cancelled, and this round is {}; leave it as it is", .0.as_str())]
    NotCancellable(RoundState),
    /// Only a draft or a cancelled round can be deleted.
    #[error("only a draft can be deleted, and this round is {}; {}", .0.as_str(), not_deletable(*.0))]
    NotDeletable(RoundState),
    /// The readiness check found something that has to be fixed first.
    #[error("the round is not ready to launch; GET /v1/rounds/{{id}}/readiness lists what to fix")]
    NotReady,
    /// The deadline is in the past or more than a year away.
    #[error("closes_at has passed or is more than 366 days away; give a time between now and then")]
    Deadline,
    /// The draft waits for the time at which it is launched.
    #[error(
        "the round is to be launched at {} and does not change until then; to change it, take the time back with \
         DELETE /v1/rounds/{{id}}/launch-time and set it again afterwards", .0.format("%Y-%m-%dT%H:%M:%SZ")
    )]
    LaunchSet(DateTime<Utc>),
    /// A time of launch that has passed, or is not before the deadline.
    #[error("launches_at has passed or is not before closes_at; give a time between now and then")]
    LaunchTime,
    /// A reminder within the quiet time after another one.
    #[error(
        "a reminder went out less than {hours} hours before; the next one can go out from {}",
        .from.format("%Y-%m-%dT%H:%M:%SZ")
    )]
    RemindedRecently {
        /// The quiet time of the round's policy.
        hours: u32,
        /// When it ends.
        from: DateTime<Utc>,
    },
    /// A deadline within a leap second.
    #[error(
        "a time has no second 60, which clocks in the United Kingdom do not show; give the full minute that follows"
    )]
    LeapSecond,
    /// An extension that does not extend.
    #[error(
        "the new closes_at is not later than the present one, and a round is only ever extended; give a later time"
    )]
    NotLater,
    /// An empty or overlong title.
    #[error("give a title of 1 to {LONGEST_TITLE} characters on one line")]
    Title,
    /// A title with a character in it that nobody sees.
    #[error("the title is not as it looks: {0}")]
    TitleUnseen(Unseen),
    /// An opening that cannot be used.
    #[error("the opening of the {} cannot be used: {}", .0.as_str(), .1)]
    Wording(WordedEmail, WordingError),
}

/// How far a round is that is not open, and what to do.
fn not_open(state: RoundState) -> String {
    match state {
        RoundState::Draft => "a draft; launch it first".to_owned(),
        state => format!("{}, and no round is opened again; to ask again, set up a new round", state.as_str()),
    }
}

/// What to do with a round that cannot be deleted.
fn not_deletable(state: RoundState) -> &'static str {
    match state {
        RoundState::Open => "it can be cancelled",
        _ => "the service deletes it when its time is over (`candour retention` prints when)",
    }
}
