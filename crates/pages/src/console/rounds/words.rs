//! What is said of a round in several places.

use candour_domain::round::RoundError;
use candour_domain::{Round, RoundState};
use candour_words::uk_time::{day, uk_time};

use crate::console::form::Wrong;
use crate::frame::{Said, Say};

/// How far a round is, in a word or two.
pub(super) fn state(say: Say, state: RoundState) -> Said {
    match state {
        RoundState::Draft => Said::of(say.round_state_draft()),
        RoundState::Open => Said::of(say.round_state_open()),
        RoundState::Closed => Said::of(say.round_state_closed()),
        RoundState::Counted => Said::of(say.round_state_counted()),
        RoundState::Released => Said::of(say.round_state_released()),
        RoundState::Archived => Said::of(say.round_state_archived()),
        RoundState::Cancelled => Said::of(say.round_state_cancelled()),
    }
}

/// Why a round cannot do what was asked of it, under the field of the page that it is about.
pub(super) fn refused(say: Say, field: &'static str, why: RoundError) -> Wrong {
    let text = match why {
        RoundError::Frozen => Said::of(say.round_refused_frozen()),
        RoundError::LaunchSet(at) => Said::of(say.round_refused_launch_set().time(uk_time(at))),
        RoundError::LaunchTime => Said::of(say.round_refused_launch_time()),
        RoundError::NotReady => Said::of(say.round_refused_not_ready()),
        RoundError::Deadline => Said::of(say.round_refused_deadline()),
        RoundError::NotLater => Said::of(say.round_refused_not_later()),
        RoundError::Title => Said::of(say.round_refused_title()),
        RoundError::RemindedRecently { from, .. } => Said::of(say.round_refused_reminded().time(uk_time(from))),
        RoundError::NotDraft(_)
        | RoundError::NotOpen(_)
        | RoundError::NotClosed(_)
        | RoundError::NotCounted(_)
        | RoundError::NotCancellable(_)
        | RoundError::NotDeletable(_) => Said::of(say.round_refused_state()),
        RoundError::TitleUnseen(_) | RoundError::LeapSecond | RoundError::Wording(..) => return Wrong::of(field, why),
    };
    Wrong::at(field, text)
}

/// The day on which a round closes, as a field for dates has it.
pub(super) fn closing_day(round: &Round) -> String {
    day(round.record().closes_at).to_string()
}
