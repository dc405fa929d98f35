//! Responses to counts per group and item: the last place where a single answer is looked at.

use candour_domain::{Framework, GroupId, ItemId, RaterGroup, Response};

use crate::CountError;
use crate::cube::{CountCube, CubeError, Shape};

/// So many that the sum of an item's marks, each below 256, fits in 32 bits.
const MOST_RESPONSES: u32 = u32::MAX / 255;

/// The counts of every group and item. Items are numbered as the framework lists them.
#[derive(Debug)]
pub(crate) struct Tally<'a> {
    /// Every item with its place, sorted by id as the answers of a response are.
    places: Vec<(&'a ItemId, u16)>,
    lowest: u8,
    /// How many responses have been counted in all groups.
    responses: u32,
    groups: Vec<GroupTally<'a>>,
    /// One subject; groups and items by their place; values from the lowest point of the scale.
    cube: CountCube,
}

#[derive(Debug)]
struct GroupTally<'a> {
    group: &'a RaterGroup,
    asked: Vec<bool>,
    responded: u32,
}

impl<'a> Tally<'a> {
    /// An empty tally of these groups.
    ///
    /// # Errors
    /// [`CountError::TooLarge`], which no framework and no round that has been parsed comes near.
    pub(crate) fn new(
        framework: &'a Framework,
        groups: impl IntoIterator<Item = &'a RaterGroup>,
    ) -> Result<Self, CountError> {
        let asked = |group| framework.items().map(|item| framework.asks(item, group)).collect();
        let groups: Vec<_> =
            groups.into_iter().map(|group| GroupTally { group, asked: asked(group), responded: 0 }).collect();
        let mut places: Vec<_> = framework.items().map(|item| &item.id).zip(0..).collect();
        let shape = Shape {
            subjects: 1,
            groups: u8::try_from(groups.len()).ok().ok_or(CountError::TooLarge)?,
            items: u16::try_from(framework.items().count()).ok().ok_or(CountError::TooLarge)?,
            values: u8::try_from(framework.scale().points().len()).ok().ok_or(CountError::TooLarge)?,
        };
        places.sort_unstable();
        let cube = CountCube::new(shape).ok().ok_or(CountError::TooLarge)?;
        Ok(Self { places, lowest: framework.scale().lowest(), responses: 0, groups, cube })
    }

    /// Counts a response.
    ///
    /// # Errors
    /// [`CountError::UnknownGroup`]; [`CountError::ForeignAnswer`] for an answer that does not fit the framework; and
    /// [`CountError::TooLarge`] beyond sixteen million responses or four thousand million answers.
    pub(crate) fn add(&mut self, group: &GroupId, response: &Response) -> Result<(), CountError> {
        let found = (0..).zip(&mut self.groups).find(|(_, tally)| tally.group.id == *group);
        let (number, tally) = found.ok_or_else(|| CountError::UnknownGroup(group.clone()))?;
        if self.responses >= MOST_RESPONSES {
            return Err(CountError::TooLarge);
        }
        self.responses += 1;
        tally.responded += 1;
        // Answers and places are in the same order, so that one walk along both finds every place.
        let mut places = self.places.iter();
        for (item, rating) in response.ratings() {
            let (_, place) =
                places.find(|(id, _)| *id >= item).filter(|(id, _)| *id == item).ok_or(CountError::ForeignAnswer)?;
            if tally.asked.get(usize::from(*place)) != Some(&true) {
                return Err(CountError::ForeignAnswer);
            }
            if let Some(rating) = rating {
                let code = rating.value().checked_sub(self.lowest).ok_or(CountError::ForeignAnswer)?;
                self.cube.add(0, number, *place, code).map_err(|error| match error {
                    CubeError::TooManyAnswers => CountError::TooLarge,
                    _ => CountError::ForeignAnswer,
                })?;
            }
        }
        Ok(())
    }

    /// How many people responded, by group in the order given.
    pub(crate) fn responded(&self) -> Vec<(GroupId, u32)> {
        self.groups.iter().map(|tally| (tally.group.id.clone(), tally.responded)).collect()
    }

    /// Whether the item at this place is asked of the group.
    pub(crate) fn is_asked(&self, group: &GroupId, place: usize) -> bool {
        self.group(group).is_some_and(|(_, tally)| tally.asked.get(place) == Some(&true))
    }

    /// How often each point of the scale was given to the item by a group, the lowest point first; `None` where it is
    /// not asked of them.
    pub(crate) fn values(&self, group: &GroupId, place: usize) -> Option<&[u32]> {
        let (number, tally) = self.group(group)?;
        let asked = tally.asked.get(place) == Some(&true);
        if asked { self.cube.cell(0, number, u16::try_from(place).ok()?) } else { None }
    }

