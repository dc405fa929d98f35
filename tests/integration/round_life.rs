//! A round from its first line to the report, by hand over HTTP.

use std::collections::{BTreeMap, BTreeSet};

use candour_tests::answers::{competencies, items, prompts};
use candour_tests::{
    Answers, Integration, Outcome, Person, Reply, RoundPlan, Service, StartedRound, TestApp, Trust, assert_document,
    database,
};
use serde_json::{Value, json};

use crate::expected;

const GROUPS: [&str; 5] = ["trustees", "executive_team", "headteachers", "staff", "external"];

#[test]
fn a_list_with_two_bad_rows_is_kept_in_part_or_not_at_all() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let raters = format!("/v1/reviews/{}/raters", round.review()?.id);
    let list = "\u{feff}name;email;group\r\n\"Quillfeather; Ada\";ada@ashgrove.example.org;trustees\r\n\
        Bert Quillfeather;bert-at-ashgrove;trustees\r\nCleo Quillfeather;cleo@ashgrove.example.org;governors\r\n\
        Dora Quillfeather;dora@ashgrove.example.org;staff\r\n";

    let refused = trust.administrator.post_csv(&format!("{raters}?mode=all"), list)?.problem(422)?;
    let wrong: Vec<(u64, &str)> = refused["errors"].as_array().into_iter().flatten().map(place).collect();
    assert_eq!(wrong, [(3, "email"), (4, "group")], "{refused}");
    for error in refused["errors"].as_array().into_iter().flatten() {
        assert!(error.get("pointer").is_none(), "there is no JSON to point into: {error}");
        assert!(error["detail"].as_str().is_some_and(|text| !text.is_empty()), "{error}");
    }
    let headless = trust.administrator.post_csv(&raters, "name,email\nAda,ada@ashgrove.example.org\n")?.problem(422)?;
    assert!(headless["errors"][0].get("pointer").is_none(), "{headless}");
    assert_eq!(
        trust.administrator.raters(&round.review()?.id)?.len(),
        1,
        "only the subject: nothing of the list was kept"
    );

    let kept = trust.administrator.post_csv(&format!("{raters}?mode=partial"), list)?.with(201)?.json()?;
    assert_eq!(kept["added"], 2, "{kept}");
    let wrong: Vec<(u64, &str)> = kept["errors"].as_array().into_iter().flatten().map(place).collect();
    assert_eq!(wrong, [(3, "email"), (4, "group")], "{kept}");
    let names: Vec<String> =
        trust.administrator.raters(&round.review()?.id)?.iter().map(|rater| rater["name"].to_string()).collect();
    assert!(names.contains(&"\"Quillfeather; Ada\"".to_owned()), "a quoted separator belongs to the name: {names:?}");

    let twice = trust
        .administrator
        .post_csv(&format!("{raters}?mode=all"), list.split_inclusive('\n').take(2).collect::<String>().as_str())?;
    assert_eq!(twice.problem(422)?["errors"][0]["field"], "email", "an address that is already there");
    let subject = json!([{ "name": "P", "email": round.review()?.subject.email, "group": "staff" }]);
    let refused = trust.administrator.post(&raters, &subject)?.problem(422)?;
    assert_eq!(
        (&refused["errors"][0]["field"], &refused["errors"][0]["pointer"]),
        (&json!("email"), &json!("/0/email")),
        "the subject as a rater"
    );
    Ok(())
}

fn place(error: &Value) -> (u64, &str) {
    (error["row"].as_u64().unwrap_or_default(), error["field"].as_str().unwrap_or_default())
}

