//! The rendered pages, as a rater's browser gets them.

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::{App, test as http};
use candour_domain::policy::PolicyRequest;
use candour_domain::response::ResponseError;
use candour_domain::response::merge::Clash;
use candour_domain::{AnonymityPolicy, ItemId, Person, PersonName, PromptId, Response};

use super::form::Action;
use super::parts::{left_off, parts};
use super::sample::{HOSTILE, begun, form, link, place, survey};
use super::*;
use crate::error::Fault;
use crate::pages::headers;

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

const BASE: &str = "/s/00000000000000000000000000000000";

fn way() -> Way {
    Way { base: BASE.to_owned(), state: "the-state".to_owned() }
}

fn at(number: usize) -> part::Place<'static> {
    part::Place { base: BASE, number, checking: false }
}

fn unavailable() -> Error {
    candour_storage::StorageError::Unavailable("away".to_owned()).into()
}

fn body(response: HttpResponse) -> Result<String> {
    let bytes = response.into_body().try_into_bytes().or(Err("a streamed body"))?;
    Ok(String::from_utf8(bytes.to_vec())?)
}

fn location(response: &HttpResponse) -> Option<&str> {
    response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok())
}

fn errors(survey: &Survey, sent: &candour_domain::response::ResponseInput) -> Vec<ResponseError> {
    Response::parse(sent, &survey.framework, &survey.group).err().unwrap_or_default()
}

/// Every page there is, with its name.
fn every_page() -> Result<Vec<(&'static str, HttpResponse)>> {
    let long = "word ".repeat(900);
    let sent = form(&[("vision.1", Some(9))], &[("keep", &long)]);
    let trustee = begun("trustees", &[("vision.1", Some(3)), ("vision.2", None)], &[("keep", HOSTILE)])?;
    let clashing = form(&[("vision.1", Some(1))], &[("keep", "Mine")]);
    let mut declined = survey("staff")?;
    declined.invitation.declined = true;
    let mut chair = survey("chair")?;
    chair.invitation.declined = true;
    let mut facilitator = survey("chair")?;
    facilitator.rater.person = facilitator.review.facilitator.clone();
    Ok(vec![
        ("promise", promise::page(&way(), &survey("trustees")?)),
        ("promise, named", promise::page(&way(), &survey("chair")?)),
        ("promise, self", promise::page(&way(), &survey("self")?)),
        ("promise, begun", promise::page(&way(), &trustee)),
        ("promise, declined", promise::page(&way(), &declined)),
        ("promise, declined by name", promise::page(&way(), &chair)),
        ("promise, facilitator", promise::page(&way(), &facilitator)),
        ("part", part::page(&at(1), &trustee)),
        ("comments", part::page(&at(4), &trustee)),
        ("comments, named", part::page(&at(3), &survey("chair")?)),
        ("comments, self", part::page(&at(4), &survey("self")?)),
        ("part, invalid", part::invalid(&at(1), &trustee, &sent, &errors(&trustee, &sent.answers))),
        ("comments, invalid", part::invalid(&at(4), &trustee, &sent, &errors(&trustee, &sent.answers))),
        ("part, unsaved", part::unsaved(&at(1), &trustee, &sent, &unavailable())),
        ("check", check::page(&way(), &trustee, Outcome::Asked)),
        ("check, named", check::page(&way(), &survey("chair")?, Outcome::Asked)),
        ("check, empty", check::page(&way(), &survey("staff")?, Outcome::Empty)),
        ("check, unsent", check::page(&way(), &trustee, Outcome::Unsent(Fault::Unavailable))),
        ("later", ended::later(BASE, &trustee)),
        ("received", ended::gone(&Opened::Received(place()?), None)),
        ("received, late", ended::gone(&Opened::Received(place()?), Some(&sent))),
        ("closed", ended::gone(&Opened::Closed(place()?), Some(&sent))),
        ("withdrawn", ended::gone(&Opened::Withdrawn(place()?), Some(&sent))),
        ("unknown", ended::unknown()),
        ("unavailable", ended::failed(&unavailable(), None)),
        ("unavailable, sent", ended::failed(&unavailable(), Some(&sent))),
        ("unavailable, a defect", ended::failed(&Error::Internal("a defect"), Some(&sent))),
        ("part, clash", part::clash(&at(1), &trustee, &clashing, &[Clash::Rating(ItemId::parse("vision.1")?)])),
        ("comments, clash", part::clash(&at(4), &trustee, &clashing, &[Clash::Comment(PromptId::parse("keep")?)])),
        ("part, unsaved, a defect", part::unsaved(&at(1), &trustee, &sent, &Error::Internal("a defect"))),
        ("check, changed", check::page(&way(), &trustee, Outcome::Changed)),
        ("check, mostly open", check::page(&way(), &trustee, Outcome::MostlyOpen)),
        ("check, not from the page", check::page(&way(), &trustee, Outcome::NotFromThePage)),
        ("check, a defect", check::page(&way(), &trustee, Outcome::Unsent(Fault::Internal))),
        ("promise, press again", promise::press_again(&way(), &trustee)),
        ("too large", ended::too_large()),
        ("foreign", ended::foreign(BASE)),
        ("unreadable", ended::unreadable(BASE, StatusCode::BAD_REQUEST)),
    ])
}

