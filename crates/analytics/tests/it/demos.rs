//! Three attacks that work on usual reports. Each shows the figure that gives somebody away elsewhere, and that here
//! another set of answers, with that person's changed, releases the very same bytes.

use crate::world::{Ballot, Outcome, World};

/// The total of everybody minus the groups that are shown leaves the group that is hidden: 12 x 3.75 - 4 - 16 - 22 = 3.
#[test]
fn demo_1_the_total_minus_the_groups_shown_is_not_the_group_hidden() -> Outcome {
    let world = |trustees: &[&str], reports: &[&str]| {
        let mut world = World::new(&[1], &[trustees, &["4", "4", "4", "5", "5"], reports]);
        world.chair = Some(Ballot::new("4"));
        world.policy.distribution_threshold = Some(20);
        world
    };
    let low = world(&["4", "4", "4", "4"], &["1", "2"]).numbers()?;
    let high = world(&["2", "2", "2", "3"], &["5", "5"]).numbers()?;
    assert_eq!(low, high, "the two direct reports may have given 1 and 2, or 5 and 5");
    let blocks: Vec<_> =
        low["blocks"].as_array().into_iter().flatten().map(|block| block["responded"].as_u64()).collect();
    assert_eq!(blocks, [Some(5), Some(6)], "the hidden pair is pooled with the smallest group");
    assert_eq!(low["groups"][4]["responded"], serde_json::Value::Null);
    Ok(())
}

/// A competency over all its items minus the items that are shown leaves the item that is hidden: 4 x 3.48 - 4.00 -
/// 4.00 - 4.40 = 1.52, and so a sum of 3 for the two who answered it.
#[test]
fn demo_2_a_competency_minus_its_items_shown_is_not_the_item_hidden() -> Outcome {
    let low = World::new(&[4], &[&["4441", "4442", "444-", "445-", "445-"]]).numbers()?;
    let high = World::new(&[4], &[&["4445", "4445", "444-", "445-", "445-"]]).numbers()?;
    assert_eq!(low, high, "the two who answered the fourth item may have given 1 and 2, or 5 and 5");
    assert_eq!(low["competencies"][0]["items"][3]["cells"][0]["state"], "suppressed");
    assert_eq!(low["competencies"][0]["cells"][0]["mean"], "4.1", "the mean of 4.0, 4.0 and 4.4");
    Ok(())
}

/// With a competency as the mean of each rater's mean, 10 x 4.0 - 5 x 4.0 - 4 x 4.5 = 2 is the answer of the one who
/// skipped an item.
#[test]
fn demo_3_a_competency_is_no_mean_of_raters_means() -> Outcome {
    let low = World::new(&[2], &[&["2-", "44", "44", "55", "55"]]).numbers()?;
    let high = World::new(&[2], &[&["5-", "34", "34", "45", "55"]]).numbers()?;
    assert_eq!(low, high, "the one who skipped the second item may have given the first a 2 or a 5");
    assert_eq!(low["competencies"][0]["items"][0]["cells"][0]["mean"], "4.0");
    assert_eq!(low["competencies"][0]["items"][1]["cells"][0]["mean"], "4.5");
    assert_eq!(low["competencies"][0]["cells"][0]["mean"], "4.3", "the mean of 4.0 and 4.5");
    Ok(())
}
