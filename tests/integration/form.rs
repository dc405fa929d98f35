//! A rater who answers by the pages' forms alone, without a script and without a browser.

use candour_tests::answers::{competencies, prompts};
use candour_tests::{Answers, Outcome, RaterLink, finding};
use serde_json::Value;

/// Walks the pages: the promise, one competency after the other, the comments, the check, and sends.
pub(crate) fn answer_by_pages(link: &RaterLink, survey: &Value, answers: &Answers) -> Outcome {
    let promise = link.page("")?.with(200)?;
    if !promise.header("cache-control").is_some_and(|value| value.contains("no-store")) {
        finding!("a rater's page is kept by nobody: {:?}", promise.header("cache-control"));
    }
    let pages = competencies(survey);
    for (at, (id, items)) in pages.iter().enumerate() {
        let page = format!("/page/{}", at + 1);
        let shown = link.page(&page)?.with(200)?.text();
        for item in items {
            if !shown.contains(&format!("rating.{item}")) {
                finding!("page {} is about {id} and has no field for {item}", at + 1);
            }
        }
        let fields: Vec<(String, String)> = items
            .iter()
            .map(|item| {
                let rating = answers.ratings.get(item).copied().flatten();
                (
                    format!("rating.{item}"),
                    rating.map_or_else(|| not_able_to_say(&shown, item), |rating| rating.to_string()),
                )
            })
            .collect();
        next(link, &page, &fields)?;
    }
    let page = format!("/page/{}", pages.len() + 1);
    let written = prompts(survey).into_iter().map(|prompt| {
        let text = answers.comments.get(&prompt).cloned().unwrap_or_default();
        (format!("comment.{prompt}"), text)
    });
    next(link, &page, &written.collect::<Vec<_>>())?;
    let check = link.page("/check")?.with(200)?.text();
    if answers.comments.values().any(|text| !check.contains(text.as_str())) {
        finding!("the page before sending shows what was written");
    }
    let sent = link.send_page()?;
    if !matches!(sent.status, 200 | 303) {
        finding!("sending: {sent}");
    }
    let again = link.send_page()?;
    if again.status != sent.status {
        finding!("sending twice is answered alike: {sent} and then {again}");
    }
    Ok(())
}

/// Sends the form of a page with the button that goes on.
pub(crate) fn next(link: &RaterLink, page: &str, fields: &[(String, String)]) -> Outcome {
    let mut fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.push(("action", "next"));
    let reply = link.press(page, page, &fields)?;
    if reply.status == 303 { Ok(()) } else { finding!("a page that was filled in leads on with 303: {reply}") }
}

/// The value of the choice *not able to say*: the only one of the item that is no number.
fn not_able_to_say(page: &str, item: &str) -> String {
    page.split('<')
        .filter(|tag| tag.starts_with("input") && tag.contains(&format!("name=\"rating.{item}\"")))
        .filter_map(|tag| {
            tag.split_once("value=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.to_owned())
        })
        .find(|value| value.parse::<u8>().is_err())
        .unwrap_or_default()
}