#[test]
fn readiness_says_what_could_be_shown_before_anything_is_sent() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let thin = trust.draft(&RoundPlan::new().asking("trustees", 3))?;
    let ready = trust.administrator.get(&format!("/v1/rounds/{}/readiness", thin.id))?.with(200)?.text();
    assert!(ready.contains("nothing_to_show"), "{ready}");
    trust.administrator.post(&format!("/v1/rounds/{}/launch", thin.id), &json!({}))?.problem(409)?;
    assert!(server.mailbox().read()?.is_empty(), "a round that is not ready sends nothing");

    let round =
        trust.draft(&RoundPlan::new().asking("trustees", 7).asking("executive_team", 4).asking("headteachers", 10))?;
    let ready = trust.administrator.get(&format!("/v1/rounds/{}/readiness", round.id))?.with(200)?.json()?;
    // If 60 % answer: 4 trustees, 2 executives, 6 heads; the pool of 2 takes the 4 trustees.
    assert_document!(ready, @r#"
    {
      "ready": true,
      "reviews": [
        {
          "review_id": "[id]",
          "invited": [
            {
              "group": "self",
              "invited": 1
            },
            {
              "group": "chair",
              "invited": 0
            },
            {
              "group": "trustees",
              "invited": 7
            },
            {
              "group": "executive_team",
              "invited": 4
            },
            {
              "group": "headteachers",
              "invited": 10
            },
            {
              "group": "staff",
              "invited": 0
            },
            {
              "group": "external",
              "invited": 0
            }
          ],
          "everyone": {
            "alone": [
              "trustees",
              "executive_team",
              "headteachers"
            ],
            "pooled": [],
            "nothing": [],
            "comments": true,
            "asked_of_some": []
          },
          "sixty_percent": {
            "alone": [
              "headteachers"
            ],
            "pooled": [
              "trustees",
              "executive_team"
            ],
            "nothing": [],
            "comments": true,
            "asked_of_some": []
          },
          "not_alone": [],
          "remedies": [],
          "problems": [],
          "since_earlier_rounds": []
        }
      ],
      "warnings": []
    }
    "#);
    Ok(())
}

#[test]
fn a_round_from_launch_to_the_report() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    // 5 trustees and 4 heads stand alone; 2 executives and 3 partners are pooled; staff are asked and nobody answers.
    let plan =
        RoundPlan::new().asking("chair", 1).asking("trustees", 5).asking("executive_team", 2).asking("headteachers", 4);
    let round = trust.open(&plan.asking("staff", 2).asking("external", 3))?;
    let integration = trust.integration(&["results:read", "rounds:read"])?;
    let results = format!("/v1/reviews/{}/results", round.review()?.id);

    let given = answer(&round, &server)?;
    integration.get(&results)?.problem(404)?;
    round.facilitator()?.get(&results)?.problem(404)?;

    round.close_and_count()?;
    let facilitator = round.facilitator()?;
    let result = facilitator.result(&round.review()?.id)?;
    let framework = trust.administrator.get(&format!("/v1/frameworks/{}", trust.framework_id))?.with(200)?.json()?;
    check_numbers(&framework, &result, &given)?;
    let subject = trust.subject(&round.review()?.subject)?;
    for waiting in [&integration.0, &trust.administrator.0, &subject.0] {
        waiting.get(&results)?.problem(404)?;
        waiting.get(&format!("{results}.csv"))?.problem(404)?;
    }

    let comments = comments(&result);
    assert_eq!(comments.len(), 4, "{result}");
    let offending =
        comments.iter().find(|(_, text)| text.contains("Marmaduke")).ok_or("the comment is not there")?.0.clone();
    facilitator.redact(&round.review()?.id, &offending, "names a colleague")?.succeeded()?;
    facilitator.release(&round.review()?.id)?.with(200)?;
    round.reaches("released")?;

    let released = integration.get(&results)?.with(200)?.json()?;
    check_numbers(&framework, &released, &given)?;
    assert!(!released.to_string().contains("Marmaduke"), "a redacted comment leaves no word behind: {released}");
    assert_eq!(comments_with_text(&released), 3, "{released}");
    assert_eq!(subject.get(&results)?.with(200)?.json()?, released, "everybody reads the same result");
    assert_eq!(trust.administrator.get(&results)?.with(200)?.json()?, released, "everybody reads the same result");
    check_csv(&integration, &results, &released)?;
    let late = facilitator.redact(&round.review()?.id, &comments[0].0, "too late")?;
    late.problem(409)?;
    told_of_the_release(&round, &server)
}

