//! What a rater is promised.

use super::*;

#[test]
fn the_promise_says_whether_a_name_is_shown_and_what_the_thresholds_are() -> Result {
    let anonymous = body(promise::page(&way(), &survey("trustees")?))?;
    for said in [
        "You answer without your name",
        "only in figures that stand for at least four people",
        "is left with at least three others together",
        "only if at least five people answer without their names",
        "in which at least ten people answered the statement, and never across columns",
        "until each count has at least three answers",
        "Two or more people whose answers are shown together with yours",
        "When everybody else in your group gives the best answer",
        "word for word",
        "asked for by law",
        "taken back",
        "Monday 1 February 2027 at 5pm",
        "About 12 minutes: 5 statements",
        "Ring Priya Nair",
        "mailto:people@trust.uk",
    ] {
        assert!(anonymous.contains(said), "{said}");
    }

    let named = body(promise::page(&way(), &survey("chair")?))?;
    assert!(named.contains("You answer by name") && !named.contains("without your name"));
    assert!(named.contains("under “Chair of trustees”, with your name"));
    let own = body(promise::page(&way(), &survey("self")?))?;
    assert!(own.contains("Your own assessment") && own.contains("You answer by name"));
    Ok(())
}

#[test]
fn the_thresholds_are_those_of_the_round() -> Result {
    let mut survey = survey("trustees")?;
    let mut record = survey.round.record().clone();
    let asked = PolicyRequest {
        threshold: Some(6),
        colluding_insiders: Some(3),
        strict: Some(true),
        ..PolicyRequest::default()
    };
    record.policy = AnonymityPolicy::parse(asked)?;
    survey.round = candour_domain::Round::from_record(record);
    let page = body(promise::page(&way(), &survey))?;
    for said in [
        "at least six people",
        "at least five others together",
        "each count has at least five answers",
        "Four or more people whose answers are shown together with yours",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("gives the best answer"), "a strict policy leaves nobody able to tell");
    Ok(())
}

#[test]
fn who_answers_by_name_is_told_that_not_answering_shows() -> Result {
    for (group, by_name) in [("self", true), ("chair", true), ("trustees", false)] {
        let mut survey = survey(group)?;
        for declined in [false, true] {
            survey.invitation.declined = declined;
            let page = body(promise::page(&way(), &survey))?;
            assert_eq!(
                page.contains("The report will show that you did not answer; nobody is told before that."),
                by_name,
                "{group}"
            );
            assert_eq!(page.contains("obody is told that you said no."), !by_name, "{group}");
            assert_eq!(page.contains("<b>Whether you answered</b> is shown in the report."), by_name, "{group}");
            assert_eq!(page.contains("<b>Whether you answered</b> is not shown."), !by_name, "{group}");
        }
    }
    Ok(())
}

#[test]
fn the_promise_says_how_long_what_is_kept() -> Result {
    let said = |group| body(promise::page(&way(), &survey(group)?));
    let answers = "They are destroyed 30 days after the round’s last report is released, or 180 days after closing if \
     one is not. The report is kept for six years.";
    for (group, person) in [
        ("trustees", "your name and address are erased 30 days after the round closes."),
        (
            "chair",
            "your address is erased 30 days after the round closes, and your name stays in the report, with your \
             answers.",
        ),
        ("self", "your name and address stay with the report."),
    ] {
        let said = said(group)?;
        assert!(said.contains(person) && said.contains(answers), "{group}: {said}");
    }
    let mut unsaid = survey("trustees")?;
    let mut record = unsaid.round.record().clone();
    record.retention.promised = None;
    unsaid.round = candour_domain::Round::from_record(record);
    let unsaid = body(promise::page(&way(), &unsaid))?;
    assert!(!unsaid.contains("erased") && !unsaid.contains("destroyed"), "nothing is said that nobody has promised");
    Ok(())
}

#[test]
fn everybody_reads_who_reads_the_report_first_and_at_which_address() -> Result {
    for group in ["self", "chair", "trustees"] {
        let page = body(promise::page(&way(), &survey(group)?))?;
        assert!(page.contains("is read first by Alex Khan (al@trust.uk), who decides when it is released"), "{group}");
        assert!(
            page.contains("another person</b> or another address to read it first, do not answer, and tell somebody"),
            "{group}"
        );
    }
    for group in ["chair", "trustees"] {
        let mut survey = survey(group)?;
        survey.rater.person = survey.review.facilitator.clone();
        let page = body(promise::page(&way(), &survey))?;
        assert!(page.contains("is read first by you, at al@trust.uk. You decide when it is released"), "{group}");
        assert!(
            page.contains("that you read the report first, do not answer")
                && page.contains("nobody is added unless you agree."),
            "{group}"
        );
        assert!(page.contains("stay with the report, as the person who releases it."), "{group}");
    }
    Ok(())
}

#[test]
fn who_may_read_it_too_is_said_where_the_round_s_raters_were_told_so() -> Result {
    let sentence = "may name up to five advisers, such as a vice-chair or an external adviser, who read it with";
    for (group, nobody) in [("self", "Neither you nor anybody"), ("chair", "Neither Jo Mason nor anybody")] {
        let mut survey = survey(group)?;
        for promised in [false, true] {
            let mut record = survey.round.record().clone();
            record.advisers_promised = promised;
            survey.round = candour_domain::Round::from_record(record);
            let page = body(promise::page(&way(), &survey))?;
            assert_eq!((page.contains(sentence), page.contains(nobody)), (promised, promised), "{group}: {page}");
        }
    }
    Ok(())
}

#[test]
fn what_matters_most_stands_above_the_button() -> Result {
    for (group, said) in [
        ("trustees", ["You answer without your name", "at least four people", "at least five people"]),
        ("chair", ["You answer by name", "at least four people", "word for word, with your name"]),
        ("self", ["You answer by name", "at least four people", "word for word, with your name"]),
    ] {
        let page = body(promise::page(&way(), &survey(group)?))?;
        let above = page.split("id=\"start\"").next().ok_or("no button")?;
        let always = [
            "Alex Khan</b> (al@trust.uk) reads the report first and decides when it is released",
            "</b> or address, do not answer, and tell somebody you trust",
            "cannot be changed or taken back",
        ];
        for words in said.into_iter().chain(always) {
            assert!(above.contains(words), "{group}: {words}");
        }
    }
    Ok(())
}

#[test]
fn the_whole_promise_is_on_the_first_page_and_word_for_word_the_same_later() -> Result {
    let whole = |page: &str| page.split_once("<dl class=\"facts\">").map(|(_, rest)| rest.to_owned());
    for group in ["trustees", "chair", "self"] {
        let survey = survey(group)?;
        let first = whole(&body(promise::page(&way(), &survey))?).ok_or("no facts")?;
        let first = first.split("</details>").next().ok_or("nothing")?.trim();
        let again = whole(&body(promise::again::open(BASE, &survey))?).ok_or("no facts")?;
        assert!(again.trim_start().starts_with(first), "{group}: {again}");
    }
    Ok(())
}

#[test]
fn afterwards_everybody_finds_what_they_were_told() -> Result {
    let spent = body(promise::again::spent(BASE, &promised()?))?;
    for group in ["trustees", "chair", "self"] {
        let page = body(promise::page(&way(), &survey(group)?))?;
        let points = page.split("<p class=\"promise\">").nth(1).and_then(|rest| rest.split("</ul>").next());
        for point in points.ok_or("no points")?.split("<li>").skip(1) {
            assert!(spent.contains(point.trim()), "{group}: {point}");
        }
    }
    Ok(())
}