#[test]
fn every_page_is_whole_and_brings_nothing_of_its_own() -> Result {
    for (name, page) in every_page()? {
        let html = body(page)?;
        assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en-GB\">"), "{name}");
        for (once, tag) in
            [("title", "<title>"), ("h1", "<h1>"), ("main", "<main "), ("skip link", "href=\"#main\""), ("script", "<script ")]
        {
            assert_eq!(html.matches(tag).count(), 1, "{name}: one {once}");
        }
        for inline in ["<style", " style=", " onclick", " onload", " onsubmit", "javascript:", "http://", "https://", "src=\"//"] {
            assert!(!html.contains(inline), "{name}: {inline}");
        }
        let errors = html.contains("class=\"errors\" id=\"errors\"");
        let title = html.split("<title>").nth(1).unwrap_or_default();
        let told = ["Error: ", "Not saved: ", "Not sent: "].iter().any(|state| title.starts_with(state));
        assert!(!errors || told, "{name}: the title says what is wrong");
    }
    Ok(())
}

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
    let asked = PolicyRequest { threshold: Some(6), colluding_insiders: Some(3), strict: Some(true), ..PolicyRequest::default() };
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
            assert_eq!(page.contains("The report will show that you did not answer; nobody is told before that."), by_name, "{group}");
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
    let answers = "They are destroyed 30 days after the round’s last report is released, or 180 days after closing if one is not. The report is kept for six years.";
    for (group, person) in [
        ("trustees", "your name and address are erased 30 days after the round closes."),
        ("chair", "your address is erased 30 days after the round closes, and your name stays in the report, with your answers."),
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
        assert!(page.contains("another person</b> or another address to read it first, do not answer, and tell somebody"), "{group}");
    }
    for group in ["chair", "trustees"] {
        let mut survey = survey(group)?;
        survey.rater.person = survey.review.facilitator.clone();
        let page = body(promise::page(&way(), &survey))?;
        assert!(page.contains("is read first by you, at al@trust.uk. You decide when it is released"), "{group}");
        assert!(
            page.contains("that you read the report first, do not answer") && page.contains("nobody is added unless you agree."),
            "{group}"
        );
        assert!(page.contains("stay with the report, as the person who releases it."), "{group}");
    }
    Ok(())
}

#[test]
fn nothing_is_preselected_and_the_scale_keeps_its_order() -> Result {
    let html = body(part::page(&at(1), &survey("trustees")?))?;
    assert!(!html.contains(" checked"));
    let question = html.split("<fieldset").nth(1).ok_or("no question")?;
    let order: Vec<_> = ["value=\"1\"", "Rarely", "value=\"2\"", "Often", "value=\"3\"", "Always", "value=\"none\"", "Not able to say"]
        .iter()
        .map(|text| question.find(text))
        .collect();
    assert!(order.iter().all(Option::is_some) && order.is_sorted(), "{order:?}");
    assert_eq!(html.matches("name=\"rating.vision.1\"").count(), 4);
    Ok(())
}

#[test]
fn a_rater_sees_only_what_their_group_is_asked_in_their_own_wording() -> Result {
    let staff = survey("staff")?;
    assert_eq!(parts(&staff).iter().map(parts::Part::title).collect::<Vec<_>>(), ["Vision", "People", "In your own words"]);
    let html = body(part::page(&at(2), &staff))?;
    assert!(html.contains("Part 2 of 3") && html.contains("Cares.") && !html.contains("Hires.") && !html.contains("I care."));
    let own = body(part::page(&at(3), &survey("self")?))?;
    assert!(own.contains("I care.") && own.contains("I hire.") && !own.contains("Cares."));
    Ok(())
}

