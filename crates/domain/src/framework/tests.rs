use std::collections::BTreeMap;

use super::*;
use crate::RaterGroups;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn embedded() -> Result<Framework, serde_json::Error> {
    let ids = (FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
    Ok(Framework::new(ids.0, ids.1, 1, FrameworkContent::school_trust_executive()?))
}

fn broken(change: impl FnOnce(&mut FrameworkDocument)) -> Result<Vec<String>, Box<dyn std::error::Error>> {
    let mut document = FrameworkContent::school_trust_executive()?.document().clone();
    change(&mut document);
    let errors = FrameworkContent::parse(document).err().unwrap_or_default();
    Ok(errors.into_iter().map(|error| error.pointer).collect())
}

#[test]
fn the_embedded_framework_is_complete() -> Outcome {
    let framework = embedded()?;
    assert_eq!(framework.key(), "school-trust-executive");
    let sizes: Vec<_> =
        framework.competencies().iter().map(|competency| (competency.id.as_str(), competency.items.len())).collect();
    let expected = [
        ("ethics", 4),
        ("strategy", 4),
        ("education", 4),
        ("safeguarding", 3),
        ("people", 5),
        ("resources", 4),
        ("governance", 4),
        ("civic", 4),
    ];
    assert_eq!(sizes, expected);
    for competency in framework.competencies() {
        for (at, item) in competency.items.iter().enumerate() {
            assert_eq!(item.id.as_str(), format!("{}.{}", competency.id, at + 1));
        }
    }
    let labels: Vec<_> = framework.scale().points().iter().map(|point| (point.value, point.label.as_str())).collect();
    assert_eq!(labels, [(1, "Rarely"), (2, "Occasionally"), (3, "Often"), (4, "Usually"), (5, "Consistently")]);
    assert_eq!(framework.scale().not_observed(), "Not able to say");
    let prompts: Vec<_> = framework.prompts().iter().map(|prompt| prompt.id.as_str()).collect();
    assert_eq!(prompts, ["keep", "more", "differently", "help"]);
    Ok(())
}

#[test]
fn every_embedded_statement_speaks_of_me_to_the_subject_and_of_them_to_others() -> Outcome {
    for item in embedded()?.items() {
        assert!(item.own.starts_with("I "), "{}", item.own);
        assert!(!format!(" {}", item.others).contains(" I "), "{}", item.others);
        assert!(!item.own.contains(" their own") && !item.own.contains(" theirs"), "{}", item.own);
        assert_ne!(item.own, item.others);
        assert!(item.own.ends_with('.') && item.others.ends_with('.'), "{}", item.id);
    }
    Ok(())
}

#[test]
fn the_embedded_framework_asks_each_group_what_it_can_see() -> Outcome {
    let framework = embedded()?;
    let groups = RaterGroups::standard();
    let mut asked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for group in groups.as_slice() {
        for item in framework.items().filter(|item| framework.asks(item, group)) {
            asked.entry(group.id.as_str()).or_default().push(item.id.as_str());
        }
    }
    let count = |group: &str| asked.get(group).map_or(0, Vec::len);
    let all = framework.items().count();
    assert_eq!((all, count("self"), count("chair"), count("trustees"), count("executive_team")), (32, 32, 32, 32, 32));
    assert_eq!((count("headteachers"), count("staff"), count("external")), (30, 20, 8));
    let of = |group: &str, competency: &str| {
        asked.get(group).into_iter().flatten().filter(|id| id.starts_with(competency)).copied().collect::<Vec<_>>()
    };
    assert_eq!(of("headteachers", "governance"), ["governance.3", "governance.4"]);
    assert!(
        of("staff", "resources").is_empty() && of("staff", "governance").is_empty() && of("staff", "civic").is_empty()
    );
    assert_eq!(of("external", "ethics").len() + of("external", "civic").len(), 8);
    Ok(())
}

#[test]
fn a_group_of_the_trusts_own_is_asked_everything_or_what_another_group_is() -> Outcome {
    let framework = embedded()?;
    let mut own =
        RaterGroup { id: GroupId::parse("parents")?, title: "Parents".to_owned(), named: false, asked_as: None };
    assert!(framework.items().all(|item| framework.asks(item, &own)));
    own.asked_as = Some(GroupId::parse("external")?);
    assert_eq!(framework.items().filter(|item| framework.asks(item, &own)).count(), 8);
    Ok(())
}

#[test]
fn a_checked_framework_serialises_to_the_document_it_came_from() -> Outcome {
    let written: serde_json::Value = serde_json::from_str(include_str!("school_trust_executive.json"))?;
    assert_eq!(serde_json::to_value(FrameworkContent::school_trust_executive()?)?, written);
    Ok(())
}

#[test]
fn a_broken_framework_is_reported_by_pointer() -> Outcome {
    assert_eq!(broken(|_| ())?, [""; 0]);
    assert_eq!(broken(|document| document.key = "School Trust".to_owned())?, ["/key"]);
    assert_eq!(broken(|document| document.title = "  ".to_owned())?, ["/title"]);
    assert_eq!(broken(|document| document.minutes = 0)?, ["/minutes"]);
    assert_eq!(broken(|document| document.competencies.clear())?, ["/competencies"]);
    assert_eq!(broken(|document| document.competencies[1].items.clear())?, ["/competencies/1/items"]);
    assert_eq!(broken(|document| document.competencies[2].title = "a\nb".to_owned())?, ["/competencies/2/title"]);
    assert_eq!(broken(|document| document.competencies[1].items[3].own.clear())?, ["/competencies/1/items/3/self"]);
    assert_eq!(
        broken(|document| document.competencies[1].items[3].others = "x".repeat(501))?,
        ["/competencies/1/items/3/others"]
    );
    assert_eq!(broken(|document| document.prompts[2].own.clear())?, ["/prompts/2/self"]);
    assert_eq!(broken(|document| document.prompts[0].others.clear())?, ["/prompts/0/others"]);
    Ok(())
}

#[test]
fn ids_used_twice_are_reported_where_they_are_repeated() -> Outcome {
    assert_eq!(
        broken(|document| document.competencies[1].id = document.competencies[0].id.clone())?,
        ["/competencies/1/id"]
    );
    let item = |document: &mut FrameworkDocument| {
        document.competencies[3].items[0].id = document.competencies[0].items[0].id.clone();
    };
    assert_eq!(broken(item)?, ["/competencies/3/items/0/id"]);
    assert_eq!(broken(|document| document.prompts[1].id = document.prompts[0].id.clone())?, ["/prompts/1/id"]);
    let several = |document: &mut FrameworkDocument| {
        document.title.clear();
        document.prompts[0].own.clear();
    };
    assert_eq!(broken(several)?, ["/title", "/prompts/0/self"], "all at once, not one at a time");
    Ok(())
}

#[test]
fn an_unknown_field_is_refused_rather_than_lost() -> Outcome {
    let mut document = serde_json::to_value(FrameworkContent::school_trust_executive()?)?;
    document["weights"] = serde_json::json!({});
    assert!(serde_json::from_value::<FrameworkContent>(document).is_err());
    Ok(())
}
