//! What a facilitator decides on pages: taking a comment out and showing it again, releasing now or at a set time, and
//! taking a set time back.

use candour_tests::{Outcome, RoundPlan, TestApp, Trust};
use candour_words::uk_time::day;
use chrono::{Days, TimeDelta};
use serde_json::Value;

use crate::review_pages::{Cast, article, count, hides, shows, words};

fn first_comment(result: &Value) -> Outcome<(String, String)> {
    let comment = &result["comments"].as_array().and_then(|all| all.iter().find(|one| one["comments"][0].is_object()));
    let comment = &comment.ok_or("no comment")?["comments"][0];
    let said = |field: &str| comment[field].as_str().map(str::to_owned).ok_or("no such field");
    Ok((said("id")?, said("text")?))
}

#[test]
fn a_comment_is_taken_out_with_a_reason_and_shown_again_until_the_release() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small().asking("staff", 12))?;
    let (cast, review) = (Cast::of(&round)?, round.review()?.id.clone());
    let path = format!("/reviews/{review}");
    // Before the count there is nothing to read, and the page of the review says why.
    assert_eq!(cast.chair.get(&format!("{path}/comments"))?.with(303)?.header("location"), Some(path.as_str()));
    count(&round)?;
    let (id, said) = first_comment(&round.facilitator()?.result(&review)?)?;
    let comment = format!("{path}/comments/{id}");

    // 23 people have written one each: twenty on the first page, and the others on the second.
    let first = cast.chair.get(&format!("{path}/comments"))?.with(200)?;
    shows(&first, &["1 to 20 of 23", "Comment 1 of 23", "?page=2"])?;
    let second = cast.chair.get(&format!("{path}/comments?page=2"))?.with(200)?;
    shows(&second, &["21 to 23 of 23", "by name, from Perpetua1"])?;
    let pages = [words(&first), words(&second)].concat();
    assert_eq!((0..23).filter(|at| pages.contains(&format!("Comment number {at} on"))).count(), 23);

    let overlong = "x".repeat(501);
    for (reason, why) in [("", "Say in a few words"), (overlong.as_str(), "up to 500 characters")] {
        let refused = cast.chair.post(&comment, &[("wanted", "redact"), ("reason", reason)])?.with(422)?;
        shows(&refused, &["Error:", why, &said, &format!("value=\"{reason}\"")])?;
    }
    shows(
        &cast.chair.get(&comment)?.with(200)?,
        &[&said, "Those who run rounds can read both.", "you can show it again"],
    )?;
    for _twice in 0..2 {
        let done = cast.chair.press(&comment, &[("wanted", "redact"), ("reason", "Names a pupil")])?.with(200)?;
        shows(&done, &["The comment has been taken out.", "A comment was taken out here."])?;
    }
    for place in
        [format!("{path}/comments"), format!("{path}/comments?page=2"), format!("{path}/preview"), path.clone()]
    {
        hides(&cast.chair.get(&place)?.with(200)?, &[&said])?;
    }
    shows(&cast.chair.get(&comment)?.with(200)?, &["Shown again, it reads word for word"])?;
    let log = trust.administrator.list("/v1/audit-log")?;
    let redacted: Vec<_> = log.iter().filter(|line| line["action"] == "comment.redacted").collect();
    assert_eq!((redacted.len(), &redacted[0]["detail"]["reason"]), (1, &Value::from("Names a pupil")));
    for _twice in 0..2 {
        let done = cast.chair.press(&comment, &[("wanted", "restore")])?.with(200)?;
        shows(&done, &["The comment is shown again, word for word."])?;
    }
    shows(&cast.chair.get(&format!("{path}/preview"))?.with(200)?, &[&said])?;

    // Nobody else decides.
    for who in [&cast.vice, &cast.chief, &cast.office] {
        who.get(&comment)?.with(404)?;
        who.post(&comment, &[("wanted", "redact"), ("reason", "I do not like it")])?.with(404)?;
    }
    cast.chair.get(&format!("{path}/comments/{review}"))?.with(404)?;

    // The preview is what the person reads, without the tools.
    cast.chair.press(&comment, &[("wanted", "redact"), ("reason", "Names a pupil")])?.with(200)?;
    let preview = cast.chair.get(&format!("{path}/preview"))?.with(200)?;
    shows(&preview, &["Nobody but you and your advisers can open this now."])?;
    round.facilitator()?.release(&review)?.with(200)?;
    assert_eq!(article(&preview)?, article(&cast.chief.get(&path)?.with(200)?)?);
    for place in ["/comments", "/preview", "/release", &format!("/comments/{id}")] {
        assert_eq!(cast.chair.get(&format!("{path}{place}"))?.with(303)?.header("location"), Some(path.as_str()));
    }
    cast.chair.press(&comment, &[("wanted", "restore")])?.with(200)?;
    hides(&cast.chief.get(&path)?, &[&said])
}

