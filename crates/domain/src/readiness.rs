//! What a round could publish, worked out before launch from the numbers of people asked.

mod remedy;

pub use remedy::{NotAlone, Remedy, Why};

use crate::audience::printable;
use crate::block::form_blocks;
use crate::rater::SELF_GROUP;
use crate::{AnonymityPolicy, Block, Framework, GroupId, ItemId, RaterGroups, ReviewId};

/// The readiness of one review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewReadiness {
    /// The review.
    pub review_id: ReviewId,
    /// People asked, by group in the round's order.
    pub invited: Vec<(GroupId, u32)>,
    /// What could be published if everyone answers.
    pub everyone: Outlook,
    /// What could be published if 60 % of each group answer, rounded down.
    pub sixty_percent: Outlook,
    /// The anonymous groups that would not stand alone even if everyone answers, and why.
    pub not_alone: Vec<NotAlone>,
    /// What would let them: the fewest people to add to one group.
    pub remedies: Vec<Remedy>,
    /// What stops a launch.
    pub problems: Vec<LaunchProblem>,
}

/// What could be published at some turnout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Anonymous groups with people in them that stand alone.
    pub alone: Vec<GroupId>,
    /// Groups shown together as "others".
    pub pooled: Vec<GroupId>,
    /// Groups with people asked of which nothing would be shown.
    pub nothing: Vec<GroupId>,
    /// Whether comments would be shown.
    pub comments: bool,
    /// Items of which "others" would show nothing, because the framework asks them of some of its groups only and the
    /// others are too few.
    pub asked_of_some: Vec<ItemId>,
}

/// Something that stops a launch, or that the administrator should know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LaunchProblem {
    /// Nobody but named raters is asked.
    #[error("nobody is asked anonymously yet; add raters")]
    NobodyAnonymous,
    /// Even if everyone answers, nothing can be shown.
    #[error("even if everyone answers, too few people are asked for anything to be shown; add raters")]
    NothingToShow,
    /// The subject has no self-assessment.
    #[error("the subject's own assessment is missing; add the subject as a rater in the group \"self\"")]
    SelfMissing,
}

impl LaunchProblem {
    /// The stable name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NobodyAnonymous => "nobody_anonymous",
            Self::NothingToShow => "nothing_to_show",
            Self::SelfMissing => "self_missing",
        }
    }
}

/// Works out the readiness of a review from the number of people asked in each group.
#[must_use]
pub fn review_readiness(
    review_id: ReviewId,
    (groups, framework): (&RaterGroups, &Framework),
    invited: &[(GroupId, u32)],
    policy: &AnonymityPolicy,
) -> ReviewReadiness {
    let asked = |id: &str| invited.iter().find(|(group, _)| group.as_str() == id).map_or(0, |(_, count)| *count);
    let counts: Vec<_> = groups.as_slice().iter().map(|group| (group.id.clone(), asked(group.id.as_str()))).collect();
    let anonymous: Vec<_> = groups
        .as_slice()
        .iter()
        .filter(|group| !group.named)
        .map(|group| (group.id.clone(), asked(group.id.as_str())))
        .collect();
    let outlook = |responded: &[_]| outlook(&anonymous, responded, policy, (groups, framework));
    let everyone = outlook(&anonymous);
    let sixty: Vec<_> = anonymous.iter().map(|(group, count)| (group.clone(), count * 6 / 10)).collect();
    let mut problems = Vec::new();
    if asked(SELF_GROUP) == 0 {
        problems.push(LaunchProblem::SelfMissing);
    }
    if anonymous.iter().all(|(_, count)| *count == 0) {
        problems.push(LaunchProblem::NobodyAnonymous);
    } else if everyone.alone.is_empty() && everyone.pooled.is_empty() {
        problems.push(LaunchProblem::NothingToShow);
    }
    let (not_alone, remedies) =
        (remedy::not_alone(&anonymous, policy, groups), remedy::remedies(&anonymous, policy, groups));
    ReviewReadiness {
        review_id,
        invited: counts,
        sixty_percent: outlook(&sixty),
        everyone,
        not_alone,
        remedies,
        problems,
    }
}

fn outlook(
    invited: &[(GroupId, u32)],
    responded: &[(GroupId, u32)],
    policy: &AnonymityPolicy,
    (groups, framework): (&RaterGroups, &Framework),
) -> Outlook {
    let blocks = form_blocks(responded, policy.threshold(), policy.colluding_insiders());
    let asked_of_some = blocks
        .iter()
        .filter(|block| block.groups().len() > 1)
        .flat_map(|block| asked_of_some(block, responded, policy, groups, framework));
    let asked_of_some = asked_of_some.collect();
    let (alone, pooled): (Vec<_>, Vec<_>) = blocks.iter().partition(|block| block.groups().len() == 1);
    let ids =
        |blocks: Vec<&crate::Block>| blocks.into_iter().flat_map(|block| block.groups().to_vec()).collect::<Vec<_>>();
    let (alone, pooled) = (ids(alone), ids(pooled));
    let nothing = invited
        .iter()
        .filter(|(group, count)| *count > 0 && !alone.contains(group) && !pooled.contains(group))
        .map(|(group, _)| group.clone())
        .collect();
    let comments = blocks.iter().map(crate::Block::responded).sum::<u32>() >= policy.comment_threshold();
    Outlook { alone, pooled, nothing, comments, asked_of_some }
}

