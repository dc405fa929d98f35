//! Several rounds about one person: when another one may be launched, and what readers of two reports could work out.
//!
//! Two reports about one person can be subtracted: if one rater is in only one of them and the others answer alike, the
//! difference is what that rater said. So two rounds about one person are never under way at the same time, one soon
//! after another needs the facilitator's agreement, and before it starts those who decide read who has come and gone
//! since each of the earlier ones: any two reports can be subtracted, not only the last two. A person is known by their
//! mailbox. Somebody of the same name under another mailbox may be the same person or not; the facilitator is told, and
//! agrees or does not.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use crate::review::ReviewError;
use crate::{GroupId, Mailbox, PersonName, Rater, RaterGroups, Review, Round, RoundState};

/// Days after the close of a round within which another one about the same person needs the facilitator's agreement.
pub const DAYS_APART: i64 = 90;

/// Another review of the trust, with its round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierReview {
    /// The review.
    pub review: Review,
    /// Its round.
    pub round: Round,
}

/// Why a review cannot be launched, beside what its readiness says.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LaunchRefused {
    /// The facilitator has become an administrator.
    #[error(
        "the facilitator of the review of {subject} is an administrator of the trust; name another facilitator before \
         launch"
    )]
    AdministratorFacilitates {
        /// Who the review is about.
        subject: String,
    },
    /// An adviser has become an administrator.
    #[error(
        "an adviser of the review of {subject} is an administrator of the trust; ask the facilitator to take them away \
         before launch"
    )]
    AdministratorAdvises {
        /// Who the review is about.
        subject: String,
    },
    /// Another round about the same person has not come to its end.
    #[error(
        "the round \"{title}\" is about {subject} too, and is {state}; launch this one once the report of that one has \
         been released"
    )]
    UnderWay {
        /// Who both are about.
        subject: String,
        /// The other round.
        title: String,
        /// How far it is, in words.
        state: &'static str,
    },
    /// The facilitator has to agree to the list first.
    #[error(
        "{why}. The facilitator reads it with GET /v1/reviews/{{id}}/list and agrees with POST \
         /v1/reviews/{{id}}/agreement"
    )]
    AgreementNeeded {
        /// What asks for it.
        why: WhyAgree,
    },
}

/// What asks for the facilitator's agreement before a launch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyAgree {
    /// Another round about the same person has closed not long ago.
    Recent {
        /// Who both are about.
        subject: String,
        /// The other round.
        title: String,
        /// Whole days since it closed.
        days: i64,
    },
    /// Another review is about somebody of the same name, under another mailbox.
    SameName {
        /// The name.
        subject: String,
        /// The round of the other review.
        title: String,
    },
}

/// How many people came, went and stayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turnover {
    /// Asked now and not then.
    pub joined: u32,
    /// Asked then and not now.
    pub left: u32,
    /// Asked both times.
    pub stayed: u32,
}

/// Who came and went in one anonymous group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupTurnover {
    /// The group.
    pub group: GroupId,
    /// Its heading.
    pub title: String,
    /// How many.
    pub turnover: Turnover,
}

/// What has changed since an earlier round about the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinceEarlierRound {
    /// The title of that round.
    pub title: String,
    /// Whole days since it closed.
    pub days: i64,
    /// Whether a launch needs the facilitator's agreement.
    pub agreement_needed: bool,
    /// Who came and went, in each anonymous group of either round; `None` once the raters of that round are erased.
    pub groups: Option<Vec<GroupTurnover>>,
    /// What readers of both reports could work out, in whole sentences.
    pub inferences: Vec<String>,
}

impl LaunchRefused {
    /// The stable name in JSON.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::AdministratorFacilitates { .. } => "administrator_facilitates",
            Self::AdministratorAdvises { .. } => "administrator_advises",
            Self::UnderWay { .. } => "round_under_way",
            Self::AgreementNeeded { .. } => "agreement_needed",
        }
    }
}

impl std::fmt::Display for WhyAgree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Recent { subject, title, days } => write!(
                f,
                "the round \"{title}\" about {subject} closed {days} days ago; within {DAYS_APART} days another one is \
                 launched only when the facilitator has agreed to its list of raters as it is now"
            ),
            Self::SameName { subject, title } => write!(
                f,
                "the round \"{title}\" is about somebody called {subject} too, under another address; if that is the \
                 same person, readers of both \
                 reports can subtract one from the other, so this one is launched only when the facilitator has agreed \
                 to its list of raters as it is now"
            ),
        }
    }
}

