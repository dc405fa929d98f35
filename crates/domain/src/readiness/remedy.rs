//! Why a group does not stand alone, and what would change it: found by trying, with the rule that forms the blocks at
//! the count.

use crate::block::form_blocks;
use crate::{AnonymityPolicy, GroupId, RaterGroups};

/// A group that does not stand alone, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAlone {
    /// The group.
    pub group: GroupId,
    /// People asked.
    pub asked: u32,
    /// Why.
    pub why: Why,
    /// The same in words.
    pub detail: String,
}

/// Why a group does not stand alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Fewer people are asked than a column needs.
    TooFew,
    /// Enough are asked, but smaller groups could not be shown without it.
    NeededByOthers,
}

/// People to add to one group, and what that changes if everyone answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// How many more people to ask, the fewest that do it.
    pub add: u32,
    /// In which group.
    pub to: GroupId,
    /// The groups that would stand alone then and do not now.
    pub alone: Vec<GroupId>,
    /// The same in words.
    pub detail: String,
}

impl Why {
    /// The stable name in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooFew => "too_few",
            Self::NeededByOthers => "needed_by_others",
        }
    }
}

fn because(why: Why, (group, asked): (&GroupId, u32), policy: &AnonymityPolicy, groups: &RaterGroups) -> String {
    let (title, threshold) = (title(groups, group), policy.threshold());
    match why {
        Why::TooFew => format!("{title}: {asked} asked, and a column needs {threshold}"),
        Why::NeededByOthers => format!(
            "{title}: {asked} asked, enough for a column of their own, but the smaller groups are too few to be shown \
             without them, and what is left out could be worked out by subtraction"
        ),
    }
}

fn promise(add: u32, to: &GroupId, alone: &[GroupId], groups: &RaterGroups) -> String {
    let alone: Vec<&str> = alone.iter().map(|group| title(groups, group)).collect();
    let (alone, stand) = match alone.as_slice() {
        [most @ .., last] if !most.is_empty() => (format!("{} and {last}", most.join(", ")), "each stand"),
        all => (all.concat(), "stand"),
    };
    format!("with {add} more in {}, {alone} would {stand} alone if everyone answers", title(groups, to))
}

fn title<'g>(groups: &'g RaterGroups, id: &'g GroupId) -> &'g str {
    groups.find(id.as_str()).map_or(id.as_str(), |group| group.title.as_str())
}

/// The groups with people in them that do not stand alone if everyone answers.
pub(super) fn not_alone(asked: &[(GroupId, u32)], policy: &AnonymityPolicy, groups: &RaterGroups) -> Vec<NotAlone> {
    let alone = alone(asked, policy);
    let others = asked.iter().filter(|(group, count)| *count > 0 && !alone.contains(group));
    let why = |count: u32| if count < policy.threshold() { Why::TooFew } else { Why::NeededByOthers };
    let explained = |(group, count): &(GroupId, u32)| {
        let why = why(*count);
        NotAlone { group: group.clone(), asked: *count, why, detail: because(why, (group, *count), policy, groups) }
    };
    others.map(explained).collect()
}

/// For each group that does not stand alone, the smallest addition to one group that lets it, without taking a column
/// from another.
pub(super) fn remedies(asked: &[(GroupId, u32)], policy: &AnonymityPolicy, groups: &RaterGroups) -> Vec<Remedy> {
    let now = alone(asked, policy);
    let hidden = hidden(asked, policy);
    let mut found: Vec<Remedy> = Vec::new();
    for NotAlone { group, .. } in not_alone(asked, policy, groups) {
        let most = policy.threshold() + policy.colluding_insiders();
        let tried = (1..=most).flat_map(|add| asked.iter().map(move |(to, _)| (add, to)));
        let helps = tried.filter(|(_, to)| asked.iter().any(|(known, count)| known == *to && *count > 0)).find_map(
            |(add, to)| {
                let with: Vec<_> = asked
                    .iter()
                    .map(|(known, count)| (known.clone(), count + if known == to { add } else { 0 }))
                    .collect();
                let then = alone(&with, policy);
                let keeps = now.iter().all(|group| then.contains(group))
                    && self::hidden(&with, policy).iter().all(|group| hidden.contains(group));
                (keeps && then.contains(&group)).then(|| {
                    let alone: Vec<_> = then.into_iter().filter(|group| !now.contains(group)).collect();
                    Remedy { add, to: to.clone(), detail: promise(add, to, &alone, groups), alone }
                })
            },
        );
        if let Some(remedy) = helps.filter(|remedy| !found.contains(remedy)) {
            found.push(remedy);
        }
    }
    found
}

