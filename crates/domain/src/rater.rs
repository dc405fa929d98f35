//! Raters and the groups they belong to.

use serde::{Deserialize, Serialize};

use crate::text::{self, InvalidLine, Unseen};
use crate::{GroupId, OrganisationId, Person, RaterId, ReviewId, RoundId};

/// The group of the subject's own assessment.
pub const SELF_GROUP: &str = "self";

/// The fewest groups of a round: `self` and an anonymous one.
pub const FEWEST_GROUPS: usize = 2;

/// The most groups of a round.
pub const MOST_GROUPS: usize = 30;

/// The longest title of a group, in characters.
pub const LONGEST_GROUP_TITLE: usize = 60;

/// A person asked about one subject, in one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rater {
    /// Its id.
    pub id: RaterId,
    /// The trust.
    pub organisation_id: OrganisationId,
    /// The round.
    pub round_id: RoundId,
    /// The review they are asked for.
    pub review_id: ReviewId,
    /// Who they are.
    pub person: Person,
    /// In which capacity they answer.
    pub group: GroupId,
}

/// How somebody came to be on the list of a review. Kept for as long as they are: what is shown of an anonymous group
/// goes by those who were on it at launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// They were on the list at launch, or will be.
    AtLaunch,
    /// They were added to the open round and the facilitator has not agreed: nobody has written to them and they count
    /// nowhere.
    Waiting,
    /// They were added to the open round and the facilitator has agreed.
    Later,
}

/// A capacity in which people answer. *Named*: answers are shown as that person's, and they are told so before they
/// answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaterGroup {
    /// Its id, such as `trustees`.
    pub id: GroupId,
    /// Its heading, such as "Trustees".
    pub title: String,
    /// Whether answers are shown as that person's.
    pub named: bool,
    /// The standard group whose items this one is asked, where the trust's own group should not be asked all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_as: Option<GroupId>,
}

/// What a rater is to the report. It decides every sentence that they read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RaterKind {
    /// The person that it is about, in their own assessment.
    Subject,
    /// Somebody whose answers are shown with their name.
    Named,
    /// Somebody whose answers are shown only together with those of others.
    Anonymous,
}

/// The groups of a round, in the order in which they are shown. `self` is always there and always named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<RaterGroup>", into = "Vec<RaterGroup>")]
pub struct RaterGroups(Vec<RaterGroup>);

/// Why a list of groups cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidGroups {
    /// More than 30 groups.
    #[error("there are more than {MOST_GROUPS} rater groups; send at most {MOST_GROUPS}")]
    TooMany,
    /// Two groups with one id.
    #[error("the group \"{0}\" is listed twice; list it once")]
    Duplicate(GroupId),
    /// An empty or overlong title.
    #[error("the group \"{0}\" has no title of 1 to {LONGEST_GROUP_TITLE} characters on one line; give it one")]
    Title(GroupId),
    /// A title with a character in it that nobody sees.
    #[error("the title of the group \"{0}\" is not as it looks: {1}")]
    TitleUnseen(GroupId, Unseen),
    /// `self` missing or anonymous.
    #[error("the group \"self\" is missing or is not named; send it with \"named\": true")]
    SelfMissing,
    /// `others` and `all` head columns of the report.
    #[error("\"{0}\" heads a column of every report; give the group another id")]
    Reserved(GroupId),
    /// No anonymous group at all.
    #[error("every group is named; send at least one with \"named\": false")]
    NobodyAnonymous,
}

impl InvalidGroups {
    /// Which of the groups is wrong and which of its fields; `None` where it is the list as a whole.
    #[must_use]
    pub fn place(&self, groups: &[RaterGroup]) -> Option<(usize, &'static str)> {
        let (id, field) = match self {
            Self::Duplicate(id) | Self::Reserved(id) => (id, "id"),
            Self::Title(id) | Self::TitleUnseen(id, _) => (id, "title"),
            Self::TooMany | Self::SelfMissing | Self::NobodyAnonymous => return None,
        };
        // Of two with one id, the later one is the one too many.
        groups.iter().rposition(|group| group.id == *id).map(|at| (at, field))
    }
}

impl RaterGroups {
    /// Checks a list of groups.
    ///
    /// # Errors
    /// [`InvalidGroups`] says which rule is broken.
    pub fn new(mut groups: Vec<RaterGroup>) -> Result<Self, InvalidGroups> {
        if groups.len() > MOST_GROUPS {
            return Err(InvalidGroups::TooMany);
        }
        for (index, group) in groups.iter().enumerate() {
            if groups.iter().take(index).any(|earlier| earlier.id == group.id) {
                return Err(InvalidGroups::Duplicate(group.id.clone()));
            }
            if [crate::block::POOLED, "all"].contains(&group.id.as_str()) {
                return Err(InvalidGroups::Reserved(group.id.clone()));
            }
        }
        for group in &mut groups {
            group.title = text::one_line(&group.title, LONGEST_GROUP_TITLE).map_err(|error| match error {
                InvalidLine::Unseen(unseen) => InvalidGroups::TitleUnseen(group.id.clone(), unseen),
                InvalidLine::Empty | InvalidLine::TooLong(_) | InvalidLine::Control => {
                    InvalidGroups::Title(group.id.clone())
                }
            })?;
        }
        if !groups.iter().any(|group| group.id.as_str() == SELF_GROUP && group.named) {
            return Err(InvalidGroups::SelfMissing);
        }
        if groups.iter().all(|group| group.named) {
            return Err(InvalidGroups::NobodyAnonymous);
        }
        Ok(Self(groups))
    }