/// Everybody but the staff answers: the first trustee through the pages, the others through the API, each in their own
/// way.
fn answer(round: &StartedRound<'_, TestApp>, server: &TestApp) -> Outcome<Vec<(Person, Answers)>> {
    let mut given = Vec::new();
    for (at, (person, link)) in round.link_of_each()?.into_iter().enumerate() {
        let survey = link.survey()?;
        assert_eq!(survey["group"], person.group.as_str());
        assert_eq!(survey["named"], ["self", "chair"].contains(&person.group.as_str()));
        assert_eq!(survey["state"], "open");
        if person.group == "staff" {
            continue;
        }
        let mut answers = Answers::to(&survey, |item| match (person.group.as_str(), item) {
            ("trustees", 0) => Some(1),
            ("trustees", 1) => Some(5),
            ("headteachers", 2) if at % 2 == 0 => None,
            ("trustees", 6) if at == 3 => None,
            _ => Some(u8::try_from((7 * at + 3 * item + at * item) % 4 + 2).unwrap_or(3)),
        });
        match at {
            2 => {
                answers =
                    answers.saying("keep", "Visiting every school.").saying("different", "Listen to Marmaduke more.");
            }
            5 => answers = answers.saying("keep", "The weekly letter, \"as it is\";\r\nplease."),
            9 => answers = answers.saying("more", "=SUM(A1) is not a formula to anyone."),
            _ => {}
        }
        let known = prompts(&survey);
        answers.comments =
            answers.comments.into_iter().map(|(prompt, text)| (actual_prompt(&prompt, &known), text)).collect();
        if at == 2 {
            crate::form::answer_by_pages(&link, &survey, &answers)?;
        } else {
            let first = link.submit(&answers)?.with(200)?;
            assert_eq!(first.json()?["state"], "received");
            let again = link.submit(&answers)?.with(200)?;
            assert_eq!(again.body, first.body, "a repeated submission gets the same answer");
        }
        given.push((person, answers));
    }
    let ballots = database::number(&database::open(server)?, "SELECT COUNT(*) FROM ballots")?;
    assert_eq!(usize::try_from(ballots)?, given.len(), "one ballot each, however often it was sent");
    Ok(given)
}

/// The framework names its prompts; the story only needs four different ones.
fn actual_prompt(wanted: &str, known: &[String]) -> String {
    let place = ["keep", "more", "different", "help"].iter().position(|&name| name == wanted).unwrap_or_default();
    known.iter().find(|prompt| *prompt == wanted).or_else(|| known.get(place)).cloned().unwrap_or_default()
}