impl EarlierReview {
    /// Why no other round about this person can be launched meanwhile, in words; `None` when one can.
    #[must_use]
    pub fn under_way(&self) -> Option<&'static str> {
        let released = self.review.released_at().is_some();
        match self.round.state() {
            RoundState::Open => Some("open"),
            RoundState::Closed => Some("closed and not counted yet"),
            RoundState::Counted if !released => Some("counted and not released yet"),
            RoundState::Draft
            | RoundState::Counted
            | RoundState::Released
            | RoundState::Archived
            | RoundState::Cancelled => None,
        }
    }

    /// When answering ended, if there is or will be a result of it.
    #[must_use]
    pub fn closed_at(&self) -> Option<DateTime<Utc>> {
        let record = self.round.record();
        record.closed_at.filter(|_| record.state != RoundState::Cancelled)
    }

    /// Whole days since it closed.
    #[must_use]
    pub fn days_since(&self, now: DateTime<Utc>) -> Option<i64> {
        self.closed_at().map(|closed| (now - closed).num_days())
    }

    /// Whether another round needs the facilitator's agreement, because this one closed not long ago.
    #[must_use]
    pub fn is_recent(&self, now: DateTime<Utc>) -> bool {
        self.closed_at().is_some_and(|closed| now - closed < TimeDelta::days(DAYS_APART))
    }

    /// Whether its raters were known then.
    fn had_raters(&self, at: DateTime<Utc>) -> bool {
        self.round.record().retention.people_erased_at.is_none_or(|erased| erased > at)
    }

    /// Whether it was cancelled by then.
    fn was_cancelled(&self, at: DateTime<Utc>) -> bool {
        let record = self.round.record();
        record.state == RoundState::Cancelled && record.closed_at.is_none_or(|closed| closed <= at)
    }
}

/// The rounds with which a list is compared, newest first: all that had closed by then and were not cancelled, as long
/// as their raters were known or they need the facilitator's agreement. `others` are the reviews of the same person in
/// other rounds; `at` is now for a draft and the launch for a round that has been launched, so that what was agreed to
/// stays as it was.
///
/// # Guarantee
/// No round hides another one.
#[must_use]
pub fn compared(others: &[EarlierReview], at: DateTime<Utc>) -> Vec<&EarlierReview> {
    let earlier = others.iter().filter(|other| other.closed_at().is_some_and(|closed| closed <= at));
    let mut compared: Vec<_> = earlier.filter(|other| other.had_raters(at) || other.is_recent(at)).collect();
    compared.sort_by_key(|other| std::cmp::Reverse((other.closed_at(), other.review.id)));
    compared
}

/// A name for comparing: case and spaces say nothing.
#[must_use]
pub fn name_key(name: &PersonName) -> String {
    name.as_str().chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// The reviews of somebody of the same name under another mailbox, newest round first. A review of a cancelled round
/// does not count; one whose raters are erased counts for as long as it would if it were of the same mailbox. Those of
/// rounds that were made after `at` do not count either: the facilitator of the later one reads it.
#[must_use]
pub fn namesakes<'a>(review: &Review, others: &'a [EarlierReview], at: DateTime<Utc>) -> Vec<&'a EarlierReview> {
    let name = name_key(&review.subject.person.name);
    let same_name = |other: &Review| {
        other.id != review.id && !other.is_about_the_same(review) && name_key(&other.subject.person.name) == name
    };
    let counts = |other: &EarlierReview| {
        let there = other.round.record().created_at <= at && !other.was_cancelled(at);
        there && (other.had_raters(at) || other.is_recent(at))
    };
    let mut namesakes: Vec<_> = others.iter().filter(|other| same_name(&other.review) && counts(other)).collect();
    namesakes.sort_by_key(|other| std::cmp::Reverse((other.round.record().created_at, other.review.id)));
    namesakes
}

/// Why a review of a draft cannot be launched. `others` are the reviews of the same person in other rounds and
/// `namesakes` those that [`namesakes`] gives; `agreed` says whether the facilitator has agreed to the list as it is
/// now.
#[must_use]
pub fn launch_refused(
    review: &Review,
    (others, namesakes): (&[EarlierReview], &[&EarlierReview]),
    agreed: bool,
    administrators: &BTreeSet<Mailbox>,
    now: DateTime<Utc>,
) -> Vec<LaunchRefused> {
    let subject = review.subject.person.name.to_string();
    let mut refused = Vec::new();
    match review.require_no_administrator(administrators) {
        Ok(()) => {}
        Err(ReviewError::Adviser(_)) => refused.push(LaunchRefused::AdministratorAdvises { subject: subject.clone() }),
        Err(_) => refused.push(LaunchRefused::AdministratorFacilitates { subject: subject.clone() }),
    }
    for other in others {
        if let Some(state) = other.under_way() {
            refused.push(LaunchRefused::UnderWay {
                subject: subject.clone(),
                title: other.round.record().title.clone(),
                state,
            });
        }
    }
    if !agreed {
        // The newest of them says that it is needed; all of them are in the list.
        let recent = compared(others, now).into_iter().find(|other| other.is_recent(now)).map(|other| {
            let (title, days) = (other.round.record().title.clone(), other.days_since(now).unwrap_or_default());
            WhyAgree::Recent { subject: subject.clone(), title, days }
        });
        let same_name = namesakes
            .iter()
            .map(|other| WhyAgree::SameName { subject: subject.clone(), title: other.round.record().title.clone() });
        refused.extend(recent.into_iter().chain(same_name).map(|why| LaunchRefused::AgreementNeeded { why }));
    }
    refused
}