/// The items of which a pool would show nothing, because of whom they are asked of.
fn asked_of_some(
    pool: &Block,
    responded: &[(GroupId, u32)],
    policy: &AnonymityPolicy,
    groups: &RaterGroups,
    framework: &Framework,
) -> Vec<ItemId> {
    let members: Vec<_> = pool.groups().iter().filter_map(|id| groups.find(id.as_str())).collect();
    let people: Vec<u32> = pool
        .groups()
        .iter()
        .map(|id| responded.iter().find(|(group, _)| group == id).map_or(0, |(_, count)| *count))
        .collect();
    let asked: Vec<Vec<bool>> =
        framework.items().map(|item| members.iter().map(|group| framework.asks(item, group)).collect()).collect();
    let shown = printable(&asked, &people, policy.threshold(), policy.colluding_insiders());
    let items = framework.items().zip(&asked).zip(shown);
    items.filter(|((_, asked), shown)| !shown && asked.contains(&true)).map(|((item, _), _)| item.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn readiness(counts: &[(&str, u32)]) -> Result<ReviewReadiness, Box<dyn std::error::Error>> {
        let invited: Vec<_> = counts
            .iter()
            .map(|(id, count)| Ok((GroupId::parse(id)?, *count)))
            .collect::<Result<_, crate::slug::InvalidSlug>>()?;
        let content = crate::framework::FrameworkContent::school_trust_executive()?;
        let ids = (crate::FrameworkId::from_random([2; 16]), crate::OrganisationId::from_random([3; 16]));
        let framework = Framework::new(ids.0, ids.1, 1, content);
        let groups = RaterGroups::standard();
        Ok(review_readiness(
            ReviewId::from_random([1; 16]),
            (&groups, &framework),
            &invited,
            &AnonymityPolicy::default(),
        ))
    }

    fn names(groups: &[GroupId]) -> Vec<&str> {
        groups.iter().map(GroupId::as_str).collect()
    }

    #[test]
    fn a_usual_trust_sees_what_stands_alone_and_what_is_pooled() -> Outcome {
        let ready = readiness(&[
            ("self", 1),
            ("chair", 1),
            ("trustees", 8),
            ("executive_team", 4),
            ("headteachers", 10),
            ("external", 3),
        ])?;
        assert_eq!(names(&ready.everyone.alone), ["trustees", "headteachers"]);
        assert_eq!(names(&ready.everyone.pooled), ["executive_team", "external"]);
        assert_eq!(ready.problems, []);
        // 60 %: 4 trustees, 2 executives, 6 heads, 1 partner; the pool of 3 takes the 4 trustees.
        assert_eq!(names(&ready.sixty_percent.alone), ["headteachers"]);
        assert_eq!(names(&ready.sixty_percent.pooled), ["trustees", "executive_team", "external"]);
        assert!(ready.sixty_percent.comments);
        Ok(())
    }

    #[test]
    fn items_that_a_pool_cannot_show_are_named_before_launch() -> Outcome {
        // Partners are not asked everything that executives are, and three of them are too few to be left out.
        let ready = readiness(&[("self", 1), ("trustees", 8), ("executive_team", 3), ("external", 3)])?;
        assert_eq!(names(&ready.everyone.pooled), ["executive_team", "external"]);
        let named: Vec<_> = ready.everyone.asked_of_some.iter().map(ItemId::as_str).collect();
        assert!(!named.is_empty() && named.len() < 32, "{named:?}");
        // Alone, each group shows what it is asked.
        let alone = readiness(&[("self", 1), ("trustees", 8), ("executive_team", 4), ("external", 4)])?;
        assert_eq!((alone.everyone.pooled, alone.everyone.asked_of_some), (vec![], vec![]));
        Ok(())
    }

    #[test]
    fn too_few_people_stop_the_launch() -> Outcome {
        assert_eq!(readiness(&[("self", 1)])?.problems, [LaunchProblem::NobodyAnonymous]);
        let few = readiness(&[("trustees", 3)])?;
        assert_eq!(few.problems, [LaunchProblem::SelfMissing, LaunchProblem::NothingToShow]);
        assert_eq!(names(&few.everyone.nothing), ["trustees"]);
        Ok(())
    }
}