fn check_numbers(framework: &Value, result: &Value, given: &[(Person, Answers)]) -> Outcome {
    let blocks = expected::blocks(given, &GROUPS, 4);
    let said: Vec<_> = result["blocks"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|block| (&block["id"], &block["groups"], &block["responded"]))
        .collect();
    // Which of the pooled groups answered is not said: nobody of the staff did, and they are listed all the same.
    let listed = |block: &expected::Block| {
        if block.id == "others" { json!(["executive_team", "staff", "external"]) } else { json!(block.groups) }
    };
    let wanted: Vec<_> = blocks.iter().map(|block| (json!(block.id), listed(block), json!(block.responded))).collect();
    assert_eq!(said, wanted.iter().map(|(id, groups, n)| (id, groups, n)).collect::<Vec<_>>());
    assert!(
        result["subject"]["name"].is_string() && result["subject"]["email"].is_null(),
        "a result shows a name and no address"
    );
    let responded: BTreeMap<_, _> =
        expected::by_id(&result["groups"], "id").into_iter().map(|(id, group)| (id, &group["responded"])).collect();
    assert_eq!(responded["trustees"], 5, "{result}");
    for pooled in ["executive_team", "external", "staff"] {
        assert!(responded[pooled].is_null(), "how many of a pooled group answered is not said: {result}");
    }

    let named: Vec<&(Person, Answers)> =
        given.iter().filter(|(person, _)| ["self", "chair"].contains(&person.group.as_str())).collect();
    let items = framework["competencies"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|competency| competency["items"].as_array())
        .flatten();
    let groups = |item: &'_ Value| {
        item["asks"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let asks: BTreeMap<String, BTreeSet<String>> =
        items.filter_map(|item| Some((item["id"].as_str()?.to_owned(), groups(item)))).collect();
    let asks = asks.iter().map(|(item, groups)| (item.as_str(), groups.iter().map(String::as_str).collect())).collect();
    for competency in result["competencies"].as_array().into_iter().flatten() {
        let title = competency["id"].as_str().unwrap_or_default();
        let ids: Vec<String> = expected_items(competency);
        let mut all = Vec::new();
        for block in &blocks {
            let pool = ["executive_team", "staff", "external"];
            let listed: Vec<&str> =
                if block.id == "others" { pool.to_vec() } else { block.groups.iter().map(String::as_str).collect() };
            let shown = expected::printable(given, &listed, &asks, 4);
            let cell = |item: &String| {
                let shown = shown.contains(item.as_str());
                if shown { expected::item_cell(given, block, item, 4) } else { expected::Printed::Hidden }
            };
            let cells: Vec<_> = ids.iter().map(cell).collect();
            for (item, cell) in competency["items"].as_array().into_iter().flatten().zip(&cells) {
                let said = expected::by_id(&item["cells"], "block");
                expected::check_cell(&format!("{} of {}", item["id"], block.id), said[block.id.as_str()], cell)?;
            }
            let printed = expected::competency(&cells);
            let said = expected::by_id(&competency["cells"], "block");
            expected::check_mean(&format!("{title} of {}", block.id), said[block.id.as_str()], printed)?;
            all.push((printed, block.responded));
        }
        let all = expected::all_raters(&all);
        expected::check_mean(&format!("{title} of all"), &competency["all"], all)?;
        for (person, answers) in &named {
            let said = expected::by_id(&competency["named"], "group");
            let mean = expected::named_mean(answers, &ids).map(expected::decimal);
            assert_eq!(said[person.group.as_str()]["mean"].as_str(), mean.as_deref(), "{title} by {}", person.group);
            if let (Some(all), "self", Some(own)) = (all, person.group.as_str(), expected::named_mean(answers, &ids)) {
                let gap = i64::from(own) - i64::from(all);
                let sign = if gap < 0 { "-" } else { "" };
                let gap = format!("{sign}{}", expected::decimal(u32::try_from(gap.abs())?));
                assert_eq!(competency["gap"], gap, "{title}: gap between self and all raters");
            }
        }
    }
    assert_eq!(result["competencies"].as_array().map_or(0, Vec::len), 8);
    Ok(())
}

fn expected_items(competency: &Value) -> Vec<String> {
    items(&json!({ "competencies": [competency] }))
}

fn comments(result: &Value) -> Vec<(String, String)> {
    let prompts = result["comments"].as_array().into_iter().flatten();
    let texts = prompts.flat_map(|prompt| prompt["comments"].as_array().into_iter().flatten());
    texts
        .map(|comment| {
            (
                comment["id"].as_str().unwrap_or_default().to_owned(),
                comment["text"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect()
}

fn comments_with_text(result: &Value) -> usize {
    comments(result).iter().filter(|(_, text)| !text.is_empty()).count()
}

fn check_csv(integration: &Integration, results: &str, released: &Value) -> Outcome {
    let reply = integration.get(&format!("{results}.csv"))?.with(200)?;
    assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("text/csv")), "{reply}");
    let text = reply.text();
    for competency in released["competencies"].as_array().into_iter().flatten() {
        let id = competency["id"].as_str().unwrap_or_default();
        assert!(text.contains(id), "the CSV has no line for {id}:\n{text}");
        if let Some(mean) = competency["all"]["mean"].as_str() {
            assert!(
                text.lines().any(|line| line.contains(id) && line.contains(mean)),
                "no line of {id} says {mean}:\n{text}"
            );
        }
    }
    assert!(!text.contains("Marmaduke"), "{text}");
    let formula =
        text.lines().flat_map(|line| line.split(',')).find(|cell| cell.trim_matches('"').starts_with(['=', '+', '@']));
    assert_eq!(formula, None, "a spreadsheet would run this cell");
    Ok(())
}

fn told_of_the_release(round: &StartedRound<'_, TestApp>, server: &TestApp) -> Outcome {
    let review = round.review()?;
    server.until("emails about the release", std::time::Duration::from_secs(20), || {
        let subject = server.mailbox().to(&review.subject.email)?;
        let facilitator = server.mailbox().to(&review.facilitator.email)?;
        let told = subject
            .iter()
            .chain(&facilitator)
            .filter(|email| email.text.contains("report") && email.links.is_empty())
            .count();
        Ok((told >= 2).then_some(()))
    })
}

#[test]
fn what_a_rater_reads_fits_their_group() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 4).asking("external", 4))?;
    let mut wording = BTreeMap::new();
    for (person, link) in round.link_of_each()? {
        let survey = link.survey()?;
        wording.insert(person.group.clone(), (competencies(&survey), survey));
    }
    let (own, trustee, partner) = (&wording["self"], &wording["trustees"], &wording["external"]);
    assert_eq!(own.0.len(), 8);
    assert!(
        items(&partner.1).len() < items(&trustee.1).len(),
        "external partners are asked about ethics and partnership only"
    );
    assert!(partner.0.iter().all(|(id, _)| ["ethics", "civic"].contains(&id.as_str())), "{:?}", partner.0);
    let first = |survey: &Value| survey["competencies"][0]["items"][0]["text"].as_str().unwrap_or_default().to_owned();
    assert_ne!(first(&own.1), first(&trustee.1), "the subject reads the statements in the first person");
    assert_eq!(own.1["scale"].as_array().map_or(0, Vec::len), 5);
    assert_eq!(own.1["scale"][0], json!({ "value": 1, "label": "Rarely" }));
    assert_eq!(own.1["policy"]["threshold"], 4);
    assert_eq!(own.1["draft"], Value::Null);
    Ok(())
}

