//! What comes back to a rater: what does not fit, clashes, cannot be saved, or is mostly open.

use super::*;

#[test]
fn a_page_that_does_not_fit_comes_back_with_everything_typed() -> Result {
    let survey = begun("trustees", &[], &[("more", "Saved before")])?;
    let long = "x".repeat(4002);
    let sent = form(&[], &[("keep", &long), ("more", "Changed now")]);
    let response = part::invalid(&at(4), &survey, &sent, &errors(&survey, &sent.answers));
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = body(response)?;
    assert!(html.contains("<a href=\"#comment-keep\">“What should they keep?” is 2 characters too long</a>"));
    assert!(html.contains("</strong> This comment is too long: take out 2 characters"));
    assert!(
        html.contains("id=\"comment-keep\"")
            && html.contains("aria-describedby=\"problem-keep hint-keep\" aria-invalid=\"true\"")
    );
    assert!(html.contains(&long) && html.contains("Changed now") && !html.contains("Saved before"));

    let sent = form(&[("vision.1", Some(9)), ("vision.2", Some(1))], &[]);
    let html = body(part::invalid(&at(1), &survey, &sent, &errors(&survey, &sent.answers)))?;
    assert!(
        html.contains("<a href=\"#rating-vision.1-1\">“Explains.”: choose one of the answers shown</a>")
            && html.contains("id=\"rating-vision.1-1\"")
    );
    assert!(html.contains("name=\"rating.vision.2\" value=\"1\" checked"));
    Ok(())
}

#[test]
fn a_page_that_cannot_be_saved_comes_back_with_everything_typed() -> Result {
    let sent = form(&[("vision.1", Some(3)), ("vision.2", None)], &[("keep", "My text")]);
    let response = part::unsaved(&at(1), &survey("trustees")?, &sent, &unavailable());
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    assert!(body(response)?.contains("name=\"rating.vision.1\" value=\"3\" checked"));

    let response = ended::failed(&unavailable(), Some(&sent));
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let html = body(response)?;
    assert!(
        html.contains("name=\"rating.vision.1\" value=\"3\"")
            && html.contains("name=\"rating.vision.2\" value=\"none\"")
    );
    assert!(html.contains("name=\"comment.keep\"") && html.contains("My text"));
    Ok(())
}

#[test]
fn the_check_shows_every_answer_and_leads_to_what_is_open() -> Result {
    let survey = begun("trustees", &[("vision.1", Some(3)), ("vision.2", None)], &[("keep", "Listen\nmore")])?;
    let html = body(check::page(&way(), &survey, Outcome::Asked))?;
    assert!(html.contains("3 statements without an answer"));
    assert!(html.contains(&format!("href=\"{BASE}/page/2?check#item-money.1\"")));
    assert!(
        html.contains("<dd>Always</dd>") && html.contains("<dd>Not able to say</dd>") && html.contains("Not answered")
    );
    assert!(html.contains("Listen\nmore") && html.contains("No comment"));
    assert_eq!(check::page(&way(), &survey, Outcome::Empty).status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        check::page(&way(), &survey, Outcome::Unsent(Fault::Unavailable)).status(),
        StatusCode::SERVICE_UNAVAILABLE
    );
    Ok(())
}

#[test]
fn one_and_several_are_said_as_the_language_says_them() -> Result {
    let nearly = [("vision.1", Some(3)), ("vision.2", None), ("money.1", Some(1)), ("people.1", Some(3))];
    for (ratings, said) in
        [(&nearly[..], "1 statement without an answer"), (&nearly[..3], "2 statements without an answer")]
    {
        let html = body(check::page(&way(), &begun("trustees", ratings, &[])?, Outcome::Asked))?;
        assert!(html.contains(said), "{said}: {html}");
    }
    for (over, said) in [(1, "is 1 character too long"), (2, "is 2 characters too long")] {
        let survey = survey("trustees")?;
        let sent = form(&[], &[("keep", &"x".repeat(4000 + over))]);
        let html = body(part::invalid(&at(4), &survey, &sent, &errors(&survey, &sent.answers)))?;
        assert!(html.contains(said), "{said}: {html}");
    }
    // The script gets each form, and puts in the number.
    let html = body(part::page(&at(4), &survey("trustees")?))?;
    for attribute in ["data-left-one=\"{count} character left\"", "data-left-other=\"{count} characters left\""] {
        assert!(html.contains(attribute), "{attribute}: {html}");
    }
    Ok(())
}