#[test]
fn saved_answers_come_back() -> Result {
    let survey = begun("trustees", &[("vision.1", Some(2)), ("vision.2", None)], &[("keep", "\nTwo\nlines")])?;
    let html = body(part::page(&at(1), &survey))?;
    assert_eq!(html.matches(" checked").count(), 2);
    assert!(html.contains("name=\"rating.vision.1\" value=\"2\" checked"));
    assert!(html.contains("name=\"rating.vision.2\" value=\"none\" checked"));
    assert!(body(part::page(&at(4), &survey))?.contains(">\nTwo\nlines</textarea>"));
    Ok(())
}

#[test]
fn names_and_comments_never_become_markup() -> Result {
    let mut survey = begun("trustees", &[], &[("keep", HOSTILE)])?;
    survey.review.subject.person.name = PersonName::parse("<b>Jo</b> \"M\"")?;
    survey.organisation.name = "<i>Trust</i>".to_owned();
    survey.organisation.concerns_route = HOSTILE.to_owned();
    survey.organisation.contact = Person::parse("<u>Sam</u>", "people@trust.uk")?;
    survey.review.facilitator = Person::parse("<u>Alex</u>", "al@trust.uk")?;
    let sent = form(&[], &[("keep", HOSTILE), ("\"><img>", HOSTILE)]);
    let pages = [
        promise::page(&way(), &survey),
        part::page(&at(4), &survey),
        part::invalid(&at(4), &survey, &sent, &errors(&survey, &sent.answers)),
        check::page(&way(), &survey, Outcome::Asked),
        ended::failed(&unavailable(), Some(&sent)),
        ended::gone(&Opened::Closed(place()?), Some(&sent)),
    ];
    for page in pages {
        let html = body(page)?;
        for markup in ["<script>", "<b>Jo", "<i>", "<u>", "<img>", "& </textarea>"] {
            assert!(!html.contains(markup), "{markup}");
        }
    }
    Ok(())
}

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
    assert!(html.contains("id=\"comment-keep\"") && html.contains("aria-describedby=\"problem-keep hint-keep\" aria-invalid=\"true\""));
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
    assert!(html.contains("name=\"rating.vision.1\" value=\"3\"") && html.contains("name=\"rating.vision.2\" value=\"none\""));
    assert!(html.contains("name=\"comment.keep\"") && html.contains("My text"));
    Ok(())
}

