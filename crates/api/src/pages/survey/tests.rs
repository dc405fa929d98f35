//! The rendered pages, as a rater's browser gets them.

use std::error::Error;

use actix_web::body::MessageBody;
use actix_web::http::StatusCode;
use actix_web::{App, test as http};
use candour_domain::policy::PolicyRequest;
use candour_domain::response::ResponseError;
use candour_domain::{AnonymityPolicy, Person, PersonName, Response};

use super::form::Action;
use super::parts::{left_off, parts};
use super::sample::{HOSTILE, begun, input, place, survey};
use super::*;
use crate::pages::headers;

type Outcome = Result<(), Box<dyn Error>>;

const BASE: &str = "/s/AAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn at(number: usize) -> part::Place<'static> {
    part::Place { base: BASE, number, checking: false }
}

fn body(response: HttpResponse) -> Result<String, Box<dyn Error>> {
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
fn every_page() -> Result<Vec<(&'static str, HttpResponse)>, Box<dyn Error>> {
    let long = "word ".repeat(900);
    let sent = input(&[("vision.1", Some(9))], &[("keep", &long)]);
    let trustee = begun("trustees", &[("vision.1", Some(3)), ("vision.2", None)], &[("keep", HOSTILE)])?;
    let mut declined = survey("staff")?;
    declined.invitation.declined = true;
    let mut chair = survey("chair")?;
    chair.invitation.declined = true;
    let mut facilitator = survey("chair")?;
    facilitator.rater.person = facilitator.review.facilitator.clone();
    Ok(vec![
        ("promise", promise::page(BASE, &survey("trustees")?)),
        ("promise, named", promise::page(BASE, &survey("chair")?)),
        ("promise, self", promise::page(BASE, &survey("self")?)),
        ("promise, begun", promise::page(BASE, &trustee)),
        ("promise, declined", promise::page(BASE, &declined)),
        ("promise, declined by name", promise::page(BASE, &chair)),
        ("promise, facilitator", promise::page(BASE, &facilitator)),
        ("part", part::page(&at(1), &trustee)),
        ("comments", part::page(&at(4), &trustee)),
        ("comments, named", part::page(&at(3), &survey("chair")?)),
        ("comments, self", part::page(&at(4), &survey("self")?)),
        ("part, invalid", part::invalid(&at(1), &trustee, &sent, &errors(&trustee, &sent))),
        ("comments, invalid", part::invalid(&at(4), &trustee, &sent, &errors(&trustee, &sent))),
        ("part, unsaved", part::unsaved(&at(1), &trustee, &sent)),
        ("check", check::page(BASE, &trustee)),
        ("check, named", check::page(BASE, &survey("chair")?)),
        ("check, empty", check::empty(BASE, &survey("staff")?)),
        ("check, unsent", check::unsent(BASE, &trustee)),
        ("later", ended::later(BASE, &trustee)),
        ("received", ended::gone(&Opened::Received(place()?), None)),
        ("received, late", ended::gone(&Opened::Received(place()?), Some(&sent))),
        ("closed", ended::gone(&Opened::Closed(place()?), Some(&sent))),
        ("withdrawn", ended::gone(&Opened::Withdrawn(place()?), Some(&sent))),
        ("unknown", ended::unknown()),
        ("unavailable", ended::unavailable(None)),
        ("unavailable, sent", ended::unavailable(Some(&sent))),
        ("too large", ended::too_large()),
    ])
}

#[test]
fn every_page_is_whole_and_brings_nothing_of_its_own() -> Outcome {
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
fn the_promise_says_whether_a_name_is_shown_and_what_the_thresholds_are() -> Outcome {
    let anonymous = body(promise::page(BASE, &survey("trustees")?))?;
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

    let named = body(promise::page(BASE, &survey("chair")?))?;
    assert!(named.contains("You answer by name") && !named.contains("without your name"));
    assert!(named.contains("under “Chair of trustees”, with your name"));
    let own = body(promise::page(BASE, &survey("self")?))?;
    assert!(own.contains("Your own assessment") && own.contains("You answer by name"));
    Ok(())
}

#[test]
fn the_thresholds_are_those_of_the_round() -> Outcome {
    let mut survey = survey("trustees")?;
    let mut record = survey.round.record().clone();
    let asked = PolicyRequest { threshold: Some(6), colluding_insiders: Some(3), strict: Some(true), ..PolicyRequest::default() };
    record.policy = AnonymityPolicy::parse(asked)?;
    survey.round = candour_domain::Round::from_record(record);
    let page = body(promise::page(BASE, &survey))?;
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
fn who_answers_by_name_is_told_that_not_answering_shows() -> Outcome {
    for (group, by_name) in [("self", true), ("chair", true), ("trustees", false)] {
        let mut survey = survey(group)?;
        for declined in [false, true] {
            survey.invitation.declined = declined;
            let page = body(promise::page(BASE, &survey))?;
            assert_eq!(page.contains("The report will show that you did not answer; nobody is told before that."), by_name, "{group}");
            assert_eq!(page.contains("obody is told that you said no."), !by_name, "{group}");
            assert_eq!(page.contains("<b>Whether you answered</b> is shown in the report."), by_name, "{group}");
            assert_eq!(page.contains("<b>Whether you answered</b> is not shown."), !by_name, "{group}");
        }
    }
    Ok(())
}

#[test]
fn the_promise_says_how_long_what_is_kept() -> Outcome {
    let said = |group| body(promise::page(BASE, &survey(group)?));
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
    let unsaid = body(promise::page(BASE, &unsaid))?;
    assert!(!unsaid.contains("erased") && !unsaid.contains("destroyed"), "nothing is said that nobody has promised");
    Ok(())
}

#[test]
fn everybody_reads_who_reads_the_report_first_and_at_which_address() -> Outcome {
    for group in ["self", "chair", "trustees"] {
        let page = body(promise::page(BASE, &survey(group)?))?;
        assert!(page.contains("is read first by Alex Khan (al@trust.uk), who decides when it is released"), "{group}");
        assert!(page.contains("another person</b> or another address to read it first, do not answer, and tell somebody"), "{group}");
    }
    for group in ["chair", "trustees"] {
        let mut survey = survey(group)?;
        survey.rater.person = survey.review.facilitator.clone();
        let page = body(promise::page(BASE, &survey))?;
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
fn nothing_is_preselected_and_the_scale_keeps_its_order() -> Outcome {
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
fn a_rater_sees_only_what_their_group_is_asked_in_their_own_wording() -> Outcome {
    let staff = survey("staff")?;
    assert_eq!(parts(&staff).iter().map(parts::Part::title).collect::<Vec<_>>(), ["Vision", "People", "In your own words"]);
    let html = body(part::page(&at(2), &staff))?;
    assert!(html.contains("Part 2 of 3") && html.contains("Cares.") && !html.contains("Hires.") && !html.contains("I care."));
    let own = body(part::page(&at(3), &survey("self")?))?;
    assert!(own.contains("I care.") && own.contains("I hire.") && !own.contains("Cares."));
    Ok(())
}

#[test]
fn saved_answers_come_back() -> Outcome {
    let survey = begun("trustees", &[("vision.1", Some(2)), ("vision.2", None)], &[("keep", "\nTwo\nlines")])?;
    let html = body(part::page(&at(1), &survey))?;
    assert_eq!(html.matches(" checked").count(), 2);
    assert!(html.contains("name=\"rating.vision.1\" value=\"2\" checked"));
    assert!(html.contains("name=\"rating.vision.2\" value=\"none\" checked"));
    assert!(body(part::page(&at(4), &survey))?.contains(">\nTwo\nlines</textarea>"));
    Ok(())
}

#[test]
fn names_and_comments_never_become_markup() -> Outcome {
    let mut survey = begun("trustees", &[], &[("keep", HOSTILE)])?;
    survey.review.subject.person.name = PersonName::parse("<b>Jo</b> \"M\"")?;
    survey.organisation.name = "<i>Trust</i>".to_owned();
    survey.organisation.concerns_route = HOSTILE.to_owned();
    survey.organisation.contact = Person::parse("<u>Sam</u>", "people@trust.uk")?;
    survey.review.facilitator = Person::parse("<u>Alex</u>", "al@trust.uk")?;
    let sent = input(&[], &[("keep", HOSTILE), ("\"><img>", HOSTILE)]);
    let pages = [
        promise::page(BASE, &survey),
        part::page(&at(4), &survey),
        part::invalid(&at(4), &survey, &sent, &errors(&survey, &sent)),
        check::page(BASE, &survey),
        ended::unavailable(Some(&sent)),
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
fn a_page_that_does_not_fit_comes_back_with_everything_typed() -> Outcome {
    let survey = begun("trustees", &[], &[("more", "Saved before")])?;
    let long = "x".repeat(4002);
    let sent = input(&[], &[("keep", &long), ("more", "Changed now")]);
    let response = part::invalid(&at(4), &survey, &sent, &errors(&survey, &sent));
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let html = body(response)?;
    assert!(html.contains("<a href=\"#comment-keep\">This comment is too long: take out 2 characters</a>"));
    assert!(html.contains("id=\"comment-keep\"") && html.contains("aria-describedby=\"problem-keep hint-keep\" aria-invalid=\"true\""));
    assert!(html.contains(&long) && html.contains("Changed now") && !html.contains("Saved before"));

    let sent = input(&[("vision.1", Some(9)), ("vision.2", Some(1))], &[]);
    let html = body(part::invalid(&at(1), &survey, &sent, &errors(&survey, &sent)))?;
    assert!(html.contains("<a href=\"#rating-vision.1-1\">") && html.contains("id=\"rating-vision.1-1\""));
    assert!(html.contains("name=\"rating.vision.2\" value=\"1\" checked"));
    Ok(())
}

#[test]
fn a_page_that_cannot_be_saved_comes_back_with_everything_typed() -> Outcome {
    let sent = input(&[("vision.1", Some(3)), ("vision.2", None)], &[("keep", "My text")]);
    let response = part::unsaved(&at(1), &survey("trustees")?, &sent);
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(response.headers().contains_key(header::RETRY_AFTER));
    assert!(body(response)?.contains("name=\"rating.vision.1\" value=\"3\" checked"));

    let response = ended::unavailable(Some(&sent));
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    let html = body(response)?;
    assert!(html.contains("name=\"rating.vision.1\" value=\"3\"") && html.contains("name=\"rating.vision.2\" value=\"none\""));
    assert!(html.contains("name=\"comment.keep\"") && html.contains("My text"));
    Ok(())
}

#[test]
fn the_check_shows_every_answer_and_leads_to_what_is_open() -> Outcome {
    let survey = begun("trustees", &[("vision.1", Some(3)), ("vision.2", None)], &[("keep", "Listen\nmore")])?;
    let html = body(check::page(BASE, &survey))?;
    assert!(html.contains("3 statements without an answer"));
    assert!(html.contains(&format!("href=\"{BASE}/page/2?check#item-money.1\"")));
    assert!(html.contains("<dd>Always</dd>") && html.contains("<dd>Not able to say</dd>") && html.contains("Not answered"));
    assert!(html.contains("Listen\nmore") && html.contains("No comment"));
    assert_eq!(check::empty(BASE, &survey).status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(check::unsent(BASE, &survey).status(), StatusCode::SERVICE_UNAVAILABLE);
    Ok(())
}

#[test]
fn a_spent_link_says_why_and_gives_typed_text_back() -> Outcome {
    let sent = input(&[("vision.1", Some(3))], &[("keep", "So that it is not lost"), ("more", " ")]);
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
fn a_rater_goes_on_where_they_left_off() -> Outcome {
    for (ratings, comments, left) in [
        (vec![], vec![], Some(1)),
        (vec![("vision.1", Some(3))], vec![], Some(1)),
        (vec![("vision.1", Some(3)), ("vision.2", None)], vec![], Some(2)),
        (vec![("money.1", Some(3))], vec![], Some(3)),
        (vec![("people.1", Some(3)), ("people.2", Some(3))], vec![], Some(4)),
        (vec![], vec![("keep", "Text")], None),
    ] {
        let survey = begun("trustees", &ratings, &comments)?;
        assert_eq!(left_off(&survey, &parts(&survey)), left, "{ratings:?} {comments:?}");
    }
    Ok(())
}

#[test]
fn buttons_lead_on_back_and_out() -> Outcome {
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
async fn every_page_carries_the_headers_and_no_cookie() -> Outcome {
    for at in 0..every_page()?.len() {
        let page = move || async move { every_page().ok().and_then(|mut pages| (at < pages.len()).then(|| pages.swap_remove(at).1)) };
        let page = move || async move { page().await.unwrap_or_else(|| HttpResponse::InternalServerError().finish()) };
        let app = App::new().service(web::scope("/s").wrap(headers::private()).route("/page", read().to(page)));
        let app = http::init_service(app).await;
        let response = http::call_service(&app, http::TestRequest::get().uri("/s/page").to_request()).await;
        assert_ne!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        check_headers(response.headers());
    }
    Ok(())
}

#[actix_web::test]
async fn an_address_that_is_none_is_a_page_too() -> Outcome {
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