    /// Groups that were accepted once, under whatever rules held then. They are always read.
    #[must_use]
    pub fn stored(groups: Vec<RaterGroup>) -> Self {
        Self(groups)
    }

    /// The standard groups of a school trust: `self` and `chair` named, the others anonymous.
    #[must_use]
    pub fn standard() -> Self {
        let group = |id: &str, title: &str, named| {
            GroupId::parse(id).ok().map(|id| RaterGroup { id, title: title.to_owned(), named, asked_as: None })
        };
        Self(
            [
                group(SELF_GROUP, "Self", true),
                group("chair", "Chair of trustees", true),
                group("trustees", "Trustees", false),
                group("executive_team", "Executive team", false),
                group("headteachers", "Headteachers", false),
                group("staff", "Other staff", false),
                group("external", "External partners", false),
            ]
            .into_iter()
            .flatten()
            .collect(),
        )
    }

    /// The groups in order.
    #[must_use]
    pub fn as_slice(&self) -> &[RaterGroup] {
        &self.0
    }

    /// The group with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&RaterGroup> {
        self.0.iter().find(|group| group.id.as_str() == id)
    }
}

impl Asked {
    /// The stable name in storage.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtLaunch => "at_launch",
            Self::Waiting => "waiting",
            Self::Later => "later",
        }
    }

    /// Reads [`Asked::as_str`] back.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::AtLaunch, Self::Waiting, Self::Later].into_iter().find(|asked| asked.as_str() == name)
    }
}

impl RaterGroup {
    /// Whether this is the subject's own assessment.
    #[must_use]
    pub fn is_self(&self) -> bool {
        self.id.as_str() == SELF_GROUP
    }

    /// What its raters are to the report.
    #[must_use]
    pub fn kind(&self) -> RaterKind {
        match (self.is_self(), self.named) {
            (true, _) => RaterKind::Subject,
            (false, true) => RaterKind::Named,
            (false, false) => RaterKind::Anonymous,
        }
    }
}

impl TryFrom<Vec<RaterGroup>> for RaterGroups {
    type Error = InvalidGroups;

    fn try_from(groups: Vec<RaterGroup>) -> Result<Self, InvalidGroups> {
        Self::new(groups)
    }
}

impl From<RaterGroups> for Vec<RaterGroup> {
    fn from(groups: RaterGroups) -> Self {
        groups.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_groups_pass_their_own_check() {
        let groups = RaterGroups::standard();
        assert_eq!(groups.as_slice().len(), 7);
        assert_eq!(RaterGroups::new(groups.as_slice().to_vec()), Ok(groups));
    }

    #[test]
    fn the_title_of_a_group_can_be_read() {
        let titled = |title: &str| {
            let mut groups: Vec<_> = RaterGroups::standard().into();
            groups[2].title = title.to_owned();
            RaterGroups::new(groups).map(|groups| groups.as_slice()[2].title.clone())
        };
        assert_eq!(titled(" Local\u{a0}board\u{200b} "), Ok("Local board".to_owned()));
        assert!(matches!(titled("Trus\u{202e}seet"), Err(InvalidGroups::TitleUnseen(..))));
        assert!(matches!(titled("\u{200b}\u{3164}"), Err(InvalidGroups::Title(_))));
    }

    #[test]
    fn an_error_knows_the_group_and_its_field() {
        let place = |change: &dyn Fn(&mut Vec<RaterGroup>)| {
            let mut groups: Vec<_> = RaterGroups::standard().into();
            change(&mut groups);
            RaterGroups::new(groups.clone()).err().and_then(|error| error.place(&groups))
        };
        assert_eq!(place(&|groups| groups[3].title.clear()), Some((3, "title")));
        assert_eq!(place(&|groups| groups[4].id = groups[2].id.clone()), Some((4, "id")), "the later one of two");
        assert_eq!(place(&|groups| groups.truncate(1)), None, "the list as a whole");
    }

    #[test]
    fn self_is_never_anonymous_and_somebody_is() {
        let mut groups: Vec<_> = RaterGroups::standard().into();
        for group in &mut groups {
            group.named = true;
        }
        assert_eq!(RaterGroups::new(groups.clone()), Err(InvalidGroups::NobodyAnonymous));
        groups[0].named = false;
        assert_eq!(RaterGroups::new(groups), Err(InvalidGroups::SelfMissing));
    }

    #[test]
    fn a_group_says_what_its_raters_are_to_the_report() {
        let groups = RaterGroups::standard();
        let kind = |id| groups.find(id).map(RaterGroup::kind);
        assert_eq!(
            ["self", "chair", "trustees"].map(kind),
            [RaterKind::Subject, RaterKind::Named, RaterKind::Anonymous].map(Some)
        );
    }
}
