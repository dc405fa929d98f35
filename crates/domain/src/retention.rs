//! How long things are kept after a round: the settings, what raters are promised at launch, and what is due when.
//!
//! Three things go, each at its own time: the raters' names and addresses, the answers, and in the end the results with
//! what is left of the round. The answers are sealed from the count on, and what is destroyed is the key that opens
//! them.

use chrono::{DateTime, Months, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::audit::Action;
use crate::{Review, Round, RoundState};

/// For how long things are kept.
///
/// A value of this type respects the limits below; there is no other way to make one.
///
/// ```
/// use candour_domain::retention::{RetentionError, RetentionPolicy, RetentionRequest};
/// let policy = RetentionPolicy::parse(RetentionRequest { erase_people_days: Some(14), ..RetentionRequest::default() })?;
/// assert_eq!((policy.erase_people_days(), policy.destroy_answers_days(), policy.keep_results_years()), (14, 30, 6));
/// let never = RetentionPolicy::parse(RetentionRequest { erase_people_days: Some(0), ..RetentionRequest::default() });
/// assert_eq!(never, Err(RetentionError::ErasePeople));
/// # Ok::<(), RetentionError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RetentionRequest")]
pub struct RetentionPolicy {
    destroy_answers_days: u32,
    destroy_unreleased_days: u32,
    erase_people_days: u32,
    keep_results_years: u32,
}

/// What an operator asks for; what is left out takes its default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRequest {
    /// Days from the last release of a round's reviews until its answers are destroyed; default 30.
    pub destroy_answers_days: Option<u32>,
    /// Days from closing until the answers are destroyed of a round in which a review has not been released; default
    /// 180.
    pub destroy_unreleased_days: Option<u32>,
    /// Days from closing until names and addresses of raters are erased; default 30.
    pub erase_people_days: Option<u32>,
    /// Years from the last release until results are deleted, from closing where there was none; default 6.
    pub keep_results_years: Option<u32>,
}

/// Which setting is out of range or contradicts another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RetentionError {
    /// Less than a day or more than a year.
    #[error("destroy_answers_days is out of range; set 1 to 365")]
    DestroyAnswers,
    /// Less than a day or more than two years.
    #[error("destroy_unreleased_days is out of range; set 1 to 730")]
    DestroyUnreleased,
    /// Less than a day or more than three years.
    #[error("erase_people_days is out of range; set 1 to 1096")]
    ErasePeople,
    /// Less than a year or more than thirty.
    #[error("keep_results_years is out of range; set 1 to 30")]
    KeepResults,
    /// Somebody who never releases would have less time than somebody who does.
    #[error(
        "destroy_unreleased_days is below destroy_answers_days, and is the longer time, for reviews that nobody \
         releases; raise it"
    )]
    UnreleasedFirst,
    /// The answers would be there longer than what was made of them.
    #[error(
        "keep_results_years is shorter than destroy_unreleased_days, so that the answers would outlive the results \
         made of them; raise it"
    )]
    ResultsBeforeAnswers,
    /// The names would be there longer than what they were asked for.
    #[error(
        "keep_results_years is shorter than erase_people_days, so that the raters' names would outlive the results; \
         raise it"
    )]
    ResultsBeforePeople,
}

impl RetentionError {
    /// The name of the setting that is wrong.
    #[must_use]
    pub fn setting(self) -> &'static str {
        match self {
            Self::DestroyAnswers => "destroy_answers_days",
            Self::DestroyUnreleased | Self::UnreleasedFirst => "destroy_unreleased_days",
            Self::ErasePeople => "erase_people_days",
            Self::KeepResults | Self::ResultsBeforeAnswers | Self::ResultsBeforePeople => "keep_results_years",
        }
    }
}

/// What the raters of one round were promised, and what has been done of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoundRetention {
    /// The settings at launch, as raters read them; `None` before launch, and for rounds launched before there was a
    /// promise.
    pub promised: Option<RetentionPolicy>,
    /// When the names and addresses of its raters were erased.
    pub people_erased_at: Option<DateTime<Utc>>,
    /// When its answers were destroyed.
    pub answers_destroyed_at: Option<DateTime<Utc>>,
}

/// One thing to be done of a round after its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Destroy the key that opens the answers, and the answers.
    DestroyAnswers,
    /// Erase names and addresses of raters and everything that is kept for each of them.
    ErasePeople,
    /// Say that only the result is left.
    Archive,
    /// Delete the results and what is left of the round.
    DeleteRound,
}

/// A step and its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scheduled {
    /// What.
    pub step: Step,
    /// Not before.
    pub at: DateTime<Utc>,
}