fn alone(counts: &[(GroupId, u32)], policy: &AnonymityPolicy) -> Vec<GroupId> {
    let blocks = form_blocks(counts, policy.threshold(), policy.colluding_insiders());
    blocks.iter().filter_map(|block| if let [only] = block.groups() { Some(only.clone()) } else { None }).collect()
}

/// The groups with people in them of which nothing would be shown.
fn hidden(counts: &[(GroupId, u32)], policy: &AnonymityPolicy) -> Vec<GroupId> {
    let blocks = form_blocks(counts, policy.threshold(), policy.colluding_insiders());
    let shown = |group: &GroupId| blocks.iter().any(|block| block.groups().contains(group));
    counts.iter().filter(|(group, count)| *count > 0 && !shown(group)).map(|(group, _)| group.clone()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn counts(counts: &[(&str, u32)]) -> Result<Vec<(GroupId, u32)>, crate::slug::InvalidSlug> {
        counts.iter().map(|(id, count)| Ok((GroupId::parse(id)?, *count))).collect()
    }

    #[test]
    fn six_trustees_and_three_executives_learn_what_one_more_executive_does() -> Outcome {
        let (asked, policy, groups) =
            (counts(&[("trustees", 6), ("executive_team", 3)])?, AnonymityPolicy::default(), RaterGroups::standard());
        let why = not_alone(&asked, &policy, &groups);
        let said: Vec<_> = why.iter().map(|group| (group.group.as_str(), group.why, group.detail.as_str())).collect();
        assert!(matches!(&said[0], ("trustees", Why::NeededByOthers, words) if words.contains("6 \
             asked") && words.contains("subtraction")));
        assert!(
            matches!(&said[1], ("executive_team", Why::TooFew, words) if words.contains("3 asked, and a column needs \
             4"))
        );
        let remedies = remedies(&asked, &policy, &groups);
        let [remedy] = remedies.as_slice() else { return Err(format!("{remedies:?}").into()) };
        assert_eq!((remedy.add, remedy.to.as_str()), (1, "executive_team"));
        assert_eq!(
            remedy.detail,
            "with 1 more in Executive team, Trustees and Executive team would each stand alone if everyone answers"
        );
        Ok(())
    }

    #[test]
    fn where_every_group_stands_alone_there_is_nothing_to_say() -> Outcome {
        let (asked, policy) =
            (counts(&[("trustees", 6), ("executive_team", 4), ("staff", 0)])?, AnonymityPolicy::default());
        let groups = RaterGroups::standard();
        assert_eq!((not_alone(&asked, &policy, &groups), remedies(&asked, &policy, &groups)), (vec![], vec![]));
        Ok(())
    }

    proptest! {
        #[test]
        fn guarantee_what_is_promised_comes_true_and_fewer_would_not_do(sizes in proptest::collection::vec(0u32..9, 1..6)) {
            let asked: Vec<_> =
                sizes.iter().enumerate().filter_map(|(at, &count)| Some((GroupId::parse(&format!("g{at}")).ok()?, count))).collect();
            let policy = AnonymityPolicy::default();
            let with = |to: &GroupId, add: u32| {
                asked.iter().map(|(known, count)| (known.clone(), count + if known == to { add } else { 0 })).collect::<Vec<_>>()
            };
            for remedy in remedies(&asked, &policy, &RaterGroups::standard()) {
                let then = alone(&with(&remedy.to, remedy.add), &policy);
                prop_assert!(!remedy.alone.is_empty() && remedy.alone.iter().all(|group| then.contains(group)));
                prop_assert!(alone(&asked, &policy).iter().all(|group| then.contains(group)), "nobody loses a column");
                for fewer in 1..remedy.add {
                    let then = alone(&with(&remedy.to, fewer), &policy);
                    prop_assert!(!remedy.alone.iter().all(|group| then.contains(group)), "{fewer} would do");
                }
            }
        }
    }
}