/// Compares who was asked then with who is asked now, by mailbox. Who has answered plays no part.
#[must_use]
pub fn turnover(then: &BTreeSet<Mailbox>, now: &BTreeSet<Mailbox>) -> Turnover {
    let count = |people: usize| u32::try_from(people).unwrap_or(u32::MAX);
    let stayed = then.intersection(now).count();
    Turnover { joined: count(now.len() - stayed), left: count(then.len() - stayed), stayed: count(stayed) }
}

impl SinceEarlierRound {
    /// Says what has changed since `earlier`. `then` are the raters of that review, or `None` once they are erased;
    /// `now` and `groups` are those of the new round, in which a block has `threshold` people.
    #[must_use]
    pub fn new(
        earlier: &EarlierReview,
        then: Option<&[Rater]>,
        (now, groups): (&[Rater], &RaterGroups),
        threshold: u32,
        at: DateTime<Utc>,
    ) -> Self {
        let before = &earlier.round.record().groups;
        let compared = then.map(|then| compare((then, before), (now, groups)));
        let inferences = compared.as_ref().map(|(all, groups)| inferences(*all, groups, threshold)).unwrap_or_default();
        Self {
            title: earlier.round.record().title.clone(),
            days: earlier.days_since(at).unwrap_or_default(),
            agreement_needed: earlier.is_recent(at),
            groups: compared.map(|(_, groups)| groups),
            inferences,
        }
    }
}

/// The anonymous groups of either round one by one, and all of them together: who only moved from one to another
/// stayed.
fn compare(
    (then, before): (&[Rater], &RaterGroups),
    (now, after): (&[Rater], &RaterGroups),
) -> (Turnover, Vec<GroupTurnover>) {
    let added = before.as_slice().iter().filter(|group| after.find(group.id.as_str()).is_none());
    let groups = after.as_slice().iter().chain(added);
    let of = |people: &[Rater], groups: &RaterGroups, wanted: Option<&GroupId>| -> BTreeSet<Mailbox> {
        let anonymous = |id: &GroupId| groups.find(id.as_str()).is_some_and(|group| !group.named);
        let chosen =
            people.iter().filter(|rater| anonymous(&rater.group) && wanted.is_none_or(|wanted| *wanted == rater.group));
        chosen.map(|rater| rater.person.email.mailbox()).collect()
    };
    let each = groups.filter_map(|group| {
        let (then, now) = (of(then, before, Some(&group.id)), of(now, after, Some(&group.id)));
        let anybody = !then.is_empty() || !now.is_empty();
        anybody.then(|| GroupTurnover {
            group: group.id.clone(),
            title: group.title.clone(),
            turnover: turnover(&then, &now),
        })
    });
    let each = each.collect();
    (turnover(&of(then, before, None), &of(now, after, None)), each)
}

/// What readers of both reports could work out if everybody else answers alike: a sentence for each group in which
/// somebody came or went, unless so many did and nobody stayed, and one for all groups together where people came or
/// went in several. How many of them answered is not looked at, so `threshold` decides the wording only.
fn inferences(all: Turnover, groups: &[GroupTurnover], threshold: u32) -> Vec<String> {
    let few = |count: u32| count > 0 && count < threshold;
    // Of many who came or went, few may have answered. Only where nobody stayed is there nothing to subtract.
    let tells = |turnover: &Turnover| {
        few(turnover.joined) || few(turnover.left) || turnover.stayed > 0 && turnover.joined + turnover.left > 0
    };
    let changed = groups.iter().filter(|group| group.turnover.joined + group.turnover.left > 0).count();
    let of_groups = groups
        .iter()
        .filter(|group| tells(&group.turnover))
        .map(|group| sentence(&group.title, group.turnover, threshold));
    let of_all = (changed > 1 && tells(&all)).then(|| sentence("the anonymous groups taken together", all, threshold));
    of_groups.chain(of_all).collect()
}

fn sentence(title: &str, Turnover { joined, left, .. }: Turnover, threshold: u32) -> String {
    let gone = format!("{} left {title}", have(left));
    let come = format!("{} joined", have(joined));
    let what = match (left, joined) {
        (1, 0) | (0, 1) => "what that person said",
        (_, 0) | (0, _) => "what those people said, added up",
        _ => "by how much those who joined and those who left differ, added up",
    };
    let mut text = if joined.max(left) >= threshold {
        format!(
            "{gone} and {come}. How many of them answered is told to nobody. If few of them did, and the others answer \
             as they did, readers of both reports can work out what those few said."
        )
    } else {
        format!("{gone} and {come}. If the others answer as they did, readers of both reports can work out {what}.")
    };
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// "nobody has", "one person has", "7 people have".
fn have(people: u32) -> String {
    match people {
        0 => "nobody has".to_owned(),
        1 => "one person has".to_owned(),
        many => format!("{many} people have"),
    }
}

#[cfg(test)]
mod tests;
