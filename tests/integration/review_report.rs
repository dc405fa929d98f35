//! The report on a page: every figure of the stored result, each in its place, and no other.

use std::collections::BTreeSet;

use candour_tests::{Outcome, RoundPlan, TestApp, Trust, finding};
use serde_json::Value;

use crate::review_pages::{Cast, article, count, shows};

/// The text of HTML, with a blank for each mark.
fn text(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        let after = part.split_once('>').map_or(part, |(_, after)| after);
        text.push(' ');
        text.push_str(after);
    }
    let plain = [("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    let text = plain.iter().fold(text, |text, (escaped, letter)| text.replace(escaped, letter));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every number in a text, without its sign.
fn numbers(text: &str) -> BTreeSet<String> {
    let parts = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
    let parts = parts.map(|part| part.trim_matches('.')).filter(|part| !part.is_empty());
    parts.map(str::to_owned).collect()
}

/// Every number of a result document, also those within texts.
fn all_numbers(document: &Value, into: &mut BTreeSet<String>) {
    match document {
        Value::Number(number) => _ = into.insert(number.to_string()),
        Value::String(text) => into.extend(numbers(text)),
        Value::Array(all) => all.iter().for_each(|one| all_numbers(one, into)),
        Value::Object(fields) => fields.values().for_each(|one| all_numbers(one, into)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Every figure that a report prints.
fn printed(document: &Value, into: &mut BTreeSet<String>) {
    const PRINTED: [&str; 9] =
        ["invited", "responded", "mean", "gap", "count", "favourable", "unfavourable", "checks", "value"];
    match document {
        Value::Array(all) => all.iter().for_each(|one| printed(one, into)),
        Value::Object(fields) => {
            for (name, value) in fields {
                if PRINTED.contains(&name.as_str()) {
                    all_numbers(value, into);
                }
                printed(value, into);
            }
        }
        _ => {}
    }
}

/// What a cell of the document looks like in a table.
fn shown(cell: &Value) -> String {
    let mean = cell["mean"].as_str().unwrap_or_default();
    match (cell["state"].as_str(), cell["reason"].as_str()) {
        (Some("published"), _) if cell["approximate"] == true => format!("about {mean}"),
        (Some("published"), _) => mean.to_owned(),
        (Some(band @ ("low" | "high")), _) => band.to_owned(),
        (_, Some("not_asked")) => "not asked".to_owned(),
        (_, Some("asked_of_some")) => "not shown".to_owned(),
        _ => "too few".to_owned(),
    }
}

/// A row of a table as the document has it: the columns, all of them together, and then those who answer by name.
fn row(document: &Value, people: &[&str]) -> Vec<String> {
    let cells = document["cells"].as_array().into_iter().flatten().chain([&document["all"]]).map(shown);
    let named = people.iter().map(|person| {
        let means = document["named"].as_array();
        let mean = means.into_iter().flatten().find(|mean| mean["name"] == **person);
        mean.and_then(|mean| mean["mean"].as_str()).unwrap_or("no answer").to_owned()
    });
    cells.chain(named).collect()
}

/// The rows of the first table of a part of the page, without its head.
fn rows(html: &str) -> Vec<(String, Vec<String>)> {
    let body =
        html.split_once("<tbody>").and_then(|(_, rest)| rest.split_once("</tbody>")).map_or("", |(body, _)| body);
    let cells = |row: &str, end: &str| -> Vec<String> {
        let before = row.split(end).map(|part| part.rsplit_once("<t").map_or("", |(_, cell)| cell));
        let all = before.map(|cell| text(&format!("<t{cell}"))).collect::<Vec<_>>();
        all.split_last().map(|(_, all)| all.to_vec()).unwrap_or_default()
    };
    let row = |row: &str| {
        (cells(row, "</th>").join(" "), cells(row.split_once("</th>").map_or("", |(_, rest)| rest), "</td>"))
    };
    body.split("</tr>").filter(|part| part.contains("<tr")).map(row).collect()
}

#[test]
fn every_figure_of_the_result_is_in_its_place_and_no_other() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let plan = RoundPlan::new().asking("chair", 1).asking("trustees", 5).asking("headteachers", 2).asking("staff", 12);
    let round = trust.open(&plan)?;
    let cast = Cast::of(&round)?;
    count(&round)?;
    let review = round.review()?.id.clone();
    let result = round.facilitator()?.result(&review)?;
    let page = cast.chair.get(&format!("/reviews/{review}"))?.with(200)?;
    let report = article(&page)?;
    let inferences = result["audit"]["top_mark_inferences"].as_u64().ok_or("no number")?;
    assert_eq!(report.contains("There is one exception."), inferences > 0, "{inferences} {report}");

    let (mut known, mut wanted) = (BTreeSet::new(), BTreeSet::new());
    all_numbers(&result, &mut known);
    printed(&result, &mut wanted);
    let on_page = numbers(&text(&report));
    let unknown: Vec<_> = on_page.difference(&known).collect();
    assert!(unknown.is_empty(), "the result has no such figures: {unknown:?}");
    let missing: Vec<_> = wanted.difference(&on_page).collect();
    assert!(missing.is_empty(), "the page does not have these figures: {missing:?}");

    let names = ["Perpetua1 Quillfeather", "chair1 Quillfeather"];
    let competencies = result["competencies"].as_array().ok_or("no competencies")?;
    let sections: Vec<&str> = report.split("<section class=\"competency\"").skip(1).collect();
    assert_eq!(sections.len(), competencies.len());
    for (section, competency) in sections.iter().zip(competencies) {
        let items = competency["items"].as_array().ok_or("no items")?;
        let mut expected = vec![("All statements together".to_owned(), row(competency, &names))];
        expected
            .extend(items.iter().map(|item| (item["text"].as_str().unwrap_or_default().to_owned(), row(item, &names))));
        assert_eq!(rows(section), expected, "{competency}");
        if let Some(gap) = competency["gap"].as_str() {
            let about = if competency["all"]["approximate"] == true { "about " } else { "" };
            let sign = if gap.starts_with('-') || gap == "0.0" { "" } else { "+" };
            assert!(text(section).contains(&format!("Gap {about}{sign}{gap}")), "{gap}: {}", text(section));
        }
    }
    for prompt in result["comments"].as_array().ok_or("no comments")? {
        for comment in prompt["comments"].as_array().into_iter().chain(prompt["named"].as_array()).flatten() {
            let said = comment["text"].as_str().ok_or("no text")?;
            assert!(text(&report).contains(said), "{said}");
        }
    }
    shows(&page, &["How the answers are spread", "Each column of the report stands for at least 4 people"])
}

#[test]
fn a_report_of_too_few_people_says_so_and_shows_nothing() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let cast = Cast::of(&round)?;
    round.links()?;
    round.close_and_count()?;
    let page = cast.chair.get(&format!("/reviews/{}", round.review()?.id))?.with(200)?;
    shows(&page, &["Too few people answered without their names: a figure is about at least 4."])?;
    let result = round.facilitator()?.result(&round.review()?.id)?;
    let mut known = BTreeSet::new();
    all_numbers(&result, &mut known);
    let unknown: Vec<_> = numbers(&text(&article(&page)?)).difference(&known).cloned().collect();
    if unknown.is_empty() { Ok(()) } else { finding!("the result has no such figures: {unknown:?}") }
}