    fn group(&self, id: &GroupId) -> Option<(u8, &GroupTally<'a>)> {
        (0..).zip(&self.groups).find(|(_, tally)| tally.group.id == *id)
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::framework::{FrameworkContent, FrameworkDocument};
    use candour_domain::response::ResponseInput;
    use candour_domain::{FrameworkId, OrganisationId};
    use serde_json::json;

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// Four items on a scale from 3 to 6; the third is asked of `pupils` only and the fourth of `staff` only.
    fn framework([first, second, third, fourth]: &[&str; 4]) -> Result<Framework, Box<dyn std::error::Error>> {
        let item =
            |id: &str, asks: &[&str]| json!({"id": id, "self": "I explain.", "others": "Explains.", "asks": asks});
        let points: Vec<_> = (3..=6).map(|value| json!({"value": value, "label": format!("Point {value}")})).collect();
        let document: FrameworkDocument = serde_json::from_value(json!({
            "key": "sample", "title": "Sample", "minutes": 5, "scale": {"points": points, "not_observed": "Not able to say"},
            "competencies": [
                {"id": "z", "title": "Z", "items": [item(first, &[]), item(second, &[])]},
                {"id": "y", "title": "Y", "items": [item(third, &["pupils"]), item(fourth, &["staff"])]},
            ],
            "prompts": [],
        }))?;
        let content = FrameworkContent::parse(document).map_err(|errors| format!("{errors:?}"))?;
        Ok(Framework::new(FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]), 1, content))
    }

    fn group(id: &str) -> Result<RaterGroup, candour_domain::slug::InvalidSlug> {
        Ok(RaterGroup { id: GroupId::parse(id)?, title: id.to_owned(), named: false, asked_as: None })
    }

    #[test]
    fn values_are_counted_by_group_and_in_the_order_of_the_framework() -> Outcome {
        // Their ids do not sort as they are listed.
        let framework = framework(&["z.2", "a.1", "m.10", "b.1"])?;
        let (staff, pupils, others) = (group("staff")?, group("pupils")?, group("others_of_ours")?);
        let mut tally = Tally::new(&framework, [&staff, &pupils, &others])?;
        let given = [
            (&staff, json!({"z.2": 3, "a.1": 6, "b.1": 4})),
            (&staff, json!({"z.2": 5, "a.1": null})),
            (&pupils, json!({"z.2": 5, "m.10": 3})),
            (&others, json!({"b.1": 6, "m.10": 5})),
        ];
        for (group, ratings) in &given {
            let input: ResponseInput = serde_json::from_value(json!({"ratings": ratings}))?;
            tally
                .add(&group.id, &Response::parse(&input, &framework, group).map_err(|errors| format!("{errors:?}"))?)?;
        }
        let responded: Vec<_> = tally.responded().into_iter().map(|(_, count)| count).collect();
        assert_eq!(responded, [2, 1, 1]);
        assert_eq!(tally.values(&staff.id, 0), Some(&[1, 0, 1, 0][..]));
        assert_eq!(tally.values(&staff.id, 1), Some(&[0, 0, 0, 1][..]));
        assert_eq!(tally.values(&staff.id, 2), None, "asked of pupils only");
        assert_eq!(tally.values(&pupils.id, 1), Some(&[0, 0, 0, 0][..]), "asked, and nobody answered");
        assert_eq!(tally.values(&group("parents")?.id, 0), None);
        assert_eq!(tally.values(&staff.id, 4), None, "there are four items");
        let asked = |group: &RaterGroup| (0..5).map(|place| tally.is_asked(&group.id, place)).collect::<Vec<_>>();
        assert_eq!(asked(&staff), [true, true, false, true, false]);
        assert_eq!(asked(&group("parents")?), [false; 5]);
        Ok(())
    }

    #[test]
    fn an_item_of_another_framework_is_refused_wherever_its_id_would_sort() -> Outcome {
        let (framework, staff) = (framework(&["z.2", "a.1", "m.10", "b.1"])?, group("staff")?);
        for foreign in ["a.0", "a.2", "b.10", "m.1", "z.3"] {
            let input: ResponseInput = serde_json::from_value(json!({"ratings": {foreign: 4}}))?;
            let theirs = self::framework(&[foreign, "y.1", "y.2", "y.3"])?;
            let response = Response::parse(&input, &theirs, &staff).map_err(|errors| format!("{errors:?}"))?;
            let mut tally = Tally::new(&framework, [&staff])?;
            assert_eq!(tally.add(&staff.id, &response), Err(CountError::ForeignAnswer), "{foreign}");
        }
        Ok(())
    }
}
