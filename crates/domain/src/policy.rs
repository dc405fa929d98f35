//! The anonymity policy of a round: the thresholds, with floors that nobody can go below, and how often people are
//! reminded.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// What `threshold` may be.
pub const THRESHOLD: RangeInclusive<u32> = 3..=CEILING;

/// What `comment_threshold` may be, as far as `threshold` is not above it.
pub const COMMENT_THRESHOLD: RangeInclusive<u32> = 5..=CEILING;

/// What `distribution_threshold` may be, as far as `threshold` is not above it.
pub const DISTRIBUTION_THRESHOLD: RangeInclusive<u32> = 10..=CEILING;

/// What `colluding_insiders` may be, as far as two others are left of `threshold` people.
pub const COLLUDING_INSIDERS: RangeInclusive<u32> = 1..=CEILING - OTHERS;

/// What `reminder_quiet_hours` may be: up to two weeks.
pub const REMINDER_QUIET_HOURS: RangeInclusive<u32> = 1..=14 * 24;

/// No threshold is above this.
const CEILING: u32 = 1000;

/// How many in a block are beside those who pool what they know.
const OTHERS: u32 = 2;

/// The thresholds of a round. Frozen at launch, shown to every rater, returned with every result.
///
/// A value of this type respects the floors below; there is no other way to make one.
///
/// ```
/// use candour_domain::policy::{AnonymityPolicy, PolicyError, PolicyRequest};
/// let policy = AnonymityPolicy::parse(PolicyRequest { threshold: Some(5), ..PolicyRequest::default() })?;
/// assert_eq!((policy.threshold(), policy.comment_threshold()), (5, 5));
/// let too_low = AnonymityPolicy::parse(PolicyRequest { threshold: Some(2), ..PolicyRequest::default() });
/// assert_eq!(too_low, Err(PolicyError::Threshold));
/// # Ok::<(), PolicyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "PolicyRequest")]
pub struct AnonymityPolicy {
    threshold: u32,
    comment_threshold: u32,
    distribution_threshold: u32,
    colluding_insiders: u32,
    strict: bool,
    reminder_quiet_hours: u32,
}

/// What a caller asks for; what is left out takes its default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRequest {
    /// Respondents a block needs; default 4, floor 3.
    pub threshold: Option<u32>,
    /// Respondents needed before any comment is shown; default 5 or the threshold if that is larger, floor 5.
    pub comment_threshold: Option<u32>,
    /// Respondents needed before a distribution is shown; default 10 or the threshold if that is larger, floor 10.
    pub distribution_threshold: Option<u32>,
    /// Raters who might pool what they know to work out a colleague's answer; default 1, floor 1.
    pub colluding_insiders: Option<u32>,
    /// Certify very high figures against insiders as well as very low ones.
    pub strict: Option<bool>,
    /// Hours after a reminder in which no other goes out, by hand or by itself; default 24, at least 1 and at most 336.
    pub reminder_quiet_hours: Option<u32>,
}

/// Which threshold breaks its floor or ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Below 3 or above 1,000.
    #[error("threshold is out of range; give 3 to 1000, or leave it out for 4")]
    Threshold,
    /// Below 5, below the threshold, or above 1,000.
    #[error("comment_threshold is out of range or below threshold; give 5 to 1000, and at least threshold")]
    CommentThreshold,
    /// Below 10, below the threshold, or above 1,000.
    #[error("distribution_threshold is out of range or below threshold; give 10 to 1000, and at least threshold")]
    DistributionThreshold,
    /// Below 1, or so many that fewer than two others would be left in a block of `threshold` people.
    #[error("colluding_insiders is out of range; give at least 1, and at most threshold - 2")]
    ColludingInsiders,
    /// No quiet time, or more than two weeks.
    #[error("reminder_quiet_hours is out of range; give 1 to 336, or leave it out for 24")]
    ReminderQuietHours,
}

impl PolicyError {
    /// The name of the field that is wrong.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Threshold => "threshold",
            Self::CommentThreshold => "comment_threshold",
            Self::DistributionThreshold => "distribution_threshold",
            Self::ColludingInsiders => "colluding_insiders",
            Self::ReminderQuietHours => "reminder_quiet_hours",
        }
    }
}

