//! Stored results as CSV and as a table.

use std::error::Error;

use candour_analytics::ReviewResult;
use candour_domain::framework::FrameworkContent;
use candour_report::{to_csv, to_table};
use serde_json::{Value, json};

type Outcome = Result<(), Box<dyn Error>>;

const GROUPS: [(&str, &str, bool); 7] = [
    ("self", "Self", true),
    ("chair", "Chair of trustees", true),
    ("trustees", "Trustees", false),
    ("executive_team", "Executive team", false),
    ("headteachers", "Headteachers", false),
    ("staff", "Other staff", false),
    ("external", "External partners", false),
];

/// A result of the built-in framework with these blocks: id, groups and the cell that stands in every row of its
/// column.
fn document(blocks: &[(&str, &[&str], Value)]) -> Result<Value, Box<dyn Error>> {
    let framework = FrameworkContent::school_trust_executive()?;
    let title = |id: &str| GROUPS.iter().find(|(group, ..)| *group == id).map_or("Others", |(_, title, _)| title);
    let cells: Vec<Value> = blocks
        .iter()
        .map(|(id, _, cell)| {
            let mut cell = cell.clone();
            cell["block"] = json!(id);
            cell
        })
        .collect();
    let own = json!({"group": "self", "name": "Jo Bloggs", "mean": "4.5"});
    let chair = json!({"group": "chair", "name": "Sam Chair", "mean": "4.0"});
    let all = json!({"state": "published", "mean": "3.7"});
    let mut competencies = Vec::new();
    for competency in &framework.document().competencies {
        let item = |item: &candour_domain::Item| json!({"id": item.id, "text": item.others, "cells": cells, "all": all, "named": [own]});
        competencies.push(json!({
            "id": competency.id, "title": competency.title, "cells": cells, "all": all, "named": [own, chair],
            "gap": "0.8", "quadrant": "recognised_strength", "items": competency.items.iter().map(item).collect::<Vec<_>>(),
        }));
    }
    let id = |digit: u8| format!("0000000{digit}-0000-4000-8000-000000000000");
    let group = |&(id, title, named): &(&str, &str, bool)| {
        let responded = if named { json!(1) } else { Value::Null };
        json!({"id": id, "title": title, "invited": if named { 1 } else { 8 }, "responded": responded, "named": named})
    };
    let blocks: Vec<_> = blocks
        .iter()
        .map(|(id, groups, _)| json!({"id": id, "title": title(id), "groups": groups, "responded": 5}))
        .collect();
    Ok(json!({
        "review_id": id(1), "round_id": id(2), "round_title": "CEO review 2027",
        "subject": {"name": "Jo Bloggs", "role": "Chief executive"},
        "framework_id": id(3), "framework_title": "School-trust executive leader",
        "scale": framework.document().scale.points(),
        "policy": {"threshold": 4, "comment_threshold": 5, "distribution_threshold": 10, "colluding_insiders": 1},
        "groups": GROUPS.iter().map(group).collect::<Vec<_>>(), "blocks": blocks, "competencies": competencies,
        "shows_comments": true,
        "comments": [{
            "prompt": "keep", "text": "What should this leader keep doing?",
            "comments": [
                {"id": id(4), "text": "=HYPERLINK(\"http://x\")"},
                {"id": id(5), "text": "Visiting schools, often.\nAnd the \"coffee\" mornings.\n\n- really"},
                {"id": id(6), "text": null, "redacted": true},
            ],
            "named": [{"group": "chair", "name": "Sam Chair", "id": id(7), "text": "Steady.".repeat(40)}],
        }],
        "audit": null,
    }))
}

fn usual() -> Result<ReviewResult, Box<dyn Error>> {
    let published = |mean: &str| json!({"state": "published", "mean": mean});
    Ok(serde_json::from_value(document(&[
        ("trustees", &["trustees"], published("3.8")),
        ("executive_team", &["executive_team"], json!({"state": "low"})),
        ("headteachers", &["headteachers"], json!({"state": "suppressed", "reason": "too_few_answers"})),
        ("staff", &["staff"], json!({"state": "suppressed", "reason": "not_asked"})),
        ("external", &["external"], json!({"state": "high"})),
    ])?)?)
}

fn records(result: &ReviewResult) -> Result<Vec<Vec<String>>, csv::Error> {
    let text = to_csv(result);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|record| Ok(record?.iter().map(str::to_owned).collect())).collect()
}