#[test]
fn what_was_changed_in_two_windows_comes_back_with_both() -> Result {
    let survey = begun(
        "trustees",
        &[("vision.1", Some(3)), ("vision.2", Some(2))],
        &[("keep", "Written <in> B"), ("more", "Only in B")],
    )?;
    let sent = form(&[("vision.1", Some(1)), ("vision.2", Some(1))], &[("keep", "Written in A"), ("more", "")]);
    let response = part::clash(&at(4), &survey, &sent, &[Clash::Comment(PromptId::parse("keep")?)]);
    assert_eq!(response.status(), StatusCode::CONFLICT);
    let html = body(response)?;
    assert!(html.contains("name=\"comment.keep\"") && html.contains(">\nWritten in A</textarea>"), "{html}");
    assert!(html.contains("id=\"other-keep\" rows=\"4\" readonly>\nWritten &#60;in&#62; B</textarea>"), "{html}");
    assert!(html.contains(">\nOnly in B</textarea>"), "what only the other window changed is kept: {html}");
    assert!(
        html.contains("<a href=\"#comment-keep\">“What should they keep?”: other text was saved in another window</a>")
    );
    // Saved again as it is, it is decided: the page was opened with what is saved now.
    let opened =
        html.split("name=\"opened\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no marks")?;
    let marks = candour_seal::PageMarks::parse(opened);
    let keep = PromptId::parse("keep")?;
    let held = candour_domain::response::merge::Held::Comment(&keep, Some("Written <in> B"));
    assert!(candour_seal::DraftMarks::of(&link()?).held_by(&marks, held));

    let html = body(part::clash(&at(1), &survey, &sent, &[Clash::Rating(ItemId::parse("vision.1")?)]))?;
    assert!(html.contains("Saved in another window:</strong> “Always”"), "{html}");
    assert!(
        html.contains("name=\"rating.vision.1\" value=\"1\" checked")
            && html.contains("name=\"rating.vision.2\" value=\"2\" checked")
    );
    Ok(())
}

#[test]
fn a_failure_says_whether_trying_again_helps() -> Result {
    let sent = form(&[("vision.1", Some(3))], &[("keep", "My text")]);
    let defects = [
        Error::Internal("a state"),
        Error::Seal(candour_seal::SealError::Opening),
        candour_storage::StorageError::Conflict { constraint: "a key".to_owned() }.into(),
    ];
    for (error, status) in defects
        .iter()
        .map(|error| (error, StatusCode::INTERNAL_SERVER_ERROR))
        .chain([(&unavailable(), StatusCode::SERVICE_UNAVAILABLE)])
    {
        let survey = begun("trustees", &[], &[])?;
        let fault = Fault::from(error);
        for response in [
            ended::failed(error, None),
            ended::failed(error, Some(&sent)),
            part::unsaved(&at(4), &survey, &sent, error),
            check::page(&way(), &survey, Outcome::Unsent(fault)),
        ] {
            assert_eq!(response.status(), status, "{error}");
            assert_eq!(response.extensions().get::<Fault>(), Some(&fault), "its kind goes to the log");
            let passing = status == StatusCode::SERVICE_UNAVAILABLE;
            assert_eq!(response.headers().contains_key(header::RETRY_AFTER), passing);
            let html = body(response)?;
            assert_eq!(html.contains("Please wait a moment"), passing, "{html}");
            assert!(!html.contains(&error.to_string()), "{html}");
        }
    }
    Ok(())
}

#[test]
fn a_sheet_that_is_mostly_open_is_asked_about_once() -> Result {
    let survey = begun("trustees", &[("vision.1", Some(3))], &[])?;
    let html = body(check::page(&way(), &survey, Outcome::MostlyOpen))?;
    assert!(html.contains("4 of 5 statements are open: send all the same?"), "{html}");
    assert!(
        html.contains("name=\"all_the_same\" value=\"yes\"")
            && html.matches("name=\"state\" value=\"the-state\"").count() == 2
    );
    assert!(html.contains(&format!("<a class=\"button\" href=\"{BASE}/page/1?check#item-vision.2\">")), "{html}");
    assert!(!body(check::page(&way(), &survey, Outcome::Asked))?.contains("all the same"));
    Ok(())
}