impl AnonymityPolicy {
    /// Fills in the defaults and checks the floors.
    ///
    /// # Errors
    /// [`PolicyError`] names the first threshold that is out of range.
    ///
    /// # Guarantee
    /// No policy has a threshold below 3, shows comments of fewer than 5 respondents, shows a distribution of fewer
    /// than 10, or counts on nobody talking.
    pub fn parse(request: PolicyRequest) -> Result<Self, PolicyError> {
        let threshold = request.threshold.unwrap_or(4);
        let policy = Self {
            threshold,
            comment_threshold: request.comment_threshold.unwrap_or(threshold.max(*COMMENT_THRESHOLD.start())),
            distribution_threshold: request
                .distribution_threshold
                .unwrap_or(threshold.max(*DISTRIBUTION_THRESHOLD.start())),
            colluding_insiders: request.colluding_insiders.unwrap_or(1),
            strict: request.strict.unwrap_or(false),
            reminder_quiet_hours: request.reminder_quiet_hours.unwrap_or_else(a_day),
        };
        if !THRESHOLD.contains(&policy.threshold) {
            Err(PolicyError::Threshold)
        } else if policy.comment_threshold < threshold || !COMMENT_THRESHOLD.contains(&policy.comment_threshold) {
            Err(PolicyError::CommentThreshold)
        } else if policy.distribution_threshold < threshold
            || !DISTRIBUTION_THRESHOLD.contains(&policy.distribution_threshold)
        {
            Err(PolicyError::DistributionThreshold)
        } else if policy.colluding_insiders > threshold - OTHERS
            || !COLLUDING_INSIDERS.contains(&policy.colluding_insiders)
        {
            Err(PolicyError::ColludingInsiders)
        } else if !REMINDER_QUIET_HOURS.contains(&policy.reminder_quiet_hours) {
            Err(PolicyError::ReminderQuietHours)
        } else {
            Ok(policy)
        }
    }

    /// Respondents a block needs before anything about it is shown.
    #[must_use]
    pub fn threshold(&self) -> u32 {
        self.threshold
    }

    /// Respondents, over all blocks, before any comment is shown.
    #[must_use]
    pub fn comment_threshold(&self) -> u32 {
        self.comment_threshold
    }

    /// Respondents before a distribution is shown.
    #[must_use]
    pub fn distribution_threshold(&self) -> u32 {
        self.distribution_threshold
    }

    /// Raters who might pool what they know.
    #[must_use]
    pub fn colluding_insiders(&self) -> u32 {
        self.colluding_insiders
    }

    /// Whether very high figures are certified against insiders too.
    #[must_use]
    pub fn strict(&self) -> bool {
        self.strict
    }

    /// Hours after a reminder in which no other goes out.
    #[must_use]
    pub fn reminder_quiet_hours(&self) -> u32 {
        self.reminder_quiet_hours
    }
}

/// In hours.
fn a_day() -> u32 {
    24
}

impl Default for AnonymityPolicy {
    fn default() -> Self {
        Self {
            threshold: 4,
            comment_threshold: 5,
            distribution_threshold: 10,
            colluding_insiders: 1,
            strict: false,
            reminder_quiet_hours: a_day(),
        }
    }
}

impl TryFrom<PolicyRequest> for AnonymityPolicy {
    type Error = PolicyError;

    fn try_from(request: PolicyRequest) -> Result<Self, PolicyError> {
        Self::parse(request)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_defaults_are_those_of_an_empty_request() {
        assert_eq!(AnonymityPolicy::parse(PolicyRequest::default()), Ok(AnonymityPolicy::default()));
    }

    #[test]
    fn a_quiet_time_is_between_an_hour_and_two_weeks_and_a_policy_that_was_stored_without_one_has_a_day()
    -> Result<(), serde_json::Error> {
        let quiet = |hours| {
            AnonymityPolicy::parse(PolicyRequest { reminder_quiet_hours: Some(hours), ..PolicyRequest::default() })
        };
        for hours in [1, 24, 336] {
            assert_eq!(quiet(hours).map(|policy| policy.reminder_quiet_hours()), Ok(hours));
        }
        for hours in [0, 337] {
            assert_eq!(quiet(hours), Err(PolicyError::ReminderQuietHours));
        }
        let stored = r#"{"threshold":4,"comment_threshold":5,"distribution_threshold":10,"colluding_insiders":1,"strict":false}"#;
        assert_eq!(serde_json::from_str::<AnonymityPolicy>(stored)?.reminder_quiet_hours(), 24);
        Ok(())
    }

    proptest! {
        #[test]
        fn guarantee_no_policy_goes_below_its_floors(
            threshold in proptest::option::of(0u32..1100), comment in proptest::option::of(0u32..1100),
            distribution in proptest::option::of(0u32..1100), insiders in proptest::option::of(0u32..1100),
        ) {
            let request = PolicyRequest { threshold, comment_threshold: comment, distribution_threshold: distribution,
                colluding_insiders: insiders, ..PolicyRequest::default() };
            if let Ok(policy) = AnonymityPolicy::parse(request) {
                prop_assert!(policy.threshold() >= 3);
                prop_assert!(policy.comment_threshold() >= 5.max(policy.threshold()));
                prop_assert!(policy.distribution_threshold() >= 10.max(policy.threshold()));
                prop_assert!(policy.colluding_insiders() >= 1);
                prop_assert!(policy.threshold() >= policy.colluding_insiders() + 2);
            }
        }
    }
}