#[test]
fn csv_has_one_row_for_each_cell_and_reads_back() -> Outcome {
    let records = records(&usual()?)?;
    assert_eq!(
        records.first().map(|header| header.join(",")).as_deref(),
        Some("level,competency_id,competency,item_id,text,column,state,value,reason,name,points")
    );
    let count = |level: &str| records.iter().filter(|record| record[0] == level).count();
    // A competency has 5 blocks, all, 2 named, gap and quadrant; an item 5 blocks, all and 1 named.
    assert_eq!((count("block"), count("competency"), count("item"), count("comment")), (5, 8 * 10, 32 * 7, 4));
    let ethics: Vec<_> = records
        .iter()
        .filter(|record| record[0] == "competency" && record[1] == "ethics")
        .map(|record| &record[5..10])
        .collect();
    assert_eq!(
        ethics,
        [
            ["trustees", "published", "3.8", "", ""],
            ["executive_team", "low", "", "", ""],
            ["headteachers", "suppressed", "", "too_few_answers", ""],
            ["staff", "suppressed", "", "not_asked", ""],
            ["external", "high", "", "", ""],
            ["all", "published", "3.7", "", ""],
            ["self", "named", "4.5", "", "Jo Bloggs"],
            ["chair", "named", "4.0", "", "Sam Chair"],
            ["gap", "published", "0.8", "", ""],
            ["quadrant", "published", "recognised_strength", "", ""],
        ]
    );
    let asked = |group: &str| {
        records
            .iter()
            .filter(|record| record[0] == "group" && record[5] == group)
            .map(|record| &record[6..8])
            .collect::<Vec<_>>()
    };
    assert_eq!(asked("chair"), [["asked", "1"], ["answered", "1"]]);
    assert_eq!(asked("trustees"), [["asked", "8"]], "how many of a group answered is said where the result says it");
    assert!(
        records.iter().any(|record| record[0] == "item"
            && record[3] == "ethics.1"
            && record[4].starts_with("Puts what is right"))
    );
    Ok(())
}

#[test]
fn csv_runs_no_formula_and_keeps_line_breaks_in_comments() -> Outcome {
    let result = usual()?;
    let comments: Vec<_> = records(&result)?.into_iter().filter(|record| record[0] == "comment").collect();
    assert_eq!(
        comments[0][3..8],
        ["keep", "What should this leader keep doing?", "all", "published", "'=HYPERLINK(\"http://x\")"]
    );
    assert_eq!(comments[1][7], "Visiting schools, often.\nAnd the \"coffee\" mornings.\n\n- really");
    assert_eq!(comments[2][5..8], ["all", "redacted", ""]);
    assert_eq!(
        (comments[3][5].as_str(), comments[3][6].as_str(), comments[3][9].as_str()),
        ("chair", "named", "Sam Chair")
    );
    assert!(to_csv(&result).lines().count() > 300 && to_csv(&result).ends_with("\r\n"));
    let mut negative = document(&[])?;
    negative["competencies"][0]["gap"] = json!("-0.4");
    assert!(
        to_csv(&serde_json::from_value(negative)?).contains(",gap,published,-0.4,"),
        "a negative gap stays a number"
    );
    Ok(())
}

#[test]
fn the_table_fits_a_page_and_shows_every_column() -> Outcome {
    let table = to_table(&usual()?);
    for line in table.lines() {
        assert!(line.chars().count() <= 100, "{} characters: {line}", line.chars().count());
        assert_eq!(line, line.trim_end());
    }
    for text in [
        "Jo Bloggs, Chief executive",
        "Trustees",
        "  5 of   8",
        "3.8",
        "low",
        "high",
        "+0.8",
        "recognised",
        "4.5",
        "[redacted]",
        "Sam Chair",
    ] {
        assert!(table.contains(text), "{text:?} is missing in\n{table}");
    }
    let ethics = table.lines().find(|line| line.starts_with("Ethical")).ok_or("no line for ethics")?;
    let words: Vec<_> = ethics.split_whitespace().rev().take(10).collect();
    assert!(table.contains("  A  Trustees") && table.contains("  E  External partners"), "{table}");
    assert_eq!(words, ["strength", "recognised", "+0.8", "4.5", "3.7", "high", "/", "-", "low", "3.8"]);
    Ok(())
}

#[test]
fn the_table_of_a_small_trust_names_the_groups_that_are_pooled() -> Outcome {
    let cell = json!({"state": "published", "mean": "4.1"});
    let result = serde_json::from_value(document(&[
        ("trustees", &["trustees"], cell.clone()),
        ("others", &["executive_team", "external"], cell),
    ])?)?;
    let table = to_table(&result);
    assert!(table.contains("Executive team, External partners together"), "{table}");
    assert!(table.contains("  Others                    5 of  16"), "{table}");
    assert!(
        table.lines().any(|line| line.starts_with("Partnership, system and civic leadership  ")),
        "one line each\n{table}"
    );
    Ok(())
}

#[test]
fn the_table_says_so_when_nothing_is_shown() -> Outcome {
    let mut empty = document(&[])?;
    empty["comments"] = json!([]);
    let table = to_table(&serde_json::from_value(empty)?);
    assert!(table.contains("Too few people answered anonymously: a figure is about at least 4."), "{table}");
    assert!(!table.contains("3.7") && !table.contains("Competency"), "{table}");
    Ok(())
}

