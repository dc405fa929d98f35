//! The quality report of a framework: one over each ten released reviews, of what their results print, and for those
//! who may read it.

use std::collections::BTreeMap;
use std::time::Duration;

use candour_tests::trust::SURNAME;
use candour_tests::{
    Answers, Caller, Outcome, RaterLink, RoundPlan, Service, StartedReview, StartedRound, TestApp, Trust, database,
    finding,
};
use serde_json::{Value, json};

/// Reviews of the first round; one more than a report needs.
const REVIEWS: usize = 11;

#[test]
fn a_framework_is_reported_on_once_ten_reviews_have_been_released() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 5).asking("staff", 6).reviews(REVIEWS))?;
    everybody_answers(&round, 1)?;
    round.close_and_count()?;
    assert_eq!(reports(&trust)?, Vec::<Value>::new(), "counted is not released");

    let (first, last) = round.reviews.split_at(9);
    let [tenth, eleventh] = last else { finding!("eleven reviews") };
    for review in first {
        trust.facilitator(&review.facilitator)?.release(&review.id)?.with(200)?;
    }
    work_is_done(&trust)?;
    let before = quality(&trust, &trust.administrator)?;
    let expected = json!({ "framework_id": trust.framework_id, "needs": { "reviews": 10 }, "reports": [] });
    assert_eq!(before, expected, "nothing tells how many there are");

    trust.facilitator(&tenth.facilitator)?.release(&tenth.id)?.with(200)?;
    let made = server.until("the quality report", Duration::from_secs(30), || {
        let reports = reports(&trust)?;
        Ok((!reports.is_empty()).then_some(reports))
    })?;
    let [report] = made.as_slice() else { finding!("one report: {made:?}") };
    let mut first_ten = first.to_vec();
    first_ten.push(tenth.clone());
    check(&trust, report, &first_ten)?;

    // The eleventh is one too few for another report, and the one that there is stays as it was.
    trust.facilitator(&eleventh.facilitator)?.release(&eleventh.id)?.with(200)?;
    work_is_done(&trust)?;
    assert_eq!(reports(&trust)?, made);
    let log = trust.administrator.list("/v1/audit-log")?;
    let told: Vec<_> = log.iter().filter(|line| line["action"] == "framework.quality_reported").collect();
    let [line] = told.as_slice() else { finding!("one line of the log: {told:?}") };
    let target = format!("framework:{}", trust.framework_id);
    assert_eq!(
        (&line["target"], &line["detail"], &line["actor"]),
        (&json!(target), &json!({ "reviews": 10 }), &json!("worker"))
    );
    who_may_read_it(&server, &trust, &round)?;

    // With nine more it is in the second batch, which has nothing of the first.
    let second = trust.open(&RoundPlan::new().asking("trustees", 5).asking("staff", 6).reviews(9))?;
    everybody_answers(&second, 2)?;
    second.close_and_count()?;
    let [others @ .., last] = second.reviews.as_slice() else { finding!("nine reviews") };
    for review in others {
        trust.facilitator(&review.facilitator)?.release(&review.id)?.with(200)?;
    }
    work_is_done(&trust)?;
    several_look_at_once(&trust, last)?;
    let both = server.until("the second quality report", Duration::from_secs(30), || {
        let reports = reports(&trust)?;
        Ok((reports.len() > 1).then_some(reports))
    })?;
    work_is_done(&trust)?;
    assert_eq!(reports(&trust)?, both, "whoever came too late made none");
    let [newest, oldest] = both.as_slice() else { finding!("two reports: {both:?}") };
    assert_eq!([oldest.clone()].as_slice(), made, "the first one stays as it was");
    let mut batch = second.reviews.clone();
    batch.push(eleventh.clone());
    check(&trust, newest, &batch)?;
    assert!(!server.log()?.contains("a job will be tried again"));
    Ok(())
}

fn who_may_read_it(server: &TestApp, trust: &Trust<'_, TestApp>, round: &StartedRound<'_, TestApp>) -> Outcome {
    let path = format!("/v1/frameworks/{}/quality", trust.framework_id);
    let integration = trust.integration(&["results:read"])?;
    assert_eq!(quality(trust, &integration)?, quality(trust, &trust.administrator)?);
    let review = round.review()?;
    trust.facilitator(&review.facilitator)?.get(&path)?.problem(403)?;
    trust.subject(&review.subject)?.get(&path)?.problem(403)?;
    trust.integration(&["rounds:read", "rounds:write", "frameworks:write", "audit:read"])?.get(&path)?.problem(403)?;
    server.anonymous()?.get(&path)?.problem(401)?;
    let other = Trust::found(server, "Birchwood Trust")?;
    other.administrator.get(&path)?.problem(404)?;
    other.integration(&["results:read"])?.get(&path)?.problem(404)?;
    assert_eq!(reports(&other)?, Vec::<Value>::new(), "its own copy of the questionnaire has none");
    trust.administrator.get("/v1/frameworks/00000000-0000-4000-8000-000000000000/quality")?.problem(404)?;

    let read = trust.administrator.get(&path)?.with(200)?;
    let tag = read.header("etag").ok_or("an ETag")?.to_owned();
    trust.administrator.send("GET", &path, &[("if-none-match", &tag)], None)?.with(304)?;
    Ok(())
}

fn quality(trust: &Trust<'_, TestApp>, caller: &Caller) -> Outcome<Value> {
    caller.get(&format!("/v1/frameworks/{}/quality", trust.framework_id))?.with(200)?.json()
}