#[test]
fn the_check_shows_every_answer_and_leads_to_what_is_open() -> Result {
    let survey = begun("trustees", &[("vision.1", Some(3)), ("vision.2", None)], &[("keep", "Listen\nmore")])?;
    let html = body(check::page(&way(), &survey, Outcome::Asked))?;
    assert!(html.contains("3 statements without an answer"));
    assert!(html.contains(&format!("href=\"{BASE}/page/2?check#item-money.1\"")));
    assert!(html.contains("<dd>Always</dd>") && html.contains("<dd>Not able to say</dd>") && html.contains("Not answered"));
    assert!(html.contains("Listen\nmore") && html.contains("No comment"));
    assert_eq!(check::page(&way(), &survey, Outcome::Empty).status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(check::page(&way(), &survey, Outcome::Unsent(Fault::Unavailable)).status(), StatusCode::SERVICE_UNAVAILABLE);
    Ok(())
}

#[test]
fn what_was_changed_in_two_windows_comes_back_with_both() -> Result {
    let survey = begun("trustees", &[("vision.1", Some(3)), ("vision.2", Some(2))], &[("keep", "Written <in> B"), ("more", "Only in B")])?;
    let sent = form(&[("vision.1", Some(1)), ("vision.2", Some(1))], &[("keep", "Written in A"), ("more", "")]);
    let response = part::clash(&at(4), &survey, &sent, &[Clash::Comment(PromptId::parse("keep")?)]);
    assert_eq!(response.status(), StatusCode::CONFLICT);
    let html = body(response)?;
    assert!(html.contains("name=\"comment.keep\"") && html.contains(">\nWritten in A</textarea>"), "{html}");
    assert!(html.contains("id=\"other-keep\" rows=\"4\" readonly>\nWritten &#60;in&#62; B</textarea>"), "{html}");
    assert!(html.contains(">\nOnly in B</textarea>"), "what only the other window changed is kept: {html}");
    assert!(html.contains("<a href=\"#comment-keep\">“What should they keep?”: other text was saved in another window</a>"));
    // Saved again as it is, it is decided: the page was opened with what is saved now.
    let opened = html.split("name=\"opened\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no marks")?;
    let marks = crate::seal::PageMarks::parse(opened);
    let keep = PromptId::parse("keep")?;
    let held = candour_domain::response::merge::Held::Comment(&keep, Some("Written <in> B"));
    assert!(crate::seal::DraftMarks::of(&link()?).held_by(&marks, held));

    let html = body(part::clash(&at(1), &survey, &sent, &[Clash::Rating(ItemId::parse("vision.1")?)]))?;
    assert!(html.contains("Saved in another window:</strong> “Always”"), "{html}");
    assert!(html.contains("name=\"rating.vision.1\" value=\"1\" checked") && html.contains("name=\"rating.vision.2\" value=\"2\" checked"));
    Ok(())
}

#[test]
fn a_failure_says_whether_trying_again_helps() -> Result {
    let sent = form(&[("vision.1", Some(3))], &[("keep", "My text")]);
    let defects = [
        Error::Internal("a state"),
        Error::Seal(crate::seal::SealError::Opening),
        candour_storage::StorageError::Conflict { constraint: "a key".to_owned() }.into(),
    ];
    for (error, status) in
        defects.iter().map(|error| (error, StatusCode::INTERNAL_SERVER_ERROR)).chain([(&unavailable(), StatusCode::SERVICE_UNAVAILABLE)])
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
    assert!(html.contains("name=\"all_the_same\" value=\"yes\"") && html.matches("name=\"state\" value=\"the-state\"").count() == 2);
    assert!(html.contains(&format!("<a class=\"button\" href=\"{BASE}/page/1?check#item-vision.2\">")), "{html}");
    assert!(!body(check::page(&way(), &survey, Outcome::Asked))?.contains("all the same"));
    Ok(())
}

#[test]
fn everybody_is_told_in_which_capacity_they_answer() -> Result {
    for (group, said) in [
        ("trustees", "You are answering as a trustee."),
        ("chair", "You are answering as chair of trustees."),
        ("executive_team", "You are answering as a member of the executive team."),
        ("staff", "You are answering as a member of staff."),
    ] {
        assert!(body(promise::page(&way(), &survey(group)?))?.contains(said), "{group}");
    }
    assert!(!body(promise::page(&way(), &survey("self")?))?.contains("You are answering"));
    Ok(())
}

#[test]
fn the_introduction_stands_on_the_first_part_only() -> Result {
    let survey = survey("trustees")?;
    let introduced =
        |number| Ok::<_, Box<dyn std::error::Error>>(body(part::page(&at(number), &survey))?.contains("choose the answer that fits"));
    assert!(introduced(1)? && !introduced(2)? && !introduced(3)? && !introduced(4)?);
    assert!(body(part::page(&at(4), &survey))?.contains("Before you write"), "every page of comments has its warning");
    Ok(())
}

#[test]
fn a_confirmation_is_announced_only_while_the_round_is_open() -> Result {
    let (open, mut over) = (place()?, place()?);
    over.ended = true;
    let (open, over) = (body(ended::gone(&Opened::Received(open), None))?, body(ended::gone(&Opened::Received(over), None))?);
    assert!(open.contains("You will get a short email") && open.contains("When the round has closed, all answers"));
    assert!(!over.contains("You will get a short email") && over.contains("The round has closed. All answers for Jo Mason"), "{over}");
    Ok(())
}

#[test]
fn a_way_to_reach_somebody_in_a_comment_is_pointed_out_and_refused_nowhere() -> Result {
    let survey = begun("trustees", &[], &[("keep", "Write to jo@trust.uk"), ("more", "No way to reach anybody.")])?;
    for page in [part::page(&at(4), &survey), check::page(&way(), &survey, Outcome::Asked)] {
        assert_eq!(page.status(), StatusCode::OK);
        let html = body(page)?;
        assert_eq!(html.matches(&format!(">{}</p>", contact::NUDGE)).count(), 1, "{html}");
    }
    Ok(())
}

#[actix_web::test]
async fn the_address_of_the_service_itself_is_a_page_with_a_way_on() -> Result {
    let app = http::init_service(App::new().configure(crate::pages::configure)).await;
    for method in ["GET", "HEAD"] {
        let response = http::call_service(&app, http::TestRequest::default().method(method.parse()?).uri("/").to_request()).await;
        assert_eq!(response.status(), StatusCode::OK, "{method}");
        check_headers(response.headers());
    }
    let html = http::call_and_read_body(&app, http::TestRequest::get().uri("/").to_request()).await;
    let html = String::from_utf8(html.to_vec())?;
    assert!(html.contains("Open the email again") && html.contains("ask the person named in the email"), "{html}");
    assert!(body(ended::unknown())?.contains("ask the person named at the end of the email"));
    Ok(())
}

#[test]
fn a_spent_link_says_why_and_gives_typed_text_back() -> Result {
    let sent = form(&[("vision.1", Some(3))], &[("keep", "So that it is not lost"), ("more", " ")]);
    let late = Some(&sent);
    for (opened, sent, status, text) in [
        (Opened::Received(place()?), None, StatusCode::OK, "have been received"),
        (Opened::Received(place()?), late, StatusCode::CONFLICT, "has not been added"),
        (Opened::Closed(place()?), None, StatusCode::GONE, "This round has closed"),
        (Opened::Closed(place()?), late, StatusCode::GONE, "have not been sent"),
        (Opened::Withdrawn(place()?), None, StatusCode::GONE, "no longer asked"),
        (Opened::Unknown, None, StatusCode::NOT_FOUND, "do not know this link"),
    ] {
        let response = ended::gone(&opened, sent);
        assert_eq!(response.status(), status);
        let html = body(response)?;
        assert!(html.contains(text), "{text}");
        assert_eq!(html.contains("So that it is not lost</textarea>"), sent.is_some(), "{text}");
    }
    Ok(())
}

#[test]
fn a_rater_goes_on_where_they_left_off() -> Result {
    let all = [("vision.1", Some(3)), ("vision.2", None), ("money.1", Some(1)), ("people.1", Some(3)), ("people.2", Some(3))];
    for (ratings, comments, left) in [
        (vec![], vec![], Some(1)),
        (vec![("vision.1", Some(3))], vec![], Some(1)),
        (vec![("vision.1", Some(3)), ("vision.2", None)], vec![], Some(2)),
        (vec![("money.1", Some(3))], vec![], Some(3)),
        (vec![("people.1", Some(3)), ("people.2", Some(3))], vec![], Some(4)),
        (all[..4].to_vec(), vec![], Some(3)),
        (all.to_vec(), vec![], None),
        (vec![], vec![("keep", "Text")], None),
    ] {
        let survey = begun("trustees", &ratings, &comments)?;
        assert_eq!(left_off(&survey, &parts(&survey)), left, "{ratings:?} {comments:?}");
    }
    Ok(())
}

#[test]
fn buttons_lead_on_back_and_out() -> Result {
    for (number, action, to) in [
        (2, Action::Next, "/page/3"),
        (2, Action::Back, "/page/1"),
        (1, Action::Back, ""),
        (2, Action::Check, "/check"),
        (2, Action::Later, "/later"),
    ] {
        assert_eq!(at(number).after(action), format!("{BASE}{to}"));
    }
    let survey = survey("trustees")?;
    assert_eq!(location(&part::page(&at(5), &survey)), Some(format!("{BASE}/check").as_str()));
    assert_eq!(location(&part::page(&at(0), &survey)), Some(BASE));
    Ok(())
}

#[actix_web::test]
async fn every_page_carries_the_headers_and_no_cookie() -> Result {
    for at in 0..every_page()?.len() {
        let page = move || async move { every_page().ok().and_then(|mut pages| (at < pages.len()).then(|| pages.swap_remove(at).1)) };
        let page = move || async move { page().await.unwrap_or_else(|| HttpResponse::InternalServerError().finish()) };
        let app = App::new().service(web::scope("/s").wrap(headers::private()).route("/page", read().to(page)));
        let app = http::init_service(app).await;
        let response = http::call_service(&app, http::TestRequest::get().uri("/s/page").to_request()).await;
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        assert_eq!(kind, Some("text/html; charset=utf-8"), "it is rendered");
        check_headers(response.headers());
    }
    Ok(())
}

#[actix_web::test]
async fn an_address_that_is_none_is_a_page_too() -> Result {
    let app = http::init_service(App::new().configure(crate::pages::configure)).await;
    for (method, path) in [("GET", "/s"), ("GET", "/s/"), ("GET", "/s/a/b/c/d"), ("POST", "/s/a/b"), ("HEAD", "/s/a/b")] {
        let request = http::TestRequest::default().method(method.parse()?).uri(path).to_request();
        let response = http::call_service(&app, request).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{method} {path}");
        check_headers(response.headers());
    }
    Ok(())
}

fn check_headers(headers: &header::HeaderMap) {
    let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    for directive in [
        "default-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(value("content-security-policy").split("; ").any(|part| part == directive), "{directive}");
    }
    assert_eq!(value("cache-control"), "no-store");
    assert_eq!(value("referrer-policy"), "no-referrer");
    assert_eq!(value("x-content-type-options"), "nosniff");
    assert!(value("x-robots-tag").contains("noindex"));
    assert!(value("permissions-policy").contains("camera=()"));
    assert_eq!(value("cross-origin-opener-policy"), "same-origin");
    assert!(headers.get("set-cookie").is_none());
}