#[test]
fn a_report_is_released_at_a_set_time_that_is_changed_and_taken_back_or_now() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (cast, review) = (Cast::of(&round)?, round.review()?.clone());
    let path = format!("/reviews/{}", review.id);
    count(&round)?;
    let form = format!("{path}/release");
    let page = cast.chair.get(&form)?.with(200)?;
    let told =
        ["Vice Quillfeather", "Perpetua1 Quillfeather", "Hester Quillfeather", "runs rounds of the trust", "9am"];
    shows(&page, &told)?;
    hides(&page, &["Release it all the same"])?;
    let (tag, seen) = (page.field("tag")?, page.field("seen")?);
    let soon = day(app.now()) + Days::new(3);
    let sends = |when: &str, day: &str| {
        let fields = [("tag", tag.as_str()), ("seen", &seen), ("when", when), ("day", day), ("hour", "14")];
        cast.chair.post(&form, &fields)
    };
    for (when, day, why) in [
        ("", "", "Choose whether it is released now or later."),
        ("later", "soon", "Choose a day, or type one such as"),
        ("later", "2020-01-01", "Choose a moment that is still to come"),
        ("later", "2199-01-01", "Choose a moment that is still to come"),
    ] {
        let refused = sends(when, day)?.with(422)?;
        shows(&refused, &["Error:", why, &format!("value=\"{day}\""), "value=\"14\" selected"])?;
    }

    // In another tab a comment is taken out: what is released is what has been read.
    let (id, _) = first_comment(&round.facilitator()?.result(&review.id)?)?;
    let comment = format!("{path}/comments/{id}");
    cast.chair.press(&comment, &[("wanted", "redact"), ("reason", "Names a pupil")])?.with(200)?;
    shows(&sends("now", "")?.with(422)?, &["Somebody has changed this meanwhile"])?;
    cast.chair.press(&comment, &[("wanted", "restore")])?.with(200)?;

    let set = sends("later", &soon.to_string())?.with(303)?;
    assert_eq!(set.header("location"), Some(format!("{path}?done=scheduled").as_str()));
    let words_of_day = candour_words::uk_time::uk_time(candour_words::uk_time::at_hour(soon, 14));
    let set = format!("The report will be released on {words_of_day}.");
    for who in [&cast.chair, &cast.vice] {
        shows(&who.get(&path)?, &[&set])?;
    }
    for who in [&cast.chief, &cast.office] {
        hides(&who.get(&path)?, &["will be released"])?;
    }
    // The tab that was open before knows nothing of the time.
    shows(&sends("later", &(soon + Days::new(1)).to_string())?.with(422)?, &["Somebody has changed this meanwhile"])?;

    let take_back = format!("{path}/release/take-back");
    let asks = cast.chair.get(&take_back)?.with(200)?;
    shows(&asks, &["Nobody is told.", &set])?;
    for _twice in 0..2 {
        let page = cast.chair.press(&take_back, &[("tag", &asks.field("tag")?)])?.with(200)?;
        hides(&page, &["will be released on"])?;
    }
    app.time_passes(TimeDelta::days(5))?;
    // Their sessions have ended, so everybody signs in again.
    let cast = Cast::of(&round)?;
    hides(&cast.chief.get(&path)?, &["<article"])?;
    for who in [&cast.vice, &cast.chief, &cast.office] {
        who.post(&form, &[("tag", &tag), ("seen", &seen), ("when", "now")])?.with(404)?;
        who.post(&take_back, &[("tag", &tag)])?.with(404)?;
    }
    for _twice in 0..2 {
        let reply = cast.chair.press(&form, &[("tag", &tag), ("seen", &seen), ("when", "now")])?.with(200)?;
        shows(&reply, &["The report was released on"])?;
    }
    let log = trust.administrator.list("/v1/audit-log")?;
    assert_eq!(log.iter().filter(|line| line["action"] == "review.released").count(), 1);
    shows(&cast.chief.get(&path)?, &["<article class=\"report\""])
}

#[test]
fn a_report_without_anything_from_others_is_released_only_by_somebody_who_says_so() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (cast, path) = (Cast::of(&round)?, format!("/reviews/{}", round.review()?.id));
    round.links()?;
    round.close_and_count()?;
    shows(&cast.chair.get(&format!("{path}/comments"))?.with(200)?, &["There is no comment in this report."])?;
    let form = format!("{path}/release");
    let page = cast.chair.get(&form)?.with(200)?;
    shows(
        &page,
        &[
            "Release it all the same",
            "too few people answered, nothing that they answered can be shown, or everything was taken out",
        ],
    )?;
    let (tag, seen) = (page.field("tag")?, page.field("seen")?);
    let fields = [("tag", tag.as_str()), ("seen", &seen), ("when", "now")];
    shows(&cast.chair.post(&form, &fields)?.with(422)?, &["Say that you want to release a report"])?;
    hides(&cast.office.get(&path)?, &["was released"])?;
    let fields = [fields.as_slice(), &[("sure", "yes")]].concat();
    shows(&cast.chair.press(&form, &fields)?.with(200)?, &["The report has been released."])?;
    shows(&cast.chief.get(&path)?, &["Too few people answered without their names"])
}