fn reports(trust: &Trust<'_, TestApp>) -> Outcome<Vec<Value>> {
    quality(trust, &trust.administrator)?["reports"].as_array().cloned().ok_or_else(|| "reports is a list".into())
}

/// Works until no job looks for a batch any more.
fn work_is_done(trust: &Trust<'_, TestApp>) -> Outcome {
    trust.server.work_until_idle()?;
    let jobs = trust.administrator.list("/v1/jobs")?;
    if jobs.iter().any(|job| job["kind"] == "framework.quality") {
        finding!("a batch is still to be looked for: {jobs:?}");
    }
    Ok(())
}

/// Releases a review, and leaves as many jobs to look for a batch as the worker begins at a time.
fn several_look_at_once(trust: &Trust<'_, TestApp>, review: &StartedReview) -> Outcome {
    trust.facilitator(&review.facilitator)?.release(&review.id)?.with(200)?;
    let look = database::open(trust.server)?;
    let payload = json!({ "task": "report_quality", "framework": trust.framework_id });
    for at in 1..=8 {
        let (id, trust) = (format!("00000000-0000-4000-8000-00000000000{at}"), &trust.id);
        look.run(&format!(
            "INSERT INTO jobs VALUES ('{id}', '{trust}', 'framework.quality', '{payload}', NULL, 'waiting', \
             '2026-01-01 00:00:00', 0, NULL)"
        ))?;
    }
    Ok(())
}

/// What somebody thinks; not everybody can always say. Opinions in a group differ.
fn opinion(round: usize, review: usize, rater: usize, item: usize) -> Option<u8> {
    match (round + review + 2 * rater + item) % 7 {
        0 => None,
        mark => Some(u8::try_from(mark % 5 + 1).unwrap_or(1)),
    }
}

/// Everybody but the subjects answers.
fn everybody_answers(round: &StartedRound<'_, TestApp>, number: usize) -> Outcome {
    let places: BTreeMap<&str, usize> =
        round.reviews.iter().enumerate().map(|(at, review)| (review.subject.name.as_str(), at)).collect();
    let raters = round.review()?.raters.iter().skip(1).enumerate();
    round.delivered()?;
    let links = round.links()?;
    for (rater, person) in raters {
        let theirs: &[RaterLink] = links.get(&person.email).map(Vec::as_slice).unwrap_or_default();
        let mut answered = 0;
        for link in theirs {
            let survey = link.survey()?;
            if survey["state"] != "open" {
                // Of another round.
                continue;
            }
            answered += 1;
            let subject = survey["subject"]["name"].as_str().unwrap_or_default();
            let review = *places.get(subject).ok_or("a link about somebody else")?;
            let answers = Answers::to(&survey, |item| opinion(number, review, rater, item));
            link.submit(&answers)?.with(200)?;
        }
        assert_eq!(answered, round.reviews.len(), "{} has a link for each review", person.email);
    }
    Ok(())
}

/// Works figures out a second time, from what the released results print.
fn check(trust: &Trust<'_, TestApp>, report: &Value, reviews: &[StartedReview]) -> Outcome {
    let results: Vec<Value> = reviews
        .iter()
        .map(|review| trust.administrator.get(&format!("/v1/reviews/{}/results", review.id))?.with(200)?.json())
        .collect::<Outcome<_>>()?;
    let raters: u64 =
        results.iter().flat_map(|result| list(&result["blocks"])).filter_map(|block| block["responded"].as_u64()).sum();
    assert_eq!((&report["reviews"], &report["raters"]), (&json!(reviews.len()), &json!(raters)), "{report}");
    let mut figures = 0;
    for (at, competency) in list(&report["competencies"]).enumerate() {
        for (place, item) in list(&competency["items"]).enumerate() {
            let printed: Vec<&Value> =
                results.iter().map(|result| &result["competencies"][at]["items"][place]).collect();
            assert!(printed.iter().all(|printed| printed["id"] == item["id"]));
            let means: Vec<u32> = printed.iter().filter_map(|printed| tenths(&printed["all"]["mean"])).collect();
            let cells: Vec<&Value> = printed.iter().flat_map(|printed| list(&printed["cells"])).collect();
            let cells: Vec<&Value> = cells.into_iter().filter(|cell| cell["reason"] != "not_asked").collect();
            let share = |state: &str| {
                let found = cells.iter().filter(|cell| cell["state"] == state).count();
                Ok::<_, std::num::TryFromIntError>(hundredths(u32::try_from(found)?, u32::try_from(cells.len())?))
            };
            assert_eq!(item["reviews"], means.len(), "{item}");
            let enough = means.len() >= 10;
            let mean = hundredths(means.iter().sum(), 10 * u32::try_from(means.len())?);
            for (figure, expected) in
                [("mean", mean), ("suppressed", share("suppressed")?), ("low", share("low")?), ("high", share("high")?)]
            {
                assert_eq!(item[figure], json!(expected.filter(|_| enough)), "{figure} of {item}");
                figures += usize::from(enough);
            }
        }
    }
    assert!(figures > 60, "{figures} figures of {report}");
    assert!(!report.to_string().contains(SURNAME), "it is about nobody: {report}");
    Ok(())
}

/// A printed mean in tenths.
fn tenths(mean: &Value) -> Option<u32> {
    mean.as_str()?.replace('.', "").parse().ok()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A fraction with two decimals, half up; nothing of nothing.
fn hundredths(numerator: u32, denominator: u32) -> Option<String> {
    let hundredths = (200 * numerator + denominator).checked_div(2 * denominator)?;
    Some(format!("{}.{:02}", hundredths / 100, hundredths % 100))
}