impl RetentionPolicy {
    /// Fills in the defaults and checks the limits.
    ///
    /// # Errors
    /// [`RetentionError`] names the first setting that is out of range or contradicts another.
    ///
    /// # Guarantee
    /// Nothing is kept for ever, and neither answers nor raters' names are kept longer than the results.
    pub fn parse(request: RetentionRequest) -> Result<Self, RetentionError> {
        let policy = Self {
            destroy_answers_days: request.destroy_answers_days.unwrap_or(30),
            destroy_unreleased_days: request.destroy_unreleased_days.unwrap_or(180),
            erase_people_days: request.erase_people_days.unwrap_or(30),
            keep_results_years: request.keep_results_years.unwrap_or(6),
        };
        if !(1..=365).contains(&policy.destroy_answers_days) {
            Err(RetentionError::DestroyAnswers)
        } else if !(1..=730).contains(&policy.destroy_unreleased_days) {
            Err(RetentionError::DestroyUnreleased)
        } else if !(1..=1096).contains(&policy.erase_people_days) {
            Err(RetentionError::ErasePeople)
        } else if !(1..=30).contains(&policy.keep_results_years) {
            Err(RetentionError::KeepResults)
        } else if policy.destroy_unreleased_days < policy.destroy_answers_days {
            Err(RetentionError::UnreleasedFirst)
        } else if policy.keep_results_years * 365 < policy.destroy_unreleased_days {
            Err(RetentionError::ResultsBeforeAnswers)
        } else if policy.keep_results_years * 365 < policy.erase_people_days {
            Err(RetentionError::ResultsBeforePeople)
        } else {
            Ok(policy)
        }
    }

    /// Days from the last release until the answers are destroyed.
    #[must_use]
    pub fn destroy_answers_days(&self) -> u32 {
        self.destroy_answers_days
    }

    /// Days from closing until the answers are destroyed where a review has not been released.
    #[must_use]
    pub fn destroy_unreleased_days(&self) -> u32 {
        self.destroy_unreleased_days
    }

    /// Days from closing until raters' names and addresses are erased.
    #[must_use]
    pub fn erase_people_days(&self) -> u32 {
        self.erase_people_days
    }

    /// Years from the last release, or else from closing, until the results are deleted.
    #[must_use]
    pub fn keep_results_years(&self) -> u32 {
        self.keep_results_years
    }

    /// For each thing the shorter of two times. It respects the limits as both do.
    fn shorter(self, other: Self) -> Self {
        Self {
            destroy_answers_days: self.destroy_answers_days.min(other.destroy_answers_days),
            destroy_unreleased_days: self.destroy_unreleased_days.min(other.destroy_unreleased_days),
            erase_people_days: self.erase_people_days.min(other.erase_people_days),
            keep_results_years: self.keep_results_years.min(other.keep_results_years),
        }
    }
}

impl Default for RetentionPolicy {
    fn default() -> Self {
        Self { destroy_answers_days: 30, destroy_unreleased_days: 180, erase_people_days: 30, keep_results_years: 6 }
    }
}

impl TryFrom<RetentionRequest> for RetentionPolicy {
    type Error = RetentionError;

    fn try_from(request: RetentionRequest) -> Result<Self, RetentionError> {
        Self::parse(request)
    }
}

impl RoundRetention {
    /// What holds for this round under the present settings.
    ///
    /// # Guarantee
    /// Nothing is kept longer than raters were promised. A setting that has been made longer since does not concern
    /// them; one that has been made shorter does.
    #[must_use]
    pub fn under(&self, settings: RetentionPolicy) -> RetentionPolicy {
        self.promised.map_or(settings, |promised| promised.shorter(settings))
    }
}

/// What is still to be done of a round, in the order in which it is to be done, as far as the times are known.
/// `reviews` are all of its.
///
/// A round that is not released waits for its facilitators, but not for ever: its answers go at the latest
/// `destroy_unreleased_days` after closing. If it has not even been counted by then, it never will be. Until it has
/// been counted its raters are needed: the result says by name who answered by name. A draft whose closing time has
/// passed cannot be launched as it is; it counts as forgotten.
#[must_use]
pub fn schedule(round: &Round, reviews: &[Review], settings: RetentionPolicy) -> Vec<Scheduled> {
    let record = round.record();
    let kept = &record.retention;
    let policy = kept.under(settings);
    let ended = record.closed_at.unwrap_or(record.closes_at);
    let released = reviews.iter().filter_map(Review::released_at).max();
    let answers = match round.state() {
        RoundState::Draft | RoundState::Open => None,
        RoundState::Cancelled => record.launched_at.map(|_| ended),
        RoundState::Closed | RoundState::Counted => Some(days_after(ended, policy.destroy_unreleased_days)),
        RoundState::Released | RoundState::Archived => {
            Some(days_after(released.unwrap_or(ended), policy.destroy_answers_days))
        }
    };
    let people = match round.state() {
        RoundState::Open => None,
        RoundState::Closed => answers.map(|at| at.max(days_after(ended, policy.erase_people_days))),
        _ => Some(days_after(ended, policy.erase_people_days)),
    };
    let (destroyed, erased) = (kept.answers_destroyed_at.or(answers), kept.people_erased_at.or(people));
    let archive = (round.state() == RoundState::Released).then(|| destroyed.max(erased)).flatten();
    let delete = match round.state() {
        RoundState::Draft | RoundState::Open => None,
        _ => Some(years_after(released.map_or(ended, |at| at.max(ended)), policy.keep_results_years)),
    };
    let mut steps: Vec<Scheduled> = [
        (Step::DestroyAnswers, answers.filter(|_| kept.answers_destroyed_at.is_none())),
        (Step::ErasePeople, people.filter(|_| kept.people_erased_at.is_none())),
        (Step::Archive, archive),
        (Step::DeleteRound, delete),
    ]
    .into_iter()
    .filter_map(|(step, at)| at.map(|at| Scheduled { step, at }))
    .collect();
    steps.sort_by_key(|scheduled| (scheduled.at, scheduled.step));
    steps
}