#[test]
fn answers_sent_several_times_at_once_are_one_ballot() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    for (person, link) in round.link_of_each()? {
        let answers = Answers::to(&link.survey()?, |item| Some(u8::try_from(item % 4 + 2).unwrap_or(2)));
        link.save(&answers)?.succeeded()?;
        let replies: Vec<Outcome<Reply>> = std::thread::scope(|scope| {
            let send = |at: usize| if at.is_multiple_of(2) { link.submit(&answers) } else { link.send_page() };
            let sending: Vec<_> = (0..8).map(|at| scope.spawn(move || send(at))).collect();
            sending.into_iter().map(|one| one.join().unwrap_or_else(|_panic| Err("a sender panicked".into()))).collect()
        });
        for reply in replies {
            let reply = reply?;
            assert!(matches!(reply.status, 200 | 303), "to {} it looks like success each time: {reply}", person.email);
        }
    }
    let ballots = database::number(&database::open(&server)?, "SELECT COUNT(*) FROM ballots")?;
    assert_eq!(usize::try_from(ballots)?, round.review()?.raters.len(), "one ballot each");
    Ok(())
}

#[test]
fn a_draft_comes_back_and_goes_with_the_answer() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (_, link) = round.link_of_each()?.into_iter().nth(3).ok_or("no such rater")?;
    let survey = link.survey()?;
    let prompt = prompts(&survey).into_iter().next().ok_or("no prompt")?;
    let answers = Answers::to(&survey, |item| (item % 3 > 0).then_some(4)).saying(&prompt, "Half a thought");
    link.save(&answers)?.succeeded()?;
    let draft = link.survey()?["draft"].clone();
    assert_eq!(draft["ratings"], answers.json()["ratings"]);
    assert_eq!(draft["comments"], answers.json()["comments"]);
    link.submit(&answers)?.with(200)?;
    let after = link.get()?.with(200)?.json()?;
    assert_eq!(after["state"], "received", "{after}");
    assert!(after["draft"].is_null(), "{after}");
    link.save(&answers)?.problem(409)?;
    assert_eq!(database::number(&database::open(&server)?, "SELECT COUNT(*) FROM drafts")?, 0);
    Ok(())
}
