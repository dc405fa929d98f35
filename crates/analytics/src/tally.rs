//! Responses to counts per group and item: the last place where a single answer is looked at.

use std::collections::HashMap;

use candour_domain::{Framework, GroupId, RaterGroup, Response};

use crate::CountError;

/// How many answers an item had, *not observed* left out, and their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) answers: u32,
    pub(crate) sum: u32,
}

/// The counts of every group and item. Items are numbered as the framework lists them.
#[derive(Debug)]
pub(crate) struct Tally<'a> {
    places: HashMap<&'a str, usize>,
    scale: std::ops::RangeInclusive<u8>,
    groups: Vec<GroupTally<'a>>,
}

#[derive(Debug)]
struct GroupTally<'a> {
    group: &'a RaterGroup,
    asked: Vec<bool>,
    responded: u32,
    counts: Vec<Count>,
}

impl<'a> Tally<'a> {
    /// An empty tally of these groups.
    pub(crate) fn new(framework: &'a Framework, groups: impl IntoIterator<Item = &'a RaterGroup>) -> Self {
        let places: HashMap<_, _> = framework.items().enumerate().map(|(place, item)| (item.id.as_str(), place)).collect();
        let groups = groups
            .into_iter()
            .map(|group| GroupTally {
                group,
                asked: framework.items().map(|item| framework.asks(item, group)).collect(),
                responded: 0,
                counts: vec![Count::default(); places.len()],
            })
            .collect();
        Self { places, scale: framework.scale().lowest()..=framework.scale().highest(), groups }
    }

    /// Counts a response.
    ///
    /// # Errors
    /// [`CountError::UnknownGroup`], and [`CountError::ForeignAnswer`] for an answer that does not fit the framework.
    pub(crate) fn add(&mut self, group: &GroupId, response: &Response) -> Result<(), CountError> {
        let tally = self.groups.iter_mut().find(|tally| tally.group.id == *group).ok_or_else(|| CountError::UnknownGroup(group.clone()))?;
        tally.responded += 1;
        for (item, rating) in response.ratings() {
            let place = self.places.get(item.as_str()).copied().ok_or(CountError::ForeignAnswer)?;
            let count = tally.counts.get_mut(place).ok_or(CountError::ForeignAnswer)?;
            if tally.asked.get(place) != Some(&true) {
                return Err(CountError::ForeignAnswer);
            }
            if let Some(rating) = rating {
                if !self.scale.contains(&rating.value()) {
                    return Err(CountError::ForeignAnswer);
                }
                count.answers += 1;
                count.sum += u32::from(rating.value());
            }
        }
        Ok(())
    }

    /// How many people responded, by group in the order given.
    pub(crate) fn responded(&self) -> Vec<(GroupId, u32)> {
        self.groups.iter().map(|tally| (tally.group.id.clone(), tally.responded)).collect()
    }

    /// The count of an item over some groups together; `None` if it is asked of none of them.
    pub(crate) fn count(&self, groups: &[GroupId], place: usize) -> Option<Count> {
        let asked = self.groups.iter().filter(|tally| groups.contains(&tally.group.id) && tally.asked.get(place) == Some(&true));
        let mut counts = asked.filter_map(|tally| tally.counts.get(place)).copied();
        let first = counts.next()?;
        Some(counts.fold(first, |sum, next| Count { answers: sum.answers + next.answers, sum: sum.sum + next.sum }))
    }
}