#[test]
fn the_table_says_why_there_are_no_comments() -> Outcome {
    let cell = json!({"state": "published", "mean": "4.1"});
    let mut few = document(&[("trustees", &["trustees"], cell)])?;
    few["blocks"][0]["responded"] = json!(4);
    few["shows_comments"] = json!(false);
    few["comments"] = json!([]);
    let table = to_table(&serde_json::from_value(few)?);
    assert!(table.contains("Comments are shown once at least 5 people have answered anonymously."), "{table}");
    Ok(())
}

/// The usual result with everything that a later round, many answers and the auditor add.
fn second_round() -> Result<Value, Box<dyn Error>> {
    let mut document = serde_json::to_value(usual()?)?;
    document["previous"] = json!({"review_id": "00000009-0000-4000-8000-000000000000", "round_title": "CEO review 2025", "compared": true});
    for (at, change) in ["up", "down", "about_the_same"].into_iter().enumerate() {
        document["competencies"][at]["change"] = json!(change);
    }
    document["competencies"][0]["items"][0]["distributions"] = json!([{
        "block": "headteachers", "answers": 20, "bins": [{"from": 1, "to": 3, "count": 8}, {"from": 4, "to": 4, "count": 8}, {"from": 5, "to": 5, "count": 4}],
        "favourable": 60, "unfavourable": null,
    }]);
    document["competencies"][1]["all"] = json!({"state": "published", "mean": "3.9", "approximate": true});
    document["competencies"][1]["gap"] = json!("0.6");
    document["audit"] = json!({"level": "items", "checks": 5320, "uncertified": 0, "top_mark_inferences": 3});
    Ok(document)
}

#[test]
fn csv_has_how_answers_spread_what_has_moved_and_what_was_audited() -> Outcome {
    let records = records(&serde_json::from_value(second_round()?)?)?;
    let of = |level: &str| {
        records.iter().filter(|record| record[0] == level).map(|record| record[3..].to_vec()).collect::<Vec<_>>()
    };
    let spread = of("distribution");
    let expected = [("1 to 3", "8"), ("4", "8"), ("5", "4"), ("favourable", "60")];
    assert_eq!(spread.len(), expected.len(), "a bin straddles the line of the unfavourable");
    for (row, (points, value)) in spread.iter().zip(expected) {
        assert_eq!([&row[0], &row[2], &row[7], &row[4]], ["ethics.1", "headteachers", points, value]);
    }
    let changes: Vec<_> = of("competency")
        .into_iter()
        .filter(|row| row[2] == "change")
        .map(|row| [row[3].clone(), row[4].clone()])
        .collect();
    assert_eq!(changes, [["published", "up"], ["approximate", "down"], ["published", "about_the_same"]]);
    let about: Vec<_> =
        of("competency").into_iter().filter(|row| row[3] == "approximate").map(|row| row[2].clone()).collect();
    assert!(about.starts_with(&["all".to_owned(), "gap".to_owned()]), "{about:?}");
    assert_eq!(of("audit"), [["", "", "items", "published", "5320", "", "", ""]]);
    Ok(())
}

#[test]
fn the_table_says_what_has_moved_and_what_was_audited() -> Outcome {
    let table = to_table(&serde_json::from_value(second_round()?)?);
    let expected = "Since CEO review 2025\n  Up: Ethical and public-service leadership.\n  Down: Vision, culture and \
     strategy.\n  About the same: Quality of education and inclusion.\n";
    assert!(table.contains(expected), "{table}");
    assert!(
        table.contains(
            "Audited: 5320 times another set of answers was found of which this very report would be made.\n"
        ),
        "{table}"
    );
    let words = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("The exception: where everybody else") && words.contains("at most: 3."), "{table}");
    let mut strict = second_round()?;
    strict["audit"]["top_mark_inferences"] = json!(0);
    assert!(!to_table(&serde_json::from_value(strict)?).contains("The exception"), "a strict policy has none");
    assert!(table.contains("~3.9") && table.contains("~+0.6") && table.contains("~  about: the middle of"), "{table}");
    let mut few = second_round()?;
    few["previous"]["compared"] = json!(false);
    let table = to_table(&serde_json::from_value(few)?);
    assert!(table.contains("Not compared: only a few people joined or left"), "{table}");
    Ok(())
}

#[test]
fn the_table_says_why_nothing_is_shown() -> Outcome {
    let mut document = second_round()?;
    document["audit"]["level"] = json!("nothing");
    document["blocks"] = json!([]);
    let table = to_table(&serde_json::from_value(document)?);
    assert!(table.contains("Too few people answered anonymously: a figure is about at least 4."), "{table}");
    Ok(())
}