/// The next thing to be done of a round, if its time has come.
#[must_use]
pub fn due(round: &Round, reviews: &[Review], settings: RetentionPolicy, now: DateTime<Utc>) -> Option<Step> {
    schedule(round, reviews, settings).first().filter(|next| next.at <= now).map(|next| next.step)
}

/// What is to be destroyed of a round in which a review has not been released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Warning {
    /// How many warnings there have been with this one. Two come before the answers go, and two more before the results
    /// do.
    pub number: u32,
    /// What goes.
    pub step: Step,
    /// When.
    pub at: DateTime<Utc>,
}

/// The last warning that is due by now, of a round that has been closed and not released. The first comes thirty days
/// before, the second seven; where things are kept for a shorter time, half and a quarter of it before.
#[must_use]
pub fn warning(round: &Round, reviews: &[Review], settings: RetentionPolicy, now: DateTime<Utc>) -> Option<Warning> {
    if !matches!(round.state(), RoundState::Closed | RoundState::Counted) {
        return None;
    }
    let ended = round.record().closed_at?;
    let due = |scheduled: Scheduled| {
        let before = match scheduled.step {
            Step::DestroyAnswers => 0,
            Step::DeleteRound => 2,
            Step::ErasePeople | Step::Archive => return None,
        };
        let [first, second] = reminders(scheduled.at, ended);
        let number = match now {
            now if now >= scheduled.at => return None,
            now if now >= second => before + 2,
            now if now >= first => before + 1,
            _ => return None,
        };
        Some(Warning { number, step: scheduled.step, at: scheduled.at })
    };
    schedule(round, reviews, settings).into_iter().find_map(due)
}

/// By when a report should be released, and when the answers behind it go if it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReleaseBy {
    /// By when: the time of the next reminder, so that somebody who releases in time is never reminded; `None` when
    /// there is no reminder left before the answers go.
    pub by: Option<DateTime<Utc>>,
    /// When the answers go.
    pub answers_go: DateTime<Utc>,
}

/// By when the reports of a round that has been closed should be released; `None` when its answers have gone, or their
/// time has come.
///
/// By default that is 150 days after closing, thirty before the answers are destroyed.
#[must_use]
pub fn release_by(
    round: &Round,
    reviews: &[Review],
    settings: RetentionPolicy,
    now: DateTime<Utc>,
) -> Option<ReleaseBy> {
    let ended = round.record().closed_at?;
    let steps = schedule(round, reviews, settings);
    let answers_go = steps.iter().find(|scheduled| scheduled.step == Step::DestroyAnswers)?.at;
    let by = reminders(answers_go, ended).into_iter().find(|reminder| *reminder > now);
    (answers_go > now).then_some(ReleaseBy { by, answers_go })
}

/// When somebody is reminded of what goes at this time and has been kept since the round ended.
fn reminders(goes: DateTime<Utc>, ended: DateTime<Utc>) -> [DateTime<Utc>; 2] {
    let kept = goes - ended;
    [goes - TimeDelta::days(30).min(kept / 2), goes - TimeDelta::days(7).min(kept / 4)]
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 4] = [Self::DestroyAnswers, Self::ErasePeople, Self::Archive, Self::DeleteRound];

    /// The stable name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DestroyAnswers => "destroy_answers",
            Self::ErasePeople => "erase_people",
            Self::Archive => "archive",
            Self::DeleteRound => "delete_round",
        }
    }

    /// The action that the audit log records.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::DestroyAnswers => Action::RoundAnswersDestroyed,
            Self::ErasePeople => Action::RoundPeopleErased,
            Self::Archive => Action::RoundArchived,
            Self::DeleteRound => Action::RoundResultsDeleted,
        }
    }
}

fn days_after(at: DateTime<Utc>, days: u32) -> DateTime<Utc> {
    at.checked_add_signed(TimeDelta::days(i64::from(days))).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn years_after(at: DateTime<Utc>, years: u32) -> DateTime<Utc> {
    at.checked_add_months(Months::new(12 * years)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests;
